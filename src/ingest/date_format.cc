#include "ingest/date_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace wanamaker {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes a number of `least` to `most` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t size = 0;
  while (size < text.size() && size < most && is_digit(text[size])) ++size;
  if (size < least) return std::nullopt;
  int value = 0;
  const std::string_view digits = text.substr(0, size);
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  text.remove_prefix(size);
  return value;
}

// Takes `.f…` off the front where it is there; milliseconds, further digits are cut.
int take_fraction(std::string_view& text) {
  if (text.size() < 2 || text[0] != '.' || !is_digit(text[1])) return 0;
  text.remove_prefix(1);
  int ms = 0;
  for (int scale = 100; !text.empty() && is_digit(text[0]); scale /= 10, text.remove_prefix(1)) ms += (text[0] - '0') * scale;
  return ms;
}

std::optional<int> take_offset(std::string_view& text) {
  if (text.starts_with('Z') || text.starts_with('z')) {
    text.remove_prefix(1);
    return 0;
  }
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2, 2);
  if (text.starts_with(':')) text.remove_prefix(1);
  const auto minutes = take_number(text, 2, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

struct Fields {
  CivilDate civil;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int ms = 0;
};

std::optional<ReadTime> to_read_time(const Fields& fields) {
  if (!is_valid_civil(fields.civil) || fields.hour > 23 || fields.minute > 59 || fields.second > 59) return std::nullopt;
  const std::int64_t seconds = std::int64_t{fields.hour} * 3600 + fields.minute * 60 + fields.second;
  return ReadTime{.day = date_from_civil(fields.civil), .ms_of_day = seconds * 1000 + fields.ms};
}

}  // namespace

std::optional<ReadTime> read_plain_time(std::string_view text) {
  const bool is_utc = !text.empty() && text.back() == 'Z';
  if (is_utc) text.remove_suffix(1);
  if (text.size() != 19 && text.size() != 23) return std::nullopt;
  const bool has_signs = text[4] == '-' && text[7] == '-' && (text[10] == ' ' || text[10] == 'T') && text[13] == ':' && text[16] == ':';
  if (!has_signs || (text.size() == 23 && text[19] != '.')) return std::nullopt;
  unsigned worst = 0;
  const auto digit = [&](std::size_t at) {
    const unsigned value = static_cast<unsigned char>(text[at]) - unsigned{'0'};
    worst = std::max(worst, value);
    return static_cast<int>(value);
  };
  const auto pair = [&](std::size_t at) { return digit(at) * 10 + digit(at + 1); };
  Fields fields{.civil = {.year = pair(0) * 100 + pair(2), .month = static_cast<unsigned>(pair(5)), .day = static_cast<unsigned>(pair(8))},
                .hour = pair(11), .minute = pair(14), .second = pair(17)};
  if (text.size() == 23) fields.ms = pair(20) * 10 + digit(22);
  if (worst > 9) return std::nullopt;
  auto read = to_read_time(fields);
  if (!read) return std::nullopt;
  read->has_time = true;
  if (is_utc) read->offset_minutes = 0;
  return read;
}

std::optional<ReadTime> read_year_first_time(std::string_view text) {
  if (text.size() < 16 || (text[10] != ' ' && text[10] != 'T' && text[10] != 't')) return std::nullopt;
  const auto day = parse_date(text.substr(0, 10));
  text.remove_prefix(11);
  const auto hour = take_number(text, 2, 2);
  if (!day || !hour || !text.starts_with(':')) return std::nullopt;
  text.remove_prefix(1);
  const auto minute = take_number(text, 2, 2);
  Fields fields{.civil = civil_from_date(*day), .hour = *hour, .minute = minute.value_or(99)};
  if (text.starts_with(':')) {
    text.remove_prefix(1);
    fields.second = take_number(text, 2, 2).value_or(99);
    fields.ms = take_fraction(text);
  }
  if (!text.empty()) return std::nullopt;
  auto read = to_read_time(fields);
  if (read) read->has_time = true;
  return read;
}

Result<DateFormat> DateFormat::compile(std::string_view format) {
  static constexpr std::string_view kHint = "write it with %Y %y %m %d %H %M %S %z, as in %d.%m.%Y %H:%M";
  std::string plain;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format.substr(i).starts_with("%F")) plain += "%Y-%m-%d", ++i;
    else if (format.substr(i).starts_with("%T")) plain += "%H:%M:%S", ++i;
    else if (format.substr(i).starts_with("%%")) plain += "%%", ++i;
    else plain += format[i];
  }
  DateFormat result;
  result.text_ = format;
  std::string letters;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i] != '%') {
      result.parts_.push_back({.literal = plain[i]});
      continue;
    }
    const char letter = ++i < plain.size() ? plain[i] : '\0';
    if (letter == '%') {
      result.parts_.push_back({.literal = '%'});
      continue;
    }
    if (letter == '\0' || std::string_view("YymdHMSz").find(letter) == std::string_view::npos) {
      return fail(ErrorCode::usage, fmt::format("the date format '{}' has an unknown part '%{}'", format, letter == '\0' ? ' ' : letter), std::string(kHint));
    }
    const bool is_before_number = i + 1 < plain.size() && (is_digit(plain[i + 1]) || (plain[i + 1] == '%' && i + 2 < plain.size() && plain[i + 2] != 'z'));
    const bool is_after_number = !result.parts_.empty() && result.parts_.back().letter != 0;
    result.parts_.push_back({.letter = letter, .is_fixed = is_before_number || is_after_number});
    letters += letter;
  }
  const auto has = [&](char letter) { return letters.find(letter) != std::string::npos; };
  if (!(has('Y') || has('y')) || !has('m') || !has('d')) {
    return fail(ErrorCode::usage, fmt::format("the date format '{}' lacks the year, the month or the day", format), std::string(kHint));
  }
  result.has_time_ = has('H');
  return result;
}

std::optional<ReadTime> DateFormat::read(std::string_view text) const {
  Fields fields;
  std::optional<int> offset;
  for (const Part& part : parts_) {
    if (part.letter == 0) {
      if (text.empty() || text[0] != part.literal) return std::nullopt;
      text.remove_prefix(1);
      continue;
    }
    if (part.letter == 'z') {
      offset = take_offset(text);
      if (!offset) return std::nullopt;
      continue;
    }
    const bool is_full_year = part.letter == 'Y';
    const auto number = take_number(text, is_full_year ? 4 : part.is_fixed || part.letter == 'y' ? 2 : 1, is_full_year ? 4 : 2);
    if (!number) return std::nullopt;
    switch (part.letter) {
      case 'Y': fields.civil.year = *number; break;
      case 'y': fields.civil.year = *number + (*number >= 69 ? 1900 : 2000); break;
      case 'm': fields.civil.month = static_cast<unsigned>(*number); break;
      case 'd': fields.civil.day = static_cast<unsigned>(*number); break;
      case 'H': fields.hour = *number; break;
      case 'M': fields.minute = *number; break;
      default: fields.second = *number; fields.ms = take_fraction(text);
    }
  }
  if (!text.empty()) return std::nullopt;
  auto read = to_read_time(fields);
  if (!read) return std::nullopt;
  read->has_time = has_time_;
  read->offset_minutes = offset;
  return read;
}

bool DateFormat::has_separator() const {
  for (const Part& part : parts_) if (part.letter == 0) return true;
  return false;
}

void DateOrder::take_unbroken(std::string_view text) {
  const auto broken = [&] { is_broken_ = true; };
  const auto first = take_number(text, 1, 2);
  const char separator = text.empty() ? '\0' : text[0];
  if (!first || (separator != '.' && separator != '/' && separator != '-')) return broken();
  text.remove_prefix(1);
  const auto second = take_number(text, 1, 2);
  if (!second || !text.starts_with(separator)) return broken();
  text.remove_prefix(1);
  if (!take_number(text, 4, 4)) return broken();
  std::string time_format;
  if (!text.empty()) {
    const char blank = text[0];
    if (blank != ' ' && blank != 'T') return broken();
    text.remove_prefix(1);
    if (!take_number(text, 1, 2) || !text.starts_with(':')) return broken();
    text.remove_prefix(1);
    if (!take_number(text, 2, 2)) return broken();
    time_format = fmt::format("{}%H:%M", blank);
    if (text.starts_with(':')) {
      text.remove_prefix(1);
      if (!take_number(text, 2, 2)) return broken();
      take_fraction(text);
      time_format += ":%S";
    }
    if (!text.empty()) return broken();
  }
  if (seen_ && (separator != separator_ || time_format != time_format_)) return broken();
  seen_ = true;
  separator_ = separator;
  time_format_ = time_format;
  day_first_ = day_first_ && *first >= 1 && *first <= 31 && *second >= 1 && *second <= 12;
  month_first_ = month_first_ && *second >= 1 && *second <= 31 && *first >= 1 && *first <= 12;
}

std::string DateOrder::format() const {
  const char first = day_first_ ? 'd' : 'm';
  const char second = day_first_ ? 'm' : 'd';
  return fmt::format("%{}{}%{}{}%Y{}", first, separator_, second, separator_, time_format_);
}

}  // namespace wanamaker
