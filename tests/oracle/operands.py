"""Operands: paths, parts of times, aggregates, first and last events, arithmetic and tiles."""

from fractions import Fraction

from names import lookup
from values import DAY, Instant, TextSet, age_on, parse_literal, text_key

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
AGGREGATES = ("sum", "average", "minimum", "maximum", "distinct")
TILES = {"quartile": 4, "quintile": 5, "decile": 10}
PARTS = ("age_of", "weekday_of", "month_of", "hour_of")
ARITHMETIC = ("add", "subtract", "multiply", "divide", "negate")
PATHS = ("attribute", "account", "contact", "previous", "event_time", "previous_time", "account_link")
MOST_BITS = 1024


def key_in(node, names):
    """The key of a node that is one of `names`, or None."""
    return next((name for name in names if name in node), None)


def distinct_count(values):
    """How many distinct values there are, texts by key; a set counts by its elements."""
    seen = set()
    for value in values:
        for part in value if isinstance(value, TextSet) else (value,):
            seen.add(text_key(part) if isinstance(part, str) else part)
    return Fraction(len(seen))


def aggregate(word, values):
    """An aggregate of known values."""
    if word == "distinct":
        return distinct_count(values)
    if word == "sum":
        return sum(values, Fraction(0))
    if not values:
        return None
    if word == "average":
        return sum(values, Fraction(0)) / len(values)
    return min(values) if word == "minimum" else max(values)


def calculate(word, numbers):
    """One step of exact arithmetic; None where it is missing."""
    if any(number is None for number in numbers):
        return None
    if word == "negate":
        result = -numbers[0]
    elif word == "add":
        result = numbers[0] + numbers[1]
    elif word == "subtract":
        result = numbers[0] - numbers[1]
    elif word == "multiply":
        result = numbers[0] * numbers[1]
    else:
        result = numbers[0] / numbers[1] if numbers[1] else None
    if result is None or max(result.numerator.bit_length(), result.denominator.bit_length()) > MOST_BITS:
        return None
    return result


def part_of_time(word, value, t, zone):
    """The age, weekday, month or hour of a day or a timestamp."""
    if value is None:
        return None
    if word == "hour_of":
        return Fraction(zone.local(value).hour)
    day = zone.day_of(value) if isinstance(value, Instant) else value
    if word == "age_of":
        return age_on(day, zone.day_of(t))
    return WEEKDAYS[day.weekday()] if word == "weekday_of" else Fraction(day.month)


class Operands:
    """The part of the oracle that gives the value of an operand in a scope."""

    def value(self, node, scope):
        """The value of an operand: a path, a literal, or anything calculated; None where it is missing."""
        if not isinstance(node, dict) or "date" in node or "timestamp" in node:
            return parse_literal(node)
        if key_in(node, PATHS):
            return self.path(node, scope)
        word = key_in(node, PARTS)
        if word:
            return part_of_time(word, self.path(node[word], scope), scope.t, self.base.zone)
        word = key_in(node, ARITHMETIC)
        if word:
            terms = [node[word]] if word == "negate" else node[word]
            return calculate(word, [self.value(term, scope) for term in terms])
        word = key_in(node, (*TILES, "percentile"))
        if word:
            return self.tiles(node, word, scope.t).get(scope.contact.id)
        return self._of_items(node, scope)

    def path(self, node, scope):
        """The value of a path in a scope."""
        if "attribute" in node:
            values = scope.contact.attributes if scope.item is None else scope.item.properties
            return lookup(values, node["attribute"])
        if "account" in node:
            return lookup(self.base.accounts.get(scope.contact.account, {}), node["account"])
        if "contact" in node:
            return lookup((scope.asked or scope.contact).attributes, node["contact"])
        if "previous" in node:
            return lookup(scope.previous.properties, node["previous"])
        if "account_link" in node:
            return scope.contact.account
        return scope.item.time if "event_time" in node else scope.previous.time

    def _of_items(self, node, scope):
        """Aggregates over events, records or colleagues, and what the first or last event tells."""
        if "count" in node:
            return Fraction(len(self.items(node["count"], scope)))
        word = key_in(node, AGGREGATES)
        if word:
            values = [lookup(item, node[word]) for item in self.property_maps(node["for"], scope)]
            return aggregate(word, [value for value in values if value is not None])
        if "property" in node:
            end = key_in(node, ("of_first", "of_last"))
            event = self.end_event(node[end], scope, end)
            return lookup(event.properties, node["property"]) if event else None
        end = key_in(node, ("time_of_first", "time_of_last", "days_since_first", "days_since_last"))
        event = self.end_event(node[end], scope, end)
        if event is None:
            return None
        return event.time if end.startswith("time") else Fraction(scope.t - event.time, DAY)

    def end_event(self, spec, scope, end):
        """The first or the last event, as `end` says, of those that a specification selects."""
        events = self.events(spec, scope)
        if not events:
            return None
        return events[0] if end.endswith("first") else events[-1]

    def property_maps(self, source, scope):
        """The properties of each selected event or record, or the attributes of each colleague."""
        items = self.items(source, scope)
        return [item.attributes if "account_contacts" in source else item.properties for item in items]
