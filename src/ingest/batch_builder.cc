#include "ingest/batch_builder.h"

#include "base/check.h"

#include <utility>

namespace wanamaker {

Result<void> BatchBuilder::add(BuiltRow row, RawRow raw) {
  std::vector<bool> key;
  if (plan_.kind != BatchKind::events) key = std::move(row.is_absent);
  const bool may_differ = !key.empty() || !group_of_id_.empty() || groups_.size() > 1 || (groups_.size() == 1 && !groups_.begin()->first.empty());
  if (may_differ) {
    const auto [entry, is_new] = group_of_id_.try_emplace(row.row.id, key);
    if (!is_new && entry->second != key) {
      WM_CHECK_OK(submit_all());
      group_of_id_.emplace(row.row.id, key);
    }
  }
  Group& group = groups_[key];
  group.is_absent = std::move(key);
  group.rows.push_back(std::move(row.row));
  group.raws.push_back(std::move(raw));
  return {};
}

Result<void> BatchBuilder::submit_all() {
  auto groups = std::exchange(groups_, {});
  group_of_id_.clear();
  for (auto& [key, group] : groups) WM_CHECK_OK(submit(std::move(group), std::nullopt));
  return {};
}

Result<BatchBuilder::Outcome> BatchBuilder::finish(ImportMark mark) {
  Group last;
  if (!groups_.empty()) last = std::move(groups_.extract(std::prev(groups_.end())).mapped());
  WM_CHECK_OK(submit_all());
  WM_CHECK_OK(submit(std::move(last), std::move(mark)));
  return std::exchange(outcome_, {});
}

Result<void> BatchBuilder::submit(Group group, std::optional<ImportMark> mark) {
  ImportBatch batch{.kind = plan_.kind, .record_type = plan_.record_type, .keeps_history = plan_.kind == BatchKind::contacts && plan_.at.has_value(),
                    .columns = {}, .rows = std::move(group.rows), .mark = std::move(mark)};
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i < group.is_absent.size() && group.is_absent[i]) continue;
    kept.push_back(i);
    batch.columns.push_back(columns_[i]);
  }
  for (BatchRow& row : batch.rows) {
    row.values.resize(columns_.size());
    for (std::size_t i = 0; i < kept.size(); ++i) if (kept[i] != i) row.values[i] = std::move(row.values[kept[i]]);
    row.values.resize(kept.size());
  }
  const std::size_t rows = batch.rows.size();
  WM_TRY(BatchOutcome answer, target_.submit(std::move(batch)));
  CHECK(answer.applied + answer.duplicates + answer.rejects.size() == rows, "the target accounts for every row");
  outcome_.applied += answer.applied;
  outcome_.duplicates += answer.duplicates;
  for (RowReject& reject : answer.rejects) {
    CHECK(reject.row_index < rows, "the target rejects rows of the batch");
    outcome_.refused.push_back({.raw = std::move(group.raws[reject.row_index]), .fault = {.code = std::move(reject.code), .reason = std::move(reject.reason)}});
  }
  return {};
}

}  // namespace wanamaker
