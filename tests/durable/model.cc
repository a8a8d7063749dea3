#include "durable/model.h"

#include "base/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace wanamaker::durable {

std::string value_text(const Value& value) {
  return is_missing(value) ? "-" : fmt::format("{}:{}", name_of(type_of(value)), to_string(value));
}

std::string entry_text(Timestamp at, const std::string& by, const std::string& note) { return fmt::format("{} {} {}", at.ms, by, note); }

std::string mark_text(const ImportMark& mark) {
  return fmt::format("mark {} {} {} {}", mark.import_key, mark.rows_done, mark.bytes_done, mark.prefix_hash);
}

std::uint64_t hash_of(const StateLines& lines) {
  std::uint64_t hash = lines.size();
  for (const std::string& line : lines) hash = (hash ^ std::hash<std::string>{}(line)) * 0x9E3779B97F4A7C15ULL + 1;
  return hash;
}

std::string difference(const StateLines& expected, const StateLines& found) {
  StateLines missing;
  StateLines extra;
  std::ranges::set_difference(expected, found, std::back_inserter(missing));
  std::ranges::set_difference(found, expected, std::back_inserter(extra));
  missing.resize(std::min<std::size_t>(missing.size(), 3));
  extra.resize(std::min<std::size_t>(extra.size(), 3));
  return fmt::format("expected [{}], found [{}]", fmt::join(missing, " | "), fmt::join(extra, " | "));
}

std::string LaneModel::canonical(const std::string& id) const {
  for (const auto& [kept, contact] : contacts_)
    if (contact.aliases.contains(id)) return kept;
  return id;
}

void LaneModel::apply(const Step& step) {
  if (step.act != Act::command) return;
  std::visit([&](const auto& body) { on(body, step.command.accepted_at); }, step.command.body);
}

void LaneModel::on(const ImportBatch& batch, Timestamp at) {
  for (const BatchRow& row : batch.rows) {
    switch (batch.kind) {
      case BatchKind::contacts: set_contact(batch, row, at); break;
      case BatchKind::accounts:
        for (std::size_t i = 0; i < batch.columns.size(); ++i) accounts_[row.id][batch.columns[i].name] = row.values[i];
        break;
      case BatchKind::contact_records:
      case BatchKind::account_records:
        contact_for(*row.owner);
        records_[row.id].contact = canonical(*row.owner);
        for (std::size_t i = 0; i < batch.columns.size(); ++i) records_[row.id].fields[batch.columns[i].name] = row.values[i];
        break;
      case BatchKind::events: add_event(batch, row); break;
    }
  }
  if (!batch.mark) return;
  std::erase_if(marks_,
                [&](const ImportMark& old) { return !batch.mark->previous_hash.empty() && old.prefix_hash == batch.mark->previous_hash; });
  marks_.push_back(*batch.mark);
}

void LaneModel::add_event(const ImportBatch& batch, const BatchRow& row) {
  if (!row.message_id.empty() && !messages_.insert(row.message_id).second) return;
  Event event{.name = row.event, .at = *row.at, .message_id = row.message_id, .properties = {}};
  for (std::size_t i = 0; i < batch.columns.size(); ++i)
    if (!is_missing(row.values[i])) event.properties[batch.columns[i].name] = row.values[i];
  contact_for(row.id).events.push_back(std::move(event));
}

void LaneModel::set_contact(const ImportBatch& batch, const BatchRow& row, Timestamp at) {
  Contact& contact = contact_for(row.id);
  if (row.owner) contact.account = *row.owner;
  for (std::size_t i = 0; i < batch.columns.size(); ++i) {
    const std::string& name = batch.columns[i].name;
    contact.attributes[name] = row.values[i];
    if (name == "status") contact.histories[name].emplace_back(at, row.values[i]);  // the setup declares it so; instants never go back
  }
}

void LaneModel::on(const DeclareAttribute& command, Timestamp) {
  const Attribute& attribute = command.attribute;
  if (command.table.kind == TableKind::contact)
    columns_[attribute.name] = {attribute.type, attribute.history == History::kept};
  else
    declared_.insert(fmt::format("property {} {} {}", command.table.name, attribute.name, name_of(attribute.type)));
}

void LaneModel::on(const AlterAttribute& command, Timestamp) {
  columns_[command.attribute.name].type = command.attribute.type;
  for (auto& [id, contact] : contacts_) {
    const auto at = contact.attributes.find(command.attribute.name);
    if (at == contact.attributes.end() || is_missing(at->second)) continue;
    const std::string text = to_string(at->second);
    if (command.attribute.type == ValueType::text)
      at->second = text;
    else
      at->second = Decimal(std::stoll(text));
  }
}

void LaneModel::on(const AddToList& command, Timestamp at) {
  for (const std::string& id : command.contact_ids) {
    contact_for(id);
    entries_.try_emplace({command.key, canonical(id)}, entry_text(at, command.by, command.note));
  }
}

void LaneModel::on(const RemoveFromList& command, Timestamp) {
  for (const std::string& id : command.contact_ids) entries_.erase({command.key, canonical(id)});
}

void LaneModel::on(const PutSegment& command, Timestamp at) {
  std::vector<std::string>& versions = segments_[command.key];
  versions.push_back(version_text(versions.size() + 1, at, command.by, command.text));
}

// One entry a contact and segment; one that says the same already stays.
void LaneModel::on(const OverrideMembership& command, Timestamp at) {
  const std::string what = command.what == Override::added ? "added" : "removed";
  for (const std::string& id : command.contact_ids) {
    if (command.what == Override::added) contact_for(id);
    const auto place = std::pair(command.key, canonical(id));
    const auto known = overrides_.find(place);
    if (known != overrides_.end() && (command.what == Override::none || !known->second.starts_with(what))) overrides_.erase(known);
    if (command.what != Override::none) overrides_.try_emplace(place, what + " " + entry_text(at, command.by, command.note));
  }
}

void LaneModel::on(const MergeContacts& command, Timestamp) {
  const std::string from = canonical(command.from_id);
  const std::string into = canonical(command.into_id);
  Contact gone = std::move(contacts_.at(from));
  contacts_.erase(from);
  Contact& kept = contacts_.at(into);
  for (auto& [name, value] : gone.attributes)
    if (is_missing(kept.attributes[name])) kept.attributes[name] = std::move(value);
  for (auto& [name, history] : gone.histories) kept.histories.try_emplace(name, std::move(history));
  if (kept.account.empty()) kept.account = gone.account;
  kept.events.insert(kept.events.end(), gone.events.begin(), gone.events.end());
  kept.aliases.insert(from);
  kept.aliases.merge(gone.aliases);
  for (auto& [id, record] : records_)
    if (record.contact == from) record.contact = into;
  merge(entries_, from, into);
  merge(overrides_, from, into);
}

void LaneModel::merge(Entries& entries, const std::string& from, const std::string& into) {
  Entries merged;
  for (const auto& [place, entry] : entries)
    if (place.second != from) merged.emplace(place, entry);
  for (const auto& [place, entry] : entries)
    if (place.second == from) merged.try_emplace({place.first, into}, entry);
  entries = std::move(merged);
}

void LaneModel::on(const EraseContact& command, Timestamp) {
  const std::string id = canonical(command.contact_id);
  for (const Event& event : contacts_.at(id).events) messages_.erase(event.message_id);
  contacts_.erase(id);
  std::erase_if(records_, [&](const auto& entry) { return entry.second.contact == id; });
  std::erase_if(entries_, [&](const auto& entry) { return entry.first.second == id; });
  std::erase_if(overrides_, [&](const auto& entry) { return entry.first.second == id; });
}

std::string version_text(std::size_t number, Timestamp saved_at, const std::string& by, const std::string& text) {
  return fmt::format("version {} {} by [{}]: {}", number, saved_at.ms, by, text);
}

StateLines LaneModel::lines() const {
  StateLines lines;
  if (lane_ == 0) lines.push_back("zone " + zone_);
  lines.insert(lines.end(), declared_.begin(), declared_.end());
  for (const auto& [name, column] : columns_)
    lines.push_back(fmt::format("attribute {} {} {}", name, name_of(column.type), column.keeps_history));
  for (const auto& [id, contact] : contacts_) {
    lines.push_back(fmt::format("contact {} account {} aliases [{}]", id, contact.account, fmt::join(contact.aliases, ",")));
    for (const auto& [name, value] : contact.attributes)
      if (!is_missing(value)) lines.push_back(fmt::format("value {} {} {}", id, name, value_text(value)));
    for (const Event& event : contact.events) {
      std::string line = fmt::format("event {} {} {} {}", id, event.name, event.at.ms, event.message_id);
      for (const auto& [name, value] : event.properties) line += fmt::format(" {}={}", name, value_text(value));
      lines.push_back(std::move(line));
    }
    for (const auto& [name, history] : contact.histories) {
      std::string line = fmt::format("history {} {}", id, name);
      for (const auto& [at, value] : history) line += fmt::format(" {}={}", at.ms, value_text(value));
      lines.push_back(std::move(line));
    }
  }
  for (const auto& [id, account] : accounts_)
    for (const auto& [name, value] : account) lines.push_back(fmt::format("account {} {} {}", id, name, value_text(value)));
  for (const auto& [id, record] : records_) {
    std::string line = fmt::format("record {} {}", id, record.contact);
    for (const auto& [name, value] : record.fields) line += fmt::format(" {}={}", name, value_text(value));
    lines.push_back(std::move(line));
  }
  for (const auto& [key, versions] : segments_)
    for (const std::string& version : versions) lines.push_back(fmt::format("segment {} {}", key, version));
  for (const auto& [place, entry] : overrides_) lines.push_back(fmt::format("override {} {} {}", place.first, place.second, entry));
  for (const auto& [key, at] : lists_) lines.push_back(fmt::format("list {} {}", key, at.ms));
  for (const auto& [place, entry] : entries_) lines.push_back(fmt::format("entry {} {} {}", place.first, place.second, entry));
  for (const auto& [key, values] : sets_) lines.push_back(fmt::format("set {} [{}]", key, fmt::join(values, ",")));
  for (const ImportMark& mark : marks_) lines.push_back(mark_text(mark));
  std::ranges::sort(lines);
  return lines;
}

void LaneHistory::restart() {
  lane_ = std::make_unique<Lane>(options_);
  model_ = std::make_unique<LaneModel>(options_.lane);
  position_ = 0;
  hashes_[0] = hash_of(model_->lines());
}

std::uint64_t LaneHistory::hash_after(std::uint64_t steps) {
  if (const auto known = hashes_.find(steps); known != hashes_.end()) return known->second;
  if (steps < position_) restart();
  const bool keeps_all = steps - position_ < 2'000;  // printing a state costs more than a step
  while (position_ < steps) {
    const auto step = lane_->next();
    CHECK(step.has_value(), "a lane is asked for the steps it has");
    model_->apply(*step);
    ++position_;
    if (keeps_all || position_ == steps) hashes_[position_] = hash_of(model_->lines());
  }
  return hashes_.at(steps);
}

StateLines LaneHistory::lines_after(std::uint64_t steps) const {
  Lane lane(options_);
  LaneModel model(options_.lane);
  for (; steps > 0; --steps) {
    const auto step = lane.next();
    if (!step) break;
    model.apply(*step);
  }
  return model.lines();
}

}  // namespace wanamaker::durable
