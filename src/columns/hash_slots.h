#pragma once
// A flat map from 64-bit hashes that are well mixed to places. Key idea: the slot of a hash is known before memory is read, so that who
// looks up many asks the processor for the slots of the next ones first; a slot that is taken sends to the one behind it.
// Shape: no hash is 0. Single writer; pointers hold until the next change.

#include "base/huge_pages.h"
#include "base/prefetch.h"

#include <bit>
#include <cstddef>
#include <cstdint>

namespace wanamaker {

template <typename Place>
class HashSlots {
 public:
  // nullptr: the hash is not there.
  const Place* find(std::uint64_t hash) const { return slots_.empty() ? nullptr : in(slots_[slot_of(hash)], hash); }
  Place* find(std::uint64_t hash) { return slots_.empty() ? nullptr : in(slots_[slot_of(hash)], hash); }
  // False: the hash is there already, and nothing changes.
  bool add(std::uint64_t hash, Place place) {
    if ((count_ + 1) * 10 > slots_.size() * kFullTenths) make_room(2 * slots_.size());
    Slot& slot = slots_[slot_of(hash)];
    if (slot.hash != kFree) return false;
    slot = {.hash = hash, .place = place};
    ++count_;
    return true;
  }
  // Slots behind it that were sent there come nearer to their own.
  void erase(std::uint64_t hash) {
    if (slots_.empty()) return;
    std::size_t free = slot_of(hash);
    if (slots_[free].hash == kFree) return;
    for (std::size_t next = after(free); slots_[next].hash != kFree; next = after(next)) {
      const std::size_t own = slots_[next].hash & (slots_.size() - 1);
      if (((next - own) & (slots_.size() - 1)) < ((next - free) & (slots_.size() - 1))) continue;
      slots_[free] = slots_[next];
      free = next;
    }
    slots_[free] = {};
    --count_;
  }
  // The processor is asked for what find() reads.
  void fetch(std::uint64_t hash) const { if (!slots_.empty()) fetch_line(&slots_[hash & (slots_.size() - 1)]); }
  void reserve(std::size_t places) { if (places * 10 > slots_.size() * kFullTenths) make_room(std::bit_ceil(places * 10 / kFullTenths + 1)); }
  void clear() { *this = HashSlots(); }

 private:
  static constexpr std::uint64_t kFree = 0;
  static constexpr std::size_t kFullTenths = 8;  // of the slots: beyond it runs of taken ones become long
  struct Slot {
    std::uint64_t hash = kFree;
    Place place = {};
  };
  static const Place* in(const Slot& slot, std::uint64_t hash) { return slot.hash == hash ? &slot.place : nullptr; }
  static Place* in(Slot& slot, std::uint64_t hash) { return slot.hash == hash ? &slot.place : nullptr; }
  std::size_t after(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }
  // The hash's own, or the free one in which it would stand.
  std::size_t slot_of(std::uint64_t hash) const {
    std::size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot].hash != kFree && slots_[slot].hash != hash) slot = after(slot);
    return slot;
  }
  void make_room(std::size_t slots) {
    HugeVector<Slot> before(std::bit_ceil(slots < 16 ? 16 : slots));
    before.swap(slots_);
    for (const Slot& slot : before) if (slot.hash != kFree) slots_[slot_of(slot.hash)] = slot;
  }

  HugeVector<Slot> slots_;  // a power of two of them, or none
  std::size_t count_ = 0;
};

}  // namespace wanamaker
