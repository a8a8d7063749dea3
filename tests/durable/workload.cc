#include "durable/workload.h"

#include "base/check.h"
#include "base/json.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <iterator>

namespace wanamaker::durable {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kStart = kAskedAt.ms - 20 * kMinute;  // commands are accepted in the minutes before they are asked about
constexpr std::string_view kCountries[] = {"SK", "CZ", "PL", "sk", "DE"};
constexpr std::string_view kRegions[] = {"Košice", "Prešov", "Bratislava", "Žilina"};
constexpr std::string_view kInterests[] = {"golf", "chess", "tennis", "opera", "Golf"};
constexpr std::string_view kStatuses[] = {"trial", "paid", "Trial", "gone"};
constexpr std::string_view kStages[] = {"Won", "Lost", "Proposal"};
constexpr std::string_view kIndustries[] = {"Banking", "Retail", "Energy"};
constexpr std::string_view kPaths[] = {"/pricing", "/pricing/eu", "/home", "/blog"};
constexpr std::uint64_t kAccounts = 6;
constexpr std::size_t kOwnSegmentsMax = 6;

template <std::size_t N>
std::string pick(Dice& dice, const std::string_view (&from)[N]) {
  return std::string(from[dice.below(N)]);
}

DeclareAttribute declare(TableName table, std::string name, ValueType type, History history = History::none) {
  return {.table = std::move(table), .attribute = {.name = std::move(name), .type = type, .history = history}};
}

ImportBatch accounts_batch() {
  ImportBatch batch{.kind = BatchKind::accounts,
                    .columns = {{.name = "industry", .type = ValueType::text}, {.name = "size", .type = ValueType::number}},
                    .rows = {}};
  for (std::uint64_t i = 0; i < kAccounts; ++i) {
    batch.rows.push_back({.id = fmt::format("acct{}", i),
                          .values = {std::string(kIndustries[i % std::size(kIndustries)]), Decimal(static_cast<std::int64_t>(10 * i))}});
  }
  return batch;
}

std::vector<CommandBody> setup_steps() {
  std::vector<CommandBody> steps;
  steps.emplace_back(SetZone{"Europe/Bratislava"});
  for (const char* event : {"order_completed", "page_viewed", "email_clicked"}) steps.emplace_back(DeclareEvent{event});
  steps.emplace_back(DeclareRecordType{"opportunity"});
  const TableName contact{TableKind::contact};
  steps.emplace_back(declare(contact, "country", ValueType::text));
  steps.emplace_back(declare(contact, "region", ValueType::text));
  steps.emplace_back(declare(contact, "age", ValueType::number));
  steps.emplace_back(declare(contact, "active", ValueType::boolean));
  steps.emplace_back(declare(contact, "born", ValueType::date));
  steps.emplace_back(declare(contact, "interests", ValueType::set));
  steps.emplace_back(declare(contact, "status", ValueType::text, History::kept));
  steps.emplace_back(declare({TableKind::event, "order_completed"}, "amount", ValueType::number));
  steps.emplace_back(declare({TableKind::event, "page_viewed"}, "path", ValueType::text));
  steps.emplace_back(declare({TableKind::record, "opportunity"}, "stage", ValueType::text));
  steps.emplace_back(declare({TableKind::record, "opportunity"}, "value", ValueType::number));
  steps.emplace_back(accounts_batch());
  steps.emplace_back(PutSet{.key = "eastern", .values = {"Košice", "Prešov"}});
  steps.emplace_back(PutList{"vip"});
  steps.emplace_back(PutList{"blocked"});
  for (const SavedSegment& segment : saved_segments())
    steps.emplace_back(PutSegment{.key = segment.key, .text = segment.text, .parameters = {}});
  return steps;
}

}  // namespace

std::uint64_t Dice::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

std::vector<SavedSegment> saved_segments() {
  std::ifstream file(WANAMAKER_SOURCE_DIR "/tests/durable/segments.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto json = Json::parse(text);
  CHECK(json.has_value() && json->as_array() != nullptr, "tests/durable/segments.json can be read");
  std::vector<SavedSegment> segments;
  for (const Json& entry : *json->as_array())
    segments.push_back({.key = *entry.find("key")->as_string(), .text = *entry.find("text")->as_string()});
  return segments;
}

std::uint32_t lane_of(std::string_view name) {
  const std::size_t dash = name.find('-');
  const std::size_t digits = name.find_first_of("0123456789");
  if (dash == std::string_view::npos || digits == std::string_view::npos || digits > dash) return 0;
  std::uint32_t lane = 0;
  const auto [end, fault] = std::from_chars(name.data() + digits, name.data() + dash, lane);
  return fault == std::errc() && end == name.data() + dash ? lane : 0;
}

Lane::Lane(const LaneOptions& options) : options_(options), dice_(options.seed * 1'000'003 + options.lane) {
  if (options.lane == 0) setup_ = setup_steps();
}

std::string Lane::name(std::string_view stem, std::uint64_t number) const { return fmt::format("{}{}-{}", stem, options_.lane, number); }

std::string Lane::fresh_id() {
  if (!erased_.empty() && dice_.percent(20)) {
    std::string id = std::move(erased_.back());
    erased_.pop_back();
    return id;
  }
  return name("p", ++ids_);
}

std::optional<Step> Lane::next() {
  ++number_;
  Step step{.number = number_,
            .act = Act::command,
            .command = {.accepted_at = {kStart + static_cast<std::int64_t>(number_) * 7}, .body = SetZone{}}};
  if (options_.lane == 0) {
    if (number_ > setup_.size()) return std::nullopt;
    step.command.body = setup_[number_ - 1];
    return step;
  }
  if (options_.lane == 1 && options_.acts_every != 0 && dice_.below(options_.acts_every) == 0) {
    const std::uint64_t which = dice_.below(10);
    step.act = which < 7 ? Act::checkpoint : which < 9 ? Act::erase_now : Act::back_up;
    return step;
  }
  step.command.body = choose();
  return step;
}

CommandBody Lane::choose() {
  for (std::size_t i = 0; i < contacts_.size(); ++i) {
    if (contacts_[i].events > options_.events_max) return dice_.percent(30) && contacts_.size() > 1 ? merge_two() : erase(i);
  }
  if (contacts_.size() < 3) return some_contacts();
  if (contacts_.size() > options_.contacts_max) return dice_.percent(50) ? merge_two() : erase(dice_.below(contacts_.size()));
  const std::uint64_t which = dice_.below(100);
  if (which < 32) return some_events(1);
  if (which < 47) return some_events(2 + static_cast<std::uint32_t>(dice_.below(options_.batch_rows_max - 1)));
  if (which < 69) return some_contacts();
  if (which < 75) return some_records();
  if (which < 84) return list_change();
  if (which < 90) return segment_change();
  if (which < 92) return merge_two();
  if (which < 95) return erase(dice_.below(contacts_.size()));
  return some_schema();
}

std::size_t Lane::some_contact() {
  if (dice_.percent(12)) {
    contacts_.push_back({.ids = {fresh_id()}});
    return contacts_.size() - 1;
  }
  return dice_.below(contacts_.size());
}

BatchRow Lane::event_row(std::vector<BatchRow>& earlier) {
  if (!earlier.empty() && dice_.percent(5) && !earlier.back().message_id.empty()) return earlier.back();  // sent twice
  Contact& contact = contacts_[some_contact()];
  ++contact.events;
  BatchRow row{.id = contact.ids[dice_.below(contact.ids.size())],
               .at = Timestamp{kStart - static_cast<std::int64_t>(dice_.below(60 * 24 * 60)) * kMinute},
               .values = {Value{}, Value{}}};
  if (!dice_.percent(10)) row.message_id = name("m", ++messages_);
  switch (dice_.below(3)) {
    case 0:
      row.event = "order_completed";
      if (!dice_.percent(15)) row.values[0] = Decimal::from_parts(static_cast<std::int64_t>(dice_.below(20'000)), 2);
      break;
    case 1:
      row.event = "page_viewed";
      if (!dice_.percent(15)) row.values[1] = pick(dice_, kPaths);
      break;
    default: row.event = "email_clicked"; break;
  }
  return row;
}

CommandBody Lane::some_events(std::uint32_t rows) {
  ImportBatch batch{.kind = BatchKind::events,
                    .columns = {{.name = "amount", .type = ValueType::number}, {.name = "path", .type = ValueType::text}},
                    .rows = {}};
  for (std::uint32_t i = 0; i < rows; ++i) batch.rows.push_back(event_row(batch.rows));
  if (rows > 1 && dice_.percent(50)) {
    std::string hash = fmt::format("hash-{}", number_);
    batch.mark = ImportMark{
        .import_key = name("k", 0), .rows_done = number_, .bytes_done = 100 * number_, .prefix_hash = hash, .previous_hash = last_mark_};
    last_mark_ = std::move(hash);
  }
  return batch;
}

CommandBody Lane::some_contacts() {
  ImportBatch batch{.kind = BatchKind::contacts, .columns = {}, .rows = {}};
  std::vector<BatchColumn> columns = {{"country", ValueType::text},   {"region", ValueType::text}, {"age", ValueType::number},
                                      {"active", ValueType::boolean}, {"born", ValueType::date},   {"interests", ValueType::set},
                                      {"status", ValueType::text}};
  for (const auto& [own, type] : own_attributes_) columns.push_back({own, type});
  for (const BatchColumn& column : columns)
    if (dice_.percent(60)) batch.columns.push_back(column);
  const std::uint64_t rows = 1 + dice_.below(6);
  for (std::uint64_t i = 0; i < rows; ++i) {
    const bool is_new = contacts_.size() < 3 || dice_.percent(25);
    if (is_new) contacts_.push_back({.ids = {fresh_id()}});
    const Contact& contact = is_new ? contacts_.back() : contacts_[dice_.below(contacts_.size())];
    BatchRow row{.id = contact.ids[dice_.below(contact.ids.size())]};
    if (dice_.percent(30)) row.owner = dice_.percent(20) ? "" : fmt::format("acct{}", dice_.below(kAccounts));
    for (const BatchColumn& column : batch.columns) {
      Value value;
      const std::uint64_t roll = dice_.below(1'000);
      if (column.name == "country")
        value = pick(dice_, kCountries);
      else if (column.name == "region")
        value = pick(dice_, kRegions);
      else if (column.name == "interests")
        value = dice_.percent(50) ? TextSet{pick(dice_, kInterests)} : TextSet{"opera", "golf"};
      else if (column.name == "status")
        value = pick(dice_, kStatuses);
      else if (column.type == ValueType::number)
        value = Decimal(static_cast<std::int64_t>(roll % 80));
      else if (column.type == ValueType::boolean)
        value = roll % 2 == 0;
      else if (column.type == ValueType::date)
        value = Date{static_cast<std::int32_t>(4'000 + 14 * roll)};
      else
        value = std::to_string(roll);
      if (dice_.percent(20)) value = Value{};
      row.values.push_back(std::move(value));
    }
    batch.rows.push_back(std::move(row));
  }
  return batch;
}

CommandBody Lane::some_records() {
  ImportBatch batch{.kind = BatchKind::contact_records,
                    .record_type = "opportunity",
                    .columns = {{.name = "stage", .type = ValueType::text}, {.name = "value", .type = ValueType::number}},
                    .rows = {}};
  for (std::uint64_t rows = 1 + dice_.below(4); rows > 0; --rows) {
    Contact& contact = contacts_[dice_.below(contacts_.size())];
    if (contact.records.empty() || dice_.percent(60)) contact.records.push_back(name("o", ++records_));
    batch.rows.push_back(
        {.id = contact.records[dice_.below(contact.records.size())],
         .owner = contact.ids.front(),
         .values = {dice_.percent(20) ? Value{} : Value{pick(dice_, kStages)}, Decimal(static_cast<std::int64_t>(dice_.below(300)))}});
  }
  return batch;
}

CommandBody Lane::some_schema() {
  if (dice_.percent(40))
    return PutSet{.key = name("set", dice_.below(2)), .values = {pick(dice_, kRegions), std::to_string(dice_.below(50))}};
  if (own_attributes_.size() < 4) {
    std::string own = name("x", ++attributes_);
    const ValueType type = dice_.percent(50) ? ValueType::number : ValueType::text;
    own_attributes_[own] = type;
    return declare({TableKind::contact}, std::move(own), type);
  }
  auto& [own, type] = *std::next(own_attributes_.begin(), static_cast<std::ptrdiff_t>(dice_.below(own_attributes_.size())));
  type = type == ValueType::number ? ValueType::text : ValueType::number;
  return AlterAttribute{.table = {TableKind::contact}, .attribute = {.name = own, .type = type}};
}

CommandBody Lane::list_change() {
  if (!has_list_) {
    has_list_ = true;
    return PutList{name("list", 0)};
  }
  const std::uint64_t which = dice_.below(3);
  std::string key = which == 0 ? "vip" : which == 1 ? "blocked" : name("list", 0);
  if (dice_.percent(30)) return by_hand();
  std::vector<std::string> ids;
  const bool adds = dice_.percent(65);
  for (std::uint64_t i = 1 + dice_.below(5); i > 0; --i)
    ids.push_back(contacts_[adds ? some_contact() : dice_.below(contacts_.size())].ids.front());
  if (adds)
    return AddToList{.key = std::move(key), .contact_ids = std::move(ids), .by = "someone", .note = fmt::format("step {}", number_)};
  return RemoveFromList{.key = std::move(key), .contact_ids = std::move(ids)};
}

// On the segments that the outside oracle is asked for.
CommandBody Lane::by_hand() {
  static constexpr std::string_view kSegments[] = {"slovak", "spender", "never-bought", "best"};
  const auto what = static_cast<Override>(dice_.below(3));
  std::vector<std::string> ids;
  for (std::uint64_t i = 1 + dice_.below(3); i > 0; --i)
    ids.push_back(contacts_[what == Override::added ? some_contact() : dice_.below(contacts_.size())].ids.front());
  return OverrideMembership{.key = pick(dice_, kSegments), .what = what, .contact_ids = std::move(ids), .by = "someone", .note = fmt::format("step {}", number_)};
}

CommandBody Lane::segment_change() {
  if (own_segments_.size() >= kOwnSegmentsMax || (!own_segments_.empty() && dice_.percent(30))) {
    const auto gone = own_segments_.begin() + static_cast<std::ptrdiff_t>(dice_.below(own_segments_.size()));
    std::string key = *gone;
    own_segments_.erase(gone);
    return DeleteSegment{std::move(key)};
  }
  if (own_segments_.empty() || dice_.percent(70)) own_segments_.push_back(name("s", number_));
  return PutSegment{.key = own_segments_.back(), .text = fmt::format("age > {}", dice_.below(60)), .parameters = {}, .by = dice_.percent(50) ? "someone" : "", .note = {}};
}

CommandBody Lane::merge_two() {
  const std::size_t into = dice_.below(contacts_.size());
  const std::size_t from = (into + 1 + dice_.below(contacts_.size() - 1)) % contacts_.size();
  Contact gone = std::move(contacts_[from]);
  Contact& kept = contacts_[into];
  MergeContacts command{.from_id = gone.ids.front(), .into_id = kept.ids.front()};
  kept.ids.insert(kept.ids.end(), gone.ids.begin(), gone.ids.end());
  kept.records.insert(kept.records.end(), gone.records.begin(), gone.records.end());
  kept.events += gone.events;
  contacts_.erase(contacts_.begin() + static_cast<std::ptrdiff_t>(from));
  return command;
}

CommandBody Lane::erase(std::size_t index) {
  Contact gone = std::move(contacts_[index]);
  contacts_.erase(contacts_.begin() + static_cast<std::ptrdiff_t>(index));
  if (gone.ids.size() == 1) erased_.push_back(gone.ids.front());
  return EraseContact{gone.ids.front()};
}

}  // namespace wanamaker::durable
