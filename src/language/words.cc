#include "language/words.h"

#include <algorithm>
#include <array>

namespace wanamaker {
namespace {

constexpr std::array<std::string_view, 27> kReserved{
    "and", "or", "not", "is", "in", "has", "did", "then", "no", "any", "at", "first", "last", "top", "bottom",
    "random", "everyone", "between", "by", "for", "from", "to", "within", "was", "among", "of", "previous"};

constexpr std::array<std::string_view, 8> kUnitsPlural{"seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years"};
constexpr std::array<std::string_view, 8> kUnitsSingular{"second", "minute", "hour", "day", "week", "month", "quarter", "year"};
constexpr std::array<std::string_view, 5> kAggregates{"sum", "average", "minimum", "maximum", "distinct"};
constexpr std::array<std::string_view, 4> kTimeParts{"age", "weekday", "month", "hour"};
constexpr std::array<std::string_view, 4> kTiles{"quartile", "quintile", "decile", "percentile"};
constexpr std::array<std::string_view, 4> kCountOn{"times", "days", "weeks", "months"};
constexpr std::array<std::string_view, 4> kArithmeticSymbols{"+", "-", "*", "/"};
constexpr std::array<std::string_view, 4> kArithmeticNames{"add", "subtract", "multiply", "divide"};

struct TestWords {
  std::string_view json;
  std::string_view text;
};
// In the order of Test.
constexpr std::array<TestWords, 31> kTests{{
    {"equals", "="}, {"not_equals", "!="}, {"less", "<"}, {"at_most", "<="}, {"greater", ">"}, {"at_least", ">="},
    {"between", "between"}, {"in", "in"}, {"not_in", "not in"}, {"in_set", "in set"}, {"not_in_set", "not in set"},
    {"contains", "contains"}, {"starts_with", "starts with"}, {"ends_with", "ends with"}, {"matches", "matches"},
    {"does_not_contain", "does not contain"}, {"does_not_start_with", "does not start with"},
    {"does_not_end_with", "does not end with"}, {"does_not_match", "does not match"},
    {"is_known", "is known"}, {"is_empty", "is empty"}, {"is_true", "is true"}, {"is_false", "is false"},
    {"window", ""}, {"anniversary", "anniversary"}, {"has", "has"}, {"has_any", "has any of"}, {"has_all", "has all of"},
    {"has_none", "has none of"}, {"has_at_least", "has at least"}, {"within_km", "within"}}};

template <typename Enum, std::size_t N>
std::optional<Enum> find_word(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

}  // namespace

bool is_reserved(std::string_view lower) { return !lower.empty() && std::ranges::find(kReserved, lower) != kReserved.end(); }

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

bool can_stand_bare(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !is_letter(name[0])) return false;
  if (!std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); })) return false;
  return !is_reserved(ascii_lower(name));
}

std::string_view plural(Unit unit) { return kUnitsPlural.at(static_cast<std::size_t>(unit)); }
std::string_view singular(Unit unit) { return kUnitsSingular.at(static_cast<std::size_t>(unit)); }
std::optional<Unit> unit_from(std::string_view word) {
  if (const auto unit = find_word<Unit>(kUnitsPlural, word)) return unit;
  return find_word<Unit>(kUnitsSingular, word);
}
std::string_view name_of(AggregateFunction function) { return kAggregates.at(static_cast<std::size_t>(function)); }
std::optional<AggregateFunction> aggregate_from(std::string_view word) { return find_word<AggregateFunction>(kAggregates, word); }
std::string_view name_of(TimePart part) { return kTimeParts.at(static_cast<std::size_t>(part)); }
std::optional<TimePart> time_part_from(std::string_view word) { return find_word<TimePart>(kTimeParts, word); }
std::string_view name_of(TileKind kind) { return kTiles.at(static_cast<std::size_t>(kind)); }
std::optional<TileKind> tile_from(std::string_view word) { return find_word<TileKind>(kTiles, word); }
std::string_view name_of(CountOn on) { return kCountOn.at(static_cast<std::size_t>(on)); }
std::string_view symbol_of(ArithmeticOperator op) { return kArithmeticSymbols.at(static_cast<std::size_t>(op)); }
std::string_view json_name_of(ArithmeticOperator op) { return kArithmeticNames.at(static_cast<std::size_t>(op)); }

std::string_view json_name_of(Test test) { return kTests.at(static_cast<std::size_t>(test)).json; }
std::string_view text_name_of(Test test) { return kTests.at(static_cast<std::size_t>(test)).text; }
std::optional<Test> test_from_json_name(std::string_view name) {
  const auto found = std::ranges::find(kTests, name, &TestWords::json);
  if (found == kTests.end()) return std::nullopt;
  return static_cast<Test>(found - kTests.begin());
}

}  // namespace wanamaker
