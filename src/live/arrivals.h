#pragma once
// Which conditions an event that arrives can change. Key idea: an event that does not pass a condition's filter changes nothing of it, and
// most conditions over events an arrival can switch in one direction only: where they stand there already, they are not looked at again,
// and what is promised for them stays right, since one more event can only put off when they end.
// Filters on numbers are compared here, each value of the event read once; all others are asked of the probe.
// Source: the prefilter of RE2's FilteredRE2 (many expressions, few of which can match).

#include "evaluate/probe.h"
#include "evaluate/sweep/ordered_ranges.h"
#include "live/agenda.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace wanamaker {

// Conditions over the events of one name. Single-threaded; keeps references to the conditions, which must outlive it.
class Arrivals {
 public:
  explicit Arrivals(EventTypeId type) : type_(type) {}
  void add(ConditionNumber number, const TypedExpression& condition);

  // Shape: holds(number) is what the condition says now; visit(number) for each to be looked at again.
  // Cost: some comparisons a condition; the probe for filters that are more than numbers.
  template <typename Holds, typename Visit>
  void for_each(const EventRef& event, ContactOrdinal contact, Probe& probe, Holds holds, Visit visit) {
    read(event, probe.environment().base);
    for (const Entry& entry : entries_) {
      if (!passes(entry, event, contact, probe)) continue;
      if (entry.stays && !is_negative(entry.amount) && holds(entry.number) == *entry.stays) continue;
      visit(entry.number);
    }
  }

 private:
  struct NumberTest {
    std::size_t value;                              // in values_
    bool negated;                                   // then also a missing value passes
    std::vector<std::vector<BitsRange>> passing;    // by scale
    bool holds(const Cell& cell) const { return (cell.known && is_in(passing[cell.scale], cell.bits)) != negated; }
  };
  // One source of the condition: an event goes through it where all tests hold.
  struct Way {
    std::vector<NumberTest> numbers = {};
    std::vector<const TypedExpression*> others = {};
  };
  struct Entry {
    ConditionNumber number;
    std::vector<Way> ways;
    std::optional<bool> stays;          // an arrival cannot change it where it says this
    std::optional<std::size_t> amount;  // in values_: but one with a negative amount can
  };

  std::optional<std::vector<Way>> ways_of(const TypedExpression& condition);
  void add_way(const TypedSource& source, std::vector<Way>& ways);
  std::size_t value_of(AttributeId property);
  void read(const EventRef& event, const Base& base);
  bool is_negative(std::optional<std::size_t> amount) const { return amount && values_[*amount].known && values_[*amount].bits < 0; }
  bool passes(const Entry& entry, const EventRef& event, ContactOrdinal contact, Probe& probe) const;

  EventTypeId type_;
  std::vector<Entry> entries_;
  std::vector<AttributeId> properties_;  // that tests read
  std::vector<Cell> values_;             // beside them: of the event that is looked at
};

}  // namespace wanamaker
