#include "demo/rows.h"

#include "base/text/fold.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker::demo {
namespace {

constexpr std::string_view kEducation[] = {"primary", "secondary", "bachelor", "master", "doctor"};
constexpr int kEducationWeights[] = {8, 46, 18, 25, 3};
constexpr std::string_view kJobTitles[] = {"Managing director",       "Head of purchasing", "Office manager",
                                           "Head of human resources", "Accountant",         "Sales representative"};

// Positions of the columns of event_batch().
enum EventColumn : std::size_t {
  campaign,
  link,
  type,
  path,
  product,
  category,
  items,
  amount,
  currency,
  amount_eur,
  payment_method,
  form,
  kEventColumns
};

Value text(std::string_view value) { return Value(std::in_place_type<std::string>, value); }
Decimal money(std::int64_t cents) { return Decimal::from_parts(cents, 2); }
// A hundred thousandths of a degree.
Decimal degrees(std::int32_t parts) { return Decimal::from_parts(parts, 5); }

std::string phone_of(Random& random, const Person& person) {
  const std::string_view prefix = person.mess == Mess::bare_phone ? "0" : person.country->phone_prefix;
  const std::int64_t digits = random.below(60'000'000);
  return fmt::format("{} 9{:02} {:03} {:03}", prefix, digits / 1'000'000, digits / 1'000 % 1'000, digits % 1'000);
}

Value city_of(const Person& person) {
  switch (person.mess) {
    case Mess::lower_case_city: return fold_key(person.town->name);
    case Mess::padded_city: return fmt::format(" {} ", person.town->name);
    case Mess::no_city: return {};
    case Mess::none:
    case Mess::swapped_names:
    case Mess::bare_phone:
    case Mess::no_birth_date:
    case Mess::upper_case_email: break;
  }
  return text(person.town->name);
}

Value email_value(const Person& person) {
  std::string email = email_of(person);
  if (person.mess == Mess::upper_case_email)
    std::ranges::transform(email, email.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return email;
}

Value interests_of(const Person& person) {
  TextSet set;
  for (std::size_t i = 0; i < interests().size(); ++i)
    if ((person.interests >> i) & 1) set.emplace_back(interests()[i]);
  return set.empty() ? Value{} : Value(std::move(set));
}

}  // namespace

ImportBatch contact_batch() {
  return {.kind = BatchKind::contacts,
          .columns = {{"first_name", ValueType::text},
                      {"last_name", ValueType::text},
                      {"email", ValueType::text},
                      {"phone", ValueType::text},
                      {"gender", ValueType::text},
                      {"birth_date", ValueType::date},
                      {"country", ValueType::text},
                      {"region", ValueType::text},
                      {"city", ValueType::text},
                      {"location", ValueType::location},
                      {"language", ValueType::text},
                      {"interests", ValueType::set},
                      {"education", ValueType::text},
                      {"job_title", ValueType::text},
                      {"acquisition_source", ValueType::text},
                      {"registered_at", ValueType::timestamp},
                      {"email_consent", ValueType::boolean},
                      {"sms_consent", ValueType::boolean}},
          .rows = {}};
}

BatchRow contact_row(Random& random, const Person& person, const std::vector<Company>& companies) {
  const bool is_swapped = person.mess == Mess::swapped_names;
  BatchRow row{.id = contact_id(person)};
  if (person.company) row.owner = companies[*person.company].id;
  row.values = {text(is_swapped ? person.last_name : person.first_name),
                text(is_swapped ? person.first_name : person.last_name),
                email_value(person),
                random.happens(820) ? Value(phone_of(random, person)) : Value{},
                text(person.gender == Gender::female ? "female" : "male"),
                person.mess == Mess::no_birth_date || random.happens(90) ? Value{} : Value(person.birth_date),
                text(person.country->code),
                text(person.town->region),
                city_of(person),
                Location{.latitude = degrees(person.town->latitude), .longitude = degrees(person.town->longitude)},
                text(person.country->language),
                interests_of(person),
                random.happens(700) ? text(kEducation[random.weighted(kEducationWeights)]) : Value{},
                person.company ? text(random.pick(kJobTitles)) : Value{},
                text(name_of(person.source)),
                person.registered_at,
                person.campaigning != Campaigning::without_consent,
                random.happens(310)};
  return row;
}

ImportBatch stage_batch() {
  return {.kind = BatchKind::contacts, .keeps_history = true, .columns = {{"lead_stage", ValueType::text}}, .rows = {}};
}

BatchRow stage_row(const StageChange& change, const std::vector<Person>& people) {
  return {.id = contact_id(people[change.person]), .at = change.at, .values = {text(change.stage)}};
}

ImportBatch company_batch() {
  return {.kind = BatchKind::accounts,
          .columns = {{"name", ValueType::text},
                      {"industry", ValueType::text},
                      {"country", ValueType::text},
                      {"employees", ValueType::number},
                      {"annual_revenue", ValueType::number}},
          .rows = {}};
}

BatchRow company_row(const Company& company) {
  return {
      .id = company.id,
      .values = {company.name, text(company.industry), text(company.country), Decimal(company.employees), Decimal(company.revenue_euros)}};
}

ImportBatch opportunity_batch(BatchKind kind) {
  return {.kind = kind,
          .record_type = "opportunity",
          .columns = {{"name", ValueType::text},
                      {"stage", ValueType::text},
                      {"amount", ValueType::number},
                      {"owner", ValueType::text},
                      {"opened_on", ValueType::date},
                      {"close_date", ValueType::date}},
          .rows = {}};
}

BatchRow opportunity_row(const Opportunity& opportunity) {
  return {.id = opportunity.id,
          .owner = opportunity.owner_id,
          .values = {text(opportunity.name), text(opportunity.stage), Decimal(opportunity.amount_euros), text(opportunity.owner),
                     opportunity.opened_on, opportunity.close_date}};
}

ImportBatch event_batch() {
  return {.kind = BatchKind::events,
          .columns = {{"campaign", ValueType::text},
                      {"link", ValueType::text},
                      {"type", ValueType::text},
                      {"path", ValueType::text},
                      {"product", ValueType::text},
                      {"category", ValueType::text},
                      {"items", ValueType::number},
                      {"amount", ValueType::number},
                      {"currency", ValueType::text},
                      {"amount_eur", ValueType::number},
                      {"payment_method", ValueType::text},
                      {"form", ValueType::text}},
          .rows = {}};
}

BatchRow event_row(const ShopEvent& event, std::size_t position, const std::vector<Person>& people, const CampaignPlan& plan) {
  const Person& person = people[event.person];
  BatchRow row{.id = contact_id(person),
               .at = Timestamp{event.at_ms},
               .event = std::string(kEventNames[static_cast<std::size_t>(event.kind)]),
               .message_id = fmt::format("m{:06}", position + 1),
               .values = std::vector<Value>(kEventColumns)};
  std::vector<Value>& values = row.values;
  switch (event.kind) {
    case EventKind::email_clicked: values[link] = text(links()[event.second]); [[fallthrough]];
    case EventKind::email_sent:
    case EventKind::email_opened: values[campaign] = plan.campaigns[event.first].name; break;
    case EventKind::email_bounced:
      values[campaign] = plan.campaigns[event.first].name;
      values[type] = text(event.second == 1 ? "hard" : "soft");
      break;
    case EventKind::page_viewed: values[path] = text(pages()[event.first]); break;
    case EventKind::cart_added:
      values[product] = text(products()[event.first].name);
      values[category] = text(products()[event.first].category);
      values[items] = Decimal(event.second);
      break;
    case EventKind::order_completed:
      values[category] = text(products()[event.first].category);
      values[items] = Decimal(event.pieces);
      values[amount] = money(static_cast<std::int64_t>(event.euro_cents) * person.country->units_per_euro);
      values[currency] = text(person.country->currency);
      values[amount_eur] = money(event.euro_cents);
      values[payment_method] = text(payment_methods()[event.second]);
      break;
    case EventKind::form_submitted: values[form] = text(forms()[event.first]); break;
  }
  return row;
}

}  // namespace wanamaker::demo
