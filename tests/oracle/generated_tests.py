"""Random tests of one value: comparisons and windows with bounds chosen from the data, so that few are trivial."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from generated_base import respelled
from values import DAY, Instant, Place, TextSet, bare_key, instant_text, parse_literal, text_key

PATTERNS = ("^K", "[a-z]+$", "o.", "\\d", "(a|o)", "^.{3,6}$", "ic", "š", "^[^a-c]", "[A-Z]{2}", "^(trial|paid)$",
            "к?а$")
TEXT_NEGATIVES = {"contains": "does_not_contain", "starts_with": "does_not_start_with",
                  "ends_with": "does_not_end_with", "matches": "does_not_match"}
ORDERED = ("equals", "not_equals", "less", "at_most", "greater", "at_least")
ROLLING_UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
DAY_UNITS = ("days", "weeks", "months", "years")
CALENDAR_UNITS = ("days", "weeks", "months", "quarters", "years")
PAST_WORDS = ("today", "yesterday", *(f"{shift} {unit}" for shift in ("this", "last")
                                      for unit in ("week", "month", "quarter", "year")))
FUTURE_WORDS = ("tomorrow", "next week", "next month", "next quarter", "next year")
MOST_DIGITS = 17


@dataclass
class Field:
    """The left side of a comparison, the kind of its values, and values it has in the data."""

    left: dict
    kind: str
    values: list

    @property
    def is_path(self):
        """Whether the left side is a path and not calculated."""
        return "operand" not in self.left


def kind_of(value):
    """The name of a value's type."""
    for kind, types in (("text", str), ("boolean", bool), ("timestamp", Instant), ("number", (Fraction, int)),
                        ("date", date), ("set", TextSet), ("location", Place)):
        if isinstance(value, types):
            return kind
    raise ValueError(f"no kind for {value!r}")


def literal(value):
    """The literal of the JSON form nearest to a value."""
    if isinstance(value, Instant):
        return {"timestamp": instant_text(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Fraction):
        return decimal_literal(value)
    return value


def decimal_literal(number):
    """A number as a decimal of few digits: exact where it can be."""
    whole = len(str(abs(int(number))))
    if whole > MOST_DIGITS:
        return 10**MOST_DIGITS if number > 0 else -10**MOST_DIGITS
    for digits in range(0, max(1, MOST_DIGITS - whole)):
        scaled = number * 10**digits
        if scaled.denominator == 1 or digits == 4:
            return int(scaled) if digits == 0 else Decimal(round(scaled)).scaleb(-digits)
    return int(number)


class TestGenerator:
    """Makes tests of fields, at one t and with a favoured span."""

    def __init__(self, rng, base):
        self.rng = rng
        self.base = base
        self.at = base.now
        self.span = (30, "days")

    def aim(self, at, span):
        """Sets the t of a definition, and the span that puts some datum at its edge."""
        self.at = at
        self.span = span

    def count_and_unit(self, units):
        """A span's count and unit, often the favoured one."""
        if self.span[1] in units and self.rng.random() < 0.6:
            return self.span
        unit = self.rng.choice(units)
        most = {"seconds": 10**6, "minutes": 10**5, "hours": 2000, "days": 400, "weeks": 60, "months": 14,
                "quarters": 6, "years": 3}[unit]
        return self.rng.choice((1, 2, self.rng.randint(1, most))), unit

    def span_json(self, units=ROLLING_UNITS):
        """A span such as {"days": 30}."""
        count, unit = self.count_and_unit(units)
        return {unit: count}

    def gap(self, units):
        """A range of spans, `from` before `to`."""
        count, unit = self.count_and_unit(units)
        if self.rng.random() < 0.5:
            return {"from": count, "to": count + self.rng.randint(1, 30), "unit": unit}
        return {"from": self.rng.choice((0, count - 1, count // 2)), "to": count, "unit": unit}

    def window(self, kind, values, future=False):
        """A window for events (kind "event"), instants ("timestamp"), days ("date") or anniversaries."""
        units = ROLLING_UNITS if kind in ("event", "timestamp") else DAY_UNITS
        words = PAST_WORDS + (FUTURE_WORDS if future else ())
        choices = [
            lambda: {"last": self.span_json(units)}, lambda: {"last": self.span_json(units)},
            lambda: {"between_ago": self.gap(units)},
            lambda: {"last_calendar": self._calendar_span()},
            lambda: {"calendar": self.rng.choice(words)}, lambda: {"calendar": self.rng.choice(words)},
            lambda: self._dates("between", values, kind), lambda: {"on": literal(self._day(values))},
        ]
        if future:
            choices += [lambda: {"next": self.span_json(units)}] * 2
        if kind != "anniversary":
            choices += [
                lambda: {"more_than_ago": self.span_json(units)}, lambda: {"more_than_ago": self.span_json(units)},
                lambda: {self.rng.choice(("since", "before")): self._bound(values, kind)},
            ]
        if kind in ("timestamp", "date"):
            choices.append(lambda: "ever")
        return self.rng.choice(choices)()

    def _calendar_span(self):
        unit = self.rng.choice(CALENDAR_UNITS)
        return {unit: self.rng.choice((1, 2, 3, self.rng.randint(1, 12)))}

    def _day(self, values):
        """A day near the values, or near t."""
        value = self.rng.choice(values) if values and self.rng.random() < 0.7 else self.at
        day = self.base.zone.day_of(value) if isinstance(value, Instant) else value
        return day + timedelta(days=self.rng.choice((0, 0, 0, -1, 1, 30)))

    def day_literal(self):
        """A day near t, as a literal."""
        return literal(self._day([]))

    def _bound(self, values, kind):
        instants = [value for value in values if isinstance(value, Instant)]
        if kind in ("event", "timestamp") and instants and self.rng.random() < 0.5:
            return literal(Instant(self.rng.choice(instants) + self.rng.choice((-1, 0, 0, 1))))
        return literal(self._day(values))

    def _dates(self, word, values, kind):
        """Two bounds of one type, in order."""
        low, high = self._bound(values, kind), self._bound(values, kind)
        if low.keys() != high.keys():
            low, high = literal(self._day(values)), literal(self._day(values))
        return {word: sorted((low, high), key=parse_literal)}

    def test(self, field, others=()):
        """A random comparison of a field; `others` are paths that may stand on its right side."""
        same = [other for other in others if other.kind == field.kind and other.is_path and other.left != field.left]
        if same and field.kind in ("text", "number", "date", "timestamp") and self.rng.random() < 0.2:
            return self._with_path(field, self.rng.choice(same))
        if self.rng.random() < 0.08 or not field.values:
            return {**field.left, "operator": self.rng.choice(("is_known", "is_empty"))}
        return {**field.left, **getattr(self, f"_{field.kind}_test")(field)}

    def _with_path(self, field, other):
        if field.kind == "text":
            return {**field.left, "operator": self.rng.choice(("equals", "not_equals")), "than": other.left,
                    **self._compare()}
        return {**field.left, "operator": self.rng.choice(ORDERED), "than": other.left}

    def _compare(self):
        mode = self.rng.choice((None, None, "exactly", "ignoring_accents"))
        return {"compare": mode} if mode else {}

    def _text_test(self, field):
        rng = self.rng
        value = rng.choice(field.values)
        how = rng.random()
        if how < 0.35:
            return {"operator": rng.choice(("equals", "not_equals")), "value": respelled(rng, value), **self._compare()}
        if how < 0.55:
            return {"operator": rng.choice(("in", "not_in")), "values": self._texts(field.values), **self._compare()}
        if how < 0.65 and self.base.sets:
            return {"operator": rng.choice(("in_set", "not_in_set")), "value": rng.choice(list(self.base.sets)),
                    **self._compare()}
        word = rng.choice(list(TEXT_NEGATIVES))
        operator = rng.choice((word, word, TEXT_NEGATIVES[word]))
        if word == "matches":
            return {"operator": operator, "value": rng.choice(PATTERNS)}
        return {"operator": operator, "value": self._piece(value, word), **self._compare()}

    def _texts(self, values):
        """One to three texts, no two with one key."""
        chosen = [respelled(self.rng, self.rng.choice(values)) for _ in range(self.rng.randint(1, 3))]
        return list({text_key(text): text for text in chosen}.values())

    def _piece(self, text, word):
        """A part of a text: its start, its end or its middle; the whole where a part would say nothing."""
        text = unicodedata.normalize("NFC", text)
        size = self.rng.randint(1, 4)
        start = {"starts_with": 0, "ends_with": max(0, len(text) - size)}.get(word)
        if start is None:
            start = self.rng.randrange(len(text))
        piece = text[start:start + size].strip()
        return respelled(self.rng, piece if bare_key(piece) else text)

    def _number_test(self, field):
        rng = self.rng
        value = rng.choice(field.values)
        how = rng.random()
        if how < 0.6:
            near = value + rng.choice((0, 0, 0, 1, -1, Fraction(1, 100)))
            return {"operator": rng.choice(ORDERED), "value": literal(near)}
        if how < 0.8:
            low, high = sorted((value, rng.choice(field.values) + rng.choice((0, 1, 5))))
            return {"operator": "between", "values": [literal(low), literal(high)]}
        values = {rng.choice(field.values) for _ in range(rng.randint(1, 3))}
        return {"operator": rng.choice(("in", "not_in")), "values": [literal(value) for value in sorted(values)]}

    def _boolean_test(self, _):
        return {"operator": self.rng.choice(("is_true", "is_false"))}

    def _date_test(self, field):
        how = self.rng.random()
        if how < 0.3:
            return {"operator": self.rng.choice(ORDERED), "value": literal(self._day(field.values))}
        if how < 0.5 and field.is_path:
            return self._anniversary(field)
        return {"operator": "window", "window": self.window("date", field.values, True)}

    def _anniversary(self, field):
        return {"operator": "anniversary", "window": self.window("anniversary", field.values, True)}

    def _timestamp_test(self, field):
        how = self.rng.random()
        if how < 0.35:
            return {"operator": self.rng.choice(ORDERED), "value": self._bound(field.values, "timestamp")}
        future = not field.left.keys() & {"event_time", "previous_time"}
        if how < 0.45 and field.is_path and future:
            return self._anniversary(field)
        return {"operator": "window", "window": self.window("timestamp", field.values, future)}

    def _set_test(self, field):
        rng = self.rng
        values = [text for texts in field.values for text in texts]
        how = rng.random()
        if how < 0.3:
            return {"operator": "has", "value": respelled(rng, rng.choice(values)), **self._compare()}
        if how < 0.8:
            return {"operator": rng.choice(("has_any", "has_all", "has_none")), "values": self._texts(values),
                    **self._compare()}
        return {"operator": "has_at_least", "value": rng.randint(1, 3)}

    def _location_test(self, field):
        latitude, longitude = self.rng.choice(field.values)
        return {"operator": "within_km", "km": self.rng.choice((Decimal("0.5"), 5, 25, 80, 150)),
                "latitude": literal(latitude), "longitude": literal(longitude)}

    def parts(self, field):
        """The field of a part of a day's or timestamp's path: age, weekday, month or hour."""
        words = ["age_of", "weekday_of", "month_of"] + ["hour_of"] * (field.kind == "timestamp")
        word = self.rng.choice(words)
        kind = "text" if word == "weekday_of" else "number"
        return Field({"operand": {word: field.left}}, kind, [])

    def weekday_test(self, field):
        """A comparison of a weekday with names of days."""
        days = ("Monday", "tuesday", "Wednesday", "SATURDAY", "Sunday")
        if self.rng.random() < 0.5:
            return {**field.left, "operator": self.rng.choice(("equals", "not_equals")), "value": self.rng.choice(days)}
        return {**field.left, "operator": "in", "values": self.rng.sample(days, 2)}

    def near_instant(self):
        """A t at an edge: a time of the data moved by the favoured span, the start of a day, or any."""
        rng = self.rng
        moments = [event.time for contact in self.base.contacts.values() for event in contact.events]
        if moments and rng.random() < 0.6:
            return Instant(rng.choice(moments)), True
        day = self.base.zone.day_of(self.base.now) + timedelta(days=rng.choice((0, 1, -1, 30, rng.randint(-60, 60))))
        if rng.random() < 0.5:
            return self.base.zone.start_of(day), False
        return Instant(self.base.now + rng.randint(-30, 30) * DAY // 4), False
