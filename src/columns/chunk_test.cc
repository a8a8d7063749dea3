#include "columns/chunk.h"

#include "columns/bit_packing.h"

#include <gtest/gtest.h>

#include <random>

namespace wanamaker {
namespace {

Cell number(std::int64_t mantissa, std::uint8_t scale = 0) { return {.bits = mantissa, .scale = scale, .known = true}; }

std::string encoded(const Chunk& chunk) {
  ByteWriter out;
  chunk.encode(out);
  return out.take();
}

Chunk decoded(std::string_view bytes) {
  ByteReader in(bytes);
  Chunk chunk = Chunk::decode(in);
  EXPECT_TRUE(in.finish().has_value());
  return chunk;
}

// Values as columns have them: close together, rising, wide, with scales, or with gaps, as the seed says.
Cell draw(std::mt19937_64& random, std::uint64_t kind, std::uint32_t row) {
  switch (kind % 6) {
    case 0: return number(static_cast<std::int64_t>(random() % 200));
    case 1: return number(1'700'000'000'000 + row * 1000 + static_cast<std::int64_t>(random() % 900));
    case 2: return number(static_cast<std::int64_t>(random()));
    case 3: return number(static_cast<std::int64_t>(random() % 100'000), static_cast<std::uint8_t>(random() % 3));
    case 4: return random() % 3 == 0 ? Cell{} : number(static_cast<std::int64_t>(random() % 70'000) - 35'000);
    default: return number(random() % 2 == 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max());
  }
}

TEST(Chunk, KeepsValuesNarrowAndWidensWhenOneDoesNotFit) {
  Chunk chunk;
  for (std::uint32_t row = 0; row < Chunk::kRows; ++row) chunk.set(row, number(7));
  EXPECT_LT(chunk.memory_bytes(), 200U);
  EXPECT_EQ(encoded(chunk).size(), 7U);
  chunk.set(5, number(1'000'000, 2));
  EXPECT_EQ(chunk.at(5), number(1'000'000, 2));
  EXPECT_EQ(chunk.at(4), number(7));
}

TEST(Chunk, IsAVectorOfCells) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 random(seed);
    Chunk chunk;
    std::vector<Cell> model(Chunk::kRows);
    const std::uint32_t rows = seed % 5 == 0 ? Chunk::kRows : 1 + static_cast<std::uint32_t>(random() % 300);
    for (int step = 0; step < 2000; ++step) {
      const auto row = static_cast<std::uint32_t>(random() % rows);
      const Cell cell = random() % 8 == 0 ? Cell{} : draw(random, seed + (random() % 50 == 0 ? 1 : 0), row);
      chunk.set(row, cell);
      model[row] = cell;
    }
    const Chunk again = decoded(encoded(chunk));
    Chunk in_order;
    for (std::uint32_t row = 0; row < Chunk::kRows; ++row) in_order.set(row, model[row]);
    ASSERT_EQ(encoded(chunk), encoded(again)) << "seed " << seed;
    ASSERT_EQ(encoded(chunk), encoded(in_order)) << "seed " << seed << ": the bytes tell how the values came";
    std::uint32_t known = 0;
    for (std::uint32_t row = 0; row < Chunk::kRows; ++row) {
      ASSERT_EQ(chunk.at(row), model[row]) << "seed " << seed << " row " << row;
      ASSERT_EQ(again.at(row), model[row]) << "seed " << seed << " row " << row;
      known += model[row].known ? 1 : 0;
    }
    ASSERT_EQ(chunk.known(), known);
    ASSERT_EQ(again.known(), known);
  }
}

// Also where they widen the chunk, change its scale, fill it, or are written over others.
TEST(Chunk, ManyRowsAtOnceAreAsOneAfterAnother) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    std::mt19937_64 random(seed);
    Chunk one;
    Chunk many;
    for (std::uint32_t row = 0; row < Chunk::kRows;) {
      std::vector<std::int64_t> bits;
      const std::uint64_t kind = seed + (random() % 20 == 0 ? 1 : 0);
      const auto scale = static_cast<std::uint8_t>(random() % 200 == 0 ? 1 : 0);
      const std::uint32_t first = random() % 10 == 0 ? row / 2 : row;
      const std::uint32_t end = std::min<std::uint32_t>(first + 1 + static_cast<std::uint32_t>(random() % 40), Chunk::kRows);
      for (std::uint32_t i = first; i < end; ++i) bits.push_back(draw(random, kind, i).bits);
      for (std::uint32_t i = first; i < end; ++i) one.set(i, number(bits[i - first], scale));
      many.set_all(first, bits, scale);
      ASSERT_EQ(many.loose_bounds().least, one.loose_bounds().least) << "seed " << seed;
      ASSERT_EQ(many.loose_bounds().most, one.loose_bounds().most) << "seed " << seed;
      row = std::max(row, end);
      if (random() % 300 == 0) ++row;  // a gap
    }
    ASSERT_EQ(encoded(many), encoded(one)) << "seed " << seed;
    ASSERT_EQ(many.dictionary().size(), one.dictionary().size()) << "seed " << seed;
    for (std::uint32_t row = 0; row < Chunk::kRows; ++row) ASSERT_EQ(many.at(row), one.at(row)) << "seed " << seed << " row " << row;
  }
}

TEST(Chunk, FewValuesFarApartTakeAByteEach) {
  std::mt19937_64 random(9);
  std::vector<Cell> model(Chunk::kRows);
  Chunk written;
  for (std::uint32_t row = 0; row < Chunk::kRows; ++row) {
    model[row] = number(static_cast<std::int64_t>(random() % 200) * 1'000'000 - 50'000'000);
    written.set(row, model[row]);
  }
  for (Chunk chunk : {written, decoded(encoded(written))}) {
    EXPECT_LT(chunk.memory_bytes(), 6500U);
    EXPECT_TRUE(std::ranges::is_sorted(chunk.dictionary()));
    std::vector<Cell> expected = model;
    for (int step = 0; step < 3000; ++step) {
      const auto row = static_cast<std::uint32_t>(random() % Chunk::kRows);
      const Cell cell = step % 7 == 0 ? Cell{} : step > 2000 && step % 100 == 1 ? number(step) : model[random() % Chunk::kRows];
      chunk.set(row, cell);
      expected[row] = cell;
    }
    for (std::uint32_t row = 0; row < Chunk::kRows; ++row) ASSERT_EQ(chunk.at(row), expected[row]) << row;
  }
}

TEST(Chunk, FallingValuesDoNotMoveTheBaseEachTime) {
  Chunk chunk;
  for (std::uint32_t row = 0; row < Chunk::kRows; ++row) chunk.set(row, number(1'000'000 - row * 3));
  for (std::uint32_t row = 0; row < Chunk::kRows; ++row) ASSERT_EQ(chunk.at(row).bits, 1'000'000 - row * 3);
  EXPECT_LT(chunk.memory_bytes(), 9000U);
}

TEST(Chunk, DamagedBytesAreRefusedOrHarmless) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    std::mt19937_64 random(seed);
    Chunk chunk;
    for (std::uint32_t row = 0; row < 200; ++row) chunk.set(row, draw(random, seed, row));
    const std::string bytes = encoded(chunk);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      ByteReader in(std::string_view(bytes).substr(0, cut));
      Chunk::decode(in);
      EXPECT_FALSE(in.ok());
    }
    for (int i = 0; i < 500; ++i) {
      std::string flipped = bytes;
      flipped[random() % flipped.size()] ^= static_cast<char>(1U << (random() % 8));
      ByteReader in(flipped);
      const Chunk other = Chunk::decode(in);
      for (std::uint32_t row = 0; row < Chunk::kRows; ++row) static_cast<void>(other.at(row));
    }
  }
}

TEST(BitPacking, AllWidths) {
  std::mt19937_64 random(3);
  for (unsigned bits = 0; bits <= 64; ++bits) {
    std::vector<std::uint64_t> values(1 + random() % kPackedMax);
    if (bits % 8 == 0) values.resize(kPackedMax);
    for (std::uint64_t& value : values) value = bits == 0 ? 0 : random() >> (64 - bits);
    ByteWriter out;
    pack_bits(out, values, bits);
    std::vector<std::uint64_t> again(values.size());
    ByteReader in(out.view());
    unpack_bits(in, again, bits);
    ASSERT_TRUE(in.finish().has_value());
    ASSERT_EQ(values, again) << bits;
  }
}

}  // namespace
}  // namespace wanamaker
