#include "ingest/earlier_rejects.h"

#include "ingest/target.h"

#include <algorithm>
#include <utility>

namespace wanamaker {

EarlierRejects::EarlierRejects(const RejectsFile& file) : file_(file), records_(file.path(), file.header()) {}

std::optional<RowFault> EarlierRejects::fault_of(const RawRow& row) {
  read_ahead(row.number);
  ahead_.erase(ahead_.begin(), ahead_.lower_bound(row.number));
  const auto found = ahead_.find(row.number);
  if (found == ahead_.end()) return std::nullopt;
  const auto& [fault, hash] = found->second;
  if (hash_hex(file_.line_of(row, fault)) != hash) return std::nullopt;
  return fault;
}

void EarlierRejects::read_ahead(std::uint64_t row) {
  for (std::string text; !at_end_ && read_to_row_ <= row + kRowsAlone;) {
    at_end_ = !records_.next(text);
    auto record = at_end_ ? std::nullopt : reject_record_of(text, file_.delimiter());
    if (!record) continue;
    read_to_row_ = std::max(read_to_row_, record->row);
    ahead_.insert_or_assign(record->row, Entry{.fault = {.code = std::move(record->code), .reason = std::move(record->reason)}, .hash = hash_hex(text)});
  }
}

}  // namespace wanamaker
