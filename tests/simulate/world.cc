#include "simulate/world.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker::simulate {
namespace {

constexpr std::int64_t kStartMs = 1'706'000'000'000;  // 2024-01-23: leap day and a change of clocks lie ahead
constexpr std::uint64_t kContactsMax = 200;
constexpr std::uint64_t kSegmentsMax = 14;      // of most seeds
constexpr std::uint64_t kSegmentsOfMany = 60;   // of one in ten
constexpr std::uint64_t kFirstSeedThatNames = 101;  // the hundred before it are kept as they were before definitions named others in filters

Value maybe(Dice& dice, Value value) { return chance(dice, 15) ? Value{} : std::move(value); }
Value text(std::string value) { return value; }

const std::vector<std::string> kZones = {"UTC", "Europe/Bratislava", "America/New_York", "Australia/Lord_Howe"};

}  // namespace

World::World(std::uint64_t seed) : dice_(seed), segments_max_(seed % 10 == 0 ? kSegmentsOfMany : kSegmentsMax), names_in_filters_(seed >= kFirstSeedThatNames), now_{kStartMs + static_cast<std::int64_t>(below(dice_, 60 * 24)) * kHourMs} {}

std::vector<Command> World::beginning() {
  std::vector<Command> all;
  const auto add = [&](CommandBody body) { all.push_back({.accepted_at = now_, .body = std::move(body)}); };
  add(SetZone{.zone = one_of(dice_, kZones)});
  const auto attribute = [&](TableKind kind, std::string table, std::string name, ValueType type, History history = History::none) {
    add(DeclareAttribute{.table = {kind, std::move(table)}, .attribute = {.name = std::move(name), .type = type, .history = history}});
  };
  for (const char* event : {"click", "buy", "view"}) add(DeclareEvent{.name = event});
  add(DeclareRecordType{.name = "deal"});
  attribute(TableKind::contact, "", "country", ValueType::text);
  attribute(TableKind::contact, "", "age", ValueType::number);
  attribute(TableKind::contact, "", "vip", ValueType::boolean);
  attribute(TableKind::contact, "", "tags", ValueType::set);
  attribute(TableKind::contact, "", "signup", ValueType::timestamp);
  attribute(TableKind::contact, "", "birth", ValueType::date);
  attribute(TableKind::contact, "", "plan", ValueType::text, History::kept);
  attribute(TableKind::account, "", "industry", ValueType::text);
  attribute(TableKind::event, "click", "campaign", ValueType::text);
  attribute(TableKind::event, "click", "n", ValueType::number);
  attribute(TableKind::event, "buy", "amount", ValueType::number);
  attribute(TableKind::record, "deal", "stage", ValueType::text);
  attribute(TableKind::record, "deal", "amount", ValueType::number);
  attribute(TableKind::record, "deal", "due", ValueType::date);
  for (const char* list : {"l0", "l1"}) add(PutList{.key = list});
  for (const char* set : {"s0", "s1"}) add(PutSet{.key = set, .values = {"SK", "CZ"}});
  if (names_in_filters_) {
    add(PutSet{.key = "s2", .values = {"won"}});
    add(PutSet{.key = "s3", .values = {"c0", "c2"}});
  }
  for (int i = 0; i < 6; ++i) add(contacts());
  for (int i = 0; i < 8; ++i) add(events());
  for (int i = 0; i < 3; ++i) add(records());
  for (std::uint64_t i = 0; i < segments_max_ - 6; ++i) add(segment());
  return all;
}

Command World::advance_to(Timestamp at) {
  now_ = std::max(now_, at);
  return {.accepted_at = now_, .body = AdvanceTime{}};
}

Command World::step() {
  now_.ms += chance(dice_, 10) ? 0 : static_cast<std::int64_t>(below(dice_, static_cast<std::uint64_t>(3 * kHourMs)));
  Command command{.accepted_at = now_, .body = AdvanceTime{}};
  if (chance(dice_, 2)) command.accepted_at.ms -= kHourMs;
  const std::uint64_t kind = below(dice_, 200);
  if (kind < 100) command.body = events();
  else if (kind < 135) command.body = contacts();
  else if (kind < 150) command.body = records();
  else if (kind < 162) command.body = lists();
  else if (kind < 174) command.body = segment();
  else if (kind < 178) command.body = MergeContacts{.from_id = some_contact(), .into_id = some_contact()};
  else if (kind < 182) command.body = EraseContact{.contact_id = some_contact()};
  else if (kind < 184) command.body = value_set();
  else if (kind < 185) command.body = SetZone{.zone = one_of(dice_, kZones)};
  else if (kind < 186 && !segments_.empty()) command.body = DeleteSegment{.key = one_of(dice_, segments_)};
  else if (kind < 195 && !segments_.empty()) command.body = by_hand();
  else if (kind < 197) command.body = snapshot();
  else if (kind < 198) command.body = DeclareEvent{.name = fmt::format("new_{}", below(dice_, 3))};
  if (const auto* gone = std::get_if<DeleteSegment>(&command.body)) std::erase(segments_, gone->key);
  if (const auto* gone = std::get_if<DeleteList>(&command.body)) std::erase(snapshots_, gone->key);
  return command;
}

void World::refused(const Command& command) {
  if (const auto* put = std::get_if<PutSegment>(&command.body)) std::erase(segments_, put->key);
  if (const auto* kept = std::get_if<DeleteSegment>(&command.body)) segments_.push_back(kept->key);
  if (const auto* kept = std::get_if<DeleteList>(&command.body)) snapshots_.push_back(kept->key);
  if (const auto* put = std::get_if<PutSnapshot>(&command.body)) std::erase(snapshots_, put->key);
}

std::string World::some_contact() {
  if (contacts_ < kContactsMax && chance(dice_, 5)) ++contacts_;
  return fmt::format("k{}", below(dice_, contacts_));
}

Timestamp World::event_time() {
  const std::uint64_t kind = below(dice_, 100);
  std::int64_t away = 0;
  if (kind < 50) away = -static_cast<std::int64_t>(below(dice_, 60'000));
  else if (kind < 75) away = -static_cast<std::int64_t>(below(dice_, static_cast<std::uint64_t>(40 * 24 * kHourMs)));
  else if (kind < 85) away = static_cast<std::int64_t>(below(dice_, static_cast<std::uint64_t>(5 * 24 * kHourMs)));
  else if (kind < 95) return {(now_.ms - static_cast<std::int64_t>(below(dice_, 30)) * 24 * kHourMs) / kHourMs * kHourMs};  // many at one instant
  return {now_.ms + away};
}

CommandBody World::events() {
  ImportBatch batch{.kind = BatchKind::events, .columns = {{"campaign", ValueType::text}, {"n", ValueType::number}, {"amount", ValueType::number}}, .rows = {}};
  for (std::uint64_t i = 1 + below(dice_, 6); i > 0; --i) {
    BatchRow row{.id = some_contact(), .at = event_time(), .event = one_of<std::string>(dice_, {"click", "click", "buy", "view", "new_0"}), .values = {{}, {}, {}}};
    if (chance(dice_, 40)) row.message_id = fmt::format("m{}", chance(dice_, 80) ? ++messages_ : below(dice_, messages_ + 1));
    if (row.event == "click") row.values = {maybe(dice_, text(fmt::format("c{}", below(dice_, 4)))), maybe(dice_, Decimal(static_cast<std::int64_t>(below(dice_, 9)))), {}};
    if (row.event == "buy") {  // refunds and halves among them
      const std::int64_t amount = static_cast<std::int64_t>(below(dice_, 80)) - (chance(dice_, 15) ? 60 : 0);
      row.values[2] = maybe(dice_, chance(dice_, 20) ? Decimal::from_parts(amount * 10 + 5, 1) : Decimal(amount));
    }
    batch.rows.push_back(std::move(row));
  }
  return batch;
}

CommandBody World::contacts() {
  if (chance(dice_, 10)) {
    return ImportBatch{.kind = BatchKind::accounts, .columns = {{"industry", ValueType::text}},
                       .rows = {{.id = fmt::format("a{}", below(dice_, 6)), .values = {maybe(dice_, text(one_of<std::string>(dice_, {"Retail", "Banking"})))}}}};
  }
  ImportBatch batch{.kind = BatchKind::contacts, .columns = {}, .rows = {}};
  const bool with_plan = chance(dice_, 30);
  batch.columns = {{"country", ValueType::text}, {"age", ValueType::number}, {"vip", ValueType::boolean}, {"tags", ValueType::set}, {"signup", ValueType::timestamp}, {"birth", ValueType::date}};
  if (with_plan) batch.columns = {{"plan", ValueType::text}};
  for (std::uint64_t i = 1 + below(dice_, 8); i > 0; --i) {
    BatchRow row{.id = some_contact()};
    if (chance(dice_, 30)) row.owner = chance(dice_, 80) ? fmt::format("a{}", below(dice_, 6)) : "";
    if (with_plan) {
      row.values = {maybe(dice_, text(one_of<std::string>(dice_, {"trial", "paid", "free"})))};
      if (chance(dice_, 20)) row.at = event_time();
    } else {
      TextSet tags;
      for (int tag = 0; tag < 3; ++tag) if (chance(dice_, 40)) tags.push_back(fmt::format("t{}", tag));
      const Date day = utc_date(now_);
      row.values = {maybe(dice_, text(one_of<std::string>(dice_, {"SK", "sk", "CZ", "PL"}))), maybe(dice_, Decimal(static_cast<std::int64_t>(18 + below(dice_, 50)))), maybe(dice_, chance(dice_, 50)),
                    tags.empty() ? Value{} : Value(tags), maybe(dice_, event_time()), maybe(dice_, Date{chance(dice_, 10) ? day.days + static_cast<std::int32_t>(below(dice_, 1'100)) : day.days - static_cast<std::int32_t>(365 * (20 + below(dice_, 30)) + below(dice_, 40))})};
    }
    batch.rows.push_back(std::move(row));
  }
  return batch;
}

CommandBody World::records() {
  const bool of_contact = chance(dice_, 60);
  ImportBatch batch{.kind = of_contact ? BatchKind::contact_records : BatchKind::account_records, .record_type = "deal",
                    .columns = {{"stage", ValueType::text}, {"amount", ValueType::number}, {"due", ValueType::date}}, .rows = {}};
  BatchRow row{.id = fmt::format("{}{}", of_contact ? "d" : "e", chance(dice_, 60) ? ++records_ : below(dice_, records_ + 1))};
  row.owner = of_contact ? some_contact() : fmt::format("a{}", below(dice_, 6));
  const Date due{utc_date(now_).days - 20 + static_cast<std::int32_t>(below(dice_, 50))};
  row.values = {maybe(dice_, text(one_of<std::string>(dice_, {"won", "open"}))), maybe(dice_, Decimal(static_cast<std::int64_t>(below(dice_, 100)))), maybe(dice_, due)};
  batch.rows.push_back(std::move(row));
  return batch;
}

CommandBody World::lists() {
  const std::string key = fmt::format("l{}", below(dice_, 2));
  if (chance(dice_, 30)) return RemoveFromList{.key = key, .contact_ids = {some_contact()}};
  return AddToList{.key = key, .contact_ids = {some_contact(), some_contact()}, .by = "sim", .note = ""};
}

CommandBody World::by_hand() {
  const auto what = one_of<Override>(dice_, {Override::added, Override::added, Override::removed, Override::none});
  return OverrideMembership{.key = one_of(dice_, segments_), .what = what, .contact_ids = {some_contact(), some_contact()}, .by = "sim", .note = "a call"};
}

CommandBody World::snapshot() {
  if (!snapshots_.empty() && chance(dice_, 25)) return DeleteList{.key = one_of(dice_, snapshots_)};
  snapshots_.push_back(fmt::format("n{}", ++snapshots_taken_));
  return PutSnapshot{.key = snapshots_.back(), .text = random_definition(dice_, vocabulary({})), .parameters = {}, .by = "sim", .note = ""};
}

Vocabulary World::vocabulary(const std::vector<std::string>& more) const {
  Vocabulary vocabulary{.segments = segments_, .names_in_filters = names_in_filters_};
  vocabulary.segments.insert(vocabulary.segments.end(), more.begin(), more.end());
  return vocabulary;
}

CommandBody World::value_set() {
  const std::uint64_t set = below(dice_, names_in_filters_ ? 4 : 2);
  if (set == 2) return PutSet{.key = "s2", .values = {one_of<std::string>(dice_, {"won", "WON", "open", "lost"})}};
  if (set == 3) return PutSet{.key = "s3", .values = {fmt::format("c{}", below(dice_, 4)), "c3"}};
  return PutSet{.key = fmt::format("s{}", set), .values = {one_of<std::string>(dice_, {"SK", "PL"}), "CZ"}};
}

CommandBody World::segment() {
  PutSegment put;
  if (chance(dice_, 10)) {
    put = {.key = fmt::format("p{}", below(dice_, 2)), .text = "did click in last $days days", .parameters = {{.name = "days", .type = ValueType::number, .value = Decimal(static_cast<std::int64_t>(1 + below(dice_, 9)))}}};
  } else {
    put.key = segments_.size() < segments_max_ ? fmt::format("g{}", below(dice_, segments_max_)) : one_of(dice_, segments_);
    if (!named_.empty() && chance(dice_, 40)) put.key = one_of(dice_, named_);
    put.text = random_definition(dice_, vocabulary(snapshots_));
    for (const std::string& key : names_in_filters_ ? named_in_filters(put.text) : std::vector<std::string>())
      if (std::ranges::find(snapshots_, key) == snapshots_.end()) named_.push_back(key);
  }
  if (std::ranges::find(segments_, put.key) == segments_.end()) segments_.push_back(put.key);
  return put;
}

}  // namespace wanamaker::simulate
