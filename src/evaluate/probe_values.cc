// Operands and histories: the values that a probe compares.

#include "base/check.h"
#include "calendar/window.h"
#include "evaluate/aggregate.h"
#include "evaluate/literal.h"
#include "evaluate/probe.h"

#include <algorithm>

namespace wanamaker {
Scalar Probe::read(const TypedOperand& operand, const Subject& subject) {
  switch (operand.kind) {
    case OperandKind::path: return read_path(environment_, subject, operand.path);
    case OperandKind::literal: return literal_scalar(operand);
    case OperandKind::aggregate: return aggregate(operand, subject);
    case OperandKind::count: {
      const bool events = operand.source.kind == SourceClass::events;
      const std::size_t count = events ? select(operand.source, subject, Bounded::by_window).size() : count_records(operand.source, subject);
      return Number::whole(static_cast<std::int64_t>(count));
    }
    case OperandKind::property_of: {
      const auto event = first_or_last(operand, subject);
      if (!event) return {};
      Subject inner = subject;
      inner.event = &*event;
      return read_path(environment_, inner, operand.property);
    }
    case OperandKind::time_of: {
      const auto event = first_or_last(operand, subject);
      return event ? Scalar(time_of(*event)) : Scalar{};
    }
    case OperandKind::days_since: {
      const auto event = first_or_last(operand, subject);
      if (!event) return {};
      return Number(Rational(environment_.t.ms - time_of(*event).ms, kMillisecondsPerDay));
    }
    case OperandKind::part: return time_part(read_path(environment_, subject, operand.path), operand.part, environment_);
    case OperandKind::arithmetic:
    case OperandKind::negate: return arithmetic(operand, subject);
    case OperandKind::tile: {
      const auto tile = environment_.rankings->at(operand.ranking_id).tile(subject.self);
      return tile ? Scalar(*tile) : Scalar{};
    }
  }
  CHECK(false, "every operand has a case");
}

std::optional<EventRef> Probe::first_or_last(const TypedOperand& operand, const Subject& subject) {
  return end_of(operand.source, operand.which, subject, operand.source.window);
}

Scalar Probe::aggregate(const TypedOperand& operand, const Subject& subject) {
  Collector collector(operand.function, environment_.base.cells);
  if (operand.source.kind == SourceClass::events) {
    for (const EventRef& event : select(operand.source, subject, Bounded::by_window)) {
      Subject inner = subject;
      inner.event = &event;
      collector.take(read_path(environment_, inner, operand.property));
    }
    return collector.result();
  }
  if (const auto account = shared_account(operand.source, subject)) return aggregate_of_others(operand, *account, subject.self);
  for (const std::uint32_t row : select_records(operand.source, subject)) {
    Subject inner = subject;
    if (operand.source.kind == SourceClass::colleagues) {
      inner.self = {row};
    } else {
      inner.record_type = operand.source.record;
      inner.record = row;
    }
    collector.take(read_path(environment_, inner, operand.property));
  }
  return collector.result();
}

Scalar Probe::arithmetic(const TypedOperand& operand, const Subject& subject) {
  const Scalar left = read(operand.operands[0], subject);
  if (is_missing(left)) return {};
  if (operand.kind == OperandKind::negate) return Number(Rational(-std::get<Number>(left).rational()));
  const Scalar right = read(operand.operands[1], subject);
  if (is_missing(right)) return {};
  const auto result = calculate(static_cast<NumberOperator>(operand.arithmetic), std::get<Number>(left), std::get<Number>(right));
  return result ? Scalar(*result) : Scalar{};
}

// ---- history ----

namespace {

// Equal as the language compares: texts by key, numbers by value.
bool is_value(const Cell& cell, const Value& value, ValueType type, const CellStore& cells) {
  if (!cell.known) return false;
  if (const auto* text = std::get_if<std::string>(&value)) return cells.texts().key(text_id(cell)) == text_literal(*text).key;
  return cells.to_value(cell, type) == value;
}

}  // namespace

bool Probe::has_been(const TypedExpression& node, const Subject& subject) {
  const Base& base = environment_.base;
  const ContactOrdinal contact = node.path.role == ContactRole::self ? subject.self : subject.asked;
  std::optional<Timestamp> began;  // of the present run of the value
  for (const HistoryEntry& entry : base.history(node.path.attribute, contact)) {
    if (entry.at > environment_.t) break;
    if (!is_value(entry.value, node.values[0], node.path.type, base.cells)) began.reset();
    else if (!began) began = entry.at;
  }
  if (records()) recorder_->evidence(Json::object().set("since", began ? Json(wanamaker::to_string(*began)) : Json()));
  if (!began) return false;
  const bool long_enough = add(*began, node.span_of_time) <= environment_.t;
  return long_enough == (node.run_length == RunLength::at_least);
}

bool Probe::changed(const TypedExpression& node, const Subject& subject) {
  const Base& base = environment_.base;
  const ContactOrdinal contact = node.path.role == ContactRole::self ? subject.self : subject.asked;
  const WindowAt at(node.window, environment_.t, environment_.zone);
  Cell before;
  bool found = false;
  for (const HistoryEntry& entry : base.history(node.path.attribute, contact)) {
    if (entry.at > environment_.t) break;
    const bool change = !base.cells.equal(before, entry.value, node.path.type);
    const bool fits = (!node.has_from || is_value(before, node.values[0], node.path.type, base.cells)) && (!node.has_to || is_value(entry.value, node.values[1], node.path.type, base.cells));
    if (change && fits && at.contains(entry.at)) {
      found = true;
      if (records()) recorder_->evidence(Json::object().set("changed_at", wanamaker::to_string(entry.at)));
    }
    before = entry.value;
  }
  return found;
}

}  // namespace wanamaker
