// Histories of attributes: runs and changes.

#include "calendar/window.h"
#include "evaluate/sweep/batch_sweep.h"

#include <algorithm>

namespace wanamaker {
namespace {

// The value a history test names, as a cell would hold it: the key of a text, else the value itself.
class WantedValue {
 public:
  WantedValue(const Value& value, ValueType type, const CellStore& cells) : value_(value), type_(type), cells_(cells) {
    if (const auto* text = std::get_if<std::string>(&value)) key_ = text_literal(*text).key;
  }
  bool is(const Cell& cell) const {
    if (!cell.known) return false;
    if (type_ == ValueType::text) return cells_.texts().key(text_id(cell)) == key_;
    return cells_.to_value(cell, type_) == value_;
  }

 private:
  const Value& value_;
  ValueType type_;
  const CellStore& cells_;
  std::string key_;
};

bool run_holds(const TypedExpression& node, std::span<const HistoryEntry> entries, const WantedValue& wanted, Timestamp t) {
  const auto known = std::ranges::upper_bound(entries, t, {}, &HistoryEntry::at);
  auto begin = known;
  while (begin != entries.begin() && wanted.is(std::prev(begin)->value)) --begin;
  if (begin == known) return false;
  const bool long_enough = add(begin->at, node.span_of_time) <= t;
  return long_enough == (node.run_length == RunLength::at_least);
}

}  // namespace

Mask BatchSweep::history(const TypedExpression& node, const Batch& batch) const {
  const Base& base = environment_.base;
  const ValueType type = node.path.type;
  std::vector<WantedValue> wanted;
  for (const Value& value : node.values) wanted.emplace_back(value, type, base.cells);
  const WindowAt at(node.window, environment_.t, environment_.zone);
  Mask mask(batch.size(), 0);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto entries = base.history(node.path.attribute, node.path.role == ContactRole::self ? batch.self[i] : batch.asked[i]);
    if (node.kind == ExpressionKind::has_been) {
      mask[i] = run_holds(node, entries, wanted[0], environment_.t) ? 1 : 0;
      continue;
    }
    for (std::size_t k = 0; k < entries.size() && entries[k].at <= environment_.t; ++k) {
      const Cell before = k == 0 ? Cell{} : entries[k - 1].value;
      if (base.cells.equal(before, entries[k].value, type) || !at.contains(entries[k].at)) continue;
      if ((!node.has_from || wanted[0].is(before)) && (!node.has_to || wanted[1].is(entries[k].value))) mask[i] = 1;
    }
  }
  return mask;
}

}  // namespace wanamaker
