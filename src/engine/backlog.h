#pragma once
// Commands that are durable and not applied yet, in the order of the log. Key idea: who commits puts them here and waits for nobody; who holds the base
// takes the oldest from here. What waits is bounded by how long it would take to apply, so that who reads does not wait long for it, and by bytes: who
// writes more than is applied is slowed down from the first limit on, and stands still at the second one.
// Thread-safe; oldest(), note_long(), remove_oldest() and learn() are for who holds the base (engine/reading_gate.h), so for one at a time.

#include "base/mutex.h"
#include "model/commands.h"
#include "store/block.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <vector>

namespace wanamaker {

// One command or several that share a block of the log.
struct DurableCommands {
  std::vector<Command> commands;
  ChainLink link;           // the place of the log behind them
  std::uint64_t bytes = 0;  // in the log
  bool is_long = false;     // its apply may take long: nobody does it who has to answer soon
  bool has_judged_companions = false;  // such as others are judged by
};

class Backlog {
 public:
  using Duration = std::chrono::nanoseconds;
  struct Limits {
    Duration slow_from = std::chrono::milliseconds(10);   // what is expected of applying all: from here on each command waits a little
    Duration much = std::chrono::milliseconds(50);        // from here on it waits for what is being applied
    Duration most = std::chrono::seconds(1);              // and from here on until there is room
    std::uint64_t bytes_most = 8U << 20;                  // likewise, in the log: some 400,000 events, which take ten times as much of memory
    Duration little = std::chrono::milliseconds(2);       // less than what a scan may hold up an acknowledgement
    int writers = 8;                                      // so many at a time may not write faster than is applied
  };
  Backlog() : Backlog(Limits{}) {}
  explicit Backlog(const Limits& limits) : limits_(limits) {}

  void add(DurableCommands durable);
  std::size_t size() const;
  bool empty() const { return size() == 0; }
  // The place in the log of the newest; 0 where nothing waits.
  std::uint64_t newest() const;
  // How many are not behind a place in the log.
  std::size_t size_up_to(std::uint64_t sequence) const;
  bool has_long() const;
  bool has_judged_companions() const;
  // Calls visit(const Command&) for each, the oldest first; nothing is added or removed meanwhile.
  template <typename Visit>
  void for_each(Visit visit) const {
    const MutexLock lock(mutex_);
    for (const DurableCommands& durable : waiting_)
      for (const Command& command : durable.commands) visit(command);
  }

  // There is one. It stays where it is while others are added.
  const DurableCommands& oldest() const;
  void note_long();  // of the oldest
  void remove_oldest();
  void learn(std::uint64_t bytes, Duration took);  // of data that were applied

  // What the apply of data of that size is likely to take, by what it took lately; nothing at first.
  Duration expected(std::uint64_t bytes) const { return Duration(bytes * picoseconds_a_byte_ / 1'000); }
  Duration expected() const;  // of all that waits, what else it may be
  bool is_full() const;         // nothing more is to be added
  // Before a command is committed: returns when it is not full.
  void wait_for_room();
  // When a command that came then is durable: returns at once, or where much waits when there is less of it: `little` after it came at the latest, and where `much`
  // waits and is being applied after the time that one command for each of the writers is likely to take.
  void slow_down(std::chrono::steady_clock::time_point came_at);
  // While it is there, what waits is being applied. For who holds the base.
  class Shrinking {
   public:
    explicit Shrinking(Backlog& backlog) : backlog_(backlog) { backlog_.set_shrinking(true); }
    ~Shrinking() { backlog_.set_shrinking(false); }
    Shrinking(const Shrinking&) = delete;
    Shrinking& operator=(const Shrinking&) = delete;

   private:
    Backlog& backlog_;
  };

 private:
  void set_shrinking(bool shrinks);
  bool is_beyond() const WM_REQUIRES(mutex_) { return waiting_bytes_ > limits_.bytes_most || expected(waiting_bytes_) > limits_.most; }

  Limits limits_;
  mutable Mutex mutex_;  // no other is taken while it is held
  std::condition_variable_any has_shrunk_;
  std::deque<DurableCommands> waiting_ WM_GUARDED_BY(mutex_);
  std::uint64_t waiting_bytes_ WM_GUARDED_BY(mutex_) = 0;
  bool shrinks_ WM_GUARDED_BY(mutex_) = false;
  Duration taken_ = {};             // by what was applied lately, but for what each command takes whatever its size
  std::uint64_t taken_bytes_ = 0;  // its size
  std::atomic<std::uint64_t> picoseconds_a_byte_ = 0;
};

}  // namespace wanamaker
