#include "live/agenda.h"

#include <algorithm>
#include <functional>

namespace wanamaker {

void Agenda::promise(const Look& look) {
  const std::int64_t hour = hour_of(look.at);
  if (hour <= open_hour_ || look.contact.value >> kContactBits != 0 || look.condition.value >> kConditionBits != 0) {
    late_.push_back(look);
    std::ranges::push_heap(late_, std::greater());
    return;
  }
  const auto ms = static_cast<std::uint64_t>(look.at.ms - hour * kHourMs);
  const Promise promise = ms << (kContactBits + kConditionBits) | std::uint64_t{look.contact.value} << kConditionBits | look.condition.value;
  if (hour > open_hour_ + kNearHours) {
    far_[hour].push_back(promise);
    return;
  }
  if (near_.empty()) near_.resize(kNearHours);
  append(near(hour), promise);
  first_near_ = std::min(first_near_, hour);
}

void Agenda::append(Hour& hour, Promise promise) {
  if (hour.last == kNone || hour.count == Chunk::kPromises) {
    const std::uint32_t fresh = take_chunk();
    chunk(fresh).before = hour.last;
    hour = {.last = fresh, .count = 0};
  }
  chunk(hour.last).promises[hour.count++] = promise;
}

std::uint32_t Agenda::take_chunk() {
  if (free_.empty()) {
    const auto first = static_cast<std::uint32_t>(blocks_.size()) * kChunksAtOnce;
    blocks_.emplace_back(static_cast<Chunk*>(take_huge_pages(kChunksAtOnce * sizeof(Chunk))));
    for (std::uint32_t i = kChunksAtOnce; i > 0; --i) free_.push_back(first + i - 1);
  }
  const std::uint32_t number = free_.back();
  free_.pop_back();
  return number;
}

// The first that has a promise. Cost: the hours up to it since the last that was opened.
std::optional<std::int64_t> Agenda::first_hour() const {
  for (std::int64_t hour = first_near_; !near_.empty() && hour <= open_hour_ + kNearHours; ++hour)
    if (near(hour).last != kNone) return hour;
  return far_.empty() ? std::nullopt : std::optional(far_.begin()->first);
}

// Hours that become near now are moved over.
void Agenda::open_hour(std::int64_t hour) {
  if (near_.empty()) near_.resize(kNearHours);
  open_.clear();
  taken_of_open_ = 0;
  if (!far_.empty() && far_.begin()->first == hour) {
    open_ = std::move(far_.extract(far_.begin()).mapped());
  } else {
    Hour& opened = near(hour);
    for_each_of(opened, [&](Promise promise) { open_.push_back(promise); });
    for (std::uint32_t number = opened.last; number != kNone; number = chunk(number).before) free_.push_back(number);
    opened = {};
  }
  open_hour_ = hour;
  first_near_ = hour + 1;
  while (!far_.empty() && far_.begin()->first <= hour + kNearHours) {
    const auto first = far_.extract(far_.begin());
    for (const Promise promise : first.mapped()) append(near(first.key()), promise);
  }
  std::ranges::sort(open_);
}

// Of what is open or late.
std::optional<Timestamp> Agenda::first_taken() const {
  const bool is_open = taken_of_open_ < open_.size();
  if (!is_open && late_.empty()) return std::nullopt;
  if (!is_open) return late_.front().at;
  const Timestamp at = open_at(taken_of_open_).at;
  return late_.empty() ? at : std::min(at, late_.front().at);
}

const std::vector<Look>& Agenda::take(Timestamp until) {
  looks_.clear();
  while (taken_of_open_ == open_.size()) {
    const auto hour = first_hour();
    if (!hour || *hour > hour_of(until) || (!late_.empty() && late_.front().at.ms < *hour * kHourMs)) break;
    open_hour(*hour);
  }
  const auto at = first_taken();
  if (!at || *at > until) return looks_;
  for (; taken_of_open_ < open_.size() && open_at(taken_of_open_).at == *at; ++taken_of_open_) {
    const Look look = open_at(taken_of_open_);
    if (looks_.empty() || looks_.back() != look) looks_.push_back(look);
  }
  if (late_.empty() || late_.front().at != *at) return looks_;
  while (!late_.empty() && late_.front().at == *at) {
    looks_.push_back(late_.front());
    std::ranges::pop_heap(late_, std::greater());
    late_.pop_back();
  }
  std::ranges::sort(looks_);
  looks_.erase(std::ranges::unique(looks_).begin(), looks_.end());
  return looks_;
}

std::optional<Timestamp> Agenda::next() const {
  const auto first = first_taken();
  if (taken_of_open_ < open_.size()) return first;
  const auto hour = first_hour();
  if (!hour) return first;
  const Timestamp begin{*hour * kHourMs};
  return first ? std::min(*first, begin) : begin;
}

std::size_t Agenda::memory_bytes() const {
  std::size_t bytes = blocks_.size() * kChunksAtOnce * sizeof(Chunk) + free_.capacity() * sizeof free_[0] + near_.capacity() * sizeof(Hour);
  bytes += open_.capacity() * sizeof(Promise) + (late_.capacity() + looks_.capacity()) * sizeof(Look);
  for (const auto& [hour, promises] : far_) bytes += promises.capacity() * sizeof(Promise);
  return bytes;
}

}  // namespace wanamaker
