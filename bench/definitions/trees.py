"""Random definitions of 1 to 6 conditions, joined by and, or, not, at least N of."""

import random

from segments import typed_kinds

from .attributes import attribute
from .behaviour import behaviour
from .catalog import kept
from .condition import condition
from .rankings import ranking
from .sequences import sequence

CONDITIONS_MAX = 6
FAMILIES = ((attribute, 40), (behaviour, 41), (sequence, 9), (ranking, 6), (kept, 4))


def leaf(rng):
    makers, weights = zip(*FAMILIES)
    chosen = rng.choices(makers, weights)[0](rng)
    if rng.random() < 0.15:
        return condition(f"not ({chosen.text})", f"NOT ({chosen.sql})", "not", *chosen.operators)
    return chosen


def joined(rng, parts):
    """All parts as one condition."""
    operators = [name for part in parts for name in part.operators]
    drawn = rng.random()
    if len(parts) >= 3 and drawn < 0.15:
        least = rng.randint(1, len(parts) - 1)
        total = " + ".join(f"CAST(({part.sql}) AS INTEGER)" for part in parts)
        return condition(f"at least {least} of ({', '.join(part.text for part in parts)})", f"({total}) >= {least}", "at least N of", *operators)
    word = "and" if drawn < 0.6 else "or"
    return condition(f" {word} ".join(f"({part.text})" for part in parts), f" {word.upper()} ".join(f"({part.sql})" for part in parts), word, *operators)


def tree(rng, leaves):
    """So many conditions, in groups of groups."""
    parts = [leaf(rng) for _ in range(leaves)]
    while len(parts) > 1:
        taken = rng.randint(2, len(parts))
        group = joined(rng, parts[:taken])
        if rng.random() < 0.1:
            group = condition(f"not ({group.text})", f"NOT ({group.sql})", "not", *group.operators)
        parts = parts[taken:] + [group]
    return parts[0]


def definition(seed, number):
    """The definition of this number: always the same for a seed."""
    rng = random.Random(f"{seed}/{number}")
    return tree(rng, rng.randint(1, CONDITIONS_MAX))


def query(chosen):
    """Its members, as SQL of DuckDB."""
    return typed_kinds(f"SELECT id FROM contacts WHERE {chosen.sql}")
