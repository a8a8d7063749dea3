#pragma once
// The loops of the sweep that a processor's vector instructions make fast, one table of them for each instruction set.
// Every kernel has a scalar form and all forms give the same bits; the table is chosen at run time.

#include <cstdint>
#include <string_view>

namespace wanamaker {

struct Kernels {
  std::string_view name;  // baseline, avx2, avx512
  // Bit i of `out` says whether (codes[i] − least) modulo the width is at most `span`.
  // Shape: `count` codes; ceil(count / 64) words, the bits behind the last code 0. Cost: count × width bytes read.
  void (*range8)(const std::uint8_t* codes, std::uint32_t count, std::uint8_t least, std::uint8_t span, std::uint64_t* out);
  void (*range16)(const std::uint8_t* codes, std::uint32_t count, std::uint16_t least, std::uint16_t span, std::uint64_t* out);
  void (*range32)(const std::uint8_t* codes, std::uint32_t count, std::uint32_t least, std::uint32_t span, std::uint64_t* out);
  void (*range64)(const std::uint8_t* codes, std::uint32_t count, std::uint64_t least, std::uint64_t span, std::uint64_t* out);
  // How many bits are set in `count` words.
  std::uint64_t (*population)(const std::uint64_t* words, std::uint32_t count);
  // Adds how many bits are set in each word to the number beside it, and clears the word.
  void (*take_populations)(std::uint64_t* words, std::uint32_t count, std::uint32_t* numbers);
  // Bit i of `out` is the bit of `bits` at (codes[i] + offset) modulo 65,536. Shape: two bytes a code, 65,536 bits; `out` as above.
  void (*look_up)(const std::uint8_t* codes, std::uint32_t count, std::int32_t offset, const std::uint64_t* bits, std::uint64_t* out);
};

// The best that this processor has.
const Kernels& best_kernels();
// By name; nullptr where there is none of that name or this processor lacks the instructions.
const Kernels* find_kernels(std::string_view name);

}  // namespace wanamaker
