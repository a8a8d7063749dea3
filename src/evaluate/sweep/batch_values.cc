// Operands as columns of values, and comparisons over them.

#include "base/check.h"
#include "evaluate/aggregate.h"
#include "evaluate/asked_about.h"
#include "evaluate/literal.h"
#include "evaluate/sweep/batch_sweep.h"

#include <algorithm>
#include <optional>

namespace wanamaker {
namespace {

bool names_an_id(const TypedOperand& operand) {
  const PathKind kind = operand.path.kind;
  return operand.kind == OperandKind::path && (kind == PathKind::contact_id || kind == PathKind::account_id || kind == PathKind::record_id || kind == PathKind::account_link);
}

}  // namespace

Mask BatchSweep::compare(const TypedExpression& node, const Batch& batch) {
  const Comparer comparer(node);
  const bool right_is_constant = std::all_of(node.operands.begin() + 1, node.operands.end(), [](const TypedOperand& operand) { return operand.kind == OperandKind::literal; });
  const bool texts = node.operands[0].kind == OperandKind::path && node.operands[0].type == ValueType::text && !names_an_id(node.operands[0]);
  if (texts && right_is_constant && node.test != CoreTest::is_known) return compare_texts(node, batch, comparer);
  Mask mask(batch.size());
  // Ids are read one at a time: their views do not outlive the next reading.
  if (std::ranges::any_of(node.operands, names_an_id)) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto right = [&](std::size_t k) { return node.operands[k].kind == OperandKind::path ? read_path(environment_, batch.subject(i), node.operands[k].path) : literal_scalar(node.operands[k]); };
      mask[i] = comparer.holds(read_path(environment_, batch.subject(i), node.operands[0].path), right, environment_) ? 1 : 0;
    }
    return mask;
  }
  std::vector<std::vector<Scalar>> columns;
  for (const TypedOperand& operand : node.operands) columns.push_back(operand.kind == OperandKind::literal ? std::vector<Scalar>{literal_scalar(operand)} : read(operand, batch));
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto value = [&](std::size_t k) { return node.operands[k].kind == OperandKind::literal ? columns[k][0] : columns[k][i]; };
    mask[i] = comparer.holds(value(0), value, environment_) ? 1 : 0;
  }
  return mask;
}

// A test of a text against constants is decided once a distinct text.
Mask BatchSweep::compare_texts(const TypedExpression& node, const Batch& batch, const Comparer& comparer) {
  std::unordered_map<const char*, bool> decided;  // by the text's place in the pool
  Mask mask(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Scalar value = read_path(environment_, batch.subject(i), node.operands[0].path);
    const auto* text = std::get_if<TextRef>(&value);
    if (text == nullptr) continue;
    const auto [entry, is_new] = decided.try_emplace(text->text.data(), false);
    if (is_new) entry->second = comparer.holds(value, [&](std::size_t k) { return literal_scalar(node.operands[k]); }, environment_);
    mask[i] = entry->second ? 1 : 0;
  }
  return mask;
}

std::vector<Scalar> BatchSweep::read(const TypedOperand& operand, const Batch& batch) {
  std::vector<Scalar> values(batch.size());
  switch (operand.kind) {
    case OperandKind::path:
      for (std::size_t i = 0; i < batch.size(); ++i) values[i] = read_path(environment_, batch.subject(i), operand.path);
      return values;
    case OperandKind::literal: return std::vector<Scalar>(batch.size(), literal_scalar(operand));
    case OperandKind::aggregate: return aggregate(operand, batch);
    case OperandKind::count: {
      const std::vector<std::int64_t> counts = count_of(operand.source, batch);
      for (std::size_t i = 0; i < counts.size(); ++i) values[i] = Number(Decimal(counts[i]));
      return values;
    }
    case OperandKind::property_of:
    case OperandKind::time_of:
    case OperandKind::days_since: return first_or_last(operand, batch);
    case OperandKind::part:
      for (std::size_t i = 0; i < batch.size(); ++i) values[i] = time_part(read_path(environment_, batch.subject(i), operand.path), operand.part, environment_);
      return values;
    case OperandKind::arithmetic:
    case OperandKind::negate: return arithmetic(operand, batch);
    case OperandKind::tile: {
      const RankingResult& result = environment_.rankings->at(operand.ranking_id);
      for (std::size_t i = 0; i < batch.size(); ++i) if (const auto tile = result.tile(batch.self[i])) values[i] = *tile;
      return values;
    }
  }
  CHECK(false, "every operand has a case");
}

std::vector<Scalar> BatchSweep::first_or_last(const TypedOperand& operand, const Batch& batch) {
  Batch events = expand(operand.source, batch, operand.source.window);
  sort_events(events);
  std::vector<std::optional<std::size_t>> chosen(batch.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto& choice = chosen[events.owner[i]];
    if (!choice || operand.which == Which::last) choice = i;
  }
  std::vector<Scalar> values(batch.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (!chosen[i]) continue;
    const Timestamp at = time_of(events.event[*chosen[i]]);
    if (operand.kind == OperandKind::property_of) values[i] = read_path(environment_, events.subject(*chosen[i]), operand.property);
    else if (operand.kind == OperandKind::time_of) values[i] = at;
    else values[i] = Number(Rational(environment_.t.ms - at.ms, kMillisecondsPerDay));
  }
  return values;
}

std::vector<Scalar> BatchSweep::aggregate(const TypedOperand& operand, const Batch& batch) {
  if (shares_colleagues(operand.source)) return aggregate_colleagues(operand, batch);
  const bool events = operand.source.kind == SourceClass::events;
  std::vector<Scalar> values(batch.size());
  for_each_part(operand.source, batch, [&](const Batch& part, std::size_t first) {
    const Batch found = events ? expand(operand.source, part, operand.source.window) : expand_records(operand.source, part);
    std::size_t next = 0;
    for (std::size_t i = 0; i < part.size(); ++i) {
      Collector collector(operand.function, environment_.base.cells);
      for (; next < found.size() && found.owner[next] == i; ++next) collector.take(read_path(environment_, found.subject(next), operand.property));
      values[first + i] = collector.result();
    }
  });
  return values;
}

std::vector<Scalar> BatchSweep::arithmetic(const TypedOperand& operand, const Batch& batch) {
  std::vector<Scalar> left = read(operand.operands[0], batch);
  if (operand.kind == OperandKind::negate) {
    for (Scalar& value : left) if (!is_missing(value)) value = Number(Rational(-std::get<Number>(value).rational()));
    return left;
  }
  const std::vector<Scalar> right = read(operand.operands[1], batch);
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (is_missing(left[i]) || is_missing(right[i])) {
      left[i] = {};
      continue;
    }
    const auto result = calculate(static_cast<NumberOperator>(operand.arithmetic), std::get<Number>(left[i]), std::get<Number>(right[i]));
    left[i] = result ? Scalar(*result) : Scalar{};
  }
  return left;
}

}  // namespace wanamaker
