// Chains of events, each later than the one before.

#include "base/check.h"
#include "calendar/window.h"
#include "evaluate/pair_search.h"
#include "evaluate/previous.h"
#include "evaluate/probe.h"
#include "evaluate/reach.h"

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::string_view kReachedBy = "reached_by";
constexpr std::string_view kEndsWith = "ends_with";
constexpr std::string_view kUnanswered = "unanswered";

}  // namespace

bool Probe::sequence(const TypedExpression& node, const Subject& subject) {
  const WindowAt at(node.window, environment_.t, environment_.zone);
  std::vector<EventRef> starts = select_within(node.steps[0].source, subject, node.from_first ? Window{} : node.window);
  if (node.from_first) {
    if (!starts.empty()) starts.resize(1);
    std::erase_if(starts, [&](const EventRef& event) { return !at.contains(time_of(event)); });
  }
  std::vector<std::vector<EventRef>> reached;  // by each step: the events that a chain can have there
  reached.push_back(std::move(starts));
  while (reached.size() < node.steps.size() && !reached.back().empty()) {
    const TypedStep& step = node.steps[reached.size()];
    if (step.kind == StepKind::absent) return ends_unanswered(node, reached, subject);
    reached.push_back(follow(step, reached.back(), subject, node.window));
  }
  const bool is_whole = !reached.back().empty();
  if (!is_whole) reached.pop_back();
  if (records() && !reached.empty()) record_chain(node, reached, reached.back().back(), is_whole ? kEndsWith : kReachedBy, subject);
  return is_whole;
}

// A chain that must not go on with the step behind those reached: it holds where one has not, and its time is over.
bool Probe::ends_unanswered(const TypedExpression& node, const std::vector<std::vector<EventRef>>& reached, const Subject& subject) {
  const TypedStep& step = node.steps[reached.size()];
  const std::optional<EventRef> last = unanswered(step, reached.back(), subject);
  if (records()) {
    const EventRef& end = last ? *last : reached.back().back();
    record_chain(node, reached, end, last ? kUnanswered : kReachedBy, subject);
    if (!last) record_answer(step, end, subject);
  }
  return last.has_value();
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

// Whether the time from one event of a chain to the next is the one that the step asks for.
bool Probe::comes_after(const TypedStep& step, const EventRef& start, const EventRef& next) {
  ++looked_at_;
  const Timestamp here = time_of(next);
  if (step.kind == StepKind::later) return here >= add(time_of(start), step.gap) && here > time_of(start) && here <= add(time_of(start), TimeSpan{step.upper, step.gap.unit});
  return here > time_of(start) && here <= add(time_of(start), step.gap);
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
    if (environment_.is_stopped()) break;
    const Timestamp here = time_of(next);
    const auto starts = [&](std::int64_t most_ago, std::int64_t least_ago) { return between(from, {here.ms - most_ago}, {here.ms - std::max<std::int64_t>(least_ago, 1)}); };
    const Places near = starts(reach_of(last).most_ms, later ? reach_of(step.gap).least_ms : 1);
    Places sure = starts(reach_of(last).least_ms, later ? reach_of(step.gap).most_ms : 1);
    if (sure.first >= sure.last || (in_pairs && !search)) sure = {near.last, near.last};
    const auto fits = [&](std::size_t i) { return comes_after(step, from[i], next) && (!in_pairs || passes(step.source, subject, next, &from[i])); };
    ++looked_at_;
    bool continues = sure.first < sure.last && (!search || (search->any(sure.first, sure.last, next) && passes_all(search->alone(), subject, next)));
    for (std::size_t i = near.last; i > sure.last && !continues; --i) continues = fits(i - 1);
    for (std::size_t i = std::min(sure.first, near.last); i > near.first && !continues; --i) continues = fits(i - 1);
    if (continues && (in_pairs || passes(step.source, subject, next, nullptr))) reached.push_back(next);
  }
  return reached;
}

// The newest event of `from` that no event of the step follows in the time after it, that time being over; without a recorder any one of them.
std::optional<EventRef> Probe::unanswered(const TypedStep& step, const std::vector<EventRef>& from, const Subject& subject) {
  const bool in_pairs = step.source.where && asks_previous(*step.source.where);
  std::vector<EventRef> answers = select_within(in_pairs ? TypedSource{.events = step.source.events} : TypedSource{.events = step.source.events, .where = step.source.where}, subject, Window{});
  std::optional<PairSearch> search = in_pairs && is_fixed(step.gap.unit) ? PairSearch::of(*step.source.where, environment_.base) : std::nullopt;
  if (search) std::erase_if(answers, [&](const EventRef& answer) { return !passes_all(search->alone(), subject, answer); });
  if (search && !search->start(PairSearch::Side::own, answers, from)) search.reset();
  std::optional<EventRef> found;
  for (const EventRef& last : from) {
    if (environment_.is_stopped()) break;
    const Timestamp deadline = add(time_of(last), step.gap);
    if (deadline > environment_.t) continue;
    const Places after = between(answers, {time_of(last).ms + 1}, deadline);
    ++looked_at_;
    bool answered = !in_pairs && after.first < after.last;
    if (search) answered = search->any(after.first, after.last, last);
    for (std::size_t i = after.first; i < after.last && in_pairs && !search && !answered; ++i) {
      ++looked_at_;
      answered = passes(step.source, subject, answers[i], &last);
    }
    if (answered) continue;
    found = last;
    if (!records()) break;
  }
  return found;
}

// ---- evidence ----

// One chain that ends with `end`, the newest of its events that belong together; `word` names what is said of the end.
void Probe::record_chain(const TypedExpression& node, const std::vector<std::vector<EventRef>>& reached, const EventRef& end, std::string_view word, const Subject& subject) {
  std::vector<EventRef> chain{end};
  for (std::size_t i = reached.size() - 1; i > 0; --i) {
    const TypedStep& step = node.steps[i];
    const bool in_pairs = step.source.where && asks_previous(*step.source.where);
    const auto before = std::ranges::find_if(reached[i - 1].rbegin(), reached[i - 1].rend(), [&](const EventRef& start) {
      return comes_after(step, start, chain.back()) && (!in_pairs || passes(step.source, subject, chain.back(), &start));
    });
    CHECK(before != reached[i - 1].rend(), "an event is reached from one of the step before");
    chain.push_back(*before);
  }
  const auto said_as_step = [&](std::size_t i) { recorder_->evidence(Json::object().set("step", std::uint64_t{i + 1}).set("reached_by", event_evidence(chain[chain.size() - 1 - i]))); };
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) said_as_step(i);
  if (word == kReachedBy) said_as_step(chain.size() - 1);
  else recorder_->evidence(Json::object().set(word, event_evidence(end)));
}

// Of a chain that must not go on: the event by which it did, if it did.
void Probe::record_answer(const TypedStep& step, const EventRef& last, const Subject& subject) {
  for (const EventRef& answer : select_within(TypedSource{.events = step.source.events}, subject, Window{})) {
    if (!comes_after(step, last, answer) || !passes(step.source, subject, answer, &last)) continue;
    return recorder_->near(event_evidence(answer).set("why_not", "came within the time"));
  }
}

}  // namespace wanamaker
