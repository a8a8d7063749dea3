#pragma once
// Since when a rule says of a contact what it says now, where data came late: among the edges of time since the datum's own, the last at which the answer
// turned. Key idea: many contacts of one account ask about the same instants; what its contacts said then is kept for all of them until the base changes.
// Single-threaded.

#include "evaluate/edges.h"
#include "evaluate/probe.h"

#include <map>

namespace wanamaker {

class FlipSearch {
 public:
  // To be called before the base changes and before conditions end. Cost: none where nothing was asked since, as mostly: time stops at many instants.
  void forget() {
    if (!was_asked_) return;
    was_asked_ = false;
    probes_.clear();
    edges_.clear();
  }
  // own_at, where nothing turned since; the environment's instant where that cannot be told. Not for rules that rank. Cost: the edges between, and the
  // probe at some of them.
  Timestamp flipped_at(const TypedExpression& rule, ContactOrdinal contact, Timestamp own_at, const Environment& environment);

 private:
  Probe& probe_at(Timestamp t, const Environment& environment);

  std::map<Timestamp, Probe> probes_;
  AccountMemo edges_;  // of the range
  EdgeRange range_{};
  bool was_asked_ = false;
};

}  // namespace wanamaker
