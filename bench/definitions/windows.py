"""Random windows, with the bounds they have at NOW. Rolling months are exact here because NOW is midnight of the first of a month."""

from dataclasses import dataclass
from datetime import datetime, timedelta

NOW = datetime(2026, 11, 1)
TODAY = NOW.replace(hour=0)
UNITS = {"seconds": timedelta(seconds=1), "minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1), "weeks": timedelta(weeks=1)}


@dataclass(frozen=True)
class Window:
    """text of our language; edges: ((SQL comparison, instant), ...), all of which hold inside; operator: its name for the coverage."""

    text: str
    edges: tuple
    operator: str

    def sql(self, column):
        """A predicate on a column of instants."""
        return " AND ".join(f"{column} {comparison} '{sql_instant(instant)}'" for comparison, instant in self.edges) or "TRUE"


def sql_instant(instant):
    return instant.isoformat(sep=" ", timespec="milliseconds" if instant.microsecond else "seconds")


def language_instant(instant):
    return instant.isoformat(timespec="seconds") + "Z"


def months_before(start, months):
    """The same day so many months earlier; the day is the first."""
    count = start.year * 12 + start.month - 1 - months
    return start.replace(year=count // 12, month=count % 12 + 1)


def before(number, unit):
    """NOW less a rolling span."""
    if unit in UNITS:
        return NOW - number * UNITS[unit]
    return months_before(NOW, number * (12 if unit == "years" else 1))


def calendar_start(unit):
    """The start of the calendar unit that NOW lies in."""
    if unit == "weeks":
        return TODAY - timedelta(days=TODAY.weekday())
    month = {"days": None, "months": TODAY.month, "quarters": (TODAY.month - 1) // 3 * 3 + 1, "years": 1}[unit]
    return TODAY if month is None else TODAY.replace(month=month, day=1)


def units_earlier(start, number, unit):
    """The start of the calendar unit so many units earlier."""
    if unit in ("days", "weeks"):
        return start - number * UNITS[unit]
    return months_before(start, number * {"months": 1, "quarters": 3, "years": 12}[unit])


def rolling(rng):
    """in last N units."""
    unit = rng.choice(["days"] * 6 + ["weeks", "months", "years", "hours", "minutes", "seconds"])
    number = {"seconds": rng.randint(1, 4_000_000), "minutes": rng.randint(1, 90_000), "hours": rng.randint(1, 3000), "days": rng.randint(1, 500),
              "weeks": rng.randint(1, 60), "months": rng.randint(1, 24), "years": rng.randint(1, 3)}[unit]
    return Window(f"in last {number} {unit}", ((">", before(number, unit)),), "in last N units")


def older(rng):
    """more than N units ago."""
    unit = rng.choice(("days", "weeks", "months", "years", "hours"))
    number = rng.randint(1, {"days": 700, "weeks": 100, "months": 30, "years": 3, "hours": 5000}[unit])
    return Window(f"more than {number} {unit} ago", (("<=", before(number, unit)),), "more than N units ago")


def band(rng):
    """between N and M units ago."""
    unit = rng.choice(("days", "weeks", "months", "hours"))
    low = rng.randint(0, {"days": 300, "weeks": 50, "months": 12, "hours": 900}[unit])
    high = low + rng.randint(1, {"days": 300, "weeks": 50, "months": 12, "hours": 900}[unit])
    return Window(f"between {low} and {high} {unit} ago", (("<=", before(low, unit)), (">", before(high, unit))), "between N and M units ago")


def calendar(rng):
    """yesterday, this quarter, last month, in last N calendar weeks, …"""
    kind = rng.choice(("this", "last", "number"))
    unit = rng.choice(("days", "weeks", "months", "quarters", "years"))
    current = calendar_start(unit)
    if kind == "number":
        number = rng.randint(1, {"days": 90, "weeks": 30, "months": 18, "quarters": 8, "years": 2}[unit])
        return Window(f"in last {number} calendar {unit}", ((">=", units_earlier(current, number, unit)), ("<", current)), "in last N calendar units")
    if kind == "this":
        text = "today" if unit == "days" else f"this {unit[:-1]}"
        return Window(text, ((">=", current),), "this calendar unit")
    text = "yesterday" if unit == "days" else f"last {unit[:-1]}"
    return Window(text, ((">=", units_earlier(current, 1, unit)), ("<", current)), "last calendar unit")


def absolute(rng):
    """since, before, between, on, with dates or timestamps."""
    day = TODAY - timedelta(days=rng.randint(1, 1200))
    later = day + timedelta(days=rng.randint(0, 300))
    kind = rng.choice(("since", "before", "between", "on"))
    if kind == "on":
        return Window(f"on {day:%Y-%m-%d}", ((">=", day), ("<", day + timedelta(days=1))), "on D")
    if rng.random() < 0.3:
        day, later = day + timedelta(seconds=rng.randint(0, 86_399)), later + timedelta(days=1)
        edges = {"since": ((">=", day),), "before": (("<", day),), "between": ((">=", day), ("<=", later))}[kind]
        first, second = language_instant(day), language_instant(later)
    else:
        edges = {"since": ((">=", day),), "before": (("<", day),), "between": ((">=", day), ("<", later + timedelta(days=1)))}[kind]
        first, second = f"{day:%Y-%m-%d}", f"{later:%Y-%m-%d}"
    text = f"between {first} and {second}" if kind == "between" else f"{kind} {first}"
    return Window(text, edges, {"since": "since D", "before": "before D", "between": "between D1 and D2"}[kind])


EVER = Window("", (), "ever")


def any_window(rng):
    """A window that is not `ever`."""
    return rng.choices((rolling, older, band, calendar, absolute), (50, 8, 12, 15, 15))[0](rng)


def maybe_window(rng, share=0.7):
    return any_window(rng) if rng.random() < share else EVER
