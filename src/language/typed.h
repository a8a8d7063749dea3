#pragma once
// The typed tree: a definition whose names are ids, whose literals have types, and whose many forms are few core predicates.
// Negative operators are a flag (`negated`), so they are complements by construction. Evaluators read this tree only.
// Immutable once made.

#include "base/decimal.h"
#include "base/ids.h"
#include "calendar/window.h"
#include "language/tree.h"
#include "model/value.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wanamaker {

struct TypedExpression;
struct TypedOperand;
using ExpressionPtr = std::shared_ptr<const TypedExpression>;  // immutable once made; shared so that the type may be incomplete here

enum class PathKind : std::uint8_t {
  contact_attribute, contact_id, account_attribute, account_id, account_link, property, event_time, field, record_id, previous_property, previous_time
};
// self: the contact that is decided (in a filter of `account contact`: the colleague); asked: the contact asked about there.
enum class ContactRole : std::uint8_t { self, asked };

struct TypedPath {
  PathKind kind = PathKind::contact_attribute;
  ContactRole role = ContactRole::self;
  ValueType type = ValueType::text;
  AttributeId attribute = {};
  std::vector<std::optional<AttributeId>> by_event = {};  // property, previous_property: by EventTypeId
};

// A text literal with all its comparison forms.
struct TextLiteral {
  std::string text;
  std::string key;
  std::string bare;  // key without accents
};
TextLiteral text_literal(const std::string& text);

enum class SourceClass : std::uint8_t { events, contact_records, account_records, colleagues };
struct TypedSource {
  SourceClass kind = SourceClass::events;
  std::vector<EventTypeId> events = {};  // events: ascending by id
  RecordTypeId record = {};
  ExpressionPtr where = {};
  Window window = {};
};

enum class OperandKind : std::uint8_t { path, literal, aggregate, count, property_of, time_of, days_since, part, arithmetic, negate, tile };
struct TypedOperand {
  OperandKind kind = OperandKind::path;
  ValueType type = ValueType::number;
  Span span = {};
  std::string text = {};                            // canonical text, for explanations
  TypedPath path = {};                              // path, part
  Value literal = {};                               // literal
  TextLiteral text_literal = {};                    // literal of type text
  AggregateFunction function = {};                  // aggregate
  TypedPath property = {};                          // aggregate, property_of (property or field)
  TypedSource source = {};                          // aggregate, count, property_of, time_of, days_since
  Which which = {};                                 // property_of, time_of, days_since
  TimePart part = {};                               // part
  ArithmeticOperator arithmetic = {};               // arithmetic
  std::vector<TypedOperand> operands = {};          // arithmetic: two; negate: one; tile: the metric
  TileKind tile = {};                               // tile
  ExpressionPtr among = {};                         // tile; null: everyone
  std::uint32_t ranking_id = 0;                     // tile: index into Definition::rankings
};

enum class CoreTest : std::uint8_t {
  equals, less, at_most, greater, at_least, between, in, in_set, contains, starts_with, ends_with, matches,
  is_known, is_true, is_false, window, anniversary, has_any, has_all, has_at_least, within_km
};

enum class ExpressionKind : std::uint8_t {
  all_of, any_of, inverse, constant, at_least_of, did, sequence, moment, related, segment, list, ranking, random, has_been, changed, compare
};

// Whose entries a `list` node asks about: a static list's, or those that people made beside the rule of a segment (model/overrides.h).
enum class ListKind : std::uint8_t { list, added_by_hand, removed_by_hand };

struct TypedStep {
  StepKind kind = StepKind::start;
  TypedSource source;
  TimeSpan gap;
  std::int64_t upper = 0;
};

struct TypedExpression {
  ExpressionKind kind = ExpressionKind::constant;
  bool negated = false;                             // compare: the complement
  Span span = {};
  std::string text = {};                            // canonical text of this node, for counts and explanations
  std::vector<TypedExpression> children = {};       // all_of, any_of, inverse, at_least_of; segment: its rule, or by_hand() where it has overrides
  bool constant = false;                            // constant
  std::int64_t number = 0;                          // at_least_of, related; ranking: size in contacts; did: N
  std::int64_t upper = 0;                           // did between
  Count count = {};                                 // did: kind and unit (numbers resolved below)
  std::int64_t units_needed = 0, units_looked_at = 0;  // did regular
  TypedSource source = {};                          // did, moment, related
  std::vector<TypedStep> steps = {};                // sequence
  bool from_first = false;                          // sequence
  Window window = {};                               // sequence, moment, changed, compare (window, anniversary)
  Which which = {};                                 // moment
  Quantifier quantifier = {};                       // related
  std::string key = {};                             // segment, list; random: the salt
  ListKind list_kind = ListKind::list;              // list
  RankEnd end = {};                                 // ranking
  bool by_percent = false;                          // ranking
  Decimal percent = {};                             // ranking, random
  ExpressionPtr among = {};                         // ranking; null: everyone
  std::uint32_t ranking_id = 0;                     // ranking: index into Definition::rankings
  TypedPath path = {};                              // has_been, changed
  std::vector<TypedOperand> operands = {};          // compare: left, then the right side; ranking: the metric
  std::vector<Value> values = {};                   // has_been: value; changed: from, to (missing Value where not given)
  bool has_from = false, has_to = false;            // changed
  RunLength run_length = {};                        // has_been
  TimeSpan span_of_time = {};                       // has_been
  CoreTest test = {};                               // compare
  TextCompare compare = {};                         // compare of texts and sets
  std::vector<TextLiteral> texts = {};              // compare: in_set values
};

// Of a segment node: the parts of `added by hand or (rule and not removed by hand)`. Nothing where the segment has no overrides.
struct ByHandParts {
  const TypedExpression& added;
  const TypedExpression& rule;
  const TypedExpression& removed;
};
inline std::optional<ByHandParts> by_hand_parts(const TypedExpression& segment) {
  const TypedExpression& either = segment.children[0];
  if (either.kind != ExpressionKind::any_of || either.children[0].list_kind != ListKind::added_by_hand) return std::nullopt;
  return ByHandParts{either.children[0], either.children[1].children[0], either.children[1].children[1].children[0]};
}

struct Warning {
  Span span;
  std::string message;
};

// A definition ready to be evaluated.
struct Definition {
  TypedExpression root;
  std::string text;                // canonical text
  std::vector<Warning> warnings;
  std::uint32_t rankings = 0;      // number of ranking and tile nodes
  bool ranks() const { return rankings > 0; }
};

}  // namespace wanamaker
