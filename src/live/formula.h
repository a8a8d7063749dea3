#pragma once
// A segment's rule over the bits of its conditions: and, or, not, at least N of. Key idea: what can change by a contact's data or by time
// are conditions, decided by the probe and kept as bits; a segment is a pure function of these. Immutable once made.

#include "language/typed.h"
#include "live/condition_bits.h"

#include <bit>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace wanamaker {

class Formula {
 public:
  // Gives the number of a condition (any node that is no junction, or what it is made of: live/recency.h); asked once for each place in the rule. `scope` names the
  // segments that the place stands in, from the outermost, with their arguments: its parameters are those of the last one.
  using NumberOf = std::function<ConditionNumber(const TypedExpression& condition, const std::string& scope)>;
  Formula(const TypedExpression& root, const NumberOf& number_of);

  // Shape: holds(condition) is the condition's bit. Cost: a few cycles a condition up to six, linear in the rule beyond.
  template <typename Holds>
  bool decide(Holds holds) const {
    if (conditions_.size() > kTableConditions) return steps_.empty() ? decide_at(nodes_.size() - 1, holds) : decide_by_steps(holds);
    unsigned place = 0;
    for (std::size_t i = 0; i < conditions_.size(); ++i) place |= (holds(conditions_[i]) ? 1U : 0U) << i;
    return ((table_ >> place) & 1) != 0;
  }
  // 64 contacts at once. Shape: word(condition) gives their bits.
  template <typename Word>
  std::uint64_t decide_word(Word word) const {
    return word_at(nodes_.size() - 1, word);
  }
  const std::vector<ConditionNumber>& conditions() const { return conditions_; }  // sorted, each once
  // Of up to kTableConditions: what it says, by their bits, the first the lowest.
  static constexpr std::size_t kTableConditions = 6;
  std::uint64_t table() const { return table_; }
  friend bool operator==(const Formula&, const Formula&) = default;

 private:
  enum class Kind : std::uint8_t { condition, constant, inverse, at_least };
  struct Node {
    Kind kind;
    bool constant = false;
    ConditionNumber condition = {};
    std::int64_t needed = 0;             // at_least: of its children
    std::vector<std::size_t> children = {};  // they stand before it
    friend bool operator==(const Node&, const Node&) = default;
  };
  std::size_t add(const TypedExpression& node, const std::string& scope, const NumberOf& number_of);
  std::size_t add_condition(const TypedExpression& node, const std::string& scope, const NumberOf& number_of);

  template <typename Holds>
  bool decide_at(std::size_t place, Holds& holds) const {
    const Node& node = nodes_[place];
    switch (node.kind) {
      case Kind::condition: return holds(node.condition);
      case Kind::constant: return node.constant;
      case Kind::inverse: return !decide_at(node.children[0], holds);
      case Kind::at_least: break;
    }
    std::int64_t held = 0;
    auto left = static_cast<std::int64_t>(node.children.size());
    for (const std::size_t child : node.children) {
      if (held >= node.needed || held + left < node.needed) break;
      held += decide_at(child, holds) ? 1 : 0;
      --left;
    }
    return held >= node.needed;
  }
  // Every node after its children, what each says as a bit.
  template <typename Holds>
  bool decide_by_steps(Holds& holds) const {
    std::uint64_t says = 0;
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const Step& step = steps_[i];
      if (step.is_condition) last = holds(step.condition) ? 1 : 0;
      else last = (std::popcount(says & step.of) >= step.needed) != step.is_inverse ? 1 : 0;
      says |= last << i;
    }
    return last != 0;
  }
  template <typename Word>
  std::uint64_t word_at(std::size_t place, Word& word) const {
    const Node& node = nodes_[place];
    switch (node.kind) {
      case Kind::condition: return word(node.condition);
      case Kind::constant: return node.constant ? ~std::uint64_t{0} : 0;
      case Kind::inverse: return ~word_at(node.children[0], word);
      case Kind::at_least: break;
    }
    if (node.needed == 1 || node.needed == static_cast<std::int64_t>(node.children.size())) {
      const bool is_any = node.needed == 1;
      std::uint64_t all = is_any ? 0 : ~std::uint64_t{0};
      for (const std::size_t child : node.children) all = is_any ? all | word_at(child, word) : all & word_at(child, word);
      return all;
    }
    std::vector<std::uint64_t> words;
    words.reserve(node.children.size());
    for (const std::size_t child : node.children) words.push_back(word_at(child, word));
    return at_least_of(words, node.needed);
  }
  void make_table();
  void make_steps();
  static std::uint64_t at_least_of(const std::vector<std::uint64_t>& words, std::int64_t needed);

  // A node where there are at most 64: how many of those before it it needs.
  struct Step {
    std::uint64_t of = 0;
    ConditionNumber condition = {};
    std::int32_t needed = 0;
    bool is_condition = false;
    bool is_inverse = false;
    friend bool operator==(const Step&, const Step&) = default;
  };

  std::vector<Node> nodes_;  // the root is the last
  std::vector<Step> steps_;
  std::vector<ConditionNumber> conditions_;
  std::uint64_t table_ = 0;
};

}  // namespace wanamaker
