#pragma once
// A comparison of a property of an event with one of the event before it, as whole numbers of one scale; and how a step's filter falls
// into such comparisons and what it says of the event alone. Immutable; thread-safe. Environment and nodes must outlive them.

#include "evaluate/subject.h"
#include "language/typed.h"

#include <optional>
#include <vector>

namespace wanamaker {

struct PairValue {
  std::int64_t bits = 0;
  bool known = false;
};

class PairTest {
 public:
  // Nothing where the node is no comparison of the one with the other, or its values do not fit into whole numbers of one scale.
  static std::optional<PairTest> of(const TypedExpression& node, const TypedSource& own, const TypedSource& previous, const Environment& environment);

  PairValue own(const EventRef& event) const { return read(*own_, event); }
  PairValue previous(const EventRef& event) const { return read(*previous_, event); }
  bool holds(const PairValue& own, const PairValue& previous) const;

 private:
  PairTest(const TypedExpression& node, const Environment& environment) : node_(&node), base_(&environment.base) {}
  PairValue read(const TypedPath& path, const EventRef& event) const;

  const TypedExpression* node_;
  const Base* base_;
  const TypedPath* own_ = nullptr;
  const TypedPath* previous_ = nullptr;
  bool own_is_left_ = true;
  std::uint8_t scale_ = 0;
};

struct SplitFilter {
  TypedSource alone;            // the source with what its filter says of the event alone
  std::vector<PairTest> pairs;  // all must hold
};
// Nothing where the filter is no conjunction of such parts.
std::optional<SplitFilter> split_filter(const TypedSource& source, const TypedSource& previous, const Environment& environment);

}  // namespace wanamaker
