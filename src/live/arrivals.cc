#include "live/arrivals.h"

#include "base/check.h"
#include "evaluate/next_edge.h"
#include "evaluate/sweep/cell_predicate.h"

#include <algorithm>
#include <limits>

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

// The last start that is not above the number. Shape: the first one is not. (Numbers come at random: a branch could not be foretold, and there is none.)
std::size_t piece_of(const std::vector<std::int64_t>& starts, std::int64_t number) {
  const std::int64_t* first = starts.data();
  for (std::size_t left = starts.size(); left > 1;) {
    const std::size_t half = left / 2;
    first += first[half] <= number ? half : 0;
    left -= half;
  }
  return static_cast<std::size_t>(first - starts.data());
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

}  // namespace

void Arrivals::add(ConditionNumber number, const TypedExpression& condition) {
  Entry entry{.number = number, .stays = stays_by_itself(condition), .amount = {}};
  auto ways = ways_of(condition);
  if (!ways) {
    ways = std::vector<Way>(1);
    entry.stays.reset();
  }
  if (entry.stays && condition.negated) entry.stays = !*entry.stays;
  const bool sums = condition.kind == ExpressionKind::compare && condition.operands[0].kind == OperandKind::aggregate &&
                    condition.operands[0].function == AggregateFunction::sum;
  if (entry.stays && sums) {
    const TypedPath& path = condition.operands[0].property;
    if (path.kind != PathKind::property) entry.stays.reset();
    else if (path.by_event[type_.value]) entry.amount = value_of(*path.by_event[type_.value]);
  }
  for (Way& way : *ways) {
    way.entry = entries_.size();
    for (const NumberTest& test : way.numbers) value_of(test.property);
    ways_.push_back(std::move(way));
    Mark& mark = marks_.emplace_back(Mark{.number = number});
    if (entry.stays && !entry.amount) mark.stays = *entry.stays ? Stays::where_met : Stays::where_not;
  }
  entries_.push_back(std::move(entry));
  for (Property& property : properties_) property = {.id = property.id, .by_scale = {}, .missing = {}};
}

// By which sources an event of this name reaches the condition. Nothing: it cannot be said, and every event may.
std::optional<std::vector<Arrivals::Way>> Arrivals::ways_of(const TypedExpression& condition) const {
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
void Arrivals::add_way(const TypedSource& source, std::vector<Way>& ways) const {
  if (!std::ranges::binary_search(source.events, type_)) return;
  Way way{.is_exact = !source.where};
  if (source.where && reads_only_the_event(*source.where) && !changes_by_time(*source.where)) {
    EventTests tests = event_tests(source.where.get(), type_);
    way.numbers = std::move(tests.numbers);
    way.others = std::move(tests.others);
    way.is_exact = true;
  }
  ways.push_back(std::move(way));
}

std::size_t Arrivals::value_of(AttributeId property) {
  const auto known = std::ranges::find(properties_, property, &Property::id);
  if (known != properties_.end()) return static_cast<std::size_t>(known - properties_.begin());
  properties_.push_back({.id = property, .by_scale = {}, .missing = {}});
  values_.emplace_back();
  return properties_.size() - 1;
}

void Arrivals::read(const EventRef& event, const Base& base) {
  passing_.assign((ways_.size() + 63) / 64, ~std::uint64_t{0});
  if (ways_.size() % 64 != 0) passing_.back() = (std::uint64_t{1} << (ways_.size() % 64)) - 1;
  for (std::size_t i = 0; i < properties_.size(); ++i) {
    values_[i] = base.events[event.type.value].property(properties_[i].id, event.row);
    const std::uint64_t* mask = mask_of(properties_[i], values_[i]);
    for (std::size_t word = 0; word < passing_.size(); ++word) passing_[word] &= mask[word];
  }
}

// A bit for each way whose tests of the property it passes.
const std::uint64_t* Arrivals::mask_of(Property& property, const Cell& cell) {
  if (!cell.known) {
    if (property.missing.empty()) append_mask(property.id, cell, property.missing);
    return property.missing.data();
  }
  if (cell.scale >= property.by_scale.size()) property.by_scale.resize(cell.scale + std::size_t{1});
  Pieces& pieces = property.by_scale[cell.scale];
  if (pieces.starts.empty()) make_pieces(property, cell.scale, pieces);
  return pieces.masks.data() + piece_of(pieces.starts, cell.bits) * passing_.size();
}

void Arrivals::make_pieces(const Property& property, std::uint8_t scale, Pieces& pieces) const {
  pieces.starts.push_back(std::numeric_limits<std::int64_t>::min());
  for (const Way& way : ways_) {
    for (const NumberTest& test : way.numbers) {
      if (test.property != property.id) continue;
      for (const BitsRange& range : test.passing[scale]) {
        pieces.starts.push_back(range.least);
        if (range.most < std::numeric_limits<std::int64_t>::max()) pieces.starts.push_back(range.most + 1);
      }
    }
  }
  std::ranges::sort(pieces.starts);
  pieces.starts.erase(std::ranges::unique(pieces.starts).begin(), pieces.starts.end());
  for (const std::int64_t start : pieces.starts) append_mask(property.id, {.bits = start, .scale = scale, .known = true}, pieces.masks);
}

void Arrivals::append_mask(AttributeId property, const Cell& cell, std::vector<std::uint64_t>& masks) const {
  for (std::size_t first = 0; first < ways_.size(); first += 64) {
    std::uint64_t mask = 0;
    for (std::size_t i = first; i < std::min(first + 64, ways_.size()); ++i) {
      const bool passes = std::ranges::all_of(ways_[i].numbers, [&](const NumberTest& test) { return test.property != property || test.holds(cell); });
      mask |= std::uint64_t{passes ? 1U : 0U} << (i - first);
    }
    masks.push_back(mask);
  }
}

bool Arrivals::passes(const Way& way, const EventRef& event, ContactOrdinal contact, Probe& probe) const {
  Subject subject = Subject::of(contact);
  subject.event = &event;
  return std::ranges::all_of(way.others, [&](const TypedExpression* other) { return probe.decide(*other, subject); });
}

}  // namespace wanamaker
