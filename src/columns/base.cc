#include "columns/base.h"

#include "base/check.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

namespace wanamaker {
namespace {

constexpr std::uint64_t kRowsForTwoThreads = 1U << 17;  // some 5 ms of work

bool same_place(const Base::EventPlace& a, const Base::EventPlace& b) { return a.event == b.event && a.row == b.row; }

Cell converted(CellStore& cells, const Cell& cell, ValueType from, ValueType to) {
  const auto value = parse_value(to_string(cells.to_value(cell, from)), to);
  const auto* good = std::get_if<Value>(&value);
  return good != nullptr ? cells.to_cell(*good) : Cell{};
}

}  // namespace

ContactOrdinal Base::contact_for(std::string_view id) {
  bool is_new = false;
  const ContactOrdinal contact = contacts_.ordinal_for(id, is_new);
  if (is_new) settled_ = false;
  return contact;
}

std::vector<ContactOrdinal> Base::contacts_for(std::span<const std::string_view> ids) {
  bool has_new = false;
  std::vector<ContactOrdinal> contacts = contacts_.ordinals_for(ids, has_new);
  if (has_new) settled_ = false;
  return contacts;
}

void Base::erase_contact(ContactOrdinal contact) {
  settle_events();
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    for (const std::uint32_t row : events[i].rows_of(contact)) {
      const std::string_view message = events[i].message_id(row);
      if (!message.empty()) messages_.erase(message, [&](const EventPlace& place) { return same_place(place, {{i}, row}); });
    }
    events[i].remove_contact(contact);
  }
  for (RecordTable& table : records) table.remove_contact(contact);
  for (auto& [key, list] : catalog.lists) list.entries.erase(contact);
  for (auto& [key, segment] : catalog.segments) segment.overrides.set(contact, Override::none, {});
  contacts_.erase(contact);
  settled_ = false;
}

void Base::merge_contacts(ContactOrdinal from, ContactOrdinal into) {
  settle_events();
  contacts_.merge(from, into);
  for (EventTable& table : events) table.move_contact(from, into);
  for (RecordTable& table : records) table.move_contact(from, into);
  for (auto& [key, list] : catalog.lists) {
    const ListEntry* entry = list.entries.find(from);
    if (entry == nullptr) continue;
    list.entries.add(into, ListEntry(*entry));
    list.entries.erase(from);
  }
  for (auto& [key, segment] : catalog.segments) segment.overrides.merge(from, into);
  settled_ = false;
}

void Base::add_history(AttributeId attribute, ContactOrdinal contact, Timestamp at, const Cell& value) {
  CHECK(schema.contact.at(attribute).history == History::kept, "only an attribute whose history is kept has one");
  contacts_.add_history(attribute, contact, at, value);
}

AccountOrdinal Base::account_for(std::string_view id) {
  bool is_new = false;
  const AccountOrdinal account = accounts_.ordinal_for(id, is_new);
  if (is_new) settled_ = false;
  return account;
}

std::optional<AccountOrdinal> Base::account_of(ContactOrdinal contact) const {
  const Cell account = contacts_.columns().accounts.at(contact.value);
  if (!account.known) return std::nullopt;
  return AccountOrdinal{static_cast<std::uint32_t>(account.bits)};
}

void Base::set_account_of(ContactOrdinal contact, std::optional<AccountOrdinal> account) {
  contacts_.columns().accounts.set(contact.value, account ? whole_cell(account->value) : Cell{});
  settled_ = false;
}

std::optional<Base::EventPlace> Base::find_message(std::string_view message_id) const {
  return messages_.find(message_id, [&](const EventPlace& place) { return events[place.event.value].message_id(place.row) == message_id; });
}

void Base::convert_column(const TableName& table, AttributeId attribute, ValueType from, ValueType to) {
  std::vector<std::pair<std::uint32_t, Cell>> values;
  for_each_value(table, attribute, [&](std::string_view, std::uint32_t row, const Cell& cell) { values.emplace_back(row, cell); });
  for (const auto& [row, before] : values) {
    const Cell cell = converted(cells, before, from, to);
    switch (table.kind) {
      case TableKind::contact: set_attribute(attribute, {row}, cell); break;
      case TableKind::account: set_account_attribute(attribute, {row}, cell); break;
      case TableKind::event: events[schema.find_event(table.name)->value].set_property(row, attribute, cell); break;
      case TableKind::record: records[schema.find_record(table.name)->value].set_field(row, attribute, cell); break;
    }
  }
  if (table.kind == TableKind::contact) convert_histories(attribute, from, to);
  if (table.kind == TableKind::event) {  // content is the last tie-break of the order, which is made anew
    EventTable& converted_table = events[schema.find_event(table.name)->value];
    converted_table.load(std::move(converted_table.columns()));
  }
}

void Base::convert_histories(AttributeId attribute, ValueType from, ValueType to) {
  auto& histories = contacts_.columns().histories;
  if (attribute.value >= histories.size()) return;
  HistoryColumn& column = histories[attribute.value];
  for (std::uint32_t i = 0; i < ordinals(); ++i) {
    if (column.of({i}).empty()) continue;
    for (HistoryEntry& entry : column.writable({i})) if (entry.value.known) entry.value = converted(cells, entry.value, from, to);
  }
}

std::span<const std::uint32_t> Base::id_ranks() const { return id_order().ranks(); }

// Readers at a time find nothing left to refresh once the first has.
const IdOrder& Base::id_order() const {
  const MutexLock lock(id_ranks_->mutex);
  id_ranks_->order.refresh(contacts_);
  return id_ranks_->order;
}

// Tables are settled apart from each other: after a start, with all of them to do, on two threads, the largest first.
void Base::settle_events() {
  std::vector<std::uint32_t> order;
  std::uint64_t rows = 0;
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    if (events[i].is_settled()) continue;
    order.push_back(i);
    rows += events[i].rows_to_settle();
  }
  std::ranges::sort(order, std::greater(), [&](std::uint32_t i) { return events[i].rows_to_settle(); });
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < order.size(); i = next++) events[order[i]].settle(cells, schema.events[order[i]].properties);
  };
  std::optional<std::jthread> second;
  if (order.size() > 1 && rows > kRowsForTwoThreads) second.emplace(work);
  work();
}

void Base::refresh_set_planes() {
  const std::vector<Column>& columns = attributes();
  set_planes_.resize(columns.size());
  for (std::uint32_t i = 0; i < columns.size(); ++i) {
    if (schema.contact.at({i}).type == ValueType::set) set_planes_[i].refresh(columns[i], cells.signatures());
    else set_planes_[i] = SetPlanes();
  }
}

void Base::settle() {
  settle_events();
  refresh_set_planes();
  if (settled_) return;
  settled_ = true;
  for (RecordTable& table : records) table.settle(ordinals(), accounts());
  contacts_of_ = GroupIndex<ContactOrdinal>(accounts(), [&](auto visit) {
    for_each_known(contacts_.columns().accounts, [&](std::uint32_t contact, std::int64_t account) {
      if (is_contact({contact})) visit(contact, static_cast<std::uint32_t>(account));
    });
  });
}

// ---- pages ----

void BaseColumns::widen() {
  contacts.widen(schema.contact.size());
  accounts.attributes.all(schema.account.size());
  for (std::size_t i = 0; i < events.size(); ++i) events[i].properties.all(schema.events[i].properties.size());
  for (std::size_t i = 0; i < records.size(); ++i) records[i].fields.all(schema.records[i].fields.size());
}

BaseImage Base::image() const {
  BaseColumns columns{.schema = schema, .catalog = catalog, .cells = cells.columns(), .contacts = contacts_.columns(),
                      .accounts = accounts_.columns(), .events = {}, .records = {}};
  columns.events.reserve(events.size());
  for (const EventTable& table : events) columns.events.push_back(table.columns());
  for (const RecordTable& table : records) columns.records.push_back(table.columns());
  columns.widen();
  return BaseImage(std::move(columns));
}

void Base::saved(const BaseImage& image) {
  const BaseColumns& columns = image.columns();
  cells.saved(columns.cells);
  contacts_.columns().saved(columns.contacts);
  accounts_.columns().saved(columns.accounts);
  for (std::size_t i = 0; i < columns.events.size(); ++i) events[i].columns().saved(columns.events[i]);
  for (std::size_t i = 0; i < columns.records.size(); ++i) records[i].columns().saved(columns.records[i]);
  for (const auto& [key, list] : columns.catalog.lists) {
    if (const auto mine = catalog.lists.find(key); mine != catalog.lists.end()) mine->second.entries.saved(list.entries);
  }
  for (const auto& [key, segment] : columns.catalog.segments) {
    const auto mine = catalog.segments.find(key);
    if (mine == catalog.segments.end()) continue;
    mine->second.overrides.added.saved(segment.overrides.added);
    mine->second.overrides.removed.saved(segment.overrides.removed);
  }
}

std::optional<std::string> Base::load(BaseColumns columns) {
  schema = std::move(columns.schema);
  catalog = std::move(columns.catalog);
  if (auto broken = cells.load(std::move(columns.cells))) return broken;
  if (auto broken = contacts_.load(std::move(columns.contacts))) return broken;
  if (auto broken = accounts_.load(std::move(columns.accounts))) return broken;
  events.clear();
  for (EventColumns& table : columns.events) events.emplace_back().load(std::move(table));
  records.clear();
  for (RecordColumns& table : columns.records) if (auto broken = records.emplace_back().load(std::move(table))) return broken;
  if (auto broken = load_messages()) return broken;
  set_planes_.clear();
  id_ranks_ = std::make_unique<IdRanks>();
  settled_ = false;
  return broken_invariant();
}

}  // namespace wanamaker
