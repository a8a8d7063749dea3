#pragma once
// All live segments as one graph of distinct conditions. Key idea: equal conditions of different segments are one, decided once; an index
// from topics finds the conditions that a write can change, and each condition knows the segments over it. Made anew from the catalog
// when the schema changes; when a definition does, only what may say something else is compiled. Conditions that are the same as before keep
// their numbers, so bits and promises stay.
// Single-threaded; immutable between rebuilds, but for what arrivals read.

#include "evaluate/next_edge.h"
#include "evaluate/quick_look.h"
#include "live/arrivals.h"
#include "live/formula.h"
#include "live/topics.h"
#include "model/catalog.h"
#include "model/schema.h"
#include "model/transition.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace wanamaker {

struct LiveCondition {
  std::string identity;            // equal conditions have equal ones
  Definition definition;           // the condition alone
  NextEdge next_edge;
  std::optional<QuickLook> quick;  // decides, and says what next_edge would
  std::set<Topic> topics;
  std::vector<SegmentNumber> segments;  // that depend on it

  LiveCondition(std::string identity, Definition alone, EventReads& reads);
  LiveCondition(const LiveCondition&) = delete;  // next_edge and quick refer into it
  LiveCondition& operator=(const LiveCondition&) = delete;
  bool ranks() const { return definition.ranks(); }
};

class Graph {
 public:
  // A segment to be kept live: its number, its rule, and the values of its parameters are in the catalog.
  struct Member {
    SegmentNumber number;
    std::string key;
  };
  struct Rule {
    Definition definition;
    Formula formula;
  };

  // Compiles the segments anew; they come by number. Those that no longer compile have no rule afterwards, and why() says why not.
  struct Rebuilt {
    std::vector<ConditionNumber> conditions;  // that were not there before; what was known of them is worth nothing
    std::vector<SegmentNumber> segments;      // with another formula than before, or one over such conditions; sorted
  };
  Rebuilt rebuild(const std::vector<Member>& members, const Schema& schema, const Catalog& catalog);
  // The same after the definition of one segment was saved or deleted. Where more has changed that rules read, the schema, keys or parameters, all
  // are compiled. Cost: compiling it, those that use it and those that are invalid; linear in the segments, some tens of nanoseconds each.
  Rebuilt renew(const std::vector<Member>& members, std::string_view key, const Schema& schema, const Catalog& catalog);

  // nullptr: the number is free.
  const LiveCondition* condition(ConditionNumber number) const { return number.value < conditions_.size() ? conditions_[number.value].get() : nullptr; }
  // What decides it quickly. nullptr: the number is free, or the probe decides.
  const QuickLook* quick(ConditionNumber number) const { return number.value < quick_.size() ? quick_[number.value] : nullptr; }
  std::uint32_t condition_slots() const { return static_cast<std::uint32_t>(conditions_.size()); }
  std::size_t condition_count() const { return by_identity_.size(); }
  // nullptr: the definition is invalid, or there is no such segment.
  const Rule* rule(SegmentNumber segment) const { return segment.value < rule_of_.size() ? rule_of_[segment.value] : nullptr; }
  // The segments over the condition, sorted.
  std::span<const SegmentNumber> over(ConditionNumber number) const {
    return std::span(over_).subspan(over_starts_[number.value], over_starts_[number.value + 1] - over_starts_[number.value]);
  }
  // What the segment's rule says of a contact's row, and what it said before the bits of `turned` turned. Shape: it has a rule.
  struct Verdict {
    bool held;
    bool holds;
  };
  Verdict decide(SegmentNumber segment, const std::uint64_t* row, const std::uint64_t* turned) const;
  std::string why_invalid(SegmentNumber segment) const;
  // Conditions to look at when the topic is written. For `everything`: all but those that rank.
  const std::vector<ConditionNumber>& touched_by(const Topic& topic) const;
  // The conditions over events of a name. nullptr: there are none.
  Arrivals* arrivals(EventTypeId event) { return event.value < arrivals_.size() && arrivals_[event.value] ? &*arrivals_[event.value] : nullptr; }
  // What quick looks read by.
  EventReads& reads() { return reads_; }
  const EventReads& reads() const { return reads_; }
  bool reads_groups() const { return reads_groups_; }
  bool ranks() const { return ranks_; }
  // Whether the schema has grown since the last rebuild.
  bool is_behind(const Schema& schema) const { return size_of(schema) != schema_size_; }
  // Whether a segment has its first entry made by hand since, or has lost its last one. Cost: linear in the segments.
  bool is_behind(const Catalog& catalog) const { return overridden_in(catalog) != overridden_; }

 private:
  static std::uint64_t size_of(const Schema& schema);
  static std::set<std::string> overridden_in(const Catalog& catalog);
  static std::string keys_read_by_rules(const Catalog& catalog);
  void compile(const Member& member, const Schema& schema, const Catalog& catalog);
  std::set<std::string, std::less<>> users_of(std::string_view key) const;
  void forget(SegmentNumber segment);
  void find_free_numbers();
  Rebuilt finish(std::span<const SegmentNumber> compiled);
  ConditionNumber intern(const TypedExpression& condition, std::string identity, std::uint32_t rankings);
  void add_rule(const Member& member, Definition definition);
  void make_index();
  void add_to_index(ConditionNumber number);
  void make_tables();

  // A rule over few conditions: what it says by their bits. They lie together, since a flip is decided by those of several segments.
  struct Table {
    std::uint64_t cases = 0;
    std::uint8_t conditions = 0;
    bool is_there = false;
    std::array<std::uint16_t, Formula::kTableConditions> numbers = {};
  };
  std::vector<std::unique_ptr<LiveCondition>> conditions_;     // by number; freed ones are null
  std::map<std::string, ConditionNumber> by_identity_;
  std::map<std::string, ConditionNumber> before_;              // during rebuild: those of the last graph
  std::vector<ConditionNumber> free_;                          // during rebuild and renew: numbers that the last graph did not use
  std::vector<ConditionNumber> fresh_;                         // likewise
  std::map<SegmentNumber, Formula> formulas_before_;           // likewise: of rules that are compiled again
  std::map<SegmentNumber, Rule> rules_;
  std::vector<const Rule*> rule_of_;                           // by SegmentNumber
  std::map<SegmentNumber, std::string> faults_;
  std::map<std::string, std::set<std::string>, std::less<>> named_by_;  // by key of a segment, where its text names any: those
  std::string parameters_;                                     // of all segments
  std::string keys_;                                           // of lists and sets
  std::map<Topic, std::vector<ConditionNumber>> index_;
  std::vector<std::optional<Arrivals>> arrivals_;              // by EventTypeId
  EventReads reads_;
  std::uint64_t schema_size_ = 0;
  std::set<std::string> overridden_;                           // segments with entries made by hand
  std::vector<Table> tables_;                                  // by SegmentNumber
  std::vector<const QuickLook*> quick_;                        // by ConditionNumber
  std::vector<std::uint32_t> over_starts_;                     // by ConditionNumber: where its segments begin
  std::vector<SegmentNumber> over_;
  bool reads_groups_ = false;
  bool ranks_ = false;
};

}  // namespace wanamaker
