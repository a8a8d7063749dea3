"""Random choices of events: their names, a filter over their properties, and the same as a WHERE clause."""

from dataclasses import dataclass
from .attributes import part_of_column
from .condition import condition, literal, quoted
from .windows import any_window

PROPERTIES = {
    "email_sent": ("campaign_id",), "email_open": ("campaign_id",), "page_view": ("page_id",), "email_click": ("campaign_id",),
    "purchase": ("amount_cents", "payment_method"), "form_submit": ("ref_id", "page_id"), "sms_sent": (), "email_bounce": ("campaign_id", "bounce_type"),
    "event_registration": ("ref_id",), "survey_answer": ("ref_id",), "unsubscribe": ("campaign_id",), "login": (),
}
KINDS = tuple(PROPERTIES)
WEIGHTS = (2, 6, 8, 8, 12, 5, 2, 4, 4, 3, 2, 2)
NUMBERS = {"campaign_id": lambda rng: int(500 * rng.random() ** 2), "page_id": lambda rng: int(2000 * rng.random() ** 2),
           "ref_id": lambda rng: rng.randrange(60), "amount_cents": lambda rng: 500 + int(40_000 * rng.random() ** 4)}
TEXTS = {"payment_method": ("card", "paypal", "invoice", "giftcard"), "bounce_type": ("soft", "hard")}


@dataclass(frozen=True)
class Events:
    """text: EVENTS of our language; where: a WHERE clause over `events`; kinds: the names; operators: those of the filter."""

    text: str
    where: str
    kinds: tuple
    operators: frozenset = frozenset()

    def rows(self, window, columns="contact_id"):
        """A query of the events in a window."""
        bounds = f" AND {window.sql('ts')}" if window.edges else ""
        return f"SELECT {columns} FROM events WHERE {self.where}{bounds}"


def comparison_of(rng, column, nullable):
    """A random comparison of a property; where it can be missing the negative ones hold, as in our language."""
    if column in TEXTS:
        value, negated = rng.choice(TEXTS[column]), rng.random() < 0.25
        distinct = "IS DISTINCT FROM" if nullable else "<>"
        return condition(f"{column} {'!=' if negated else '='} {quoted(value)}", f"{column} {distinct if negated else '='} {literal(value)}", "filter of text")
    low, high = sorted((NUMBERS[column](rng), NUMBERS[column](rng)))
    kind = rng.choice(("<", ">=", ">", "=", "!=", "between", "in", "not in"))
    if kind == "between":
        return condition(f"{column} between {low} and {high}", f"{column} BETWEEN {low} AND {high}", "filter of number")
    if kind in ("in", "not in"):
        values = ", ".join(str(value) for value in sorted({NUMBERS[column](rng) for _ in range(rng.randint(1, 12))}))
        sql = f"{column} {kind.upper()} ({values})"
        return condition(f"{column} {kind} ({values})", f"({column} IS NULL OR {sql})" if nullable and kind == "not in" else sql, "filter of number")
    if kind == "!=":
        return condition(f"{column} != {low}", f"{column} {'IS DISTINCT FROM' if nullable else '<>'} {low}", "filter of number")
    return condition(f"{column} {kind} {low}", f"{column} {kind} {low}", "filter of number")


def time_comparison(rng):
    if rng.random() < 0.5:
        part = part_of_column(rng, "time", "ts")
        return condition(part.text, part.sql, "filter of time", *part.operators)
    window = any_window(rng)
    return condition(f"time {window.text}", f"({window.sql('ts')})", "filter of time")


def contact_comparison(rng):
    """A test of the contact inside the brackets."""
    name, value = rng.choice((("country", "US"), ("country", "DE"), ("lead_stage", "customer"), ("gender", "female")))
    return condition(f"contact.{name} = {quoted(value)}", f"contact_id IN (SELECT id FROM contacts WHERE {name} = {literal(value)})", "filter with contact.x")


def filter_of(rng, kinds, deep=True):
    """A random filter, or None where these events have nothing to test."""
    columns = sorted({name for kind in kinds for name in PROPERTIES[kind]})
    def one():
        drawn = rng.random()
        if not columns or drawn < 0.12:
            return time_comparison(rng)
        if drawn < 0.16:
            return contact_comparison(rng)
        column = rng.choice(columns)
        return comparison_of(rng, column, any(column not in PROPERTIES[kind] for kind in kinds))
    first = one()
    if not deep or rng.random() < 0.6:
        return first
    second = one()
    word = rng.choice(("and", "or", "and not"))
    if word == "and not":
        return condition(f"{first.text} and not {second.text}", f"({first.sql} AND NOT coalesce({second.sql}, FALSE))", *first.operators, *second.operators, "filter with not")
    return condition(f"{first.text} {word} {second.text}", f"({first.sql} {word.upper()} {second.sql})", *first.operators, *second.operators, f"filter with {word}")


def some_kinds(rng):
    """(text, names, WHERE): mostly one name."""
    drawn = rng.random()
    if drawn < 0.08:
        return "any event", KINDS, "TRUE"
    if drawn < 0.25:
        kinds = tuple(sorted(rng.sample(KINDS, rng.randint(2, 4))))
        return f"any of ({', '.join(kinds)})", kinds, f"type IN ({', '.join(map(literal, kinds))})"
    kind = rng.choices(KINDS, WEIGHTS)[0]
    return kind, (kind,), f"type = {literal(kind)}"


def one_kind(rng, kinds=KINDS, filtered=0.5):
    """Events of one of these names, perhaps with a filter."""
    kind = rng.choice(kinds)
    return with_filter(rng, kind, (kind,), f"type = {literal(kind)}", filtered)


def events(rng, filtered=0.5):
    """Random EVENTS."""
    return with_filter(rng, *some_kinds(rng), filtered)


def with_filter(rng, text, kinds, where, share):
    operators = {"any event": {"any event"}}.get(text, {"any of events"} if len(kinds) > 1 else set())
    if rng.random() >= share:
        return Events(text, where, kinds, frozenset(operators))
    chosen = filter_of(rng, kinds)
    return Events(f"{text} ({chosen.text})", f"{where} AND {chosen.sql}", kinds, chosen.operators | operators)
