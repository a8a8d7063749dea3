// Operands and comparisons.

#include "language/diagnostic.h"
#include "language/parser_rules.h"
#include "language/words.h"

#include <fmt/format.h>

namespace wanamaker {

Result<Operand> ParserRules::whole_operand() {
  WM_TRY(Operand result, operand());
  if (peek().kind == TokenKind::end) return result;
  return unexpected_token("an operator or the end");
}

Result<Operand> ParserRules::operand() {
  WM_CHECK_OK(enter());
  const std::uint32_t start = begin();
  WM_TRY(Operand left, product());
  while (is_symbol("+") || is_symbol("-")) {
    WM_CHECK_OK(count_node());
    const auto op = is_symbol("+") ? ArithmeticOperator::add : ArithmeticOperator::subtract;
    ++at_;
    WM_TRY(Operand right, product());
    left = Operand{.node = Arithmetic{op, Box<Operand>(std::move(left)), Box<Operand>(std::move(right))}, .span = span_from(start)};
  }
  leave();
  return left;
}

Result<Operand> ParserRules::product() {
  const std::uint32_t start = begin();
  WM_TRY(Operand left, factor());
  while (is_symbol("*") || is_symbol("/")) {
    WM_CHECK_OK(count_node());
    const auto op = is_symbol("*") ? ArithmeticOperator::multiply : ArithmeticOperator::divide;
    ++at_;
    WM_TRY(Operand right, factor());
    left = Operand{.node = Arithmetic{op, Box<Operand>(std::move(left)), Box<Operand>(std::move(right))}, .span = span_from(start)};
  }
  return left;
}

Result<Operand> ParserRules::factor() {
  WM_CHECK_OK(count_node());
  const std::uint32_t start = begin();
  if (is_symbol("-") && peek(1).kind != TokenKind::number) {
    ++at_;
    WM_CHECK_OK(enter());
    WM_TRY(Operand inner, factor());
    leave();
    return Operand{.node = Negate{Box<Operand>(std::move(inner))}, .span = span_from(start)};
  }
  if (take_symbol("(")) {
    WM_TRY(Operand inner, operand());
    WM_CHECK_OK(expect_symbol(")", "the arithmetic"));
    inner.span = span_from(start);
    return inner;
  }
  const TokenKind kind = peek().kind;
  if (kind == TokenKind::word || kind == TokenKind::quoted_name) return named_operand();
  WM_TRY(Literal value, literal("a value"));
  return Operand{.node = std::move(value), .span = span_from(start)};
}

Result<Operand> ParserRules::named_operand() {
  const std::uint32_t start = begin();
  const Token word = peek();
  const bool since = word.kind == TokenKind::word && word.lower == "days" && is_word("since", 1) && (is_word("first", 2) || is_word("last", 2));
  if (since) {
    at_ += 2;
    const Which which = is_word("first") ? Which::first : Which::last;
    ++at_;
    WM_TRY(Source events_of, events());
    WM_CHECK_OK(optional_window(events_of));
    return Operand{.node = DaysSince{which, std::move(events_of)}, .span = span_from(start)};
  }
  if (is_word("of", 1)) {
    ++at_;
    ++at_;
    WM_TRY(Operand result, of_operand(word));
    result.span = span_from(start);
    return result;
  }
  WM_TRY(Path result, path());
  return Operand{.node = std::move(result), .span = span_from(start)};
}

// What stands behind `word of`.
Result<Operand> ParserRules::of_operand(const Token& word) {
  const bool bare = word.kind == TokenKind::word;
  if (is_word("first") || is_word("last")) {
    const Which which = is_word("first") ? Which::first : Which::last;
    ++at_;
    WM_TRY(Source from, source());
    if (bare && word.lower == "time") return Operand{.node = TimeOf{which, std::move(from)}};
    if (bare && is_reserved(word.lower)) return error_at(word.span, fmt::format("a property spelled '{0}' stands in back-ticks: `{0}`", word.text));
    return Operand{.node = PropertyOf{Name{word.text, !bare, word.span}, which, std::move(from)}};
  }
  if (bare && word.lower == "count") {
    WM_TRY(Source from, source());
    return Operand{.node = CountOf{std::move(from)}};
  }
  if (const auto function = bare ? aggregate_from(word.lower) : std::nullopt) {
    WM_TRY(Name property, name("a property or field"));
    WM_CHECK_OK(expect_word("for", "the property"));
    WM_TRY(Source from, source());
    return Operand{.node = Aggregate{*function, std::move(property), std::move(from)}};
  }
  if (const auto part = bare ? time_part_from(word.lower) : std::nullopt) {
    WM_TRY(Path of, path());
    return Operand{.node = PartOf{*part, std::move(of)}};
  }
  if (const auto kind = bare ? tile_from(word.lower) : std::nullopt) {
    WM_TRY(Operand metric, operand());
    std::optional<Box<Expression>> among;
    if (take_word("among")) {
      WM_CHECK_OK(expect_symbol("(", "'among'"));
      WM_TRY(Expression population, expression());
      among = Box<Expression>(std::move(population));
      WM_CHECK_OK(expect_symbol(")", "the population"));
    }
    return Operand{.node = Tile{*kind, Box<Operand>(std::move(metric)), std::move(among)}};
  }
  const std::string near = nearest(word.lower, {"sum", "average", "minimum", "maximum", "distinct", "count", "age", "weekday", "month", "hour", "quartile", "quintile", "decile", "percentile", "time"});
  return error_at(word.span, fmt::format("'{} of' is unknown: expected sum, average, minimum, maximum, distinct, count, age, weekday, month, hour, a tile, or PROPERTY of first/last", word.text),
                  near.empty() ? "" : fmt::format("Did you mean '{} of'?", near));
}

Result<Path> ParserRules::path() {
  Path result;
  const Token word = peek();
  const bool bare = word.kind == TokenKind::word;
  if (bare && is_symbol(".", 1) && (word.lower == "account" || word.lower == "contact" || word.lower == "previous")) {
    at_ += 2;
    result.scope = word.lower == "account" ? PathScope::account : word.lower == "contact" ? PathScope::contact : PathScope::previous;
    if (result.scope == PathScope::previous && is_word("time")) {
      ++at_;
      result.scope = PathScope::previous_time;
    } else {
      WM_TRY(result.name, name(fmt::format("a name after '{}.'", word.lower)));
    }
  } else if (bare && word.lower == "account") {
    if (!is_word("is", 1)) return error_at(word.span, "'account' is followed by '.' and an attribute, by a record type, or by 'is known'", "an attribute called account stands in back-ticks: `account`");
    ++at_;
    result.scope = PathScope::account_link;
  } else if (bare && word.lower == "time" && scope_ == Scope::event_filter) {
    ++at_;
    result.scope = PathScope::event_time;
  } else {
    WM_TRY(result.name, name(scope_ == Scope::contact ? "an attribute" : "a property"));
  }
  result.span = span_from(word.span.begin);
  return result;
}

Result<Name> ParserRules::name(std::string_view what) {
  const Token token = peek();
  if (token.kind == TokenKind::quoted_name) {
    ++at_;
    return Name{token.text, true, token.span};
  }
  if (token.kind == TokenKind::word && !is_reserved(token.lower)) {
    ++at_;
    return Name{token.text, false, token.span};
  }
  std::string hint = token.kind == TokenKind::word ? fmt::format("a name spelled '{0}' stands in back-ticks: `{0}`", token.text) : "";
  return unexpected_token(what, std::move(hint));
}

Result<Literal> ParserRules::literal(std::string_view what) {
  const std::uint32_t start = begin();
  const bool negative = is_symbol("-") && peek(1).kind == TokenKind::number;
  if (negative) ++at_;
  const Token token = peek();
  Literal result;
  switch (token.kind) {
    case TokenKind::number: result.value = negative ? Decimal::from_parts(-token.number.mantissa(), token.number.scale()) : token.number; break;
    case TokenKind::date: result.value = token.date; break;
    case TokenKind::timestamp: result.value = token.timestamp; break;
    case TokenKind::parameter: result.value = Parameter{token.text}; break;
    case TokenKind::text:
      if (token.text.empty()) return error_at(token.span, "an empty text is never stored: it is a missing value", "write 'is empty' or 'is known'");
      result.value = token.text;
      break;
    case TokenKind::word:
      if (token.lower != "true" && token.lower != "false") return unexpected_token(what, "texts stand between double quotes");
      result.value = token.lower == "true";
      break;
    case TokenKind::quoted_name:
    case TokenKind::symbol:
    case TokenKind::end: return unexpected_token(what);
  }
  ++at_;
  result.span = span_from(start);
  return result;
}

Result<std::vector<Operand>> ParserRules::literal_list() {
  std::vector<Operand> values;
  WM_CHECK_OK(expect_symbol("(", "'in' or 'of'"));
  do {
    WM_CHECK_OK(count_node());
    WM_TRY(Literal value, literal("a value"));
    const Span where = value.span;
    values.push_back(Operand{.node = std::move(value), .span = where});
  } while (take_symbol(","));
  WM_CHECK_OK(expect_symbol(")", "the values"));
  return values;
}

Result<std::string> ParserRules::text_value(std::string_view what) {
  const Token token = peek();
  if (token.kind != TokenKind::text) return unexpected_token(what);
  if (token.text.empty()) return error_at(token.span, "an empty text cannot stand here");
  ++at_;
  return token.text;
}

// ---- comparisons ----

Result<Expression> ParserRules::comparison() {
  const std::uint32_t start = begin();
  WM_TRY(Operand left, operand());
  if (const auto* value = std::get_if<Literal>(&left.node)) {
    const bool number = std::holds_alternative<Decimal>(value->value) || std::holds_alternative<Parameter>(value->value);
    if (!number) return error_at(value->span, "a text or date stands on the right side of a comparison", "write country = \"SK\"");
  }
  if (is_word("has") && is_word("been", 1)) return history_test(left, start);
  if (is_word("changed")) return changed_test(left, start);
  return tested(Comparison{.left = std::move(left)}, start);
}

Result<Expression> ParserRules::finish(Comparison comparison, std::uint32_t begin) {
  return Expression{.node = std::move(comparison), .span = span_from(begin)};
}

Result<Expression> ParserRules::tested(Comparison comparison, std::uint32_t begin) {
  static constexpr std::pair<std::string_view, Test> kSymbols[] = {{"=", Test::equals}, {"!=", Test::not_equals}, {"<", Test::less}, {"<=", Test::at_most}, {">", Test::greater}, {">=", Test::at_least}};
  for (const auto& [symbol, test] : kSymbols) {
    if (!take_symbol(symbol)) continue;
    if (is_symbol("=") && symbol == "=") return error_at(peek().span, "one '=' is enough");
    comparison.test = test;
    WM_TRY(Operand right, operand());
    comparison.right.push_back(std::move(right));
    WM_TRY(comparison.compare, text_compare());
    return finish(std::move(comparison), begin);
  }
  if (window_starts() && !(is_word("between") && !look_at_bounds().ago)) {
    comparison.test = Test::window;
    WM_TRY(comparison.window, window());
    return finish(std::move(comparison), begin);
  }
  if (take_word("is")) return is_test(std::move(comparison), begin);
  if (take_word("does")) return does_not_test(std::move(comparison), begin);
  if (take_word("has")) return has_test(std::move(comparison), begin);
  if (take_word("between")) return between_test(std::move(comparison), begin);
  if (take_word("in")) return in_test(std::move(comparison), begin, false);
  if (take_word("within")) return within_test(std::move(comparison), begin);
  if (take_word("not")) {
    if (take_word("in")) return in_test(std::move(comparison), begin, true);
    WM_CHECK_OK(expect_word("between", "'not' (or 'in')"));
    WM_TRY(Expression inner, between_test(std::move(comparison), begin));
    return negated(std::move(inner), begin);
  }
  if (take_word("anniversary")) {
    comparison.test = Test::anniversary;
    if (!window_starts(Bare::window_only)) return unexpected_token("a window after 'anniversary'");
    WM_TRY(comparison.window, window());
    return finish(std::move(comparison), begin);
  }
  if (is_word("contains") || is_word("matches") || is_word("starts") || is_word("ends")) {
    const std::string word = peek().lower;
    ++at_;
    comparison.test = word == "contains" ? Test::contains : word == "matches" ? Test::matches : word == "starts" ? Test::starts_with : Test::ends_with;
    if (word == "starts" || word == "ends") WM_CHECK_OK(expect_word("with", fmt::format("'{}'", word)));
    WM_TRY(Operand right, operand());
    comparison.right.push_back(std::move(right));
    WM_TRY(comparison.compare, text_compare());
    return finish(std::move(comparison), begin);
  }
  std::string near;
  if (peek().kind == TokenKind::word) near = nearest(peek().lower, {"contains", "starts", "ends", "matches", "between", "anniversary", "changed", "within", "today", "yesterday", "since", "before"});
  return unexpected_token("a comparison such as =, in, contains, is known, or a window", near.empty() ? "" : fmt::format("Did you mean '{}'?", near));
}

Result<TextCompare> ParserRules::text_compare() {
  if (take_word("exactly")) return TextCompare::exactly;
  if (!take_word("ignoring")) return TextCompare::by_key;
  WM_CHECK_OK(expect_word("accents", "'ignoring'"));
  return TextCompare::ignoring_accents;
}

Result<Expression> ParserRules::is_test(Comparison comparison, std::uint32_t begin) {
  const bool inverted = take_word("not");
  if (take_word("known")) comparison.test = inverted ? Test::is_empty : Test::is_known;
  else if (take_word("empty") || take_word("missing") || take_word("null")) comparison.test = inverted ? Test::is_known : Test::is_empty;
  else if (take_word("true")) comparison.test = Test::is_true;
  else if (take_word("false")) comparison.test = Test::is_false;
  else return unexpected_token("'known', 'empty', 'true' or 'false' after 'is'", "values are compared with =");
  const bool wrap = inverted && (comparison.test == Test::is_true || comparison.test == Test::is_false);
  WM_TRY(Expression result, finish(std::move(comparison), begin));
  if (wrap) return negated(std::move(result), begin);
  return result;
}

Result<Expression> ParserRules::does_not_test(Comparison comparison, std::uint32_t begin) {
  WM_CHECK_OK(expect_word("not", "'does'"));
  if (take_word("have")) {
    WM_TRY(Expression result, has_test(std::move(comparison), begin));
    return negated(std::move(result), begin);
  }
  if (take_word("contain")) comparison.test = Test::does_not_contain;
  else if (take_word("match")) comparison.test = Test::does_not_match;
  else if (take_word("start")) comparison.test = Test::does_not_start_with;
  else if (take_word("end")) comparison.test = Test::does_not_end_with;
  else return unexpected_token("'contain', 'start with', 'end with', 'match' or 'have' after 'does not'");
  if (comparison.test == Test::does_not_start_with || comparison.test == Test::does_not_end_with) WM_CHECK_OK(expect_word("with", "'does not start' or 'end'"));
  WM_TRY(Operand right, operand());
  comparison.right.push_back(std::move(right));
  WM_TRY(comparison.compare, text_compare());
  return finish(std::move(comparison), begin);
}

Result<Expression> ParserRules::has_test(Comparison comparison, std::uint32_t begin) {
  if (take_word("at")) {
    WM_CHECK_OK(expect_word("least", "'has at'"));
    comparison.test = Test::has_at_least;
    WM_TRY(WholeNumber number, whole_number("'has at least'", 0));
    Literal value{.value = Decimal(), .span = number.span};
    if (const auto* whole = std::get_if<std::int64_t>(&number.value)) value.value = Decimal(*whole);
    else value.value = std::get<Parameter>(number.value);
    comparison.right.push_back(Operand{.node = std::move(value), .span = number.span});
    WM_CHECK_OK(expect_word("values", "the number"));
    return finish(std::move(comparison), begin);
  }
  const bool any = is_word("any");
  const bool all = is_word("all");
  const bool none = is_word("none");
  if (any || all || none) {
    ++at_;
    WM_CHECK_OK(expect_word("of", "'has any', 'has all' or 'has none'"));
    comparison.test = any ? Test::has_any : all ? Test::has_all : Test::has_none;
    WM_TRY(comparison.right, literal_list());
  } else {
    comparison.test = Test::has;
    WM_TRY(Literal value, literal("a text after 'has'"));
    const Span where = value.span;
    comparison.right.push_back(Operand{.node = std::move(value), .span = where});
  }
  WM_TRY(comparison.compare, text_compare());
  return finish(std::move(comparison), begin);
}

Result<Expression> ParserRules::between_test(Comparison comparison, std::uint32_t begin) {
  comparison.test = Test::between;
  WM_TRY(Operand low, operand());
  WM_CHECK_OK(expect_word("and", "the lower bound"));
  WM_TRY(Operand high, operand());
  const auto* a = std::get_if<Literal>(&low.node);
  const auto* b = std::get_if<Literal>(&high.node);
  if (a != nullptr && b != nullptr && a->value.index() == b->value.index()) {
    const bool empty = (std::holds_alternative<Decimal>(a->value) && std::get<Decimal>(b->value) < std::get<Decimal>(a->value)) ||
                       (std::holds_alternative<Date>(a->value) && std::get<Date>(b->value) < std::get<Date>(a->value)) ||
                       (std::holds_alternative<Timestamp>(a->value) && std::get<Timestamp>(b->value) < std::get<Timestamp>(a->value));
    if (empty) return error_at({low.span.begin, high.span.end}, "range is empty: it ends before it starts");
  }
  comparison.right.push_back(std::move(low));
  comparison.right.push_back(std::move(high));
  return finish(std::move(comparison), begin);
}

Result<Expression> ParserRules::in_test(Comparison comparison, std::uint32_t begin, bool negated_in) {
  if (take_word("set")) {
    comparison.test = negated_in ? Test::not_in_set : Test::in_set;
    const Span where = peek().span;
    WM_TRY(std::string key, text_value("the key of a value set between double quotes"));
    comparison.right.push_back(Operand{.node = Literal{.value = std::move(key), .span = where}, .span = where});
  } else {
    if (!is_symbol("(")) return unexpected_token("'(' and values, or 'set \"…\"' after 'in'");
    comparison.test = negated_in ? Test::not_in : Test::in;
    WM_TRY(comparison.right, literal_list());
  }
  WM_TRY(comparison.compare, text_compare());
  return finish(std::move(comparison), begin);
}

Result<Expression> ParserRules::within_test(Comparison comparison, std::uint32_t begin) {
  comparison.test = Test::within_km;
  const auto push = [&](Literal value) {
    const Span where = value.span;
    comparison.right.push_back(Operand{.node = std::move(value), .span = where});
  };
  WM_TRY(Literal km, literal("a distance after 'within'"));
  push(std::move(km));
  WM_CHECK_OK(expect_word("km", "the distance"));
  WM_CHECK_OK(expect_word("of", "'km'"));
  WM_CHECK_OK(expect_symbol("(", "'of'"));
  WM_TRY(Literal latitude, literal("a latitude"));
  push(std::move(latitude));
  WM_CHECK_OK(expect_symbol(",", "the latitude"));
  WM_TRY(Literal longitude, literal("a longitude"));
  push(std::move(longitude));
  WM_CHECK_OK(expect_symbol(")", "the longitude"));
  return finish(std::move(comparison), begin);
}

Result<Expression> ParserRules::history_test(const Operand& left, std::uint32_t begin) {
  const auto* of = std::get_if<Path>(&left.node);
  if (of == nullptr) return error_at(left.span, "'has been' asks for the history of an attribute");
  at_ += 2;
  WM_TRY(Literal value, literal("a value after 'has been'"));
  WM_CHECK_OK(expect_word("for", "the value"));
  RunLength length = RunLength::at_least;
  if (take_word("less")) {
    length = RunLength::less_than;
    WM_CHECK_OK(expect_word("than", "'less'"));
  } else {
    WM_CHECK_OK(expect_word("at", "'for' ('at least' or 'less than')"));
    WM_CHECK_OK(expect_word("least", "'at'"));
  }
  WM_TRY(Duration length_of_run, duration(length == RunLength::at_least ? "'at least'" : "'less than'"));
  return Expression{.node = HasBeen{*of, std::move(value), length, std::move(length_of_run)}, .span = span_from(begin)};
}

Result<Expression> ParserRules::changed_test(const Operand& left, std::uint32_t begin) {
  const auto* of = std::get_if<Path>(&left.node);
  if (of == nullptr) return error_at(left.span, "'changed' asks for the history of an attribute");
  ++at_;
  Changed result{.path = *of};
  if (take_word("from")) {
    WM_TRY(result.from, literal("a value after 'from'"));
  }
  if (take_word("to")) {
    WM_TRY(result.to, literal("a value after 'to'"));
  }
  if (window_starts(Bare::window_only)) {
    WM_TRY(result.window, window());
  }
  return Expression{.node = std::move(result), .span = span_from(begin)};
}

}  // namespace wanamaker
