#include "evaluate/compare.h"

#include "base/check.h"
#include "base/text/fold.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace wanamaker {
namespace {

constexpr double kEarthRadiusKm = 6371.0088;

std::string_view form(const TextRef& text, TextCompare compare) {
  switch (compare) {
    case TextCompare::by_key: return text.key;
    case TextCompare::exactly: return text.text;
    case TextCompare::ignoring_accents: return text.bare;
  }
  return {};
}

TextRef ref(const TextLiteral& literal) { return {literal.text, literal.key, literal.bare}; }

// Source: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984).
double kilometres(const Location& a, double latitude, double longitude) {
  const auto radians = [](double degrees) { return degrees * std::numbers::pi / 180.0; };
  const double from = radians(a.latitude.to_double());
  const double to = radians(latitude);
  const double half_latitude = std::sin((to - from) / 2);
  const double half_longitude = std::sin(radians(longitude - a.longitude.to_double()) / 2);
  const double h = half_latitude * half_latitude + std::cos(from) * std::cos(to) * half_longitude * half_longitude;
  return 2 * kEarthRadiusKm * std::asin(std::min(1.0, std::sqrt(h)));
}

template <typename T>
bool ordered_holds(CoreTest test, const T& left, const T& right) {
  switch (test) {
    case CoreTest::equals: return left == right;
    case CoreTest::less: return left < right;
    case CoreTest::at_most: return left <= right;
    case CoreTest::greater: return left > right;
    case CoreTest::at_least: return left >= right;
    default: break;
  }
  CHECK(false, "only ordered tests come here");
}

bool scalars_hold(CoreTest test, const Scalar& left, const Scalar& right, const Environment& environment) {
  if (is_missing(left) || is_missing(right)) return false;
  if (const auto* number = std::get_if<Number>(&left)) return ordered_holds(test, *number, std::get<Number>(right));
  if (const auto* date = std::get_if<Date>(&left)) return ordered_holds(test, *date, std::get<Date>(right));
  const auto& at = std::get<Timestamp>(left);
  if (const auto* day = std::get_if<Date>(&right)) return ordered_holds(test, environment.zone.day_of(at), *day);
  return ordered_holds(test, at, std::get<Timestamp>(right));
}

bool anniversary_holds(const Window& window, Date day, const Environment& environment) {
  const WindowAt at(window, environment.t, environment.zone);
  const YearRange years = anniversary_years(window, environment.zone.day_of(environment.t));
  const int born = civil_from_date(day).year;
  for (int year = std::max(years.first, born + 1); year <= years.last; ++year) {
    if (at.contains(anniversary(day, year - born))) return true;
  }
  return false;
}

}  // namespace

YearRange anniversary_years(const Window& window, Date today) {
  const int year = civil_from_date(today).year;
  const bool years_long = window.span.unit == CalendarUnit::year;
  const std::int64_t longest = std::min<std::int64_t>(9999, std::max(window.span.number, window.upper));
  const int reach = 2 + static_cast<int>(years_long ? longest : window.span.unit >= CalendarUnit::month ? longest / 4 : window.span.unit == CalendarUnit::week ? longest / 52 : longest / 365);
  switch (window.kind) {
    case Window::Kind::between:
    case Window::Kind::on: return {civil_from_date(window.first_day).year, civil_from_date(window.last_day).year};
    case Window::Kind::ever:
    case Window::Kind::last:
    case Window::Kind::last_calendar:
    case Window::Kind::more_than_ago:
    case Window::Kind::between_ago:
    case Window::Kind::next:
    case Window::Kind::current:
    case Window::Kind::since:
    case Window::Kind::before: break;
  }
  return {std::max(1, year - reach), std::min(9999, year + reach)};
}

Comparer::Comparer(const TypedExpression& node) : node_(&node) {
  if (node.test != CoreTest::matches) return;
  re2::RE2::Options options;
  options.set_log_errors(false);
  pattern_ = std::make_unique<re2::RE2>(node.operands.at(1).text_literal.text, options);
}
Comparer::~Comparer() = default;
Comparer::Comparer(Comparer&&) noexcept = default;

bool Comparer::text_holds(const TextRef& left, const std::function<Scalar(std::size_t)>& right) const {
  const std::string_view mine = form(left, node_->compare);
  const auto other = [&](std::size_t i) -> std::optional<std::string_view> {
    const TypedOperand& operand = node_->operands[i];
    if (operand.kind == OperandKind::literal) return form(ref(operand.text_literal), node_->compare);
    const Scalar value = right(i);
    if (is_missing(value)) return std::nullopt;
    return form(std::get<TextRef>(value), node_->compare);
  };
  switch (node_->test) {
    case CoreTest::in_set: return std::ranges::any_of(node_->texts, [&](const TextLiteral& text) { return form(ref(text), node_->compare) == mine; });
    case CoreTest::in:
      for (std::size_t i = 1; i < node_->operands.size(); ++i) if (other(i) == mine) return true;
      return false;
    case CoreTest::matches: return re2::RE2::PartialMatch(normalized(left.text), *pattern_);
    default: break;
  }
  const bool by_id = node_->operands[0].path.kind == PathKind::contact_id || node_->operands[0].path.kind == PathKind::account_id || node_->operands[0].path.kind == PathKind::record_id;
  const std::string kept = by_id ? std::string(mine) : std::string();  // the views of an id are good until the next id is read
  const auto their = other(1);
  if (!their) return false;
  const std::string_view own = by_id ? std::string_view(kept) : mine;
  switch (node_->test) {
    case CoreTest::equals: return own == *their;
    case CoreTest::contains: return own.find(*their) != std::string_view::npos;
    case CoreTest::starts_with: return own.starts_with(*their);
    case CoreTest::ends_with: return own.ends_with(*their);
    default: break;
  }
  CHECK(false, "only tests of texts come here");
}

bool Comparer::set_holds(const SetRef& left, const Environment& environment) const {
  if (node_->test == CoreTest::has_at_least) return static_cast<std::int64_t>(left.elements.size()) >= node_->number;
  const TextPool& texts = environment.base.cells.texts();
  const auto has = [&](const TypedOperand& operand) {
    const std::string_view wanted = form(ref(operand.text_literal), node_->compare);
    return std::ranges::any_of(left.elements, [&](TextId id) { return form({texts.text(id), texts.key(id), texts.bare(id)}, node_->compare) == wanted; });
  };
  const auto first = node_->operands.begin() + 1;
  return node_->test == CoreTest::has_any ? std::any_of(first, node_->operands.end(), has) : std::all_of(first, node_->operands.end(), has);
}

bool Comparer::holds(const Scalar& left, const std::function<Scalar(std::size_t)>& right, const Environment& environment) const {
  if (node_->test == CoreTest::is_known) return !is_missing(left);
  if (is_missing(left)) return false;
  switch (node_->test) {
    case CoreTest::is_known: return true;
    case CoreTest::is_true: return std::get<bool>(left);
    case CoreTest::is_false: return !std::get<bool>(left);
    case CoreTest::equals:
      if (const auto* text = std::get_if<TextRef>(&left)) return text_holds(*text, right);
      return scalars_hold(node_->test, left, right(1), environment);
    case CoreTest::less:
    case CoreTest::at_most:
    case CoreTest::greater:
    case CoreTest::at_least: return scalars_hold(node_->test, left, right(1), environment);
    case CoreTest::between: return scalars_hold(CoreTest::at_least, left, right(1), environment) && scalars_hold(CoreTest::at_most, left, right(2), environment);
    case CoreTest::in:
      if (const auto* text = std::get_if<TextRef>(&left)) return text_holds(*text, right);
      for (std::size_t i = 1; i < node_->operands.size(); ++i) if (scalars_hold(CoreTest::equals, left, right(i), environment)) return true;
      return false;
    case CoreTest::in_set:
    case CoreTest::contains:
    case CoreTest::starts_with:
    case CoreTest::ends_with:
    case CoreTest::matches: return text_holds(std::get<TextRef>(left), right);
    case CoreTest::window: {
      const WindowAt at(node_->window, environment.t, environment.zone);
      if (const auto* date = std::get_if<Date>(&left)) return at.contains(*date);
      return at.contains(std::get<Timestamp>(left));
    }
    case CoreTest::anniversary: {
      const auto* date = std::get_if<Date>(&left);
      return anniversary_holds(node_->window, date != nullptr ? *date : environment.zone.day_of(std::get<Timestamp>(left)), environment);
    }
    case CoreTest::has_any:
    case CoreTest::has_all:
    case CoreTest::has_at_least: return set_holds(std::get<SetRef>(left), environment);
    case CoreTest::within_km: {
      const auto degrees = [&](std::size_t i) { return std::get<Decimal>(node_->operands[i].literal).to_double(); };
      return kilometres(std::get<Location>(left), degrees(2), degrees(3)) <= degrees(1);
    }
  }
  CHECK(false, "every test has a case");
}

}  // namespace wanamaker
