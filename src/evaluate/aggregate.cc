#include "evaluate/aggregate.h"

#include "base/check.h"
#include "calendar/arithmetic.h"

#include <array>

namespace wanamaker {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 7> kWeekdayKeys{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

}  // namespace

bool scalar_less(const Scalar& a, const Scalar& b) {
  if (const auto* number = std::get_if<Number>(&a)) return *number < std::get<Number>(b);
  if (const auto* date = std::get_if<Date>(&a)) return *date < std::get<Date>(b);
  return std::get<Timestamp>(a) < std::get<Timestamp>(b);
}

void Collector::take(const Scalar& value) {
  if (is_missing(value)) return;
  switch (function_) {
    case AggregateFunction::sum:
    case AggregateFunction::average: sum_.add(std::get<Number>(value).decimal()); break;
    case AggregateFunction::minimum:
      if (is_missing(best_) || scalar_less(value, best_)) best_ = value;
      break;
    case AggregateFunction::maximum:
      if (is_missing(best_) || scalar_less(best_, value)) best_ = value;
      break;
    case AggregateFunction::distinct: take_distinct(value); break;
  }
}

void Collector::take_distinct(const Scalar& value) {
  if (const auto* text = std::get_if<TextRef>(&value)) distinct_.insert(std::string(text->key));
  else if (const auto* set = std::get_if<SetRef>(&value)) for (const TextId id : set->elements) distinct_.emplace(cells_->texts().key(id));
  else distinct_.insert(to_string(value, *cells_));
}

Scalar Collector::result() const {
  switch (function_) {
    case AggregateFunction::sum: return Number(sum_.total());
    case AggregateFunction::average:
      if (sum_.count() == 0) return {};
      return Number(Rational(sum_.total() / Rational(sum_.count())));
    case AggregateFunction::minimum:
    case AggregateFunction::maximum: return best_;
    case AggregateFunction::distinct: return Number::whole(static_cast<std::int64_t>(distinct_.size()));
  }
  CHECK(false, "every aggregate has a case");
}

Scalar time_part(const Scalar& value, TimePart part, const Environment& environment) {
  if (is_missing(value)) return {};
  const auto* date = std::get_if<Date>(&value);
  const Date day = date != nullptr ? *date : environment.zone.day_of(std::get<Timestamp>(value));
  switch (part) {
    case TimePart::age: {
      const Date today = environment.zone.day_of(environment.t);
      if (today < day) return {};
      return Number::whole(completed_years(day, today));
    }
    case TimePart::weekday: {
      const auto index = static_cast<std::size_t>(weekday(day));
      return TextRef{kWeekdays.at(index), kWeekdayKeys.at(index), kWeekdayKeys.at(index)};
    }
    case TimePart::month: return Number::whole(civil_from_date(day).month);
    case TimePart::hour: return Number::whole(environment.zone.hour_of(std::get<Timestamp>(value)));
  }
  CHECK(false, "every part of a time has a case");
}

}  // namespace wanamaker
