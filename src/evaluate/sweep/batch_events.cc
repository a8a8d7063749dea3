// Events, records and colleagues of a batch.

#include "base/check.h"
#include "base/give_way.h"
#include "calendar/window.h"
#include "evaluate/probe.h"
#include "evaluate/asked_about.h"
#include "evaluate/sweep/batch_sweep.h"

#include <algorithm>
#include <numeric>

namespace wanamaker {

// The events of each subject's contact that are the source's, in the window, not of the future, and pass the filter;
// by owner, and within one owner by event name as the source lists them.
Batch BatchSweep::expand(const TypedSource& source, const Batch& batch, const Window& window) {
  const WindowAt at(window, environment_.t, environment_.zone);
  Batch events;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    for (const EventTypeId type : source.events) {
      const EventTable& table = environment_.base.events[type.value];
      for (const std::uint32_t row : table.rows_of(batch.self[i])) {
        const Timestamp time = table.at(row);
        if (time > environment_.t) break;
        if (!at.contains(time)) continue;
        events.self.push_back(batch.self[i]);
        events.asked.push_back(batch.asked[i]);
        events.owner.push_back(static_cast<std::uint32_t>(i));
        events.event.push_back({type, row});
      }
    }
  }
  if (!source.where) return events;
  return events.filtered(decide(*source.where, events));
}

// Puts each owner's events in the order of events.
void BatchSweep::sort_events(Batch& events) const {
  const Base& base = environment_.base;
  std::vector<std::size_t> order(events.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    if (events.owner[a] != events.owner[b]) return events.owner[a] < events.owner[b];
    if (time_of(events.event[a]) != time_of(events.event[b])) return time_of(events.event[a]) < time_of(events.event[b]);
    const EventTypeId left = events.event[a].type;
    const EventTypeId right = events.event[b].type;
    return left != right && base.schema.events[left.value].name < base.schema.events[right.value].name;
  });
  Batch sorted;
  for (const std::size_t i : order) {
    sorted.self.push_back(events.self[i]);
    sorted.asked.push_back(events.asked[i]);
    sorted.owner.push_back(events.owner[i]);
    sorted.event.push_back(events.event[i]);
  }
  events = std::move(sorted);
}

Batch BatchSweep::expand_records(const TypedSource& source, const Batch& batch) {
  const Base& base = environment_.base;
  Batch found;
  found.record_type = source.record;
  const auto push = [&](std::size_t i, ContactOrdinal self, ContactOrdinal asked) {
    found.self.push_back(self);
    found.asked.push_back(asked);
    found.owner.push_back(static_cast<std::uint32_t>(i));
  };
  const auto push_rows = [&](std::size_t i, std::span<const std::uint32_t> rows) {
    for (const std::uint32_t row : rows) {
      push(i, batch.self[i], batch.asked[i]);
      found.record.push_back(row);
    }
  };
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto account = base.account_of(batch.self[i]);
    switch (source.kind) {
      case SourceClass::contact_records: push_rows(i, base.records[source.record.value].of_contact(batch.self[i])); break;
      case SourceClass::account_records:
        if (account) push_rows(i, base.records[source.record.value].of_account(*account));
        break;
      case SourceClass::colleagues:
        if (account) for (const ContactOrdinal colleague : base.contacts_of(*account)) if (colleague != batch.self[i]) push(i, colleague, batch.self[i]);
        break;
      case SourceClass::events: CHECK(false, "events are expanded as events");
    }
  }
  if (!source.where) return found;
  return found.filtered(decide(*source.where, found));
}

void BatchSweep::for_each_part(const TypedSource& source, const Batch& batch, const VisitPart& visit) const {
  const Base& base = environment_.base;
  if (source.kind != SourceClass::colleagues && source.kind != SourceClass::account_records) return visit(batch, 0);
  const auto rows_of = [&](ContactOrdinal contact) -> std::size_t {
    const auto account = base.account_of(contact);
    if (!account) return 0;
    return source.kind == SourceClass::colleagues ? base.contacts_of(*account).size() : base.records[source.record.value].of_account(*account).size();
  };
  for (std::size_t first = 0; first < batch.size() && !environment_.is_stopped();) {
    std::size_t end = first;
    for (std::size_t rows = 0; end < batch.size() && rows < kRowsAtOnce; ++end) rows += rows_of(batch.self[end]);
    give_way();
    visit(first == 0 && end == batch.size() ? batch : batch.part(first, end), first);
    first = end;
  }
}

std::vector<std::int64_t> BatchSweep::count_of(const TypedSource& source, const Batch& batch) {
  if (shares_colleagues(source)) return count_colleagues(source, batch);
  std::vector<std::int64_t> counts(batch.size(), 0);
  for_each_part(source, batch, [&](const Batch& part, std::size_t first) {
    const Batch found = source.kind == SourceClass::events ? expand(source, part, source.window) : expand_records(source, part);
    for (const std::uint32_t owner : found.owner) ++counts[first + owner];
  });
  return counts;
}

Mask BatchSweep::did(const TypedExpression& node, const Batch& batch) {
  const Batch events = expand(node.source, batch, node.source.window);
  Mask mask(batch.size());
  std::size_t next = 0;
  std::vector<Timestamp> times;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    times.clear();
    for (; next < events.size() && events.owner[next] == i; ++next) times.push_back(time_of(events.event[next]));
    mask[i] = count_holds(node, times, environment_) ? 1 : 0;
  }
  return mask;
}

Mask BatchSweep::moment(const TypedExpression& node, const Batch& batch) {
  const Batch events = expand(node.source, batch, Window{});
  const WindowAt at(node.window, environment_.t, environment_.zone);
  std::vector<std::optional<Timestamp>> found(batch.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Timestamp time = time_of(events.event[i]);
    std::optional<Timestamp>& best = found[events.owner[i]];
    if (!best || (node.which == Which::first ? time < *best : time > *best)) best = time;
  }
  Mask mask(batch.size());
  for (std::size_t i = 0; i < found.size(); ++i) mask[i] = found[i] && at.contains(*found[i]) ? 1 : 0;
  return mask;
}

Mask BatchSweep::related(const TypedExpression& node, const Batch& batch) {
  const std::vector<std::int64_t> found = count_of(node.source, batch);
  Mask mask(batch.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool any = found[i] > 0;
    const bool verdict = node.quantifier == Quantifier::any ? any : node.quantifier == Quantifier::no ? !any : found[i] >= node.number;
    mask[i] = verdict ? 1 : 0;
  }
  return mask;
}

}  // namespace wanamaker
