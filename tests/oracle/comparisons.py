"""The operators of comparisons, over values already read."""

import operator
import re
from datetime import date

from values import Instant, folder, kilometres, nfc, parse_literal

COMPLEMENTS = {
    "not_equals": "equals", "not_in": "in", "not_in_set": "in_set", "does_not_contain": "contains",
    "does_not_start_with": "starts_with", "does_not_end_with": "ends_with", "does_not_match": "matches",
    "has_none": "has_any", "is_empty": "is_known",
}
ORDERED = {"less": operator.lt, "at_most": operator.le, "greater": operator.gt, "at_least": operator.ge}
IN_TEXT = {"contains": operator.contains, "starts_with": str.startswith, "ends_with": str.endswith}
SET_TESTS = ("has", "has_any", "has_all")


def comparable(value, other, zone):
    """`value` as it is compared with `other`: a timestamp counts as its day against a date."""
    is_day = isinstance(other, date)
    return zone.day_of(value) if isinstance(value, Instant) and is_day else value


def equal(left, right, fold):
    """Whether two known values are equal."""
    if isinstance(left, str):
        return fold(left) == fold(right)
    return left == right


def _has(node, values, fold):
    """The tests of a text set."""
    wanted = [node["value"]] if "value" in node else node["values"]
    present = {fold(text) for text in values}
    found = [fold(text) in present for text in wanted]
    return all(found) if node["operator"] == "has_all" else any(found)


def _holds_known(node, left, right, bounds, base):
    """A positive operator on a known left side."""
    word = node["operator"]
    fold = folder(node.get("compare"))
    zone = base.zone
    if word == "is_known":
        return True
    if word in ("is_true", "is_false"):
        return left is (word == "is_true")
    if word == "equals":
        return right is not None and equal(comparable(left, right, zone), comparable(right, left, zone), fold)
    if word in ORDERED:
        return right is not None and ORDERED[word](comparable(left, right, zone), comparable(right, left, zone))
    if word == "between":
        low, high = bounds
        return (low is not None and high is not None
                and low <= comparable(left, low, zone) and comparable(left, high, zone) <= high)
    if word == "in":
        return any(equal(left, parse_literal(literal), fold) for literal in node["values"])
    if word == "in_set":
        return any(equal(left, text, fold) for text in base.sets[node["value"]])
    if word in IN_TEXT:
        return IN_TEXT[word](fold(left), fold(node["value"]))
    if word == "matches":
        return re.search(node["value"], nfc(left), re.ASCII) is not None
    if word in SET_TESTS:
        return _has(node, left, fold)
    if word == "has_at_least":
        return len(left) >= int(node["value"])
    if word == "within_km":
        centre = (node["latitude"], node["longitude"])
        return kilometres(left, centre) <= float(node["km"])
    raise ValueError(f"unknown operator {word}")


def holds(node, left, right, bounds, base):
    """Whether a comparison holds; negative operators are the complements of the positive ones."""
    word = node["operator"]
    if word in COMPLEMENTS:
        return not holds({**node, "operator": COMPLEMENTS[word]}, left, right, bounds, base)
    return left is not None and _holds_known(node, left, right, bounds, base)
