#include "columns/strips.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <span>
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

// Which of the sizes it is: 0, 1, 2, …
std::size_t size_of_room(std::uint32_t room) {
  const auto power = static_cast<std::size_t>(std::bit_width(room)) - 1;
  return 2 * power + (std::has_single_bit(room) ? 0 : 1);
}

struct OwnedRow {
  StripEvent event;
  std::uint32_t contact;
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

StripEvent::Code number_at(const Column* numbers, std::uint32_t row) { return numbers == nullptr ? StripEvent::kElsewhere : StripEvent::code_of(numbers->at(row)); }

// What stands for the numbers of a chunk of rows.
class ChunkNumbers {
 public:
  void read(const Column* numbers, std::size_t chunk) {
    chunk_ = numbers == nullptr ? nullptr : numbers->chunks().find(chunk);
    none_ = numbers == nullptr ? StripEvent::kElsewhere : StripEvent::kMissing;
    is_plain_ = chunk_ != nullptr && !chunk_->has_missing() && !chunk_->has_scales();
    if (is_plain_) chunk_->read_all(values_);
  }
  StripEvent::Code at(std::uint32_t row) const {
    if (chunk_ == nullptr) return none_;
    if (!is_plain_ || row >= chunk_->size()) return StripEvent::code_of(chunk_->at(row));
    return StripEvent::code_of({.bits = values_[row], .scale = 0, .known = true});
  }

 private:
  const Chunk* chunk_ = nullptr;
  StripEvent::Code none_ = StripEvent::kElsewhere;
  bool is_plain_ = false;
  Chunk::Values values_;
};

// Shape: visit(row) for each row that has a contact, ascending; pause() after every million rows or so, and at the end.
template <typename Visit, typename Pause>
void for_each_owned(const Strips::Columns& columns, Visit visit, Pause pause) {
  constexpr std::size_t kChunksAtOnce = 256;  // 16 MiB set aside
  Chunk::Values owners;
  Chunk::Values instants;
  ChunkNumbers numbers;
  for (std::size_t i = 0; i < columns.contacts.chunks().size(); ++i) {
    const Chunk* owner = columns.contacts.chunks().find(i);
    const Chunk* instant = columns.times.chunks().find(i);
    if (owner == nullptr || instant == nullptr) continue;  // every row that has a contact has an instant
    owner->read_all(owners);
    instant->read_all(instants);
    numbers.read(columns.numbers, i);
    const auto first = static_cast<std::uint32_t>(i * Chunk::kRows);
    const bool all = !owner->has_missing();
    for (std::uint32_t row = 0; row < owner->size(); ++row) {
      if (all || owner->is_known(row)) visit({.event = StripEvent(first + row, Timestamp{instants[row]}, numbers.at(row)), .contact = static_cast<std::uint32_t>(owners[row])});
    }
    if (i % kChunksAtOnce == kChunksAtOnce - 1) pause();
  }
  pause();
}

}  // namespace

void Strips::add(ContactOrdinal contact, std::uint32_t row, Timestamp at) {
  if (is_stale_) return;
  pending_.push_back({.contact = contact, .row = row, .at = at});
  if (pending_.size() * 4 < order_.size()) return;
  is_stale_ = true;
  std::vector<Pending>().swap(pending_);
}

void Strips::settle(const Columns& columns, const Earlier& earlier) {
  if (is_settled()) return;
  if (makes_all_anew()) rebuild(columns, earlier);
  else append(columns, earlier);
  is_stale_ = false;
  pending_.clear();
}

void Strips::rebuild(const Columns& columns, const Earlier& earlier) {
  struct Cursor {
    std::int64_t last_at = std::numeric_limits<std::int64_t>::min();
    std::uint32_t next = 0;
    bool in_order = true;
  };
  std::uint32_t count = 0;
  const auto& owners = columns.contacts.chunks();
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const auto range = owners.find(i) == nullptr ? std::nullopt : owners.find(i)->bounds();
    if (range) count = std::max(count, static_cast<std::uint32_t>(range->most) + 1);
  }
  strips_.assign(count, {});
  std::vector<std::uint32_t> counts(count);  // alone, they fit into the cache better
  for_each_known(columns.contacts, [&](std::uint32_t, std::int64_t contact) { ++counts[static_cast<std::uint32_t>(contact)]; });
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
    HugeVector<StripEvent>().swap(order_);
    order_.reserve(room);
  }
  // What comes next is touched here already, at most a huge page: the system takes milliseconds to clear one, and nobody waits for this as for a write.
  order_.resize(total + std::min<std::size_t>(total / 32, kHugePageBytes / sizeof(StripEvent)));
  order_.resize(total);
  RowsByBlock blocks(count);
  for_each_owned(columns, [&](const OwnedRow& row) { blocks.add(row); }, [&] {
    blocks.drain([&](const OwnedRow& row) {
      Cursor& cursor = cursors[row.contact];
      const std::int64_t at = row.event.at().ms;
      cursor.in_order &= at > cursor.last_at;
      cursor.last_at = at;
      order_[cursor.next++] = row.event;
    });
  });
  garbage_ = 0;
  for (std::vector<std::uint32_t>& places : left_) places.clear();
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

// What some rows need is fetched together, while those before them are written. Most are the newest of their contacts. A strip that has no room left
// moves, and all of it is read.
void Strips::append(const Columns& columns, const Earlier& earlier) {
  constexpr std::size_t kAtOnce = 64;
  const auto some_from = [&](std::size_t first) { return std::span(pending_).subspan(std::min(first, pending_.size()), std::min(kAtOnce, pending_.size() - std::min(first, pending_.size()))); };
  for (std::size_t first = 0; first < 2 * kAtOnce; first += kAtOnce) for (const Pending& one : some_from(first)) fetch(one.contact);
  const auto fetch_rows_of = [&](std::span<const Pending> some) {
    constexpr std::size_t kMovedLines = 8;
    constexpr std::size_t kLineBytes = 64;
    for (const Pending& one : some) {
      const StripView rows = of(one.contact);
      rows.fetch_newest();
      if (rows.empty() || room_for(static_cast<std::uint32_t>(rows.size()) + 1) == room_for(static_cast<std::uint32_t>(rows.size()))) continue;
      const auto* const end = reinterpret_cast<const char*>(&rows.event(0) + rows.size());
      const std::size_t bytes = std::min(rows.size() * sizeof(StripEvent), kMovedLines * kLineBytes);
      for (std::size_t before = 2 * kLineBytes; before <= bytes; before += kLineBytes) fetch_line(end - before);
    }
  };
  fetch_rows_of(some_from(0));
  std::vector<Pending> late;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (i % kAtOnce == 0) {
      for (const Pending& one : some_from(i + 2 * kAtOnce)) fetch(one.contact);
      fetch_rows_of(some_from(i + kAtOnce));
    }
    const auto [contact, row, at] = pending_[i];
    if (contact.value >= strips_.size()) strips_.resize(contact.value + std::size_t{1});
    Strip& strip = strips_[contact.value];
    const StripEvent event(row, at, number_at(columns.numbers, row));
    if (strip.count != 0 && comes_before(event, order_[strip.start + strip.count - 1], earlier)) {
      late.push_back(pending_[i]);
      continue;
    }
    *grow(strip, 1) = event;
    strip.newest_seconds = seconds_of(at.ms);
  }
  if (!late.empty()) insert(late, columns, earlier);
}

// Rows that are older than some of their contacts.
void Strips::insert(std::vector<Pending>& late, const Columns& columns, const Earlier& earlier) {
  std::ranges::stable_sort(late, {}, &Pending::contact);
  const auto by_order = [&](const StripEvent& a, const StripEvent& b) { return comes_before(a, b, earlier); };
  for (std::size_t i = 0; i < late.size();) {
    std::size_t end = i;
    while (end < late.size() && late[end].contact == late[i].contact) ++end;
    Strip& strip = strips_[late[i].contact.value];
    StripEvent* const fresh = grow(strip, static_cast<std::uint32_t>(end - i));
    StripEvent* last = fresh;
    for (; i < end; ++i) *last++ = StripEvent(late[i].row, late[i].at, number_at(columns.numbers, late[i].row));
    std::stable_sort(fresh, last, by_order);
    std::inplace_merge(order_.data() + strip.start, fresh, last, by_order);
    note_newest(strip);
  }
}

// Where its new rows go. A strip whose room is used up takes one that another has left, or moves to the end.
StripEvent* Strips::grow(Strip& strip, std::uint32_t rows) {
  const std::uint32_t before = strip.count;
  const std::uint32_t room = room_for(before + rows);
  if (room != room_for(before)) {
    std::vector<std::uint32_t>& places = left_[size_of_room(room)];
    std::uint32_t start = static_cast<std::uint32_t>(order_.size());
    if (places.empty()) {
      order_.resize(order_.size() + room);
    } else {
      start = places.back();
      places.pop_back();
      garbage_ -= room;
    }
    std::copy_n(order_.begin() + strip.start, before, order_.begin() + start);
    leave(strip.start, before);
    strip.start = start;
  }
  strip.count += rows;
  return order_.data() + strip.start + before;
}

// A strip of so many rows stands there no longer.
void Strips::leave(std::uint32_t start, std::uint32_t rows) {
  if (rows == 0) return;
  left_[size_of_room(room_for(rows))].push_back(start);
  garbage_ += room_for(rows);
}

void Strips::sort(Strip strip, const Earlier& earlier) {
  const auto by_order = [&](const StripEvent& a, const StripEvent& b) { return comes_before(a, b, earlier); };
  const auto first = order_.begin() + strip.start;
  const auto last = first + strip.count;
  if (!std::is_sorted(first, last, by_order)) std::stable_sort(first, last, by_order);
}

void Strips::remove(ContactOrdinal contact) {
  if (contact.value >= strips_.size()) return;
  leave(strips_[contact.value].start, strips_[contact.value].count);
  strips_[contact.value] = {};
}

void Strips::move(ContactOrdinal from, ContactOrdinal into) {
  const StripView events = of(from);
  for (std::size_t i = 0; i < events.size(); ++i) pending_.push_back({.contact = into, .row = events[i], .at = events.at(i)});
  remove(from);
}

}  // namespace wanamaker
