#pragma once
// Companies that customers work for, and the opportunities to sell to them and to single customers.

#include "base/time.h"
#include "demo/person.h"
#include "demo/random.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker::demo {

struct Company {
  std::string id;
  std::string name;
  std::string_view industry;
  std::string_view country;
  std::int64_t employees = 0;
  std::int64_t revenue_euros = 0;  // a year
};

struct Opportunity {
  std::string id;
  std::string owner_id;  // of a company or a contact
  std::string_view name;
  std::string_view stage;
  std::int64_t amount_euros = 0;
  std::string_view owner;  // who sells
  Date opened_on;
  Date close_date;  // when it was won or lost, or is expected to be
};

Company draw_company(Random& random, std::uint32_t position);

// Companies have up to four, some customers one; numbers go on from one kind to the other.
struct Opportunities {
  std::vector<Opportunity> of_companies;
  std::vector<Opportunity> of_contacts;
};
Opportunities draw_opportunities(Random& random, const std::vector<Company>& companies, const std::vector<Person>& people, Timestamp now);

}  // namespace wanamaker::demo
