#pragma once
// Decides a condition over the events of one contact and says in the same walk when time alone can next change it, and since when it has
// been so. Key idea: as time passes, events leave a window from the oldest on, so that the newest j of them, for j from 0 on, are all that
// the window will ever hold without new data; the walk goes from the newest on and meets them in this order.
// For the common conditions: counts, sums and numbers of events in windows that end now, the last event's place in a window, chains.
// It must agree with the probe, which decides all others (probe.h, next_edge.h). Immutable; the condition must outlive it.

#include "evaluate/event_tests.h"
#include "evaluate/newest_events.h"
#include "evaluate/probe.h"

#include <optional>
#include <vector>

namespace wanamaker {

class QuickLook {
 public:
  static constexpr Timestamp kNever{INT64_MAX};
  static constexpr Timestamp kAlways{INT64_MIN};
  struct Answer {
    Timestamp next = kNever;    // later than now and not later than the first change by time alone; or kNever
    Timestamp since = kAlways;  // from then to now the answer was the same, by the data that are there now; not told where only time has passed
    bool holds = false;
  };

  // Nothing: the condition is none of these. `reads` gets what it will read.
  static std::optional<QuickLook> of(const TypedExpression& condition, EventReads& reads);
  // What has come since it was last looked at, as far as it may matter. `anything`: new or changed data, other conditions. `time`: nothing.
  struct News {
    enum class Kind : std::uint8_t { anything, one_event, time } kind = Kind::anything;
    Timestamp at = {};  // one_event: it passes the filter of a source of the condition and is not of the future; before it came it did not hold
  };
  // As of the probe's instant; `reads` are turned to that contact and instant. False: the probe has to be asked.
  // Cost: the newest events until it is decided. (An answer that is written where it stands is not copied: some hundred cycles a look.)
  bool look(ContactOrdinal contact, const News& news, EventReads& reads, Probe& probe, Answer& answer) const;
  // Whether the condition still does not hold, and has not held at any instant since the event: as many events as it needs, of any kind, do not
  // lie close enough together. Cost: one place of the strip.
  bool is_vain(const News& news, ContactOrdinal contact, const Base& base) const {
    if (news.kind != News::Kind::one_event || kind_ != Kind::count || !span_ms_ || !has_one_name_ || until_ != kCountMost || from_ < 2) return false;
    const StripView rows = base.events[plain_.type.value].rows_of(contact);
    const auto needed = static_cast<std::size_t>(from_);
    return rows.size() < needed || rows.at(rows.size() - needed).ms <= news.at.ms - *span_ms_;
  }
  // Whether the window holds no event at all at that instant, nor will it: the head of the strip says so.
  bool is_over(ContactOrdinal contact, Timestamp t, const Base& base) const {
    return can_be_over_ && base.events[plain_.type.value].newest_at_most(contact).ms <= t.ms - *span_ms_;
  }
  // Whose answer time alone may change, as long as no event of its names is of the future: of nobody, of those for whom the condition without
  // its `not` holds, or of anybody.
  enum class Timed : std::uint8_t { nobody, where_met, anybody };
  Timed timed() const {
    const bool ends = window_.kind == Window::Kind::last;
    if (kind_ == Kind::last) return Timed::anybody;
    if (!ends) return Timed::nobody;
    if (kind_ == Kind::chain) return Timed::where_met;
    return kind_ == Kind::count && from_ >= 1 && until_ == kCountMost ? Timed::where_met : Timed::anybody;
  }
  bool is_negated() const { return negated_; }
  // Whether events of its names are after that instant. Cost: a look at each chunk of their columns.
  bool awaits_events(Timestamp t, const Base& base) const;
  // What the news alone tells: then nothing is read. False: nothing.
  bool told_by(const News& news, Timestamp now, Answer& answer) const;
  // Whether it reads the strip of one name alone, and of which.
  bool reads_one_strip() const { return is_plain_; }
  EventTypeId strip() const { return plain_.type; }
  // The processor is asked for what a look at the contact will read, one step after the other.
  enum class Fetch : std::uint8_t { strips, rows, newest };
  void fetch(Fetch what, ContactOrdinal contact, const Base& base) const;

 private:
  static constexpr std::int64_t kCountMost = INT64_MAX;
  enum class Kind : std::uint8_t { count, sum, last, chain };
  // Events of one name that pass the filter.
  struct Way {
    EventTypeId type;
    std::vector<NumberTest> numbers;
    std::vector<std::size_t> slots;                // beside the numbers
    std::vector<const TypedExpression*> others;
    std::optional<std::size_t> amount;             // the slot of what is summed up
    std::vector<AttributeId> values;               // all that is read of an event but its instant; others apart
  };
  struct Step {
    std::vector<Way> ways;
    std::int64_t least_ms = 1;  // after the step before, inclusive
    std::int64_t most_ms = 0;
  };
  // A condition over events of one name, that reads one number of an event at most: that of its strip, where it is that one.
  struct Plain {
    EventTypeId type = {};
    bool reads_number = false;
    bool has_test = false;
    bool is_range = false;             // the test is one of codes from least to most; else it is tested as it is
    bool negated = false;
    StripEvent::Code least = 1;
    StripEvent::Code most = 0;
    AttributeId number = {};           // where one is read
  };
  class Walk;
  class PlainWalk;

  QuickLook(Kind kind, const TypedExpression& condition) : kind_(kind), negated_(condition.negated) {}
  static std::vector<Way> ways_of(const TypedSource& source, EventReads& reads);
  static std::optional<QuickLook> of_count(const TypedExpression& condition, EventReads& reads);
  static std::optional<QuickLook> of_comparison(const TypedExpression& condition, EventReads& reads);
  static std::optional<QuickLook> of_moment(const TypedExpression& condition, EventReads& reads);
  static std::optional<QuickLook> of_chain(const TypedExpression& condition, EventReads& reads);
  static void fetch_newest(const Way& way, const EventTable& table, StripView rows);
  bool passes(const Way& way, NewestEvents& events, std::size_t place, ContactOrdinal contact, Probe& probe) const;
  bool can_be_plain() const;
  Plain made_plain() const;
  Timestamp leaves_at(Timestamp at) const;
  bool look_around(ContactOrdinal contact, const News& news, EventReads& reads, Probe& probe, Answer& answer) const;
  bool plain_look(ContactOrdinal contact, const Environment& environment, Answer& answer) const;
  template <typename AnyWalk>
  void count(AnyWalk& walk, Answer& answer) const;
  template <typename AnyWalk>
  bool sum(AnyWalk& walk, Answer& answer) const;
  template <typename AnyWalk>
  void last(AnyWalk& walk, const Environment& environment, Answer& answer) const;
  template <typename AnyWalk>
  void note_since(const AnyWalk& walk, Answer& answer) const;
  bool chain(ContactOrdinal contact, const News& news, EventReads& reads, Probe& probe, Answer& answer) const;
  std::vector<Timestamp> times_of(const Step& step, Timestamp from, ContactOrdinal contact, EventReads& reads, Probe& probe) const;
  Timestamp first_arrival(EventReads& reads) const;
  void set_window(const Window& window);

  // What most looks read comes first.
  Kind kind_;
  bool negated_;
  bool has_one_name_ = false;  // plain_.type
  bool is_plain_ = false;      // plain_ says all
  bool can_be_over_ = false;   // an empty window says what none_holds_ says, whatever the filter
  bool none_holds_ = false;
  Plain plain_ = {};
  std::int64_t from_ = 0;   // count: it holds from so many events on
  std::int64_t until_ = 0;  // count: until so many
  std::optional<std::int64_t> span_ms_;  // of a window of the last so many
  std::vector<Way> ways_;
  Window window_;
  bool counts_ = false;     // sum: of ones
  std::vector<std::vector<BitsRange>> passing_;  // sum: by scale
  std::vector<Step> steps_;                      // chain; ways_ are those of all steps
};

}  // namespace wanamaker
