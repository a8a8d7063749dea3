#include "language/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace wanamaker {
namespace {

// What one value must lie in, as the conjunction so far says.
struct Range {
  std::optional<Decimal> low, high;
  bool low_open = false, high_open = false;
  std::optional<std::string> key;
  bool empty = false;

  void at_least(const Decimal& bound, bool open) {
    if (!low || bound > *low || (bound == *low && open)) low = bound, low_open = open;
  }
  void at_most(const Decimal& bound, bool open) {
    if (!high || bound < *high || (bound == *high && open)) high = bound, high_open = open;
  }
  bool is_empty() const { return empty || (low && high && (*low > *high || (*low == *high && (low_open || high_open)))); }
};

void narrow(const TypedExpression& node, Range& range) {
  const TypedOperand& right = node.operands.back();
  if (right.kind != OperandKind::literal) return;
  if (node.test == CoreTest::equals && right.type == ValueType::text && node.compare == TextCompare::by_key) {
    if (range.key && *range.key != right.text_literal.key) range.empty = true;
    range.key = right.text_literal.key;
    return;
  }
  const auto* number = std::get_if<Decimal>(&right.literal);
  if (number == nullptr) return;
  switch (node.test) {
    case CoreTest::equals: range.at_least(*number, false), range.at_most(*number, false); break;
    case CoreTest::less: range.at_most(*number, true); break;
    case CoreTest::at_most: range.at_most(*number, false); break;
    case CoreTest::greater: range.at_least(*number, true); break;
    case CoreTest::at_least: range.at_least(*number, false); break;
    case CoreTest::between:
      if (const auto* low = std::get_if<Decimal>(&node.operands[1].literal)) range.at_least(*low, false), range.at_most(*number, false);
      break;
    case CoreTest::in:
    case CoreTest::in_set:
    case CoreTest::contains:
    case CoreTest::starts_with:
    case CoreTest::ends_with:
    case CoreTest::matches:
    case CoreTest::is_known:
    case CoreTest::is_true:
    case CoreTest::is_false:
    case CoreTest::window:
    case CoreTest::anniversary:
    case CoreTest::has_any:
    case CoreTest::has_all:
    case CoreTest::has_at_least:
    case CoreTest::within_km: break;
  }
}

bool has_contradiction(const std::vector<TypedExpression>& children) {
  std::map<std::string, Range> ranges;
  for (const TypedExpression& child : children) {
    if (child.kind != ExpressionKind::compare || child.negated || child.operands.size() < 2) continue;
    Range& range = ranges[child.operands[0].text];
    narrow(child, range);
    if (range.is_empty()) return true;
  }
  return false;
}

bool has_complements(const std::vector<TypedExpression>& children) {
  std::set<std::string> positive;
  for (const TypedExpression& child : children) if (child.kind != ExpressionKind::inverse) positive.insert(child.text);
  return std::ranges::any_of(children, [&](const TypedExpression& child) { return child.kind == ExpressionKind::inverse && positive.contains(child.children[0].text); });
}

// The truth of a node where it can be told without data. Depth is limited by the parser.
std::optional<bool> constancy(const TypedExpression& node, std::vector<Warning>& warnings) {
  std::vector<std::optional<bool>> parts;
  for (const TypedExpression& child : node.children) parts.push_back(constancy(child, warnings));
  const auto count = [&](std::optional<bool> wanted) { return std::ranges::count(parts, wanted); };
  switch (node.kind) {
    case ExpressionKind::constant: return node.constant;
    case ExpressionKind::segment: return parts[0];
    case ExpressionKind::inverse: return parts[0] ? std::optional<bool>(!*parts[0]) : std::nullopt;
    case ExpressionKind::all_of:
      if (count(false) > 0) return false;
      if (has_contradiction(node.children) || has_complements(node.children)) {
        warnings.push_back({node.span, "these conditions contradict each other: this part matches nobody"});
        return false;
      }
      return count(true) == static_cast<std::ptrdiff_t>(parts.size()) ? std::optional<bool>(true) : std::nullopt;
    case ExpressionKind::any_of:
      if (count(true) > 0) return true;
      if (has_complements(node.children)) {
        warnings.push_back({node.span, "one of these conditions is the complement of another: this part always holds"});
        return true;
      }
      return count(false) == static_cast<std::ptrdiff_t>(parts.size()) ? std::optional<bool>(false) : std::nullopt;
    case ExpressionKind::at_least_of:
      if (node.number <= count(true)) return true;
      if (node.number > static_cast<std::int64_t>(parts.size()) - count(false)) return false;
      return std::nullopt;
    case ExpressionKind::did:
      if (node.count.kind == CountKind::at_least && node.number == 0) return true;
      if (node.count.kind == CountKind::regular && (node.number == 0 || node.units_needed == 0)) return true;
      if (node.count.kind == CountKind::regular && node.units_needed > node.units_looked_at) return false;
      return std::nullopt;
    case ExpressionKind::related:
      if (node.quantifier == Quantifier::at_least && node.number == 0) return true;
      return std::nullopt;
    case ExpressionKind::random:
      if (node.percent == Decimal(0)) return false;
      if (node.percent == Decimal(100)) return true;
      return std::nullopt;
    case ExpressionKind::sequence:
    case ExpressionKind::moment:
    case ExpressionKind::list:
    case ExpressionKind::ranking:
    case ExpressionKind::has_been:
    case ExpressionKind::changed:
    case ExpressionKind::compare: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Warning> warnings_for(const TypedExpression& root) {
  std::vector<Warning> warnings;
  if (root.kind == ExpressionKind::constant) return warnings;  // written so on purpose
  const auto truth = constancy(root, warnings);
  if (truth && warnings.empty()) warnings.push_back({root.span, *truth ? "this definition always holds" : "this definition can match nobody"});
  return warnings;
}

}  // namespace wanamaker
