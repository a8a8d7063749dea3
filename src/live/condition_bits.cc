#include "live/condition_bits.h"

#include "base/give_way.h"

#include <algorithm>
#include <map>
#include <optional>
#include <thread>

namespace wanamaker {
namespace {

using Block = std::array<std::uint64_t, 64>;
constexpr std::size_t kWordsAtOnce = 32;  // some ten microseconds

// Bit j of word i becomes bit i of word j. Source: Hacker's Delight, 7-3.
void turn_round(Block& block) {
  std::uint64_t mask = 0x0000'0000'FFFF'FFFF;
  for (unsigned width = 32; width != 0; width /= 2, mask ^= mask << width) {
    for (unsigned i = 0; i < 64; i = (i + width + 1) & ~width) {
      const std::uint64_t both = ((block[i] >> width) ^ block[i + width]) & mask;
      block[i] ^= both << width;
      block[i + width] ^= both;
    }
  }
}

// A row lies in one cache line, or in whole ones.
std::size_t words_for(std::uint32_t conditions) {
  const std::size_t words = std::max<std::size_t>((conditions + 63) / 64, 1);
  return words <= 8 ? std::bit_ceil(words) : (words + 7) / 8 * 8;
}

std::size_t width_after(std::size_t words) { return words_for(static_cast<std::uint32_t>(words) * 64 + 1); }

constexpr std::size_t kShardsForTwoThreads = 4;  // some milliseconds of work

}  // namespace

void ConditionBits::make_room(std::uint32_t conditions) {
  if (conditions > slots_) {
    const std::size_t slots = std::bit_ceil(conditions);
    std::vector<Shard> wider(shards() * slots);
    for (std::size_t i = 0; i < shards(); ++i) std::copy_n(shards_.data() + i * slots_, slots_, wider.data() + i * slots);
    shards_ = std::move(wider);
    slots_ = slots;
  }
  if (words_for(conditions) > words_) {
    const std::size_t words = words_for(conditions);
    room_ = words == width_after(words_) ? std::move(wider_room_) : RowRoom(kContacts * words);
    wider_room_ = RowRoom(kContacts * width_after(words));
    words_ = words;
    zeros_.assign(words_, 0);
    for (std::size_t i = 0; i < chunks_.size(); ++i) if (chunks_[i].words && chunks_[i].width < words_) widen(i, words_);
  }
  widen_ahead(conditions);
}

// When the last numbers are reached, so many that the last ones are done with the last number: not before, since they take memory.
void ConditionBits::widen_ahead(std::uint32_t conditions) {
  constexpr std::size_t kLast = 128;
  const std::size_t room = words_ * 64;
  if (room - conditions > std::min(room / 4, kLast)) return;
  const auto is_narrow = [&](const Chunk& chunk) { return chunk.words && chunk.width == words_; };
  const auto narrow = static_cast<std::size_t>(std::ranges::count_if(chunks_, is_narrow));
  std::size_t left = (narrow * 4 + 3) / std::max<std::size_t>(room - conditions, 4);
  for (std::size_t i = 0; i < chunks_.size() && left > 0; ++i) {
    if (!is_narrow(chunks_[i])) continue;
    widen(i, width_after(words_));
    --left;
  }
}

void ConditionBits::widen(std::size_t chunk, std::size_t width) {
  const Chunk narrow = chunks_[chunk];
  RowRoom::Block words = room_of(width).take();
  const std::uint64_t* from = narrow.words.get();
  for (std::uint64_t* to = words.get(); to != words.get() + kContacts * width; from += narrow.width, to += width) {
    std::copy_n(from, narrow.width, to);
    std::fill(to + narrow.width, to + width, 0);
  }
  chunks_[chunk] = {.words = std::move(words), .width = width};
  own_.add(chunk);
}

ConditionBits::Chunk& ConditionBits::made_own(std::size_t chunk) {
  if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
  Chunk& rows = chunks_[chunk];
  if (!rows.words) rows = {.words = room_.zeros(), .width = words_};
  else if (rows.words.use_count() > 1) rows.words = room_of(rows.width).copy_of(rows.words.get());
  own_.add(chunk);
  return rows;
}

bool ConditionBits::set(ContactOrdinal contact, ConditionNumber number, bool holds) {
  if (has(contact, number) == holds) return false;
  const Chunk& rows = writable(contact.value / kContacts);
  rows.words.get()[contact.value % kContacts * rows.width + number.value / 64] ^= std::uint64_t{1} << (number.value % 64);
  const std::size_t of_contact = contact.value / ContactBits::kContacts;
  if ((of_contact + 1) * slots_ > shards_.size()) make_shards(of_contact + 1);
  Shard& shard = shard_of(number, of_contact);
  shard.count += holds ? 1 : -std::uint32_t{1};
  shard.changed_in = own_.image();
  return true;
}

ConditionBits::Rows ConditionBits::rows_of_word(std::size_t index) const {
  const std::size_t chunk = index * 64 / kContacts;
  if (chunk >= chunks_.size() || !chunks_[chunk].words) return {};
  return {.first = chunks_[chunk].words.get() + index * 64 % kContacts * chunks_[chunk].width, .width = chunks_[chunk].width};
}

std::uint64_t ConditionBits::word(ConditionNumber number, std::size_t index) const {
  const Rows rows = rows_of_word(index);
  if (rows.first == nullptr) return 0;
  const std::uint64_t* row = rows.first + number.value / 64;
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < 64; ++i) bits |= ((row[i * rows.width] >> (number.value % 64)) & 1) << i;
  return bits;
}

// Two threads write, shard by shard, when all that they write to is there.
void ConditionBits::put(std::span<const NewColumn> columns, std::uint32_t contacts) {
  std::map<std::size_t, std::vector<NewColumn>> groups;
  for (const NewColumn& column : columns) groups[column.number.value / 64].push_back(column);
  const std::size_t end = std::max<std::size_t>((contacts + 63) / 64, chunks_.size() * kContacts / 64);
  make_shards((end + ContactBits::kWords - 1) / ContactBits::kWords);
  constexpr std::size_t kWordsOfChunk = kContacts / 64;
  for (std::size_t i = 0; i < end; ++i) {
    const bool is_there = i / kWordsOfChunk < chunks_.size() && chunks_[i / kWordsOfChunk].words;
    if (is_there || std::ranges::any_of(columns, [&](const NewColumn& column) { return column.bits->word(i) != 0; })) {
      writable(i / kWordsOfChunk);
      i = (i / kWordsOfChunk + 1) * kWordsOfChunk - 1;
    }
  }
  for (const NewColumn& column : columns) forget(column.number);
  const std::size_t half = shards() < kShardsForTwoThreads ? end : std::min(end, shards() / 2 * ContactBits::kWords);
  {
    std::optional<std::jthread> second;
    if (half < end) second.emplace([&] { for (const auto& [group, of_group] : groups) write(of_group, half, end); });
    for (const auto& [group, of_group] : groups) write(of_group, 0, half);
  }
  for (const NewColumn& column : columns) {
    for (std::size_t i = 0; i < shards(); ++i) {
      Shard& shard = shard_of(column.number, i);
      shard.changed_in = own_.image();
      if (column.is_durable && column.bits->chunks().find(i) != nullptr) shard.saved_in = shard.changed_in;
    }
  }
  own_.count_image();
}

// Columns that stand in the same word of the rows, for contacts first·64 to end·64 − 1. Bit by bit where they are few: turning a block takes as long as ten.
void ConditionBits::write(std::span<const NewColumn> of_group, std::size_t first, std::size_t end) {
  constexpr std::size_t kFew = 4;
  std::uint64_t mask = 0;
  for (const NewColumn& column : of_group) mask |= std::uint64_t{1} << (column.number.value % 64);
  const std::size_t word = of_group.front().number.value / 64;
  for (std::size_t i = first; i < end; ++i) {
    if (i % kWordsAtOnce == 0) give_way();
    const Rows rows = rows_of_word(i);
    if (rows.first == nullptr) continue;
    Block block{};
    for (const NewColumn& column : of_group) {
      const std::uint64_t bits = column.bits->word(i);
      shard_of(column.number, i / ContactBits::kWords).count += static_cast<std::uint32_t>(std::popcount(bits));
      if (of_group.size() > kFew) block[column.number.value % 64] = bits;
      else for (unsigned k = 0; k < 64; ++k) block[k] |= ((bits >> k) & 1) << (column.number.value % 64);
    }
    if (of_group.size() > kFew) turn_round(block);
    std::uint64_t* row = rows.first + word;
    for (const std::uint64_t bits : block) {
      *row = (*row & ~mask) | bits;
      row += rows.width;
    }
  }
}

std::vector<ConditionBits::Column> ConditionBits::columns(std::size_t group, std::size_t shard) const {
  std::vector<Column> columns(64);
  for (std::size_t i = 0; i < ContactBits::kWords; ++i) {
    const Rows rows = rows_of_word(shard * ContactBits::kWords + i);
    if (rows.first == nullptr) continue;
    Block block;
    for (std::size_t k = 0; k < 64; ++k) block[k] = rows.first[k * rows.width + group];
    turn_round(block);
    for (std::size_t k = 0; k < 64; ++k) columns[k][i] = block[k];
  }
  return columns;
}

void ConditionBits::saved(const ConditionBits& image, ConditionNumber number) {
  for (std::size_t i = 0; i < std::min(shards(), image.shards()); ++i) shard_of(number, i).saved_in = image.shard_of(number, i).changed_in;
}

std::size_t ConditionBits::memory_bytes() const {
  std::size_t words = 0;
  for (const Chunk& chunk : chunks_) words += chunk.words ? kContacts * chunk.width : 0;
  return words * sizeof(std::uint64_t);
}

}  // namespace wanamaker
