#pragma once
// Dates and times of files: the year-first forms that need no word, and the forms of --date-format.
//   %Y year, four digits   %y two digits (69–99: 19yy, 00–68: 20yy)   %m month   %d day   %H hour   %M minute
//   %S second, with fraction where there is one   %z offset: Z, +hh:mm, +hhmm   %F %Y-%m-%d   %T %H:%M:%S   %% a percent sign
// Months, days and hours have one or two digits, two where another number stands right beside.

#include "base/result.h"
#include "base/time.h"
#include "calendar/zone.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wanamaker {

struct ReadTime {
  Date day;
  std::int64_t ms_of_day = 0;
  bool has_time = false;
  std::optional<int> offset_minutes = {};
};

// `YYYY-MM-DD[ T]HH:MM:SS[.fff][Z]`, what nearly all files have, quickly; nothing says only that the text is of another form.
std::optional<ReadTime> read_plain_time(std::string_view text);
// `YYYY-MM-DD[ T]HH:MM[:SS[.fff]]` without an offset.
std::optional<ReadTime> read_year_first_time(std::string_view text);

// Immutable.
class DateFormat {
 public:
  // Errors: usage, naming the letter that is not known or the part that is not there.
  static Result<DateFormat> compile(std::string_view format);
  std::optional<ReadTime> read(std::string_view text) const;
  bool has_time() const { return has_time_; }
  bool has_separator() const;  // false for %Y%m%d, which plain numbers match too
  bool is_year_first() const { return text_.starts_with("%Y-") || text_.starts_with("%F"); }
  const std::string& text() const { return text_; }

 private:
  struct Part {
    char letter = 0;  // 0: the literal character
    char literal = 0;
    bool is_fixed = false;  // exactly two digits
  };
  std::string text_;
  std::vector<Part> parts_;
  bool has_time_ = false;
};

// Gathers whether the cells of a column are dates with the year last, and which of the first two numbers is the day.
class DateOrder {
 public:
  void take(std::string_view text) {
    if (!is_broken_) take_unbroken(text);
  }
  bool holds() const { return seen_ && !is_broken_ && (day_first_ || month_first_); }
  bool is_ambiguous() const { return holds() && day_first_ && month_first_; }
  std::string format() const;  // where it holds and is not ambiguous

 private:
  void take_unbroken(std::string_view text);

  bool seen_ = false;
  bool is_broken_ = false;
  bool day_first_ = true;
  bool month_first_ = true;
  char separator_ = 0;
  std::string time_format_;
};

}  // namespace wanamaker
