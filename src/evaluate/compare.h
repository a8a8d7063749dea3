#pragma once
// The comparisons of the language on values that are already read. Both evaluators use this: a comparison has one meaning.
// A positive test of a missing value is false; negation is the caller's.

#include "evaluate/subject.h"

#include <functional>
#include <memory>

namespace re2 {
class RE2;
}

namespace wanamaker {

// A compare node made ready: its pattern compiled once. Immutable; thread-safe.
class Comparer {
 public:
  explicit Comparer(const TypedExpression& node);
  ~Comparer();
  Comparer(Comparer&&) noexcept;

  // right(i) reads the i-th operand (1 is the first on the right side).
  // Cost: one text or number comparison, for lists one a value.
  bool holds(const Scalar& left, const std::function<Scalar(std::size_t)>& right, const Environment& environment) const;

 private:
  bool text_holds(const TextRef& left, const std::function<Scalar(std::size_t)>& right) const;
  bool set_holds(const SetRef& left, const Environment& environment) const;

  const TypedExpression* node_;
  std::unique_ptr<re2::RE2> pattern_;
};

// Years in which an anniversary can matter for a window seen from t: [first, last].
struct YearRange {
  int first;
  int last;
};
YearRange anniversary_years(const Window& window, Date today);

}  // namespace wanamaker
