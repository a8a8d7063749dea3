#include "language/lexer.h"

#include "base/text/fold.h"
#include "language/diagnostic.h"
#include "language/words.h"

#include <fmt/format.h>

#include <array>

namespace wanamaker {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word_part(char c) { return is_word_start(c) || is_digit(c); }

struct CodePoint {
  std::uint32_t value = 0;
  std::uint32_t length = 1;
};

CodePoint decode(std::string_view source, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(source[at + i])); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xE0) return {((lead & 0x1FU) << 6) | (byte(1) & 0x3FU), 2};
  if (lead < 0xF0) return {((lead & 0x0FU) << 12) | ((byte(1) & 0x3FU) << 6) | (byte(2) & 0x3FU), 3};
  return {((lead & 0x07U) << 18) | ((byte(1) & 0x3FU) << 12) | ((byte(2) & 0x3FU) << 6) | (byte(3) & 0x3FU), 4};
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) return put(0xC0 | (c >> 6)), put(0x80 | (c & 0x3F));
  if (c < 0x10000) return put(0xE0 | (c >> 12)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
  put(0xF0 | (c >> 18)), put(0x80 | ((c >> 12) & 0x3F)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
}

bool is_white_space(std::uint32_t c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_curly_quote(std::uint32_t c) { return (c >= 0x2018 && c <= 0x201F) || c == 0xAB || c == 0xBB; }

bool is_invisible(std::uint32_t c) {
  return c < 0x20 || c == 0x7F || c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Result<std::vector<Token>> run() {
    std::vector<std::uint32_t> open;
    while (true) {
      WM_CHECK_OK(skip_blank());
      if (at_ >= source_.size()) break;
      WM_TRY(Token token, next());
      const auto index = static_cast<std::uint32_t>(tokens_.size());
      if (token.kind == TokenKind::symbol && token.text == "(") open.push_back(index);
      if (token.kind == TokenKind::symbol && token.text == ")") {
        if (open.empty()) return fail(diagnose(source_, token.span, "')' closes nothing: there is no '(' before it"));
        tokens_[open.back()].partner = index;
        open.pop_back();
      }
      tokens_.push_back(std::move(token));
    }
    if (!open.empty()) return fail(diagnose(source_, tokens_[open.back()].span, "'(' is never closed", "add the ')' that belongs to it"));
    const auto end = static_cast<std::uint32_t>(source_.size());
    tokens_.push_back({.kind = TokenKind::end, .span = {end, end}});
    return std::move(tokens_);
  }

 private:
  Result<void> skip_blank() {
    while (at_ < source_.size()) {
      if (source_[at_] == '#') {
        while (at_ < source_.size() && source_[at_] != '\n') ++at_;
        continue;
      }
      const CodePoint c = decode(source_, at_);
      if (!is_white_space(c.value)) return {};
      at_ += c.length;
    }
    return {};
  }

  Span from(std::size_t begin) const { return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)}; }

  Result<Token> next() {
    const char c = source_[at_];
    const std::size_t begin = at_;
    if (is_word_start(c)) {
      while (at_ < source_.size() && is_word_part(source_[at_])) ++at_;
      std::string word(source_.substr(begin, at_ - begin));
      std::string lower = ascii_lower(word);
      return Token{.kind = TokenKind::word, .span = from(begin), .text = std::move(word), .lower = std::move(lower)};
    }
    if (is_digit(c)) return number_or_date();
    if (c == '"') return text();
    if (c == '`') return quoted_name();
    if (c == '$') return parameter();
    return symbol();
  }

  Result<Token> symbol() {
    static constexpr std::array<std::string_view, 14> kSymbols{"!=", "<=", ">=", "<>", "(", ")", ",", ".", "=", "<", ">", "+", "-", "*"};
    const std::size_t begin = at_;
    for (const std::string_view symbol : kSymbols) {
      if (!source_.substr(at_).starts_with(symbol)) continue;
      at_ += symbol.size();
      return Token{.kind = TokenKind::symbol, .span = from(begin), .text = symbol == "<>" ? "!=" : std::string(symbol)};
    }
    if (source_[at_] == '/') {
      ++at_;
      return Token{.kind = TokenKind::symbol, .span = from(begin), .text = "/"};
    }
    const CodePoint c = decode(source_, at_);
    at_ += c.length;
    if (is_curly_quote(c.value)) return fail(diagnose(source_, from(begin), "use straight quotes", "write \"…\" instead of curly quotes"));
    if (is_invisible(c.value)) return fail(diagnose(source_, from(begin), fmt::format("invisible character U+{:04X}", c.value), "delete it"));
    if (c.value == '\'') return fail(diagnose(source_, from(begin), "texts stand between double quotes", "write \"…\" instead of '…'"));
    if (c.value == '&' || c.value == '|' || c.value == '!') {
      const std::string_view word = c.value == '&' ? "and" : c.value == '|' ? "or" : "not";
      return fail(diagnose(source_, from(begin), fmt::format("unexpected '{}'", static_cast<char>(c.value)), fmt::format("write '{}'", word)));
    }
    const std::string shown(source_.substr(begin, c.length));
    if (c.value >= 0x80) {
      return fail(diagnose(source_, from(begin), fmt::format("unexpected '{}'", shown), "names with letters beyond A to Z stand between back-ticks: `město`"));
    }
    return fail(diagnose(source_, from(begin), fmt::format("unexpected '{}'", shown)));
  }

  Result<Token> number_or_date() {
    const std::size_t begin = at_;
    const auto digits_at = [&](std::size_t i, std::size_t n) {
      for (std::size_t k = i; k < i + n; ++k) if (k >= source_.size() || !is_digit(source_[k])) return false;
      return true;
    };
    const auto char_at = [&](std::size_t i, char c) { return i < source_.size() && source_[i] == c; };
    if (digits_at(at_, 4) && char_at(at_ + 4, '-') && digits_at(at_ + 5, 2) && char_at(at_ + 7, '-') && digits_at(at_ + 8, 2)) return date(begin);
    while (at_ < source_.size() && is_digit(source_[at_])) ++at_;
    if (char_at(at_, '.') && digits_at(at_ + 1, 1)) {
      ++at_;
      while (at_ < source_.size() && is_digit(source_[at_])) ++at_;
    }
    const auto value = Decimal::parse(source_.substr(begin, at_ - begin));
    if (!value) return fail(diagnose(source_, from(begin), "a number has at most 18 digits"));
    return Token{.kind = TokenKind::number, .span = from(begin), .number = *value};
  }

  Result<Token> date(std::size_t begin) {
    at_ = begin + 10;
    const auto day = parse_date(source_.substr(begin, 10));
    if (!day) return fail(diagnose(source_, from(begin), fmt::format("there is no date {}", source_.substr(begin, 10)), "dates are written YYYY-MM-DD"));
    const bool has_time = at_ + 2 < source_.size() && (source_[at_] == 'T' || source_[at_] == 't') && is_digit(source_[at_ + 1]);
    if (!has_time) return Token{.kind = TokenKind::date, .span = from(begin), .date = *day};
    ++at_;
    while (at_ < source_.size() && (is_digit(source_[at_]) || source_[at_] == ':' || source_[at_] == '.')) ++at_;
    if (at_ < source_.size() && (source_[at_] == 'Z' || source_[at_] == 'z')) {
      ++at_;
    } else if (at_ < source_.size() && (source_[at_] == '+' || source_[at_] == '-')) {
      ++at_;
      while (at_ < source_.size() && (is_digit(source_[at_]) || source_[at_] == ':')) ++at_;
    } else {
      return fail(diagnose(source_, from(begin), "a timestamp needs its offset: Z or ±hh:mm", fmt::format("{}Z", source_.substr(begin, at_ - begin))));
    }
    const auto instant = parse_timestamp(source_.substr(begin, at_ - begin));
    if (!instant) return fail(diagnose(source_, from(begin), "this is no timestamp", "timestamps are written 2024-01-31T10:00:00Z"));
    return Token{.kind = TokenKind::timestamp, .span = from(begin), .timestamp = *instant};
  }

  Result<Token> text() {
    const std::size_t begin = at_++;
    std::string value;
    while (true) {
      if (at_ >= source_.size()) return fail(diagnose(source_, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + 1)}, "this text is never closed", "add the closing \""));
      const char c = source_[at_];
      if (c == '"') break;
      if (c == '\0') return fail(diagnose(source_, {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(at_ + 1)}, "a text cannot hold a zero byte"));
      if (c == '\\') {
        WM_CHECK_OK(escape(value));
      } else {
        value += c;
        ++at_;
      }
    }
    ++at_;
    return Token{.kind = TokenKind::text, .span = from(begin), .text = std::move(value)};
  }

  Result<void> escape(std::string& value) {
    const std::size_t begin = at_++;
    const char c = at_ < source_.size() ? source_[at_++] : '\0';
    switch (c) {
      case '"': value += '"'; return {};
      case '\\': value += '\\'; return {};
      case 'n': value += '\n'; return {};
      case 't': value += '\t'; return {};
      case 'u': return unicode_escape(value, begin);
      default: break;
    }
    return fail(diagnose(source_, from(begin), "unknown escape in a text", "known are \\\" \\\\ \\n \\t \\u{1F600}; a backslash itself is \\\\"));
  }

  Result<void> unicode_escape(std::string& value, std::size_t begin) {
    const std::size_t close = source_.find('}', at_);
    std::uint32_t code = 0;
    bool good = at_ < source_.size() && source_[at_] == '{' && close != std::string_view::npos && close > at_ + 1 && close <= at_ + 7;
    for (std::size_t i = at_ + 1; good && i < close; ++i) {
      const char c = source_[i];
      const int digit = is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      good = digit >= 0;
      code = code * 16 + static_cast<std::uint32_t>(digit < 0 ? 0 : digit);
    }
    if (good) at_ = close + 1;
    if (good && code == 0) return fail(diagnose(source_, from(begin), "a text cannot hold the character U+0000"));
    if (good && code >= 0xD800 && code <= 0xDFFF) return fail(diagnose(source_, from(begin), "a lone surrogate is no character"));
    if (!good || code > 0x10FFFF) return fail(diagnose(source_, from(begin), "a character is written \\u{1F600}, with 1 to 6 hexadecimal digits"));
    append_utf8(value, code);
    return {};
  }

  Result<Token> quoted_name() {
    const std::size_t begin = at_++;
    const std::size_t close = source_.find('`', at_);
    if (close == std::string_view::npos) {
      return fail(diagnose(source_, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + 1)}, "this name is never closed", "add the closing back-tick"));
    }
    std::string name(source_.substr(at_, close - at_));
    at_ = close + 1;
    if (name.empty()) return fail(diagnose(source_, from(begin), "a name between back-ticks has at least one character"));
    return Token{.kind = TokenKind::quoted_name, .span = from(begin), .text = std::move(name)};
  }

  Result<Token> parameter() {
    const std::size_t begin = at_++;
    while (at_ < source_.size() && is_word_part(source_[at_])) ++at_;
    std::string name(source_.substr(begin + 1, at_ - begin - 1));
    if (name.empty() || is_digit(name[0])) return fail(diagnose(source_, from(begin), "a parameter is written $name"));
    return Token{.kind = TokenKind::parameter, .span = from(begin), .text = std::move(name)};
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view source) {
  if (source.size() > kDefinitionBytesMax) return fail(diagnose("", {}, "a definition has at most 64 KiB of text"));
  if (!is_valid_utf8(source)) return fail(diagnose("", {}, "the definition is not valid UTF-8"));
  return Lexer(source).run();
}

}  // namespace wanamaker
