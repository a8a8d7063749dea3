#include "language/diagnostic.h"
#include "language/formatter.h"
#include "language/json_form.h"
#include "language/json_rules.h"
#include "language/parser.h"
#include "language/words.h"

namespace wanamaker {

Result<Expression> JsonRules::expression(const Json& json, const std::string& pointer) {
  if (++level_ > kDefinitionLevelsMax) return ObjectReader::refused(pointer, fmt::format("more than {} levels deep", kDefinitionLevelsMax));
  WM_TRY(ObjectReader reader, ObjectReader::open(json, pointer));
  WM_TRY(Expression result, dispatch(reader));
  WM_CHECK_OK(reader.close());
  --level_;
  return result;
}

Result<Expression> JsonRules::dispatch(ObjectReader& reader) {
  if (reader.has("and") || reader.has("or") || reader.has("not")) return junction(reader);
  if (has_path(reader)) return with_path(reader);
  if (reader.has("operand")) {
    WM_TRY(const Json* left, reader.need("operand"));
    WM_TRY(Operand value, operand(*left, reader.at("operand")));
    return comparison(reader, std::move(value));
  }
  for (const std::string_view key : {"everyone", "no_one"}) {
    const Json* value = reader.take(key);
    if (value == nullptr) continue;
    if (value->as_bool() == nullptr || !*value->as_bool()) return ObjectReader::refused(reader.at(key), "expected true");
    if (key == "everyone") return Expression{.node = Everyone{}};
    return Expression{.node = NoOne{}};
  }
  if (reader.has("at_least")) return at_least(reader);
  if (reader.has("did")) return did(reader);
  if (reader.has("sequence")) return sequence(reader);
  if (reader.has("first")) return moment(reader, Which::first);
  if (reader.has("last")) return moment(reader, Which::last);
  if (reader.has("any")) return related(reader, "any", Quantifier::any, {});
  if (reader.has("no")) return related(reader, "no", Quantifier::no, {});
  if (reader.has("in_segment")) return membership(reader, MembershipKind::segment);
  if (reader.has("in_list")) return membership(reader, MembershipKind::list);
  if (reader.has("top")) return ranking(reader, RankEnd::top);
  if (reader.has("bottom")) return ranking(reader, RankEnd::bottom);
  if (reader.has("random")) return random_share(reader);
  return ObjectReader::refused(reader.pointer(), "this object is no condition", "a condition has one of the keys and, or, not, attribute, operand, did, sequence, …; see docs/reference/json-form.md");
}

Result<std::vector<Expression>> JsonRules::children(const Json& json, const std::string& pointer) {
  const Json::Array* array = json.as_array();
  if (array == nullptr || array->empty()) return ObjectReader::refused(pointer, "expected an array of at least one condition");
  std::vector<Expression> result;
  for (std::size_t i = 0; i < array->size(); ++i) {
    WM_TRY(Expression child, expression((*array)[i], fmt::format("{}/{}", pointer, i)));
    result.push_back(std::move(child));
  }
  return result;
}

Result<Expression> JsonRules::junction(ObjectReader& reader) {
  if (const Json* inner = reader.take("not")) {
    WM_TRY(Expression child, expression(*inner, reader.at("not")));
    return Expression{.node = Not{Box<Expression>(std::move(child))}};
  }
  const bool is_and = reader.has("and");
  const std::string_view key = is_and ? "and" : "or";
  WM_TRY(const Json* array, reader.need(key));
  WM_TRY(std::vector<Expression> parts, children(*array, reader.at(key)));
  if (parts.size() == 1) return std::move(parts.front());
  if (is_and) return Expression{.node = And{std::move(parts)}};
  return Expression{.node = Or{std::move(parts)}};
}

Result<Expression> JsonRules::at_least(ObjectReader& reader) {
  WM_TRY(const Json* number_json, reader.need("at_least"));
  WM_TRY(WholeNumber number, whole(*number_json, reader.at("at_least")));
  if (reader.has("related")) return related(reader, "related", Quantifier::at_least, std::move(number));
  WM_TRY(const Json* of, reader.need("of"));
  WM_TRY(std::vector<Expression> parts, children(*of, reader.at("of")));
  return Expression{.node = AtLeastOf{std::move(number), std::move(parts)}};
}

Result<Expression> JsonRules::did(ObjectReader& reader) {
  WM_TRY(const Json* json, reader.need("did"));
  WM_TRY(ObjectReader inner, ObjectReader::open(*json, reader.at("did")));
  Did result;
  WM_TRY(result.source, events(inner));
  if (const Json* times = inner.take("times")) {
    WM_TRY(result.count, count(*times, inner.at("times")));
  }
  WM_TRY(result.source.window, optional_window(inner));
  WM_CHECK_OK(inner.close());
  return Expression{.node = std::move(result)};
}

Result<Count> JsonRules::count(const Json& json, const std::string& pointer) {
  WM_TRY(ObjectReader reader, ObjectReader::open(json, pointer));
  Count result;
  if (const Json* bounds = reader.take("between")) {
    const Json::Array* array = bounds->as_array();
    if (array == nullptr || array->size() != 2) return ObjectReader::refused(reader.at("between"), "expected two whole numbers");
    result.kind = CountKind::between;
    WM_TRY(result.number, whole((*array)[0], reader.at("between")));
    WM_TRY(result.upper, whole((*array)[1], reader.at("between")));
    WM_CHECK_OK(reader.close());
    return result;
  }
  const std::string_view key = reader.has("at_most") ? "at_most" : reader.has("exactly") ? "exactly" : "at_least";
  result.kind = key == "at_most" ? CountKind::at_most : key == "exactly" ? CountKind::exactly : CountKind::at_least;
  WM_TRY(const Json* number, reader.need(key));
  WM_TRY(result.number, whole(*number, reader.at(key)));
  const bool regular = reader.has("a");
  const std::string_view unit_key = regular ? "a" : "on";
  if (const Json* unit_json = reader.take(unit_key)) {
    WM_TRY(std::string word, text(*unit_json, reader.at(unit_key)));
    const auto unit = unit_from(word);
    if (unit == Unit::days) result.on = CountOn::days;
    else if (unit == Unit::weeks) result.on = CountOn::weeks;
    else if (unit == Unit::months) result.on = CountOn::months;
    else return ObjectReader::refused(reader.at(unit_key), "expected days, weeks or months");
  }
  if (regular) {
    if (key != "at_least") return ObjectReader::refused(pointer, "a regular count is \"at_least\"");
    result.kind = CountKind::regular;
    WM_TRY(const Json* needed, reader.need("in_at_least"));
    WM_TRY(result.units_needed, whole(*needed, reader.at("in_at_least")));
    WM_TRY(const Json* looked_at, reader.need("of_last"));
    WM_TRY(result.units_looked_at, whole(*looked_at, reader.at("of_last")));
  }
  WM_CHECK_OK(reader.close());
  return result;
}

Result<Expression> JsonRules::sequence(ObjectReader& reader) {
  WM_TRY(const Json* json, reader.need("sequence"));
  WM_TRY(ObjectReader inner, ObjectReader::open(*json, reader.at("sequence")));
  Sequence result;
  if (const Json* first = inner.take("first")) {
    if (first->as_bool() == nullptr) return ObjectReader::refused(inner.at("first"), "expected true");
    result.from_first = *first->as_bool();
  }
  WM_TRY(const Json* steps, inner.need("steps"));
  const Json::Array* array = steps->as_array();
  if (array == nullptr || array->size() < 2) return ObjectReader::refused(inner.at("steps"), "expected an array of at least two steps");
  for (std::size_t i = 0; i < array->size(); ++i) {
    WM_TRY(Step next, step((*array)[i], fmt::format("{}/{}", inner.at("steps"), i), i == 0));
    result.steps.push_back(std::move(next));
  }
  WM_TRY(result.window, optional_window(inner));
  WM_CHECK_OK(inner.close());
  return Expression{.node = std::move(result)};
}

Result<Step> JsonRules::step(const Json& json, const std::string& pointer, bool is_first) {
  WM_TRY(ObjectReader reader, ObjectReader::open(json, pointer));
  Step result;
  WM_TRY(result.source, events(reader));
  if (!is_first) {
    const Json* absent = reader.take("not");
    if (absent != nullptr && absent->as_bool() == nullptr) return ObjectReader::refused(reader.at("not"), "expected true");
    const bool is_absent = absent != nullptr && *absent->as_bool();
    if (const Json* later = is_absent ? nullptr : reader.take("later")) {
      result.kind = StepKind::later;
      WM_CHECK_OK(range(*later, reader.at("later"), result.gap, result.upper));
    } else {
      result.kind = is_absent ? StepKind::absent : StepKind::within;
      WM_TRY(const Json* within, reader.need("within"));
      WM_TRY(result.gap, span(*within, reader.at("within")));
    }
  }
  WM_CHECK_OK(reader.close());
  return result;
}

Result<Expression> JsonRules::moment(ObjectReader& reader, Which which) {
  const std::string_view key = which == Which::first ? "first" : "last";
  WM_TRY(const Json* json, reader.need(key));
  WM_TRY(ObjectReader inner, ObjectReader::open(*json, reader.at(key)));
  Moment result{.which = which, .source = {}, .was = {}};
  WM_TRY(result.source, events(inner));
  WM_CHECK_OK(inner.close());
  WM_TRY(const Json* was, reader.need("was"));
  WM_TRY(result.was, window(*was, reader.at("was")));
  return Expression{.node = std::move(result)};
}

Result<Expression> JsonRules::related(ObjectReader& reader, std::string_view key, Quantifier quantifier, WholeNumber number) {
  WM_TRY(const Json* json, reader.need(key));
  WM_TRY(ObjectReader inner, ObjectReader::open(*json, reader.at(key)));
  WM_TRY(Source of, records(inner));
  WM_CHECK_OK(inner.close());
  return Expression{.node = Related{quantifier, std::move(number), std::move(of)}};
}

Result<Expression> JsonRules::membership(ObjectReader& reader, MembershipKind kind) {
  const std::string_view key = kind == MembershipKind::list ? "in_list" : "in_segment";
  Membership result{.kind = kind, .key = {}};
  WM_TRY(const Json* json, reader.need(key));
  WM_TRY(result.key, text(*json, reader.at(key)));
  if (const Json* parameters = reader.take("parameters")) {
    WM_TRY(ObjectReader inner, ObjectReader::open(*parameters, reader.at("parameters")));
    for (const auto& [name_text, value] : inner.members()) {
      WM_TRY(Literal argument, literal(value, inner.at(name_text)));
      result.parameters.emplace_back(name_text, std::move(argument));
    }
  }
  return Expression{.node = std::move(result)};
}

Result<Expression> JsonRules::ranking(ObjectReader& reader, RankEnd end) {
  const std::string_view key = end == RankEnd::top ? "top" : "bottom";
  WM_TRY(const Json* json, reader.need(key));
  std::variant<WholeNumber, Literal> size;
  if (json->find("percent") != nullptr) {
    WM_TRY(ObjectReader inner, ObjectReader::open(*json, reader.at(key)));
    WM_TRY(const Json* percent, inner.need("percent"));
    WM_TRY(size, literal(*percent, inner.at("percent")));
    WM_CHECK_OK(inner.close());
  } else {
    WM_TRY(size, whole(*json, reader.at(key)));
  }
  WM_TRY(const Json* by, reader.need("by"));
  WM_TRY(Operand metric, operand(*by, reader.at("by")));
  WM_TRY(auto population, among(reader));
  return Expression{.node = Ranking{end, std::move(size), Box<Operand>(std::move(metric)), std::move(population)}};
}

Result<Expression> JsonRules::random_share(ObjectReader& reader) {
  WM_TRY(const Json* json, reader.need("random"));
  WM_TRY(ObjectReader inner, ObjectReader::open(*json, reader.at("random")));
  WM_TRY(const Json* percent, inner.need("percent"));
  WM_TRY(Literal share, literal(*percent, inner.at("percent")));
  WM_TRY(const Json* salt_json, inner.need("salt"));
  WM_TRY(std::string salt, text(*salt_json, inner.at("salt")));
  WM_CHECK_OK(inner.close());
  return Expression{.node = Random{std::move(share), std::move(salt)}};
}

Result<Expression> JsonRules::with_path(ObjectReader& reader) {
  WM_TRY(Path of, path(reader));
  if (const Json* value = reader.take("has_been")) {
    HasBeen result{.path = std::move(of), .value = {}, .length = reader.has("for_less_than") ? RunLength::less_than : RunLength::at_least, .duration = {}};
    WM_TRY(result.value, literal(*value, reader.at("has_been")));
    const std::string_view key = result.length == RunLength::at_least ? "for_at_least" : "for_less_than";
    WM_TRY(const Json* length, reader.need(key));
    WM_TRY(result.duration, span(*length, reader.at(key)));
    return Expression{.node = std::move(result)};
  }
  if (const Json* changed = reader.take("changed")) {
    if (changed->as_bool() == nullptr || !*changed->as_bool()) return ObjectReader::refused(reader.at("changed"), "expected true");
    Changed result{.path = std::move(of)};
    if (const Json* from = reader.take("from")) {
      WM_TRY(result.from, literal(*from, reader.at("from")));
    }
    if (const Json* to = reader.take("to")) {
      WM_TRY(result.to, literal(*to, reader.at("to")));
    }
    WM_TRY(result.window, optional_window(reader));
    return Expression{.node = std::move(result)};
  }
  return comparison(reader, Operand{.node = std::move(of)});
}

Result<void> JsonRules::event_names(const Json& json, const std::string& pointer, Source& source, std::initializer_list<std::string_view> exact_words) {
  if (const std::string* any = json.as_string(); any != nullptr && *any == "any") {
    source.kind = SourceKind::any_event;
    return {};
  }
  const Json::Array* array = json.as_array();
  if (array == nullptr || array->empty()) return ObjectReader::refused(pointer, "expected \"any\" or an array of names");
  for (std::size_t i = 0; i < array->size(); ++i) {
    WM_TRY(Name event, name((*array)[i], fmt::format("{}/{}", pointer, i), exact_words));
    source.names.push_back(std::move(event));
  }
  return {};
}

Result<void> JsonRules::where(ObjectReader& reader, Source& source, Scope scope) {
  const Json* json = reader.take("where");
  if (json == nullptr) return {};
  const Scope outer = scope_;
  scope_ = scope;
  WM_TRY(Expression filter, expression(*json, reader.at("where")));
  scope_ = outer;
  source.where = Box<Expression>(std::move(filter));
  return {};
}

Result<Source> JsonRules::events(ObjectReader& reader) {
  Source result;
  WM_TRY(const Json* names, reader.need("events"));
  WM_CHECK_OK(event_names(*names, reader.at("events"), result, {}));
  WM_CHECK_OK(where(reader, result, Scope::event_filter));
  return result;
}

Result<Source> JsonRules::records(ObjectReader& reader) {
  Source result;
  if (const Json* colleagues = reader.take("account_contacts")) {
    if (colleagues->as_bool() == nullptr || !*colleagues->as_bool()) return ObjectReader::refused(reader.at("account_contacts"), "expected true");
    result.kind = SourceKind::account_contacts;
    WM_CHECK_OK(where(reader, result, Scope::contact));
    return result;
  }
  const bool through_account = reader.has("account_records");
  const std::string_view key = through_account ? "account_records" : "records";
  if (through_account) result.kind = SourceKind::account_records;
  WM_TRY(const Json* type, reader.need(key));
  WM_TRY(Name record, name(*type, reader.at(key), {"account", "contact", "one"}));
  result.names.push_back(std::move(record));
  WM_CHECK_OK(where(reader, result, Scope::record_filter));
  return result;
}

Result<Source> JsonRules::source(const Json& json, const std::string& pointer, std::string_view events_key) {
  WM_TRY(ObjectReader reader, ObjectReader::open(json, pointer));
  Source result;
  if (reader.has("account_records") || reader.has("account_contacts")) {
    WM_TRY(result, records(reader));
  } else {
    WM_TRY(const Json* names, reader.need(events_key));
    WM_CHECK_OK(event_names(*names, reader.at(events_key), result, {"account"}));
    WM_CHECK_OK(where(reader, result, Scope::event_filter));
  }
  WM_TRY(result.window, optional_window(reader));
  WM_CHECK_OK(reader.close());
  return result;
}

Result<Expression> from_json(const Json& json) {
  WM_TRY(Expression built, JsonRules().expression(json, ""));
  const std::string text = format(built);
  auto parsed = parse_expression(text);
  if (!parsed) return parsed;
  if (*parsed == built) return parsed;
  return ObjectReader::refused("", "this tree has no text form", fmt::format("the nearest text is: {}", text));
}

Result<Expression> parse_definition(std::string_view source) {
  const std::size_t first = source.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || source[first] != '{') return parse_expression(source);
  if (source.size() > 16 * kDefinitionBytesMax) return fail(ErrorCode::invalid, "a definition in JSON has at most 1 MiB");
  WM_TRY(Json json, Json::parse(source));
  return from_json(json);
}

}  // namespace wanamaker
