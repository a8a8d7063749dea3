#include "columns/strips.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace wanamaker {
namespace {

// How many places a strip of so many rows has: 1, 2, 4, 6, 8, 12, 16, 24, … So most rows are added where the strip stands, and what its
// room is need not be kept. A sixth of the places is free on average.
std::uint32_t room_for(std::uint32_t rows) {
  if (rows <= 2) return rows;
  const std::uint32_t power = std::bit_ceil(rows);
  const std::uint32_t between = power / 4 * 3;
  return rows <= between && between > 2 && power > 4 ? between : power;
}

struct OwnedRow {
  std::int64_t at;
  std::uint32_t contact;
  std::uint32_t row;
};

// Rows set aside by blocks of 16,384 contacts: what placing a block touches, 256 KiB of cursors and its part of the order, stays in
// the cache, where contacts at random would miss it on every row.
class RowsByBlock {
 public:
  explicit RowsByBlock(std::uint32_t contacts) : blocks_(contacts / kContacts + std::size_t{1}) {}
  void add(const OwnedRow& row) { blocks_[row.contact / kContacts].push_back(row); }
  // Rows of one contact come in the order they were added.
  template <typename Place>
  void drain(Place place) {
    for (std::vector<OwnedRow>& block : blocks_) {
      for (const OwnedRow& row : block) place(row);
      block.clear();
    }
  }

 private:
  static constexpr std::uint32_t kContacts = 16'384;
  std::vector<std::vector<OwnedRow>> blocks_;
};

// Shape: visit(row) for each row that has a contact, ascending; pause() after every million rows or so, and at the end.
template <typename Visit, typename Pause>
void for_each_owned(const Column& contacts, const Column& times, Visit visit, Pause pause) {
  constexpr std::size_t kChunksAtOnce = 256;  // 16 MiB set aside
  Chunk::Values owners;
  Chunk::Values instants;
  for (std::size_t i = 0; i < contacts.chunks().size(); ++i) {
    const Chunk* owner = contacts.chunks().find(i);
    const Chunk* instant = times.chunks().find(i);
    if (owner == nullptr || instant == nullptr) continue;  // every row that has a contact has an instant
    owner->read_all(owners);
    instant->read_all(instants);
    const auto first = static_cast<std::uint32_t>(i * Chunk::kRows);
    const bool all = !owner->has_missing();
    for (std::uint32_t row = 0; row < owner->size(); ++row) {
      if (all || owner->is_known(row)) visit({.at = instants[row], .contact = static_cast<std::uint32_t>(owners[row]), .row = first + row});
    }
    if (i % kChunksAtOnce == kChunksAtOnce - 1) pause();
  }
  pause();
}

}  // namespace

void Strips::add(std::uint32_t row) {
  if (is_stale_) return;
  pending_.push_back(row);
  if (pending_.size() * 4 < order_.size()) return;
  is_stale_ = true;
  std::vector<std::uint32_t>().swap(pending_);
}

void Strips::settle(const Column& contacts, const Column& times, const Earlier& earlier) {
  if (is_settled()) return;
  const bool is_small = !is_stale_ && pending_.size() * 4 < order_.size() && garbage_ * 4 < order_.size();
  if (is_small) append(contacts, times, earlier);
  else rebuild(contacts, times, earlier);
  is_stale_ = false;
  pending_.clear();
}

void Strips::rebuild(const Column& contacts, const Column& times, const Earlier& earlier) {
  struct Cursor {
    std::int64_t last_at = std::numeric_limits<std::int64_t>::min();
    std::uint32_t next = 0;
    bool in_order = true;
  };
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < contacts.chunks().size(); ++i) {
    const auto range = contacts.chunks().find(i) == nullptr ? std::nullopt : contacts.chunks().find(i)->bounds();
    if (range) count = std::max(count, static_cast<std::uint32_t>(range->most) + 1);
  }
  strips_.assign(count, {});
  std::vector<std::uint32_t> counts(count);  // alone, they fit into the cache better
  for_each_known(contacts, [&](std::uint32_t, std::int64_t contact) { ++counts[static_cast<std::uint32_t>(contact)]; });
  std::vector<Cursor> cursors(count);
  std::uint32_t total = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    cursors[i].next = strips_[i].start = total;
    strips_[i].count = counts[i];
    total += room_for(counts[i]);
  }
  const std::size_t room = total + total / 8;  // strips that move to the end; room that nobody touches costs no memory
  order_.clear();
  if (order_.capacity() < total || order_.capacity() > 2 * room) {
    std::vector<StripEvent>().swap(order_);
    order_.reserve(room);
  }
  order_.resize(total);
  RowsByBlock blocks(count);
  for_each_owned(contacts, times, [&](const OwnedRow& row) { blocks.add(row); }, [&] {
    blocks.drain([&](const OwnedRow& row) {
      Cursor& cursor = cursors[row.contact];
      cursor.in_order &= row.at > cursor.last_at;
      cursor.last_at = row.at;
      order_[cursor.next++] = StripEvent(row.row, Timestamp{row.at});
    });
  });
  garbage_ = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!cursors[i].in_order) {
      sort(strips_[i], earlier);
      note_newest(strips_[i]);
    } else if (strips_[i].count != 0) {
      strips_[i].newest_seconds = seconds_of(cursors[i].last_at);
    }
  }
}

std::uint32_t Strips::seconds_of(std::int64_t ms) {
  if (ms <= 0) return 0;
  return static_cast<std::uint32_t>(std::min<std::int64_t>((ms + 999) / 1'000, kLate));
}

// Contacts come in order, so that what the next ones need can be fetched while one is served.
void Strips::append(const Column& contacts, const Column& times, const Earlier& earlier) {
  constexpr std::size_t kAhead = 16;
  std::vector<std::uint64_t> added;  // contact in the upper half, row in the lower
  added.reserve(pending_.size());
  for (const std::uint32_t row : pending_) {
    const Cell contact = contacts.at(row);
    if (contact.known) added.push_back(static_cast<std::uint64_t>(contact.bits) << 32 | row);
  }
  std::ranges::sort(added);
  const auto contact_of = [&](std::size_t i) { return static_cast<std::uint32_t>(added[i] >> 32); };
  const auto row_of = [&](std::size_t i) { return static_cast<std::uint32_t>(added[i]); };
  for (std::size_t i = 0; i < added.size();) {
    if (i + kAhead < added.size()) fetch({contact_of(i + kAhead)});
    if (i + kAhead / 2 < added.size()) fetch_rows({contact_of(i + kAhead / 2)});
    const std::uint32_t contact = contact_of(i);
    std::size_t end = i;
    while (end < added.size() && contact_of(end) == contact) ++end;
    if (contact >= strips_.size()) strips_.resize(contact + 1);
    Strip& strip = strips_[contact];
    const std::uint32_t before = strip.count;
    strip.count += static_cast<std::uint32_t>(end - i);
    if (room_for(strip.count) != room_for(before)) {  // moves to the end
      garbage_ += room_for(before);
      const std::uint32_t start = std::exchange(strip.start, static_cast<std::uint32_t>(order_.size()));
      order_.resize(order_.size() + room_for(strip.count));
      std::copy_n(order_.begin() + start, before, order_.begin() + strip.start);
    }
    for (std::uint32_t place = strip.start + before; i < end; ++i) order_[place++] = StripEvent(row_of(i), Timestamp{times.at(row_of(i)).bits});
    const auto by_order = [&](const StripEvent& a, const StripEvent& b) { return comes_before(a, b, earlier); };
    const auto first = order_.begin() + strip.start;
    const auto fresh = first + before;
    const auto last = first + strip.count;
    if (last - fresh > 1) std::stable_sort(fresh, last, by_order);
    if (before != 0 && by_order(*fresh, *(fresh - 1))) std::inplace_merge(first, fresh, last, by_order);
    note_newest(strip);
  }
}

void Strips::sort(Strip strip, const Earlier& earlier) {
  const auto by_order = [&](const StripEvent& a, const StripEvent& b) { return comes_before(a, b, earlier); };
  const auto first = order_.begin() + strip.start;
  const auto last = first + strip.count;
  if (!std::is_sorted(first, last, by_order)) std::stable_sort(first, last, by_order);
}

void Strips::remove(ContactOrdinal contact) {
  if (contact.value >= strips_.size()) return;
  garbage_ += room_for(strips_[contact.value].count);
  strips_[contact.value] = {};
}

void Strips::move(ContactOrdinal from) {
  const auto rows = of(from);
  pending_.insert(pending_.end(), rows.begin(), rows.end());
  remove(from);
}

}  // namespace wanamaker
