#include "columns/column.h"
#include "columns/contact_table.h"
#include "columns/hash_index.h"
#include "columns/id_order.h"
#include "columns/run_column.h"
#include "columns/event_appender.h"
#include "columns/event_table.h"
#include "columns/strips.h"
#include "columns/text_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>

namespace wanamaker {
namespace {

TEST(Column, AnImageStaysAsItWas) {
  Column column;
  for (std::uint32_t row = 0; row < 10'000; ++row) column.set(row, whole_cell(row));
  const Column image = column;
  column.set(17, whole_cell(-1));
  column.set(9000, {});
  EXPECT_EQ(image.at(17).bits, 17);
  EXPECT_EQ(image.at(9000).bits, 9000);
  EXPECT_EQ(column.at(17).bits, -1);
  EXPECT_FALSE(column.at(9000).known);
  EXPECT_EQ(column.chunks().find(1), image.chunks().find(1)) << "a chunk that nobody wrote is shared";
  EXPECT_NE(column.chunks().find(0), image.chunks().find(0));
}

TEST(Column, WhatWasWrittenSinceTheImageStaysDirty) {
  Column column;
  for (std::uint32_t row = 0; row < 10'000; ++row) column.set(row, whole_cell(row));
  const Column image = column;
  column.set(5000, whole_cell(1));
  column.saved(image, 10'000);
  EXPECT_FALSE(column.chunks().is_dirty(0, 1));
  EXPECT_TRUE(column.chunks().is_dirty(1, 1));
  EXPECT_FALSE(column.chunks().is_dirty(2, 1));
  EXPECT_TRUE(column.chunks().is_dirty(3, 1)) << "its page was not there when the column was saved";
}

TEST(TextColumn, IsAVectorOfTextsAndOverwritesWhatItClears) {
  std::mt19937_64 random(11);
  TextColumn column;
  std::map<std::uint32_t, std::string> model;
  for (int step = 0; step < 20'000; ++step) {
    const auto row = static_cast<std::uint32_t>(random() % 9000);
    const std::string text(random() % 12, static_cast<char>('a' + random() % 26));
    column.set(row, text);
    model[row] = text;
  }
  for (const auto& [row, text] : model) ASSERT_EQ(column.at(row), text);

  TextColumn secret;
  secret.set(0, "SECRETMARKERTEXT");
  secret.set(1, "b");
  secret.set(0, "");
  const std::string_view last = secret.at(1);
  EXPECT_EQ(std::string(last.data(), 2).find('E'), std::string::npos) << "the byte after the last text is not a rest of what was cleared";
}

TEST(IdKey, NoTwoShortIdsHaveOneKey) {
  std::mt19937_64 dice(1);
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::string> known;
  for (int i = 0; i < 20'000; ++i) {
    std::string id(1 + dice() % 13, 'a');
    for (char& byte : id) byte = static_cast<char>(dice() % 3 + (i % 2 == 0 ? 'a' : 0));
    const IdKey key = key_of_id(id);
    EXPECT_EQ(key.tail != 0, id.size() <= 11) << id;
    if (key.tail == 0) continue;
    const auto [before, is_new] = known.try_emplace({key.hash, key.tail}, id);
    EXPECT_EQ(before->second, id);
  }
}

TEST(ContactTable, IdsOfEachLengthAreFound) {
  ContactTable contacts(hash_text);
  std::vector<std::string> ids;
  for (std::size_t size = 1; size <= 16; ++size)
    for (std::size_t at = 0; at < size; ++at) {
      ids.emplace_back(size, 'x');
      ids.back()[at] = 'y';
    }
  bool is_new = false;
  for (std::uint32_t i = 0; i < ids.size(); ++i) EXPECT_EQ(contacts.ordinal_for(ids[i], is_new).value, i);
  for (std::uint32_t i = 0; i < ids.size(); ++i) EXPECT_EQ(contacts.find(ids[i])->value, i);
  std::vector<std::string_view> all(ids.begin(), ids.end());
  all.emplace_back("new");
  const std::vector<ContactOrdinal> found = contacts.ordinals_for(all, is_new);
  for (std::uint32_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].value, i);
  EXPECT_TRUE(is_new);
  contacts.erase({3});
  EXPECT_FALSE(contacts.find(ids[3]));
  EXPECT_EQ(contacts.find(ids[4])->value, 4U);
}

TEST(HashIndex, TextsOfOneHashAreToldApart) {
  const std::vector<std::string> texts{"a", "b", "c", "d"};
  HashIndex<std::uint32_t> index([](std::string_view) -> std::uint64_t { return 1; });
  const auto find = [&](std::string_view text) { return index.find(text, [&](std::uint32_t place) { return texts[place] == text; }); };
  for (std::uint32_t i = 0; i < 3; ++i) index.add(texts[i], i);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(find(texts[i]), i);
  EXPECT_FALSE(find("d"));
  index.erase("a", [&](std::uint32_t place) { return place == 0; });
  EXPECT_FALSE(find("a"));
  EXPECT_EQ(find("b"), 1U);
  EXPECT_EQ(find("c"), 2U);
  index.erase("d", [&](std::uint32_t place) { return place == 3; });
  index.erase("c", [&](std::uint32_t place) { return place == 2; });
  index.erase("b", [&](std::uint32_t place) { return place == 1; });
  EXPECT_FALSE(find("b"));
}

// Many at once are the same as one after another: known, new, twice, merged, erased, and with one hash for all.
TEST(ContactTable, ManyIdsAreAsOneAfterAnother) {
  for (const TextHash hash : {&hash_text, TextHash([](std::string_view text) -> std::uint64_t { return text.size(); })}) {
    std::mt19937 random(1);
    ContactTable one(hash);
    ContactTable many(hash);
    for (int round = 0; round < 20; ++round) {
      std::vector<std::string> texts;
      for (auto i = random() % 300; i > 0; --i) texts.push_back(std::to_string(random() % 2'000));
      const std::vector<std::string_view> ids(texts.begin(), texts.end());
      std::vector<ContactOrdinal> wanted;
      bool wanted_new = false;
      for (const std::string_view id : ids) {
        bool is_new = false;
        wanted.push_back(one.ordinal_for(id, is_new));
        wanted_new |= is_new;
      }
      bool has_new = false;
      ASSERT_EQ(many.ordinals_for(ids, has_new), wanted);
      EXPECT_EQ(has_new, wanted_new);
      const auto from = one.find("7");
      const auto into = one.find("8");
      const auto gone = one.find("9");
      for (ContactTable* table : {&one, &many}) {
        if (from && into && *from != *into) table->merge(*from, *into);
        if (gone) table->erase(*gone);
      }
    }
    EXPECT_EQ(many.broken_invariant(), std::nullopt);
    EXPECT_EQ(many.count(), one.count());
  }
}

TEST(IdOrder, RanksOrderAsTheBytesOfIdsWhoeverComesOrGoes) {
  std::mt19937_64 random(5);
  ContactTable contacts(hash_text);
  IdOrder order;
  for (int round = 0; round < 6; ++round) {
    const int late = round % 2 == 0 ? 700 : 3;
    for (int i = 0; i < late; ++i) {
      bool is_new = false;
      contacts.ordinal_for("one beginning for all " + std::string(random() % 2 == 0 ? "and a longer one for half " : "\xC3\xA1") + std::to_string(random() % 1'000'000), is_new);
    }
    for (int i = 0; i < 5; ++i) {
      const ContactOrdinal gone{static_cast<std::uint32_t>(random() % contacts.count())};
      if (contacts.is_living(gone)) contacts.erase(gone);
    }
    order.refresh(contacts);
    std::vector<ContactOrdinal> living;
    for (std::uint32_t i = 0; i < contacts.count(); ++i) if (contacts.is_living({i})) living.push_back({i});
    ASSERT_EQ(order.ranks().size(), contacts.count());
    std::ranges::sort(living, {}, [&](ContactOrdinal contact) { return order.ranks()[contact.value]; });
    for (std::size_t i = 1; i < living.size(); ++i) ASSERT_LT(contacts.id(living[i - 1]), contacts.id(living[i])) << "round " << round;
  }
}

TEST(TextPool, CollectLeavesHolesThatAreNeverUsedAgain) {
  TextPool pool;
  const TextId first = pool.intern("Česko");
  const TextId second = pool.intern("Slovensko");
  EXPECT_EQ(pool.key(first), "česko");
  EXPECT_EQ(pool.bare(first), "cesko");
  EXPECT_EQ(pool.collect({false, true}), 1U);
  EXPECT_EQ(pool.text(first), "");
  EXPECT_EQ(pool.text(second), "Slovensko");
  EXPECT_EQ(pool.key(second), "slovensko");
  EXPECT_EQ(pool.intern("Česko").value, 2U);
  EXPECT_EQ(pool.bare({2}), "cesko");
}

// Strips against a model, with small and large appends, moves and removals.
TEST(Strips, AppendingEqualsMakingAllAnew) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    std::mt19937_64 random(seed);
    Column contacts;
    Column times;
    Column numbers;
    const Strips::Columns columns{.contacts = contacts, .times = times, .numbers = &numbers};
    Strips strips;
    std::uint32_t rows = 0;
    const auto earlier = [&](std::uint32_t a, std::uint32_t b) { return times.at(a).bits < times.at(b).bits; };
    for (int step = 0; step < 60; ++step) {
      const std::uint64_t added = random() % 10 == 0 ? 500 : random() % 4;
      for (std::uint64_t i = 0; i < added; ++i, ++rows) {
        const ContactOrdinal contact{static_cast<std::uint32_t>(random() % 20)};
        contacts.set(rows, whole_cell(contact.value));
        times.set(rows, whole_cell(static_cast<std::int64_t>(random() % 1'000'000'000)));
        strips.add(contact, rows, {times.at(rows).bits});
        if (random() % 8 != 0) numbers.set(rows, {.bits = static_cast<std::int64_t>(random() % 70'000) - 1'000, .scale = static_cast<std::uint8_t>(random() % 20 == 0 ? 2 : 0), .known = true});
      }
      strips.settle(columns, earlier);
      const ContactOrdinal from{static_cast<std::uint32_t>(random() % 20)};
      if (random() % 5 == 0) {
        const auto moved = strips.of(from);
        for (const std::uint32_t row : moved) contacts.set(row, whole_cell(3));
        strips.move(from, {3});
      } else if (random() % 5 == 0) {
        for (const std::uint32_t row : strips.of(from)) contacts.set(row, {});
        strips.remove(from);
      }
      strips.settle(columns, earlier);
      Strips anew;
      anew.reset();
      anew.settle(columns, earlier);
      for (std::uint32_t i = 0; i < 21; ++i) {
        const StripView events = strips.of({i});
        ASSERT_TRUE(std::ranges::equal(events, anew.of({i}))) << "seed " << seed << " contact " << i;
        for (std::size_t k = 0; k < events.size(); ++k) {
          ASSERT_EQ(events.event(k).number(), StripEvent::code_of(numbers.at(events[k])));
          ASSERT_EQ(events.at(k).ms, times.at(events[k]).bits);
        }
      }
    }
  }
}

// A shard's events share chunks with no other shard's, and a table that was loaded goes on as the one that was saved.
// Events of two shards and two names by turns, values that some have, one of another scale, one that is written twice.
TEST(EventAppender, ManyAreAsOneAfterAnother) {
  std::mt19937 random(5);
  const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
  std::array<EventTable, 2> one;
  std::array<EventTable, 2> many;
  EventAppender events;
  for (int round = 0; round < 3'000; ++round) {
    const std::size_t name = below(2);
    events.turn_to(many[name]);
    for (std::uint32_t left = 1 + below(70); left > 0; --left) {
      const ContactOrdinal contact{below(3) == 0 ? kShardContacts + below(100) : below(1'000)};
      const Timestamp at{1'700'000'000'000 + round * 60'000 + below(60'000)};
      const std::uint32_t row = one[name].append(contact, at, "");
      ASSERT_EQ(events.add(contact, at), row);
      for (std::uint32_t property = 0; property < 3; ++property) {
        for (std::uint32_t times = below(3); times > 0; --times) {
          const Cell cell{.bits = below(500), .scale = static_cast<std::uint8_t>(below(1'000) == 0 ? 2 : 0), .known = true};
          one[name].set_property(row, {property}, cell);
          events.set_property({property}, cell);
        }
      }
    }
    if (below(5) == 0) events.finish();
  }
  events.finish();
  for (std::size_t name = 0; name < 2; ++name) {
    ASSERT_EQ(many[name].size(), one[name].size());
    for (std::uint32_t row = 0; row < one[name].size(); ++row) {
      ASSERT_EQ(many[name].columns().contacts.at(row), one[name].columns().contacts.at(row)) << row;
      ASSERT_EQ(many[name].columns().times.at(row), one[name].columns().times.at(row)) << row;
      for (std::uint32_t property = 0; property < 3; ++property) ASSERT_EQ(many[name].property({property}, row), one[name].property({property}, row)) << row;
    }
  }
}

TEST(RowPlaces, ChunksAreOfOneShard) {
  std::mt19937_64 random(1);
  EventTable table;
  for (int i = 0; i < 30'000; ++i) table.append({static_cast<std::uint32_t>(random() % 200'000)}, {i}, "");
  for (std::size_t i = 0; i < table.columns().contacts.chunks().size(); ++i) {
    const auto range = table.columns().contacts.chunks().find(i)->bounds();
    ASSERT_EQ(range->least / kShardContacts, range->most / kShardContacts) << "chunk " << i;
  }
  EventTable loaded;
  loaded.load(EventColumns(table.columns()));
  for (int i = 0; i < 30'000; ++i) {
    const ContactOrdinal contact{static_cast<std::uint32_t>(random() % 300'000)};
    ASSERT_EQ(table.append(contact, {i}, ""), loaded.append(contact, {i}, ""));
  }
}

}  // namespace
}  // namespace wanamaker
