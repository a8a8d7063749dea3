"""What every maker of random conditions returns."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Condition:
    """text: a definition in our language. sql: a Boolean expression over a row of `contacts` that is never NULL. operators: those it uses."""

    text: str
    sql: str
    operators: frozenset = field(default_factory=frozenset)


def condition(text, sql, *operators):
    return Condition(text, sql, frozenset(operators))


def quoted(value):
    """A text literal of our language."""
    return '"' + value + '"'


def literal(value):
    """A literal of SQL."""
    return f"'{value}'" if isinstance(value, str) else str(value)


def opposite(comparison):
    """The comparison that holds exactly where the other does not, for known values."""
    return {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}[comparison]
