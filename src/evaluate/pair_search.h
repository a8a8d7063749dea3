#pragma once
// Of a step's filter that compares a property of an event with one of the event before (`previous.x`): whether any of a stretch of events makes it
// hold, without asking of each pair. Key idea: as one goes forward in time the stretch that is near enough only moves forward, so that its least and
// greatest value, and where a value was seen last, are kept in constant time a step. Single-threaded. Base and filter must outlive it.

#include "evaluate/pair_comparison.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace wanamaker {

// The values from some place on, of which the one that decides is asked for.
class DecidingValue {
 public:
  DecidingValue(PairComparison::Decisive decisive, bool missing_decides) : decisive_(decisive), missing_decides_(missing_decides) {}

  void append(const PairValue& value);
  // Those before this place do not count any more.
  void leave_before(std::size_t first);
  // If any value makes the comparison with the other one hold, then this one does; nothing where none can.
  std::optional<PairValue> against(const PairValue& other) const;

 private:
  struct Placed {
    std::size_t place;
    std::int64_t bits;
  };
  std::optional<PairValue> if_counts(const std::optional<Placed>& value) const;

  PairComparison::Decisive decisive_;
  bool missing_decides_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::deque<Placed> extremes_;                              // each beyond all behind it
  std::unordered_map<std::int64_t, std::size_t> last_seen_;  // a value's last place
  std::optional<Placed> newest_;
  std::optional<Placed> newest_other_;                       // the newest of another value than newest_
  std::optional<std::size_t> newest_missing_;
};

class PairSearch {
 public:
  using Side = PairComparison::Side;

  // Nothing where the filter is no conjunction with exactly one part that speaks of the event before, or that part is no comparison of two properties.
  static std::optional<PairSearch> of(const TypedExpression& where, const Base& base);

  // The parts that speak of the event alone.
  const std::vector<const TypedExpression*>& alone() const { return alone_; }

  // From now on those of `among` that stand on `side` are searched, for events of `others`. False where their values do not fit into whole numbers of one
  // scale: then it cannot be used.
  bool start(Side side, std::span<const EventRef> among, std::span<const EventRef> others);
  // Whether one of among[first, last) and the other event make the comparison hold. Neither bound may be less than in the call before.
  bool any(std::size_t first, std::size_t last, const EventRef& other);

 private:
  PairSearch(PairComparison comparison, std::vector<const TypedExpression*> alone) : comparison_(comparison), alone_(std::move(alone)) {}
  bool choose_scale(std::span<const EventRef> among, std::span<const EventRef> others);

  PairComparison comparison_;
  std::vector<const TypedExpression*> alone_;
  Side side_ = Side::previous;
  std::span<const EventRef> among_;
  std::size_t taken_ = 0;
  std::optional<DecidingValue> values_;
};

}  // namespace wanamaker
