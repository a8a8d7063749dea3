#include "live/agenda.h"

#include "base/check.h"

#include <algorithm>
#include <functional>

namespace wanamaker {
namespace {

std::int64_t hour_of(std::int64_t ms, std::int64_t hour_ms) { return ms >= 0 ? ms / hour_ms : -((-ms + hour_ms - 1) / hour_ms); }

}  // namespace

void Agenda::promise(const Look& look) {
  CHECK(look.condition.value >> kConditionBits == 0, "four million conditions are live at most");
  if (base_ms_ == kNever) base_ms_ = look.at.ms - kReachMs / 4;
  if (look.at.ms < base_ms_) move_base(look.at.ms - kReachMs / 4);
  if (look.contact.value >= wakes_.size()) wakes_.resize(look.contact.value + std::size_t{1});
  Wake& wake = wakes_[look.contact.value];
  const std::int64_t after_base = std::min(look.at.ms - base_ms_, kReachMs);
  const std::uint64_t promise = static_cast<std::uint64_t>(after_base) << kConditionBits | look.condition.value;
  const std::span<std::uint64_t> promises = lists_.of(wake.list);
  const auto known = std::ranges::find(promises, look.condition, condition_of);
  if (known == promises.end()) lists_.append(wake.list, promise);
  else if (*known <= promise) return;
  else *known = promise;
  const std::int64_t at_ms = base_ms_ + after_base;
  if (at_ms < wake.at_ms) call(look.contact, at_ms);
}

void Agenda::call(ContactOrdinal contact, std::int64_t at_ms) {
  wakes_[contact.value].at_ms = at_ms;
  const std::int64_t hour = hour_of(at_ms, kHourMs);
  const Call call{static_cast<std::uint32_t>(at_ms - hour * kHourMs), contact};
  if (hour > open_hour_ + kNearHours) {
    far_[hour].push_back(call);
  } else if (hour > open_hour_) {
    if (near_.empty()) near_.resize(kNearHours);
    near_[static_cast<std::size_t>(hour & (kNearHours - 1))].push_back(call);
    first_near_ = std::min(first_near_, hour);
  } else {
    late_.emplace_back(at_ms, contact);
    std::ranges::push_heap(late_, std::greater());
  }
}

// What was promised keeps its instant; what lies too far ahead then becomes early.
void Agenda::move_base(std::int64_t base_ms) {
  const std::int64_t shift = base_ms_ - base_ms;
  for (Wake& wake : wakes_) {
    for (std::uint64_t& promise : lists_.of(wake.list)) {
      const std::int64_t after_base = std::clamp(static_cast<std::int64_t>(promise >> kConditionBits) + shift, std::int64_t{0}, kReachMs);
      promise = static_cast<std::uint64_t>(after_base) << kConditionBits | condition_of(promise).value;
    }
  }
  base_ms_ = base_ms;
  for (std::uint32_t i = 0; i < wakes_.size(); ++i)
    if (wakes_[i].at_ms != kNever && wakes_[i].at_ms > base_ms + kReachMs) call({i}, base_ms + kReachMs);
}

// The first that has a call. Cost: the hours up to it since the last that was opened.
std::optional<std::int64_t> Agenda::first_hour() const {
  for (std::int64_t hour = first_near_; !near_.empty() && hour <= open_hour_ + kNearHours; ++hour)
    if (!near_[static_cast<std::size_t>(hour & (kNearHours - 1))].empty()) return hour;
  return far_.empty() ? std::nullopt : std::optional(far_.begin()->first);
}

// Hours that become near now are moved over.
void Agenda::open_hour(std::int64_t hour) {
  if (near_.empty()) near_.resize(kNearHours);
  if (!far_.empty() && far_.begin()->first == hour) open_ = std::move(far_.extract(far_.begin()).mapped());
  else open_ = std::exchange(near_[static_cast<std::size_t>(hour & (kNearHours - 1))], {});
  open_hour_ = hour;
  first_near_ = hour + 1;
  while (!far_.empty() && far_.begin()->first <= hour + kNearHours) {
    const auto first = far_.extract(far_.begin());
    near_[static_cast<std::size_t>(first.key() & (kNearHours - 1))] = std::move(first.mapped());
  }
  std::ranges::sort(open_, std::greater());
}

bool Agenda::late_is_first() const {
  return !late_.empty() && (open_.empty() || late_.front().first < open_hour_ * kHourMs + open_.back().ms);
}

// Stale ones too.
std::optional<Timestamp> Agenda::first_call() const {
  if (late_is_first()) return Timestamp{late_.front().first};
  if (!open_.empty()) return Timestamp{open_hour_ * kHourMs + open_.back().ms};
  return std::nullopt;
}

ContactOrdinal Agenda::take_first_call() {
  if (!late_is_first()) {
    const ContactOrdinal contact = open_.back().contact;
    open_.pop_back();
    return contact;
  }
  std::ranges::pop_heap(late_, std::greater());
  const ContactOrdinal contact = late_.back().second;
  late_.pop_back();
  return contact;
}

// Takes what the contact has been promised for the instant; it is called again for the earliest of the rest.
void Agenda::wake(ContactOrdinal contact, Timestamp at) {
  Wake& wake = wakes_[contact.value];
  std::uint64_t earliest = UINT64_MAX;
  for (std::size_t i = 0; i < wake.list.size;) {
    const std::uint64_t promise = lists_.of(wake.list)[i];
    if (at_of(promise) <= at) {
      taken_.push_back({at, contact, condition_of(promise)});
      lists_.remove(wake.list, i);
    } else {
      earliest = std::min(earliest, promise);
      ++i;
    }
  }
  if (wake.list.size == 0) wake.at_ms = kNever;
  else call(contact, at_of(earliest).ms);
}

const std::vector<Look>& Agenda::take(Timestamp until) {
  taken_.clear();
  for (;;) {
    if (open_.empty() && late_.empty()) {
      const auto hour = first_hour();
      if (!hour || *hour > hour_of(until.ms, kHourMs)) break;
      open_hour(*hour);
    }
    const Timestamp at = *first_call();
    if (at > until || (!taken_.empty() && at != taken_.front().at)) break;
    const ContactOrdinal contact = take_first_call();
    if (wakes_[contact.value].at_ms != at.ms) continue;
    if (at.ms - base_ms_ > kReachMs / 2) move_base(at.ms - kReachMs / 4);
    wake(contact, at);
  }
  if (!std::ranges::is_sorted(taken_)) std::ranges::sort(taken_);
  return taken_;
}

std::optional<Timestamp> Agenda::next() const {
  if (const auto first = first_call()) return first;
  const auto hour = first_hour();
  return hour ? std::optional(Timestamp{*hour * kHourMs}) : std::nullopt;
}

std::size_t Agenda::memory_bytes() const {
  std::size_t bytes = wakes_.capacity() * sizeof(Wake) + lists_.memory_bytes() + open_.capacity() * sizeof(Call) + late_.capacity() * sizeof late_[0];
  for (const auto& calls : near_) bytes += sizeof calls + calls.capacity() * sizeof(Call);
  for (const auto& [hour, calls] : far_) bytes += calls.capacity() * sizeof(Call);
  return bytes;
}

}  // namespace wanamaker
