#include "evaluate/pair_search.h"

#include "base/int128.h"
#include "evaluate/previous.h"

#include <algorithm>
#include <limits>

namespace wanamaker {

// ---- the value that decides ----

void DecidingValue::append(const PairValue& value) {
  const std::size_t place = size_++;
  if (!value.known) {
    newest_missing_ = place;
    return;
  }
  switch (decisive_) {
    case PairComparison::Decisive::least:
      while (!extremes_.empty() && extremes_.back().bits >= value.bits) extremes_.pop_back();
      extremes_.push_back({place, value.bits});
      break;
    case PairComparison::Decisive::greatest:
      while (!extremes_.empty() && extremes_.back().bits <= value.bits) extremes_.pop_back();
      extremes_.push_back({place, value.bits});
      break;
    case PairComparison::Decisive::equal: last_seen_[value.bits] = place; break;
    case PairComparison::Decisive::different:
      if (newest_ && newest_->bits != value.bits) newest_other_ = newest_;
      newest_ = Placed{place, value.bits};
      break;
  }
}

void DecidingValue::leave_before(std::size_t first) {
  first_ = first;
  while (!extremes_.empty() && extremes_.front().place < first) extremes_.pop_front();
}

std::optional<PairValue> DecidingValue::if_counts(const std::optional<Placed>& value) const {
  return value && value->place >= first_ ? std::optional(PairValue{value->bits, true}) : std::nullopt;
}

std::optional<PairValue> DecidingValue::against(const PairValue& other) const {
  if (missing_decides_ && newest_missing_ && *newest_missing_ >= first_) return PairValue{};
  switch (decisive_) {
    case PairComparison::Decisive::least:
    case PairComparison::Decisive::greatest: return extremes_.empty() ? std::nullopt : if_counts(extremes_.front());
    case PairComparison::Decisive::equal: {
      const auto seen = other.known ? last_seen_.find(other.bits) : last_seen_.end();
      return seen == last_seen_.end() ? std::nullopt : if_counts(Placed{seen->second, seen->first});
    }
    case PairComparison::Decisive::different: return if_counts(newest_ && other.known && newest_->bits == other.bits ? newest_other_ : newest_);
  }
  return std::nullopt;
}

// ---- the search ----

std::optional<PairSearch> PairSearch::of(const TypedExpression& where, const Base& base) {
  const auto parts = conjuncts(where);
  if (!parts) return std::nullopt;
  std::vector<const TypedExpression*> alone;
  std::optional<PairComparison> comparison;
  for (const TypedExpression* part : *parts) {
    if (!asks_previous(*part)) {
      alone.push_back(part);
      continue;
    }
    if (comparison) return std::nullopt;
    comparison = PairComparison::of(*part, base);
    if (!comparison) return std::nullopt;
  }
  if (!comparison) return std::nullopt;
  return PairSearch(*comparison, std::move(alone));
}

bool PairSearch::choose_scale(std::span<const EventRef> among, std::span<const EventRef> others) {
  const Side other_side = side_ == Side::own ? Side::previous : Side::own;
  const auto all_of = [&](auto visit) {
    return std::ranges::all_of(among, [&](const EventRef& event) { return visit(comparison_.cell(side_, event)); }) &&
           std::ranges::all_of(others, [&](const EventRef& event) { return visit(comparison_.cell(other_side, event)); });
  };
  std::uint8_t scale = 0;
  all_of([&](const Cell& cell) {
    if (cell.known) scale = std::max(scale, cell.scale);
    return true;
  });
  comparison_.set_scale(scale);
  return all_of([&](const Cell& cell) {
    const int128 bits = static_cast<int128>(cell.bits) * power_of_ten(static_cast<unsigned>(scale - (cell.known ? cell.scale : scale)));
    return !cell.known || (bits >= std::numeric_limits<std::int64_t>::min() && bits <= std::numeric_limits<std::int64_t>::max());
  });
}

bool PairSearch::start(Side side, std::span<const EventRef> among, std::span<const EventRef> others) {
  side_ = side;
  among_ = among;
  taken_ = 0;
  if (comparison_.of_numbers() && !choose_scale(among, others)) return false;
  values_.emplace(comparison_.decisive(side), comparison_.holds_for_missing());
  return true;
}

bool PairSearch::any(std::size_t first, std::size_t last, const EventRef& other) {
  for (; taken_ < last; ++taken_) values_->append(comparison_.read(side_, among_[taken_]));
  values_->leave_before(first);
  const bool other_is_own = side_ == Side::previous;
  const PairValue theirs = comparison_.read(other_is_own ? Side::own : Side::previous, other);
  const auto value = values_->against(theirs);
  return value && (other_is_own ? comparison_.holds(theirs, *value) : comparison_.holds(*value, theirs));
}

}  // namespace wanamaker
