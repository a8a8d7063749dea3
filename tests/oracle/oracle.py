"""The independent oracle of the segment language: naive answers from the specification alone.

`Oracle(base).members(definition, t)` gives the ids for which a definition in its JSON form holds at an instant, and
`intervals.validity` the interval in which one answer stands. From a shell:

    oracle.py DIRECTORY [--definition JSON --at TIMESTAMP]

reads the base in DIRECTORY and prints the members of the definition, or of each line of its `definitions.ndjson`.
"""

import argparse
import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import comparisons
from base import Base, Contact, Item, read_json
from names import lookup
from operands import PATHS, Operands, key_in
from rankings import Rankings
from selections import Selections
from values import Instant, move_instant, parse_instant, parse_literal, span_of, text_key
from windows import anniversary_in_window, in_window
from xxh3 import xxh3_64


@dataclass(frozen=True)
class Scope:
    """Where a condition is read: for which contact and t, and in the filter of which item."""

    contact: Contact
    t: Instant
    asked: Contact | None = None
    item: Item | None = None
    previous: Item | None = None


def substitute(tree, parameters):
    """A tree with each `{"parameter": name}` replaced by its literal."""
    if isinstance(tree, list):
        return [substitute(part, parameters) for part in tree]
    if not isinstance(tree, dict):
        return tree
    if set(tree) == {"parameter"}:
        return parameters[tree["parameter"]]
    return {key: substitute(part, parameters) for key, part in tree.items()}


def history_equal(value, wanted):
    """Whether an entry of a history is a value, texts by key."""
    if isinstance(value, str) and isinstance(wanted, str):
        return text_key(value) == text_key(wanted)
    return value == wanted


class Oracle(Operands, Selections, Rankings):
    """Evaluates definitions over one base."""

    def __init__(self, base):
        self.base = base
        self.rankings = {}
        self.segment_trees = {}

    def scope(self, contact, t):
        """The scope of a definition for one contact."""
        return Scope(contact, t)

    def member(self, definition, contact, t):
        """Whether a definition holds for a contact at t."""
        return self.holds(definition, self.scope(contact, t))

    def members(self, definition, t):
        """The sorted ids of the contacts for which a definition holds at t."""
        return sorted((contact.id for contact in self.base.contacts.values() if self.member(definition, contact, t)),
                      key=str.encode)

    def holds(self, node, scope):
        """Whether an expression holds in a scope."""
        if "and" in node:
            return all(self.holds(part, scope) for part in node["and"])
        if "or" in node:
            return any(self.holds(part, scope) for part in node["or"])
        if "not" in node:
            return not self.holds(node["not"], scope)
        if "of" in node:
            return sum(self.holds(part, scope) for part in node["of"]) >= node["at_least"]
        if "everyone" in node or "no_one" in node:
            return "everyone" in node
        if "operator" in node:
            return self._comparison(node, scope)
        return self._leaf(node, scope)

    def _leaf(self, node, scope):
        """The tests of events, records, membership, chance, ranking and history."""
        if "did" in node:
            return self.did(node["did"], scope)
        if "sequence" in node:
            return self.sequence(node["sequence"], scope)
        if "was" in node:
            return self.end_was(key_in(node, ("first", "last")), node, scope)
        related = key_in(node, ("any", "no", "related"))
        if related:
            number = len(self.items(node[related], scope))
            return number == 0 if related == "no" else number >= node.get("at_least", 1)
        if "in_segment" in node or "in_list" in node:
            return self._is_in(node, scope)
        if "random" in node:
            return self._by_chance(node["random"], scope)
        end = key_in(node, ("top", "bottom"))
        if end:
            return scope.contact.id in self.chosen(node, end, scope.t)
        if "has_been" in node:
            return self._has_been(node, scope)
        return self._changed(node, scope)

    def _comparison(self, node, scope):
        word = node["operator"]
        if key_in(node, PATHS):
            left = self.path(node, scope)
        else:
            left = self.value(node["operand"], scope)
        if word == "window":
            return in_window(node["window"], left, scope.t, self.base.zone)
        if word == "anniversary":
            day = self.base.zone.day_of(left) if isinstance(left, Instant) else left
            return day is not None and anniversary_in_window(node["window"], day, scope.t, self.base.zone)
        right, bounds = None, None
        if word == "between":
            bounds = [self.value(bound, scope) for bound in node["values"]]
        elif "than" in node:
            right = self.value(node["than"], scope)
        elif "value" in node:
            right = parse_literal(node["value"])
        return comparisons.holds(node, left, right, bounds, self.base)

    def _is_in(self, node, scope):
        """Membership in a list, or at the same t in a segment: by hand, or with its parameters."""
        name = node.get("in_segment", node.get("in_list"))
        if name in self.base.lists:
            return scope.contact.id in self.base.lists[name]
        if not node.get("parameters"):
            said = self.base.by_hand.get(name, {}).get(scope.contact.id)
            if said is not None:
                return said
        return self.member(self.segment_tree(name, node.get("parameters", {})), scope.contact, scope.t)

    def segment_tree(self, name, given):
        """The definition of a segment with its parameters filled in."""
        key = name, json.dumps(given, sort_keys=True, default=str)
        if key not in self.segment_trees:
            segment = self.base.segments[name]
            self.segment_trees[key] = substitute(segment.definition, {**segment.defaults, **given})
        return self.segment_trees[key]

    def _by_chance(self, chance, scope):
        digest = xxh3_64(chance["salt"].encode() + b"\0" + scope.contact.id.encode())
        return Fraction(digest, 2**64) < Fraction(chance["percent"]) / 100

    def _history(self, node, scope):
        """The changes of an attribute up to t: instant, value before, value after."""
        changes, before = [], None
        for instant, value in lookup(scope.contact.histories, node["attribute"]) or []:
            if instant <= scope.t and not history_equal(before, value):
                changes.append((instant, before, value))
                before = value
        return changes

    def _has_been(self, node, scope):
        """Whether the present run of a value has lasted at least, or less than, a span."""
        changes = self._history(node, scope)
        if not changes or not history_equal(changes[-1][2], parse_literal(node["has_been"])):
            return False
        span = node.get("for_at_least", node.get("for_less_than"))
        lasted = move_instant(changes[-1][0], *span_of(span)) <= scope.t
        return lasted == ("for_at_least" in node)

    def _changed(self, node, scope):
        """Whether some change from and to the given values lies in the window."""
        return any(in_window(node.get("window"), instant, scope.t, self.base.zone)
                   and ("from" not in node or history_equal(before, parse_literal(node["from"])))
                   and ("to" not in node or history_equal(after, parse_literal(node["to"])))
                   for instant, before, after in self._history(node, scope))


def main():
    """Prints the members of one definition, or of each line of the directory's definitions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--definition", help="a definition in its JSON form")
    parser.add_argument("--at", help="the instant t (default: the base's now)")
    options = parser.parse_args()
    base = Base.load(options.directory)
    oracle = Oracle(base)
    if options.definition:
        lines = [{"definition": read_json(options.definition), "at": options.at}]
    else:
        text = (options.directory / "definitions.ndjson").read_text(encoding="utf-8")
        lines = [read_json(line) for line in text.splitlines()]
    for line in lines:
        t = parse_instant(line["at"]) if line["at"] else base.now
        print(json.dumps(oracle.members(line["definition"], t), ensure_ascii=False))


if __name__ == "__main__":
    main()
