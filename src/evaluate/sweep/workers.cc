#include "evaluate/sweep/workers.h"

#include <algorithm>

namespace wanamaker {
namespace {

// Looks for some ten microseconds: as long as falling asleep and being woken takes.
template <typename Condition>
bool comes_soon(Condition condition) {
  constexpr int kLooks = 1000;
  for (int i = 0; i < kLooks; ++i) {
    if (condition()) return true;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  return false;
}

}  // namespace

Workers::Workers(unsigned threads) {
  for (unsigned i = 0; i < std::max(threads, 1U); ++i) scratches_.push_back(std::make_unique<Scratch>());
  for (std::size_t i = 1; i < scratches_.size(); ++i) threads_.emplace_back([this, i] { wait_for_work(*scratches_[i]); });
}

Workers::~Workers() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void Workers::take_pieces(Scratch& scratch) {
  for (std::uint32_t piece = next_++; piece < pieces_; piece = next_++) (*work_)(piece, scratch);
}

void Workers::run(std::uint32_t pieces, const Work& work) {
  work_ = &work;
  pieces_ = pieces;
  next_ = 0;
  const bool alone = threads_.empty() || pieces < 2;
  if (!alone) {
    {
      const std::lock_guard lock(mutex_);
      busy_ = static_cast<unsigned>(threads_.size());
      ++round_;
    }
    changed_.notify_all();
  }
  take_pieces(*scratches_[0]);
  if (alone || comes_soon([&] { return busy_ == 0; })) return;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return busy_ == 0; });
}

void Workers::wait_for_work(Scratch& scratch) {
  std::uint64_t seen = 0;
  while (true) {
    if (!comes_soon([&] { return round_ != seen; })) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || round_ != seen; });
      if (stopping_) return;
    }
    seen = round_;
    take_pieces(scratch);
    const bool is_last = --busy_ == 0;
    if (!is_last) continue;
    { const std::lock_guard lock(mutex_); }  // who waits has either seen it or sleeps by now
    changed_.notify_all();
  }
}

}  // namespace wanamaker
