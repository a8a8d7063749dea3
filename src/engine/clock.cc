#include "engine/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>

namespace wanamaker {
HeldClock::HeldClock(Timestamp settled_at, Wall wall, SteadyMs steady_ms) : wall_(std::move(wall)), steady_ms_(std::move(steady_ms)), given_(settled_at) {}

HeldClock::Wall HeldClock::machine_wall() {
  return [] { return Timestamp{std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count()}; };
}

// Counts on while the machine sleeps, which the standard library's steady clock does not on Linux.
HeldClock::SteadyMs HeldClock::machine_steady() {
  return [] {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
  };
}

HeldClock::Reading HeldClock::read() {
  const Timestamp wall = wall_();
  const std::int64_t steady = steady_ms_();
  if (wall < given_) {
    ahead_since_.reset();
    return {.at = given_, .state = State::held_back, .wall = wall};
  }
  const Timestamp expected = trusted_ ? Timestamp{trusted_->wall.ms + steady - trusted_->steady_ms} : wall;
  if (wall.ms > expected.ms + kJumpMs && !is_confirmed_) {
    if (!ahead_since_) ahead_since_ = steady;
    if (steady - *ahead_since_ < kProofMs) {
      given_ = std::max(given_, expected);
      return {.at = given_, .state = State::held_ahead, .wall = wall};
    }
  }
  ahead_since_.reset();
  is_confirmed_ = false;
  given_ = wall;
  trusted_ = Trusted{wall, steady};
  return {.at = wall, .state = State::runs, .wall = wall};
}

std::string to_text(const HeldClock::Reading& reading) {
  switch (reading.state) {
    case HeldClock::State::runs: return {};
    case HeldClock::State::held_back: return fmt::format("the clock says {}, which is before {}, up to which time has run: it is held there", to_string(reading.wall), to_string(reading.at));
    case HeldClock::State::held_ahead:
      return fmt::format("the clock jumped ahead to {}: it is held at {} until that is confirmed, or has stood for an hour", to_string(reading.wall), to_string(reading.at));
  }
  return {};
}

}  // namespace wanamaker
