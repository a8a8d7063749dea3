#include "engine/backlog.h"

#include "base/check.h"

#include <algorithm>

namespace wanamaker {
namespace {

constexpr Backlog::Duration kEachCommand = std::chrono::microseconds(5);  // of one event, measured
constexpr std::uint64_t kLearnedBytes = 64U << 10;                        // some 3,000 events: older ones count half
constexpr int kOnceMost = 4;  // times as much as expected: what took longer once, waiting for memory or a core, says little of those that follow
constexpr Backlog::Duration kOnceAtLeast = std::chrono::microseconds(100);

}  // namespace

void Backlog::add(DurableCommands durable) {
  const MutexLock lock(mutex_);
  waiting_bytes_ += durable.bytes;
  waiting_.push_back(std::move(durable));
}

std::size_t Backlog::size() const {
  const MutexLock lock(mutex_);
  return waiting_.size();
}

std::uint64_t Backlog::newest() const {
  const MutexLock lock(mutex_);
  return waiting_.empty() ? 0 : waiting_.back().link.sequence;
}

std::size_t Backlog::size_up_to(std::uint64_t sequence) const {
  const MutexLock lock(mutex_);
  return static_cast<std::size_t>(std::ranges::upper_bound(waiting_, sequence, {}, [](const DurableCommands& durable) { return durable.link.sequence; }) - waiting_.begin());
}

bool Backlog::has_long() const {
  const MutexLock lock(mutex_);
  return std::ranges::any_of(waiting_, &DurableCommands::is_long);
}

bool Backlog::has_judged_companions() const {
  const MutexLock lock(mutex_);
  return std::ranges::any_of(waiting_, &DurableCommands::has_judged_companions);
}

const DurableCommands& Backlog::oldest() const {
  const MutexLock lock(mutex_);
  CHECK(!waiting_.empty(), "who takes the oldest has asked whether there is one");
  return waiting_.front();
}

void Backlog::note_long() {
  const MutexLock lock(mutex_);
  CHECK(!waiting_.empty(), "who says that the oldest is long has looked at it");
  waiting_.front().is_long = true;
}

void Backlog::remove_oldest() {
  const MutexLock lock(mutex_);
  CHECK(!waiting_.empty(), "what was applied waited");
  waiting_bytes_ -= waiting_.front().bytes;
  waiting_.pop_front();
  has_shrunk_.notify_all();
}

void Backlog::learn(std::uint64_t bytes, Duration took) {
  if (picoseconds_a_byte_ != 0) took = std::min(took, kEachCommand + kOnceMost * expected(bytes) + kOnceAtLeast);
  taken_ += std::max(took - kEachCommand, Duration::zero());
  taken_bytes_ += bytes;
  if (taken_bytes_ == 0) return;
  picoseconds_a_byte_ = static_cast<std::uint64_t>(taken_.count()) * 1'000 / taken_bytes_;
  if (taken_bytes_ < kLearnedBytes) return;
  taken_ /= 2;
  taken_bytes_ /= 2;
}

Backlog::Duration Backlog::expected() const {
  const MutexLock lock(mutex_);
  return expected(waiting_bytes_);
}

bool Backlog::is_full() const {
  const MutexLock lock(mutex_);
  return is_beyond();
}

void Backlog::wait_for_room() {
  const MutexLock lock(mutex_);
  while (is_beyond()) has_shrunk_.wait(mutex_);
}

void Backlog::slow_down(std::chrono::steady_clock::time_point came_at) {
  const MutexLock lock(mutex_);
  if (waiting_.empty()) return;
  const Duration all_writers = expected(waiting_bytes_ / waiting_.size()) * limits_.writers;
  while (expected(waiting_bytes_) > limits_.slow_from) {
    const bool is_much = expected(waiting_bytes_) > limits_.much;
    const auto until = came_at + (shrinks_ && is_much ? std::max(limits_.little, all_writers) : limits_.little);
    if (std::chrono::steady_clock::now() >= until) return;
    has_shrunk_.wait_until(mutex_, until);
  }
}

void Backlog::set_shrinking(bool shrinks) {
  const MutexLock lock(mutex_);
  shrinks_ = shrinks;
  has_shrunk_.notify_all();
}

}  // namespace wanamaker
