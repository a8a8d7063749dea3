// Which events, records and colleagues a condition is about, and sequences of events.

#include "base/check.h"
#include "calendar/window.h"
#include "evaluate/pair_search.h"
#include "evaluate/previous.h"
#include "evaluate/probe.h"
#include "evaluate/reach.h"

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
          if (colleague != subject.self && passes_filter({.self = colleague, .asked = subject.self})) found.push_back(colleague.value);
        }
      }
      break;
    case SourceClass::events: CHECK(false, "events are selected as events");
  }
  quiet_ = outer;
  return found;
}

// ---- sequences ----

bool Probe::sequence(const TypedExpression& node, const Subject& subject) {
  const WindowAt at(node.window, environment_.t, environment_.zone);
  std::vector<EventRef> chain_ends = select_within(node.steps[0].source, subject, node.from_first ? Window{} : node.window);
  if (node.from_first) {
    if (!chain_ends.empty()) chain_ends.resize(1);
    std::erase_if(chain_ends, [&](const EventRef& event) { return !at.contains(time_of(event)); });
  }
  const bool records = recorder_ != nullptr && !quiet_;
  for (std::size_t i = 1; i < node.steps.size() && !chain_ends.empty(); ++i) {
    if (records) recorder_->evidence(Json::object().set("step", std::uint64_t{i}).set("reached_by", event_evidence(chain_ends.back())));
    if (node.steps[i].kind == StepKind::absent) return unanswered(node.steps[i], chain_ends, subject);
    chain_ends = follow(node.steps[i], chain_ends, subject, node.window);
  }
  if (records && !chain_ends.empty()) recorder_->evidence(Json::object().set("ends_with", event_evidence(chain_ends.back())));
  return !chain_ends.empty();
}

// Those of events in order whose times lie in [first, last], as places.
Probe::Places Probe::between(std::span<const EventRef> events, Timestamp first, Timestamp last) const {
  const auto time = [&](const EventRef& event) { return time_of(event); };
  const auto from = std::ranges::lower_bound(events, first, {}, time);
  const auto until = std::ranges::upper_bound(from, events.end(), std::max(last, Timestamp{first.ms - 1}), {}, time);
  return {static_cast<std::size_t>(from - events.begin()), static_cast<std::size_t>(until - events.begin())};
}

bool Probe::passes_all(const std::vector<const TypedExpression*>& parts, const Subject& subject, const EventRef& event) {
  Subject inner = subject;
  inner.event = &event;
  const bool outer = std::exchange(quiet_, true);
  const bool verdict = std::ranges::all_of(parts, [&](const TypedExpression* part) { return decide(*part, inner); });
  quiet_ = outer;
  return verdict;
}

// The events of a step that continue a chain from some event of `from`; in order, each once. Key idea: what may lie before an event is a stretch of
// `from` whose ends move forward with it; only within a month's end does the calendar have to be asked of one event.
std::vector<EventRef> Probe::follow(const TypedStep& step, const std::vector<EventRef>& from, const Subject& subject, const Window& window) {
  const bool in_pairs = step.source.where && asks_previous(*step.source.where);
  const bool later = step.kind == StepKind::later;
  const TimeSpan last = later ? TimeSpan{step.upper, step.gap.unit} : step.gap;
  const std::vector<EventRef> candidates = select_within(TypedSource{.events = step.source.events}, subject, window);
  std::optional<PairSearch> search = in_pairs ? PairSearch::of(*step.source.where, environment_.base) : std::nullopt;
  if (search && !search->start(PairSearch::Side::previous, from, candidates)) search.reset();
  std::vector<EventRef> reached;
  for (const EventRef& next : candidates) {
    const Timestamp here = time_of(next);
    const auto starts = [&](std::int64_t most_ago, std::int64_t least_ago) { return between(from, {here.ms - most_ago}, {here.ms - std::max<std::int64_t>(least_ago, 1)}); };
    const Places near = starts(reach_of(last).most_ms, later ? reach_of(step.gap).least_ms : 1);
    Places sure = starts(reach_of(last).least_ms, later ? reach_of(step.gap).most_ms : 1);
    if (sure.first >= sure.last || (in_pairs && !search)) sure = {near.last, near.last};
    const auto fits = [&](std::size_t i) {
      ++looked_at_;
      const Timestamp start = time_of(from[i]);
      if ((later && here < add(start, step.gap)) || here > add(start, last)) return false;
      return !in_pairs || passes(step.source, subject, next, &from[i]);
    };
    ++looked_at_;
    bool continues = sure.first < sure.last && (!search || (search->any(sure.first, sure.last, next) && passes_all(search->alone(), subject, next)));
    for (std::size_t i = near.last; i > sure.last && !continues; --i) continues = fits(i - 1);
    for (std::size_t i = std::min(sure.first, near.last); i > near.first && !continues; --i) continues = fits(i - 1);
    if (continues && (in_pairs || passes(step.source, subject, next, nullptr))) reached.push_back(next);
  }
  return reached;
}

// Some chain's last event has no event of the step in the time after it, and that time is over.
bool Probe::unanswered(const TypedStep& step, const std::vector<EventRef>& from, const Subject& subject) {
  const bool in_pairs = step.source.where && asks_previous(*step.source.where);
  std::vector<EventRef> answers = select_within(in_pairs ? TypedSource{.events = step.source.events} : TypedSource{.events = step.source.events, .where = step.source.where}, subject, Window{});
  std::optional<PairSearch> search = in_pairs && is_fixed(step.gap.unit) ? PairSearch::of(*step.source.where, environment_.base) : std::nullopt;
  if (search) std::erase_if(answers, [&](const EventRef& answer) { return !passes_all(search->alone(), subject, answer); });
  if (search && !search->start(PairSearch::Side::own, answers, from)) search.reset();
  return std::ranges::any_of(from, [&](const EventRef& last) {
    const Timestamp deadline = add(time_of(last), step.gap);
    if (deadline > environment_.t) return false;
    const Places after = between(answers, {time_of(last).ms + 1}, deadline);
    ++looked_at_;
    bool answered = !in_pairs && after.first < after.last;
    if (search) answered = search->any(after.first, after.last, last);
    for (std::size_t i = after.first; i < after.last && in_pairs && !search && !answered; ++i) {
      ++looked_at_;
      answered = passes(step.source, subject, answers[i], &last);
    }
    if (!answered && recorder_ != nullptr && !quiet_) recorder_->evidence(Json::object().set("unanswered", event_evidence(last)));
    return !answered;
  });
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
