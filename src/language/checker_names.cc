// Names, literals and windows against schema and parameters.

#include "base/text/fold.h"
#include "language/checker_rules.h"
#include "language/diagnostic.h"
#include "language/formatter.h"
#include "language/words.h"
#include "model/naming.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

std::vector<std::string> names_of(const AttributeTable& table) {
  std::vector<std::string> names;
  for (const Attribute& attribute : table.all()) names.push_back(attribute.name);
  return names;
}

bool names_id(const Name& name) { return name.exact ? name.text == "id" : ascii_lower(name.text) == "id"; }

}  // namespace

std::string_view with_article(ValueType type) {
  switch (type) {
    case ValueType::text: return "text";
    case ValueType::number: return "a number";
    case ValueType::boolean: return "a boolean";
    case ValueType::date: return "a date";
    case ValueType::timestamp: return "a timestamp";
    case ValueType::set: return "a text set";
    case ValueType::location: return "a location";
  }
  return {};
}

TextLiteral text_literal(const std::string& text) {
  TextLiteral result{.text = text, .key = fold_key(text), .bare = {}};
  result.bare = without_accents(result.key);
  return result;
}

std::vector<std::string> CheckerRules::matching(const Name& name, const std::vector<std::string>& known) const {
  std::vector<std::string> found;
  for (const std::string& candidate : known) {
    if (name.exact ? candidate == name.text : equal_folded(candidate, name.text)) found.push_back(candidate);
  }
  return found;
}

Result<std::string> CheckerRules::one_of(const Name& name, const std::vector<std::string>& known, std::string_view what) {
  std::vector<std::string> found = matching(name, known);
  // A column may also be called as in its file: `CustomerID` finds customer_id.
  const bool is_column = what != "event" && what != "record type";
  if (found.empty() && is_column) found = matching(Name{snake_case(name.text), true, name.span}, known);
  if (found.size() == 1) return found.front();
  if (found.empty()) return unknown_at(name.span, what, name.text, known);
  return error_at(name.span, fmt::format("'{}' can mean {} '{}' or '{}'", name.text, what, found[0], found[1]), fmt::format("write it in back-ticks: `{}`", found[0]));
}

Result<TypedPath> CheckerRules::path(const Path& of) {
  const ContactRole outside = scope_.among_colleagues ? ContactRole::asked : ContactRole::self;
  switch (of.scope) {
    case PathScope::contact: return contact_path(of.name, outside);
    case PathScope::account: return account_path(of.name);
    case PathScope::account_link: return TypedPath{.kind = PathKind::account_link};
    case PathScope::event_time:
      if (scope_.place == Place::event_filter) return TypedPath{.kind = PathKind::event_time, .type = ValueType::timestamp};
      return field_path(Name{"time", true, of.span}, scope_.record);
    case PathScope::previous:
    case PathScope::previous_time:
      if (scope_.place != Place::event_filter || scope_.previous == nullptr) return error_at(of.span, "'previous' is the event of the step before: it stands in the filter of a later step only");
      if (of.scope == PathScope::previous_time) return TypedPath{.kind = PathKind::previous_time, .type = ValueType::timestamp};
      return property_path(of.name, *scope_.previous, PathKind::previous_property);
    case PathScope::bare: break;
  }
  switch (scope_.place) {
    case Place::contact: return contact_path(of.name, ContactRole::self);
    case Place::event_filter: return property_path(of.name, *scope_.events, PathKind::property);
    case Place::record_filter: return field_path(of.name, scope_.record);
  }
  return error_at(of.span, "this name cannot stand here");
}

Result<TypedPath> CheckerRules::contact_path(const Name& name, ContactRole role) {
  if (names_id(name)) return TypedPath{.kind = PathKind::contact_id, .role = role, .type = ValueType::text};
  const std::vector<std::string> known = names_of(context_.schema.contact);
  const std::string lower = ascii_lower(name.text);
  if (!name.exact && (lower == "true" || lower == "false") && matching(name, known).empty()) {
    return error_at(name.span, fmt::format("'{}' is no value to compare with", name.text), "write 'is true' or 'is false'; texts stand between double quotes");
  }
  WM_TRY(const std::string found, one_of(name, known, "attribute"));
  const AttributeId id = *context_.schema.contact.find(found);
  return TypedPath{.kind = PathKind::contact_attribute, .role = role, .type = context_.schema.contact.at(id).type, .attribute = id};
}

Result<TypedPath> CheckerRules::account_path(const Name& name) {
  if (names_id(name)) return TypedPath{.kind = PathKind::account_id, .type = ValueType::text};
  WM_TRY(const std::string found, one_of(name, names_of(context_.schema.account), "account attribute"));
  const AttributeId id = *context_.schema.account.find(found);
  return TypedPath{.kind = PathKind::account_attribute, .type = context_.schema.account.at(id).type, .attribute = id};
}

Result<TypedPath> CheckerRules::property_path(const Name& name, const std::vector<EventTypeId>& events, PathKind kind) {
  std::vector<std::string> known;
  for (const EventTypeId event : events) {
    for (const Attribute& property : context_.schema.events[event.value].properties.all()) {
      if (std::ranges::find(known, property.name) == known.end()) known.push_back(property.name);
    }
  }
  const std::string what = events.size() == 1 ? fmt::format("property of {}", context_.schema.events[events[0].value].name) : "property";
  WM_TRY(const std::string found, one_of(name, known, what));
  TypedPath result{.kind = kind, .by_event = std::vector<std::optional<AttributeId>>(context_.schema.events.size())};
  std::string first_event;
  for (const EventTypeId event : events) {
    const EventType& type = context_.schema.events[event.value];
    const auto id = type.properties.find(found);
    if (!id) continue;
    const ValueType here = type.properties.at(*id).type;
    if (!first_event.empty() && here != result.type) {
      return error_at(name.span, fmt::format("'{}' is {} in {} and {} in {}", found, with_article(result.type), first_event, with_article(here), type.name), "name the events one by one");
    }
    if (first_event.empty()) first_event = type.name;
    result.type = here;
    result.by_event[event.value] = *id;
  }
  return result;
}

Result<TypedPath> CheckerRules::field_path(const Name& name, RecordTypeId record) {
  if (names_id(name)) return TypedPath{.kind = PathKind::record_id, .type = ValueType::text};
  const RecordType& type = context_.schema.records[record.value];
  WM_TRY(const std::string found, one_of(name, names_of(type.fields), fmt::format("field of {}", type.name)));
  const AttributeId id = *type.fields.find(found);
  return TypedPath{.kind = PathKind::field, .type = type.fields.at(id).type, .attribute = id};
}

Result<EventTypeId> CheckerRules::event_type(const Name& name) {
  std::vector<std::string> known;
  for (const EventType& type : context_.schema.events) known.push_back(type.name);
  if (matching(name, known).empty()) {
    for (const RecordType& type : context_.schema.records) {
      if (equal_folded(type.name, name.text)) return error_at(name.span, fmt::format("'{}' is a record type, not an event", type.name), fmt::format("write any {} (…)", type.name));
    }
  }
  WM_TRY(const std::string found, one_of(name, known, "event"));
  return *context_.schema.find_event(found);
}

// ---- literals ----

Result<Value> CheckerRules::literal(const Literal& literal) {
  if (const auto* parameter = std::get_if<Parameter>(&literal.value)) {
    const auto found = parameters_.find(parameter->name);
    if (found != parameters_.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [name, _] : parameters_) names.push_back(name);
    return unknown_at(literal.span, "parameter", "$" + parameter->name, names);
  }
  struct ToValue {
    Value operator()(const std::string& text) const { return text; }
    Value operator()(const Decimal& number) const { return number; }
    Value operator()(bool truth) const { return truth; }
    Value operator()(const Date& date) const { return date; }
    Value operator()(const Timestamp& at) const { return at; }
    Value operator()(const Parameter&) const { return {}; }
  };
  return std::visit(ToValue{}, literal.value);
}

Result<Value> CheckerRules::typed_literal(const Literal& written, ValueType type, std::string_view subject) {
  WM_TRY(Value value, literal(written));
  if (type_of(value) == type) return value;
  const bool date_text = type_of(value) == ValueType::text && (type == ValueType::date || type == ValueType::timestamp);
  return error_at(written.span, fmt::format("'{}' is {}; {} is {}", subject, with_article(type), format(written), with_article(type_of(value))),
                  date_text ? "dates stand bare, without quotes: 2024-01-31" : "");
}

Result<std::int64_t> CheckerRules::whole(const WholeNumber& number, std::int64_t least, std::string_view what) {
  std::int64_t value = 0;
  if (const auto* parameter = std::get_if<Parameter>(&number.value)) {
    WM_TRY(Value given, literal(Literal{.value = *parameter, .span = number.span}));
    const auto* decimal = std::get_if<Decimal>(&given);
    if (decimal == nullptr || !decimal->is_whole()) return error_at(number.span, fmt::format("{} takes a whole number, ${} is none", what, parameter->name));
    value = decimal->mantissa();
  } else {
    value = std::get<std::int64_t>(number.value);
  }
  if (value < least) return error_at(number.span, fmt::format("{} takes a number of at least {}", what, least));
  return value;
}

// ---- windows ----

Result<TimeSpan> CheckerRules::span_of_time(const Duration& duration, std::int64_t least) {
  WM_TRY(std::int64_t number, whole(duration.number, least, "this span of time"));
  return TimeSpan{.number = number, .unit = static_cast<CalendarUnit>(duration.unit)};
}

Result<void> CheckerRules::bounds(const WindowNode& node, Window& window) {
  std::vector<Value> values;
  for (const Literal& bound : node.bounds) {
    WM_TRY(Value value, literal(bound));
    const bool instant = std::holds_alternative<Date>(value) || std::holds_alternative<Timestamp>(value);
    if (!instant) return error_at(bound.span, "a window is bounded by dates or timestamps");
    values.push_back(std::move(value));
  }
  const Value& first = values.front();
  const Value& last = values.back();
  if (first.index() != last.index()) return error_at(node.span, "both bounds are dates, or both are timestamps");
  window.by_date = std::holds_alternative<Date>(first);
  if (window.kind == Window::Kind::on && !window.by_date) return error_at(node.span, "'on' takes a date, not a timestamp");
  if (window.by_date) {
    window.first_day = std::get<Date>(first);
    window.last_day = std::get<Date>(last);
  } else {
    window.first_at = std::get<Timestamp>(first);
    window.last_at = std::get<Timestamp>(last);
  }
  const bool empty = window.kind == Window::Kind::between && (window.by_date ? window.last_day < window.first_day : window.last_at < window.first_at);
  if (empty) return error_at(node.span, "range is empty: it ends before it starts");
  return {};
}

Result<Window> CheckerRules::window(const WindowNode& node) {
  Window result;
  const auto current = [&](CalendarUnit unit, int shift) {
    result.kind = Window::Kind::current;
    result.span.unit = unit;
    result.shift = shift;
  };
  const auto unit = static_cast<CalendarUnit>(node.duration.unit);
  switch (node.kind) {
    case WindowKind::ever: return result;
    case WindowKind::last: result.kind = Window::Kind::last; break;
    case WindowKind::last_calendar: result.kind = Window::Kind::last_calendar; break;
    case WindowKind::more_than_ago: result.kind = Window::Kind::more_than_ago; break;
    case WindowKind::between_ago: result.kind = Window::Kind::between_ago; break;
    case WindowKind::next: result.kind = Window::Kind::next; break;
    case WindowKind::today: current(CalendarUnit::day, 0); return result;
    case WindowKind::yesterday: current(CalendarUnit::day, -1); return result;
    case WindowKind::tomorrow: current(CalendarUnit::day, 1); return result;
    case WindowKind::this_unit: current(unit, 0); return result;
    case WindowKind::last_unit: current(unit, -1); return result;
    case WindowKind::next_unit: current(unit, 1); return result;
    case WindowKind::since: result.kind = Window::Kind::since; break;
    case WindowKind::before: result.kind = Window::Kind::before; break;
    case WindowKind::between: result.kind = Window::Kind::between; break;
    case WindowKind::on: result.kind = Window::Kind::on; break;
  }
  if (!node.bounds.empty()) {
    WM_CHECK_OK(bounds(node, result));
    return result;
  }
  WM_TRY(result.span, span_of_time(node.duration, node.kind == WindowKind::between_ago ? 0 : 1));
  if (node.kind == WindowKind::between_ago) {
    WM_TRY(result.upper, whole(node.upper, 1, "'between … ago'"));
    if (result.upper <= result.span.number) return error_at(node.span, "range is empty: it ends before it starts");
  }
  return result;
}

Result<Window> CheckerRules::event_window(const WindowNode& node) {
  WM_TRY(Window result, window(node));
  const bool future = result.kind == Window::Kind::next || (result.kind == Window::Kind::current && result.shift > 0);
  if (future) return error_at(node.span, fmt::format("'{}' lies in the future: such windows are for attributes, events have happened", format(node)));
  return result;
}

}  // namespace wanamaker
