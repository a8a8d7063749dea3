#pragma once
// A small base that has something of everything, made of a seed, for tests and the fuzz target of pages.

#include "columns/base.h"

namespace wanamaker {

inline constexpr std::int64_t kSampleNow = 1'700'000'000'000;

// Some text of the person in every place where a person leaves texts.
inline void add_sample_person(Base& base, const std::string& id, const std::string& text, std::uint32_t number) {
  const ContactOrdinal contact = base.contact_for(id);
  base.set_account_of(contact, base.account_for("account " + std::to_string(number % 3)));
  base.set_attribute({0}, contact, base.cells.to_cell(text));
  base.set_attribute({1}, contact, base.cells.to_cell(Decimal::from_parts(1000 + number * 7, static_cast<std::uint8_t>(number % 3))));
  base.add_history({2}, contact, {kSampleNow - number}, base.cells.to_cell("old " + text));
  base.add_history({2}, contact, {kSampleNow}, base.cells.to_cell("new " + text));
  base.set_attribute({3}, contact, base.cells.to_cell(TextSet{text + " likes", "run"}));
  base.set_attribute({4}, contact, base.cells.to_cell(Location{Decimal(number % 90), Decimal::from_parts(155 + number % 1000, 1)}));
  base.set_attribute({5}, contact, base.cells.to_cell(Date{static_cast<std::int32_t>(number)}));
  for (std::uint32_t i = 0; i < number % 4 + 1; ++i) {
    const std::uint32_t type = i % 2;
    const std::string message = text + " message " + std::to_string(i);
    const std::uint32_t row = base.events[type].append(contact, {kSampleNow + 1000 * number - 500 * i}, message);
    base.add_message(message, {{type}, row});
    base.events[type].set_property(row, {0}, base.cells.to_cell(text + " bought"));
  }
  const std::uint32_t record = base.records[0].row_for(text + " deal");
  base.records[0].set_owner(record, OwnerKind::contact, contact.value);
  base.records[0].set_field(record, {0}, base.cells.to_cell(text + " stage"));
  base.catalog.lists.at("vip, of old").entries.add(contact, {.added_at = {kSampleNow}, .by = text + " by", .note = text + " note"});
  base.touch();
}

inline Base sample_base(std::uint32_t persons) {
  Base base;
  base.schema.zone = "Europe/Prague";
  const auto add = [](AttributeTable& table, const char* name, ValueType type, History history = History::none) { table.add({.name = name, .type = type, .history = history}); };
  add(base.schema.contact, "name", ValueType::text);
  add(base.schema.contact, "score", ValueType::number);
  add(base.schema.contact, "stage", ValueType::text, History::kept);
  add(base.schema.contact, "likes", ValueType::set);
  add(base.schema.contact, "home", ValueType::location);
  add(base.schema.contact, "born", ValueType::date);
  add(base.schema.account, "industry", ValueType::text);
  for (const char* name : {"bought", "visited"}) {
    base.schema.events.push_back({.name = name, .properties = {}});
    add(base.schema.events.back().properties, "what", ValueType::text);
    add(base.schema.events.back().properties, "never", ValueType::number);
    base.events.emplace_back();
  }
  base.schema.records.push_back({.name = "deal", .fields = {}});
  add(base.schema.records.back().fields, "stage", ValueType::text);
  base.records.emplace_back();
  base.catalog.lists["vip, of old"].created_at = {kSampleNow};
  base.catalog.lists["taken"] = {.created_at = {kSampleNow}, .entries = {}, .snapshot = SnapshotRule{"everyone", {}, {kSampleNow}, "eva", "for the report"}};
  base.catalog.lists["closed"] = {.created_at = {kSampleNow}, .entries = {}, .snapshot = {}, .lock = ListEntry{{kSampleNow}, "jan", "it is complete"}};
  base.catalog.last_versions["gone"] = 4;
  base.catalog.keys["0123456789ab"] = {.role = KeyRole::write, .name = "shop", .hash = std::string(kKeyHashBytes, 'h'), .added_at = {kSampleNow}, .by = "jan", .revoked_at = Timestamp{kSampleNow + 1}, .revoked_by = "eva"};
  base.catalog.tracked = {"name"};
  base.catalog.sets["east"].values = {"SK", "CZ"};
  base.catalog.segments["rich"] = {.text = "score > $at_least", .parameters = {{.name = "at_least", .type = ValueType::number, .value = Decimal(5)}}, .saved_at = {kSampleNow}, .version = 3, .by = "jan", .note = "fewer"};
  base.catalog.segments["rich"].earlier.push_back({.number = 2, .saved_at = {kSampleNow - 1}, .by = "eva", .note = {}, .text = "score > 1", .parameters = {}});
  for (std::uint32_t i = 0; i < persons; ++i) add_sample_person(base, "c" + std::to_string(i), "person " + std::to_string(i), i);
  base.set_account_attribute({0}, base.account_for("account 1"), base.cells.to_cell(std::string("mining")));
  const std::uint32_t record = base.records[0].row_for("of the account");
  base.records[0].set_owner(record, OwnerKind::account, base.account_for("account 2").value);
  base.touch();
  base.settle();
  if (persons > 3) {
    base.catalog.segments["rich"].overrides.set({3}, Override::added, {.added_at = {kSampleNow}, .by = "ann", .note = "a call"});
    base.catalog.segments["rich"].overrides.set({persons - 1}, Override::removed, {.added_at = {kSampleNow}, .by = "", .note = ""});
  }
  return base;
}

}  // namespace wanamaker
