#include "demo/demo.h"

#include "demo/catalog.h"
#include "demo/company.h"
#include "demo/journey.h"
#include "demo/person.h"
#include "demo/random.h"
#include "demo/rows.h"
#include "demo/shop.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

using Submit = std::function<Result<void>(CommandBody)>;

constexpr std::size_t kBatchRows = 5'000;

// Submits `count` rows in batches with the head of `empty`.
template <typename RowOf>
Result<void> submit_rows(const Submit& submit, const ImportBatch& empty, std::size_t count, RowOf row_of) {
  for (std::size_t start = 0; start < count; start += kBatchRows) {
    const std::size_t end = std::min(count, start + kBatchRows);
    ImportBatch batch = empty;
    batch.rows.reserve(end - start);
    for (std::size_t i = start; i < end; ++i) batch.rows.push_back(row_of(i));
    WM_CHECK_OK(submit(std::move(batch)));
  }
  return {};
}

Result<void> submit_all(const Submit& submit, std::vector<CommandBody> commands) {
  for (CommandBody& command : commands) WM_CHECK_OK(submit(std::move(command)));
  return {};
}

Result<void> check_options(const DemoOptions& options) {
  if (options.contacts == 0 || options.contacts > kDemoContactsMax) {
    return fail(ErrorCode::invalid, fmt::format("a demo base has 1 to {} contacts", kDemoContactsMax));
  }
  const std::int64_t earliest_ms = kTimestampMin.ms + 2 * demo::kDemoDays * kMillisecondsPerDay;
  const std::int64_t latest_ms = kTimestampMax.ms - demo::kDemoDays * kMillisecondsPerDay;
  if (options.now.ms < earliest_ms || options.now.ms > latest_ms) {
    return fail(ErrorCode::invalid, "the instant of a demo base lies some years after the first and before the last that there is");
  }
  return {};
}

}  // namespace

Result<std::uint64_t> make_demo(const DemoOptions& options, const Submit& submit) {
  WM_CHECK_OK(check_options(options));
  demo::Random random(options.seed);
  const demo::CampaignPlan plan = demo::plan_campaigns(Timestamp{options.now.ms - demo::kDemoDays * kMillisecondsPerDay}, options.now);

  std::vector<demo::Company> companies;
  const std::uint32_t company_count = (options.contacts * demo::kCompaniesPerThousand + 999) / 1'000;
  for (std::uint32_t i = 0; i < company_count; ++i) companies.push_back(demo::draw_company(random, i));

  std::vector<demo::Person> people;
  demo::Journeys journeys;
  const demo::People drawing({.now = options.now, .companies = company_count}, plan);
  for (std::uint32_t i = 0; i < options.contacts; ++i) {
    people.push_back(drawing.draw(random, i + 1));
    demo::travel(random, people.back(), i, {.now = options.now, .plan = plan}, journeys);
  }
  // Equal instants keep the order in which they were drawn, so that the order is the same with every library.
  std::ranges::stable_sort(journeys.events, {}, &demo::ShopEvent::at_ms);
  std::ranges::stable_sort(journeys.stages, {}, &demo::StageChange::at);
  const demo::Opportunities opportunities = demo::draw_opportunities(random, companies, people, options.now);

  WM_CHECK_OK(submit_all(submit, demo::schema_commands()));
  WM_CHECK_OK(submit_rows(submit, demo::company_batch(), companies.size(), [&](std::size_t i) { return demo::company_row(companies[i]); }));
  WM_CHECK_OK(submit_rows(submit, demo::contact_batch(), people.size(),
                          [&](std::size_t i) { return demo::contact_row(random, people[i], companies); }));
  WM_CHECK_OK(submit_rows(submit, demo::stage_batch(), journeys.stages.size(),
                          [&](std::size_t i) { return demo::stage_row(journeys.stages[i], people); }));
  for (const auto kind : {BatchKind::account_records, BatchKind::contact_records}) {
    const auto& list = kind == BatchKind::account_records ? opportunities.of_companies : opportunities.of_contacts;
    WM_CHECK_OK(
        submit_rows(submit, demo::opportunity_batch(kind), list.size(), [&](std::size_t i) { return demo::opportunity_row(list[i]); }));
  }
  WM_CHECK_OK(submit_rows(submit, demo::event_batch(), journeys.events.size(),
                          [&](std::size_t i) { return demo::event_row(journeys.events[i], i, people, plan); }));
  WM_CHECK_OK(submit_all(submit, demo::catalog_commands(people, plan)));
  return journeys.events.size();
}

}  // namespace wanamaker
