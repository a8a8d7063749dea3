"""Random tests of what a contact did: counts, days, aggregates, first and last.

A contact without events has no group in SQL. A test that holds for it is therefore written as NOT IN the contacts that fail it.
"""

from datetime import timedelta

from .condition import condition, literal, opposite, quoted
from .events import NUMBERS, TEXTS, PROPERTIES, events, one_kind
from .windows import EVER, NOW, any_window, calendar_start, maybe_window, sql_instant, units_earlier

COMPARISONS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def spaced(*parts):
    return " ".join(part for part in parts if part)


def having(rows, test, wanted=True):
    """Contacts whose group passes a test, or all others."""
    return f"id {'' if wanted else 'NOT '}IN ({rows} GROUP BY contact_id HAVING {test})"


def holds(value, comparison, limit):
    """Whether a number passes, in Python."""
    return {"=": value == limit, "<>": value != limit, "<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[comparison]


def zero_based(rows, measure, comparison, limit):
    """A test of a number that is 0 for those without events."""
    if holds(0, comparison, limit):
        return having(rows, f"{measure} {opposite(comparison)} {limit}", wanted=False)
    return having(rows, f"{measure} {comparison} {limit}")


def did(rng):
    """did EVENTS [count] [window]."""
    chosen, window = events(rng), maybe_window(rng)
    rows = chosen.rows(window)
    number = rng.choice((1, 1, 2, 2, 3, 4, 5, 8, 12, 20))
    kind = rng.choice(("", "", "at least", "at least", "at most", "exactly", "between", "never"))
    if kind == "":
        count, sql = "", f"id IN ({rows})"
    elif kind == "never":
        count, sql = "exactly 0 times", f"id NOT IN ({rows})"
    elif kind == "between":
        high = number + rng.randint(0, 10)
        count, sql = f"between {number} and {high} times", having(rows, f"count(*) BETWEEN {number} AND {high}")
    else:
        count, sql = f"{kind} {number} times", zero_based(rows, "count(*)", {"at least": ">=", "at most": "<=", "exactly": "="}[kind], number)
    return condition(spaced("did", chosen.text, count, window.text), sql, f"did {kind or 'once or more'}", f"events {window.operator}", *chosen.operators)


def on_days(rng):
    """did EVENTS on at least N days."""
    chosen, window = events(rng, filtered=0.3), maybe_window(rng)
    unit = rng.choice(("days", "days", "weeks", "months"))
    number = rng.randint(1, 6)
    word = rng.choice(("at least", "at least", "at most", "exactly"))
    comparison = {"at least": ">=", "at most": "<=", "exactly": "="}[word]
    start = "CAST(ts AS DATE)" if unit == "days" else f"date_trunc('{unit[:-1]}', ts)"
    return condition(spaced("did", chosen.text, f"on {word} {number} {unit}", window.text), zero_based(chosen.rows(window), f"count(DISTINCT {start})", comparison, number),
                     f"on N {unit}", f"events {window.operator}", *chosen.operators)


def regular(rng):
    """at least N times a week in at least K of last M weeks, which are the complete ones before the present."""
    chosen = one_kind(rng, filtered=0.2)
    unit = rng.choice(("days", "weeks", "months"))
    times, of = rng.randint(1, 3), rng.randint(2, 12)
    least = rng.randint(1, of)
    current = calendar_start(unit)
    bounds = f"ts >= '{sql_instant(units_earlier(current, of, unit))}' AND ts < '{sql_instant(current)}'"
    inner = (f"SELECT contact_id FROM events WHERE {chosen.where} AND {bounds} "
             f"GROUP BY contact_id, date_trunc('{unit[:-1]}', ts) HAVING count(*) >= {times}")
    return condition(f"did {chosen.text} at least {times} times a {unit[:-1]} in at least {least} of last {of} {unit}",
                     f"id IN (SELECT contact_id FROM ({inner}) AS units GROUP BY contact_id HAVING count(*) >= {least})", "N times a unit in K of M", *chosen.operators)


def count_of(rng):
    chosen, window = events(rng), maybe_window(rng)
    comparison, limit = rng.choice(list(COMPARISONS)), rng.randint(0, 12)
    return condition(spaced("count of", chosen.text, window.text, comparison, str(limit)), zero_based(chosen.rows(window), "count(*)", COMPARISONS[comparison], limit),
                     "count of", f"events {window.operator}", *chosen.operators)


def measured(rng, aggregate):
    """(property, EVENTS) that the aggregate can be taken of."""
    kinds = [kind for kind in PROPERTIES if any(name in NUMBERS for name in PROPERTIES[kind])]
    kind = rng.choice(kinds + ["purchase"] * 5)
    chosen = one_kind(rng, (kind,), filtered=0.3)
    names = [name for name in PROPERTIES[kind] if name in NUMBERS or aggregate == "distinct"]
    return rng.choice(names), chosen


def scale_of(name, aggregate, rng):
    """A limit that splits the contacts somewhere."""
    typical = {"campaign_id": 160, "page_id": 600, "ref_id": 30, "amount_cents": 8_000}[name]
    return int(typical * (rng.random() * 8 + 0.2)) if aggregate == "sum" else int(typical * (rng.random() * 2 + 0.1))


def aggregate(rng):
    """sum, average, minimum, maximum, distinct of a property."""
    kind = rng.choice(("sum", "sum", "average", "minimum", "maximum", "distinct"))
    name, chosen = measured(rng, kind)
    window, comparison = maybe_window(rng), rng.choice(list(COMPARISONS))
    rows, sql_comparison = chosen.rows(window), COMPARISONS[comparison]
    limit = rng.randint(0, 6) if kind == "distinct" else scale_of(name, kind, rng)
    if kind == "sum":
        sql = zero_based(rows, f"sum({name})", sql_comparison, limit)
    elif kind == "distinct":
        sql = zero_based(rows, f"count(DISTINCT {name})", sql_comparison, limit)
    else:
        left = {"average": f"sum({name})", "minimum": f"min({name})", "maximum": f"max({name})"}[kind]
        right = f"{limit} * count({name})" if kind == "average" else str(limit)
        # Nothing is missing, and only != holds where it is.
        sql = having(rows, f"{left} = {right}", wanted=False) if comparison == "!=" else having(rows, f"{left} {sql_comparison} {right}")
    return condition(spaced(kind, "of", name, "for", chosen.text, window.text, comparison, str(limit)), sql, f"{kind} of", f"events {window.operator}", *chosen.operators)


def range_of_sum(rng):
    name, chosen = measured(rng, "sum")
    window = maybe_window(rng)
    low, high = sorted((scale_of(name, "sum", rng), scale_of(name, "sum", rng)))
    return condition(spaced(f"sum of {name} for", chosen.text, window.text, f"between {low} and {high}"),
                     having(chosen.rows(window), f"sum({name}) BETWEEN {low} AND {high}"), "sum of", "between of an aggregate", *chosen.operators)


def per_event(rng):
    """A quotient of two aggregates over the same events: missing without any."""
    chosen, window = one_kind(rng, ("purchase",), filtered=0.3), maybe_window(rng)
    limit, comparison = rng.randint(2, 20) * 1000, rng.choice(("<", "<=", ">", ">="))
    events_text = spaced(chosen.text, window.text)
    return condition(f"sum of amount_cents for {events_text} / count of {events_text} {comparison} {limit}",
                     having(chosen.rows(window), f"sum(amount_cents) {comparison} {limit} * count(*)"), "arithmetic of aggregates", *chosen.operators)


def days_since(rng):
    end = rng.choice(("first", "last"))
    chosen, number = events(rng, filtered=0.3), rng.choice((0.5, 1)) * rng.randint(1, 400)
    comparison = rng.choice(("<", "<=", ">", ">="))
    edge = f"{'max' if end == 'last' else 'min'}(ts) {opposite_direction(comparison)} '{sql_instant(NOW - timedelta(days=number))}'"
    return condition(f"days since {end} {chosen.text} {comparison} {number}", having(chosen.rows(EVER), edge), "days since", *chosen.operators)


def opposite_direction(comparison):
    """More days since means an earlier instant."""
    return {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[comparison]


def first_or_last_was(rng):
    end = rng.choice(("first", "last"))
    chosen, window = events(rng, filtered=0.3), any_window(rng)
    moment = "max(ts)" if end == "last" else "min(ts)"
    return condition(f"{end} {chosen.text} was {window.text}", having(chosen.rows(EVER), window.sql(moment)), f"{end} was", f"events {window.operator}", *chosen.operators)


def time_of(rng):
    end = rng.choice(("first", "last"))
    chosen, comparison = events(rng, filtered=0.3), rng.choice(("<", ">="))
    day = (NOW - timedelta(days=rng.randint(1, 900)))
    moment = "max(ts)" if end == "last" else "min(ts)"
    return condition(f"time of {end} {chosen.text} {comparison} {day:%Y-%m-%d}", having(chosen.rows(EVER), f"{moment} {comparison} '{sql_instant(day)}'"),
                     "time of first or last", *chosen.operators)


# The order of events of one name at the same instant is that of their contents, as JSON with sorted keys.
CONTENT = {
    ("campaign_id",): "campaign_id || '}'", ("page_id",): "page_id || '}'", ("ref_id",): "ref_id || '}'",
    ("amount_cents", "payment_method"): "amount_cents || ',' || payment_method", ("ref_id", "page_id"): "page_id || ',' || ref_id || '}'",
    ("campaign_id", "bounce_type"): "bounce_type || campaign_id || '}'",
}


def property_of(rng):
    """PROPERTY of first or last EVENTS."""
    end = rng.choice(("first", "last"))
    kind = rng.choice([name for name in PROPERTIES if PROPERTIES[name]] + ["purchase"] * 4)
    chosen, window, name = one_kind(rng, (kind,), filtered=0.3), maybe_window(rng, 0.4), rng.choice(PROPERTIES[kind])
    pick, moment = ("arg_max", "max(ts)") if end == "last" else ("arg_min", "min(ts)")
    if name in TEXTS:
        value, comparison = literal(rng.choice(TEXTS[name])), rng.choice(("=", "!="))
        written = quoted(value.strip("'"))
    else:
        value, comparison = NUMBERS[name](rng), rng.choice(("=", "!=", "<", ">="))
        written = str(value)
    rows = chosen.rows(window, f"contact_id, ts, {name}, {CONTENT[PROPERTIES[kind]]} AS content")
    extremes = f"{chosen.rows(window, f'contact_id, {moment} AS ts')} GROUP BY contact_id"
    wanted = comparison != "!="
    sql = (f"id {'' if wanted else 'NOT '}IN (SELECT contact_id FROM ({rows}) AS e JOIN ({extremes}) AS x USING (contact_id, ts) "
           f"GROUP BY contact_id HAVING {pick}({name}, content) {comparison if wanted else '='} {value})")
    return condition(spaced(name, "of", end, chosen.text, window.text, comparison, written), sql, f"PROPERTY of {end}", *chosen.operators)


MAKERS = ((did, 40), (on_days, 9), (regular, 4), (count_of, 8), (aggregate, 18), (range_of_sum, 3), (per_event, 3), (days_since, 5), (first_or_last_was, 7),
          (time_of, 2), (property_of, 5))


def behaviour(rng):
    """A random test of the events of a contact."""
    makers, weights = zip(*MAKERS)
    return rng.choices(makers, weights)[0](rng)
