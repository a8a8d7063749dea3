#pragma once
// What must hold after every step of the simulator: live = probe, the folded feed = live, and every transition at the instant at which
// the answer flips. Rules are compiled anew from the catalog, so that nothing of the live graph is trusted.

#include "engine/state.h"
#include "evaluate/sweep/sweep.h"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace wanamaker::simulate {

class Checks {
 public:
  enum class Depth : std::uint8_t { few_contacts, all_contacts };
  // After a command was applied. The first broken promise, where there is one.
  std::optional<std::string> after(EngineState& state, const Command& command, Depth depth);
  std::uint64_t memberships() const { return memberships_; }  // compared with the probe
  std::uint64_t instants() const { return instants_; }        // of transitions that were checked

 private:
  std::optional<std::string> fold(EngineState& state, const Command& command);
  std::optional<std::string> check_instant(const EngineState& state, const Command& command, const Transition& transition);
  std::optional<std::string> compare(EngineState& state, Depth depth);
  // A snapshot that was just taken holds those for whom its rule holds at that instant.
  std::optional<std::string> check_snapshot(const EngineState& state, const Command& command);
  static std::optional<bool> by_hand(const EngineState& state, SegmentNumber segment, ContactOrdinal contact);
  static bool holds(const EngineState& state, SegmentNumber segment, const Definition& rule, ContactOrdinal contact, Timestamp t);
  std::optional<Definition> rule_of(const EngineState& state, const std::string& key) const;

  Sweeper sweeper_{best_kernels(), 1};
  std::map<SegmentNumber, std::set<ContactOrdinal>> folded_;
  std::uint64_t read_ = 0;
  Timestamp ranked_at_;
  std::uint32_t next_contact_ = 0;
  std::uint64_t memberships_ = 0;
  std::uint64_t instants_ = 0;
};

}  // namespace wanamaker::simulate
