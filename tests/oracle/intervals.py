"""How long an answer stands: the longest interval around t with the same answer, by trying every edge.

Edges are a superset of the instants at which an answer can change: the times in the data, these moved by every span of
the definition (with the milliseconds beside each), and, where the definition looks at days, the start of every day.
Where the answer turns out to have changed between two trials, the change is found by halving.
"""

from bisect import bisect_left
from datetime import date, timedelta
from decimal import Decimal

from values import DAY, FIXED_UNITS, MONTHS, Instant, move_instant

HORIZON = 730 * DAY
RANKING_KEYS = {"top", "bottom", "quartile", "quintile", "decile", "percentile"}
DAYS_SINCE = {"days_since_first", "days_since_last"}
DAY_KEYS = {"calendar", "last_calendar", "age_of", "of_last"} | DAYS_SINCE
POINT_OPERATORS = {"equals", "not_equals", "in", "not_in", "between"}
DAY_OPERATORS = {"window", "anniversary"}
MONTH_SLACK_DAYS = 4


def nodes(oracle, tree):
    """Every object of a definition, and of the segments it asks for."""
    if isinstance(tree, list):
        for part in tree:
            yield from nodes(oracle, part)
    elif isinstance(tree, dict):
        yield tree
        for part in tree.values():
            yield from nodes(oracle, part)
        name = tree.get("in_segment")
        if name is not None and name not in oracle.base.lists:
            yield from nodes(oracle, oracle.segment_tree(name, tree.get("parameters", {})))


def ranks(oracle, definition):
    """Whether a definition ranks, so that its answers have no intervals."""
    return any(RANKING_KEYS & node.keys() for node in nodes(oracle, definition))


def can_tell(oracle, definition):
    """Whether `validity` can be trusted to find every change.

    It cannot where something calculated from `days since` is compared for equality: that may hold for one millisecond
    which no edge foretells.
    """
    for node in nodes(oracle, definition):
        if node.get("operator") in POINT_OPERATORS and "operand" in node:
            is_plain = isinstance(node["operand"], dict) and DAYS_SINCE & node["operand"].keys() and "than" not in node
            if not is_plain and any(DAYS_SINCE & part.keys() for part in nodes(oracle, node)):
                return False
    return True


def _spans(node):
    """The spans that one object of a definition states itself."""
    if "unit" in node:
        return [(int(node["from"]), node["unit"]), (int(node["to"]), node["unit"])]
    if len(node) == 1:
        (unit, count), = node.items()
        if unit in FIXED_UNITS or unit in MONTHS:
            return [(int(count), unit)]
    return []


def _numbers(node):
    """The number literals of one object of a definition."""
    parts = [part for value in node.values() for part in (value if isinstance(value, list) else [value])]
    return [part for part in parts if isinstance(part, (int, Decimal)) and not isinstance(part, bool)]


def _looks_at_days(node):
    return bool(DAY_KEYS & node.keys()) or node.get("operator") in DAY_OPERATORS


def _anchors(oracle, contact, definition_nodes):
    """The instants in the data that a definition can see from a contact; a day counts as its start."""
    base = oracle.base
    seen = [contact]
    if any("account_contacts" in node for node in definition_nodes):
        seen += base.colleagues(contact)
    values = list(base.accounts.get(contact.account, {}).values())
    for kind in base.records:
        for record in base.records_of(kind, "account", contact.account):
            values += record.properties.values()
    for other in seen:
        values += other.attributes.values()
        values += [instant for history in other.histories.values() for instant, _ in history]
        for event in other.events:
            values += [event.time, *event.properties.values()]
        for kind in base.records:
            for record in base.records_of(kind, "contact", other.id):
                values += record.properties.values()
    instants = {value for value in values if isinstance(value, Instant)}
    return instants | {base.zone.start_of(value) for value in values if isinstance(value, date)}


def _moved(anchors, spans):
    """Each anchor moved by each span; in the calendar some days around too, as lengths of months differ."""
    for anchor in anchors:
        for count, unit in spans:
            moved = move_instant(anchor, count, unit)
            yield moved
            if unit not in FIXED_UNITS:
                for days in range(-MONTH_SLACK_DAYS, MONTH_SLACK_DAYS + 1):
                    yield moved + days * DAY
                    yield (moved // DAY + days) * DAY


def _all_spans(parts):
    """Every span of a definition; those of `next`, which reach ahead of t, backward."""
    forward = {span for node in parts for span in _spans(node)}
    ahead = {(-count, unit) for node in parts if "next" in node for count, unit in _spans(node["next"])}
    return forward | ahead


def _day_starts(zone, t):
    """The start of each day within reach of t."""
    today, reach = zone.day_of(t), HORIZON // DAY + 1
    return {zone.start_of(today + timedelta(days=days)) for days in range(-reach, reach + 1)}


def trials(oracle, definition, contact, t):
    """A superset of the instants near t at which the answer can change, with those beside them."""
    parts = list(nodes(oracle, definition))
    anchors = _anchors(oracle, contact, parts)
    found = anchors | set(_moved(anchors, _all_spans(parts)))
    if any(DAYS_SINCE & node.keys() for node in parts):
        numbers = {number for node in parts for number in _numbers(node) if abs(number) * DAY <= HORIZON}
        found.update(anchor + int(number * DAY) for anchor in anchors for number in numbers)
    found = {edge + beside for edge in found for beside in (-1, 0, 1)}
    if any(_looks_at_days(node) for node in parts):
        found |= _day_starts(oracle.base.zone, t)
    return sorted({t, *(instant for instant in found if abs(instant - t) <= HORIZON)})


def _halve(same, differs, answers_same):
    """The boundary between an instant with the same answer and one with another: the instant nearest to the first."""
    while abs(differs - same) > 1:
        middle = (same + differs) // 2
        same, differs = (middle, differs) if answers_same(middle) else (same, middle)
    return same, differs


def validity(oracle, definition, contact, t):
    """`(since, until)`: the first instant with the answer of t, and the first after it with another.

    Either is None where the answer does not change within two years of t.
    """
    answer = oracle.member(definition, contact, t)

    def answers_same(instant):
        return oracle.member(definition, contact, Instant(instant)) == answer

    tried = trials(oracle, definition, contact, t)
    place = bisect_left(tried, t)
    since, until = None, None
    same = t
    for instant in tried[place + 1:]:
        if not answers_same(instant):
            until = _halve(same, instant, answers_same)[1]
            break
        same = instant
    same = t
    for instant in reversed(tried[:place]):
        if not answers_same(instant):
            since = _halve(same, instant, answers_same)[0]
            break
        same = instant
    return since, until
