#include "ingest/batch_builder.h"

#include <utility>

namespace wanamaker {

void BatchBuilder::add(BuiltRow row, std::size_t place) {
  std::vector<bool> key;
  if (plan_.kind != BatchKind::events) key = std::move(row.is_absent);
  const bool may_differ = !key.empty() || !group_of_id_.empty() || groups_.size() > 1 || (groups_.size() == 1 && !groups_.begin()->first.empty());
  if (may_differ) {
    const auto [entry, is_new] = group_of_id_.try_emplace(row.row.id, key);
    if (!is_new && entry->second != key) {
      prepare_all();
      group_of_id_.emplace(row.row.id, key);
    }
  }
  Group& group = groups_[key];
  if (group.rows.empty() && key.empty()) group.rows.reserve(rows_);  // most files have no other group
  group.is_absent = std::move(key);
  group.rows.push_back(std::move(row.row));
  group.places.push_back(static_cast<std::uint32_t>(place));
}

void BatchBuilder::prepare_all() {
  auto groups = std::exchange(groups_, {});
  group_of_id_.clear();
  for (auto& [key, group] : groups) prepared_.push_back(prepared(std::move(group)));
}

std::vector<PreparedBatch> BatchBuilder::finish() {
  prepare_all();
  if (prepared_.empty()) prepared_.push_back(prepared({}));
  return std::exchange(prepared_, {});
}

PreparedBatch BatchBuilder::prepared(Group group) const {
  ImportBatch batch{.kind = plan_.kind, .record_type = plan_.record_type, .keeps_history = plan_.kind == BatchKind::contacts && plan_.at.has_value(),
                    .columns = {}, .rows = std::move(group.rows), .mark = {}};
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i < group.is_absent.size() && group.is_absent[i]) continue;
    kept.push_back(i);
    batch.columns.push_back(columns_[i]);
  }
  for (BatchRow& row : batch.rows) {
    if (row.values.size() == kept.size()) continue;  // as built: no column was left out, none has come since
    row.values.resize(columns_.size());
    for (std::size_t i = 0; i < kept.size(); ++i) if (kept[i] != i) row.values[i] = std::move(row.values[kept[i]]);
    row.values.resize(kept.size());
  }
  return {.batch = std::move(batch), .places = std::move(group.places)};
}

}  // namespace wanamaker
