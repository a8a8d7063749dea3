"""Windows of time: whether an instant or a day lies in one, seen from an instant t."""

from calendar_zone import calendar_days, shift_unit, unit_start
from values import Instant, anniversary_of, move_day, move_instant, parse_literal, span_of

DAYS_AT_MOST = {"days": 1, "weeks": 7, "months": 31, "quarters": 92, "years": 366}


def _move(value, count, unit):
    mover = move_instant if isinstance(value, Instant) else move_day
    return mover(value, count, unit)


def _calendar_range(window, today):
    """The days [start, end) of a calendar window."""
    if "calendar" in window:
        return calendar_days(window["calendar"], today)
    count, units = span_of(window["last_calendar"])
    unit = units[:-1]
    end = unit_start(today, unit)
    return shift_unit(end, unit, -count), end


def _in_rolling(window, value, now):
    """Rolling windows; `now` is t for an instant, and today for a day."""
    if "last" in window:
        return value <= now < _move(value, *span_of(window["last"]))
    if "more_than_ago" in window:
        return now >= _move(value, *span_of(window["more_than_ago"]))
    ago = window["between_ago"]
    return _move(value, int(ago["from"]), ago["unit"]) <= now < _move(value, int(ago["to"]), ago["unit"])


def _in_next(span, value, now):
    end = _move(now, *span_of(span))
    return now < value <= end if isinstance(value, Instant) else now <= value < end


def _in_literal(window, value, zone):
    """Windows with dates or timestamps as bounds."""
    def seen(bound):
        whole_day = isinstance(value, Instant) and not isinstance(bound, Instant)
        return zone.day_of(value) if whole_day else value

    if "between" in window:
        low, high = (parse_literal(bound) for bound in window["between"])
        return low <= seen(low) and seen(high) <= high
    (word, literal), = window.items()
    bound = parse_literal(literal)
    if word == "since":
        return seen(bound) >= bound
    if word == "before":
        return seen(bound) < bound
    return seen(bound) == bound


def in_window(window, value, t, zone):
    """Whether `value` (an Instant, a date, or None) lies in the window as seen at `t`."""
    if value is None:
        return False
    if window is None or window == "ever":
        return True
    today = zone.day_of(t)
    now = t if isinstance(value, Instant) else today
    if "calendar" in window or "last_calendar" in window:
        start, end = _calendar_range(window, today)
        if isinstance(value, Instant):
            start, end = zone.start_of(start), zone.start_of(end)
        return start <= value < end
    if "next" in window:
        return _in_next(window["next"], value, now)
    if "last" in window or "more_than_ago" in window or "between_ago" in window:
        return _in_rolling(window, value, now)
    return _in_literal(window, value, zone)


def _years_reached(window, today):
    """The first and last calendar year that a window for anniversaries can touch."""
    if "between" in window:
        low, high = (parse_literal(bound) for bound in window["between"])
        return low.year, high.year
    if "on" in window:
        day = parse_literal(window["on"])
        return day.year, day.year
    reach = 2
    if "calendar" not in window:
        (word, span), = window.items()
        count, unit = (int(span["to"]), span["unit"]) if word == "between_ago" else span_of(span)
        reach += count * DAYS_AT_MOST[unit] // 365
    return today.year - reach, today.year + reach


def anniversary_in_window(window, day, t, zone):
    """Whether the n-th anniversary of a day, for some n of at least 1, lies in the window."""
    first, last = _years_reached(window, zone.day_of(t))
    years = range(max(1, first - day.year - 1), last - day.year + 2)
    return any(in_window(window, anniversary_of(day, n), t, zone) for n in years)
