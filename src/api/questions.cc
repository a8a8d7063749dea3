#include "api/questions.h"

#include "base/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wanamaker {
namespace {

constexpr std::chrono::milliseconds kLookForAsker{100};

}  // namespace

Questions::Questions(std::chrono::milliseconds most) : most_(most), watcher_([this] { watch(); }) {}

Questions::~Questions() {
  const MutexLock lock(mutex_);
  CHECK(asked_.empty(), "who asks is gone before what he is told by");
  ends_ = true;
  changed_.notify_all();
}

Questions::Asked::Asked(Questions& all, IsGone is_gone) : all_(all), is_gone_(std::move(is_gone)) {
  const auto now = Clock::now();
  const MutexLock lock(all_.mutex_);
  look_from_ = now + kLookForAsker;
  until_ = std::min(all_.most_.count() == 0 ? Clock::time_point::max() : now + all_.most_, all_.end_at_);
  all_.asked_.insert(this);
  ++all_.asking_;
  // Those that came before end before, so the thread is mostly up in time.
  if (all_.next_look(now) < all_.looks_at_) all_.changed_.notify_all();
}

Questions::Asked::~Asked() {
  const MutexLock lock(all_.mutex_);
  all_.asked_.erase(this);
  if (--all_.asking_ == 0) all_.nothing_asked_.notify_all();
}

Error Questions::Asked::why() const {
  const MutexLock lock(all_.mutex_);
  switch (end_) {
    case End::none: break;
    case End::too_long: return {.code = ErrorCode::takes_too_long, .message = fmt::format("this takes longer than the {:g} s that a question may take, and others wait meanwhile", std::chrono::duration<double>(all_.most_).count())};
    case End::asker_gone: return {.code = ErrorCode::interrupted, .message = "nobody waits for the answer any more"};
    case End::process_ends: return {.code = ErrorCode::interrupted, .message = "the server ends, and this would have taken longer", .hint = "ask again when it is there again"};
  }
  CHECK(false, "who asks why has seen the sign raised");
}

void Questions::give_way(Clock::duration& left) {
  if (asking_ == 0 || left <= Clock::duration::zero()) return;
  const auto began = Clock::now();
  {
    const MutexLock lock(mutex_);
    while (asking_ > 0 && Clock::now() < began + left) nothing_asked_.wait_until(mutex_, began + left);
  }
  left -= Clock::now() - began;
}

void Questions::end(std::chrono::milliseconds left) {
  const MutexLock lock(mutex_);
  end_at_ = Clock::now() + left;
  for (Asked* asked : asked_) asked->until_ = std::min(asked->until_, end_at_);
  changed_.notify_all();
}

Questions::End Questions::end_of(const Asked& asked, Clock::time_point now) const {
  if (end_at_ <= now) return End::process_ends;
  if (asked.until_ <= now) return End::too_long;
  return asked.is_gone_ && asked.look_from_ <= now && asked.is_gone_() ? End::asker_gone : End::none;
}

// Raises the signs that are due.
void Questions::look(Clock::time_point now) {
  for (Asked* asked : asked_) {
    if (asked->sign_.is_raised()) continue;
    const End why = end_of(*asked, now);
    if (why == End::none) continue;
    asked->end_ = why;
    ++ended_[static_cast<std::size_t>(why)];
    asked->sign_.raise();
  }
}

Questions::Clock::time_point Questions::next_look(Clock::time_point now) const {
  auto next = Clock::time_point::max();
  for (const Asked* asked : asked_) {
    if (asked->sign_.is_raised()) continue;
    next = std::min(next, asked->until_);
    if (asked->is_gone_) next = std::min(next, std::max(asked->look_from_, now + kLookForAsker));
  }
  return next;
}

void Questions::watch() {
  const MutexLock lock(mutex_);
  while (!ends_) {
    const auto now = Clock::now();
    look(now);
    looks_at_ = next_look(now);
    if (looks_at_ == Clock::time_point::max()) changed_.wait(mutex_);
    else changed_.wait_until(mutex_, looks_at_);
  }
}

}  // namespace wanamaker
