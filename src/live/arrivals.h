#pragma once
// Which conditions an event that arrives can change. Key idea: an event that does not pass a condition's filter changes nothing of it, and
// most conditions over events an arrival can switch in one direction only: where they stand there already, they are not looked at again,
// and what is promised for them stays right, since one more event can only put off when they end.
// Filters on numbers are not compared one by one: the bounds of all of them cut each property's numbers into pieces, and of each piece it
// is known which filters let it pass. All other filters are asked of the probe.
// Source: the prefilter of RE2's FilteredRE2 (many expressions, few of which can match).

#include "evaluate/event_tests.h"
#include "evaluate/probe.h"
#include "live/condition_bits.h"

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace wanamaker {

// Conditions over the events of one name. Single-threaded; keeps references to the conditions, which must outlive it.
class Arrivals {
 public:
  explicit Arrivals(EventTypeId type) : type_(type) {}
  // Cost: the pieces of all bounds are made anew with the next event.
  void add(ConditionNumber number, const TypedExpression& condition);

  // Whether the event certainly passes the filter of a source of the condition, which one event more can switch in one direction only.
  enum class Passes : std::uint8_t { surely, maybe };
  // Shape: holds(number) is what the condition says now; visit(number, passes) for each to be looked at again, some more than once.
  // Cost: a binary search a property that filters name, a bit for each source of a condition; the probe for filters that are more than numbers.
  template <typename Holds, typename Visit>
  void for_each(const EventRef& event, ContactOrdinal contact, Probe& probe, Holds holds, Visit visit) {
    read(event, probe.environment().base);
    for (std::size_t word = 0; word < passing_.size(); ++word) {
      std::uint64_t open = 0;  // of them those whose condition may change, found without a branch that nobody could foretell
      for (std::uint64_t left = passing_[word]; left != 0; left &= left - 1) {
        const auto bit = static_cast<unsigned>(std::countr_zero(left));
        const Mark& mark = marks_[word * 64 + bit];
        open |= std::uint64_t{mark.stays != (holds(mark.number) ? Stays::where_met : Stays::where_not) ? 1U : 0U} << bit;
      }
      for (std::uint64_t left = open; left != 0; left &= left - 1) {
        const Way& way = ways_[word * 64 + static_cast<std::size_t>(std::countr_zero(left))];
        const Entry& entry = entries_[way.entry];
        if (entry.stays && !is_negative(entry.amount) && holds(entry.number) == *entry.stays) continue;
        if (way.others.empty() || passes(way, event, contact, probe)) visit(entry.number, way.is_exact && entry.stays ? Passes::surely : Passes::maybe);
      }
    }
  }
 private:
  // One source of a condition: an event goes through it where all tests hold.
  struct Way {
    std::size_t entry = 0;                                // its condition
    bool is_exact = false;                                // what comes through passes the filter
    std::vector<NumberTest> numbers = {};
    std::vector<const TypedExpression*> others = {};
  };
  // What is asked of a way first. Shape: beside ways_.
  enum class Stays : std::uint8_t { where_not, where_met, unknown };
  struct Mark {
    ConditionNumber number;
    Stays stays = Stays::unknown;  // unknown: the entry has to be asked
  };
  struct Entry {
    ConditionNumber number;
    std::optional<bool> stays;          // an arrival cannot change it where it says this
    std::optional<std::size_t> amount;  // in values_: but one with a negative amount can
  };
  // What the ways let pass of one property's numbers, all of one scale: from each start on to the next the same.
  struct Pieces {
    std::vector<std::int64_t> starts;   // ascending, from the least number there is; empty: not made yet
    std::vector<std::uint64_t> masks;   // for each start a bit a way
  };
  struct Property {
    AttributeId id;
    std::vector<Pieces> by_scale;
    std::vector<std::uint64_t> missing;  // what passes where it is missing; empty: not made yet
  };

  std::optional<std::vector<Way>> ways_of(const TypedExpression& condition) const;
  void add_way(const TypedSource& source, std::vector<Way>& ways) const;
  std::size_t value_of(AttributeId property);
  void read(const EventRef& event, const Base& base);
  const std::uint64_t* mask_of(Property& property, const Cell& cell);
  void make_pieces(const Property& property, std::uint8_t scale, Pieces& pieces) const;
  void append_mask(AttributeId property, const Cell& cell, std::vector<std::uint64_t>& masks) const;
  bool is_negative(std::optional<std::size_t> amount) const { return amount && values_[*amount].known && values_[*amount].bits < 0; }
  bool passes(const Way& way, const EventRef& event, ContactOrdinal contact, Probe& probe) const;

  EventTypeId type_;
  std::vector<Entry> entries_;
  std::vector<Way> ways_;
  std::vector<Mark> marks_;
  std::vector<Property> properties_;     // that tests read
  std::vector<Cell> values_;             // beside them: of the event that is looked at
  std::vector<std::uint64_t> passing_;   // a bit a way: whose numbers it passes
};

}  // namespace wanamaker
