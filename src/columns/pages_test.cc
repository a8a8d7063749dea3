#include "columns/base_loader.h"
#include "columns/pages.h"
#include "columns/sample_base.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace wanamaker {
namespace {

using Pages = std::map<std::string, std::string>;

Pages written(const BaseImage& image, PageFilter filter = PageFilter::all) {
  Pages pages;
  const auto status = write_pages(image, filter, [&](std::string_view name, std::string&& bytes) -> Result<void> {
    pages.emplace(name, std::move(bytes));
    return {};
  });
  EXPECT_TRUE(status.has_value());
  return pages;
}

Result<Base> loaded(const Pages& pages) {
  BaseLoader loader;
  for (const auto& [name, bytes] : pages) {
    WM_TRY(DecodedPage page, BaseLoader::decode(name, bytes));
    WM_CHECK_OK(loader.place(std::move(page)));
  }
  return loader.finish();
}

std::string error_of(const Pages& pages) {
  const auto base = loaded(pages);
  return base ? "" : base.error().message;
}

TEST(Pages, ABaseComesBackFromItsPages) {
  const Base base = sample_base(50);
  ASSERT_EQ(base.broken_invariant(), std::nullopt);
  const Pages pages = written(base.image());
  auto again = loaded(pages);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  again->settle();
  EXPECT_EQ(again->broken_invariant(), std::nullopt);
  EXPECT_EQ(state_hash(again->image()), state_hash(base.image()));
  EXPECT_EQ(written(again->image()), pages);
  EXPECT_EQ(again->schema.zone, "Europe/Prague");
  const ContactOrdinal contact = again->find_contact("c7").value();
  EXPECT_EQ(again->history({2}, contact).size(), 2U);
  EXPECT_EQ(again->events[0].rows_of(contact).size(), base.events[0].rows_of(contact).size());
  EXPECT_TRUE(again->find_message("person 7 message 1").has_value());
  EXPECT_EQ(again->catalog.lists.at("vip, of old").entries.find(contact)->note, "person 7 note");
  EXPECT_EQ(again->catalog.segments.at("rich").parameters.at(0).value, Value(Decimal(5)));
  EXPECT_EQ(again->catalog.segments.at("rich").version, 3U);
  EXPECT_EQ(again->catalog.segments.at("rich").earlier.at(0).text, "score > 1");
  EXPECT_EQ(again->catalog.last_versions.at("gone"), 4U);
  EXPECT_EQ(again->catalog.keys.at("0123456789ab").revoked_by, "eva");
  EXPECT_TRUE(again->catalog.tracked.contains("name"));
  EXPECT_EQ(again->catalog.lists.at("taken").snapshot->note, "for the report");
  EXPECT_EQ(again->catalog.lists.at("closed").lock->by, "jan");
  EXPECT_EQ(again->catalog.segments.at("rich").overrides.added.find({3})->note, "a call");
  EXPECT_TRUE(again->catalog.segments.at("rich").overrides.removed.contains({49}));
  EXPECT_EQ(again->contacts_of(again->find_account("account 0").value()).size(), 17U);
  std::vector<std::string> names;
  for (const auto& [name, bytes] : pages) names.push_back(name);
  EXPECT_EQ(page_names(base.image()), names);
}

TEST(Pages, OnlyWhatChangedIsDirty) {
  Base base = sample_base(5000);
  const BaseImage first = base.image();
  Pages disk = written(first);
  EXPECT_EQ(written(first, PageFilter::dirty), disk) << "nothing is saved yet";
  base.saved(first);
  EXPECT_THAT(written(base.image(), PageFilter::dirty), testing::SizeIs(3)) << "counts, schema and catalog";

  base.set_attribute({1}, {4999}, base.cells.to_cell(Decimal(5)));
  const BaseImage second = base.image();
  base.set_attribute({5}, {1}, {});
  const Pages dirty = written(second, PageFilter::dirty);
  EXPECT_THAT(dirty, testing::SizeIs(4));
  EXPECT_TRUE(dirty.contains("contact/attribute/1/0"));
  base.saved(second);
  EXPECT_TRUE(written(base.image(), PageFilter::dirty).contains("contact/attribute/5/0")) << "written after the image";
  EXPECT_FALSE(written(base.image(), PageFilter::dirty).contains("contact/attribute/1/0"));
}

// A disk that only ever gets dirty pages and loses those that are gone always holds the base.
TEST(Pages, DirtyPagesAddUpToTheBase) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    std::mt19937_64 random(seed);
    Base base = sample_base(20);
    Pages disk;
    std::uint32_t next = 20;
    for (int step = 0; step < 12; ++step) {
      for (std::uint64_t i = random() % 40 * (step == 5 ? 120 : 1); i > 0; --i, ++next) add_sample_person(base, "c" + std::to_string(next), "person " + std::to_string(next), next);
      const ContactOrdinal a{static_cast<std::uint32_t>(random() % base.ordinals())};
      const ContactOrdinal b{static_cast<std::uint32_t>(random() % base.ordinals())};
      if (a != b && base.is_contact(a) && base.is_contact(b)) base.merge_contacts(a, b);
      const ContactOrdinal gone{static_cast<std::uint32_t>(random() % base.ordinals())};
      if (base.is_contact(gone)) base.erase_contact(gone);
      if (step == 6) base.schema.contact.add({.name = "late", .type = ValueType::text});
      if (step % 4 == 3) base.collect();
      if (step == 11) {
        base.settle();
        base.convert_column({TableKind::contact}, {1}, ValueType::number, ValueType::text);
        base.schema.contact.at({1}).type = ValueType::text;
      }
      const BaseImage image = base.image();
      for (auto& [name, bytes] : written(image, PageFilter::dirty)) disk[name] = bytes;
      const auto names = page_names(image);
      std::erase_if(disk, [&](const auto& page) { return !std::ranges::binary_search(names, page.first); });
      base.saved(image);
      ASSERT_EQ(disk, written(image)) << "seed " << seed << " step " << step;
      auto again = loaded(disk);
      ASSERT_TRUE(again.has_value()) << again.error().message << " seed " << seed << " step " << step;
      base.settle();
      again->settle();
      ASSERT_EQ(base.broken_invariant(), std::nullopt);
      ASSERT_EQ(state_hash(again->image()), state_hash(image));
      for (std::uint32_t i = 0; i < base.ordinals(); ++i) {
        ASSERT_TRUE(std::ranges::equal(base.events[0].rows_of({i}), again->events[0].rows_of({i})));
        ASSERT_EQ(base.aliases_of({i}), again->aliases_of({i}));
      }
    }
  }
}

TEST(Pages, AnErasedPersonLeavesNoByte) {
  const std::string marker = "QXMARKERPERSONZQ";
  Base base = sample_base(30);
  add_sample_person(base, marker, marker, 3);
  add_sample_person(base, marker + " alias", marker + " other", 2);
  base.settle();
  base.merge_contacts(*base.find_contact(marker + " alias"), *base.find_contact(marker));
  EXPECT_EQ(base.aliases_of(*base.find_contact(marker)), std::vector<std::string>{marker + " alias"});
  const ContactOrdinal contact = *base.find_contact(marker + " alias");
  base.erase_contact(contact);
  EXPECT_GT(base.collect(), 0U);
  for (const auto& [name, bytes] : written(base.image())) EXPECT_EQ(bytes.find("QXMARKER"), std::string::npos) << name;
  EXPECT_FALSE(base.find_contact(marker));
  EXPECT_FALSE(base.find_contact(marker + " alias"));
  EXPECT_FALSE(base.find_message(marker + " message 0"));
  EXPECT_EQ(base.broken_invariant(), std::nullopt);
  base.settle();
  EXPECT_EQ(base.broken_invariant(), std::nullopt);
  EXPECT_TRUE(loaded(written(base.image())).has_value());
}

TEST(Pages, AnErrorNamesThePage) {
  const Pages pages = written(sample_base(5).image());
  for (const auto& [name, bytes] : pages) {
    Pages fewer = pages;
    fewer.erase(name);
    EXPECT_THAT(error_of(fewer), testing::HasSubstr("page '" + name + "' is missing"));
  }
  Pages more = pages;
  more["event/7/time/0"] = pages.at("event/0/time/0");
  EXPECT_THAT(error_of(more), testing::HasSubstr("page 'event/7/time/0' belongs to nothing"));
  more = pages;
  more["event/x/time/0"] = pages.at("event/0/time/0");
  EXPECT_THAT(error_of(more), testing::HasSubstr("page 'event/x/time/0' has a name that this version does not know"));
  more = pages;
  more["contact/id/0"] = written(sample_base(6).image()).at("contact/id/0");
  EXPECT_THAT(error_of(more), testing::HasSubstr("page 'contact/id/0' has rows beyond the end"));
}

TEST(Pages, BrokenRulesAreFound) {
  const auto broken = [](auto change) {
    Base base = sample_base(5);
    change(base);
    return base.broken_invariant().value_or("nothing");
  };
  EXPECT_EQ(broken([](Base&) {}), "nothing");
  EXPECT_THAT(broken([](Base& base) { base.set_attribute({0}, {1}, whole_cell(100'000)); }), testing::HasSubstr("'name' of contacts from row 0 on has a value out of range"));
  EXPECT_THAT(broken([](Base& base) { base.set_attribute({1}, {1}, {.bits = 150, .scale = 2, .known = true}); }), testing::HasSubstr("ends in a zero decimal"));
  EXPECT_THAT(broken([](Base& base) { base.set_attribute({5}, {1}, {.bits = 15, .scale = 1, .known = true}); }),
              testing::HasSubstr("is no number"));
  EXPECT_THAT(broken([](Base& base) { base.set_account_of({1}, AccountOrdinal{99}); }), testing::HasSubstr("an account that is not there"));
  EXPECT_THAT(broken([](Base& base) { base.events[0].append({77}, {0}, ""); }), testing::HasSubstr("is of contact 77"));
  EXPECT_THAT(broken([](Base& base) { base.records[0].set_owner(0, OwnerKind::contact, 66); }), testing::HasSubstr("is of contact 66"));
  EXPECT_THAT(broken([](Base& base) { base.catalog.lists.begin()->second.entries.add({88}, {}); }), testing::HasSubstr("has contact 88"));
  EXPECT_THAT(broken([](Base& base) { base.catalog.segments.begin()->second.overrides.set({88}, Override::added, {}); }), testing::HasSubstr("has contact 88"));
  EXPECT_THAT(broken([](Base& base) { base.catalog.segments.begin()->second.overrides.removed.add({3}, {}); }), testing::HasSubstr("both added"));
  EXPECT_THAT(broken([](Base& base) { base.events.emplace_back(); }), testing::HasSubstr("as many tables"));
}

TEST(Pages, DamagedBytesAreRefusedOrMakeASoundBase) {
  const Pages pages = written(sample_base(8).image());
  std::mt19937_64 random(5);
  for (const auto& [name, bytes] : pages) {
    for (int i = 0; i < 40; ++i) {
      Pages damaged = pages;
      std::string& page = damaged[name];
      if (i % 4 == 0) page.resize(random() % page.size());
      else page[random() % page.size()] ^= static_cast<char>(1U << (random() % 8));
      auto base = loaded(damaged);
      if (!base) continue;
      base->settle();
      EXPECT_EQ(base->broken_invariant(), std::nullopt) << name;
    }
  }
}

TEST(Base, IdsOfOneHashAreToldApart) {
  Base base([](std::string_view) -> std::uint64_t { return 42; });
  base.schema.events.push_back({.name = "a", .properties = {}});
  base.events.emplace_back();
  for (std::uint32_t i = 0; i < 9; ++i) {
    const ContactOrdinal contact = base.contact_for("c" + std::to_string(i));
    EXPECT_EQ(contact.value, i);
    const std::uint32_t row = base.events[0].append(contact, {1000}, "m" + std::to_string(i));
    base.add_message("m" + std::to_string(i), {{0}, row});
  }
  EXPECT_EQ(base.find_message("m5")->row, 5U);
  EXPECT_FALSE(base.find_message("m9"));
  base.erase_contact({5});
  EXPECT_FALSE(base.find_message("m5"));
  EXPECT_EQ(base.find_message("m8")->row, 8U);
  EXPECT_FALSE(base.find_contact("c5"));
  EXPECT_EQ(base.find_contact("c8")->value, 8U);
}

}  // namespace
}  // namespace wanamaker
