#include "live/arrivals.h"

#include "base/check.h"
#include "evaluate/next_edge.h"
#include "evaluate/sweep/cell_predicate.h"

#include <algorithm>

namespace wanamaker {
namespace {

bool reads_only_the_event(const TypedOperand& operand) {
  switch (operand.kind) {
    case OperandKind::path:
    case OperandKind::part: return operand.path.kind != PathKind::previous_property && operand.path.kind != PathKind::previous_time;
    case OperandKind::literal: return true;
    case OperandKind::arithmetic:
    case OperandKind::negate: return std::ranges::all_of(operand.operands, reads_only_the_event);
    case OperandKind::aggregate:
    case OperandKind::count:
    case OperandKind::property_of:
    case OperandKind::time_of:
    case OperandKind::days_since:
    case OperandKind::tile: return false;
  }
  CHECK(false, "every operand has a case");
}

// Whether the filter can be told from the event and its contact alone.
bool reads_only_the_event(const TypedExpression& filter) {
  switch (filter.kind) {
    case ExpressionKind::all_of:
    case ExpressionKind::any_of:
    case ExpressionKind::inverse:
    case ExpressionKind::at_least_of:
      return std::ranges::all_of(filter.children, [](const TypedExpression& child) { return reads_only_the_event(child); });
    case ExpressionKind::constant: return true;
    case ExpressionKind::compare: return std::ranges::all_of(filter.operands, [](const TypedOperand& operand) { return reads_only_the_event(operand); });
    default: return false;
  }
}

bool reads_events(const TypedOperand& operand) {
  return operand.kind == OperandKind::aggregate || operand.kind == OperandKind::count || operand.kind == OperandKind::property_of ||
         operand.kind == OperandKind::time_of || operand.kind == OperandKind::days_since;
}

bool is_upward(CoreTest test) { return test == CoreTest::greater || test == CoreTest::at_least; }
bool is_downward(CoreTest test) { return test == CoreTest::less || test == CoreTest::at_most; }

// Of the inner truth, negation apart. A count, a sum of what is not negative and a number of distinct values only grow; the sum of
// nothing is 0, but the greatest of nothing is missing, so that its first value may switch anything on.
std::optional<bool> stays_by_comparison(const TypedExpression& node) {
  const TypedOperand& left = node.operands[0];
  if (!CellPredicate::has_constants(node)) return std::nullopt;
  const AggregateFunction function = left.function;
  const bool grows = left.kind == OperandKind::count ||
                     (left.kind == OperandKind::aggregate && (function == AggregateFunction::sum || function == AggregateFunction::distinct));
  if (grows && is_upward(node.test)) return true;
  if (grows && is_downward(node.test)) return false;
  if (left.kind != OperandKind::aggregate) return std::nullopt;
  if ((function == AggregateFunction::maximum && is_upward(node.test)) || (function == AggregateFunction::minimum && is_downward(node.test))) return true;
  return std::nullopt;
}

std::optional<bool> stays_by_itself(const TypedExpression& node) {
  switch (node.kind) {
    case ExpressionKind::did:
      if (node.count.kind == CountKind::at_least || node.count.kind == CountKind::regular) return true;
      if (node.count.kind == CountKind::at_most) return false;
      return std::nullopt;
    case ExpressionKind::sequence: {
      const bool waits = std::ranges::any_of(node.steps, [](const TypedStep& step) { return step.kind == StepKind::absent; });
      return waits || node.from_first ? std::nullopt : std::optional(true);
    }
    case ExpressionKind::compare: return stays_by_comparison(node);
    default: return std::nullopt;
  }
}

bool is_number_test(const TypedExpression& node) {
  if (node.kind != ExpressionKind::compare || !is_ordered(node.test) || node.operands[0].kind != OperandKind::path) return false;
  const TypedPath& path = node.operands[0].path;
  return path.kind == PathKind::property && path.type == ValueType::number && CellPredicate::has_constants(node);
}

}  // namespace

void Arrivals::add(ConditionNumber number, const TypedExpression& condition) {
  Entry entry{.number = number, .ways = {{}}, .stays = stays_by_itself(condition), .amount = {}};
  if (auto ways = ways_of(condition)) entry.ways = *std::move(ways);
  else entry.stays.reset();
  if (entry.stays && condition.negated) entry.stays = !*entry.stays;
  const bool sums = condition.kind == ExpressionKind::compare && condition.operands[0].kind == OperandKind::aggregate &&
                    condition.operands[0].function == AggregateFunction::sum;
  if (entry.stays && sums) {
    const TypedPath& path = condition.operands[0].property;
    if (path.kind != PathKind::property) entry.stays.reset();
    else if (path.by_event[type_.value]) entry.amount = value_of(*path.by_event[type_.value]);
  }
  entries_.push_back(std::move(entry));
}

// By which sources an event of this name reaches the condition. Nothing: it cannot be said, and every event may.
std::optional<std::vector<Arrivals::Way>> Arrivals::ways_of(const TypedExpression& condition) {
  std::vector<Way> ways;
  switch (condition.kind) {
    case ExpressionKind::did:
    case ExpressionKind::moment: add_way(condition.source, ways); return ways;
    case ExpressionKind::sequence:
      for (const TypedStep& step : condition.steps) add_way(step.source, ways);
      return ways;
    case ExpressionKind::compare: {
      const TypedOperand& left = condition.operands[0];
      const bool is_plain = reads_events(left) && left.source.kind == SourceClass::events && CellPredicate::has_constants(condition);
      if (!is_plain) return std::nullopt;
      add_way(left.source, ways);
      return ways;
    }
    default: return std::nullopt;
  }
}

// A filter that time changes, or that looks further than the event, may let any event pass one day.
void Arrivals::add_way(const TypedSource& source, std::vector<Way>& ways) {
  if (!std::ranges::binary_search(source.events, type_)) return;
  Way way;
  if (source.where && reads_only_the_event(*source.where) && !changes_by_time(*source.where)) {
    std::vector<const TypedExpression*> tests{source.where.get()};
    if (source.where->kind == ExpressionKind::all_of && !source.where->negated) {
      tests.clear();
      for (const TypedExpression& child : source.where->children) tests.push_back(&child);
    }
    for (const TypedExpression* test : tests) {
      const bool is_number = is_number_test(*test) && test->operands[0].path.by_event[type_.value].has_value();
      if (is_number) way.numbers.push_back({.value = value_of(*test->operands[0].path.by_event[type_.value]), .negated = test->negated, .passing = number_ranges(*test)});
      else way.others.push_back(test);
    }
  }
  ways.push_back(std::move(way));
}

std::size_t Arrivals::value_of(AttributeId property) {
  const auto known = std::ranges::find(properties_, property);
  if (known != properties_.end()) return static_cast<std::size_t>(known - properties_.begin());
  properties_.push_back(property);
  values_.emplace_back();
  return properties_.size() - 1;
}

void Arrivals::read(const EventRef& event, const Base& base) {
  for (std::size_t i = 0; i < properties_.size(); ++i) values_[i] = base.events[event.type.value].property(properties_[i], event.row);
}

bool Arrivals::passes(const Entry& entry, const EventRef& event, ContactOrdinal contact, Probe& probe) const {
  Subject subject = Subject::of(contact);
  subject.event = &event;
  return std::ranges::any_of(entry.ways, [&](const Way& way) {
    return std::ranges::all_of(way.numbers, [&](const NumberTest& test) { return test.holds(values_[test.value]); }) &&
           std::ranges::all_of(way.others, [&](const TypedExpression* other) { return probe.decide(*other, subject); });
  });
}

}  // namespace wanamaker
