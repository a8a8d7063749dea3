#include "evaluate/sweep/property_operator.h"

#include "evaluate/sweep/cell_predicate.h"
#include "evaluate/sweep/outer_events.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace wanamaker {
namespace {


class PropertyOperator : public ShardOperator {
 public:
  PropertyOperator(const TypedExpression& node, const Environment& environment)
      : operand_(node.operands[0]), environment_(environment), test_(node, operand_.property.type, std::nullopt, environment), scan_(operand_.source, operand_.source.window, environment) {
    for (std::uint32_t i = 0; i < operand_.source.events.size(); ++i) {
      const EventTypeId type = operand_.source.events[i];
      const auto& attribute = operand_.property.by_event[type.value];
      const auto& columns = environment.base.events[type.value].columns().properties.all();
      columns_.push_back(attribute && attribute->value < columns.size() ? &columns[attribute->value] : nullptr);
      if (type.value >= places_.size()) places_.resize(type.value + std::size_t{1});
      places_[type.value] = i;
    }
  }

  // The best event so far of each contact: its instant, its row, and its name's place in the source.
  void decide(Shard& shard, ShardBits& out) const override {
    const bool first = operand_.which == Which::first;
    auto& best = shard.scratch.values;
    auto& rows = shard.scratch.counts;
    std::vector<std::uint16_t> names(kShardContacts);
    out.fill(0);
    const Chunk* decided = nullptr;  // of which `passed` is
    RowMask passed{};
    take_outer_events(scan_, first ? EventScan::From::first : EventScan::From::last, shard, best, [&](const EventBlock& block, std::uint32_t row, std::uint32_t place, std::int64_t at) {
      const std::uint32_t name = places_[block.type.value];
      const std::int64_t seen = best[place];
      const std::uint32_t mine = block.first_row() + row;
      if (seen != kNoValue && (first ? at > seen : at < seen)) return;
      if (seen == at && is_before(name, mine, names[place], rows[place]) != first) return;
      best[place] = at;
      rows[place] = mine;
      names[place] = static_cast<std::uint16_t>(name);
      if (decided != &block.times()) {
        decided = &block.times();
        test_.decide(columns_[name] == nullptr ? nullptr : columns_[name]->chunks().find(block.chunk), block.rows, shard.kernels, passed);
      }
      const std::uint64_t bit = std::uint64_t{1} << (place % 64);
      if (has_bit(passed, row)) out[place / 64] |= bit;
      else out[place / 64] &= ~bit;
    });
    intersect(out, shard.living);
  }

 private:
  // Of two events of a contact at the same instant: by name, and within one name as they stand in its strip.
  bool is_before(std::uint32_t name, std::uint32_t row, std::uint32_t other_name, std::uint32_t other_row) const {
    const Base& base = environment_.base;
    const EventTypeId type = operand_.source.events[name];
    if (name != other_name) return base.schema.events[type.value].name < base.schema.events[operand_.source.events[other_name].value].name;
    const auto strip = base.events[type.value].rows_of(base.events[type.value].contact(row));
    return std::ranges::find(strip, row) < std::ranges::find(strip, other_row);
  }

  const TypedOperand& operand_;
  const Environment environment_;
  CellPredicate test_;
  EventScan scan_;
  std::vector<const Column*> columns_;   // by place in the source's names
  std::vector<std::uint32_t> places_;    // by EventTypeId
};

}  // namespace

OperatorPtr property_operator(const TypedExpression& node, const Environment& environment) {
  if (node.operands[0].source.kind != SourceClass::events || node.operands[0].property.kind != PathKind::property) return nullptr;
  return std::make_unique<PropertyOperator>(node, environment);
}

}  // namespace wanamaker
