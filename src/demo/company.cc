#include "demo/company.h"

#include <fmt/format.h>

namespace wanamaker::demo {
namespace {

constexpr std::string_view kLegalForms[] = {"s.r.o.", "s.r.o.", "Sp. z o.o.", "ООО"};
constexpr int kCompanyWeights[] = {45, 27, 20, 8};

struct Trade {
  std::string_view word;
  std::string_view industry;
  std::string_view word_cyrillic;
};
constexpr Trade kTrades[] = {
    {"Market", "Retail", "Маркет"},  {"Finance", "Banking", "Финанс"},      {"Stroj", "Manufacturing", "Строй"},
    {"Soft", "Software", "Софт"},    {"Logistik", "Logistics", "Логистик"}, {"Medika", "Healthcare", "Медика"},
    {"Edu", "Education", "Эду"},     {"Sport", "Retail", "Спорт"},          {"Energo", "Energy", "Энерго"},
    {"Turist", "Tourism", "Турист"},
};
constexpr std::int64_t kEmployeesUpTo[] = {10, 50, 250, 2'500};  // micro, small, medium, large
constexpr int kSizeWeights[] = {45, 32, 17, 6};

constexpr std::string_view kStages[] = {"Prospecting", "Qualified", "Proposal", "Won", "Lost"};
constexpr int kStageWeights[] = {18, 20, 22, 26, 14};
constexpr std::size_t kOpenStages = 3;
constexpr std::string_view kDeals[] = {"Company fitness programme", "Staff gifts", "Team clothing", "Bicycles for commuting", "Sports day"};
constexpr std::string_view kSellers[] = {"Jana Nováková", "Peter Horváth", "Tomasz Nowak", "Eva Dvořáková", "Сергей Волков"};

class OpportunityDrawing {
 public:
  OpportunityDrawing(Random& random, Date today) : random_(random), today_(today) {}

  Opportunity draw(std::string owner_id, std::int64_t amount_euros) {
    const std::size_t stage = random_.weighted(kStageWeights);
    const std::int64_t opened_days_ago = random_.between(5, stage < kOpenStages ? 200 : 1'000);
    // An open one is expected to close soon, some are overdue; a closed one took up to its whole time.
    const std::int64_t close_days_ago = stage < kOpenStages ? -random_.between(-20, 120) : random_.below(opened_days_ago);
    return {.id = fmt::format("o{:05}", ++drawn_),
            .owner_id = std::move(owner_id),
            .name = random_.pick(kDeals),
            .stage = kStages[stage],
            .amount_euros = amount_euros,
            .owner = random_.pick(kSellers),
            .opened_on = days_ago(opened_days_ago),
            .close_date = days_ago(close_days_ago)};
  }

 private:
  Date days_ago(std::int64_t days) const { return Date{static_cast<std::int32_t>(today_.days - days)}; }

  Random& random_;
  Date today_;
  std::uint32_t drawn_ = 0;
};

}  // namespace

Company draw_company(Random& random, std::uint32_t position) {
  const std::size_t country = random.weighted(kCompanyWeights);
  const Town& town = random.pick(kCountries[country]->towns);
  const Trade& trade = random.pick(kTrades);
  const std::size_t size = random.weighted(kSizeWeights);
  Company company;
  company.id = fmt::format("a{:04}", position + 1);
  company.industry = trade.industry;
  company.country = kCountries[country]->code;
  company.name =
      fmt::format("{} {} {}", kCountries[country] == &kRussia ? trade.word_cyrillic : trade.word, town.name, kLegalForms[country]);
  company.employees = random.between(size == 0 ? 1 : kEmployeesUpTo[size - 1], kEmployeesUpTo[size] - 1);
  company.revenue_euros = company.employees * random.between(40, 160) * 1'000;
  return company;
}

Opportunities draw_opportunities(Random& random, const std::vector<Company>& companies, const std::vector<Person>& people, Timestamp now) {
  OpportunityDrawing drawing(random, utc_date(now));
  Opportunities out;
  for (const Company& company : companies) {
    for (std::int64_t left = random.below(5); left > 0; --left) {
      const std::int64_t amount = random.between(4, 60) * 100 * (company.employees < 50 ? 1 : 5);
      out.of_companies.push_back(drawing.draw(company.id, amount));
    }
  }
  for (const Person& person : people) {
    if (person.company && random.happens(160)) out.of_contacts.push_back(drawing.draw(contact_id(person), random.between(5, 200) * 100));
  }
  return out;
}

}  // namespace wanamaker::demo
