#pragma once
// The checker's rules as one class: checker.cc has expressions, checker_names.cc names, paths, literals and windows,
// checker_operands.cc sources and operands, checker_comparison.cc comparisons. Inside language/ only.

#include "language/checker.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

// Of a definition with its segments resolved. Checker and evaluators go as deep as the tree does: 512 levels take a quarter
// of the 8 MiB of stack that a thread has; a chain of 32 segments of 64 levels each, or sums without end, would take more.
inline constexpr int kResolvedLevelsMax = 512;
inline constexpr int kResolvedNodesMax = 100'000;
inline constexpr std::size_t kSegmentDepthMax = 32;

// As it stands in a sentence: a number.
std::string_view with_article(ValueType type);

class CheckerRules {
 public:
  CheckerRules(std::string_view source, const CheckContext& context) : source_(source), context_(context) {
    for (const SegmentParameter& parameter : context.parameters) parameters_[parameter.name] = parameter.value;
    if (!context.own_key.empty()) segment_path_.push_back(context.own_key);
  }

  Result<TypedExpression> expression(const Expression& expression);
  std::uint32_t rankings() const { return rankings_; }

 private:
  // Where a name is looked up.
  enum class Place : std::uint8_t { contact, event_filter, record_filter };
  struct Scope {
    Place place = Place::contact;
    const std::vector<EventTypeId>* events = nullptr;    // event_filter
    const std::vector<EventTypeId>* previous = nullptr;  // event_filter of a later step
    RecordTypeId record = {};                            // record_filter
    bool among_colleagues = false;                       // inside a filter of `account contact`: `contact.x` is the one asked about
    bool restricted = false;                             // the same, segments used there included: no ranking, no colleagues
  };

  // checker.cc
  Result<std::vector<TypedExpression>> all(const std::vector<Expression>& children);
  Result<TypedExpression> junction(const std::vector<Expression>& children, ExpressionKind kind);
  Result<TypedExpression> did(const Did& node, Span span);
  Result<TypedExpression> sequence(const Sequence& node);
  Result<TypedExpression> related(const Related& node, Span span);
  Result<TypedExpression> membership(const Membership& node, Span span);
  Result<std::map<std::string, Value>> arguments(const Membership& node, const Segment& segment, Span span);
  Result<TypedExpression> ranking(const Ranking& node, Span span);
  Result<TypedExpression> random_share(const Random& node, Span span);
  Result<TypedExpression> has_been(const HasBeen& node, Span span);
  Result<TypedExpression> changed(const Changed& node, Span span);
  Result<TypedPath> history_path(const Path& path, Span span);
  Result<void> refuse_in_filter(const Expression& expression);

  // checker_names.cc
  Result<TypedPath> path(const Path& path);
  Result<TypedPath> contact_path(const Name& name, ContactRole role);
  Result<TypedPath> account_path(const Name& name);
  Result<TypedPath> property_path(const Name& name, const std::vector<EventTypeId>& events, PathKind kind);
  Result<TypedPath> field_path(const Name& name, RecordTypeId record);
  Result<EventTypeId> event_type(const Name& name);
  std::vector<std::string> matching(const Name& name, const std::vector<std::string>& known) const;
  Result<std::string> one_of(const Name& name, const std::vector<std::string>& known, std::string_view what);
  Result<Value> literal(const Literal& literal);
  Result<Value> typed_literal(const Literal& literal, ValueType type, std::string_view subject);
  Result<std::int64_t> whole(const WholeNumber& number, std::int64_t least, std::string_view what);
  Result<TimeSpan> span_of_time(const Duration& duration, std::int64_t least = 1);
  Result<Window> window(const WindowNode& node);
  Result<Window> event_window(const WindowNode& node);
  Result<void> bounds(const WindowNode& node, Window& window);

  // checker_operands.cc
  Result<TypedSource> events(const Source& source);
  Result<TypedSource> records(const Source& source);
  Result<TypedSource> source(const Source& source);
  Result<ExpressionPtr> filter(const Source& source, Scope scope);
  Result<TypedOperand> operand(const Operand& operand);
  Result<TypedOperand> aggregate(const Aggregate& node, Span span);
  Result<TypedPath> measured(const Name& name, const TypedSource& source);
  Result<TypedOperand> first_last(OperandKind kind, Which which, const Source& source, const Name* property);
  Result<TypedOperand> part_of(const PartOf& node, Span span);
  Result<TypedOperand> arithmetic(const Arithmetic& node);
  Result<TypedOperand> tile(const Tile& node, Span span);
  Result<void> need_number(const TypedOperand& operand, std::string_view what);

  // checker_comparison.cc
  Result<TypedExpression> comparison(const Comparison& node, Span span);
  Result<void> shape(const Comparison& node, Span span, TypedExpression& result);
  Result<void> ordered(const Comparison& node, Span span, TypedExpression& result);
  Result<void> text_test(const Comparison& node, Span span, TypedExpression& result);
  Result<void> value_list(const Comparison& node, Span span, TypedExpression& result);
  Result<void> value_set(const Comparison& node, Span span, TypedExpression& result);
  Result<void> window_test(const Comparison& node, Span span, TypedExpression& result);
  Result<void> set_test(const Comparison& node, Span span, TypedExpression& result);
  Result<void> distance_test(const Comparison& node, Span span, TypedExpression& result);
  Result<TypedOperand> right_operand(const Operand& operand, const TypedOperand& left, const Comparison& node);
  std::unexpected<Error> wrong_type(const TypedOperand& left, std::string_view test, std::string_view works_on) const;

  std::unexpected<Error> error_at(Span span, std::string message, std::string hint = {}) const;
  std::unexpected<Error> unknown_at(Span span, std::string_view what, const std::string& name, const std::vector<std::string>& known) const;
  // An error of the definition as a whole, its segments resolved: it is told as it is, however deep in segments it was met.
  std::unexpected<Error> refuse_whole(Span span, std::string message, std::string hint = {});
  // Around each expression and operand: counts it, and how deep it stands.
  Result<void> enter(Span span);
  void leave() { --level_; }
  TypedExpression made(ExpressionKind kind) const;
  // The rule of a segment with its overrides around it.
  TypedExpression with_overrides(TypedExpression rule, const std::string& key) const;

  std::string_view source_;
  const CheckContext& context_;
  std::map<std::string, Value> parameters_;
  std::vector<std::string> segment_path_;
  Scope scope_;
  std::uint32_t rankings_ = 0;
  int nodes_ = 0;
  int level_ = 0;
  bool concerns_whole_ = false;
};

}  // namespace wanamaker
