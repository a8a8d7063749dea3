#include "live/agenda.h"

#include <algorithm>
#include <functional>

namespace wanamaker {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kNone = INT64_MIN;

std::int64_t hour_of(std::int64_t ms) { return ms >= 0 ? ms / kHourMs : -((-ms + kHourMs - 1) / kHourMs); }

}  // namespace

std::int64_t* Agenda::promised(ContactOrdinal contact, ConditionNumber condition) {
  if (condition.value >= promises_.size()) return nullptr;
  auto& chunks = promises_[condition.value];
  const std::size_t chunk = contact.value / kContacts;
  return chunk < chunks.size() && chunks[chunk] ? &(*chunks[chunk])[contact.value % kContacts] : nullptr;
}

void Agenda::promise(const Look& look) {
  std::int64_t* promised = this->promised(look.contact, look.condition);
  if (promised == nullptr) {
    if (look.condition.value >= promises_.size()) promises_.resize(look.condition.value + std::size_t{1});
    auto& chunks = promises_[look.condition.value];
    const std::size_t chunk = look.contact.value / kContacts;
    if (chunk >= chunks.size()) chunks.resize(chunk + 1);
    chunks[chunk] = std::make_unique<Chunk>();
    chunks[chunk]->fill(kNone);
    promised = &(*chunks[chunk])[look.contact.value % kContacts];
  }
  if (*promised != kNone && *promised <= look.at.ms) return;
  *promised = look.at.ms;
  const std::int64_t hour = hour_of(look.at.ms);
  if (hour > opened_until_) {
    hours_[hour].push_back({look.contact, look.condition});
  } else {
    open_.push_back(look);
    std::ranges::push_heap(open_, std::greater());
  }
}

void Agenda::forget(ConditionNumber condition) {
  if (condition.value < promises_.size()) promises_[condition.value].clear();
}

// Opens hours, one after the other, until one up to `last` has something in it.
void Agenda::open_hours(std::int64_t last) {
  while (open_.empty() && !hours_.empty() && hours_.begin()->first <= last) {
    const auto [hour, entries] = std::move(*hours_.begin());
    hours_.erase(hours_.begin());
    opened_until_ = hour;
    for (const Entry& entry : entries) {
      const std::int64_t* promised = this->promised(entry.contact, entry.condition);
      if (promised != nullptr && *promised != kNone && hour_of(*promised) == hour) open_.push_back({{*promised}, entry.contact, entry.condition});
    }
    std::ranges::make_heap(open_, std::greater());
  }
}

std::vector<Look> Agenda::take(Timestamp until) {
  std::vector<Look> looks;
  for (;;) {
    if (open_.empty()) open_hours(hour_of(until.ms));
    if (open_.empty() || open_.front().at > until || (!looks.empty() && open_.front().at != looks.front().at)) return looks;
    std::ranges::pop_heap(open_, std::greater());
    const Look look = open_.back();
    open_.pop_back();
    std::int64_t* promised = this->promised(look.contact, look.condition);
    if (promised == nullptr || *promised != look.at.ms) continue;  // an earlier promise took its place, or it was taken
    *promised = kNone;
    looks.push_back(look);
  }
}

std::optional<Timestamp> Agenda::next() const {
  if (!open_.empty()) return open_.front().at;
  if (hours_.empty()) return std::nullopt;
  return start_of_hour(hours_.begin()->first);
}

}  // namespace wanamaker
