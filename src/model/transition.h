#pragma once
// A transition: one contact entered or left one segment. What the change feed holds (live/feed.h) and what its readers get.

#include "base/ids.h"
#include "base/time.h"

#include <cstdint>
#include <string_view>

namespace wanamaker {

using SegmentNumber = Id<struct SegmentTag>;  // a saved segment's place in live/; a key that is deleted and saved again gets a new one

enum class Turn : std::uint8_t { entered, left };
inline constexpr std::string_view kTurnNames[] = {"entered", "left"};
inline std::string_view name_of(Turn turn) { return kTurnNames[static_cast<std::size_t>(turn)]; }

// What made it: a datum of the contact or its account, time alone, or a change of what the segment says.
enum class Cause : std::uint8_t { event, attribute, account, record, list, time, definition, ranking, merge, erasure, setting, by_hand };
inline constexpr std::string_view kCauseNames[] = {"event", "attribute", "account", "record",  "list",   "time",
                                                   "definition", "ranking", "merge",   "erasure", "setting", "by_hand"};
inline std::string_view name_of(Cause cause) { return kCauseNames[static_cast<std::size_t>(cause)]; }

struct Transition {
  std::uint64_t number = 0;        // place in the feed, from 1, without a gap
  SegmentNumber segment;
  std::uint32_t version = 1;       // of the segment's definition
  ContactOrdinal contact;
  Turn turn = Turn::entered;
  Cause cause = Cause::event;
  Timestamp effective_at;          // when the answer flipped: LANGUAGE.md 6, 17
  Timestamp recorded_at;           // the instant of the command or of the clock that settled it
  friend bool operator==(const Transition&, const Transition&) = default;
};

}  // namespace wanamaker
