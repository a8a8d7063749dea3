#pragma once
// Windows: what an instant or a date must be at t to count. LANGUAGE.md 2.3 is the table; this is its only form in code.
// A window with t is a WindowAt, which decides; the instants at which a given value enters or leaves a window are its edges.

#include "base/time.h"
#include "calendar/arithmetic.h"
#include "calendar/zone.h"

#include <vector>

namespace wanamaker {

struct Window {
  enum class Kind : std::uint8_t {
    ever,
    last,           // in last N units
    last_calendar,  // in last N calendar units
    more_than_ago,
    between_ago,    // N (span) and M (upper) units ago
    next,           // in next N units
    current,        // today, this week …: the unit that holds t, moved by `shift` units (yesterday -1, next month +1)
    since,
    before,
    between,
    on,
  };
  Kind kind = Kind::ever;
  TimeSpan span = {};
  std::int64_t upper = 0;      // between_ago
  int shift = 0;               // current
  bool by_date = true;         // since, before, between, on: bounds are dates, else timestamps
  Date first_day = {};         // bounds
  Date last_day = {};
  Timestamp first_at = {};
  Timestamp last_at = {};
  friend bool operator==(const Window&, const Window&) = default;
};

// A window seen from t. Immutable; keeps a reference to the zone, which must outlive it.
class WindowAt {
 public:
  WindowAt(const Window& window, Timestamp t, const Zone& zone);
  bool contains(Timestamp at) const;
  bool contains(Date day) const;

  // Instants [from, to) that can be in the window at all, a superset of contains(Timestamp): for a binary search in sorted times.
  Timestamp earliest() const { return earliest_; }
  Timestamp latest() const { return latest_; }  // inclusive

  // The instants that contains(Timestamp) holds for, but for those near a bound that only contains() can tell: rolling months are
  // counted from the value, so that two instants of a month's end can change places. Shape: inclusive; empty where last < first.
  struct Span {
    Timestamp first;
    Timestamp last;
  };
  struct Instants {
    Span sure;
    std::vector<Span> doubtful;  // here contains() has to be asked, whatever `sure` says

    bool is_doubtful(Timestamp at) const {
      for (const Span& span : doubtful) if (span.first <= at && at <= span.last) return true;
      return false;
    }
  };
  Instants instants() const;

 private:
  Window window_;
  Timestamp t_;
  Date today_;
  Date from_day_ = {};   // calendar windows and dates: [from_day_, to_day_)
  Date to_day_ = {};
  Timestamp earliest_;
  Timestamp latest_;
};

// Appends the instants t at which a value of that time may enter or leave the window. A superset, in no order.
void append_edges(const Window& window, Timestamp at, const Zone& zone, std::vector<Timestamp>& edges);
void append_edges(const Window& window, Date day, const Zone& zone, std::vector<Timestamp>& edges);

}  // namespace wanamaker
