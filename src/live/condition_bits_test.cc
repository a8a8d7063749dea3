// Rows and columns say the same, whatever way the bits came in.

#include "live/condition_bits.h"

#include <gtest/gtest.h>

#include <random>

namespace wanamaker {
namespace {

constexpr std::uint32_t kPeople = ContactBits::kContacts + 3'000;
constexpr std::uint32_t kConditions = 150;

TEST(ConditionBits, RowsAndColumnsSayTheSame) {
  std::mt19937_64 random(3);
  ConditionBits rows;
  std::vector<ContactBits> expected(kConditions);
  for (std::uint32_t first = 0; first < kConditions; first += 50) {  // rows become wider with each round
    rows.make_room(first + 50);
    std::vector<ConditionBits::NewColumn> columns;
    for (std::uint32_t i = first; i < first + 50; ++i) {
      for (std::uint32_t word = 0; word < kPeople / 64; ++word) if (i % 7 != 0) expected[i].set_word(word, random() & random());
      columns.push_back({.number = {i}, .bits = &expected[i]});
    }
    rows.put(columns, kPeople);
    for (int change = 0; change < 2'000; ++change) {
      const ConditionNumber number{static_cast<std::uint32_t>(random() % (first + 50))};
      const ContactOrdinal contact{static_cast<std::uint32_t>(random() % kPeople)};
      const bool holds = random() % 2 == 0;
      ASSERT_EQ(rows.set(contact, number, holds), expected[number.value].set(contact, holds));
    }
  }
  for (std::uint32_t i = 0; i < kConditions; ++i) {
    for (std::size_t word = 0; word < kPeople / 64; ++word) ASSERT_EQ(rows.word({i}, word), expected[i].word(word)) << "condition " << i;
    for (std::size_t shard = 0; shard < rows.shards(); ++shard) {
      const ConditionBits::Column column = rows.columns(i / 64, shard)[i % 64];
      std::uint64_t any = 0;
      for (std::size_t word = 0; word < ContactBits::kWords; ++word) {
        ASSERT_EQ(column[word], expected[i].word(shard * ContactBits::kWords + word)) << "condition " << i << ", shard " << shard;
        any |= column[word];
      }
      EXPECT_EQ(rows.has_page({i}, shard), any != 0);
    }
    i += 6;  // turning shards round takes its time
  }
}

TEST(ConditionBits, RowsBecomeWiderPieceByPieceAndImagesStay) {
  std::mt19937_64 random(5);
  ConditionBits rows;
  std::vector<ContactBits> expected(kConditions);
  ConditionBits image;
  std::vector<ContactBits> expected_image;
  for (std::uint32_t made = 1; made <= kConditions; ++made) {  // 48 to 64 and 96 to 128 widen some with each
    rows.make_room(made);
    for (int change = 0; change < 300; ++change) {
      const ConditionNumber number{static_cast<std::uint32_t>(random() % made)};
      const ContactOrdinal contact{static_cast<std::uint32_t>(random() % kPeople)};
      const bool holds = random() % 3 != 0;
      ASSERT_EQ(rows.set(contact, number, holds), expected[number.value].set(contact, holds));
    }
    if (made != 56) continue;
    image = rows;
    expected_image = expected;
  }
  for (std::uint32_t i = 0; i < kConditions; ++i) {
    for (std::size_t word = 0; word < kPeople / 64; ++word) {
      ASSERT_EQ(rows.word({i}, word), expected[i].word(word)) << "condition " << i;
      if (i >= 56) continue;
      ASSERT_EQ(image.word({i}, word), expected_image[i].word(word)) << "condition " << i;
    }
  }
}

TEST(ConditionBits, AnImageStaysAsItWasAndTellsWhatIsDurable) {
  ConditionBits rows;
  rows.make_room(2);
  rows.set({5}, {1}, true);
  const ConditionBits image = rows;
  rows.set({6}, {0}, true);
  EXPECT_FALSE(image.has({6}, {0}));
  EXPECT_TRUE(rows.is_dirty({1}, 0));
  rows.saved(image, {1});
  EXPECT_FALSE(rows.is_dirty({1}, 0));
  EXPECT_TRUE(rows.is_dirty({0}, 0));
  rows.set({5}, {1}, false);
  EXPECT_TRUE(rows.is_dirty({1}, 0));
  EXPECT_TRUE(image.has({5}, {1}));
  rows.forget({1});  // its number is used again: what is durable of the old one says nothing of the new one
  rows.set({7}, {1}, true);
  rows.saved(image, {1});
  EXPECT_TRUE(rows.is_dirty({1}, 0));
}

TEST(ConditionBits, WhatChangesAfterPagesWereReadIsNotDurable) {
  ContactBits from_pages;
  from_pages.set({5}, true);
  ConditionBits rows;
  rows.make_room(1);
  rows.put(std::vector<ConditionBits::NewColumn>{{.number = {0}, .bits = &from_pages, .is_durable = true}}, 100);
  EXPECT_FALSE(rows.is_dirty({0}, 0));
  rows.set({6}, {0}, true);
  EXPECT_TRUE(rows.is_dirty({0}, 0));
}

}  // namespace
}  // namespace wanamaker
