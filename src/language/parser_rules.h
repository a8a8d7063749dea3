#pragma once
// The parser's rules as one class over the tokens: parser.cc has expressions, parser_events.cc sources, windows, counts and
// steps, parser_operand.cc operands and comparisons. Inside language/ only.

#include "language/lexer.h"
#include "language/tree.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

class ParserRules {
 public:
  ParserRules(std::string_view source, std::vector<Token> tokens) : source_(source), tokens_(std::move(tokens)) {}

  Result<Expression> whole_expression();
  Result<Operand> whole_operand();

 private:
  // What a bare `time` means: the event's own time inside a filter of events.
  enum class Scope : std::uint8_t { contact, event_filter, record_filter };
  struct Bounds { bool two_dates = false; bool two_parameters = false; bool ago = false; bool later = false; bool times = false; };

  // parser.cc
  Result<Expression> expression();
  Result<Expression> conjunction();
  Result<Expression> negation();
  Result<Expression> primary();
  Result<Expression> bracket();
  Result<Expression> keyword_primary(const Token& first);
  Result<Expression> at_least();
  Result<Expression> membership();
  Result<Expression> ranking();
  Result<Expression> random_share();
  Result<Expression> related(Quantifier quantifier);
  Result<Expression> at_least_related(WholeNumber number);
  Result<Expression> reserved_for_later();
  bool is_reserved_for_later() const;

  // parser_events.cc
  Result<Expression> did();
  Result<Expression> sequence(Source first, bool from_first);
  Result<Step> step();
  Result<void> agree(Unit of_lower, Step& step) const;
  Result<Expression> moment();
  Result<Source> events();
  Result<Source> source();
  Result<Source> records();
  Result<void> optional_filter(Source& source, Scope scope);
  Result<void> optional_window(Source& source);
  bool count_starts() const;
  // After events that are not compared, `between $a and $b` can only be a window; after an operand it is a range.
  enum class Bare : std::uint8_t { window_only, range_too };
  bool window_starts(Bare bare = Bare::range_too) const;
  Result<Count> count(bool& negated);
  Result<Count> counted(CountKind kind);
  Result<Count> regular(Count count);
  Result<WindowNode> window();
  Result<WindowNode> window_in();
  Result<WindowNode> calendar_window(WindowKind kind);
  Result<WindowNode> bounded_window(WindowKind kind);
  Result<WindowNode> between_window();
  Bounds look_at_bounds() const;
  Result<Duration> duration(std::string_view said);
  Result<WholeNumber> whole_number(std::string_view what, std::int64_t least);
  Result<Unit> unit(std::string_view said);

  // parser_operand.cc
  Result<Operand> operand();
  Result<Operand> product();
  Result<Operand> factor();
  Result<Operand> named_operand();
  Result<Operand> of_operand(const Token& word);
  Result<Path> path();
  Result<Literal> literal(std::string_view what);
  Result<std::vector<Operand>> literal_list();
  Result<std::string> text_value(std::string_view what);
  Result<Name> name(std::string_view what);
  Result<Expression> comparison();
  Result<Expression> tested(Comparison comparison, std::uint32_t begin);
  Result<Expression> is_test(Comparison comparison, std::uint32_t begin);
  Result<Expression> does_not_test(Comparison comparison, std::uint32_t begin);
  Result<Expression> has_test(Comparison comparison, std::uint32_t begin);
  Result<Expression> between_test(Comparison comparison, std::uint32_t begin);
  Result<Expression> in_test(Comparison comparison, std::uint32_t begin, bool negated);
  Result<Expression> within_test(Comparison comparison, std::uint32_t begin);
  Result<Expression> history_test(const Operand& left, std::uint32_t begin);
  Result<Expression> changed_test(const Operand& left, std::uint32_t begin);
  Result<TextCompare> text_compare();
  Result<Expression> finish(Comparison comparison, std::uint32_t begin);
  Result<Expression> negated(Expression child, std::uint32_t begin);

  // tokens
  const Token& peek(std::uint32_t ahead = 0) const { return tokens_[std::min<std::size_t>(at_ + ahead, tokens_.size() - 1)]; }
  bool is_word(std::string_view word, std::uint32_t ahead = 0) const { return peek(ahead).kind == TokenKind::word && peek(ahead).lower == word; }
  bool is_symbol(std::string_view symbol, std::uint32_t ahead = 0) const { return peek(ahead).kind == TokenKind::symbol && peek(ahead).text == symbol; }
  bool is_number(std::uint32_t ahead = 0) const { return peek(ahead).kind == TokenKind::number || peek(ahead).kind == TokenKind::parameter; }
  bool is_name(std::uint32_t ahead = 0) const;
  bool is_unit(std::uint32_t ahead) const;
  bool take_word(std::string_view word);
  bool take_symbol(std::string_view symbol);
  Result<void> expect_word(std::string_view word, std::string_view after);
  Result<void> expect_symbol(std::string_view symbol, std::string_view after);
  Span span_from(std::uint32_t begin) const { return {begin, at_ == 0 ? begin : tokens_[at_ - 1].span.end}; }
  std::uint32_t begin() const { return peek().span.begin; }
  std::string shown(const Token& token) const;
  std::unexpected<Error> unexpected_token(std::string_view expected, std::string hint = {}) const;
  std::unexpected<Error> error_at(Span span, std::string message, std::string hint = {}) const;
  Result<void> enter();      // one level deeper
  Result<void> count_node();
  void leave() { --level_; }

  std::string_view source_;
  std::vector<Token> tokens_;
  std::uint32_t at_ = 0;
  int level_ = 0;
  int nodes_ = 0;
  Scope scope_ = Scope::contact;
};

}  // namespace wanamaker
