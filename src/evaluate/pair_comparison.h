#pragma once
// A comparison of a property of an event with one of the event before it (`x > previous.x`), as whole numbers of one scale. Immutable but for its
// scale; thread-safe. Base and node must outlive it.

#include "evaluate/subject.h"
#include "language/typed.h"

#include <optional>
#include <vector>

namespace wanamaker {

struct PairValue {
  std::int64_t bits = 0;
  bool known = false;
};

class PairComparison {
 public:
  enum class Side : std::uint8_t { own, previous };
  // Of many values on one side, which decides whether any of them makes the comparison hold with a given one on the other side.
  enum class Decisive : std::uint8_t { least, greatest, equal, different };

  // Nothing where the node does not compare the one with the other, or not by order or equality of whole numbers.
  static std::optional<PairComparison> of(const TypedExpression& node, const Base& base);

  const TypedPath& path(Side side) const { return side == Side::own ? *own_ : *previous_; }
  bool of_numbers() const { return own_->type == ValueType::number; }
  // Numbers are read at this many decimal places: no value may have more, and all must fit.
  void set_scale(std::uint8_t scale) { scale_ = scale; }
  // What the event has on that side; `previous` is asked of the event before.
  PairValue read(Side side, const EventRef& event) const;
  Cell cell(Side side, const EventRef& event) const;
  bool holds(const PairValue& own, const PairValue& previous) const;
  Decisive decisive(Side side) const;
  // Whether it holds where a value is missing.
  bool holds_for_missing() const { return negated_; }

 private:
  PairComparison(const TypedExpression& node, const Base& base) : node_(&node), base_(&base) {}

  const TypedExpression* node_;
  const Base* base_;
  const TypedPath* own_ = nullptr;
  const TypedPath* previous_ = nullptr;
  bool own_is_left_ = true;
  bool negated_ = false;
  std::uint8_t scale_ = 0;
};

// The parts of a conjunction; nothing where it is negated.
std::optional<std::vector<const TypedExpression*>> conjuncts(const TypedExpression& node);

}  // namespace wanamaker
