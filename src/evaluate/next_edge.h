#pragma once
// When a condition can next change by time alone, for one contact: what an agenda keeps as a promise to look again. Never later than the
// first change, often earlier. Key idea: for the common conditions over events the answer is one binary search in each strip of the
// contact, or the one event that still holds the condition up; for all others it is the first of the edges (edges.h).

#include "evaluate/probe.h"

#include <optional>

namespace wanamaker {

// For one condition without `and`, `or`, `not` in it but in filters; not for rankings. Immutable, but for the probe it is handed.
// Keeps a reference to the condition, which must outlive it.
class NextEdge {
 public:
  explicit NextEdge(const TypedExpression& condition);

  // Whether time alone can change it at all, for any contact.
  bool is_timed() const { return kind_ != Kind::never; }
  // The instant is later than the probe's own. `holds`: what the probe says at its instant. Nothing: never.
  // Cost: a binary search an event name, or the events of the condition where it is none of the common kinds.
  std::optional<Timestamp> after(ContactOrdinal contact, bool holds, Probe& probe) const;

 private:
  enum class Kind : std::uint8_t {
    never,
    at_least,  // did … at least N times, in a window that events enter by their own time only
    events,    // all events of one source in one window
    moment,    // first or last … was in a window
    account,   // colleagues, and nothing else: what time can change is the same for all of an account
    general,
  };
  bool has_begun(ContactOrdinal contact, const Base& base) const;
  std::optional<Timestamp> of_support(ContactOrdinal contact, Probe& probe) const;
  std::optional<Timestamp> end_of(ContactOrdinal contact, Which which, Probe& probe) const;
  std::optional<Timestamp> newest_out(ContactOrdinal contact, Probe& probe) const;
  std::optional<Timestamp> newest_few_out(ContactOrdinal contact, Probe& probe) const;
  bool passes(ContactOrdinal contact, const EventRef& event, Probe& probe) const;
  enum class Looking : std::uint8_t { at_all_edges, at_arrivals };  // arrivals: of events that are of the future yet
  std::optional<Timestamp> of_events(ContactOrdinal contact, Probe& probe, Looking looking) const;
  std::optional<Timestamp> of_moment(ContactOrdinal contact, Probe& probe) const;
  std::optional<Timestamp> of_account(ContactOrdinal contact, Probe& probe) const;
  std::optional<Timestamp> first_edge(const TypedExpression& node, ContactOrdinal contact, Probe& probe) const;

  const TypedExpression& condition_;
  Kind kind_ = Kind::never;
  const TypedSource* source_ = nullptr;  // at_least, events, moment, account
  Window window_ = {};                   // at_least, events, moment
  bool repeats_yearly_ = false;          // general: ages and anniversaries have an edge every year
  bool is_cut_ = false;                  // general: there may be edges beyond the range that is looked at
};

// Whether time alone can change what the expression says, for any contact.
bool changes_by_time(const TypedExpression& node);
// False for a comparison over more `days since` than edges can tell of (curves.h): time may change it, and nobody can say when.
bool can_be_foreseen(const TypedExpression& definition);

}  // namespace wanamaker
