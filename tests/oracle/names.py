"""How names in definitions find names in the data."""

RESERVED = frozenset(
    "and or not is in has did then no any at first last top bottom random everyone between by for from to within was "
    "among of previous".split())


def is_bare(name):
    """Whether a name can stand without back-ticks."""
    return name.isascii() and name.isidentifier() and name.casefold() not in RESERVED


def lookup(values, name):
    """The value of a name: bare names find the data name that equals them when case is folded."""
    if name.startswith("`"):
        return values.get(name.strip("`"))
    if name in values or not is_bare(name):
        return values.get(name)
    return next((value for known, value in values.items() if known.casefold() == name.casefold()), None)
