#pragma once
// A small company that lives by random steps: events on time, late, twice and of the future, attributes, lists, records, merges, erasures,
// edits of definitions, zones, and days on which nothing happens. The same seed gives the same steps.

#include "model/commands.h"
#include "simulate/definitions.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wanamaker::simulate {

inline constexpr std::int64_t kHourMs = 3'600'000;

class World {
 public:
  explicit World(std::uint64_t seed);

  // What is there before the first step.
  std::vector<Command> beginning();
  // The next command; time never goes back but by a rare step of the clock, of which the engine makes nothing.
  Command step();
  // Nothing but time.
  Command advance_to(Timestamp at);
  Timestamp now() const { return now_; }
  // A command was refused, so the world forgets it.
  void refused(const Command& command);

 private:
  std::string some_contact();
  Timestamp event_time();
  CommandBody events();
  CommandBody contacts();
  CommandBody records();
  CommandBody lists();
  CommandBody by_hand();
  CommandBody snapshot();
  CommandBody segment();
  CommandBody value_set();
  Vocabulary vocabulary(const std::vector<std::string>& more) const;

  Dice dice_;
  std::uint64_t segments_max_;
  bool names_in_filters_;  // of seeds from kFirstSeedThatNames on
  Timestamp now_;
  std::vector<std::string> segments_;
  std::vector<std::string> snapshots_;
  std::vector<std::string> named_;  // by filters of others, so that edits of them reach far
  std::uint64_t contacts_ = 40;
  std::uint64_t messages_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t snapshots_taken_ = 0;
};

}  // namespace wanamaker::simulate
