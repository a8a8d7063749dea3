#include "language/parser.h"

#include "language/diagnostic.h"
#include "language/parser_rules.h"
#include "language/words.h"

#include <fmt/format.h>

namespace wanamaker {

// ---- tokens ----

bool ParserRules::is_name(std::uint32_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == TokenKind::quoted_name || (token.kind == TokenKind::word && !is_reserved(token.lower));
}

bool ParserRules::is_unit(std::uint32_t ahead) const { return peek(ahead).kind == TokenKind::word && unit_from(peek(ahead).lower).has_value(); }

bool ParserRules::take_word(std::string_view word) {
  if (!is_word(word)) return false;
  ++at_;
  return true;
}

bool ParserRules::take_symbol(std::string_view symbol) {
  if (!is_symbol(symbol)) return false;
  ++at_;
  return true;
}

std::string ParserRules::shown(const Token& token) const {
  if (token.kind == TokenKind::end) return "the end";
  return fmt::format("'{}'", source_.substr(token.span.begin, std::min<std::uint32_t>(token.span.end - token.span.begin, 60)));
}

std::unexpected<Error> ParserRules::error_at(Span span, std::string message, std::string hint) const {
  return fail(diagnose(source_, span, std::move(message), std::move(hint)));
}

std::unexpected<Error> ParserRules::unexpected_token(std::string_view expected, std::string hint) const {
  const bool decimal_comma = at_ > 0 && tokens_[at_ - 1].kind == TokenKind::number && is_symbol(",") && peek(1).kind == TokenKind::number;
  if (decimal_comma) return error_at(peek().span, "use a decimal point", "write 1.5, not 1,5");
  return error_at(peek().span, fmt::format("expected {}, found {}", expected, shown(peek())), std::move(hint));
}

Result<void> ParserRules::expect_word(std::string_view word, std::string_view after) {
  if (take_word(word)) return {};
  return unexpected_token(fmt::format("'{}' after {}", word, after));
}

Result<void> ParserRules::expect_symbol(std::string_view symbol, std::string_view after) {
  if (take_symbol(symbol)) return {};
  return unexpected_token(fmt::format("'{}' after {}", symbol, after));
}

Result<void> ParserRules::enter() {
  if (++level_ > kDefinitionLevelsMax) return error_at(peek().span, fmt::format("more than {} levels deep", kDefinitionLevelsMax), "save a part as a segment of its own");
  return {};
}

Result<void> ParserRules::count_node() {
  if (++nodes_ > kDefinitionNodesMax) return error_at(peek().span, fmt::format("more than {} conditions and values", kDefinitionNodesMax), "use a value set, or save a part as a segment of its own");
  return {};
}

// ---- expressions ----

Result<Expression> ParserRules::whole_expression() {
  if (peek().kind == TokenKind::end) return error_at(peek().span, "the definition is empty", "write 'everyone' for all contacts");
  WM_TRY(Expression result, expression());
  if (peek().kind == TokenKind::end) return result;
  return unexpected_token("'and', 'or' or the end");
}

Result<Expression> ParserRules::expression() {
  WM_CHECK_OK(enter());
  const std::uint32_t start = begin();
  WM_TRY(Expression first, conjunction());
  if (is_word("or")) {
    WM_CHECK_OK(count_node());
    std::vector<Expression> children;
    children.push_back(std::move(first));
    while (take_word("or")) {
      WM_TRY(Expression child, conjunction());
      children.push_back(std::move(child));
    }
    first = {.node = Or{std::move(children)}, .span = span_from(start)};
  }
  leave();
  return first;
}

Result<Expression> ParserRules::conjunction() {
  const std::uint32_t start = begin();
  WM_TRY(Expression first, negation());
  if (!is_word("and")) return first;
  WM_CHECK_OK(count_node());
  std::vector<Expression> children;
  children.push_back(std::move(first));
  while (take_word("and")) {
    WM_TRY(Expression child, negation());
    children.push_back(std::move(child));
  }
  return Expression{.node = And{std::move(children)}, .span = span_from(start)};
}

Result<Expression> ParserRules::negation() {
  const std::uint32_t start = begin();
  if (!take_word("not")) return primary();
  WM_CHECK_OK(enter());
  WM_TRY(Expression child, negation());
  leave();
  return negated(std::move(child), start);
}

Result<Expression> ParserRules::negated(Expression child, std::uint32_t begin) {
  WM_CHECK_OK(count_node());
  return Expression{.node = Not{Box<Expression>(std::move(child))}, .span = span_from(begin)};
}

Result<Expression> ParserRules::primary() {
  WM_CHECK_OK(count_node());
  const Token& first = peek();
  if (first.kind == TokenKind::symbol && first.text == "(") return bracket();
  if (first.kind == TokenKind::word) {
    if (is_reserved(first.lower)) return keyword_primary(first);
    if (is_reserved_for_later()) return reserved_for_later();
  }
  if (first.kind == TokenKind::end) return unexpected_token("a condition");
  return comparison();
}

// A bracket followed by an arithmetic or comparison operator is arithmetic.
Result<Expression> ParserRules::bracket() {
  const std::uint32_t ahead = peek().partner - at_ + 1;
  const Token& after = peek(ahead);
  const bool symbol = after.kind == TokenKind::symbol && after.text != ")" && after.text != "," && after.text != "(" && after.text != ".";
  const bool word = is_word("between", ahead) || is_word("in", ahead) || is_word("is", ahead) || is_word("not", ahead);
  if (symbol || word) return comparison();
  const std::uint32_t start = begin();
  ++at_;
  if (is_symbol(")")) return unexpected_token("a condition");
  WM_TRY(Expression inner, expression());
  WM_CHECK_OK(expect_symbol(")", "the condition"));
  inner.span = span_from(start);
  return inner;
}

Result<Expression> ParserRules::keyword_primary(const Token& first) {
  const std::uint32_t start = begin();
  const std::string& word = first.lower;
  if (word == "everyone") {
    ++at_;
    return Expression{.node = Everyone{}, .span = span_from(start)};
  }
  if (word == "did") return did();
  if (word == "first" || word == "last") return moment();
  if (word == "at") return at_least();
  if (word == "in") return membership();
  if (word == "top" || word == "bottom") return ranking();
  if (word == "random") return random_share();
  if (word == "previous") return comparison();
  if (word == "any") {
    ++at_;
    return related(Quantifier::any);
  }
  if (word == "no") {
    ++at_;
    if (!is_word("one")) return related(Quantifier::no);
    ++at_;
    return Expression{.node = NoOne{}, .span = span_from(start)};
  }
  return unexpected_token("a condition", fmt::format("a name spelled '{0}' stands in back-ticks: `{0}`", first.text));
}

Result<Expression> ParserRules::at_least() {
  const std::uint32_t start = begin();
  ++at_;
  if (is_word("most")) return error_at(peek().span, "'at most' counts events after 'did …'; here 'at least N of (…)' is meant", "write not at least N of (…)");
  WM_CHECK_OK(expect_word("least", "'at'"));
  WM_TRY(WholeNumber number, whole_number("'at least'", 0));
  if (!take_word("of")) {
    WM_TRY(Expression result, at_least_related(std::move(number)));
    result.span = span_from(start);
    return result;
  }
  WM_CHECK_OK(expect_symbol("(", "'of'"));
  std::vector<Expression> children;
  do {
    WM_TRY(Expression child, expression());
    children.push_back(std::move(child));
  } while (take_symbol(","));
  WM_CHECK_OK(expect_symbol(")", "the conditions"));
  return Expression{.node = AtLeastOf{std::move(number), std::move(children)}, .span = span_from(start)};
}

Result<Expression> ParserRules::membership() {
  const std::uint32_t start = begin();
  ++at_;
  Membership result;
  if (take_word("list")) result.kind = MembershipKind::list;
  else if (!take_word("segment")) return unexpected_token("'segment' or 'list' after 'in'");
  WM_TRY(result.key, text_value("the key between double quotes"));
  if (take_symbol("(")) {
    do {
      WM_TRY(Name key, name("a parameter's name"));
      WM_CHECK_OK(expect_symbol("=", "the parameter's name"));
      WM_TRY(Literal value, literal("the parameter's value"));
      for (const auto& [other, _] : result.parameters) {
        if (other == key.text) return error_at(key.span, fmt::format("parameter '{}' is given twice", key.text));
      }
      result.parameters.emplace_back(key.text, std::move(value));
    } while (take_symbol(","));
    WM_CHECK_OK(expect_symbol(")", "the parameters"));
  }
  return Expression{.node = std::move(result), .span = span_from(start)};
}

Result<Expression> ParserRules::ranking() {
  const std::uint32_t start = begin();
  const RankEnd end = peek().lower == "top" ? RankEnd::top : RankEnd::bottom;
  ++at_;
  std::variant<WholeNumber, Literal> size;
  if (is_number() && is_word("percent", 1)) {
    WM_TRY(Literal percent, literal("a share"));
    const auto* share = std::get_if<Decimal>(&percent.value);
    if (share != nullptr && (*share <= Decimal(0) || *share > Decimal(100))) return error_at(percent.span, "a ranking takes more than 0 and at most 100 percent");
    size = std::move(percent);
    ++at_;
  } else {
    WM_TRY(size, whole_number(end == RankEnd::top ? "'top'" : "'bottom'", 1));
  }
  WM_CHECK_OK(expect_word("by", "the size of the ranking"));
  WM_TRY(Operand metric, operand());
  std::optional<Box<Expression>> among;
  if (take_word("among")) {
    WM_CHECK_OK(expect_symbol("(", "'among'"));
    WM_TRY(Expression population, expression());
    among = Box<Expression>(std::move(population));
    WM_CHECK_OK(expect_symbol(")", "the population"));
  }
  return Expression{.node = Ranking{end, std::move(size), Box<Operand>(std::move(metric)), std::move(among)}, .span = span_from(start)};
}

Result<Expression> ParserRules::random_share() {
  const std::uint32_t start = begin();
  ++at_;
  WM_TRY(Literal percent, literal("a share such as 10"));
  const auto* share = std::get_if<Decimal>(&percent.value);
  if (share != nullptr && (*share < Decimal(0) || *share > Decimal(100))) return error_at(percent.span, "a share lies between 0 and 100 percent");
  if (share == nullptr && !std::holds_alternative<Parameter>(percent.value)) return error_at(percent.span, "a share is a number");
  WM_CHECK_OK(expect_word("percent", "the share"));
  WM_TRY(std::string salt, text_value("a text that names this draw"));
  return Expression{.node = Random{std::move(percent), std::move(salt)}, .span = span_from(start)};
}

Result<Expression> ParserRules::related(Quantifier quantifier) {
  const std::uint32_t start = tokens_[at_ - 1].span.begin;
  WM_TRY(Source source, records());
  return Expression{.node = Related{quantifier, {}, std::move(source)}, .span = span_from(start)};
}

Result<Expression> ParserRules::at_least_related(WholeNumber number) {
  if (!is_name()) return unexpected_token("'of (…)' or a record type after 'at least N'", "a count of events stands behind them: did order_completed at least 2 times");
  if (is_word("times") || is_word("days")) return unexpected_token("'of (…)' or a record type after 'at least N'", "a count of events stands behind them: did order_completed at least 2 times");
  WM_TRY(Source source, records());
  return Expression{.node = Related{Quantifier::at_least, std::move(number), std::move(source)}};
}

bool ParserRules::is_reserved_for_later() const {
  if (is_word("score")) return peek(1).kind == TokenKind::text;
  if (is_word("highest")) return is_word("score", 1) && peek(2).kind == TokenKind::text;
  return (is_word("subscribed") && is_word("to", 1)) || (is_word("consented") && is_word("to", 1)) ||
         (is_word("suppressed") && is_word("by", 1)) || (is_word("reachable") && is_word("by", 1));
}

Result<Expression> ParserRules::reserved_for_later() {
  const bool score = is_word("score") || is_word("highest");
  return error_at(peek().span, fmt::format("unknown {}: this version has no {}", score ? "score" : fmt::format("condition '{}'", peek().text),
                                           score ? "scores" : "consents, subscriptions or suppressions"));
}

// ---- entry points ----

Result<Expression> parse_expression(std::string_view source) {
  WM_TRY(std::vector<Token> tokens, tokenize(source));
  return ParserRules(source, std::move(tokens)).whole_expression();
}

Result<Operand> parse_operand(std::string_view source) {
  WM_TRY(std::vector<Token> tokens, tokenize(source));
  return ParserRules(source, std::move(tokens)).whole_operand();
}

}  // namespace wanamaker
