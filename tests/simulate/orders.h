#pragma once
// One set of events in many orders: cut into other batches, shuffled, some rows sent twice. All must end in one membership of every
// segment and one set of sums, counts and last values.

#include <cstdint>
#include <optional>
#include <string>

namespace wanamaker::simulate {

// The difference between the first order and another one, where there is one.
std::optional<std::string> differs_by_order(std::uint64_t seed, std::uint32_t orders);

}  // namespace wanamaker::simulate
