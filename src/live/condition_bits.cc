#include "live/condition_bits.h"

#include <algorithm>
#include <map>

namespace wanamaker {
namespace {

using Block = std::array<std::uint64_t, 64>;

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

}  // namespace

void ConditionBits::make_room(std::uint32_t conditions) {
  if (conditions > slots_) {
    const std::size_t slots = std::bit_ceil(conditions);
    std::vector<Shard> wider(shards() * slots);
    for (std::size_t i = 0; i < shards(); ++i) std::copy_n(shards_.data() + i * slots_, slots_, wider.data() + i * slots);
    shards_ = std::move(wider);
    slots_ = slots;
  }
  const std::size_t before = words_;
  if (words_for(conditions) <= before) return;
  words_ = words_for(conditions);
  zeros_.assign(words_, 0);
  room_ = RowRoom(kContacts * words_);
  own_.clear();
  for (auto& chunk : chunks_) {
    if (!chunk) continue;
    auto wider = room_.zeros();
    for (std::size_t i = 0; i < kContacts; ++i) std::copy_n(chunk.get() + i * before, before, wider.get() + i * words_);
    chunk = std::move(wider);
  }
}

std::uint64_t* ConditionBits::made_own(std::size_t chunk) {
  if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
  auto& rows = chunks_[chunk];
  if (!rows) rows = room_.zeros();
  else if (rows.use_count() > 1) rows = room_.copy_of(rows.get());
  own_.add(chunk);
  return rows.get();
}

bool ConditionBits::set(ContactOrdinal contact, ConditionNumber number, bool holds) {
  if (has(contact, number) == holds) return false;
  writable(contact.value / kContacts)[contact.value % kContacts * words_ + number.value / 64] ^= std::uint64_t{1} << (number.value % 64);
  make_shards(contact.value / ContactBits::kContacts + std::size_t{1});
  Shard& shard = shard_of(number, contact.value / ContactBits::kContacts);
  shard.count += holds ? 1 : -std::uint32_t{1};
  shard.changed_in = own_.image();
  return true;
}

std::uint64_t ConditionBits::word(ConditionNumber number, std::size_t index) const {
  const std::uint64_t* row = this->row({static_cast<std::uint32_t>(index * 64)});
  if (row == zeros_.data()) return 0;
  row += number.value / 64;
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < 64; ++i) bits |= ((row[i * words_] >> (number.value % 64)) & 1) << i;
  return bits;
}

void ConditionBits::put(std::span<const NewColumn> columns, std::uint32_t contacts) {
  std::map<std::size_t, std::vector<NewColumn>> groups;
  for (const NewColumn& column : columns) groups[column.number.value / 64].push_back(column);
  const std::size_t end = std::max<std::size_t>((contacts + 63) / 64, chunks_.size() * kContacts / 64);
  make_shards((end + ContactBits::kWords - 1) / ContactBits::kWords);
  for (const auto& [group, of_group] : groups) {
    std::uint64_t mask = 0;
    for (const NewColumn& column : of_group) {
      mask |= std::uint64_t{1} << (column.number.value % 64);
      forget(column.number);
    }
    for (std::size_t i = 0; i < end; ++i) {
      Block block{};
      std::uint64_t any = 0;
      for (const NewColumn& column : of_group) {
        const std::uint64_t bits = column.bits->word(i);
        if (bits == 0) continue;
        any |= block[column.number.value % 64] = bits;
        shard_of(column.number, i / ContactBits::kWords).count += static_cast<std::uint32_t>(std::popcount(bits));
      }
      const std::size_t chunk = i * 64 / kContacts;
      if (any == 0 && (chunk >= chunks_.size() || !chunks_[chunk])) continue;
      turn_round(block);
      std::uint64_t* row = writable(chunk) + i * 64 % kContacts * words_ + group;
      for (const std::uint64_t bits : block) {
        *row = (*row & ~mask) | bits;
        row += words_;
      }
    }
    for (const NewColumn& column : of_group) {
      for (std::size_t i = 0; i < shards(); ++i) {
        Shard& shard = shard_of(column.number, i);
        shard.changed_in = own_.image();
        if (column.is_durable && column.bits->chunks().find(i) != nullptr) shard.saved_in = shard.changed_in;
      }
    }
  }
  own_.count_image();
}

std::vector<ConditionBits::Column> ConditionBits::columns(std::size_t group, std::size_t shard) const {
  std::vector<Column> columns(64);
  for (std::size_t i = 0; i < ContactBits::kWords; ++i) {
    const std::uint64_t* row = this->row({static_cast<std::uint32_t>(shard * ContactBits::kContacts + i * 64)});
    if (row == zeros_.data()) continue;
    Block block;
    for (std::size_t k = 0; k < 64; ++k) block[k] = row[k * words_ + group];
    turn_round(block);
    for (std::size_t k = 0; k < 64; ++k) columns[k][i] = block[k];
  }
  return columns;
}

void ConditionBits::saved(const ConditionBits& image, ConditionNumber number) {
  for (std::size_t i = 0; i < std::min(shards(), image.shards()); ++i) shard_of(number, i).saved_in = image.shard_of(number, i).changed_in;
}

std::size_t ConditionBits::memory_bytes() const {
  const auto there = static_cast<std::size_t>(std::ranges::count_if(chunks_, [](const auto& chunk) { return chunk != nullptr; }));
  return there * kContacts * words_ * sizeof(std::uint64_t);
}

}  // namespace wanamaker
