"""Which events, records and colleagues a test looks at, and the tests that count or order events."""

from collections import Counter
from dataclasses import replace

from calendar_zone import shift_unit, unit_start
from values import move_instant, span_of
from windows import in_window

TIMES = {"at_least": lambda n, bound: n >= bound, "at_most": lambda n, bound: n <= bound,
         "exactly": lambda n, bound: n == bound}


def count_holds(count, number):
    """Whether a number of times satisfies a count."""
    if "between" in count:
        low, high = count["between"]
        return low <= number <= high
    return all(TIMES[word](number, bound) for word, bound in count.items() if word in TIMES)


def folded(names):
    """Event names as they are compared when written bare."""
    return {name.strip("`").casefold() for name in names}


class Selections:
    """The part of the oracle that selects events, records and colleagues."""

    def passes(self, spec, scope, item, previous=None):
        """Whether an event or a record passes a specification's filter."""
        where = spec.get("where")
        return where is None or self.holds(where, replace(scope, item=item, previous=previous))

    def named_events(self, spec, scope):
        """The events of a contact up to t with a name of the specification, in order."""
        wanted = spec["events"] if "events" in spec else spec["from"]
        names = None if wanted == "any" else folded(wanted)
        return [event for event in scope.contact.events
                if event.time <= scope.t and (names is None or event.name.casefold() in names)]

    def windowed(self, window, event, scope):
        """Whether an event lies in a window as seen at t."""
        return in_window(window, event.time, scope.t, self.base.zone)

    def events(self, spec, scope):
        """The set E of 2.2: the events that have the name, lie in the window and pass the filter, in order."""
        return [event for event in self.named_events(spec, scope)
                if self.windowed(spec.get("window"), event, scope) and self.passes(spec, scope, event)]

    def items(self, source, scope):
        """The events, records or colleagues of a SOURCE or RECORDS specification."""
        if "account_contacts" in source:
            return self._colleagues(source, scope)
        owner_kind, owner, kind = "contact", scope.contact.id, self._record_type(source)
        if "account_records" in source:
            owner_kind, owner = "account", scope.contact.account
        if kind is None:
            return self.events(source, scope)
        return [record for record in self.base.records_of(kind, owner_kind, owner)
                if self.passes(source, scope, record)]

    def _record_type(self, source):
        """The record type a specification names, or None where it names events."""
        names = source.get("account_records") or source.get("records") or source.get("from")
        wanted = folded([names] if isinstance(names, str) else names)
        return next((kind for kind in self.base.records if kind.casefold() in wanted), None)

    def _colleagues(self, source, scope):
        where = source.get("where")
        asked = [replace(scope, contact=other, asked=scope.contact, item=None)
                 for other in self.base.colleagues(scope.contact)]
        return [inner.contact for inner in asked if where is None or self.holds(where, inner)]

    def did(self, test, scope):
        """`did EVENTS count WINDOW`."""
        events = self.events(test, scope)
        count = test.get("times", {"at_least": 1})
        if "a" in count:
            return self._complete_units(count, events, scope)
        if "on" in count:
            days = {self.base.zone.day_of(event.time) for event in events}
            return count_holds(count, len({unit_start(day, count["on"][:-1]) for day in days}))
        return count_holds(count, len(events))

    def _complete_units(self, count, events, scope):
        """`at least N times a week in at least K of last M weeks`: the M complete units before the current one."""
        zone, unit = self.base.zone, count["a"]
        current = unit_start(zone.day_of(scope.t), unit)
        tally = Counter(unit_start(zone.day_of(event.time), unit) for event in events)
        units = [shift_unit(current, unit, -back) for back in range(1, int(count["of_last"]) + 1)]
        return sum(tally[start] >= count["at_least"] for start in units) >= count["in_at_least"]

    def end_was(self, end, node, scope):
        """`first EVENTS was WINDOW` and `last EVENTS was WINDOW`."""
        event = self.end_event(node[end], scope, end)
        return event is not None and self.windowed(node["was"], event, scope)

    def sequence(self, test, scope):
        """A chain of events, each later than the one before by at most what its step allows."""
        first, *rest = test["steps"]
        window = test.get("window")
        ends = self.events(first, scope)
        if test.get("first"):
            ends = ends[:1]
        ends = [event for event in ends if self.windowed(window, event, scope)]
        for step in rest:
            if step.get("not"):
                return any(self._not_followed(step, event, scope) for event in ends)
            ends = [event for event in self.named_events(step, scope)
                    if self.windowed(window, event, scope)
                    and any(self._follows(step, before, event, scope) for before in ends)]
        return bool(ends)

    def _follows(self, step, before, event, scope):
        """Whether an event can be the step after `before`."""
        if "within" in step:
            soonest, latest = before.time, move_instant(before.time, *span_of(step["within"]))
        else:
            gap = step["later"]
            soonest = move_instant(before.time, int(gap["from"]), gap["unit"])
            latest = move_instant(before.time, int(gap["to"]), gap["unit"])
        return (event.time > before.time and soonest <= event.time <= latest
                and self.passes(step, scope, event, before))

    def _not_followed(self, step, before, scope):
        """Whether the time of a closing `then not` has run out with no such event."""
        end = move_instant(before.time, *span_of(step["within"]))
        return end <= scope.t and not any(self._follows(step, before, event, scope)
                                          for event in self.named_events(step, scope))
