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

// What a definition may speak of besides the schema.
struct Vocabulary {
  std::vector<std::string> segments = {};  // keys that it may refer to
  bool names_in_filters = false;           // also in filters of colleagues and in `among`; and value sets in filters of events and records
};

// A rule of 1 to 5 conditions. Some are refused by the checker; that is part of the test.
std::string random_definition(Dice& dice, const Vocabulary& vocabulary);
// The segments that a definition names in a filter of colleagues or in `among`.
std::vector<std::string> named_in_filters(const std::string& definition);

}  // namespace wanamaker::simulate
