#include "evaluate/quick_look.h"

#include "base/check.h"
#include "calendar/window.h"
#include "evaluate/next_edge.h"
#include "evaluate/previous.h"
#include "evaluate/sweep/cell_predicate.h"

#include <algorithm>
#include <array>
#include <limits>

namespace wanamaker {
namespace {

constexpr std::size_t kWaysMost = 32;
constexpr std::size_t kFetchedRows = 4;

bool has_still_filter(const TypedSource& source) {
  return source.kind == SourceClass::events && (!source.where || (!changes_by_time(*source.where) && !asks_previous(*source.where)));
}

bool is_absolute(const Window& window) {
  return window.kind == Window::Kind::ever || window.kind == Window::Kind::since || window.kind == Window::Kind::before ||
         window.kind == Window::Kind::between || window.kind == Window::Kind::on;
}

bool rolls(const Window& window) {
  return window.kind == Window::Kind::last || window.kind == Window::Kind::more_than_ago || window.kind == Window::Kind::between_ago;
}

// Events enter it with their own time only.
bool ends_now(const Window& window) { return is_absolute(window) || (window.kind == Window::Kind::last && is_fixed(window.span.unit)); }

bool is_met_once(const Window& window) { return is_absolute(window) || (rolls(window) && is_fixed(window.span.unit)); }

}  // namespace

// ---- the walk ----

// The events that pass, of all ways together, newest first, as far back as the window goes.
class QuickLook::Walk {
 public:
  enum class Bounded : std::uint8_t { by_window, all_of_time };
  Walk(const QuickLook& look, Bounded bounded, ContactOrdinal contact, EventReads& reads, Probe& probe)
      : look_(look), contact_(contact), reads_(reads), probe_(probe), latest_(probe.environment().t) {
    std::fill_n(places_.begin(), look.ways_.size(), 0);
    for (const Way& way : look.ways_) size_ += reads.of(way.type).size();
    if (bounded == Bounded::all_of_time || look.window_.kind == Window::Kind::ever) return;
    if (look.span_ms_) {
      earliest_ = {latest_.ms - *look.span_ms_ + 1};
      return;
    }
    const WindowAt at(look.window_, latest_, probe.environment().zone);
    earliest_ = at.earliest();
    latest_ = std::min(at.latest(), latest_);
  }

  // Goes to the next. False: there are no more.
  bool next() {
    for (;;) {
      NewestEvents* events = nullptr;
      for (std::size_t i = 0; i < look_.ways_.size(); ++i) {
        NewestEvents& of_way = reads_.of(look_.ways_[i].type);
        if (places_[i] >= of_way.size()) continue;
        const Timestamp at = of_way.at(places_[i]);
        if (events != nullptr && at <= at_) continue;
        events = &of_way;
        at_ = at;
        way_ = &look_.ways_[i];
        place_ = places_[i];
      }
      if (events == nullptr) return false;
      if (at_ < earliest_) {
        newest_out_ = at_;
        return false;
      }
      ++places_[static_cast<std::size_t>(way_ - look_.ways_.data())];
      if (at_ > latest_ || !look_.passes(*way_, *events, place_, contact_, probe_)) continue;
      newest_ = std::max(newest_, at_);
      return true;
    }
  }
  Timestamp at() const { return at_; }
  Cell amount() { return way_->amount ? reads_.of(way_->type).value(*way_->amount, place_) : Cell{}; }
  std::size_t size() const { return size_; }  // of events of these names, whether they pass or not
  Timestamp newest() const { return newest_; }  // of those that pass; kAlways: none has
  // The newest event before the window, whether it passes or not, where the walk came so far; or kAlways.
  Timestamp newest_out() const { return newest_out_; }

 private:
  const QuickLook& look_;
  ContactOrdinal contact_;
  EventReads& reads_;
  Probe& probe_;
  std::size_t size_ = 0;
  Timestamp earliest_ = kAlways;
  Timestamp latest_;
  Timestamp at_ = kAlways;
  const Way* way_ = nullptr;
  std::size_t place_ = 0;
  Timestamp newest_ = kAlways;
  Timestamp newest_out_ = kAlways;
  std::array<std::size_t, kWaysMost> places_;  // of the ways that there are
};

// The same where the strip of one name says all. Shape: the look is plain.
class QuickLook::PlainWalk {
 public:
  PlainWalk(const QuickLook& look, ContactOrdinal contact, const Environment& environment)
      : plain_(look.plain_), look_(look), table_(environment.base.events[look.plain_.type.value]), rows_(table_.rows_of(contact)), left_(rows_.size()) {
    if (look.kind_ != Kind::last && look.span_ms_) earliest_ = {environment.t.ms - *look.span_ms_ + 1};
    const bool has_come = rows_.empty() || table_.newest_at_most(contact) <= environment.t || rows_.newest_at() <= environment.t;
    failed_ = !has_come || (plain_.reads_number && table_.strip_property() != plain_.number);
  }

  // Goes to the next. False: there are no more, or it has failed().
  bool next() {
    while (left_ > 0) {
      const StripEvent& event = rows_.event(left_ - 1);
      at_ = event.at();
      if (at_ < earliest_) {
        newest_out_ = at_;
        return false;
      }
      --left_;
      number_ = event.number();
      if (plain_.has_test && !passes()) continue;
      if (failed_) return false;
      newest_ = std::max(newest_, at_);
      return true;
    }
    return false;
  }
  Timestamp at() const { return at_; }
  Cell amount() {
    failed_ = failed_ || number_ == StripEvent::kElsewhere;
    return cell();
  }
  std::size_t size() const { return rows_.size(); }
  Timestamp newest() const { return newest_; }
  Timestamp newest_out() const { return newest_out_; }
  // An event is of the future, or a number has to be read in its column: what was found says nothing.
  bool failed() const { return failed_; }

 private:
  Cell cell() const { return number_ < StripEvent::kMissing ? Cell{.bits = number_, .scale = 0, .known = true} : Cell{}; }
  bool passes() {
    if (number_ == StripEvent::kElsewhere) return failed_ = true;
    if (plain_.is_range) return (plain_.least <= number_ && number_ <= plain_.most) != plain_.negated;
    return look_.ways_[0].numbers[0].holds(cell());
  }

  const Plain& plain_;
  const QuickLook& look_;
  const EventTable& table_;
  StripView rows_;
  std::size_t left_;
  Timestamp earliest_ = kAlways;
  Timestamp at_ = kAlways;
  Timestamp newest_ = kAlways;
  Timestamp newest_out_ = kAlways;
  StripEvent::Code number_ = StripEvent::kMissing;
  bool failed_ = false;
};

bool QuickLook::passes(const Way& way, NewestEvents& events, std::size_t place, ContactOrdinal contact, Probe& probe) const {
  for (std::size_t i = 0; i < way.numbers.size(); ++i)
    if (!way.numbers[i].holds(events.value(way.slots[i], place))) return false;
  if (way.others.empty()) return true;
  const EventRef event{way.type, events.row(place)};
  Subject subject = Subject::of(contact);
  subject.event = &event;
  return std::ranges::all_of(way.others, [&](const TypedExpression* other) { return probe.decide(*other, subject); });
}

// ---- which conditions ----

std::vector<QuickLook::Way> QuickLook::ways_of(const TypedSource& source, EventReads& reads) {
  std::vector<Way> ways;
  for (const EventTypeId type : source.events) {
    EventTests tests = event_tests(source.where.get(), type);
    Way way{.type = type, .numbers = std::move(tests.numbers), .slots = {}, .others = std::move(tests.others), .amount = {}, .values = {}};
    for (const NumberTest& test : way.numbers) {
      way.slots.push_back(reads.slot_of(type, test.property));
      way.values.push_back(test.property);
    }
    reads.grow(type);
    ways.push_back(std::move(way));
  }
  return ways;
}

std::optional<QuickLook> QuickLook::of(const TypedExpression& condition, EventReads& reads) {
  std::optional<QuickLook> look;
  switch (condition.kind) {
    case ExpressionKind::did: look = of_count(condition, reads); break;
    case ExpressionKind::compare: look = of_comparison(condition, reads); break;
    case ExpressionKind::sequence: look = of_chain(condition, reads); break;
    case ExpressionKind::moment: look = of_moment(condition, reads); break;
    default: break;
  }
  if (!look) return std::nullopt;
  look->has_one_name_ = look->ways_.size() == 1;
  look->is_plain_ = look->can_be_plain();
  if (look->has_one_name_) look->plain_ = look->made_plain();
  look->can_be_over_ = look->is_plain_ && look->span_ms_ && (look->kind_ == Kind::sum || (look->kind_ == Kind::count && look->from_ >= 1 && look->until_ == kCountMost));
  look->none_holds_ = look->kind_ == Kind::sum && is_in(look->passing_[0], 0);
  return look;
}

bool QuickLook::can_be_plain() const {
  if (kind_ == Kind::chain || ways_.size() != 1) return false;
  const Way& way = ways_[0];
  if (way.numbers.size() > 1 || !way.others.empty() || std::ranges::any_of(way.values, [&](AttributeId value) { return value != way.values[0]; })) return false;
  if (kind_ == Kind::sum && !counts_ && !way.amount) return false;
  return kind_ == Kind::last || span_ms_ || window_.kind == Window::Kind::ever;
}

QuickLook::Plain QuickLook::made_plain() const {
  const Way& way = ways_[0];
  Plain plain{.type = way.type, .reads_number = !way.values.empty(), .has_test = !way.numbers.empty()};
  if (plain.reads_number) plain.number = way.values[0];
  if (!plain.has_test || way.numbers[0].passing[0].size() > 1) return plain;
  plain.is_range = true;
  plain.negated = way.numbers[0].negated;
  constexpr std::int64_t kMost = StripEvent::kMissing - 1;
  for (const BitsRange& range : way.numbers[0].passing[0]) {
    if (range.least > kMost || range.most < 0) continue;
    plain.least = static_cast<StripEvent::Code>(std::max<std::int64_t>(range.least, 0));
    plain.most = static_cast<StripEvent::Code>(std::min(range.most, kMost));
  }
  return plain;
}

std::optional<QuickLook> QuickLook::of_moment(const TypedExpression& condition, EventReads& reads) {
  if (condition.which != Which::last || !has_still_filter(condition.source) || !is_met_once(condition.window) || condition.source.events.size() > kWaysMost) return std::nullopt;
  QuickLook look(Kind::last, condition);
  look.ways_ = ways_of(condition.source, reads);
  look.set_window(condition.window);
  return look;
}

std::optional<QuickLook> QuickLook::of_count(const TypedExpression& condition, EventReads& reads) {
  const TypedSource& source = condition.source;
  if (condition.count.on != CountOn::times || !has_still_filter(source) || !ends_now(source.window) || source.events.size() > kWaysMost) return std::nullopt;
  QuickLook look(Kind::count, condition);
  look.until_ = kCountMost;
  switch (condition.count.kind) {
    case CountKind::at_least: look.from_ = condition.number; break;
    case CountKind::at_most: look.until_ = condition.number; break;
    case CountKind::exactly: look.from_ = look.until_ = condition.number; break;
    case CountKind::between: look.from_ = condition.number, look.until_ = condition.upper; break;
    case CountKind::regular: return std::nullopt;
  }
  look.ways_ = ways_of(source, reads);
  look.set_window(source.window);
  return look;
}

std::optional<QuickLook> QuickLook::of_comparison(const TypedExpression& condition, EventReads& reads) {
  const TypedOperand& left = condition.operands[0];
  const bool sums = left.kind == OperandKind::aggregate && left.function == AggregateFunction::sum;
  if (!sums && left.kind != OperandKind::count) return std::nullopt;
  if (!has_still_filter(left.source) || !ends_now(left.source.window) || left.source.events.size() > kWaysMost) return std::nullopt;
  if (!is_ordered(condition.test) || !CellPredicate::has_constants(condition)) return std::nullopt;
  if (sums && (left.property.kind != PathKind::property || left.property.type != ValueType::number)) return std::nullopt;
  QuickLook look(Kind::sum, condition);
  look.counts_ = !sums;
  look.passing_ = number_ranges(condition);
  look.ways_ = ways_of(left.source, reads);
  look.set_window(left.source.window);
  for (Way& way : look.ways_) {
    if (!sums || !left.property.by_event[way.type.value]) continue;
    way.values.push_back(*left.property.by_event[way.type.value]);
    way.amount = reads.slot_of(way.type, way.values.back());
  }
  return look;
}

std::optional<QuickLook> QuickLook::of_chain(const TypedExpression& condition, EventReads& reads) {
  QuickLook look(Kind::chain, condition);
  look.set_window(condition.window);
  if (condition.from_first || (condition.window.kind != Window::Kind::ever && !look.span_ms_)) return std::nullopt;
  for (const TypedStep& step : condition.steps) {
    if (step.kind == StepKind::absent || !has_still_filter(step.source)) return std::nullopt;
    Step made{.ways = ways_of(step.source, reads)};
    if (step.kind != StepKind::start) {
      if (!is_fixed(step.gap.unit)) return std::nullopt;
      const bool later = step.kind == StepKind::later;
      made.least_ms = later ? std::max<std::int64_t>(fixed_ms(step.gap), 1) : 1;
      made.most_ms = later ? fixed_ms({step.upper, step.gap.unit}) : fixed_ms(step.gap);
    }
    look.ways_.insert(look.ways_.end(), made.ways.begin(), made.ways.end());
    look.steps_.push_back(std::move(made));
  }
  return look;
}

void QuickLook::set_window(const Window& window) {
  window_ = window;
  if (window.kind == Window::Kind::last && is_fixed(window.span.unit)) span_ms_ = fixed_ms(window.span);
}

// ---- looking ----

// When an event of then leaves a window of the last so many.
Timestamp QuickLook::leaves_at(Timestamp at) const { return span_ms_ ? Timestamp{at.ms + *span_ms_} : add(at, window_.span); }

// Of counts of at least one: the event itself holds it up, until it leaves the window.
bool QuickLook::told_by(const News& news, Timestamp now, Answer& answer) const {
  if (news.kind != News::Kind::one_event || kind_ != Kind::count || from_ != 1 || until_ != kCountMost) return false;
  const bool is_ever = window_.kind == Window::Kind::ever;
  if (!is_ever && (!span_ms_ || news.at.ms <= now.ms - *span_ms_)) return false;
  answer.holds = !negated_;
  answer.since = news.at;
  answer.next = is_ever ? kNever : leaves_at(news.at);
  if (answer.next > kTimestampMax) answer.next = kNever;
  return true;
}

bool QuickLook::look(ContactOrdinal contact, const News& news, EventReads& reads, Probe& probe, Answer& answer) const {
  if (news.kind == News::Kind::time && is_over(contact, probe.environment().t, probe.environment().base)) {
    answer = {.holds = none_holds_ != negated_};
    return true;
  }
  if (!(is_plain_ && plain_look(contact, probe.environment(), answer)) && !look_around(contact, news, reads, probe, answer)) return false;
  answer.holds = answer.holds != negated_;
  if (answer.next > kTimestampMax) answer.next = kNever;
  return true;
}

bool QuickLook::awaits_events(Timestamp t, const Base& base) const {
  return std::ranges::any_of(ways_, [&](const Way& way) {
    return std::ranges::any_of(base.events[way.type.value].chunk_bounds(), [&](const EventTable::ChunkBounds& chunk) { return chunk.least_contact <= chunk.most_contact && chunk.last_ms > t.ms; });
  });
}

// No event is of the future.
bool QuickLook::plain_look(ContactOrdinal contact, const Environment& environment, Answer& answer) const {
  PlainWalk walk(*this, contact, environment);
  if (walk.failed()) return false;
  switch (kind_) {
    case Kind::count: count(walk, answer); break;
    case Kind::sum: if (!sum(walk, answer)) return false; break;
    case Kind::last: last(walk, environment, answer); break;
    case Kind::chain: return false;
  }
  return !walk.failed();
}

bool QuickLook::look_around(ContactOrdinal contact, const News& news, EventReads& reads, Probe& probe, Answer& answer) const {
  if (kind_ == Kind::chain) {
    if (!chain(contact, news, reads, probe, answer)) return false;
  } else {
    Walk walk(*this, kind_ == Kind::last ? Walk::Bounded::all_of_time : Walk::Bounded::by_window, contact, reads, probe);
    if (kind_ == Kind::count) count(walk, answer);
    else if (kind_ == Kind::last) last(walk, probe.environment(), answer);
    else if (!sum(walk, answer)) return false;
  }
  answer.next = std::min(answer.next, first_arrival(reads));
  return true;
}

void QuickLook::fetch(Fetch what, ContactOrdinal contact, const Base& base) const {
  for (const Way& way : ways_) {
    const EventTable& table = base.events[way.type.value];
    switch (what) {
      case Fetch::strips: table.fetch(contact); break;
      case Fetch::rows: table.fetch_rows(contact); break;
      case Fetch::newest: fetch_newest(way, table, table.rows_of(contact)); break;
    }
  }
}

void QuickLook::fetch_newest(const Way& way, const EventTable& table, StripView rows) {
  if (way.values.empty()) return;
  for (const std::uint32_t row : rows.last(std::min(rows.size(), kFetchedRows)))
    for (const AttributeId property : way.values) if (table.strip_property() != property) table.fetch_property(property, row);
}

Timestamp QuickLook::first_arrival(EventReads& reads) const {
  Timestamp first = kNever;
  for (const Way& way : ways_)
    if (const auto arrival = reads.of(way.type).next_arrival()) first = std::min(first, *arrival);
  return first;
}

// By the events in the window and the one that left it last.
template <typename AnyWalk>
void QuickLook::note_since(const AnyWalk& walk, Answer& answer) const {
  answer.since = walk.newest();
  if (window_.kind == Window::Kind::last && walk.newest_out() != kAlways) answer.since = std::max(answer.since, leaves_at(walk.newest_out()));
}

template <typename AnyWalk>
void QuickLook::count(AnyWalk& walk, Answer& answer) const {
  answer.next = kNever;
  answer.holds = false;
  answer.since = kAlways;
  if (ways_.size() == 1 && until_ == kCountMost && walk.size() < static_cast<std::size_t>(from_)) return;
  Timestamp last_needed = kNever;  // the event with which the count came to what it still needs: from_, or one more than until_
  std::int64_t count = 0;
  const std::int64_t enough = until_ < kCountMost ? until_ + 1 : from_;
  while (count < enough && walk.next()) {
    ++count;
    if (count == from_ || count == enough) last_needed = walk.at();
  }
  answer.holds = from_ <= count && count <= until_;
  if (window_.kind == Window::Kind::last && last_needed != kNever) answer.next = leaves_at(last_needed);
  note_since(walk, answer);
}

template <typename AnyWalk>
bool QuickLook::sum(AnyWalk& walk, Answer& answer) const {
  int128 sum = 0;
  std::optional<std::uint8_t> scale;
  bool holds = is_in(passing_[0], 0);
  std::array<Timestamp, 2> leaves{kNever, kNever};  // by what it said without it: the event that last made it say so no more
  while (walk.next()) {
    const Cell amount = counts_ ? Cell{.bits = 1, .scale = 0, .known = true} : walk.amount();
    if (!amount.known) continue;
    if (scale.value_or(amount.scale) != amount.scale) return false;
    scale = amount.scale;
    sum += amount.bits;
    if (sum > std::numeric_limits<std::int64_t>::max() || sum < std::numeric_limits<std::int64_t>::min()) return false;
    leaves[holds ? 1 : 0] = walk.at();
    holds = is_in(passing_[*scale], static_cast<std::int64_t>(sum));
  }
  answer.holds = holds;
  const Timestamp leaving = leaves[holds ? 0 : 1];
  answer.next = window_.kind == Window::Kind::last && leaving != kNever ? leaves_at(leaving) : kNever;
  note_since(walk, answer);
  return true;
}

template <typename AnyWalk>
void QuickLook::last(AnyWalk& walk, const Environment& environment, Answer& answer) const {
  answer = {};
  if (!walk.next()) return;
  answer.since = walk.at();
  answer.holds = WindowAt(window_, environment.t, environment.zone).contains(walk.at());
  if (!rolls(window_)) return;
  const auto take = [&](Timestamp edge) {
    if (edge > environment.t) answer.next = std::min(answer.next, edge);
    else answer.since = std::max(answer.since, edge);
  };
  take(add(walk.at(), window_.span));
  if (window_.kind == Window::Kind::between_ago) take(add(walk.at(), {window_.upper, window_.span.unit}));
}

// The instants of the events of a step from an instant on, ascending.
std::vector<Timestamp> QuickLook::times_of(const Step& step, Timestamp from, ContactOrdinal contact, EventReads& reads, Probe& probe) const {
  std::vector<Timestamp> times;
  for (const Way& way : step.ways) {
    NewestEvents& events = reads.of(way.type);
    for (std::size_t place = 0; place < events.size() && events.at(place) >= from; ++place)
      if (passes(way, events, place, contact, probe)) times.push_back(events.at(place));
  }
  std::ranges::sort(times);
  return times;
}

// A chain of all time never ends, one in a window with its first event; and one that has come up ends with the event that has come or with a later one. It is
// looked for from its last step back.
bool QuickLook::chain(ContactOrdinal contact, const News& news, EventReads& reads, Probe& probe, Answer& answer) const {
  answer = {};
  bool can_be = true;
  for (const Step& step : steps_) {
    bool has_some = false;
    for (const Way& way : step.ways) {
      NewestEvents& events = reads.of(way.type);
      if (events.next_arrival()) return false;
      if (events.size() == 0) continue;
      has_some = true;
      answer.since = std::max(answer.since, events.at(0));
    }
    can_be = can_be && has_some;
  }
  if (!can_be) return true;
  const Timestamp first = span_ms_ ? Timestamp{probe.environment().t.ms - *span_ms_ + 1} : kAlways;  // in the window
  std::vector<Timestamp> led = times_of(steps_.back(), news.kind == News::Kind::one_event ? std::max(news.at, first) : first, contact, reads, probe);
  for (std::size_t i = steps_.size() - 1; i > 0 && !led.empty(); --i) {
    const Step& step = steps_[i];
    std::vector<Timestamp> before = times_of(steps_[i - 1], std::max(first, Timestamp{led.front().ms - step.most_ms}), contact, reads, probe);
    std::erase_if(before, [&](Timestamp here) {
      const auto to = std::ranges::lower_bound(led, Timestamp{here.ms + step.least_ms});
      return to == led.end() || to->ms > here.ms + step.most_ms;
    });
    led = std::move(before);
  }
  answer.holds = !led.empty();
  if (!span_ms_) return true;
  if (answer.holds) answer.next = leaves_at(led.back());
  else if (std::ranges::any_of(steps_.front().ways, [&](const Way& way) { return reads.of(way.type).has_between({answer.since.ms - *span_ms_ + 1}, first); }))
    answer.since = probe.environment().t;  // a chain that began there may have ended since the newest event
  return true;
}

}  // namespace wanamaker
