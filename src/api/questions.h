#pragma once
// How long those who hold the base may take: others wait for them. Key idea: a question is the time from when somebody gets the base until he lets go of it;
// a thread raises the sign of each whose time is over, and of each whose asker is gone, and whoever works on it looks at the sign (base/stop_sign.h).
// Thread-safe.

#include "base/mutex.h"
#include "base/result.h"
#include "base/stop_sign.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>

namespace wanamaker {

class Questions {
 public:
  using Clock = std::chrono::steady_clock;

  // `most`: for each; 0: as long as it takes.
  explicit Questions(std::chrono::milliseconds most);
  // Shape: none is being asked any more.
  ~Questions();
  Questions(const Questions&) = delete;
  Questions& operator=(const Questions&) = delete;

  // Whether nobody waits for the answer any more. Never waits; asked some times a second by another thread.
  using IsGone = std::function<bool()>;

  // Who asks, as he takes turns with others (base/turns.h; nothing: the process itself), and whether he is still there.
  struct Asker {
    std::string whose;
    IsGone is_gone;
  };
  // Why a sign was raised.
  enum class End : std::uint8_t { none, too_long, asker_gone, process_ends };
  static constexpr std::array<std::string_view, 4> kEndNames = {"", "too_long", "asker_gone", "process_ends"};
  // How many have ended so.
  std::uint64_t ended(End why) const { return ended_[static_cast<std::size_t>(why)]; }

  // One that is being asked, for as long as it is there. Whether its asker is gone is looked at when it has been asked for a while: who asks, says
  // that he has nothing more to say and waits is answered where that is quick.
  class Asked {
   public:
    Asked(Questions& all, IsGone is_gone);
    ~Asked();
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;
    const StopSign& sign() const { return sign_; }
    // Why there is no answer, once the sign is raised. Errors: takes_too_long; interrupted, where nobody waits or the process ends.
    Error why() const;

   private:
    friend class Questions;
    Questions& all_;
    IsGone is_gone_;
    StopSign sign_;
    End end_ = End::none;         // set as the sign is raised, while all_.mutex_ is held
    Clock::time_point until_;
    Clock::time_point look_from_;  // for whoever asks
  };
  // For who works without the base on what takes the processor for long: returns at once where nothing is asked, else when nothing is, or when what is
  // left is used up. What it took is taken from what is left.
  void give_way(Clock::duration& left) WM_THREAD_ATTRIBUTE(locks_excluded(mutex_));
  // The process ends: whatever is asked, now or later, has so much time left.
  void end(std::chrono::milliseconds left);

 private:
  void watch();
  void look(Clock::time_point now) WM_REQUIRES(mutex_);
  End end_of(const Asked& asked, Clock::time_point now) const WM_REQUIRES(mutex_);
  Clock::time_point next_look(Clock::time_point now) const WM_REQUIRES(mutex_);

  const std::chrono::milliseconds most_;
  mutable Mutex mutex_;
  std::set<Asked*> asked_ WM_GUARDED_BY(mutex_);
  std::atomic<int> asking_ = 0;  // how many these are, for who does not wait
  Clock::time_point end_at_ WM_GUARDED_BY(mutex_) = Clock::time_point::max();
  Clock::time_point looks_at_ WM_GUARDED_BY(mutex_) = Clock::time_point::max();  // when the thread wakes by itself
  bool ends_ WM_GUARDED_BY(mutex_) = false;
  std::array<std::atomic<std::uint64_t>, kEndNames.size()> ended_{};
  std::condition_variable_any changed_;
  std::condition_variable_any nothing_asked_;
  std::jthread watcher_;
};

}  // namespace wanamaker
