"""Tests of what is kept by name: a value set, a list, a saved segment with a parameter. `prepare` puts them into our store."""

from datetime import timedelta

from .condition import condition, literal, quoted
from .windows import NOW, sql_instant

SETS = {"bench-countries": ("country", ("DE", "AT", "CH")), "bench-stages": ("lead_stage", ("mql", "sql", "opportunity")),
        "bench-cities": ("city", tuple(f"city_{number:04}" for number in range(0, 5000, 61)))}
LIST_KEY, LIST_STEP, LIST_REST = "bench-list", 501, 7      # contacts whose id leaves that rest
LISTED_MAX = 2_000
SEGMENT_KEY = "bench-buyers"


def prepare(ours, contacts):
    """Writes the sets, the list and the segment; doing so again changes nothing."""
    for key, (_, values) in SETS.items():
        ours.command("set", "put", key, *values)
    ours.command("list", "put", LIST_KEY)
    ours.command("list", "add", LIST_KEY, *map(str, range(LIST_REST, min(contacts, LIST_STEP * LISTED_MAX), LIST_STEP)))
    ours.command("segment", "put", SEGMENT_KEY, "did purchase in last $days days", "--param", "days:number=90")


def in_set(rng):
    key = rng.choice(list(SETS))
    name, values = SETS[key]
    negated = "NOT " if rng.random() < 0.3 else ""
    return condition(f"{name} {negated.lower()}in set {quoted(key)}", f"{name} {negated}IN ({', '.join(map(literal, values))})", "in set")


def in_list(rng):
    form = rng.choice(("in list", "in segment"))
    return condition(f"{form} {quoted(LIST_KEY)}", f"(id % {LIST_STEP} = {LIST_REST} AND id < {LIST_STEP * LISTED_MAX})", form)


def in_segment(rng):
    days = rng.choice((None, rng.randint(1, 400)))
    text = f"in segment {quoted(SEGMENT_KEY)}" + (f" (days = {days})" if days else "")
    sql = f"id IN (SELECT contact_id FROM events WHERE type = 'purchase' AND ts > '{sql_instant(NOW - timedelta(days=days or 90))}')"
    return condition(text, sql, "in segment with a parameter" if days else "in segment")


def kept(rng):
    """A random test of something kept by name."""
    return rng.choice((in_set, in_set, in_list, in_segment))(rng)
