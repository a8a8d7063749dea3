#include "language/warnings.h"

#include "language/checker.h"

#include <gtest/gtest.h>

namespace wanamaker::warnings_test {
namespace {

Schema small_schema() {
  Schema schema;
  schema.contact.add({.name = "born", .type = ValueType::date});
  schema.contact.add({.name = "seen_at", .type = ValueType::timestamp});
  schema.contact.add({.name = "size", .type = ValueType::number});
  schema.events.push_back({.name = "order", .properties = {}});
  schema.records.push_back({.name = "deal", .fields = {}});
  schema.records[0].fields.add({.name = "due", .type = ValueType::date});
  return schema;
}

// The warnings, joined; empty where there are none.
std::string warned(std::string_view source) {
  const Schema schema = small_schema();
  const Catalog catalog;
  const auto definition = compile(source, {.schema = schema, .catalog = catalog});
  if (!definition) return "error: " + definition.error().message;
  std::string all;
  for (const Warning& warning : definition->warnings) all += (all.empty() ? "" : " | ") + warning.message;
  return all;
}

// A definition that can match nobody, or always holds, is told so.
TEST(Warnings, Contradictions) {
  EXPECT_EQ(warned("size > 3 and size < 2"), "these conditions contradict each other: this part matches nobody");
  EXPECT_EQ(warned("size > 3 or not size > 3"), "one of these conditions is the complement of another: this part always holds");
  EXPECT_EQ(warned("did order at least 0 times"), "this definition always holds");
  EXPECT_EQ(warned("size > 3 and size < 5"), "");
  EXPECT_EQ(warned("everyone"), "");
}

struct Case {
  std::string_view source;
  std::string_view warning;
};

TEST(Warnings, PartsOfATimeThatThereAreNot) {
  constexpr Case kCases[] = {
      {"month of born = 13", "months are 1 to 12: 'month of born = 13' matches nobody"},
      {"month of born = 0", "months are 1 to 12: 'month of born = 0' matches nobody"},
      {"month of born = 1.5", "months are 1 to 12: 'month of born = 1.5' matches nobody"},
      {"month of born != 13", "months are 1 to 12: 'month of born != 13' always holds"},
      {"month of born in (13, 14)", "months are 1 to 12: 'month of born in (13, 14)' matches nobody"},
      {"month of born > 12", "months are 1 to 12: 'month of born > 12' matches nobody"},
      {"hour of seen_at = 24", "hours are 0 to 23: 'hour of seen_at = 24' matches nobody"},
      {"hour of seen_at between 24 and 30", "hours are 0 to 23: 'hour of seen_at between 24 and 30' matches nobody"},
      {"weekday of born contains \"q\"", "weekdays are Monday to Sunday: 'weekday of born contains \"q\"' matches nobody"},
      {"weekday of born = \"sunday\" exactly", "weekdays are Monday to Sunday: 'weekday of born = \"sunday\" exactly' matches nobody"},
      {"weekday of born does not start with \"x\"", "weekdays are Monday to Sunday: 'weekday of born does not start with \"x\"' always holds"},
      {"size > 1 and hour of seen_at < 0", "hours are 0 to 23: 'hour of seen_at < 0' matches nobody"},
      {"did order (hour of time = 25)", "hours are 0 to 23: 'hour of time = 25' matches nobody"},
      {"did order then order (month of time = 13) within 1 days", "months are 1 to 12: 'month of time = 13' matches nobody"},
      {"first order (month of time = 13) was today", "months are 1 to 12: 'month of time = 13' matches nobody"},
      {"any deal (month of due = 13)", "months are 1 to 12: 'month of due = 13' matches nobody"},
      {"month of born = 12", ""}, {"hour of seen_at = 0", ""}, {"hour of seen_at = 23", ""}, {"month of born in (13, 1)", ""}, {"month of born >= 1", ""},
      {"weekday of born = \"sunday\"", ""}, {"weekday of born ends with \"DAY\"", ""}, {"weekday of born matches \"x\"", ""}, {"month of born = size", ""},
      {"weekday of born is known", ""}, {"month of born is empty", ""}, {"age of born = 200", ""}, {"did order (hour of time = 23)", ""},
      {"weekday of born = \"Sunnday\"", "error: unknown weekday 'Sunnday'. Did you mean 'Sunday'?"},
  };
  for (const auto& [source, warning] : kCases) EXPECT_EQ(warned(source), warning) << source;
}

}  // namespace
}  // namespace wanamaker::warnings_test
