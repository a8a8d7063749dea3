#pragma once
// Who computes for long gives way to who is being waited for. Key idea: a thread that has slept, for the disk or for another, and is woken while all cores are
// busy often gets one only at the system's next tick, some milliseconds later; one that computes and asks between two pieces of work, some ten microseconds apart, hands over
// its core at once, and has it again when the other one sleeps. So who commits says that he is in a hurry, and who scans asks here. It says who works, never what comes of it.
// Of the whole process, as its cores are: several engines side by side give way to each other. Thread-safe.
// Cost: of give_way() one read while nobody is in a hurry; else a call of the system, 0.2 µs where no thread waits for this core.

#include <atomic>
#include <thread>

namespace wanamaker {

// As long as it lives, somebody is waited for.
class Hurry {
 public:
  Hurry() { in_a_hurry_.fetch_add(1, std::memory_order_relaxed); }
  ~Hurry() { in_a_hurry_.fetch_sub(1, std::memory_order_relaxed); }
  Hurry(const Hurry&) = delete;
  Hurry& operator=(const Hurry&) = delete;

  static bool is_anybody_in() { return in_a_hurry_.load(std::memory_order_relaxed) > 0; }

 private:
  inline static std::atomic<int> in_a_hurry_ = 0;
};

// Not while a mutex is held that those who are in a hurry take.
inline void give_way() {
  if (Hurry::is_anybody_in()) std::this_thread::yield();
}

}  // namespace wanamaker
