#include "evaluate/sweep/distinct.h"

#include "evaluate/counting_sort.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace wanamaker {
void count_distinct(std::vector<OwnedBits>& values, std::array<std::int64_t, kShardContacts>& counts) {
  constexpr unsigned kPlaceBits = 16;
  if (values.empty()) return;
  const auto [least, most] = std::ranges::minmax(values, {}, &OwnedBits::bits);
  const std::uint64_t range = static_cast<std::uint64_t>(most.bits) - static_cast<std::uint64_t>(least.bits);
  const auto value_bits = static_cast<unsigned>(std::bit_width(range));
  if (value_bits + kPlaceBits > 64) {
    std::ranges::sort(values, {}, [](const OwnedBits& value) { return std::tuple(value.place, value.bits); });
    const auto same = [](const OwnedBits& a, const OwnedBits& b) { return a.place == b.place && a.bits == b.bits; };
    values.erase(std::unique(values.begin(), values.end(), same), values.end());
    for (const OwnedBits& value : values) ++counts[value.place];
    return;
  }
  std::vector<std::uint64_t> keys(values.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i] = std::uint64_t{values[i].place} << value_bits | (static_cast<std::uint64_t>(values[i].bits) - static_cast<std::uint64_t>(least.bits));
  }
  sort_by_counting(keys, 0, value_bits + kPlaceBits);
  for (std::size_t i = 0; i < keys.size(); ++i) if (i == 0 || keys[i] != keys[i - 1]) ++counts[keys[i] >> value_bits];
}

}  // namespace wanamaker
