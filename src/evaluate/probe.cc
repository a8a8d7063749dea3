#include "evaluate/probe.h"

#include "base/check.h"
#include "calendar/window.h"
#include "evaluate/list_entries.h"
#include "evaluate/random_share.h"

#include <algorithm>
#include <limits>
#include <map>

namespace wanamaker {

namespace {

bool number_holds(const TypedExpression& node, std::int64_t number) {
  switch (node.count.kind) {
    case CountKind::at_least: return number >= node.number;
    case CountKind::at_most: return number <= node.number;
    case CountKind::exactly: return number == node.number;
    case CountKind::between: return node.number <= number && number <= node.upper;
    case CountKind::regular: break;
  }
  CHECK(false, "every count has a case");
}

}  // namespace

bool count_holds(const TypedExpression& node, std::span<const Timestamp> times, const Environment& environment) {
  const auto unit = node.count.on == CountOn::weeks ? CalendarUnit::week : node.count.on == CountOn::months ? CalendarUnit::month : CalendarUnit::day;
  if (node.count.kind == CountKind::regular) {
    const Date current = start_of_unit(environment.zone.day_of(environment.t), unit);
    const Date first = add_units(current, unit, -node.units_looked_at);
    std::map<Date, std::int64_t> per_unit;
    for (const Timestamp at : times) {
      const Date start = start_of_unit(environment.zone.day_of(at), unit);
      if (first <= start && start < current) ++per_unit[start];
    }
    std::int64_t good = node.number == 0 ? node.units_looked_at : std::ranges::count_if(per_unit, [&](const auto& entry) { return entry.second >= node.number; });
    return good >= node.units_needed;
  }
  std::int64_t number = static_cast<std::int64_t>(times.size());
  if (node.count.on != CountOn::times) {
    std::vector<Date> units;
    units.reserve(times.size());
    for (const Timestamp at : times) units.push_back(start_of_unit(environment.zone.day_of(at), unit));
    std::ranges::sort(units);
    number = std::ranges::unique(units).begin() - units.begin();
  }
  return number_holds(node, number);
}

namespace {

Json entry_evidence(const TypedExpression& node, const ListEntry& entry) {
  Json item = Json::object();
  if (node.list_kind == ListKind::list) item.set("list", node.key).set("added_at", wanamaker::to_string(entry.added_at));
  else item.set("by_hand", node.list_kind == ListKind::added_by_hand ? "added" : "removed").set("at", wanamaker::to_string(entry.added_at));
  if (!entry.by.empty()) item.set("by", entry.by);
  if (!entry.note.empty()) item.set("note", entry.note);
  return item;
}

}  // namespace

const Comparer& Probe::comparer(const TypedExpression& node) { return comparers_.try_emplace(&node, node).first->second; }

bool Probe::decide(const TypedExpression& node, const Subject& subject) {
  if (records()) recorder_->enter(node);
  const bool verdict = decide_kind(node, subject) != node.negated;
  if (records()) recorder_->leave(verdict);
  return verdict;
}

bool Probe::decide_kind(const TypedExpression& node, const Subject& subject) {
  switch (node.kind) {
    case ExpressionKind::all_of:
    case ExpressionKind::any_of:
    case ExpressionKind::at_least_of: return junction(node, subject);
    case ExpressionKind::inverse: return !decide(node.children[0], subject);
    case ExpressionKind::constant: return node.constant;
    case ExpressionKind::did: return did(node, subject);
    case ExpressionKind::sequence: return sequence(node, subject);
    case ExpressionKind::moment: return moment(node, subject);
    case ExpressionKind::related: return related(node, subject);
    case ExpressionKind::segment: return decide(node.children[0], Subject::of(subject.self));
    case ExpressionKind::list: {
      const ListEntry* entry = list_entries(node, environment_.base.catalog).find(subject.self);
      if (records() && entry != nullptr) recorder_->evidence(entry_evidence(node, *entry));
      return entry != nullptr;
    }
    case ExpressionKind::ranking: {
      const RankingResult& result = environment_.rankings->at(node.ranking_id);
      if (records()) {
        Json item = Json::object().set("population", std::uint64_t{result.population});
        item.set("position", result.position == 0 ? Json() : Json(std::uint64_t{result.position}));
        recorder_->evidence(std::move(item));
      }
      return result.has(subject.self);
    }
    case ExpressionKind::random: return RandomShare(node).holds(environment_.base.contact_id(subject.self));
    case ExpressionKind::has_been: return has_been(node, subject);
    case ExpressionKind::changed: return changed(node, subject);
    case ExpressionKind::compare: return compare(node, subject);
  }
  CHECK(false, "every condition has a case");
}

bool Probe::junction(const TypedExpression& node, const Subject& subject) {
  const bool whole = records();
  const auto children = static_cast<std::int64_t>(node.children.size());
  const std::int64_t needed = node.kind == ExpressionKind::all_of ? children : node.kind == ExpressionKind::any_of ? 1 : node.number;
  std::int64_t held = 0;
  for (std::int64_t i = 0; i < children; ++i) {
    if (!whole && (held >= needed || held + children - i < needed)) break;
    held += decide(node.children[static_cast<std::size_t>(i)], subject) ? 1 : 0;
  }
  return held >= needed;
}

// Where nobody asks which events they were, counting stops as soon as more change nothing.
bool Probe::did(const TypedExpression& node, const Subject& subject) {
  const bool whole = records();
  if (!whole && node.count.on == CountOn::times && node.count.kind != CountKind::regular) {
    const std::int64_t last = node.count.kind == CountKind::between ? node.upper : node.number;
    const std::int64_t enough = node.count.kind == CountKind::at_least ? last : last < std::numeric_limits<std::int64_t>::max() ? last + 1 : last;
    return number_holds(node, count_up_to(node.source, subject, enough));
  }
  if (!whole) return count_holds(node, times_of(node.source, subject), environment_);
  const std::vector<EventRef> events = select(node.source, subject, Bounded::by_window);
  std::vector<Timestamp> times;
  times.reserve(events.size());
  for (const EventRef& event : events) times.push_back(time_of(event));
  const bool verdict = count_holds(node, times, environment_);
  if (records()) {
    recorder_->evidence(Json::object().set("events_counted", std::uint64_t{events.size()}));
    for (std::size_t i = events.size(); i-- > 0 && events.size() - i <= 5;) recorder_->evidence(event_evidence(events[i]));
    if (!verdict) record_near(node.source, subject, node.source.window);
  }
  return verdict;
}

bool Probe::moment(const TypedExpression& node, const Subject& subject) {
  const auto event = end_of(node.source, node.which, subject, Window{});
  if (!event) return false;
  if (records()) recorder_->evidence(event_evidence(*event));
  return WindowAt(node.window, environment_.t, environment_.zone).contains(time_of(*event));
}

bool Probe::related(const TypedExpression& node, const Subject& subject) {
  std::size_t count = 0;
  if (records()) {
    const std::vector<std::uint32_t> rows = select_records(node.source, subject);
    count = rows.size();
    recorder_->evidence(Json::object().set("records_found", std::uint64_t{rows.size()}));
    for (std::size_t i = 0; i < rows.size() && i < 5; ++i) {
      const bool colleague = node.source.kind == SourceClass::colleagues;
      recorder_->evidence(Json::object().set(colleague ? "contact" : "record", colleague ? environment_.base.contact_id({rows[i]}) : environment_.base.records[node.source.record.value].id(rows[i])));
    }
  } else {
    count = count_records(node.source, subject);
  }
  const auto found = static_cast<std::int64_t>(count);
  switch (node.quantifier) {
    case Quantifier::any: return found > 0;
    case Quantifier::no: return found == 0;
    case Quantifier::at_least: return found >= node.number;
  }
  CHECK(false, "every quantifier has a case");
}

bool Probe::compare(const TypedExpression& node, const Subject& subject) {
  const Scalar left = read(node.operands[0], subject);
  if (records()) recorder_->evidence(Json::object().set("operand", node.operands[0].text).set("value", to_string(left, environment_.base.cells)));
  const auto right = [&](std::size_t i) {
    const TypedOperand& operand = node.operands[i];
    Scalar value = read(operand, subject);
    if (records() && operand.kind != OperandKind::literal) recorder_->evidence(Json::object().set("operand", operand.text).set("value", to_string(value, environment_.base.cells)));
    return value;
  };
  return comparer(node).holds(left, right, environment_);
}

}  // namespace wanamaker
