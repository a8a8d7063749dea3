#include "columns/row_places.h"

namespace wanamaker {
namespace {

bool is_of_one_shard(const Chunk::Bounds& range) { return range.least / kShardContacts == range.most / kShardContacts; }

}  // namespace

std::uint32_t RowPlaces::place(ContactOrdinal contact, const Column& owners, std::uint32_t& rows) {
  if (!is_known_) look_up(owners);
  const std::uint32_t shard = contact.value / kShardContacts;
  if (shard >= next_.size()) next_.resize(shard + 1);
  std::uint32_t& next = next_[shard];
  if (next % Chunk::kRows == 0) next = static_cast<std::uint32_t>(chunks_of(rows) * Chunk::kRows);
  const std::uint32_t row = next++;
  rows = std::max(rows, row + 1);
  return row;
}

// The last chunk whose owners are all of one shard is that shard's open one; behind its last known row is room.
void RowPlaces::look_up(const Column& owners) {
  next_.clear();
  for (std::size_t i = 0; i < owners.chunks().size(); ++i) {
    const Chunk* chunk = owners.chunks().find(i);
    if (chunk == nullptr || chunk->known() == 0) continue;
    Chunk::Bounds range = chunk->loose_bounds();  // which mostly tell
    if (!is_of_one_shard(range)) range = *chunk->bounds();
    if (!is_of_one_shard(range)) continue;
    const auto shard = static_cast<std::size_t>(range.least / kShardContacts);
    if (shard >= next_.size()) next_.resize(shard + 1);
    std::uint32_t size = chunk->size();
    while (!chunk->is_known(size - 1)) --size;
    next_[shard] = static_cast<std::uint32_t>(i * Chunk::kRows) + size;
  }
  is_known_ = true;
}

}  // namespace wanamaker
