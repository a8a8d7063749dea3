#include "language/checker.h"

#include "language/checker_rules.h"
#include "language/diagnostic.h"
#include "language/formatter.h"
#include "language/json_form.h"
#include "language/parser.h"
#include "language/warnings.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {

std::unexpected<Error> CheckerRules::error_at(Span span, std::string message, std::string hint) const {
  return fail(diagnose(source_, span, std::move(message), std::move(hint)));
}

std::unexpected<Error> CheckerRules::unknown_at(Span span, std::string_view what, const std::string& name, const std::vector<std::string>& known) const {
  const std::string near = nearest(name, known);
  return error_at(span, fmt::format("unknown {} '{}'", what, name), near.empty() ? "" : fmt::format("Did you mean '{}'?", near));
}

std::unexpected<Error> CheckerRules::refuse_whole(Span span, std::string message, std::string hint) {
  concerns_whole_ = true;
  return error_at(span, std::move(message), std::move(hint));
}

Result<void> CheckerRules::enter(Span span) {
  if (++nodes_ > kResolvedNodesMax) return refuse_whole(span, fmt::format("with its segments this definition has more than {} conditions", kResolvedNodesMax));
  if (++level_ > kResolvedLevelsMax) {
    return refuse_whole(span, fmt::format("with its segments this definition is more than {} levels deep", kResolvedLevelsMax),
                        "write its deepest part flatter, or turn a segment in it into a list");
  }
  return {};
}

TypedExpression CheckerRules::made(ExpressionKind kind) const {
  TypedExpression result;
  result.kind = kind;
  return result;
}

Result<TypedExpression> CheckerRules::expression(const Expression& expression) {
  WM_CHECK_OK(enter(expression.span));
  if (scope_.place != Place::contact) WM_CHECK_OK(refuse_in_filter(expression));
  const Span span = expression.span;
  const auto run = [&]() -> Result<TypedExpression> {
    if (const auto* node = std::get_if<And>(&expression.node)) return junction(node->children, ExpressionKind::all_of);
    if (const auto* node = std::get_if<Or>(&expression.node)) return junction(node->children, ExpressionKind::any_of);
    if (const auto* node = std::get_if<Not>(&expression.node)) {
      TypedExpression result = made(ExpressionKind::inverse);
      WM_TRY(TypedExpression child, this->expression(*node->child));
      result.children.push_back(std::move(child));
      return result;
    }
    if (std::holds_alternative<Everyone>(expression.node) || std::holds_alternative<NoOne>(expression.node)) {
      TypedExpression result = made(ExpressionKind::constant);
      result.constant = std::holds_alternative<Everyone>(expression.node);
      return result;
    }
    if (const auto* node = std::get_if<AtLeastOf>(&expression.node)) {
      WM_TRY(TypedExpression result, junction(node->children, ExpressionKind::at_least_of));
      WM_TRY(result.number, whole(node->number, 0, "'at least'"));
      return result;
    }
    if (const auto* node = std::get_if<Did>(&expression.node)) return did(*node, span);
    if (const auto* node = std::get_if<Sequence>(&expression.node)) return sequence(*node);
    if (const auto* node = std::get_if<Moment>(&expression.node)) {
      TypedExpression result = made(ExpressionKind::moment);
      result.which = node->which;
      WM_TRY(result.source, events(node->source));
      WM_TRY(result.window, event_window(node->was));
      return result;
    }
    if (const auto* node = std::get_if<Related>(&expression.node)) return related(*node, span);
    if (const auto* node = std::get_if<Membership>(&expression.node)) return membership(*node, span);
    if (const auto* node = std::get_if<Ranking>(&expression.node)) return ranking(*node, span);
    if (const auto* node = std::get_if<Random>(&expression.node)) return random_share(*node, span);
    if (const auto* node = std::get_if<HasBeen>(&expression.node)) return has_been(*node, span);
    if (const auto* node = std::get_if<Changed>(&expression.node)) return changed(*node, span);
    return comparison(std::get<Comparison>(expression.node), span);
  };
  WM_TRY(TypedExpression result, run());
  leave();
  result.span = span;
  result.text = format(expression);
  return result;
}

Result<void> CheckerRules::refuse_in_filter(const Expression& expression) {
  const bool allowed = std::holds_alternative<And>(expression.node) || std::holds_alternative<Or>(expression.node) || std::holds_alternative<Not>(expression.node) ||
                       std::holds_alternative<AtLeastOf>(expression.node) || std::holds_alternative<Comparison>(expression.node);
  if (allowed) return {};
  return error_at(expression.span, fmt::format("a filter of {} holds comparisons, and, or, not, and at least N of", scope_.place == Place::event_filter ? "events" : "records"),
                  "move this condition out of the brackets");
}

Result<std::vector<TypedExpression>> CheckerRules::all(const std::vector<Expression>& children) {
  std::vector<TypedExpression> result;
  for (const Expression& child : children) {
    WM_TRY(TypedExpression typed, expression(child));
    result.push_back(std::move(typed));
  }
  return result;
}

Result<TypedExpression> CheckerRules::junction(const std::vector<Expression>& children, ExpressionKind kind) {
  TypedExpression result = made(kind);
  WM_TRY(result.children, all(children));
  return result;
}

Result<TypedExpression> CheckerRules::did(const Did& node, Span span) {
  TypedExpression result = made(ExpressionKind::did);
  WM_TRY(result.source, events(node.source));
  result.count = node.count;
  WM_TRY(result.number, whole(node.count.number, 0, "the count"));
  if (node.count.kind == CountKind::between) {
    WM_TRY(result.upper, whole(node.count.upper, 0, "the count"));
    if (result.upper < result.number) return error_at(span, "range is empty: it ends before it starts");
  }
  if (node.count.kind == CountKind::regular) {
    WM_TRY(result.units_needed, whole(node.count.units_needed, 0, "'in at least'"));
    WM_TRY(result.units_looked_at, whole(node.count.units_looked_at, 1, "'of last'"));
    if (result.units_looked_at > 10'000) return error_at(span, "'of last' looks at no more than 10000 units");
  }
  return result;
}

Result<TypedExpression> CheckerRules::sequence(const Sequence& node) {
  TypedExpression result = made(ExpressionKind::sequence);
  result.from_first = node.from_first;
  WM_TRY(result.window, event_window(node.window));
  result.steps.reserve(node.steps.size());  // filters refer to the events of the step before
  for (const Step& step : node.steps) {
    TypedStep typed;
    typed.kind = step.kind;
    const Scope outer = scope_;
    scope_.previous = result.steps.empty() ? nullptr : &result.steps.back().source.events;
    WM_TRY(typed.source, events(step.source));
    scope_ = outer;
    if (step.kind != StepKind::start) {
      WM_TRY(typed.gap, span_of_time(step.gap, step.kind == StepKind::later ? 0 : 1));
    }
    if (step.kind == StepKind::later) {
      WM_TRY(typed.upper, whole(step.upper, 1, "'between … later'"));
      if (typed.upper < typed.gap.number) return error_at(step.source.span, "range is empty: it ends before it starts");
    }
    result.steps.push_back(std::move(typed));
  }
  return result;
}

Result<TypedExpression> CheckerRules::related(const Related& node, Span) {
  TypedExpression result = made(ExpressionKind::related);
  result.quantifier = node.quantifier;
  WM_TRY(result.number, node.quantifier == Quantifier::at_least ? whole(node.number, 0, "'at least'") : Result<std::int64_t>(1));
  WM_TRY(result.source, records(node.source));
  return result;
}

Result<TypedExpression> CheckerRules::membership(const Membership& node, Span span) {
  const Catalog& catalog = context_.catalog;
  const auto segment = catalog.segments.find(node.key);
  const bool is_list = catalog.lists.contains(node.key);
  if (is_list) {
    if (!node.parameters.empty()) return error_at(span, fmt::format("'{}' is a list: it takes no parameters", node.key));
    TypedExpression result = made(ExpressionKind::list);
    result.key = node.key;
    return result;
  }
  std::vector<std::string> keys;
  for (const auto& [key, _] : catalog.lists) keys.push_back(key);
  const bool own = !context_.own_key.empty() && node.key == context_.own_key;
  if (segment == catalog.segments.end() && !own) {
    if (node.kind == MembershipKind::segment) for (const auto& [key, _] : catalog.segments) keys.push_back(key);
    auto error = unknown_at(span, node.kind == MembershipKind::segment ? "segment" : "list", node.key, keys);
    error.error().code = ErrorCode::not_found;
    return error;
  }
  if (node.kind == MembershipKind::list) return error_at(span, fmt::format("'{}' is a dynamic segment, not a list", node.key), fmt::format("write in segment \"{}\"", node.key));
  for (std::size_t i = 0; i < segment_path_.size(); ++i) {
    if (segment_path_[i] != node.key) continue;
    std::string cycle;
    for (std::size_t k = i; k < segment_path_.size(); ++k) cycle += segment_path_[k] + " → ";
    return refuse_whole(span, fmt::format("segment cycle: {}{}", cycle, node.key));
  }
  if (segment_path_.size() >= kSegmentDepthMax) return refuse_whole(span, fmt::format("segments are nested more than {} deep", kSegmentDepthMax));
  WM_TRY(auto values, arguments(node, segment->second, span));
  auto tree = parse_expression(segment->second.text);
  if (!tree) return tree.error().code == ErrorCode::invalid ? error_at(span, fmt::format("segment '{}' cannot be read: {}", node.key, tree.error().message)) : fail(tree.error());
  // The rule of the other segment is read with its own text, parameters and scope.
  std::swap(parameters_, values);
  const std::string_view outer_source = source_;
  const Scope outer_scope = scope_;
  source_ = segment->second.text;
  scope_ = {.restricted = outer_scope.restricted};
  segment_path_.push_back(node.key);
  auto rule = expression(*tree);
  segment_path_.pop_back();
  source_ = outer_source;
  scope_ = outer_scope;
  std::swap(parameters_, values);
  if (!rule) return error_at(span, concerns_whole_ ? rule.error().message : fmt::format("in segment '{}': {}", node.key, rule.error().message), rule.error().hint);
  TypedExpression result = made(ExpressionKind::segment);
  result.key = node.key;
  // An instance with other values is another set: what people did to the segment itself does not reach it.
  const bool is_itself = node.parameters.empty() && !segment->second.overrides.empty();
  result.children.push_back(is_itself ? with_overrides(*std::move(rule), node.key) : *std::move(rule));
  return result;
}

// added or (rule and not removed): in nodes that every evaluator knows.
TypedExpression CheckerRules::with_overrides(TypedExpression rule, const std::string& key) const {
  const std::string name = format(Literal{.value = key});
  const auto node = [&](ExpressionKind kind, std::string text, ListKind list_kind = ListKind::list) {
    TypedExpression result = made(kind);
    result.text = std::move(text);
    result.span = rule.span;
    result.list_kind = list_kind;
    if (kind == ExpressionKind::list) result.key = key;
    return result;
  };
  TypedExpression kept = node(ExpressionKind::inverse, fmt::format("not removed by hand from segment {}", name));
  kept.children.push_back(node(ExpressionKind::list, fmt::format("removed by hand from segment {}", name), ListKind::removed_by_hand));
  TypedExpression by_rule = node(ExpressionKind::all_of, fmt::format("by the rule of segment {}, and not removed by hand", name));
  TypedExpression either = node(ExpressionKind::any_of, fmt::format("in segment {} by rule or by hand", name));
  either.children.push_back(node(ExpressionKind::list, fmt::format("added by hand to segment {}", name), ListKind::added_by_hand));
  by_rule.children.push_back(std::move(rule));
  by_rule.children.push_back(std::move(kept));
  either.children.push_back(std::move(by_rule));
  return either;
}

Result<std::map<std::string, Value>> CheckerRules::arguments(const Membership& node, const Segment& segment, Span span) {
  std::map<std::string, Value> values;
  std::vector<std::string> names;
  for (const SegmentParameter& parameter : segment.parameters) {
    values[parameter.name] = parameter.value;
    names.push_back(parameter.name);
  }
  for (const auto& [name, argument] : node.parameters) {
    const auto parameter = std::ranges::find(segment.parameters, name, &SegmentParameter::name);
    if (parameter == segment.parameters.end()) return unknown_at(span, "parameter", name, names);
    WM_TRY(Value value, typed_literal(argument, parameter->type, fmt::format("parameter {}", name)));
    values[name] = std::move(value);
  }
  return values;
}

Result<TypedExpression> CheckerRules::ranking(const Ranking& node, Span span) {
  if (scope_.restricted) return error_at(span, "a filter of 'account contact' does not rank");
  TypedExpression result = made(ExpressionKind::ranking);
  result.end = node.end;
  if (const auto* percent = std::get_if<Literal>(&node.size)) {
    WM_TRY(Value share, typed_literal(*percent, ValueType::number, "the share"));
    result.percent = std::get<Decimal>(share);
    result.by_percent = true;
    if (result.percent <= Decimal(0) || result.percent > Decimal(100)) return error_at(percent->span, "a ranking takes more than 0 and at most 100 percent");
  } else {
    WM_TRY(result.number, whole(std::get<WholeNumber>(node.size), 1, "the size of a ranking"));
  }
  WM_TRY(TypedOperand metric, operand(*node.metric));
  const bool ordered = metric.type == ValueType::number || metric.type == ValueType::date || metric.type == ValueType::timestamp;
  if (!ordered) return error_at(node.metric->span, fmt::format("'{}' is {}: a ranking needs numbers, dates or timestamps", metric.text, name_of(metric.type)));
  result.operands.push_back(std::move(metric));
  if (node.among) {
    WM_TRY(TypedExpression population, expression(**node.among));
    result.among = std::make_unique<TypedExpression>(std::move(population));
  }
  result.ranking_id = rankings_++;
  return result;
}

Result<TypedExpression> CheckerRules::random_share(const Random& node, Span) {
  TypedExpression result = made(ExpressionKind::random);
  WM_TRY(Value share, typed_literal(node.percent, ValueType::number, "the share"));
  result.percent = std::get<Decimal>(share);
  if (result.percent < Decimal(0) || result.percent > Decimal(100)) return error_at(node.percent.span, "a share lies between 0 and 100 percent");
  result.key = node.salt;
  return result;
}

Result<TypedPath> CheckerRules::history_path(const Path& of, Span span) {
  if (of.scope != PathScope::bare && of.scope != PathScope::contact) return error_at(of.span, "history is kept for attributes of contacts only");
  WM_TRY(TypedPath result, path(of));
  if (result.kind == PathKind::contact_id) return error_at(of.span, "the id of a contact has no history");
  const Attribute& attribute = context_.schema.contact.at(result.attribute);
  if (attribute.history == History::kept) return result;
  return error_at(span, fmt::format("the history of '{}' is not kept", attribute.name),
                  fmt::format("keep it from now on with: wanamaker schema set {} --type {} --history, or import with --changed-at", attribute.name, name_of(attribute.type)));
}

Result<TypedExpression> CheckerRules::has_been(const HasBeen& node, Span span) {
  TypedExpression result = made(ExpressionKind::has_been);
  WM_TRY(result.path, history_path(node.path, span));
  WM_TRY(Value value, typed_literal(node.value, result.path.type, node.path.name.text));
  result.values.push_back(std::move(value));
  result.run_length = node.length;
  WM_TRY(result.span_of_time, span_of_time(node.duration));
  return result;
}

Result<TypedExpression> CheckerRules::changed(const Changed& node, Span span) {
  TypedExpression result = made(ExpressionKind::changed);
  WM_TRY(result.path, history_path(node.path, span));
  result.values.resize(2);
  if (node.from) {
    WM_TRY(result.values[0], typed_literal(*node.from, result.path.type, node.path.name.text));
    result.has_from = true;
  }
  if (node.to) {
    WM_TRY(result.values[1], typed_literal(*node.to, result.path.type, node.path.name.text));
    result.has_to = true;
  }
  WM_TRY(result.window, event_window(node.window));
  return result;
}

Result<Definition> check(const Expression& tree, std::string_view source, const CheckContext& context) {
  CheckerRules rules(source, context);
  Definition definition;
  WM_TRY(definition.root, rules.expression(tree));
  definition.text = format(tree);
  definition.rankings = rules.rankings();
  definition.warnings = warnings_for(definition.root);
  return definition;
}

Result<Definition> compile_saved(const std::string& key, const Schema& schema, const Catalog& catalog) {
  const Segment& segment = catalog.segments.at(key);
  if (segment.overrides.empty()) return compile(segment.text, {.schema = schema, .catalog = catalog, .parameters = segment.parameters});
  return compile("in segment " + format(Literal{.value = key}), {.schema = schema, .catalog = catalog});
}

Result<Definition> compile(std::string_view source, const CheckContext& context) {
  WM_TRY(Expression tree, parse_definition(source));
  const std::size_t first = source.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || source[first] != '{') return check(tree, source, context);
  // A tree from JSON is told about in its text form.
  const std::string text = format(tree);
  WM_TRY(Expression parsed, parse_expression(text));
  return check(parsed, text, context);
}

}  // namespace wanamaker
