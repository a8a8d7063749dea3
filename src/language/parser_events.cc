// Sources, windows, counts and sequences: what stands around the names of events and records.

#include "language/diagnostic.h"
#include "language/parser_rules.h"
#include "language/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace wanamaker {
namespace {

bool is_of_months(Unit unit) { return unit >= Unit::months; }

// In seconds or in months.
std::int64_t size_in_class(Unit unit) {
  switch (unit) {
    case Unit::seconds: return 1;
    case Unit::minutes: return 60;
    case Unit::hours: return 3'600;
    case Unit::days: return 86'400;
    case Unit::weeks: return 604'800;
    case Unit::months: return 1;
    case Unit::quarters: return 3;
    case Unit::years: return 12;
  }
  return 1;
}

}  // namespace

Result<Expression> ParserRules::did() {
  const std::uint32_t start = begin();
  ++at_;
  const bool from_first = take_word("first");
  WM_TRY(Source source, events());
  if (is_word("then") || from_first) return sequence(std::move(source), from_first);
  Count times;
  bool counted = false;
  bool windowed = false;
  bool inverted = false;
  while ((!counted && count_starts()) || (!windowed && window_starts(Bare::window_only))) {
    if (!counted && count_starts()) {
      counted = true;
      WM_TRY(times, count(inverted));
    } else {
      windowed = true;
      WM_TRY(source.window, window());
    }
  }
  if (windowed && is_word("then")) return error_at(peek().span, "the window of a sequence stands at its end", "write did a then b within 7 days in last 30 days");
  if (is_word("did") || is_name()) return unexpected_token("a count, a window, 'then', 'and', 'or' or the end");
  Expression result{.node = Did{std::move(source), std::move(times)}, .span = span_from(start)};
  if (inverted) return negated(std::move(result), start);
  return result;
}

Result<Expression> ParserRules::sequence(Source first, bool from_first) {
  const std::uint32_t start = first.span.begin;
  Sequence result{.from_first = from_first, .steps = {}, .window = {}};
  result.steps.push_back({.kind = StepKind::start, .source = std::move(first)});
  if (!is_word("then")) return unexpected_token("'then' and a further event after 'did first …'", "for the first event alone write: first EVENT was WINDOW");
  while (take_word("then")) {
    if (result.steps.back().kind == StepKind::absent) return error_at(tokens_[at_ - 1].span, "'then not' is the last step");
    WM_CHECK_OK(count_node());
    WM_TRY(Step next, step());
    result.steps.push_back(std::move(next));
  }
  if (window_starts(Bare::window_only)) {
    WM_TRY(result.window, window());
  }
  return Expression{.node = std::move(result), .span = span_from(start)};
}

Result<Step> ParserRules::step() {
  Step result;
  const bool absent = take_word("not");
  WM_TRY(result.source, events());
  if (take_word("within")) {
    result.kind = absent ? StepKind::absent : StepKind::within;
    WM_TRY(result.gap, duration("'within'"));
    return result;
  }
  if (absent || !take_word("between")) return unexpected_token(absent ? "'within N days' after the event" : "'within N days' or 'between N and M days later' after the event");
  result.kind = StepKind::later;
  WM_TRY(result.gap.number, whole_number("'between'", 0));
  std::optional<Unit> of_lower;
  if (!is_word("and")) {
    WM_TRY(of_lower, unit("between"));
  }
  WM_CHECK_OK(expect_word("and", "the lower bound"));
  WM_TRY(result.upper, whole_number("'and'", 1));
  WM_TRY(result.gap.unit, unit("between … and …"));
  if (of_lower) WM_CHECK_OK(agree(*of_lower, result));
  WM_CHECK_OK(expect_word("later", "the unit"));
  const auto* low = std::get_if<std::int64_t>(&result.gap.number.value);
  const auto* high = std::get_if<std::int64_t>(&result.upper.value);
  if (low != nullptr && high != nullptr && *low > *high) return error_at({result.gap.number.span.begin, result.upper.span.end}, "range is empty: it ends before it starts");
  return result;
}

// The bounds have a unit each, and a gap has one: the larger unit is said in the smaller.
Result<void> ParserRules::agree(Unit of_lower, Step& step) const {
  if (of_lower == step.gap.unit) return {};
  const Span both{step.gap.number.span.begin, tokens_[at_ - 1].span.end};
  const std::int64_t lower_size = size_in_class(of_lower);
  const std::int64_t upper_size = size_in_class(step.gap.unit);
  WholeNumber& larger = lower_size > upper_size ? step.gap.number : step.upper;
  auto* number = std::get_if<std::int64_t>(&larger.value);
  if (is_of_months(of_lower) != is_of_months(step.gap.unit) || number == nullptr)
    return error_at(both, "the two bounds are of different units", "give both in one unit, as in: between 12 and 48 hours later");
  const std::int64_t times = std::max(lower_size, upper_size) / std::min(lower_size, upper_size);
  if (__builtin_mul_overflow(*number, times, number)) return error_at(larger.span, "the number is too large", "give both bounds in one unit");
  if (lower_size < upper_size) step.gap.unit = of_lower;
  return {};
}

Result<Expression> ParserRules::moment() {
  const std::uint32_t start = begin();
  const Which which = peek().lower == "first" ? Which::first : Which::last;
  ++at_;
  WM_TRY(Source source, events());
  WM_CHECK_OK(expect_word("was", "the events"));
  if (!window_starts(Bare::window_only)) return unexpected_token("a window after 'was'", "such as: last order_completed was more than 60 days ago");
  WM_TRY(WindowNode was, window());
  return Expression{.node = Moment{which, std::move(source), std::move(was)}, .span = span_from(start)};
}

Result<Source> ParserRules::events() {
  Source result;
  const std::uint32_t start = begin();
  if (take_word("any")) {
    if (take_word("event")) {
      result.kind = SourceKind::any_event;
    } else {
      WM_CHECK_OK(expect_word("of", "'any' ('any event' or 'any of (…)')"));
      WM_CHECK_OK(expect_symbol("(", "'any of'"));
      do {
        WM_CHECK_OK(count_node());
        WM_TRY(Name event, name("an event"));
        result.names.push_back(std::move(event));
      } while (take_symbol(","));
      WM_CHECK_OK(expect_symbol(")", "the events"));
    }
  } else {
    WM_TRY(Name event, name("an event"));
    result.names.push_back(std::move(event));
  }
  WM_CHECK_OK(optional_filter(result, Scope::event_filter));
  result.span = span_from(start);
  return result;
}

// What an aggregate runs over: events, or records of the contact or of its account.
Result<Source> ParserRules::source() {
  if (is_word("account")) return records();
  WM_TRY(Source result, events());
  WM_CHECK_OK(optional_window(result));
  return result;
}

Result<Source> ParserRules::records() {
  Source result;
  const std::uint32_t start = begin();
  const bool through_account = take_word("account");
  if (through_account && take_word("contact")) {
    result.kind = SourceKind::account_contacts;
    WM_CHECK_OK(optional_filter(result, Scope::contact));
  } else {
    if (through_account) result.kind = SourceKind::account_records;
    WM_TRY(Name type, name("a record type"));
    result.names.push_back(std::move(type));
    WM_CHECK_OK(optional_filter(result, Scope::record_filter));
  }
  if (is_word("ever")) ++at_;
  result.span = span_from(start);
  return result;
}

Result<void> ParserRules::optional_filter(Source& source, Scope scope) {
  if (!take_symbol("(")) return {};
  if (is_symbol(")")) return unexpected_token("a condition on the event or record");
  const Scope outer = scope_;
  scope_ = scope;
  WM_TRY(Expression filter, expression());
  scope_ = outer;
  WM_CHECK_OK(expect_symbol(")", "the filter"));
  source.where = Box<Expression>(std::move(filter));
  return {};
}

Result<void> ParserRules::optional_window(Source& source) {
  if (!window_starts()) return {};
  WM_TRY(source.window, window());
  return {};
}

// ---- counts ----

bool ParserRules::count_starts() const {
  if (is_word("on")) return is_word("at", 1) || is_word("exactly", 1);
  if (is_word("at")) return true;
  if (is_word("exactly") || is_word("once") || is_word("twice") || is_word("never")) return true;
  if (is_word("more") || is_word("fewer")) return is_word("than", 1) && is_number(2) && !is_word("ago", 4);
  return is_word("between") && look_at_bounds().times;
}

Result<Count> ParserRules::count(bool& inverted) {
  const auto whole = [](std::int64_t n) { return WholeNumber{n}; };
  const bool on = take_word("on");
  const Token word = peek();
  ++at_;
  if (word.lower == "once") return Count{.kind = CountKind::exactly, .number = whole(1)};
  if (word.lower == "twice") return Count{.kind = CountKind::exactly, .number = whole(2)};
  if (word.lower == "never") return Count{.kind = CountKind::exactly, .number = whole(0)};
  if (word.lower == "between") {
    Count result{.kind = CountKind::between};
    WM_TRY(result.number, whole_number("'between'", 0));
    WM_CHECK_OK(expect_word("and", "the lower bound"));
    WM_TRY(result.upper, whole_number("'and'", 0));
    WM_CHECK_OK(expect_word("times", "the count"));
    const auto* low = std::get_if<std::int64_t>(&result.number.value);
    const auto* high = std::get_if<std::int64_t>(&result.upper.value);
    if (low != nullptr && high != nullptr && *low > *high) return error_at({result.number.span.begin, result.upper.span.end}, "range is empty: it ends before it starts");
    return result;
  }
  if (word.lower == "more" || word.lower == "fewer") {
    const bool more = word.lower == "more";
    ++at_;
    Count result{.kind = more ? CountKind::at_least : CountKind::at_most};
    WM_TRY(result.number, whole_number(more ? "'more than'" : "'fewer than'", more ? 0 : 1));
    WM_CHECK_OK(expect_word("times", "the count"));
    if (auto* number = std::get_if<std::int64_t>(&result.number.value)) {
      *number += more ? 1 : -1;
    } else {
      result.kind = more ? CountKind::at_most : CountKind::at_least;
      inverted = true;
    }
    return result;
  }
  if (word.lower == "exactly") return counted(CountKind::exactly);
  if (take_word("most")) return counted(CountKind::at_most);
  WM_CHECK_OK(expect_word("least", on ? "'on at'" : "'at'"));
  return counted(CountKind::at_least);
}

Result<Count> ParserRules::counted(CountKind kind) {
  Count result{.kind = kind};
  WM_TRY(result.number, whole_number(kind == CountKind::at_least ? "'at least'" : kind == CountKind::at_most ? "'at most'" : "'exactly'", 0));
  if (take_word("times") || take_word("time")) {
    if (kind == CountKind::at_least && is_word("a")) return regular(std::move(result));
    return result;
  }
  const auto found = peek().kind == TokenKind::word ? unit_from(peek().lower) : std::nullopt;
  if (found == Unit::days) result.on = CountOn::days;
  else if (found == Unit::weeks) result.on = CountOn::weeks;
  else if (found == Unit::months) result.on = CountOn::months;
  else return unexpected_token("'times', 'days', 'weeks' or 'months' after the number");
  ++at_;
  return result;
}

// `at least N times a week in at least K of last M weeks`, from "a" on.
Result<Count> ParserRules::regular(Count count) {
  ++at_;
  const auto unit_here = [&]() -> std::optional<CountOn> {
    const auto found = peek().kind == TokenKind::word ? unit_from(peek().lower) : std::nullopt;
    if (found == Unit::days) return CountOn::days;
    if (found == Unit::weeks) return CountOn::weeks;
    if (found == Unit::months) return CountOn::months;
    return std::nullopt;
  };
  const auto each = unit_here();
  if (!each) return unexpected_token("'day', 'week' or 'month' after 'times a'");
  ++at_;
  count.kind = CountKind::regular;
  count.on = *each;
  for (const std::string_view word : {"in", "at", "least"}) WM_CHECK_OK(expect_word(word, "'times a …' (in at least K of last M)"));
  WM_TRY(count.units_needed, whole_number("'in at least'", 0));
  for (const std::string_view word : {"of", "last"}) WM_CHECK_OK(expect_word(word, "'in at least K'"));
  WM_TRY(count.units_looked_at, whole_number("'of last'", 1));
  const auto looked = unit_here();
  if (looked != each) return unexpected_token(fmt::format("'{}', as in 'times a …': both units agree", name_of(*each)));
  ++at_;
  return count;
}

// ---- windows ----

bool ParserRules::window_starts(Bare bare) const {
  if (is_word("in")) return is_word("last", 1) || is_word("next", 1);
  if (is_word("more")) return is_word("than", 1) && is_number(2) && is_unit(3) && is_word("ago", 4);
  if (is_word("between")) {
    const Bounds bounds = look_at_bounds();
    return bounds.ago || bounds.two_dates || (bare == Bare::window_only && bounds.two_parameters);
  }
  if (is_word("this") || is_word("last") || is_word("next")) return is_unit(1);
  const auto is_bound = [&](std::uint32_t ahead) {
    const TokenKind kind = peek(ahead).kind;
    return kind == TokenKind::date || kind == TokenKind::timestamp || kind == TokenKind::parameter || kind == TokenKind::number || kind == TokenKind::text;
  };
  if (is_word("since") || is_word("before") || is_word("on")) return is_bound(1);
  return is_word("today") || is_word("yesterday") || is_word("tomorrow") || is_word("ever");
}

// Looks past `between A and B` at what follows, which decides what it is.
ParserRules::Bounds ParserRules::look_at_bounds() const {
  Bounds result;
  const auto is_instant = [&](std::uint32_t ahead) { return peek(ahead).kind == TokenKind::date || peek(ahead).kind == TokenKind::timestamp; };
  if ((is_instant(1) || is_number(1)) && is_word("and", 2) && (is_instant(3) || is_number(3))) {
    result.two_dates = is_instant(1) || is_instant(3);
    result.times = is_word("times", 4);
    result.ago = is_unit(4) && is_word("ago", 5);
    result.later = is_unit(4) && is_word("later", 5);
    result.two_parameters = peek(1).kind == TokenKind::parameter && peek(3).kind == TokenKind::parameter && !result.times && !is_unit(4);
  }
  return result;
}

Result<WindowNode> ParserRules::window() {
  const std::uint32_t start = begin();
  const auto run = [&]() -> Result<WindowNode> {
    const std::string word = peek().lower;
    if (word == "between") return between_window();
    if (word == "this") return calendar_window(WindowKind::this_unit);
    if (word == "last") return calendar_window(WindowKind::last_unit);
    if (word == "next") return calendar_window(WindowKind::next_unit);
    if (word == "since") return bounded_window(WindowKind::since);
    if (word == "before") return bounded_window(WindowKind::before);
    if (word == "on") return bounded_window(WindowKind::on);
    ++at_;
    if (word == "today") return WindowNode{.kind = WindowKind::today};
    if (word == "yesterday") return WindowNode{.kind = WindowKind::yesterday};
    if (word == "tomorrow") return WindowNode{.kind = WindowKind::tomorrow};
    if (word == "ever") return WindowNode{.kind = WindowKind::ever};
    if (word == "in") return window_in();
    WindowNode result{.kind = WindowKind::more_than_ago};  // more than N units ago
    ++at_;
    WM_TRY(result.duration, duration("'more than'"));
    WM_CHECK_OK(expect_word("ago", "the unit"));
    return result;
  };
  WM_TRY(WindowNode result, run());
  result.span = span_from(start);
  return result;
}

Result<WindowNode> ParserRules::window_in() {
  WindowNode result{.kind = peek().lower == "last" ? WindowKind::last : WindowKind::next};
  ++at_;
  WM_TRY(result.duration.number, whole_number(result.kind == WindowKind::last ? "'in last'" : "'in next'", 1));
  if (result.kind == WindowKind::last && take_word("calendar")) {
    result.kind = WindowKind::last_calendar;
    WM_TRY(result.duration.unit, unit("in last … calendar"));
    if (result.duration.unit < Unit::days) return error_at(tokens_[at_ - 1].span, "calendar windows count days, weeks, months, quarters or years");
    return result;
  }
  WM_TRY(result.duration.unit, unit(result.kind == WindowKind::last ? "in last" : "in next"));
  if (result.duration.unit == Unit::quarters) return error_at(tokens_[at_ - 1].span, "quarters are calendar units", "write in last N calendar quarters, or months");
  return result;
}

Result<WindowNode> ParserRules::calendar_window(WindowKind kind) {
  WindowNode result{.kind = kind};
  const std::string word = peek().lower;
  ++at_;
  result.duration.unit = *unit_from(peek().lower);
  if (result.duration.unit <= Unit::days) {
    return error_at(span_from(tokens_[at_ - 1].span.begin), fmt::format("'{} {}' is no window", word, peek().lower), "write today, yesterday or tomorrow, or in last 1 days");
  }
  ++at_;
  return result;
}

Result<WindowNode> ParserRules::bounded_window(WindowKind kind) {
  WindowNode result{.kind = kind};
  const std::string word = peek().lower;
  ++at_;
  WM_TRY(Literal bound, literal("a date"));
  const bool instant = std::holds_alternative<Date>(bound.value) || std::holds_alternative<Timestamp>(bound.value) || std::holds_alternative<Parameter>(bound.value);
  if (!instant) return error_at(bound.span, fmt::format("'{}' takes a date such as 2024-01-31", word), "write it bare and with the year first: 2024-01-31");
  if (kind == WindowKind::on && std::holds_alternative<Timestamp>(bound.value)) return error_at(bound.span, "'on' takes a date, not a timestamp");
  result.bounds.push_back(std::move(bound));
  return result;
}

Result<WindowNode> ParserRules::between_window() {
  WindowNode result;
  const bool ago = look_at_bounds().ago;
  ++at_;
  if (ago) {
    result.kind = WindowKind::between_ago;
    WM_TRY(result.duration.number, whole_number("'between'", 0));
    WM_CHECK_OK(expect_word("and", "the lower bound"));
    WM_TRY(result.upper, whole_number("'and'", 1));
    WM_TRY(result.duration.unit, unit("between … and …"));
    if (result.duration.unit == Unit::quarters) return error_at(tokens_[at_ - 1].span, "quarters are calendar units", "write months");
    WM_CHECK_OK(expect_word("ago", "the unit"));
    const auto* low = std::get_if<std::int64_t>(&result.duration.number.value);
    const auto* high = std::get_if<std::int64_t>(&result.upper.value);
    if (low != nullptr && high != nullptr && *low >= *high) return error_at({result.duration.number.span.begin, result.upper.span.end}, "range is empty: it ends before it starts");
    return result;
  }
  result.kind = WindowKind::between;
  WM_TRY(Literal low, literal("a date"));
  WM_CHECK_OK(expect_word("and", "the lower bound"));
  WM_TRY(Literal high, literal("a date"));
  const bool mixed = low.value.index() != high.value.index() && !std::holds_alternative<Parameter>(low.value) && !std::holds_alternative<Parameter>(high.value);
  if (mixed) return error_at({low.span.begin, high.span.end}, "both bounds are dates, or both are timestamps");
  if (low.value.index() == high.value.index()) {
    const bool empty = (std::holds_alternative<Date>(low.value) && std::get<Date>(high.value) < std::get<Date>(low.value)) ||
                       (std::holds_alternative<Timestamp>(low.value) && std::get<Timestamp>(high.value) < std::get<Timestamp>(low.value));
    if (empty) return error_at({low.span.begin, high.span.end}, "range is empty: it ends before it starts");
  }
  result.bounds = {std::move(low), std::move(high)};
  return result;
}

// ---- numbers and units ----

Result<Duration> ParserRules::duration(std::string_view said) {
  Duration result;
  WM_TRY(result.number, whole_number(said, 1));
  WM_TRY(result.unit, unit(said.substr(1, said.size() - 2)));
  if (result.unit == Unit::quarters) return error_at(tokens_[at_ - 1].span, "quarters are calendar units", "write months");
  return result;
}

Result<WholeNumber> ParserRules::whole_number(std::string_view what, std::int64_t least) {
  const std::uint32_t start = begin();
  const bool negative = take_symbol("-");
  const Token token = peek();
  if (token.kind == TokenKind::parameter && !negative) {
    ++at_;
    return WholeNumber{.value = Parameter{token.text}, .span = token.span};
  }
  if (token.kind != TokenKind::number) return unexpected_token(fmt::format("a whole number after {}", what));
  ++at_;
  if (!token.number.is_whole()) return error_at(token.span, fmt::format("{} takes a whole number", what));
  const std::int64_t value = negative ? -token.number.mantissa() : token.number.mantissa();
  if (value < least) return error_at(span_from(start), fmt::format("{} takes a number of at least {}", what, least));
  return WholeNumber{.value = value, .span = token.span};
}

Result<Unit> ParserRules::unit(std::string_view said) {
  const auto found = peek().kind == TokenKind::word ? unit_from(peek().lower) : std::nullopt;
  if (found) {
    ++at_;
    return *found;
  }
  const Token& number = tokens_[at_ - 1];
  const std::string phrase = number.kind == TokenKind::number ? fmt::format("{} {}", said, number.number.to_string()) : std::string(said);
  const std::string near = peek().kind == TokenKind::word ? nearest(peek().lower, {"seconds", "minutes", "hours", "days", "weeks", "months", "years"}) : "";
  const Span where = peek().kind == TokenKind::word ? peek().span : number.span;
  return error_at(where, fmt::format("'{}' needs a unit such as days", phrase), near.empty() ? "" : fmt::format("Did you mean '{}'?", near));
}

}  // namespace wanamaker
