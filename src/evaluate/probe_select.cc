// Which events, records and colleagues a condition is about, and what is told of them.

#include "base/check.h"
#include "calendar/window.h"
#include "evaluate/probe.h"

#include <algorithm>

namespace wanamaker {
namespace {

// Those of a strip with times in [earliest, latest]. Most windows end at an instant that all events have come before.
StripView rows_between(StripView rows, Timestamp earliest, Timestamp latest) {
  if (!rows.empty() && rows.newest_at() > latest) rows = rows.first(rows.until(latest));
  return earliest > kTimestampMin ? rows.subspan(rows.before(earliest)) : rows;
}

}  // namespace

bool Probe::passes(const TypedSource& source, const Subject& subject, const EventRef& event, const EventRef* previous) {
  if (!source.where) return true;
  Subject inner = subject;
  inner.event = &event;
  inner.previous = previous;
  const bool outer = std::exchange(quiet_, true);
  const bool verdict = decide(*source.where, inner);
  quiet_ = outer;
  return verdict;
}

std::vector<EventRef> Probe::select(const TypedSource& source, const Subject& subject, Bounded bounded) {
  return select_within(source, subject, bounded == Bounded::by_window ? source.window : Window{});
}

std::vector<EventRef> Probe::select_within(const TypedSource& source, const Subject& subject, const Window& window) {
  const WindowAt at(window, environment_.t, environment_.zone);
  std::vector<EventRef> found;
  for (const EventTypeId type : source.events) {
    const EventTable& table = environment_.base.events[type.value];
    const auto rows = rows_between(table.rows_of(subject.self), at.earliest(), std::min(at.latest(), environment_.t));
    looked_at_ += rows.size();
    for (const std::uint32_t row : rows) {
      const EventRef event{type, row};
      if (at.contains(table.at(row)) && passes(source, subject, event, nullptr)) found.push_back(event);
    }
  }
  if (source.events.size() > 1) {
    const Base& base = environment_.base;
    std::ranges::stable_sort(found, [&](const EventRef& a, const EventRef& b) {
      if (time_of(a) != time_of(b)) return time_of(a) < time_of(b);
      const EventType& left = base.schema.events[a.type.value];
      const EventType& right = base.schema.events[b.type.value];
      return left.name < right.name;  // of one name they stand in order already
    });
  }
  return found;
}

std::vector<Timestamp> Probe::times_of(const TypedSource& source, const Subject& subject) {
  const WindowAt at(source.window, environment_.t, environment_.zone);
  std::vector<Timestamp> found;
  for (const EventTypeId type : source.events) {
    const StripView rows = rows_between(environment_.base.events[type.value].rows_of(subject.self), at.earliest(), std::min(at.latest(), environment_.t));
    looked_at_ += rows.size();
    for (std::size_t i = 0; i < rows.size(); ++i) if (at.contains(rows.at(i)) && passes(source, subject, {type, rows[i]}, nullptr)) found.push_back(rows.at(i));
  }
  return found;
}

std::optional<EventRef> Probe::end_of(const TypedSource& source, Which which, const Subject& subject, const Window& window) {
  const WindowAt at(window, environment_.t, environment_.zone);
  const auto place = [&](const EventRef& event) { return std::pair(time_of(event), std::string_view(environment_.base.schema.events[event.type.value].name)); };
  std::optional<EventRef> end;
  for (const EventTypeId type : source.events) {
    const EventTable& table = environment_.base.events[type.value];
    const Timestamp latest = std::min(at.latest(), environment_.t);
    const auto rows = rows_between(table.rows_of(subject.self), which == Which::first ? at.earliest() : kTimestampMin, latest);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const EventRef event{type, which == Which::first ? rows[i] : rows[rows.size() - 1 - i]};
      ++looked_at_;
      if (time_of(event) < at.earliest()) break;  // of the last: all that are left are earlier
      if (end && (which == Which::first ? place(*end) < place(event) : place(event) < place(*end))) break;
      if (!at.contains(table.at(event.row)) || !passes(source, subject, event, nullptr)) continue;
      end = event;
      break;
    }
  }
  return end;
}

// How many events select() would find, but no more than enough.
std::int64_t Probe::count_up_to(const TypedSource& source, const Subject& subject, std::int64_t enough) {
  const WindowAt at(source.window, environment_.t, environment_.zone);
  std::int64_t count = 0;
  for (const EventTypeId type : source.events) {
    const EventTable& table = environment_.base.events[type.value];
    const auto rows = rows_between(table.rows_of(subject.self), kTimestampMin, std::min(at.latest(), environment_.t));
    for (std::size_t i = rows.size(); i > 0 && count < enough; --i) {  // newest first: they decide most windows
      const Timestamp time = rows.at(i - 1);
      ++looked_at_;
      if (time < at.earliest()) break;
      if (at.contains(time) && passes(source, subject, {type, rows[i - 1]}, nullptr)) ++count;
    }
  }
  return count;
}

std::vector<std::uint32_t> Probe::select_records(const TypedSource& source, const Subject& subject) {
  const Base& base = environment_.base;
  std::vector<std::uint32_t> found;
  const bool outer = std::exchange(quiet_, true);
  const auto passes_filter = [&](const Subject& inner) { return !source.where || decide(*source.where, inner); };
  const auto take_records = [&](std::span<const std::uint32_t> rows) {
    for (const std::uint32_t row : rows) {
      Subject inner = subject;
      inner.record_type = source.record;
      inner.record = row;
      if (passes_filter(inner)) found.push_back(row);
    }
  };
  const auto account = base.account_of(subject.self);
  switch (source.kind) {
    case SourceClass::contact_records: take_records(base.records[source.record.value].of_contact(subject.self)); break;
    case SourceClass::account_records:
      if (account) take_records(base.records[source.record.value].of_account(*account));
      break;
    case SourceClass::colleagues:
      if (account) {
        for (const ContactOrdinal colleague : base.contacts_of(*account)) {
          if (environment_.is_stopped()) break;
          if (colleague != subject.self && passes_filter({.self = colleague, .asked = subject.self})) found.push_back(colleague.value);
        }
      }
      break;
    case SourceClass::events: CHECK(false, "events are selected as events");
  }
  quiet_ = outer;
  return found;
}

// ---- evidence ----

Json Probe::event_evidence(const EventRef& event) const {
  const EventTable& table = environment_.base.events[event.type.value];
  const EventType& type = environment_.base.schema.events[event.type.value];
  Json result = Json::object().set("event", type.name).set("time", wanamaker::to_string(table.at(event.row)));
  if (!table.message_id(event.row).empty()) result.set("message_id", table.message_id(event.row));
  const std::string content = table.content(event.row, environment_.base.cells, type.properties);
  if (auto properties = Json::parse(content); properties && content != "{}") result.set("properties", std::move(*properties));
  return result;
}

// What nearly matched: the newest event that fails the window alone, and the newest that fails the filter alone.
void Probe::record_near(const TypedSource& source, const Subject& subject, const Window& window) {
  const TypedSource any{.events = source.events};
  const auto newest = [&](const std::vector<EventRef>& events, std::string_view why) {
    if (!events.empty()) recorder_->near(event_evidence(events.back()).set("why_not", why));
  };
  if (window.kind != Window::Kind::ever) {
    const WindowAt at(window, environment_.t, environment_.zone);
    std::vector<EventRef> outside = select(source, subject, Bounded::all_of_time);
    std::erase_if(outside, [&](const EventRef& event) { return at.contains(time_of(event)); });
    newest(outside, "outside the window");
  }
  if (source.where) {
    std::vector<EventRef> others = select_within(any, subject, window);
    std::erase_if(others, [&](const EventRef& event) { return passes(source, subject, event, nullptr); });
    newest(others, "does not pass the filter");
  }
}

}  // namespace wanamaker
