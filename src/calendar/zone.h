#pragma once
// An IANA time zone: local calendar days and hours of instants, and instants of local times.
// A local time that does not exist is the first instant after the gap; one that exists twice is the earlier.
// Read from the system's TZif files (RFC 8536), the rule after the table included, which date-tz does not follow beyond 2037.
// Immutable. Cost: a lookup is one binary search over some thousand transitions. Rules are followed to the year 2500.

#include "base/result.h"
#include "base/time.h"

#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

class Zone {
 public:
  // Errors: usage, when there is no such zone or its file cannot be read.
  static Result<Zone> find(std::string_view name);
  static Zone utc();

  const std::string& name() const { return name_; }
  std::int64_t offset_ms(Timestamp at) const;      // local = UTC + offset
  // While an offset holds, around an instant: for those who ask for many instants near each other.
  struct Period {
    Timestamp from;
    Timestamp to;  // exclusive
    std::int64_t offset_ms = 0;
  };
  Period period_of(Timestamp at) const;
  Date day_of(Timestamp at) const;                 // local calendar day
  Timestamp start_of(Date day) const;              // first existing instant of the local day
  int hour_of(Timestamp at) const;                 // 0 to 23

  struct Local {
    Timestamp at;
    bool in_gap = false;  // the local time does not exist
  };
  Local from_local(std::int64_t local_ms) const;   // milliseconds of the wall clock since 1970-01-01T00:00 local

 private:
  struct Transition {
    std::int64_t at_ms;
    std::int64_t offset_ms;
  };
  friend class TzifReader;
  std::string name_ = "UTC";
  std::vector<Transition> transitions_;  // sorted; the first one lies before all instants
};

}  // namespace wanamaker
