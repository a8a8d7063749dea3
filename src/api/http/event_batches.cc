#include "api/http/event_batches.h"

#include "api/http/json_value.h"
#include "model/schema.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {

EventBatches::EventBatches(const Base& base, PropertyTypes wanted) : base_(base), wanted_(std::move(wanted)) {
  for (const EventType& event : base.schema.events) known_properties_ += event.properties.size();
}

bool EventBatches::is_new_name_allowed(const std::string& event) {
  if (base_.schema.find_event(event) || std::ranges::find(new_names_, event) != new_names_.end()) return true;
  if (base_.schema.events.size() + new_names_.size() >= kEventNamesMax) return false;
  new_names_.push_back(event);
  return true;
}

// The type that a value of the property must have; nothing where it can have none.
std::optional<ValueType> EventBatches::type_for(const std::string& event, const TrackedProperty& property) {
  const auto known = base_.schema.find_event(event);
  std::size_t known_count = 0;
  if (known) {
    const AttributeTable& properties = base_.schema.events[known->value].properties;
    if (const auto id = properties.find(property.name)) return properties.at(*id).type;
    known_count = properties.size();
  }
  if (const auto seen = new_types_.find({event, property.name}); seen != new_types_.end()) return seen->second;
  auto type = natural_type(*property.value);
  if (const auto of_event = wanted_.find(event); of_event != wanted_.end())
    if (const auto wanted = of_event->second.find(property.name); wanted != of_event->second.end()) type = wanted->second;
  const auto value = type ? value_from_json(*property.value, *type) : std::expected<Value, std::string>();
  std::size_t& added = new_properties_[event];
  if (!type || !value || is_missing(*value) || known_count + added >= kPropertiesOfAnEventMax || known_properties_ + new_types_.size() >= kPropertiesMax) return std::nullopt;
  ++added;
  return new_types_.emplace(PropertyOf{event, property.name}, *type).first->second;
}

EventBatches::Batch& EventBatches::batch_for(const std::vector<std::pair<std::string, Value>>& values) {
  if (!batches_.empty()) {
    Batch& last = batches_.back();
    const auto more = static_cast<std::size_t>(std::ranges::count_if(values, [&](const auto& value) { return !last.column_of.contains(value.first); }));
    const std::size_t columns = last.batch.columns.size() + more;
    if (columns <= kColumnsOfABatch && columns * (last.batch.rows.size() + 1) <= kCellsOfABatch) return last;
  }
  batches_.push_back({.batch = {.kind = BatchKind::events, .columns = {}, .rows = {}}, .column_of = {}, .index_of = {}});
  return batches_.back();
}

std::optional<RejectedItem> EventBatches::add(const Event& event) {
  if (auto good = check_name({TableKind::event, event.name}, event.name); !good) return RejectedItem{event.index, "event", good.error().message};
  if (event.sender == Sender::anybody && event.message_id.starts_with(kProviderMessages)) return RejectedItem{event.index, "message_id", fmt::format("a message id does not begin with '{}': those are of what services that send e-mail tell", kProviderMessages)};
  if (base_.schema.find_record(event.name)) return RejectedItem{event.index, "event", fmt::format("'{}' is a record type: an event needs another name", event.name)};
  if (!is_new_name_allowed(event.name)) return RejectedItem{event.index, "event", fmt::format("the event is new, and {} event names are known already; more are not taken", kEventNamesMax)};
  std::vector<std::pair<std::string, Value>> values;
  for (const TrackedProperty& property : event.properties) {
    const bool has_name = check_name({TableKind::event, event.name}, property.name).has_value();
    const auto type = has_name ? type_for(event.name, property) : std::nullopt;
    auto value = type ? value_from_json(*property.value, *type) : std::expected<Value, std::string>(std::unexpected(std::string()));
    if (!value) ++dropped_;
    else if (!is_missing(*value)) values.emplace_back(property.name, *std::move(value));
  }
  Batch& batch = batch_for(values);
  BatchRow row{.id = event.contact_id, .at = event.at, .event = event.name, .message_id = event.message_id};
  for (auto& [name, value] : values) {
    const auto [column, is_new] = batch.column_of.try_emplace(name, batch.batch.columns.size());
    if (is_new) batch.batch.columns.push_back({.name = name, .type = type_of(value)});
    if (row.values.size() <= column->second) row.values.resize(column->second + 1);
    row.values[column->second] = std::move(value);
  }
  batch.batch.rows.push_back(std::move(row));
  batch.index_of.push_back(event.index);
  return std::nullopt;
}

EventBatches::Outcome EventBatches::together(const Outcome& so_far, const Batch& batch, const SubmitOutcome& outcome) {
  Outcome all = so_far;
  all.applied += outcome.applied;
  all.duplicates += outcome.duplicates;
  for (const RejectedRow& row : outcome.rejects) all.rejected.push_back({batch.index_of[row.row_index], row.code, row.reason, row.differs_in_time_alone});
  return all;
}

Result<EventBatches::Outcome> EventBatches::submit(Workspace& workspace, const Beside& beside) {
  Written written = submit_as_far_as_possible(workspace, beside);
  if (written.failure) return fail(*std::move(written.failure));
  return std::move(written.outcome);
}

EventBatches::Written EventBatches::submit_as_far_as_possible(Workspace& workspace, const Beside& beside) {
  Written written;
  Outcome& all = written.outcome;
  for (Batch& batch : batches_) {
    if (written.failure) {
      written.unwritten.insert(written.unwritten.end(), batch.index_of.begin(), batch.index_of.end());
      continue;
    }
    for (BatchRow& row : batch.batch.rows) row.values.resize(batch.batch.columns.size());
    const bool is_last = &batch == &batches_.back();
    Companions companions;
    if (is_last && beside) companions = [&](const SubmitOutcome& outcome) { return beside(together(all, batch, outcome)); };
    auto outcome = workspace.submit(std::move(batch.batch), Forgotten::are_duplicates, companions);
    if (outcome) {
      all = together(all, batch, *outcome);
    } else {
      written.failure = std::move(outcome).error();
      written.unwritten = batch.index_of;
    }
  }
  batches_.clear();
  std::ranges::sort(written.unwritten);
  return written;
}

}  // namespace wanamaker
