#include "demo/catalog.h"

#include <fmt/format.h>

namespace wanamaker::demo {
namespace {

struct Declaration {
  TableKind table;
  std::string_view of;  // event or record type
  std::string_view name;
  ValueType type;
};

constexpr Declaration kDeclarations[] = {
    {TableKind::contact, "", "first_name", ValueType::text},
    {TableKind::contact, "", "last_name", ValueType::text},
    {TableKind::contact, "", "email", ValueType::text},
    {TableKind::contact, "", "phone", ValueType::text},
    {TableKind::contact, "", "gender", ValueType::text},
    {TableKind::contact, "", "birth_date", ValueType::date},
    {TableKind::contact, "", "country", ValueType::text},
    {TableKind::contact, "", "region", ValueType::text},
    {TableKind::contact, "", "city", ValueType::text},
    {TableKind::contact, "", "location", ValueType::location},
    {TableKind::contact, "", "language", ValueType::text},
    {TableKind::contact, "", "interests", ValueType::set},
    {TableKind::contact, "", "education", ValueType::text},
    {TableKind::contact, "", "job_title", ValueType::text},
    {TableKind::contact, "", "acquisition_source", ValueType::text},
    {TableKind::contact, "", "registered_at", ValueType::timestamp},
    {TableKind::contact, "", "email_consent", ValueType::boolean},
    {TableKind::contact, "", "sms_consent", ValueType::boolean},
    {TableKind::account, "", "name", ValueType::text},
    {TableKind::account, "", "industry", ValueType::text},
    {TableKind::account, "", "country", ValueType::text},
    {TableKind::account, "", "employees", ValueType::number},
    {TableKind::account, "", "annual_revenue", ValueType::number},
    {TableKind::event, "email_sent", "campaign", ValueType::text},
    {TableKind::event, "email_opened", "campaign", ValueType::text},
    {TableKind::event, "email_clicked", "campaign", ValueType::text},
    {TableKind::event, "email_clicked", "link", ValueType::text},
    {TableKind::event, "email_bounced", "campaign", ValueType::text},
    {TableKind::event, "email_bounced", "type", ValueType::text},
    {TableKind::event, "page_viewed", "path", ValueType::text},
    {TableKind::event, "cart_added", "product", ValueType::text},
    {TableKind::event, "cart_added", "category", ValueType::text},
    {TableKind::event, "cart_added", "items", ValueType::number},
    {TableKind::event, "order_completed", "category", ValueType::text},
    {TableKind::event, "order_completed", "items", ValueType::number},
    {TableKind::event, "order_completed", "amount", ValueType::number},
    {TableKind::event, "order_completed", "currency", ValueType::text},
    {TableKind::event, "order_completed", "amount_eur", ValueType::number},
    {TableKind::event, "order_completed", "payment_method", ValueType::text},
    {TableKind::event, "form_submitted", "form", ValueType::text},
    {TableKind::record, "opportunity", "name", ValueType::text},
    {TableKind::record, "opportunity", "stage", ValueType::text},
    {TableKind::record, "opportunity", "amount", ValueType::number},
    {TableKind::record, "opportunity", "owner", ValueType::text},
    {TableKind::record, "opportunity", "opened_on", ValueType::date},
    {TableKind::record, "opportunity", "close_date", ValueType::date},
};

constexpr std::string_view kHoldoutKey = "spring-holdout";
constexpr std::string_view kNoContactKey = "do-not-contact";
constexpr std::uint32_t kNoContactEvery = 250;  // one person in so many asked not to be contacted

struct SavedSegment {
  std::string_view key;
  std::string text;  // as the language's formatter prints it
};

std::vector<SavedSegment> segments(std::string_view spring) {
  return {
      {"eastern-slovakia", R"(country = "SK" and region in set "vychodne-slovensko")"},
      {"sporty-subscribers",
       R"(age of birth_date between 25 and 40 and interests has any of ("running", "cycling") and email_consent is true)"},
      {"spring-clickers", fmt::format(R"(did email_clicked (campaign = "{}") at least 2 times)", spring)},
      {"asleep",
       R"(lead_stage has been "customer" for at least 90 days and not did any of (page_viewed, email_opened, order_completed) in last 60 days)"},
      {"high-spenders", "sum of amount_eur for order_completed in last 365 days > 500"},
      {"win-back", "last order_completed was between 90 and 180 days ago and email_consent is true"},
      {"bad-addresses", R"(did email_bounced (type = "hard") or did email_bounced (type = "soft") at least 4 times)"},
      {"pricing-then-form", R"(did page_viewed (path starts with "/pricing") then form_submitted within 7 days)"},
      {"abandoned-carts", "did cart_added then not order_completed within 24 hours in last 30 days"},
      {"best-customers",
       "top 10 percent by sum of amount_eur for order_completed in last 365 days among (did order_completed in last 365 days)"},
      {"big-open-deals",
       R"(account.industry in ("Retail", "Banking") and any account opportunity (stage = "Proposal" and amount >= 10000) or any opportunity (stage = "Proposal" and amount >= 10000))"},
      {"spring-audience",
       R"((in segment "high-spenders" or in segment "sporty-subscribers" or in segment "spring-clickers") and not in list "spring-holdout" and not in segment "bad-addresses")"},
  };
}

}  // namespace

std::vector<CommandBody> schema_commands() {
  std::vector<CommandBody> commands;
  commands.emplace_back(SetZone{"Europe/Bratislava"});
  commands.emplace_back(DeclareRecordType{"opportunity"});
  std::string_view event;
  for (const Declaration& declaration : kDeclarations) {
    if (declaration.table == TableKind::event && declaration.of != event) {
      event = declaration.of;
      commands.emplace_back(DeclareEvent{std::string(event)});
    }
    commands.emplace_back(DeclareAttribute{.table = {.kind = declaration.table, .name = std::string(declaration.of)},
                                           .attribute = {.name = std::string(declaration.name), .type = declaration.type}});
  }
  commands.emplace_back(DeclareAttribute{.table = {.kind = TableKind::contact},
                                         .attribute = {.name = "lead_stage", .type = ValueType::text, .history = History::kept}});
  return commands;
}

std::vector<CommandBody> catalog_commands(const std::vector<Person>& people, const CampaignPlan& plan) {
  std::vector<CommandBody> commands;
  commands.emplace_back(PutSet{.key = "vychodne-slovensko", .values = {"Košický kraj", "Prešovský kraj"}});
  commands.emplace_back(PutSet{.key = "capitals", .values = {"Bratislava", "Praha", "Warszawa", "Москва"}});
  AddToList holdout{
      .key = std::string(kHoldoutKey), .contact_ids = {}, .by = "marketing", .note = "one in ten, drawn before the campaign of spring"};
  AddToList no_contact{.key = std::string(kNoContactKey), .contact_ids = {}, .by = "support", .note = "asked by telephone"};
  for (const Person& person : people) {
    if (person.campaigning == Campaigning::held_out) holdout.contact_ids.push_back(contact_id(person));
    if (person.number % kNoContactEvery == 0) no_contact.contact_ids.push_back(contact_id(person));
  }
  for (AddToList* list : {&holdout, &no_contact}) {
    commands.emplace_back(PutList{list->key});
    if (!list->contact_ids.empty()) commands.emplace_back(std::move(*list));
  }
  for (SavedSegment& segment : segments(plan.campaigns[plan.spring].name)) {
    commands.emplace_back(PutSegment{.key = std::string(segment.key), .text = std::move(segment.text), .parameters = {}});
  }
  return commands;
}

}  // namespace wanamaker::demo
