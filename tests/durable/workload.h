#pragma once
// The work that the durability tests submit. Key idea: every step is a function of (seed, lane, number) alone, so that another
// process, or this one after a crash, knows what was submitted and in which order. A lane is what one thread does. It owns its
// contacts, records, message ids, segments, lists, sets and attributes (their names hold the lane's number before a dash: p3-17), and
// touches shared things only in ways that commute, so that the state of a store is "a prefix of each lane".
// Lane 0 is the setup: schema, accounts, value sets, two shared lists and the saved segments; it is done before the others start.

#include "model/commands.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker::durable {

enum class Act : std::uint8_t { command, checkpoint, back_up, erase_now };

struct Step {
  std::uint64_t number = 0;  // from 1, within the lane
  Act act = Act::command;    // other acts change nothing that can be asked
  Command command = {};
};

// Deterministic on every machine; splitmix64. Single-threaded.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  bool percent(std::uint64_t share) { return below(100) < share; }

 private:
  std::uint64_t state_;
};

struct SavedSegment {
  std::string key;
  std::string text;  // canonical
};
// The saved segments of tests/durable/segments.json. Stops the process when the file cannot be read.
std::vector<SavedSegment> saved_segments();

// The instant that answers are asked at: later than most of the work's events.
inline constexpr Timestamp kAskedAt{1'717'243'200'000};  // 2024-06-01T12:00:00Z

struct LaneOptions {
  std::uint64_t seed = 0;
  std::uint32_t lane = 0;
  std::uint32_t acts_every = 60;    // lane 1: about one checkpoint, backup or rewriting in so many steps; 0: none
  std::uint32_t contacts_max = 24;  // living ones of a lane
  std::uint32_t events_max = 48;    // of one contact; then it is erased
  std::uint32_t batch_rows_max = 40;
};

class Lane {
 public:
  explicit Lane(const LaneOptions& options);
  // nullopt: the setup has no more steps; other lanes never end.
  std::optional<Step> next();
  void skip(std::uint64_t steps) {
    for (; steps > 0; --steps) static_cast<void>(next());
  }

 private:
  struct Contact {
    std::uint32_t events = 0;
    std::vector<std::string> ids;  // its own, then those of contacts merged into it
    std::vector<std::string> records = {};
  };

  CommandBody choose();
  CommandBody setup_step();
  CommandBody some_events(std::uint32_t rows);
  CommandBody some_contacts();
  CommandBody some_records();
  CommandBody some_schema();
  CommandBody list_change();
  CommandBody by_hand();
  CommandBody segment_change();
  CommandBody merge_two();
  CommandBody erase(std::size_t index);
  BatchRow event_row(std::vector<BatchRow>& earlier);
  std::size_t some_contact();
  std::string name(std::string_view stem, std::uint64_t number) const;
  std::string fresh_id();

  LaneOptions options_;
  Dice dice_;
  std::uint64_t number_ = 0;
  std::uint64_t ids_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t attributes_ = 0;
  std::vector<Contact> contacts_;
  std::vector<std::string> erased_;
  std::map<std::string, ValueType> own_attributes_;
  std::vector<std::string> own_segments_;
  std::string last_mark_;
  bool has_list_ = false;
  std::vector<CommandBody> setup_;
};

// The lane that a contact, key or name belongs to; 0 for shared names.
std::uint32_t lane_of(std::string_view name);

}  // namespace wanamaker::durable
