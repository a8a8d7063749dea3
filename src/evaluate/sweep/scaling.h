#pragma once
// Numbers of a property brought to one scale, so that they can be compared and added as whole numbers of 64 bits; and whether they fit.

#include "base/int128.h"
#include "columns/base.h"
#include "language/typed.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace wanamaker {

constexpr std::int64_t kValueMost = 1'000'000'000'000'000'000;  // a decimal has 18 digits

// Which bits of an attribute, property or field order as its values do.
inline bool is_scalar(ValueType type) { return type == ValueType::number || type == ValueType::date || type == ValueType::timestamp; }

// How the values of a property are brought to one scale, and what no sum of all of them exceeds.
struct Scaling {
  std::uint8_t scale = 0;
  std::int64_t one = 0;  // no value's size exceeds it
  std::int64_t sum = 0;  // nor that of any sum of some
  bool one_fits = true;
  bool sum_fits = true;
};

// Shape: see_scale() for all chunks first, then see_size() for all.
class ScalingBuilder {
 public:
  void see_scale(const Chunk& chunk) { scaling_.scale = std::max(scaling_.scale, chunk.most_scale()); }
  void see_size(const Chunk& chunk) {
    const Chunk::Bounds bounds = chunk.loose_bounds();
    const int128 size = std::max(-static_cast<int128>(bounds.least), static_cast<int128>(bounds.most));
    const std::uint8_t least_scale = chunk.scale().value_or(0);
    const int128 scaled = std::max<int128>(size, 0) * power_of_ten(static_cast<unsigned>(scaling_.scale - least_scale));
    scaling_.one_fits &= scaled < kValueMost;
    if (scaled < kValueMost) total_ += scaled * chunk.known();
    scaling_.sum_fits = scaling_.one_fits && total_ < kValueMost;
    if (scaling_.one_fits) scaling_.one = std::max(scaling_.one, static_cast<std::int64_t>(scaled));
    if (scaling_.sum_fits) scaling_.sum = static_cast<std::int64_t>(total_);
  }
  Scaling take() const { return scaling_; }

 private:
  Scaling scaling_;
  int128 total_ = 0;
};

// Visits the chunks of one property in the tables of a source that have a value.
template <typename Visit>
void for_each_chunk(const TypedSource& source, const TypedPath& property, const Base& base, Visit visit) {
  for (const EventTypeId type : source.events) {
    const auto& attribute = property.by_event[type.value];
    const auto& columns = base.events[type.value].columns().properties.all();
    if (!attribute || attribute->value >= columns.size()) continue;
    const ChunkList<Chunk>& chunks = columns[attribute->value].chunks();
    for (std::size_t i = 0; i < chunks.size(); ++i) if (chunks.find(i) != nullptr && chunks.find(i)->known() > 0) visit(*chunks.find(i));
  }
}

inline Scaling scaling_of(const TypedSource& source, const TypedPath& property, const Base& base) {
  ScalingBuilder builder;
  for_each_chunk(source, property, base, [&](const Chunk& chunk) { builder.see_scale(chunk); });
  for_each_chunk(source, property, base, [&](const Chunk& chunk) { builder.see_size(chunk); });
  return builder.take();
}

// What no contact has more of: values of a property in events of a source. Key idea: the chunks that hold events of one shard say how many it has at most.
inline std::int64_t most_values_of_one(const TypedSource& source, const TypedPath& property, const Base& base) {
  std::vector<std::int64_t> by_shard(base.ordinals() / kShardContacts + std::size_t{1});
  for (const EventTypeId type : source.events) {
    const EventTable& table = base.events[type.value];
    const auto& attribute = property.by_event[type.value];
    if (!attribute || attribute->value >= table.columns().properties.all().size()) continue;
    const ChunkList<Chunk>& chunks = table.columns().properties.all()[attribute->value].chunks();
    for (std::size_t i = 0; i < std::min(chunks.size(), table.chunk_bounds().size()); ++i) {
      const EventTable::ChunkBounds& bounds = table.chunk_bounds()[i];
      const Chunk* chunk = chunks.find(i);
      if (chunk == nullptr || bounds.most_contact < bounds.least_contact) continue;
      for (std::uint32_t shard = bounds.least_contact / kShardContacts; shard <= bounds.most_contact / kShardContacts; ++shard) by_shard[shard] += chunk->known();
    }
  }
  return std::ranges::max(by_shard);
}

}  // namespace wanamaker
