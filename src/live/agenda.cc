#include "live/agenda.h"

#include "evaluate/counting_sort.h"

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
  first_near_ = std::min(first_near_, hour);
  fetch_line_to_write(&near(hour));
  fresh_.emplace_back(hour, promise);
  if (fresh_.size() == kFreshMost) append_fresh();
}

// Each list ends somewhere else in memory.
void Agenda::append_fresh() {
  for (const auto& [hour, promise] : fresh_) {
    const Hour& list = near(hour);
    if (list.last != kNone) fetch_line_to_write(&chunk(list.last).promises[std::min(list.count, Chunk::kPromises - 1)]);
  }
  for (const auto& [hour, promise] : fresh_) append(near(hour), promise);
  fresh_.clear();
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
  std::int64_t of_fresh = INT64_MAX;
  for (const Fresh& fresh : fresh_) of_fresh = std::min(of_fresh, fresh.hour);
  for (std::int64_t hour = first_near_; !near_.empty() && hour <= std::min(open_hour_ + kNearHours, of_fresh); ++hour)
    if (near(hour).last != kNone) return hour;
  if (of_fresh != INT64_MAX) return of_fresh;
  return far_.empty() ? std::nullopt : std::optional(far_.begin()->first);
}

// Hours that become near now are moved over.
void Agenda::open_hour(std::int64_t hour) {
  if (near_.empty()) near_.resize(kNearHours);
  append_fresh();
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
  sort_open();
}

// By instant by counting; those of one instant are few.
void Agenda::sort_open() {
  constexpr unsigned kTimeAt = kContactBits + kConditionBits;
  sort_by_counting(open_, kTimeAt, 64);
  const auto of_one = [&](Promise a, Promise b) { return a >> kTimeAt == b >> kTimeAt; };
  for (auto first = open_.begin(); first != open_.end();) {
    const auto end = std::find_if_not(first, open_.end(), [&](Promise promise) { return of_one(*first, promise); });
    if (end - first > 1) std::sort(first, end);
    first = end;
  }
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

bool Agenda::has_more_than(std::size_t many, Timestamp until) const {
  std::size_t count = late_.size();
  if (open_.size() - taken_of_open_ > many && open_at(taken_of_open_ + many).at <= until) return true;
  for (std::int64_t hour = first_near_; !near_.empty() && hour <= std::min(open_hour_ + kNearHours, hour_of(until)); ++hour)
    for (std::uint32_t number = near(hour).last; number != kNone && count <= many; number = chunk(number).before) count += Chunk::kPromises;
  for (const auto& [hour, promises] : far_) {
    if (hour > hour_of(until) || count > many) break;
    count += promises.size();
  }
  return count > many;
}

std::size_t Agenda::memory_bytes() const {
  std::size_t bytes = blocks_.size() * kChunksAtOnce * sizeof(Chunk) + free_.capacity() * sizeof free_[0] + near_.capacity() * sizeof(Hour);
  bytes += open_.capacity() * sizeof(Promise) + (late_.capacity() + looks_.capacity()) * sizeof(Look);
  for (const auto& [hour, promises] : far_) bytes += promises.capacity() * sizeof(Promise);
  return bytes;
}

}  // namespace wanamaker
