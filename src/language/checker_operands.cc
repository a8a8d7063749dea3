// Sources and operands against the schema.

#include "base/text/fold.h"
#include "language/checker_rules.h"
#include "language/formatter.h"
#include "language/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {

Result<ExpressionPtr> CheckerRules::filter(const Source& source, Scope scope) {
  if (!source.where) return ExpressionPtr();
  const Scope outer = scope_;
  scope_ = scope;
  WM_TRY(TypedExpression where, expression(**source.where));
  scope_ = outer;
  return std::make_unique<TypedExpression>(std::move(where));
}

Result<TypedSource> CheckerRules::events(const Source& source) {
  TypedSource result;
  if (source.kind == SourceKind::any_event) {
    for (std::uint32_t i = 0; i < context_.schema.events.size(); ++i) result.events.push_back({i});
  } else {
    for (const Name& name : source.names) {
      WM_TRY(const EventTypeId event, event_type(name));
      result.events.push_back(event);
    }
    std::ranges::sort(result.events);
    result.events.erase(std::ranges::unique(result.events).begin(), result.events.end());
  }
  WM_TRY(result.where, filter(source, Scope{.place = Place::event_filter, .events = &result.events, .previous = scope_.previous, .record = {}, .among_colleagues = scope_.among_colleagues, .restricted = scope_.restricted}));
  WM_TRY(result.window, event_window(source.window));
  return result;
}

Result<TypedSource> CheckerRules::records(const Source& source) {
  TypedSource result;
  if (source.window.kind != WindowKind::ever) return error_at(source.window.span, "a window is not for records: their dates are tested in the filter", "such as: any invoice (due in next 7 days)");
  if (source.kind == SourceKind::account_contacts) {
    if (scope_.restricted) return error_at(source.span, "a filter of 'account contact' does not ask for colleagues again");
    result.kind = SourceClass::colleagues;
    const std::uint32_t rankings_before = rankings_;
    WM_TRY(result.where, filter(source, Scope{.place = Place::contact, .among_colleagues = true, .restricted = true}));
    if (rankings_ != rankings_before) return error_at(source.span, "a filter of 'account contact' does not rank");
    return result;
  }
  result.kind = source.kind == SourceKind::account_records ? SourceClass::account_records : SourceClass::contact_records;
  std::vector<std::string> known;
  for (const RecordType& type : context_.schema.records) known.push_back(type.name);
  const Name& name = source.names.front();
  if (matching(name, known).empty()) {
    for (const EventType& type : context_.schema.events) {
      if (equal_folded(type.name, name.text)) return error_at(name.span, fmt::format("'{}' is an event, not a record type", type.name), fmt::format("write did {}", format(Source{.names = {Name{type.name, !can_stand_bare(type.name)}}})));
    }
  }
  WM_TRY(const std::string found, one_of(name, known, "record type"));
  result.record = *context_.schema.find_record(found);
  WM_TRY(result.where, filter(source, Scope{.place = Place::record_filter, .record = result.record, .among_colleagues = scope_.among_colleagues, .restricted = scope_.restricted}));
  return result;
}

// Events, or records of a type: the schema tells which.
Result<TypedSource> CheckerRules::source(const Source& source) {
  if (source.kind == SourceKind::account_records || source.kind == SourceKind::account_contacts) return records(source);
  if (source.kind == SourceKind::named && source.names.size() == 1) {
    std::vector<std::string> record_types;
    for (const RecordType& type : context_.schema.records) record_types.push_back(type.name);
    if (!matching(source.names.front(), record_types).empty()) return records(source);
  }
  return events(source);
}

Result<TypedOperand> CheckerRules::operand(const Operand& written) {
  WM_CHECK_OK(enter(written.span));
  const bool in_filter = scope_.place != Place::contact;
  const auto run = [&]() -> Result<TypedOperand> {
    if (const auto* node = std::get_if<Path>(&written.node)) {
      TypedOperand result{.kind = OperandKind::path};
      WM_TRY(result.path, path(*node));
      result.type = result.path.type;
      return result;
    }
    if (const auto* node = std::get_if<Literal>(&written.node)) {
      TypedOperand result{.kind = OperandKind::literal};
      WM_TRY(result.literal, literal(*node));
      result.type = type_of(result.literal);
      if (const auto* text = std::get_if<std::string>(&result.literal)) result.text_literal = text_literal(*text);
      return result;
    }
    if (const auto* node = std::get_if<PartOf>(&written.node)) return part_of(*node, written.span);
    if (const auto* node = std::get_if<Arithmetic>(&written.node)) return arithmetic(*node);
    if (const auto* node = std::get_if<Negate>(&written.node)) {
      TypedOperand result{.kind = OperandKind::negate};
      WM_TRY(TypedOperand inner, operand(*node->operand));
      WM_CHECK_OK(need_number(inner, "'-'"));
      result.operands.push_back(std::move(inner));
      return result;
    }
    if (in_filter) return error_at(written.span, "a filter compares values of one event or record: counts, sums and rankings do not stand in it", "move this condition out of the brackets");
    if (const auto* node = std::get_if<Aggregate>(&written.node)) return aggregate(*node, written.span);
    if (const auto* node = std::get_if<CountOf>(&written.node)) {
      TypedOperand result{.kind = OperandKind::count};
      WM_TRY(result.source, source(node->source));
      return result;
    }
    if (const auto* node = std::get_if<PropertyOf>(&written.node)) return first_last(OperandKind::property_of, node->which, node->source, &node->property);
    if (const auto* node = std::get_if<TimeOf>(&written.node)) return first_last(OperandKind::time_of, node->which, node->source, nullptr);
    if (const auto* node = std::get_if<DaysSince>(&written.node)) return first_last(OperandKind::days_since, node->which, node->source, nullptr);
    return tile(std::get<Tile>(written.node), written.span);
  };
  WM_TRY(TypedOperand result, run());
  leave();
  result.span = written.span;
  result.text = format(written);
  return result;
}

// The property or field that an aggregate measures.
Result<TypedPath> CheckerRules::measured(const Name& name, const TypedSource& source) {
  switch (source.kind) {
    case SourceClass::events: return property_path(name, source.events, PathKind::property);
    case SourceClass::contact_records:
    case SourceClass::account_records: return field_path(name, source.record);
    case SourceClass::colleagues: return contact_path(name, ContactRole::self);
  }
  return error_at(name.span, "this cannot be measured");
}

Result<TypedOperand> CheckerRules::aggregate(const Aggregate& node, Span) {
  TypedOperand result{.kind = OperandKind::aggregate};
  result.function = node.function;
  WM_TRY(result.source, source(node.source));
  WM_TRY(result.property, measured(node.property, result.source));
  const ValueType type = result.property.type;
  const bool dated = type == ValueType::date || type == ValueType::timestamp;
  switch (node.function) {
    case AggregateFunction::sum:
    case AggregateFunction::average:
      if (type != ValueType::number) return error_at(node.property.span, fmt::format("'{}' is {}; '{}' works on numbers", node.property.text, name_of(type), name_of(node.function)));
      return result;
    case AggregateFunction::minimum:
    case AggregateFunction::maximum:
      if (type != ValueType::number && !dated) return error_at(node.property.span, fmt::format("'{}' is {}; '{}' works on numbers, dates and timestamps", node.property.text, name_of(type), name_of(node.function)));
      result.type = type;
      return result;
    case AggregateFunction::distinct:
      return result;
  }
  return result;
}

Result<TypedOperand> CheckerRules::first_last(OperandKind kind, Which which, const Source& from, const Name* property) {
  TypedOperand result{.kind = kind};
  result.which = which;
  if (from.kind == SourceKind::account_records || from.kind == SourceKind::account_contacts) return error_at(from.span, "first and last are for events: records have no order", "use minimum or maximum of a date");
  WM_TRY(result.source, events(from));
  if (property != nullptr) {
    WM_TRY(result.property, property_path(*property, result.source.events, PathKind::property));
    result.type = result.property.type;
  } else if (kind == OperandKind::time_of) {
    result.type = ValueType::timestamp;
  }
  return result;
}

Result<TypedOperand> CheckerRules::part_of(const PartOf& node, Span) {
  TypedOperand result{.kind = OperandKind::part};
  result.part = node.part;
  WM_TRY(result.path, path(node.path));
  const ValueType type = result.path.type;
  const std::string subject = format(Operand{.node = node.path});
  if (type != ValueType::date && type != ValueType::timestamp) return error_at(node.path.span, fmt::format("'{}' is {}; '{} of' works on dates and timestamps", subject, name_of(type), name_of(node.part)));
  if (node.part == TimePart::hour && type == ValueType::date) return error_at(node.path.span, fmt::format("'{}' is a date; 'hour of' works on timestamps", subject));
  if (node.part == TimePart::weekday) result.type = ValueType::text;
  return result;
}

Result<void> CheckerRules::need_number(const TypedOperand& operand, std::string_view what) {
  if (operand.type == ValueType::number && operand.path.kind != PathKind::account_link) return {};
  return error_at(operand.span, fmt::format("'{}' is {}; {} works on numbers", operand.text, name_of(operand.type), what));
}

Result<TypedOperand> CheckerRules::arithmetic(const Arithmetic& node) {
  TypedOperand result{.kind = OperandKind::arithmetic};
  result.arithmetic = node.op;
  for (const Operand* side : {&*node.left, &*node.right}) {
    WM_TRY(TypedOperand typed, operand(*side));
    WM_CHECK_OK(need_number(typed, fmt::format("'{}'", symbol_of(node.op))));
    result.operands.push_back(std::move(typed));
  }
  return result;
}

Result<TypedOperand> CheckerRules::tile(const Tile& node, Span span) {
  if (scope_.restricted) return error_at(span, "a filter of 'account contact' does not rank");
  TypedOperand result{.kind = OperandKind::tile};
  result.tile = node.kind;
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

}  // namespace wanamaker
