"""The workspace's zone: local days, their first instants, and calendar units."""

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from values import EPOCH, Instant, add_months

UNIT_MONTHS = {"month": 1, "quarter": 3, "year": 12}
WORD_SHIFT = {"this": 0, "last": -1, "next": 1}
WORD_DAY = {"today": 0, "yesterday": -1, "tomorrow": 1}


def unit_start(day, unit):
    """The first day of the day, week, month, quarter or year that holds `day`."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = UNIT_MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def shift_unit(start, unit, count):
    """The first day of the unit `count` units away from the one starting at `start`."""
    if unit in UNIT_MONTHS:
        return add_months(start, count * UNIT_MONTHS[unit])
    return start + timedelta(days=count * (7 if unit == "week" else 1))


def calendar_days(words, today):
    """The days [start, end) of a calendar window such as "today" or "last quarter"."""
    if words in WORD_DAY:
        start = today + timedelta(days=WORD_DAY[words])
        return start, start + timedelta(days=1)
    shift, unit = words.split()
    start = shift_unit(unit_start(today, unit), unit, WORD_SHIFT[shift])
    return start, shift_unit(start, unit, 1)


class Zone:
    """An IANA zone with the rules of the language for days."""

    def __init__(self, name):
        self.name = name
        self.info = ZoneInfo(name)
        self.day_of = lru_cache(maxsize=None)(self._day_of)
        self.start_of = lru_cache(maxsize=None)(self._start_of)

    def local(self, instant):
        """The local time of an instant, without its zone."""
        return (EPOCH + timedelta(milliseconds=int(instant))).astimezone(self.info).replace(tzinfo=None, fold=0)

    def _day_of(self, instant):
        return self.local(instant).date()

    def _instant(self, naive, fold):
        moment = naive.replace(tzinfo=self.info, fold=fold).astimezone(timezone.utc)
        return Instant((moment - EPOCH) // timedelta(milliseconds=1))

    def _start_of(self, day):
        """The first existing instant of a day; where midnight is skipped, the first after the gap."""
        midnight = datetime.combine(day, time())
        earlier = self._instant(midnight, 0)
        if self.local(earlier) == midnight:
            return earlier
        low, high = self._instant(midnight, 1) - 1, earlier
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.local(middle) >= midnight else (middle, high)
        return Instant(high)
