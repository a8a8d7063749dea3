#pragma once
// The syntactic tree of a definition: what text, JSON form and builder share. It knows no schema; names are as written.
// Values all the way down (Box, vector), so trees copy and compare; spans do not take part in comparison.
// docs/reference/grammar.ebnf is the text form, docs/reference/json-form.md the JSON form.

#include "base/box.h"
#include "base/decimal.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace wanamaker {

struct Span {  // bytes [begin, end) of the source text
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const Span&, const Span&) { return true; }
};

// exact: stood in back-ticks, or cannot stand bare; otherwise it finds the name that equals it when case is folded.
struct Name {
  std::string text;
  bool exact = false;
  Span span = {};
  friend bool operator==(const Name&, const Name&) = default;
};

struct Parameter {  // $name
  std::string name;
  friend bool operator==(const Parameter&, const Parameter&) = default;
};

struct Literal {
  std::variant<std::string, Decimal, bool, Date, Timestamp, Parameter> value;
  Span span = {};
  friend bool operator==(const Literal&, const Literal&) = default;
};

struct WholeNumber {
  std::variant<std::int64_t, Parameter> value = std::int64_t{0};
  Span span = {};
  friend bool operator==(const WholeNumber&, const WholeNumber&) = default;
};

enum class Unit : std::uint8_t { seconds, minutes, hours, days, weeks, months, quarters, years };

struct Duration {
  WholeNumber number;
  Unit unit = Unit::days;
  friend bool operator==(const Duration&, const Duration&) = default;
};

enum class WindowKind : std::uint8_t {
  ever, last, last_calendar, more_than_ago, between_ago, next, today, yesterday, tomorrow, this_unit, last_unit, next_unit, since, before, between, on
};

struct WindowNode {
  WindowKind kind = WindowKind::ever;
  Duration duration = {};            // last, last_calendar, more_than_ago, next; lower bound of between_ago; unit of this/last/next
  WholeNumber upper = {};            // between_ago
  std::vector<Literal> bounds = {};  // since, before, on: one; between: two
  Span span = {};
  friend bool operator==(const WindowNode&, const WindowNode&) = default;
};

struct Expression;
struct Operand;

enum class SourceKind : std::uint8_t {
  named,             // event names, or one record type of the contact: the schema tells which
  any_event,
  account_records,   // `account TYPE`
  account_contacts,  // `account contact`: the other contacts of the same account
};

struct Source {
  SourceKind kind = SourceKind::named;
  std::vector<Name> names = {};
  std::optional<Box<Expression>> where = {};
  WindowNode window = {};
  Span span = {};
  friend bool operator==(const Source&, const Source&) = default;
};

enum class PathScope : std::uint8_t { bare, account, contact, previous, event_time, previous_time, account_link };
struct Path {
  PathScope scope = PathScope::bare;
  Name name = {};  // not for event_time, previous_time, account_link
  Span span = {};
  friend bool operator==(const Path&, const Path&) = default;
};

enum class Which : std::uint8_t { first, last };
enum class AggregateFunction : std::uint8_t { sum, average, minimum, maximum, distinct };
enum class TimePart : std::uint8_t { age, weekday, month, hour };
enum class ArithmeticOperator : std::uint8_t { add, subtract, multiply, divide };
enum class TileKind : std::uint8_t { quartile, quintile, decile, percentile };

struct Aggregate { AggregateFunction function = AggregateFunction::sum; Name property; Source source; friend bool operator==(const Aggregate&, const Aggregate&) = default; };
struct CountOf { Source source; friend bool operator==(const CountOf&, const CountOf&) = default; };
struct PropertyOf { Name property; Which which = Which::first; Source source; friend bool operator==(const PropertyOf&, const PropertyOf&) = default; };
struct TimeOf { Which which = Which::first; Source source; friend bool operator==(const TimeOf&, const TimeOf&) = default; };
struct DaysSince { Which which = Which::first; Source source; friend bool operator==(const DaysSince&, const DaysSince&) = default; };
struct PartOf { TimePart part = TimePart::age; Path path; friend bool operator==(const PartOf&, const PartOf&) = default; };
struct Arithmetic { ArithmeticOperator op = ArithmeticOperator::add; Box<Operand> left; Box<Operand> right; friend bool operator==(const Arithmetic&, const Arithmetic&) = default; };
struct Negate { Box<Operand> operand; friend bool operator==(const Negate&, const Negate&) = default; };
struct Tile { TileKind kind = TileKind::decile; Box<Operand> metric; std::optional<Box<Expression>> among; friend bool operator==(const Tile&, const Tile&) = default; };

struct Operand {
  std::variant<Path, Literal, Aggregate, CountOf, PropertyOf, TimeOf, DaysSince, PartOf, Arithmetic, Negate, Tile> node;
  Span span = {};
};
bool operator==(const Operand& a, const Operand& b);

struct And { std::vector<Expression> children; friend bool operator==(const And&, const And&) = default; };
struct Or { std::vector<Expression> children; friend bool operator==(const Or&, const Or&) = default; };
struct Not { Box<Expression> child; friend bool operator==(const Not&, const Not&) = default; };
struct Everyone { friend bool operator==(const Everyone&, const Everyone&) = default; };
struct NoOne { friend bool operator==(const NoOne&, const NoOne&) = default; };
struct AtLeastOf { WholeNumber number; std::vector<Expression> children; friend bool operator==(const AtLeastOf&, const AtLeastOf&) = default; };

enum class CountKind : std::uint8_t { at_least, at_most, exactly, between, regular };
enum class CountOn : std::uint8_t { times, days, weeks, months };
struct Count {
  CountKind kind = CountKind::at_least;
  CountOn on = CountOn::times;       // regular: the unit (days, weeks, months)
  WholeNumber number = {std::int64_t{1}};
  WholeNumber upper = {};            // between
  WholeNumber units_needed = {};     // regular: in at least K
  WholeNumber units_looked_at = {};  // regular: of last M
  friend bool operator==(const Count&, const Count&) = default;
};
struct Did { Source source; Count count; friend bool operator==(const Did&, const Did&) = default; };

enum class StepKind : std::uint8_t { start, within, later, absent };
struct Step {
  StepKind kind = StepKind::start;
  Source source;
  Duration gap = {};       // within, absent; lower bound of later
  WholeNumber upper = {};  // later
  friend bool operator==(const Step&, const Step&) = default;
};
struct Sequence { bool from_first = false; std::vector<Step> steps; WindowNode window; friend bool operator==(const Sequence&, const Sequence&) = default; };

struct Moment { Which which = Which::first; Source source; WindowNode was; friend bool operator==(const Moment&, const Moment&) = default; };
enum class Quantifier : std::uint8_t { any, no, at_least };
struct Related { Quantifier quantifier = Quantifier::any; WholeNumber number = {}; Source source; friend bool operator==(const Related&, const Related&) = default; };
enum class MembershipKind : std::uint8_t { segment, list };
struct Membership {
  MembershipKind kind = MembershipKind::segment;
  std::string key;
  std::vector<std::pair<std::string, Literal>> parameters = {};
  friend bool operator==(const Membership&, const Membership&) = default;
};
enum class RankEnd : std::uint8_t { top, bottom };
struct Ranking {
  RankEnd end = RankEnd::top;
  std::variant<WholeNumber, Literal> size;  // a number of contacts, or percent
  Box<Operand> metric;
  std::optional<Box<Expression>> among = {};
  friend bool operator==(const Ranking&, const Ranking&) = default;
};
struct Random { Literal percent; std::string salt; friend bool operator==(const Random&, const Random&) = default; };
enum class RunLength : std::uint8_t { at_least, less_than };
struct HasBeen { Path path; Literal value; RunLength length = RunLength::at_least; Duration duration; friend bool operator==(const HasBeen&, const HasBeen&) = default; };
struct Changed { Path path; std::optional<Literal> from = {}; std::optional<Literal> to = {}; WindowNode window = {}; friend bool operator==(const Changed&, const Changed&) = default; };

enum class Test : std::uint8_t {
  equals, not_equals, less, at_most, greater, at_least, between, in, not_in, in_set, not_in_set,
  contains, starts_with, ends_with, matches, does_not_contain, does_not_start_with, does_not_end_with, does_not_match,
  is_known, is_empty, is_true, is_false, window, anniversary, has, has_any, has_all, has_none, has_at_least, within_km
};
enum class TextCompare : std::uint8_t { by_key, exactly, ignoring_accents };
// right: one operand (equals … at_least, text tests, in_set, has, has_at_least), two (between), any number of literals
// (in, not_in, has_any …), kilometres, latitude, longitude (within_km), none (is_…, window, anniversary).
struct Comparison {
  Operand left;
  Test test = Test::equals;
  std::vector<Operand> right = {};
  TextCompare compare = TextCompare::by_key;
  WindowNode window = {};
  friend bool operator==(const Comparison&, const Comparison&) = default;
};

struct Expression {
  std::variant<And, Or, Not, Everyone, NoOne, AtLeastOf, Did, Sequence, Moment, Related, Membership, Ranking, Random, HasBeen, Changed, Comparison> node;
  Span span = {};
};
bool operator==(const Expression& a, const Expression& b);

inline constexpr std::size_t kDefinitionBytesMax = 64 * 1024;
inline constexpr int kDefinitionLevelsMax = 64;
inline constexpr int kDefinitionNodesMax = 4'096;

}  // namespace wanamaker
