// A graph that was renewed definition by definition says what one says that is made of all of them at once.

#include "live/graph.h"

#include "calendar/zone.h"
#include "columns/base.h"

#include <gtest/gtest.h>

#include <random>

namespace wanamaker::graph_test {
namespace {

constexpr Timestamp kNow{1'772'323'200'000};  // 2026-03-01T00:00:00Z

class GraphTest : public testing::Test {
 protected:
  GraphTest() {
    for (const char* name : {"buy", "visit"}) {
      base_.schema.events.push_back({.name = name, .properties = {}});
      base_.schema.events.back().properties.add({.name = "amount", .type = ValueType::number});
      base_.events.emplace_back();
      const std::uint32_t row = base_.events.back().append(base_.contact_for("c1"), kNow, "");
      base_.events.back().set_property(row, {0}, base_.cells.to_cell(Value(Decimal(7))));
    }
    base_.schema.contact.add({.name = "age", .type = ValueType::number});
    base_.settle();
  }

  void put(const std::string& key, const std::string& text) { base_.catalog.segments[key].text = text; }
  std::vector<Graph::Member> members() const {
    std::vector<Graph::Member> all;
    for (std::uint32_t i = 0; i < keys_.size(); ++i) if (base_.catalog.segments.contains(keys_[i])) all.push_back({{i}, keys_[i]});
    return all;
  }

  // Conditions by what they are: their numbers may differ.
  static std::set<std::string> identities(const Graph& graph, std::span<const ConditionNumber> numbers) {
    std::set<std::string> names;
    for (const ConditionNumber number : numbers) names.insert(graph.condition(number)->identity);
    return names;
  }
  std::set<std::string> reached_by(Graph& graph, EventTypeId type) {
    std::set<std::string> names;
    Probe probe({base_, zone_, kNow}, nullptr);
    if (Arrivals* arrivals = graph.arrivals(type))
      arrivals->for_each({type, 0}, {0}, probe, [](ConditionNumber) { return false; }, [&](ConditionNumber number, Arrivals::Passes) { names.insert(graph.condition(number)->identity); });
    return names;
  }

  void expect_same(Graph& renewed, Graph& fresh) {
    ASSERT_EQ(renewed.condition_count(), fresh.condition_count());
    for (const Graph::Member& member : members()) {
      ASSERT_EQ(renewed.rule(member.number) == nullptr, fresh.rule(member.number) == nullptr) << member.key;
      EXPECT_EQ(renewed.why_invalid(member.number), fresh.why_invalid(member.number));
      if (fresh.rule(member.number) == nullptr) continue;
      EXPECT_EQ(identities(renewed, renewed.rule(member.number)->formula.conditions()), identities(fresh, fresh.rule(member.number)->formula.conditions())) << member.key;
    }
    std::map<std::string, std::vector<SegmentNumber>> over;
    for (std::uint32_t i = 0; i < fresh.condition_slots(); ++i)
      if (fresh.condition({i})) over[fresh.condition({i})->identity].assign(fresh.over({i}).begin(), fresh.over({i}).end());
    for (std::uint32_t i = 0; i < renewed.condition_slots(); ++i) {
      ASSERT_EQ(renewed.quick({i}) != nullptr, renewed.condition({i}) != nullptr && renewed.condition({i})->quick.has_value());
      if (renewed.condition({i}) == nullptr) continue;
      EXPECT_EQ(over.at(renewed.condition({i})->identity), std::vector(renewed.over({i}).begin(), renewed.over({i}).end()));
    }
    for (const Topic& topic : {Topic{}, Topic{.kind = TopicKind::attribute, .id = 0}, Topic{.kind = TopicKind::event, .id = 0}, Topic{.kind = TopicKind::event, .id = 1}})
      EXPECT_EQ(identities(renewed, renewed.touched_by(topic)), identities(fresh, fresh.touched_by(topic)));
    for (const std::uint32_t type : {0U, 1U}) EXPECT_EQ(reached_by(renewed, {type}), reached_by(fresh, {type}));
  }

  Base base_;
  Zone zone_ = Zone::utc();
  std::vector<std::string> keys_ = {"a", "b", "c", "d", "e", "f"};
};

TEST_F(GraphTest, OnlyWhatIsNewIsNew) {
  Graph graph;
  put("a", "did buy in last 3 days and age > 30");
  EXPECT_EQ(graph.rebuild(members(), base_.schema, base_.catalog).conditions.size(), 2U);
  put("b", "age > 30 and did visit");
  const Graph::Rebuilt added = graph.renew(members(), "b", base_.schema, base_.catalog);
  EXPECT_EQ(added.conditions.size(), 1U);
  EXPECT_EQ(added.segments, std::vector<SegmentNumber>{{1}});
  base_.catalog.segments.erase("a");
  EXPECT_TRUE(graph.renew(members(), "a", base_.schema, base_.catalog).conditions.empty());
  EXPECT_EQ(graph.condition_count(), 2U);
}

TEST_F(GraphTest, WhoUsesASegmentChangesWithIt) {
  Graph graph;
  put("a", "age > 30");
  put("b", "in segment \"a\" and did buy");
  put("c", "not in segment \"b\"");
  put("d", "did visit");
  graph.rebuild(members(), base_.schema, base_.catalog);
  put("a", "age > 40");
  const Graph::Rebuilt changed = graph.renew(members(), "a", base_.schema, base_.catalog);
  EXPECT_EQ(changed.segments, (std::vector<SegmentNumber>{{0}, {1}, {2}}));
}

TEST_F(GraphTest, RenewedIsAsMadeAtOnce) {
  const std::vector<std::string> texts = {
      "age > 30", "age > 40 or did buy", "did buy (amount >= 5) in last 7 days", "not did visit in last 30 days and age > 30", "last visit was between 10 and 20 days ago",
      "did buy (amount >= 5) at least 2 times in last 7 days", "did buy then visit within 3 days", "in segment \"a\" and did visit", "not in segment \"b\"", "in segment \"c\" or age > 40",
      "age is empty", "sum of amount for buy in last 9 days > 10"};
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    std::mt19937_64 random(seed);
    base_.catalog.segments.clear();
    Graph renewed;
    renewed.rebuild(members(), base_.schema, base_.catalog);
    for (int step = 0; step < 60; ++step) {
      const std::string& key = keys_[random() % keys_.size()];
      if (random() % 4 == 0) base_.catalog.segments.erase(key);  // its users become invalid
      else put(key, texts[random() % texts.size()]);             // cycles make all in them invalid
      renewed.renew(members(), key, base_.schema, base_.catalog);
      Graph fresh;
      fresh.rebuild(members(), base_.schema, base_.catalog);
      expect_same(renewed, fresh);
      ASSERT_FALSE(HasFailure()) << "seed " << seed << ", step " << step;
    }
  }
}

}  // namespace
}  // namespace wanamaker::graph_test
