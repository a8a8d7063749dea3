#include "live/formula.h"

#include "live/recency.h"

#include <algorithm>

namespace wanamaker {

Formula::Formula(const TypedExpression& root, const NumberOf& number_of) {
  add(root, "", number_of);
  std::ranges::sort(conditions_);
  conditions_.erase(std::ranges::unique(conditions_).begin(), conditions_.end());
  if (conditions_.size() <= kTableConditions) make_table();
  else make_steps();
}

void Formula::make_steps() {
  if (nodes_.size() > 64) return;
  for (const Node& node : nodes_) {
    Step step{.condition = node.condition, .is_condition = node.kind == Kind::condition};
    for (const std::size_t child : node.children) step.of |= std::uint64_t{1} << child;
    if (node.kind == Kind::at_least) step.needed = static_cast<std::int32_t>(std::clamp<std::int64_t>(node.needed, 0, 65));
    if (node.kind == Kind::constant) step.needed = node.constant ? 0 : 1;
    if (node.kind == Kind::inverse) step.needed = 1, step.is_inverse = true;
    steps_.push_back(step);
  }
}

// All 64 cases at once: in the i-th condition's word stand the cases in which it holds.
void Formula::make_table() {
  static constexpr std::uint64_t kCases[kTableConditions] = {0xAAAA'AAAA'AAAA'AAAA, 0xCCCC'CCCC'CCCC'CCCC, 0xF0F0'F0F0'F0F0'F0F0,
                                                             0xFF00'FF00'FF00'FF00, 0xFFFF'0000'FFFF'0000, 0xFFFF'FFFF'0000'0000};
  table_ = decide_word([&](ConditionNumber number) { return kCases[std::ranges::lower_bound(conditions_, number) - conditions_.begin()]; });
}

// Its levels are limited by the checker.
std::size_t Formula::add(const TypedExpression& node, const std::string& scope, const NumberOf& number_of) {
  Node made{.kind = Kind::condition};
  const auto add_children = [&] {
    for (const TypedExpression& child : node.children) made.children.push_back(add(child, scope, number_of));
  };
  switch (node.kind) {
    case ExpressionKind::segment: return add(node.children[0], scope + "\n" + node.text, number_of);
    case ExpressionKind::all_of:
    case ExpressionKind::any_of:
    case ExpressionKind::at_least_of:
      made.kind = Kind::at_least;
      add_children();
      made.needed = node.kind == ExpressionKind::all_of ? static_cast<std::int64_t>(made.children.size()) : node.kind == ExpressionKind::any_of ? 1 : node.number;
      break;
    case ExpressionKind::inverse:
      made.kind = Kind::inverse;
      add_children();
      break;
    case ExpressionKind::constant:
      made.kind = Kind::constant;
      made.constant = node.constant;
      break;
    case ExpressionKind::moment: {
      const std::vector<Recency> parts = recencies_of(node);
      if (parts.empty()) return add_condition(node, scope, number_of);
      made.kind = Kind::at_least;
      made.needed = static_cast<std::int64_t>(parts.size());
      for (const Recency& part : parts) {
        made.children.push_back(add_condition(part.did, scope, number_of));
        if (part.holds) continue;
        nodes_.push_back({.kind = Kind::inverse, .children = {made.children.back()}});
        made.children.back() = nodes_.size() - 1;
      }
      break;
    }
    case ExpressionKind::did:
    case ExpressionKind::sequence:
    case ExpressionKind::related:
    case ExpressionKind::list:
    case ExpressionKind::ranking:
    case ExpressionKind::random:
    case ExpressionKind::has_been:
    case ExpressionKind::changed:
    case ExpressionKind::compare: return add_condition(node, scope, number_of);
  }
  nodes_.push_back(std::move(made));
  return nodes_.size() - 1;
}

std::size_t Formula::add_condition(const TypedExpression& node, const std::string& scope, const NumberOf& number_of) {
  nodes_.push_back({.kind = Kind::condition, .condition = number_of(node, scope)});
  conditions_.push_back(nodes_.back().condition);
  return nodes_.size() - 1;
}

std::uint64_t Formula::at_least_of(const std::vector<std::uint64_t>& words, std::int64_t needed) {
  if (needed <= 0) return ~std::uint64_t{0};
  std::uint64_t result = 0;
  if (needed == 1) {
    for (const std::uint64_t word : words) result |= word;
  } else if (needed == static_cast<std::int64_t>(words.size())) {
    result = ~std::uint64_t{0};
    for (const std::uint64_t word : words) result &= word;
  } else {
    for (unsigned bit = 0; bit < 64; ++bit) {
      const auto held = std::ranges::count_if(words, [&](std::uint64_t word) { return ((word >> bit) & 1) != 0; });
      if (held >= needed) result |= std::uint64_t{1} << bit;
    }
  }
  return result;
}

}  // namespace wanamaker
