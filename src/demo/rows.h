#pragma once
// The demo base as rows of import batches: what was drawn, put into columns.

#include "demo/company.h"
#include "demo/journey.h"
#include "demo/person.h"
#include "demo/random.h"
#include "model/commands.h"

#include <vector>

namespace wanamaker::demo {

// One kind of batch: its head without rows (columns and kind), and what makes a row for it.
ImportBatch contact_batch();
BatchRow contact_row(Random& random, const Person& person, const std::vector<Company>& companies);

ImportBatch stage_batch();
BatchRow stage_row(const StageChange& change, const std::vector<Person>& people);

ImportBatch company_batch();
BatchRow company_row(const Company& company);

ImportBatch opportunity_batch(BatchKind kind);
BatchRow opportunity_row(const Opportunity& opportunity);

ImportBatch event_batch();
// `position` in the order of time gives the message id.
BatchRow event_row(const ShopEvent& event, std::size_t position, const std::vector<Person>& people, const CampaignPlan& plan);

}  // namespace wanamaker::demo
