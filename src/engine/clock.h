#pragma once
// The instant that it is, for a process that runs on: the wall clock, but never one that cannot be. Key idea: the machine's steady clock
// says how much time really passed since the wall clock was last believed. A wall clock that stepped back is held at the latest instant that was given
// out; one that jumped ahead is not followed until somebody confirms it or it has stood for an hour of steady time: instants that are
// given out cannot be taken back, and a year too far would let every window end.
// Time in which no process ran is no jump: the first reading has nothing to be compared with but what the store has settled.
// Single-threaded.

#include "base/time.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace wanamaker {

class HeldClock {
 public:
  static constexpr std::int64_t kJumpMs = 3'600'000;   // a wall clock that is more ahead than this is not believed at once
  static constexpr std::int64_t kProofMs = 3'600'000;  // but after it has stood so long

  using Wall = std::function<Timestamp()>;
  using SteadyMs = std::function<std::int64_t()>;
  enum class State : std::uint8_t { runs, held_back, held_ahead };
  struct Reading {
    Timestamp at;                  // never before one that was given out
    State state = State::runs;
    Timestamp wall;                // what the wall clock says
  };

  // `settled_at`: up to which the store has run already; kTimestampMin where it has not.
  HeldClock(Timestamp settled_at, Wall wall, SteadyMs steady_ms);
  // The machine's clocks.
  static Wall machine_wall();
  static SteadyMs machine_steady();

  Reading read();
  // The wall clock is right although it jumped: it is followed from the next reading on.
  void confirm() { is_confirmed_ = true; }

 private:
  Wall wall_;
  SteadyMs steady_ms_;
  struct Trusted {
    Timestamp wall;
    std::int64_t steady_ms;
  };
  Timestamp given_;                          // the latest instant that was given out
  std::optional<Trusted> trusted_;           // the last reading at which the wall clock was believed
  std::optional<std::int64_t> ahead_since_;  // steady: when the jump was first seen
  bool is_confirmed_ = false;
};

// What people are told; empty while it runs.
std::string to_text(const HeldClock::Reading& reading);

}  // namespace wanamaker
