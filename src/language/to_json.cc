#include "language/formatter.h"
#include "language/json_form.h"
#include "language/words.h"

#include <fmt/format.h>

namespace wanamaker {
namespace {

Json name_json(const Name& name) { return name.exact && can_stand_bare(name.text) ? fmt::format("`{}`", name.text) : name.text; }

Json parameter_json(const Parameter& parameter) { return Json::object().set("parameter", parameter.name); }

Json number_json(const WholeNumber& number) {
  if (const auto* parameter = std::get_if<Parameter>(&number.value)) return parameter_json(*parameter);
  return std::get<std::int64_t>(number.value);
}

Json literal_json(const Literal& literal) {
  struct Writer {
    Json operator()(const std::string& text) const { return text; }
    Json operator()(const Decimal& number) const { return Json::Number{number.to_string()}; }
    Json operator()(bool truth) const { return truth; }
    Json operator()(const Date& date) const { return Json::object().set("date", to_string(date)); }
    Json operator()(const Timestamp& at) const { return Json::object().set("timestamp", to_string(at)); }
    Json operator()(const Parameter& parameter) const { return parameter_json(parameter); }
  };
  return std::visit(Writer{}, literal.value);
}

Json span_json(const Duration& duration) { return Json::object().set(plural(duration.unit), number_json(duration.number)); }

Json range_json(const Duration& from, const WholeNumber& to) {
  return Json::object().set("from", number_json(from.number)).set("to", number_json(to)).set("unit", plural(from.unit));
}

Json window_json(const WindowNode& window) {
  Json result = Json::object();
  switch (window.kind) {
    case WindowKind::ever: return "ever";
    case WindowKind::last: return result.set("last", span_json(window.duration));
    case WindowKind::last_calendar: return result.set("last_calendar", span_json(window.duration));
    case WindowKind::more_than_ago: return result.set("more_than_ago", span_json(window.duration));
    case WindowKind::between_ago: return result.set("between_ago", range_json(window.duration, window.upper));
    case WindowKind::next: return result.set("next", span_json(window.duration));
    case WindowKind::today:
    case WindowKind::yesterday:
    case WindowKind::tomorrow:
    case WindowKind::this_unit:
    case WindowKind::last_unit:
    case WindowKind::next_unit: return result.set("calendar", format(window));
    case WindowKind::since: return result.set("since", literal_json(window.bounds.at(0)));
    case WindowKind::before: return result.set("before", literal_json(window.bounds.at(0)));
    case WindowKind::on: return result.set("on", literal_json(window.bounds.at(0)));
    case WindowKind::between: return result.set("between", Json(Json::Array{literal_json(window.bounds.at(0)), literal_json(window.bounds.at(1))}));
  }
  return result;
}

void add_where(Json& json, const Source& source) {
  if (source.where) json.set("where", to_json(**source.where));
}

void add_window(Json& json, const WindowNode& window) {
  if (window.kind != WindowKind::ever) json.set("window", window_json(window));
}

Json names_json(const Source& source) {
  if (source.kind == SourceKind::any_event) return "any";
  Json names = Json::array();
  for (const Name& name : source.names) names.push(name_json(name));
  return names;
}

Json events_json(const Source& source) {
  Json result = Json::object();
  result.set("events", names_json(source));
  add_where(result, source);
  return result;
}

Json records_json(const Source& source) {
  Json result = Json::object();
  if (source.kind == SourceKind::account_contacts) result.set("account_contacts", true);
  else result.set(source.kind == SourceKind::account_records ? "account_records" : "records", name_json(source.names.at(0)));
  add_where(result, source);
  return result;
}

Json source_json(const Source& source) {
  const bool account = source.kind == SourceKind::account_contacts || source.kind == SourceKind::account_records;
  Json result = account ? records_json(source) : Json::object().set("from", names_json(source));
  if (!account) add_where(result, source);
  add_window(result, source.window);
  return result;
}

Json operand_json(const Operand& operand);

void add_path(Json& json, const Path& path) {
  switch (path.scope) {
    case PathScope::bare: json.set("attribute", name_json(path.name)); break;
    case PathScope::account: json.set("account", name_json(path.name)); break;
    case PathScope::contact: json.set("contact", name_json(path.name)); break;
    case PathScope::previous: json.set("previous", name_json(path.name)); break;
    case PathScope::event_time: json.set("event_time", true); break;
    case PathScope::previous_time: json.set("previous_time", true); break;
    case PathScope::account_link: json.set("account_link", true); break;
  }
}

Json path_json(const Path& path) {
  Json result = Json::object();
  add_path(result, path);
  return result;
}

Json both(const Operand& left, const Operand& right) { return Json(Json::Array{operand_json(left), operand_json(right)}); }

struct OperandWriter {
  Json operator()(const Path& node) const { return path_json(node); }
  Json operator()(const Literal& node) const { return literal_json(node); }
  Json operator()(const Aggregate& node) const { return Json::object().set(name_of(node.function), name_json(node.property)).set("for", source_json(node.source)); }
  Json operator()(const CountOf& node) const { return Json::object().set("count", source_json(node.source)); }
  Json operator()(const PropertyOf& node) const {
    return Json::object().set("property", name_json(node.property)).set(node.which == Which::first ? "of_first" : "of_last", source_json_as_events(node.source));
  }
  Json operator()(const TimeOf& node) const { return Json::object().set(node.which == Which::first ? "time_of_first" : "time_of_last", source_json_as_events(node.source)); }
  Json operator()(const DaysSince& node) const { return Json::object().set(node.which == Which::first ? "days_since_first" : "days_since_last", source_json_as_events(node.source)); }
  Json operator()(const PartOf& node) const { return Json::object().set(fmt::format("{}_of", name_of(node.part)), path_json(node.path)); }
  Json operator()(const Arithmetic& node) const { return Json::object().set(json_name_of(node.op), both(*node.left, *node.right)); }
  Json operator()(const Negate& node) const { return Json::object().set("negate", operand_json(*node.operand)); }
  Json operator()(const Tile& node) const {
    Json result = Json::object().set(name_of(node.kind), operand_json(*node.metric));
    if (node.among) result.set("among", to_json(**node.among));
    return result;
  }

  static Json source_json_as_events(const Source& source) {
    const bool account = source.kind == SourceKind::account_contacts || source.kind == SourceKind::account_records;
    Json result = account ? records_json(source) : events_json(source);
    add_window(result, source.window);
    return result;
  }
};

Json operand_json(const Operand& operand) { return std::visit(OperandWriter{}, operand.node); }

Json children_json(const std::vector<Expression>& children) {
  Json result = Json::array();
  for (const Expression& child : children) result.push(to_json(child));
  return result;
}

Json count_json(const Count& count) {
  Json result = Json::object();
  if (count.kind == CountKind::between) return result.set("between", Json(Json::Array{number_json(count.number), number_json(count.upper)}));
  if (count.kind == CountKind::regular) {
    const std::string_view units = name_of(count.on);
    return result.set("at_least", number_json(count.number)).set("a", units.substr(0, units.size() - 1)).set("in_at_least", number_json(count.units_needed)).set("of_last", number_json(count.units_looked_at));
  }
  result.set(count.kind == CountKind::at_least ? "at_least" : count.kind == CountKind::at_most ? "at_most" : "exactly", number_json(count.number));
  if (count.on != CountOn::times) result.set("on", name_of(count.on));
  return result;
}

Json step_json(const Step& step) {
  Json result = Json::object();
  if (step.kind == StepKind::absent) result.set("not", true);
  result.set("events", names_json(step.source));
  add_where(result, step.source);
  if (step.kind == StepKind::within || step.kind == StepKind::absent) result.set("within", span_json(step.gap));
  if (step.kind == StepKind::later) result.set("later", range_json(step.gap, step.upper));
  return result;
}

Json comparison_json(const Comparison& node) {
  Json result = Json::object();
  if (const auto* path = std::get_if<Path>(&node.left.node)) add_path(result, *path);
  else result.set("operand", operand_json(node.left));
  result.set("operator", json_name_of(node.test));
  const auto add_values = [&] {
    Json values = Json::array();
    for (const Operand& value : node.right) values.push(operand_json(value));
    result.set("values", std::move(values));
  };
  switch (node.test) {
    case Test::between:
    case Test::in:
    case Test::not_in:
    case Test::has_any:
    case Test::has_all:
    case Test::has_none: add_values(); break;
    case Test::window:
    case Test::anniversary: result.set("window", window_json(node.window)); break;
    case Test::within_km: result.set("km", operand_json(node.right.at(0))).set("latitude", operand_json(node.right.at(1))).set("longitude", operand_json(node.right.at(2))); break;
    case Test::is_known:
    case Test::is_empty:
    case Test::is_true:
    case Test::is_false: break;
    case Test::equals:
    case Test::not_equals:
    case Test::less:
    case Test::at_most:
    case Test::greater:
    case Test::at_least:
    case Test::in_set:
    case Test::not_in_set:
    case Test::contains:
    case Test::starts_with:
    case Test::ends_with:
    case Test::matches:
    case Test::does_not_contain:
    case Test::does_not_start_with:
    case Test::does_not_end_with:
    case Test::does_not_match:
    case Test::has:
    case Test::has_at_least:
      result.set(std::holds_alternative<Literal>(node.right.at(0).node) ? "value" : "than", operand_json(node.right.at(0)));
      break;
  }
  if (node.compare == TextCompare::exactly) result.set("compare", "exactly");
  if (node.compare == TextCompare::ignoring_accents) result.set("compare", "ignoring_accents");
  return result;
}

struct ExpressionWriter {
  Json operator()(const And& node) const { return Json::object().set("and", children_json(node.children)); }
  Json operator()(const Or& node) const { return Json::object().set("or", children_json(node.children)); }
  Json operator()(const Not& node) const { return Json::object().set("not", to_json(*node.child)); }
  Json operator()(const Everyone&) const { return Json::object().set("everyone", true); }
  Json operator()(const NoOne&) const { return Json::object().set("no_one", true); }
  Json operator()(const AtLeastOf& node) const { return Json::object().set("at_least", number_json(node.number)).set("of", children_json(node.children)); }
  Json operator()(const Did& node) const {
    Json did = events_json(node.source);
    if (!(node.count == Count{})) did.set("times", count_json(node.count));
    add_window(did, node.source.window);
    return Json::object().set("did", std::move(did));
  }
  Json operator()(const Sequence& node) const {
    Json sequence = Json::object();
    if (node.from_first) sequence.set("first", true);
    Json steps = Json::array();
    for (const Step& step : node.steps) steps.push(step_json(step));
    sequence.set("steps", std::move(steps));
    add_window(sequence, node.window);
    return Json::object().set("sequence", std::move(sequence));
  }
  Json operator()(const Moment& node) const { return Json::object().set(node.which == Which::first ? "first" : "last", events_json(node.source)).set("was", window_json(node.was)); }
  Json operator()(const Related& node) const {
    Json records = records_json(node.source);
    if (node.quantifier == Quantifier::at_least) return Json::object().set("at_least", number_json(node.number)).set("related", std::move(records));
    return Json::object().set(node.quantifier == Quantifier::any ? "any" : "no", std::move(records));
  }
  Json operator()(const Membership& node) const {
    Json result = Json::object().set(node.kind == MembershipKind::list ? "in_list" : "in_segment", node.key);
    if (node.parameters.empty()) return result;
    Json parameters = Json::object();
    for (const auto& [key, value] : node.parameters) parameters.set(key, literal_json(value));
    return result.set("parameters", std::move(parameters));
  }
  Json operator()(const Ranking& node) const {
    const auto* number = std::get_if<WholeNumber>(&node.size);
    Json size = number != nullptr ? number_json(*number) : Json::object().set("percent", literal_json(std::get<Literal>(node.size)));
    Json result = Json::object().set(node.end == RankEnd::top ? "top" : "bottom", std::move(size)).set("by", operand_json(*node.metric));
    if (node.among) result.set("among", to_json(**node.among));
    return result;
  }
  Json operator()(const Random& node) const { return Json::object().set("random", Json::object().set("percent", literal_json(node.percent)).set("salt", node.salt)); }
  Json operator()(const HasBeen& node) const {
    Json result = path_json(node.path);
    return result.set("has_been", literal_json(node.value)).set(node.length == RunLength::at_least ? "for_at_least" : "for_less_than", span_json(node.duration));
  }
  Json operator()(const Changed& node) const {
    Json result = path_json(node.path);
    result.set("changed", true);
    if (node.from) result.set("from", literal_json(*node.from));
    if (node.to) result.set("to", literal_json(*node.to));
    add_window(result, node.window);
    return result;
  }
  Json operator()(const Comparison& node) const { return comparison_json(node); }
};

}  // namespace

Json to_json(const Expression& expression) { return std::visit(ExpressionWriter{}, expression.node); }

}  // namespace wanamaker
