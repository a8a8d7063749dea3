#pragma once
// Random numbers of the demo base. Key idea: integers only and an algorithm of our own, so that one seed gives the same base with
// every compiler and library. (Where two are drawn in one expression, its order must be fixed: the arguments of a call have none.)
// Single-threaded. Source: Blackman and Vigna, xoshiro256** and splitmix64 (public domain).

#include "base/check.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace wanamaker::demo {

class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9E3779B97F4A7C15;
      std::uint64_t mixed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9;
      mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
      word = mixed ^ (mixed >> 31);
    }
  }

  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }
  // 0 <= result < limit. The bias is below 2^-32 for the small limits of the demo.
  std::int64_t below(std::int64_t limit) {
    CHECK(limit > 0, "a choice is made among at least one");
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(limit));
  }
  std::int64_t between(std::int64_t first, std::int64_t last) { return first + below(last - first + 1); }
  bool happens(std::int64_t permille) { return below(1'000) < permille; }

  std::size_t position(std::size_t size) { return static_cast<std::size_t>(below(static_cast<std::int64_t>(size))); }
  template <typename Elements>
  const auto& pick(const Elements& elements) {
    return elements[position(std::size(elements))];
  }
  // A position in `weights`, each as likely as its weight.
  std::size_t weighted(std::span<const int> weights) {
    std::int64_t total = 0;
    for (const int weight : weights) total += weight;
    std::int64_t left = below(total);
    std::size_t found = 0;
    while (left >= weights[found]) left -= weights[found++];
    return found;
  }

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace wanamaker::demo
