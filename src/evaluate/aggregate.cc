#include "evaluate/aggregate.h"

#include "base/check.h"
#include "calendar/arithmetic.h"

#include <array>
#include <utility>

namespace wanamaker {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 7> kWeekdayKeys{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

// What is counted once of a value: each element of a set, texts by their keys.
std::set<std::string> distinct_parts(const Scalar& value, const CellStore& cells) {
  std::set<std::string> parts;
  if (const auto* text = std::get_if<TextRef>(&value)) parts.emplace(text->key);
  else if (const auto* set = std::get_if<SetRef>(&value)) for (const TextId id : set->elements) parts.emplace(cells.texts().key(id));
  else if (!is_missing(value)) parts.insert(to_string(value, cells));
  return parts;
}

Scalar sum_of(const DecimalSum& sum) { return Number(sum.total()); }
Scalar average_of(const DecimalSum& sum) { return sum.count() == 0 ? Scalar{} : Number(Rational(sum.total() / Rational(sum.count()))); }

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
    case AggregateFunction::distinct: distinct_.merge(distinct_parts(value, *cells_)); break;
  }
}

Scalar Collector::result() const {
  switch (function_) {
    case AggregateFunction::sum: return sum_of(sum_);
    case AggregateFunction::average: return average_of(sum_);
    case AggregateFunction::minimum:
    case AggregateFunction::maximum: return best_;
    case AggregateFunction::distinct: return Number::whole(static_cast<std::int64_t>(distinct_.size()));
  }
  CHECK(false, "every aggregate has a case");
}

bool LeaveOneOut::comes_first(const Scalar& a, const Scalar& b) const { return function_ == AggregateFunction::minimum ? scalar_less(a, b) : scalar_less(b, a); }

void LeaveOneOut::take(const Scalar& value) {
  if (is_missing(value)) return;
  switch (function_) {
    case AggregateFunction::sum:
    case AggregateFunction::average: sum_.add(std::get<Number>(value).decimal()); break;
    case AggregateFunction::minimum:
    case AggregateFunction::maximum:
      if (is_missing(best_) || comes_first(value, best_)) second_ = std::exchange(best_, value);
      else if (is_missing(second_) || comes_first(value, second_)) second_ = value;
      break;
    case AggregateFunction::distinct:
      for (const std::string& part : distinct_parts(value, *cells_)) ++distinct_[part];
      break;
  }
}

Scalar LeaveOneOut::without(const Scalar& value) const {
  switch (function_) {
    case AggregateFunction::sum:
    case AggregateFunction::average: {
      DecimalSum others = sum_;
      if (!is_missing(value)) others.remove(std::get<Number>(value).decimal());
      return function_ == AggregateFunction::sum ? sum_of(others) : average_of(others);
    }
    case AggregateFunction::minimum:
    case AggregateFunction::maximum: return is_missing(value) || comes_first(best_, value) ? best_ : second_;
    case AggregateFunction::distinct: {
      std::size_t others = distinct_.size();
      for (const std::string& part : distinct_parts(value, *cells_)) others -= distinct_.at(part) == 1 ? 1 : 0;
      return Number::whole(static_cast<std::int64_t>(others));
    }
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
