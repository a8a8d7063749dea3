"""Random definitions over a base: trees of 1 to 12 conditions that use every form of the language."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from generated_tests import Field, TestGenerator, kind_of, literal
from names import is_bare
from oracle import Oracle
from values import Instant, instant_text, move_instant

SPANS = ((30, "days"), (1, "days"), (7, "days"), (1, "months"), (3, "months"), (1, "years"), (24, "hours"),
         (90, "minutes"), (2, "weeks"), (60, "days"), (3600, "seconds"))
TRIES = 4


def json_text(tree):
    """A tree as JSON, with decimals as they are."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{json_text(key)}: {json_text(part)}" for key, part in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(json_text, tree)) + "]"
    return format(tree, "f") if isinstance(tree, Decimal) else json.dumps(tree, ensure_ascii=False)


class DefinitionGenerator:
    """Makes definitions over a loaded base, and judges with the oracle whether they say something."""

    def __init__(self, rng, base):
        self.rng = rng
        self.base = base
        self.oracle = Oracle(base)
        self.tests = TestGenerator(rng, base)
        self.aim()

    def aim(self):
        """Chooses the t of the next definition, at an edge of the data."""
        rng = self.rng
        span = rng.choice(SPANS)
        at, is_event = self.tests.near_instant()
        if is_event and rng.random() < 0.8:
            at = move_instant(at, *span)
        self.at = Instant(at + rng.choice((0, 0, -1, 1)))
        self.tests.aim(self.at, span)

    def line(self):
        """One definition with its t, as the batch evaluator reads it."""
        self.aim()
        definition = self.tree(self.rng.choice((1, 1, 1, 2, 3, 4, 6, 12)))
        return {"definition": definition, "at": instant_text(self.at)}

    def tree(self, size, ranked=True):
        """A definition of `size` conditions."""
        rng = self.rng
        if size == 1:
            leaf = self.telling_leaf(ranked)
            return {"not": leaf} if rng.random() < 0.15 else leaf
        first = rng.randint(1, size - 1)
        parts = [self.tree(first, ranked), self.tree(size - first, ranked)]
        if rng.random() < 0.2:
            parts.append(self.tree(1, ranked))
            return {"at_least": rng.randint(0, 3), "of": parts}
        made = {rng.choice(("and", "or")): parts}
        return {"not": made} if rng.random() < 0.1 else made

    def telling_leaf(self, ranked=True):
        """A condition that holds for some contacts and not for all, if one is found soon."""
        for _ in range(TRIES):
            leaf = self.leaf(ranked)
            if 0 < len(self.oracle.members(leaf, self.at)) < len(self.base.contacts):
                break
        return leaf

    def leaf(self, ranked):
        """A random condition."""
        forms = [
            (5, self._attribute), (1, self._part), (2, self._history), (6, self._did), (5, self._of_events),
            (4, self._sequence), (2, self._end_was), (3, self._related), (2, self._of_records), (2, self._colleagues),
            (2, self._membership), (1, self._chance), (2, self._arithmetic), (1, self._constant),
        ]
        if ranked:
            forms += [(1, self._ranking), (1, self._tile)]
        return self.rng.choices([form for _, form in forms], [weight for weight, _ in forms])[0]()

    def name(self, name):
        """A name as it may be written: bare in any case, or exactly between back-ticks."""
        how = self.rng.random()
        if how < 0.05:
            return f"`{name}`"
        return name.upper() if how < 0.1 and is_bare(name) else name

    def fields(self, key, maps):
        """The fields of some maps of properties, each with the values it has in them."""
        found = {}
        for properties in maps:
            for name, value in properties.items():
                found.setdefault(name, []).append(value)
        return [Field({key: self.name(name)}, kind_of(values[0]), values) for name, values in found.items()]

    def contact_fields(self):
        """The attributes of the contacts, and those of their accounts."""
        own = self.fields("attribute", [contact.attributes for contact in self.base.contacts.values()])
        return own + self.fields("account", self.base.accounts_known())

    def outer_fields(self):
        """The attributes of contacts and accounts as a filter reaches them."""
        inner = self.contact_fields()
        return [replace(field, left={"contact": field.left["attribute"]}) if "attribute" in field.left else field
                for field in inner]

    def operand_field(self, node):
        """The field of an operand, with the values it has at t; None where no contact has any."""
        scopes = (self.oracle.scope(contact, self.at) for contact in self.base.contacts.values())
        values = [value for scope in scopes if (value := self.oracle.value(node, scope)) is not None]
        return Field({"operand": node}, kind_of(values[0]), values) if values else None

    def operand_test(self, node):
        """A test of an operand, or of an attribute where no contact has that operand."""
        field = self.operand_field(node)
        return self.tests.test(field) if field else self._attribute()

    def _attribute(self):
        fields = self.contact_fields()
        if self.rng.random() < 0.05:
            return {"account_link": True, "operator": self.rng.choice(("is_known", "is_empty"))}
        return self.tests.test(self.rng.choice(fields), fields)

    def _part(self):
        fields = [field for field in self.contact_fields() if field.kind in ("date", "timestamp")]
        return self._part_of(self.rng.choice(fields)) if fields else self._attribute()

    def _part_of(self, field):
        part = self.tests.parts(field)
        if part.kind == "text":
            return self.tests.weekday_test(part)
        word = next(iter(part.left["operand"]))
        part.values = [self.rng.randint(0, {"age_of": 45, "month_of": 12, "hour_of": 23}[word])]
        return self.tests.test(part)

    def _history(self):
        histories = {}
        for contact in self.base.contacts.values():
            for name, entries in contact.histories.items():
                histories.setdefault(name, []).extend(value for _, value in entries if value is not None)
        name, values = self.rng.choice([pair for pair in histories.items() if pair[1]])
        value = literal(self.rng.choice(values))
        if self.rng.random() < 0.5:
            word = self.rng.choice(("for_at_least", "for_less_than"))
            return {"attribute": name, "has_been": value, word: self.tests.span_json()}
        ends = {"from": value} if self.rng.random() < 0.4 else {}
        others = [other for other in map(literal, values) if str(other).casefold() != str(value).casefold()]
        if others and self.rng.random() < 0.4:
            ends["to"] = self.rng.choice(others)
        window = {"window": self.tests.window("event", [])} if self.rng.random() < 0.6 else {}
        return {"attribute": name, "changed": True, **ends, **window}

    def event_names(self):
        """The names of a test of events, or "any"."""
        known = self.base.event_names()
        how = self.rng.random()
        if how < 0.15:
            return "any"
        if how < 0.3:
            return [self.name(name) for name in self.rng.sample(known, min(2, len(known)))]
        return [self.name(self.rng.choice(known))]

    def _event_maps(self, names):
        wanted = None if names == "any" else {name.strip("`").casefold() for name in names}
        return [event for event in self.base.all_events() if wanted is None or event.name.casefold() in wanted]

    def event_fields(self, names, key="attribute"):
        """The properties of events of some names."""
        return self.fields(key, [event.properties for event in self._event_maps(names)])

    def filter(self, own, outer, size=None):
        """A filter of an event or record: comparisons, and or not, at least N of."""
        size = size or self.rng.choice((1, 1, 2, 3))
        if size == 1:
            return self._filter_leaf(own, outer)
        parts = [self.filter(own, outer, 1) for _ in range(size)]
        how = self.rng.random()
        if how < 0.2:
            return {"at_least": self.rng.randint(1, size), "of": parts}
        made = {self.rng.choice(("and", "or")): parts}
        return {"not": made} if how < 0.3 else made

    def _filter_leaf(self, own, outer):
        field = self.rng.choice(own if self.rng.random() < 0.85 else outer)
        if field.kind in ("date", "timestamp") and self.rng.random() < 0.3:
            return self._part_of(field)
        if field.kind == "number" and self.rng.random() < 0.15:
            return self._filter_arithmetic(field)
        leaf = self.tests.test(field, own + outer)
        return {"not": leaf} if self.rng.random() < 0.15 else leaf

    def _filter_arithmetic(self, field):
        factor = self.rng.choice((2, Decimal("0.5"), 3))
        values = [value * Fraction(factor) for value in field.values]
        return self.tests.test(Field({"operand": {"multiply": [field.left, factor]}}, "number", values))

    def event_filter(self, names, previous=None):
        """The `where` of events, or nothing."""
        if self.rng.random() < 0.5:
            return {}
        own = self.event_fields(names)
        times = [event.time for event in self._event_maps(names)]
        own.append(Field({"event_time": True}, "timestamp", times))
        outer = self.outer_fields()
        if previous is not None:
            earlier = self.event_fields(previous, "previous")
            earlier.append(Field({"previous_time": True}, "timestamp", times))
            outer = earlier * 3 + outer
            shared = [(field, other) for field in own for other in earlier
                      if field.kind == other.kind and field.kind in ("text", "number", "date", "timestamp")]
            if shared and self.rng.random() < 0.5:
                return {"where": self.tests.test(*self._one_pair(shared))}
        return {"where": self.filter(own, outer)}

    def _one_pair(self, pairs):
        field, other = self.rng.choice(pairs)
        return field, [other]

    def _window(self):
        """The window of a test of events, or nothing."""
        if self.rng.random() < 0.4:
            return {}
        times = [event.time for event in self.base.all_events()]
        return {"window": self.tests.window("event", times)}

    def _events(self, windowed=True, key="events"):
        names = self.event_names()
        return {key: names, **self.event_filter(names), **(self._window() if windowed else {})}

    def _count(self):
        rng = self.rng
        how = rng.random()
        bound = {rng.choice(("at_least", "at_most", "exactly")): rng.choice((0, 1, 1, 2, 3, 5))}
        if how < 0.4:
            return bound
        if how < 0.65:
            return {**bound, "on": rng.choice(("days", "weeks", "months"))}
        if how < 0.8:
            low = rng.randint(0, 3)
            return {"between": [low, low + rng.randint(1, 4)]}
        last = rng.randint(1, 12)
        return {"at_least": rng.randint(1, 2), "a": rng.choice(("day", "week", "month")),
                "in_at_least": rng.randint(1, min(last, 3)), "of_last": last}

    def _did(self):
        count = {"times": self._count()} if self.rng.random() < 0.6 else {}
        return {"did": {**self._events(), **count}}

    def _end_was(self):
        window = self._window().get("window") or {"last": self.tests.span_json()}
        return {self.rng.choice(("first", "last")): self._events(windowed=False), "was": window}

    def _sequence(self):
        rng = self.rng
        names = self.event_names()
        steps = [{"events": names, **self.event_filter(names)}]
        size = rng.choice((2, 2, 2, 3, 4))
        for number in range(1, size):
            previous, names = names, self.event_names()
            step = {"events": names, **self.event_filter(names, previous)}
            if number == size - 1 and rng.random() < 0.35:
                steps.append({"not": True, **step, "within": self.tests.span_json()})
            elif rng.random() < 0.75:
                steps.append({**step, "within": self.tests.span_json()})
            else:
                steps.append({**step, "later": self.tests.gap(("hours", "days", "weeks", "months"))})
        first = {"first": True} if rng.random() < 0.3 else {}
        return {"sequence": {**first, "steps": steps, **self._window()}}

    def _event_operand(self):
        """An operand over events."""
        rng = self.rng
        how = rng.random()
        if how < 0.15:
            return {"count": self._events(key="from")}
        end = rng.choice(("first", "last"))
        if how < 0.25:
            return {f"time_of_{end}": self._events()}
        if how < 0.4:
            return {f"days_since_{end}": self._events(windowed=rng.random() < 0.3)}
        source = self._events()
        fields = self.event_fields(source["events"])
        if not fields:
            names = source.pop("events")
            return {"count": {**source, "from": names}}
        field = rng.choice(fields)
        if how < 0.6:
            return {"property": field.left["attribute"], f"of_{end}": source}
        source["from"] = source.pop("events")
        return self._aggregate(field, source)

    def _aggregate(self, field, source):
        words = {"number": ("sum", "sum", "average", "minimum", "maximum", "distinct"),
                 "date": ("minimum", "maximum"), "timestamp": ("minimum", "maximum")}
        return {self.rng.choice(words.get(field.kind, ("distinct",))): field.left["attribute"], "for": source}

    def _of_events(self):
        return self.operand_test(self._event_operand())

    def _record_source(self, for_test):
        """Records of a type, on the contact or on the account, with a filter."""
        rng = self.rng
        kind, owner = rng.choice([(kind, owner) for kind, records in self.base.records.items()
                                  for owner in sorted({record.owner_kind for record in records.values()})])
        fields = self.fields("attribute", [record.properties for record in self.base.records[kind].values()])
        where = {"where": self.filter(fields, self.outer_fields())} if rng.random() < 0.7 else {}
        if owner == "account":
            return fields, {"account_records": self.name(kind), **where}
        return fields, {"records": self.name(kind), **where} if for_test else {"from": [self.name(kind)], **where}

    def _related(self):
        return self._related_to(self._record_source(True)[1])

    def _related_to(self, source):
        how = self.rng.random()
        if how < 0.7:
            return {self.rng.choice(("any", "any", "no")): source}
        return {"at_least": self.rng.randint(0, 3), "related": source}

    def _of_records(self):
        fields, source = self._record_source(False)
        if self.rng.random() < 0.3:
            return self.operand_test({"count": source})
        return self.operand_test(self._aggregate(self.rng.choice(fields), source))

    def _colleagues(self):
        """Tests of the other contacts of the account; their filter neither ranks nor asks for colleagues."""
        rng = self.rng
        where = {}
        if rng.random() < 0.8:
            where = {"where": self._colleague_filter()}
        source = {"account_contacts": True, **where}
        if rng.random() < 0.7:
            return self._related_to(source)
        if rng.random() < 0.5:
            return self.operand_test({"count": source})
        fields = [field for field in self.contact_fields() if "attribute" in field.left and field.kind == "number"]
        return self.operand_test(self._aggregate(rng.choice(fields), source)) if fields else self._related_to(source)

    def _colleague_filter(self):
        rng = self.rng
        own = self.contact_fields()
        asked = [field for field in self.outer_fields() if "contact" in field.left]
        leaves = [lambda: self.tests.test(rng.choice(own), asked * 3 + own), self._attribute, self._history,
                  lambda: {"in_list": rng.choice(sorted(self.base.lists))}, self._chance,
                  lambda: {"did": {"events": self.event_names(), **self._window()}}]
        parts = [rng.choice(leaves)() for _ in range(rng.choice((1, 1, 2)))]
        return parts[0] if len(parts) == 1 else {rng.choice(("and", "or")): parts}

    def _membership(self):
        rng = self.rng
        if rng.random() < 0.4 or not self.base.segments:
            name = rng.choice(sorted(self.base.lists))
            return {rng.choice(("in_list", "in_segment")): name}
        name = rng.choice(sorted(self.base.segments))
        defaults = self.base.segments[name].defaults
        given = {key: self._other_value(value) for key, value in defaults.items() if rng.random() < 0.5}
        return {"in_segment": name, **({"parameters": given} if given else {})}

    def _other_value(self, value):
        """Another argument of a parameter's type."""
        if isinstance(value, (int, Decimal)):
            return self.rng.randint(1, 60)
        if isinstance(value, dict):
            return self.tests.day_literal()
        return self.rng.choice(("Košice", "trial", "PRAHA"))

    def _chance(self):
        percent = self.rng.choice((10, 50, Decimal("33.3"), 90, self.rng.randint(0, 100)))
        return {"random": {"percent": percent, "salt": self.rng.choice(("a", "spring", "žltý kôň", "x" * 60))}}

    def _constant(self):
        return self.rng.choice(({"everyone": True}, {"no_one": True}))

    def number_operand(self):
        """An operand that is a number: an attribute, or something over events."""
        paths = [field.left for field in self.contact_fields() if field.kind == "number"]
        if paths and self.rng.random() < 0.5:
            return self.rng.choice(paths)
        for _ in range(TRIES):
            node = self._event_operand()
            field = self.operand_field(node)
            if field and field.kind == "number":
                return node
        return {"count": {"from": "any"}}

    def _arithmetic(self):
        """A comparison of a calculated number, sometimes with another operand on the right or a literal on the left."""
        rng = self.rng
        node = self.number_operand()
        for _ in range(rng.choice((1, 1, 2))):
            other = rng.choice((self.number_operand, lambda: rng.randint(1, 9), lambda: Decimal("2.5"), lambda: 0))()
            word = rng.choice(("add", "subtract", "multiply", "divide", "negate"))
            node = {"negate": node} if word == "negate" else {word: [node, other]}
        how = rng.random()
        if how < 0.2:
            return {"operand": node, "operator": rng.choice(("less", "at_least")), "than": self.number_operand()}
        if how < 0.3:
            return {"operand": rng.randint(0, 100), "operator": rng.choice(("less", "at_least")), "than": node}
        return self.operand_test(node)

    def _metric(self):
        """What a ranking orders by: a number, a date or a timestamp."""
        dated = [field.left for field in self.contact_fields() if field.kind in ("date", "timestamp")]
        how = self.rng.random()
        if dated and how < 0.2:
            return self.rng.choice(dated)
        if how < 0.35:
            return {self.rng.choice(("time_of_first", "time_of_last")): self._events()}
        return self.number_operand()

    def _among(self):
        return {"among": self.telling_leaf(ranked=False)} if self.rng.random() < 0.5 else {}

    def _ranking(self):
        size = self.rng.choice((1, 3, 10, {"percent": 10}, {"percent": Decimal("12.5")}, {"percent": 50}))
        return {self.rng.choice(("top", "bottom")): size, "by": self._metric(), **self._among()}

    def _tile(self):
        node = {self.rng.choice(("quartile", "quintile", "decile", "percentile")): self._metric(), **self._among()}
        return self.operand_test({"multiply": [node, 2]} if self.rng.random() < 0.2 else node)

    def segments(self):
        """Puts segments into the base, some with parameters and some nested; gives the commands that do so."""
        self.at = self.base.now
        self.tests.aim(self.at, self.rng.choice(SPANS))
        texts = [field for field in self.contact_fields() if field.kind == "text" and field.left.get("attribute")]
        spoken = self.rng.choice(texts)
        active = {"did": {"events": "any", "window": {"last": {"days": {"parameter": "days"}}}}}
        counted = {"operand": {"count": {"from": "any"}}, "operator": "at_least", "value": {"parameter": "least"}}
        inner = {"in_segment": "active", "parameters": {"days": {"parameter": "n"}}}
        is_text = {**spoken.left, "operator": "not_equals", "value": {"parameter": "text"}}
        known_since = {"operand": {"minimum": "due", "for": {"from": ["invoice"]}}, "operator": "less",
                       "value": {"parameter": "day"}}
        day = next(iter(self.tests.day_literal().values()))
        yield self._put("active", active, "days:number=30")
        yield self._put("busy", {"and": [inner, counted]}, "n:number=90", "least:number=2")
        yield self._put("elsewhere", is_text, f"text:text={self.rng.choice(spoken.values)}")
        if any("due" in record.properties for record in self.base.records["invoice"].values()):
            yield self._put("invoiced", known_since, f"day:date={day}")
        yield self._put("mixed", self.tree(3, ranked=False))
        yield self._put("nested", {"or": [{"in_segment": "mixed"}, {"not": {"in_segment": "busy"}}]})

    def _put(self, name, definition, *parameters):
        options = [part for parameter in parameters for part in ("--param", parameter)]
        command = ["segment", "put", name, json_text(definition), *options]
        self.base.apply(command)
        return command
