#include "live/recency.h"

#include "evaluate/next_edge.h"
#include "evaluate/previous.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace wanamaker {
namespace {

constexpr std::array<std::string_view, 5> kUnits{"seconds", "minutes", "hours", "days", "weeks"};

// The events of `last EVENTS was WINDOW`; no window has that word.
std::string_view events_text(std::string_view text) {
  constexpr std::string_view kBefore = "last ";
  const std::size_t end = text.rfind(" was ");
  return text.starts_with(kBefore) && end != std::string_view::npos ? text.substr(kBefore.size(), end - kBefore.size()) : std::string_view();
}

TypedExpression did(const TypedExpression& moment, const Window& window) {
  TypedExpression made;
  made.kind = ExpressionKind::did;
  made.span = moment.span;
  made.text = fmt::format("did {}", events_text(moment.text));
  if (window.kind == Window::Kind::last) made.text += fmt::format(" in last {} {}", window.span.number, kUnits[static_cast<std::size_t>(window.span.unit)]);
  made.number = 1;
  made.source = moment.source;
  made.source.window = window;
  return made;
}

}  // namespace

std::vector<Recency> recencies_of(const TypedExpression& condition) {
  const TypedSource& source = condition.source;
  const Window& window = condition.window;
  const bool rolls = window.kind == Window::Kind::last || window.kind == Window::Kind::more_than_ago || window.kind == Window::Kind::between_ago;
  if (condition.which != Which::last || condition.negated || !rolls || !is_fixed(window.span.unit) || events_text(condition.text).empty()) return {};
  if (source.window.kind != Window::Kind::ever || (source.where && (changes_by_time(*source.where) || asks_previous(*source.where)))) return {};
  const auto last = [](std::int64_t number, CalendarUnit unit) { return Window{.kind = Window::Kind::last, .span = {number, unit}}; };
  std::vector<Recency> parts;
  switch (window.kind) {
    case Window::Kind::last: parts.push_back({did(condition, window), true}); return parts;
    case Window::Kind::more_than_ago: parts.push_back({did(condition, Window{}), true}); break;
    default: parts.push_back({did(condition, last(window.upper, window.span.unit)), true}); break;
  }
  if (window.span.number > 0) parts.push_back({did(condition, last(window.span.number, window.span.unit)), false});
  return parts;
}

}  // namespace wanamaker
