#include "demo/demo.h"

#include "base/text/fold.h"
#include "demo/random.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace wanamaker {
namespace {

const Timestamp kNow = parse_timestamp("2026-03-01T12:00:00Z").value();

// What a test wants to know about the demo base.
struct Seen {
  std::uint64_t events = 0;  // as make_demo said
  std::vector<CommandBody> commands;

  template <typename Visit>
  void each_batch(Visit visit) const {
    for (const CommandBody& command : commands)
      if (const auto* batch = std::get_if<ImportBatch>(&command)) visit(*batch);
  }
  template <typename Command>
  std::vector<Command> all() const {
    std::vector<Command> found;
    for (const CommandBody& command : commands)
      if (const auto* one = std::get_if<Command>(&command)) found.push_back(*one);
    return found;
  }
};

Seen made(DemoOptions options) {
  Seen seen;
  const auto events = make_demo(options, [&](CommandBody command) -> Result<void> {
    seen.commands.push_back(std::move(command));
    return {};
  });
  EXPECT_TRUE(events.has_value()) << events.error().message;
  seen.events = events.value_or(0);
  return seen;
}

const Seen& small() {
  static const Seen seen = made({.seed = 1, .contacts = 2'000, .now = kNow});
  return seen;
}

std::string text_of(const Seen& seen) {
  std::string out;
  seen.each_batch([&](const ImportBatch& batch) {
    for (const BatchRow& row : batch.rows) {
      out += fmt::format("{},{},{},{},{}", row.id, row.owner.value_or("-"), row.at ? row.at->ms : 0, row.event, row.message_id);
      for (const Value& value : row.values) out += "," + to_json_text(value);
      out += "\n";
    }
  });
  for (const auto& list : seen.all<AddToList>())
    for (const std::string& id : list.contact_ids) out += list.key + " " + id + "\n";
  for (const auto& segment : seen.all<PutSegment>()) out += segment.key + " " + segment.text + "\n";
  return out;
}

std::size_t column_of(const ImportBatch& batch, std::string_view name) {
  const auto found = std::ranges::find(batch.columns, name, &BatchColumn::name);
  EXPECT_NE(found, batch.columns.end()) << name;
  return static_cast<std::size_t>(found - batch.columns.begin());
}

// A demo base is a stream of commands: declarations, batches, then what people keep.
TEST(Demo, MakesWhatItSays) {
  const Seen& seen = small();
  std::map<BatchKind, std::size_t> rows;
  std::set<std::string> contacts;
  seen.each_batch([&](const ImportBatch& batch) {
    EXPECT_LE(batch.rows.size(), 5'000U);
    rows[batch.kind] += batch.rows.size();
    for (const BatchRow& row : batch.rows) {
      EXPECT_EQ(row.values.size(), batch.columns.size());
      if (batch.kind == BatchKind::contacts) contacts.insert(row.id);
      EXPECT_TRUE(batch.kind != BatchKind::events || contacts.contains(row.id));
    }
  });
  EXPECT_EQ(contacts.size(), 2'000U);
  EXPECT_TRUE(contacts.contains("c00001"));
  EXPECT_EQ(rows[BatchKind::events], seen.events);
  EXPECT_EQ(rows[BatchKind::accounts], 60U);
  EXPECT_GT(rows[BatchKind::account_records], 50U);
  EXPECT_GT(rows[BatchKind::contact_records], 10U);
  EXPECT_EQ(seen.all<PutSegment>().size(), 12U);
  EXPECT_EQ(seen.all<PutSet>().size(), 2U);
  EXPECT_EQ(seen.all<AddToList>().size(), 2U);
}

TEST(Demo, IsAFunctionOfSeedAndInstant) {
  const std::string expected = text_of(small());
  EXPECT_TRUE(text_of(made({.seed = 1, .contacts = 2'000, .now = kNow})) == expected);
  EXPECT_FALSE(text_of(made({.seed = 2, .contacts = 2'000, .now = kNow})) == expected);
  EXPECT_FALSE(text_of(made({.seed = 1, .contacts = 2'000, .now = {kNow.ms + 1}})) == expected);
}

// The stream of numbers is the published one: another compiler, library or machine gives the same base.
TEST(Demo, RandomNumbersAreThoseOfXoshiro) {
  demo::Random random(0);
  EXPECT_EQ(random.next(), 0x99EC5F36CB75F2B4U);
  EXPECT_EQ(random.next(), 0xBF6E1F784956452AU);
}

TEST(Demo, HasTheSizePromised) {
  const Seen seen = made({.now = kNow});
  EXPECT_GT(seen.events, 380'000U);
  EXPECT_LT(seen.events, 440'000U);
}

TEST(Demo, EveryTextIsCleanAndEveryValueHasTheTypeOfItsColumn) {
  small().each_batch([&](const ImportBatch& batch) {
    for (const BatchRow& row : batch.rows) {
      ASSERT_FALSE(row.id.empty());
      for (std::size_t i = 0; i < row.values.size(); ++i) {
        const Value& value = row.values[i];
        if (is_missing(value)) continue;
        ASSERT_EQ(type_of(value), batch.columns[i].type) << batch.columns[i].name;
        const std::string text = to_string(value);
        ASSERT_TRUE(!text.empty() && is_valid_utf8(text)) << batch.columns[i].name;
        ASSERT_EQ(normalized(text), text) << batch.columns[i].name;
      }
    }
  });
}

TEST(Demo, InstantsArePlausible) {
  const Timestamp start{kNow.ms - 3 * 365 * kMillisecondsPerDay};
  Timestamp before = start;
  std::set<std::string> message_ids;
  small().each_batch([&](const ImportBatch& batch) {
    for (const BatchRow& row : batch.rows) {
      if (batch.kind == BatchKind::events) {
        ASSERT_LE(before, *row.at);
        ASSERT_LT(*row.at, kNow);
        before = *row.at;
        ASSERT_TRUE(message_ids.insert(row.message_id).second);
      }
      for (const Value& value : row.values) {
        const auto* at = std::get_if<Timestamp>(&value);
        ASSERT_TRUE(at == nullptr || (*at >= start && *at < kNow));
        const auto* day = std::get_if<Date>(&value);
        ASSERT_TRUE(day == nullptr || (*day > Date{-20'000} && *day < Date{utc_date(kNow).days + 150}));
      }
    }
  });
}

TEST(Demo, StagesOfALeadFollowOneAnother) {
  const std::map<std::string, int> order = {{"subscriber", 1}, {"lead", 2}, {"customer", 3}, {"lost", 4}};
  std::map<std::string, int> reached;
  small().each_batch([&](const ImportBatch& batch) {
    if (!batch.keeps_history) return;
    for (const BatchRow& row : batch.rows) {
      const int stage = order.at(to_string(row.values.at(0)));
      EXPECT_TRUE(row.at && *row.at < kNow);
      EXPECT_GT(stage, reached[row.id]) << row.id;
      reached[row.id] = stage;
    }
  });
  EXPECT_EQ(reached.size(), 2'000U);
}

TEST(Demo, TheHoldoutGetsNoCampaignOfSpring) {
  std::set<std::string> held_out;
  for (const auto& list : small().all<AddToList>())
    if (list.key == "spring-holdout") held_out.insert(list.contact_ids.begin(), list.contact_ids.end());
  EXPECT_GT(held_out.size(), 20U);
  std::size_t sent = 0;
  small().each_batch([&](const ImportBatch& batch) {
    if (batch.kind != BatchKind::events) return;
    const std::size_t campaign = column_of(batch, "campaign");
    for (const BatchRow& row : batch.rows) {
      if (row.event != "email_sent" || to_string(row.values[campaign]) != "spring-2025") continue;
      ++sent;
      EXPECT_FALSE(held_out.contains(row.id)) << row.id;
    }
  });
  EXPECT_GT(sent, held_out.size());
}

// The two stories: one source stopped buying some four months ago; one town buys double.
TEST(Demo, TheStoriesAreThereToBeFound) {
  std::map<std::string, std::string> city;
  std::map<std::string, std::string> source;
  std::map<std::string, std::pair<int, int>> orders;  // by source: from 1 to 3 months ago, from 6 to 8
  std::int64_t spent[2] = {};                         // in cents; Poprad and the others
  std::int64_t bought[2] = {};
  made({.contacts = 8'000, .now = kNow}).each_batch([&](const ImportBatch& batch) {
    for (const BatchRow& row : batch.rows) {
      if (batch.kind == BatchKind::contacts && !batch.keeps_history) {
        city[row.id] = to_string(row.values[column_of(batch, "city")]);
        source[row.id] = to_string(row.values[column_of(batch, "acquisition_source")]);
      } else if (row.event == "order_completed") {
        const std::int64_t days_ago = (kNow.ms - row.at->ms) / kMillisecondsPerDay;
        auto& [recent, earlier] = orders[source[row.id]];
        recent += days_ago >= 30 && days_ago < 100 ? 1 : 0;
        earlier += days_ago >= 170 && days_ago < 240 ? 1 : 0;
        const auto& amount = std::get<Decimal>(row.values[column_of(batch, "amount_eur")]);
        const std::size_t where = city[row.id] == "Poprad" ? 0 : 1;
        spent[where] += amount.mantissa() * (100 / power_of_ten(amount.scale()));
        ++bought[where];
      }
    }
  });
  EXPECT_LT(orders["price_portal"].first * 2, orders["price_portal"].second);
  EXPECT_GT(orders["search"].first, orders["search"].second);
  ASSERT_GT(bought[0], 30);
  EXPECT_GT(spent[0] * bought[1] * 10, spent[1] * bought[0] * 15);  // at least one and a half times as much an order
}

TEST(Demo, RefusesWhatItCannotMakeAndPassesErrorsOn) {
  const auto accept = [](CommandBody) -> Result<void> { return {}; };
  EXPECT_EQ(make_demo({.contacts = 0, .now = kNow}, accept).error().code, ErrorCode::invalid);
  EXPECT_EQ(make_demo({.contacts = kDemoContactsMax + 1, .now = kNow}, accept).error().code, ErrorCode::invalid);
  EXPECT_EQ(make_demo({.contacts = 1, .now = kTimestampMin}, accept).error().code, ErrorCode::invalid);
  EXPECT_EQ(make_demo({.contacts = 1, .now = kTimestampMax}, accept).error().code, ErrorCode::invalid);
  EXPECT_TRUE(make_demo({.contacts = 1, .now = kNow}, accept).has_value());
  const auto refuse = [](CommandBody) -> Result<void> { return fail(ErrorCode::interrupted, "enough"); };
  EXPECT_EQ(make_demo({.contacts = 10, .now = kNow}, refuse).error().message, "enough");
}

}  // namespace
}  // namespace wanamaker
