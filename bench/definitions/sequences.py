"""Random sequences. SQL finds the next step by ASOF joins, from the last step backwards: the nearest step that leads on decides."""

from .condition import condition
from .events import events, one_kind
from .windows import EVER, NOW, UNITS, maybe_window, sql_instant

SMALL = ("purchase", "form_submit", "email_bounce", "event_registration", "survey_answer", "unsubscribe", "login", "sms_sent")


def span(rng):
    """(number, unit, timedelta) of a gap."""
    unit = rng.choice(("minutes", "hours", "days", "days", "weeks"))
    number = rng.randint(1, {"minutes": 300, "hours": 72, "days": 30, "weeks": 6}[unit])
    return number, unit, number * UNITS[unit]


def seconds(gap):
    return f"INTERVAL '{int(gap.total_seconds())}' SECOND"


def within(first, second, gap):
    """Steps of `first` that have a later step of `second` at most `gap` after; both queries of (contact_id, ts)."""
    return (f"SELECT a.contact_id, a.ts FROM ({first}) AS a ASOF JOIN ({second}) AS b ON a.contact_id = b.contact_id AND a.ts < b.ts "
            f"WHERE b.ts <= a.ts + {seconds(gap)}")


def then(rng):
    """did [first] A then B within D [then C within D] [window]."""
    steps = [one_kind(rng) if rng.random() < 0.8 else events(rng) for _ in range(rng.choice((2, 2, 2, 3)))]
    gaps = [span(rng) for _ in steps[1:]]
    window = maybe_window(rng, 0.5)
    from_first = rng.random() < 0.25
    queries = [step.rows(window, "contact_id, ts") for step in steps]
    if from_first:
        having = f" HAVING {window.sql('min(ts)')}" if window.edges else ""
        queries[0] = f"{steps[0].rows(EVER, 'contact_id, min(ts) AS ts')} GROUP BY contact_id{having}"
    tail = queries[-1]
    for query, gap in zip(reversed(queries[:-1]), reversed(gaps)):
        tail = within(query, tail, gap[2])
    text = f"did {'first ' if from_first else ''}{steps[0].text}" + "".join(f" then {step.text} within {number} {unit}" for step, (number, unit, _) in zip(steps[1:], gaps))
    names = {f"sequence of {len(steps)}", f"sequence {window.operator}"} | ({"first … then"} if from_first else set())
    return condition(f"{text} {window.text}".strip(), f"id IN (SELECT contact_id FROM ({tail}) AS chain)", *names, *(name for step in steps for name in step.operators))


def later(rng):
    """then B between D1 and D2 later, both ends included."""
    first, second = one_kind(rng), one_kind(rng)
    unit = rng.choice(("hours", "days"))
    low = rng.randint(0, 10)
    high = low + rng.randint(1, 20)
    least = f"a.ts + {seconds(low * UNITS[unit])} <= b.ts" if low else "a.ts < b.ts"
    window = maybe_window(rng, 0.3)
    sql = (f"SELECT a.contact_id FROM ({first.rows(window, 'contact_id, ts')}) AS a ASOF JOIN ({second.rows(window, 'contact_id, ts')}) AS b "
           f"ON a.contact_id = b.contact_id AND {least} WHERE b.ts <= a.ts + {seconds(high * UNITS[unit])}")
    return condition(f"did {first.text} then {second.text} between {low} and {high} {unit} later {window.text}".strip(), f"id IN ({sql})", "between … later",
                     f"sequence {window.operator}", *first.operators, *second.operators)


def then_not(rng):
    """then not B within D: the gap has passed, and the window bounds A alone."""
    first, second = one_kind(rng), one_kind(rng)
    number, unit, gap = span(rng)
    window = maybe_window(rng, 0.5)
    sql = (f"SELECT a.contact_id FROM ({first.rows(window, 'contact_id, ts')} AND ts <= '{sql_instant(NOW - gap)}') AS a "
           f"ASOF LEFT JOIN ({second.rows(EVER, 'contact_id, ts')}) AS b ON a.contact_id = b.contact_id AND a.ts < b.ts "
           f"WHERE b.ts IS NULL OR b.ts > a.ts + {seconds(gap)}")
    return condition(f"did {first.text} then not {second.text} within {number} {unit} {window.text}".strip(), f"id IN ({sql})", "then not", f"sequence {window.operator}",
                     *first.operators, *second.operators)


def with_previous(rng):
    """A filter that looks at the step before; over rarer events, since SQL compares all pairs of a contact."""
    kind, name = rng.choice((("form_submit", "page_id"), ("purchase", "amount_cents"), ("purchase", "payment_method"), ("survey_answer", "ref_id")))
    comparison = rng.choice(("=", "!=")) if name == "payment_method" else rng.choice(("=", "!=", "<", ">"))
    number, unit, gap = span(rng)
    sql = (f"SELECT a.contact_id FROM events AS a JOIN events AS b ON a.contact_id = b.contact_id AND b.ts > a.ts AND b.ts <= a.ts + {seconds(gap)} "
           f"AND b.{name} {'<>' if comparison == '!=' else comparison} a.{name} WHERE a.type = '{kind}' AND b.type = '{kind}'")
    return condition(f"did {kind} then {kind} ({name} {comparison} previous.{name}) within {number} {unit}", f"id IN ({sql})", "previous.x")


MAKERS = ((then, 6), (later, 2), (then_not, 3), (with_previous, 1))


def sequence(rng):
    """A random test of the order of events."""
    makers, weights = zip(*MAKERS)
    return rng.choices(makers, weights)[0](rng)
