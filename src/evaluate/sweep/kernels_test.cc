// Every form of every kernel gives the same bits as a plain loop, at every count and with codes that wrap.

#include "evaluate/sweep/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <vector>

namespace wanamaker {
namespace {

// What the next call finds where it keeps what its registers have no room for: a form must not take any of it for its own. Masks of 32 bits were
// read back as 64 by a compiler once (kernels_avx512.cc).
[[gnu::noinline]] void fill_the_stack_below() {
  std::array<volatile std::uint64_t, 512> words;
  for (auto& word : words) word = ~std::uint64_t{0};
}

template <typename Code>
using Range = void (*)(const std::uint8_t*, std::uint32_t, Code, Code, std::uint64_t*);

template <typename Code>
void expect_equal_bits(Range<Code> range, std::string_view name) {
  std::mt19937_64 random(sizeof(Code));
  for (int round = 0; round < 200; ++round) {
    const auto count = static_cast<std::uint32_t>(round < 130 ? round : random() % 4097);
    const auto least = static_cast<Code>(random());
    const auto span = static_cast<Code>(round % 3 == 0 ? random() : random() % 7);
    std::vector<std::uint8_t> codes(count * sizeof(Code));
    std::vector<std::uint64_t> expected((count + 63) / 64);
    for (std::uint32_t i = 0; i < count; ++i) {
      const Code code = random() % 2 == 0 ? static_cast<Code>(least + random() % 9 - 1) : static_cast<Code>(random());
      std::memcpy(codes.data() + i * sizeof(Code), &code, sizeof code);
      if (static_cast<Code>(code - least) <= span) expected[i / 64] |= std::uint64_t{1} << (i % 64);
    }
    std::vector<std::uint64_t> found(expected.size(), ~std::uint64_t{0});
    fill_the_stack_below();
    range(codes.data(), count, least, span, found.data());
    ASSERT_EQ(found, expected) << name << ", " << sizeof(Code) << " bytes, " << count << " codes";
  }
}

void expect_population(const Kernels& form) {
  std::mt19937_64 random(11);
  std::uint64_t expected = 0;
  std::vector<std::uint64_t> words;
  for (std::uint32_t count = 0; count < 100; ++count) {
    EXPECT_EQ(form.population(words.data(), count), expected) << form.name;
    words.push_back(count == 7 ? ~std::uint64_t{0} : random());
    for (unsigned bit = 0; bit < 64; ++bit) expected += (words.back() >> bit) & 1;
  }
  std::fill_n(words.begin() + 32, 16, 0);
  std::vector<std::uint32_t> numbers(words.size(), 5);
  std::vector<std::uint64_t> taken = words;
  form.take_populations(taken.data(), static_cast<std::uint32_t>(taken.size()), numbers.data());
  for (std::size_t i = 0; i < words.size(); ++i) EXPECT_EQ(numbers[i], 5 + form.population(&words[i], 1)) << form.name;
  EXPECT_EQ(taken, std::vector<std::uint64_t>(words.size())) << form.name;
}

void expect_looked_up(const Kernels& form) {
  std::mt19937_64 random(13);
  std::vector<std::uint64_t> bits(1024);
  for (std::uint64_t& word : bits) word = random();
  for (std::uint32_t count = 0; count < 300; ++count) {
    const auto offset = static_cast<std::int32_t>(random() % 131'072) - 65'536;
    std::vector<std::uint8_t> codes(count * std::size_t{2});
    std::vector<std::uint64_t> expected((count + 63) / 64);
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto code = static_cast<std::uint16_t>(random());
      std::memcpy(codes.data() + i * sizeof code, &code, sizeof code);
      const auto place = static_cast<std::uint32_t>(code + offset) % 65'536;
      if (((bits[place / 64] >> (place % 64)) & 1) != 0) expected[i / 64] |= std::uint64_t{1} << (i % 64);
    }
    std::vector<std::uint64_t> found(expected.size(), ~std::uint64_t{0});
    fill_the_stack_below();
    form.look_up(codes.data(), count, offset, bits.data(), found.data());
    ASSERT_EQ(found, expected) << form.name << ", " << count << " codes";
  }
}

TEST(Kernels, AllFormsGiveTheSameBits) {
  ASSERT_NE(find_kernels("baseline"), nullptr);
  for (const char* name : {"baseline", "avx2", "avx512"}) {
    const Kernels* form = find_kernels(name);
    if (form == nullptr) continue;  // this processor lacks it
    expect_equal_bits<std::uint8_t>(form->range8, form->name);
    expect_equal_bits<std::uint16_t>(form->range16, form->name);
    expect_equal_bits<std::uint32_t>(form->range32, form->name);
    expect_equal_bits<std::uint64_t>(form->range64, form->name);
    expect_population(*form);
    expect_looked_up(*form);
  }
  EXPECT_NE(find_kernels(best_kernels().name), nullptr);
  EXPECT_EQ(find_kernels("no such form"), nullptr);
}

}  // namespace
}  // namespace wanamaker
