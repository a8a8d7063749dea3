#pragma once
// Random definitions over the simulator's schema (schema.h), as text. The same seed gives the same definitions.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace wanamaker::simulate {

using Dice = std::mt19937_64;
// 0 to most - 1.
inline std::uint64_t below(Dice& dice, std::uint64_t most) { return dice() % most; }
inline bool chance(Dice& dice, unsigned percent) { return below(dice, 100) < percent; }
template <typename T>
const T& one_of(Dice& dice, const std::vector<T>& choices) {
  return choices[below(dice, choices.size())];
}

// A rule of 1 to 5 conditions; `segments` are keys that it may refer to. Some are refused by the checker; that is part of the test.
std::string random_definition(Dice& dice, const std::vector<std::string>& segments);

}  // namespace wanamaker::simulate
