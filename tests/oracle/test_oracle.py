"""The oracle against the cases the language names, and against windows at their edges, on small bases made by hand."""

import json
import tempfile
import unittest
from datetime import date
from fractions import Fraction
from pathlib import Path

import intervals
from base import Base, Item, Record
from calendar_zone import Zone
from generate import generate
from oracle import Oracle
from rankings import ntile
from values import DAY, Instant, bare_key, decimal_text, instant_text, move_instant, parse_instant, text_key
from windows import anniversary_in_window, in_window
from xxh3 import xxh3_64

T = parse_instant("2024-06-15T12:00:00Z")
HOUR = 3_600_000


def at(text):
    """An instant of a text."""
    return parse_instant(text)


def did(name, **keys):
    """A `did` test of one event name."""
    return {"did": {"events": [name], **keys}}


class Case(unittest.TestCase):
    """A base made by hand, with short ways to fill it and to ask."""

    def setUp(self):
        self.base = Base(".", "Europe/Bratislava")

    def event(self, contact, time, name="a", message_id=None, **properties):
        """Adds an event; `time` is a text or an instant."""
        instant = at(time) if isinstance(time, str) else Instant(time)
        self.base.contact(contact).events.append(Item(properties, name, instant, message_id))

    def contact(self, identifier, **attributes):
        """Adds a contact with attributes."""
        contact = self.base.contact(identifier)
        for name, value in attributes.items():
            contact.set(name, value)
        return contact

    def members(self, definition, t=T):
        """The members of a definition, the events having been brought into order."""
        self.base.finish()
        return Oracle(self.base).members(definition, Instant(t))

    def holds(self, definition, t=T):
        """Whether a definition holds for the contact c."""
        return "c" in self.members(definition, t)


class NamedCases(Case):
    """The numbered cases of the language."""

    def test_01_event_exactly_thirty_days_old(self):
        self.event("c", T - 30 * DAY)
        within, before = did("a", window={"last": {"days": 30}}), did("a", window={"more_than_ago": {"days": 30}})
        self.assertFalse(self.holds(within))
        self.assertTrue(self.holds(before))
        self.assertTrue(self.holds(within, T - 1))
        self.assertFalse(self.holds(before, T - 1))

    def test_02_never_ordered(self):
        self.contact("c")
        self.event("d", T)
        self.assertTrue(self.holds({"not": did("a", window={"last": {"days": 60}})}))
        self.assertFalse(self.holds({"last": {"events": ["a"]}, "was": {"more_than_ago": {"days": 60}}}))

    def test_03_negatives_hold_where_missing(self):
        self.contact("c")
        for test in ({"operator": "not_equals", "value": "SK"}, {"operator": "not_in", "values": ["SK"]},
                     {"operator": "does_not_contain", "value": "S"}, {"operator": "is_empty"}):
            self.assertTrue(self.holds({"attribute": "country", **test}), test)
        for word in ("less", "at_least"):
            self.assertFalse(self.holds({"attribute": "age", "operator": word, "value": 3}))

    def test_04_born_on_29_february(self):
        self.contact("c", born=date(2000, 2, 29))
        turned = {"operand": {"age_of": {"attribute": "born"}}, "operator": "equals", "value": 23}
        feast = {"attribute": "born", "operator": "anniversary", "window": {"calendar": "today"}}
        start = self.base.zone.start_of(date(2023, 3, 1))
        self.assertEqual([self.holds(turned, start - 1), self.holds(turned, start)], [False, True])
        self.assertEqual([self.holds(feast, start - 1), self.holds(feast, start)], [False, True])
        self.assertTrue(self.holds(feast, at("2024-02-29T12:00:00Z")))
        self.assertFalse(self.holds(feast, at("2024-03-01T12:00:00Z")))

    def test_05_last_month_of_31_january(self):
        self.event("c", "2023-01-31T10:00:00Z")
        self.event("leap", "2024-01-31T10:00:00Z")
        month = did("a", window={"last": {"months": 1}})
        end = at("2023-02-28T10:00:00Z")
        self.assertEqual([self.members(month, end - 1), self.members(month, end)], [["c"], []])
        end = at("2024-02-29T10:00:00Z")
        self.assertEqual([self.members(month, end - 1), self.members(month, end)], [["leap"], []])

    def test_06_days_of_23_and_25_hours(self):
        zone = self.base.zone
        for day, hours in ((date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 6, 1), 24)):
            self.assertEqual(zone.start_of(date.fromordinal(day.toordinal() + 1)) - zone.start_of(day), hours * HOUR)
        start = zone.start_of(date(2024, 3, 31))
        self.event("c", start)
        self.assertFalse(self.holds(did("a", window={"calendar": "today"}), start + 23 * HOUR))
        self.assertTrue(self.holds(did("a", window={"last": {"days": 1}}), start + 24 * HOUR - 1))

    def test_08_cart_left_behind(self):
        test = {"sequence": {"steps": [{"events": ["cart"]},
                                       {"not": True, "events": ["order"], "within": {"hours": 24}}]}}
        self.event("c", T, "cart")
        self.event("c", T + 24 * HOUR, "order")
        self.event("c", T + 24 * HOUR + 1, "cart")
        self.event("c", T + 24 * HOUR + 2, "cart")
        first = T + 48 * HOUR + 1
        self.assertEqual([self.holds(test, first - 1), self.holds(test, first)], [False, True])
        since, until = intervals.validity(Oracle(self.base), test, self.base.contacts["c"], first)
        self.assertEqual((since, until), (first, None))

    def test_09_twice_needs_two_times(self):
        test = {"sequence": {"steps": [{"events": ["a"]}, {"events": ["a"], "within": {"days": 1}}]}}
        self.event("c", T - 5)
        self.event("c", T - 5)
        self.assertFalse(self.holds(test))
        self.event("c", T - 4)
        self.assertTrue(self.holds(test))

    def test_10_texts(self):
        for one, other in (("Straße", "STRASSE"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("praha", "PRAHA"),
                           ("Kos\u030cice", "KOŠICE")):
            self.assertEqual(text_key(one), text_key(other))
        self.assertNotEqual(text_key("İ"), text_key("i"))
        for one, other in (("Łódź", "lodz"), ("Košice", "kosice"), ("ёлка", "елка"), ("ısı", "isi"), ("Ħø", "ho")):
            self.assertEqual(bare_key(one), bare_key(other))
        self.assertNotEqual(bare_key("йод"), bare_key("иод"))

    def test_11_and_12_erased_and_merged(self):
        for contact in ("c", "d", "e"):
            self.event(contact, T - 1, amount=Fraction(1))
        self.contact("c", city="Košice")
        self.contact("d", city="Praha", tier=Fraction(2))
        self.base.apply(["list", "add", "vip", "d", "e"])
        self.base.apply(["contact", "merge", "d", "c"])
        self.base.apply(["contact", "erase", "e"])
        self.assertEqual(self.members({"everyone": True}), ["c"])
        self.assertEqual(self.members(did("a", times={"exactly": 2})), ["c"])
        self.assertEqual(self.members({"in_list": "vip"}), ["c"])
        self.assertTrue(self.holds({"attribute": "city", "operator": "equals", "value": "Košice"}))
        self.assertTrue(self.holds({"attribute": "tier", "operator": "equals", "value": 2}))

    def test_13_exact_sums(self):
        for number in range(25):
            self.event("c", T - number, amount=Fraction("19.99"))
        total = {"sum": "amount", "for": {"from": ["a"]}}
        self.assertTrue(self.holds({"operand": total, "operator": "equals", "value": Fraction("499.75")}))

    def test_14_ten_percent_of_eleven(self):
        for number in range(11):
            self.contact(f"c{number:02}", points=Fraction(number // 2))
        points = {"attribute": "points"}
        self.assertEqual(self.members({"top": {"percent": 10}, "by": points}), ["c08", "c10"])
        self.assertEqual(self.members({"bottom": 3, "by": points}), ["c00", "c01", "c02"])

    def test_15_one_record_with_both(self):
        self.contact("c")
        self.base.records["deal"] = {
            "1": Record({"stage": "Won", "amount": Fraction(50)}, "contact", "c"),
            "2": Record({"stage": "Lost", "amount": Fraction(500)}, "contact", "c"),
        }
        won = {"attribute": "stage", "operator": "equals", "value": "Won"}
        large = {"attribute": "amount", "operator": "greater", "value": 100}
        self.assertFalse(self.holds({"any": {"records": "deal", "where": {"and": [won, large]}}}))
        self.assertFalse(self.holds({"not": {"any": {"records": "deal", "where": won}}}))
        self.assertTrue(self.holds({"any": {"records": "deal", "where": {"not": won}}}))


class Files(unittest.TestCase):
    """Bases read from a directory."""

    def test_07_late_and_repeated_events(self):
        rows = ("contact,time,event,mid,amount\n"
                "c,2024-06-02T00:00:00Z,a,,1\nc,2024-06-02T00:00:00Z,a,,1\n"
                "c,2024-06-01T00:00:00Z,a,m1,5\nc,2024-06-03T00:00:00Z,a,m1,7\n")
        command = ["import", "events", "events.csv", "--contact", "contact", "--time", "time",
                   "--event-column", "event", "--message-id", "mid", "--type", "amount=number"]
        base = self._load({"events.csv": rows}, [command])
        self.assertEqual([event.properties["amount"] for event in base.contacts["c"].events], [5, 1, 1])

    def test_rows_of_contacts_overwrite_cell_by_cell(self):
        rows = "id,account,city,tags\nc,x,Košice,\"[\"\"A\"\",\"\"a\"\",\"\"\"\",\"\"b\"\"]\"\nc,, ,\n"
        command = ["import", "contacts", "contacts.csv", "--id", "id", "--account", "account", "--type", "city=text",
                   "--type", "tags=set"]
        base = self._load({"contacts.csv": rows.splitlines()[0] + "\n" + rows.splitlines()[1] + "\n"}, [command])
        self.assertEqual(base.contacts["c"].attributes, {"id": "c", "city": "Košice", "tags": ("A", "b")})
        base = self._load({"contacts.csv": rows}, [command])
        self.assertEqual((base.contacts["c"].attributes, base.contacts["c"].account), ({"id": "c"}, None))

    def test_generated_bases_are_the_same_for_a_seed(self):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            generate(7, one, 3)
            generate(7, other, 3)
            for path in Path(one).iterdir():
                self.assertEqual(path.read_bytes(), (Path(other) / path.name).read_bytes())
            oracle = Oracle(Base.load(one))
            for line in (Path(one) / "definitions.ndjson").read_text(encoding="utf-8").splitlines():
                read = json.loads(line)
                oracle.members(read["definition"], parse_instant(read["at"]))

    def _load(self, files, commands):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                (Path(folder) / name).write_text(text, encoding="utf-8")
            manifest = {"zone": "UTC", "now": "2024-06-15T12:00:00Z", "commands": commands}
            (Path(folder) / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
            return Base.load(folder)


class Windows(unittest.TestCase):
    """Every window at its edges, for instants and for days."""

    zone = Zone("Europe/Bratislava")

    def edges(self, window, value, first, last):
        """The window holds from `first` to `last`, t in milliseconds, and not beside them."""
        seen = [in_window(window, value, Instant(t), self.zone) for t in (first - 1, first, last, last + 1)]
        self.assertEqual(seen, [False, True, True, False], window)

    def test_rolling_windows_of_an_instant(self):
        e = at("2024-01-31T10:00:00Z")
        self.edges({"last": {"hours": 2}}, e, e, e + 2 * HOUR - 1)
        self.edges({"last": {"weeks": 1}}, e, e, e + 7 * DAY - 1)
        self.edges({"last": {"years": 1}}, e, e, at("2025-01-31T10:00:00Z") - 1)
        self.edges({"between_ago": {"from": 1, "to": 2, "unit": "months"}}, e, at("2024-02-29T10:00:00Z"),
                   at("2024-03-31T10:00:00Z") - 1)
        self.edges({"between_ago": {"from": 0, "to": 1, "unit": "days"}}, e, e, e + DAY - 1)
        self.edges({"next": {"days": 3}}, e, e - 3 * DAY, e - 1)

    def test_rolling_windows_of_a_day(self):
        day, start = date(2024, 3, 31), self.zone.start_of
        self.edges({"last": {"days": 1}}, day, start(day), start(date(2024, 4, 1)) - 1)
        self.edges({"last": {"weeks": 1}}, day, start(day), start(date(2024, 4, 7)) - 1)
        self.edges({"last": {"months": 1}}, day, start(day), start(date(2024, 4, 30)) - 1)
        self.edges({"between_ago": {"from": 1, "to": 2, "unit": "days"}}, day, start(date(2024, 4, 1)),
                   start(date(2024, 4, 2)) - 1)
        self.edges({"next": {"days": 7}}, day, start(date(2024, 3, 25)), start(date(2024, 4, 1)) - 1)

    def test_more_than_ago_never_ends(self):
        e = at("2024-01-31T10:00:00Z")
        window = {"more_than_ago": {"months": 1}}
        self.assertFalse(in_window(window, e, at("2024-02-29T09:59:59.999Z"), self.zone))
        self.assertTrue(in_window(window, e, at("2024-02-29T10:00:00Z"), self.zone))
        day, midnight = date(2024, 3, 30), at("2024-03-30T23:00:00Z")
        self.assertTrue(in_window({"more_than_ago": {"days": 1}}, day, midnight, self.zone))

    def test_calendar_windows(self):
        start = self.zone.start_of
        e = start(date(2024, 6, 12))
        for words, first, end in (
                ("today", (6, 12), (6, 13)), ("yesterday", (6, 13), (6, 14)), ("tomorrow", (6, 11), (6, 12)),
                ("this week", (6, 10), (6, 17)), ("last week", (6, 17), (6, 24)), ("next month", (5, 1), (6, 1)),
                ("this quarter", (4, 1), (7, 1)), ("last quarter", (7, 1), (10, 1))):
            for value in (e, date(2024, 6, 12)):
                self.edges({"calendar": words}, value, start(date(2024, *first)), start(date(2024, *end)) - 1)
        self.edges({"last_calendar": {"months": 2}}, e, start(date(2024, 7, 1)), start(date(2024, 9, 1)) - 1)
        self.edges({"last_calendar": {"years": 1}}, e, start(date(2025, 1, 1)), start(date(2026, 1, 1)) - 1)

    def test_windows_with_bounds(self):
        day = {"date": "2024-03-31"}
        start, end = self.zone.start_of(date(2024, 3, 31)), self.zone.start_of(date(2024, 4, 1))
        for window, expected in (({"since": day}, (0, 1, 1, 1)), ({"before": day}, (1, 0, 0, 0)),
                                 ({"on": day}, (0, 1, 1, 0)), ({"between": [day, day]}, (0, 1, 1, 0)),
                                 ({"since": {"timestamp": instant_text(start)}}, (0, 1, 1, 1)),
                                 ({"before": {"timestamp": instant_text(start)}}, (1, 0, 0, 0)),
                                 ({"between": [{"timestamp": instant_text(start)}] * 2}, (0, 1, 0, 0))):
            seen = tuple(in_window(window, Instant(e), T, self.zone) for e in (start - 1, start, end - 1, end))
            self.assertEqual(seen, tuple(map(bool, expected)), window)

    def test_missing_is_in_no_window(self):
        self.assertFalse(in_window("ever", None, T, self.zone))
        self.assertTrue(in_window("ever", T, T, self.zone))

    def test_anniversaries(self):
        born = date(2000, 6, 16)
        self.assertTrue(anniversary_in_window({"next": {"days": 2}}, born, T, self.zone))
        self.assertFalse(anniversary_in_window({"next": {"days": 1}}, born, T, self.zone))
        self.assertFalse(anniversary_in_window({"calendar": "this year"}, date(2024, 6, 1), T, self.zone))
        self.assertTrue(anniversary_in_window({"on": {"date": "2031-06-16"}}, born, T, self.zone))

    def test_first_instants_of_days(self):
        for name, day, first in (("America/Sao_Paulo", date(2017, 10, 15), "2017-10-15T03:00:00Z"),
                                 ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00Z"),
                                 ("America/Havana", date(2024, 11, 3), "2024-11-03T04:00:00Z"),
                                 ("America/Toronto", date(1919, 3, 31), "1919-03-31T04:30:00Z")):
            self.assertEqual(instant_text(Zone(name).start_of(day)), first, name)


class Forms(Case):
    """Other forms of the language."""

    def test_order_of_events(self):
        self.event("c", T - 1, "b", amount=Fraction(1))
        self.event("c", T - 1, "a", "z", amount=Fraction(2))
        self.event("c", T - 1, "a", None, amount=Fraction("10.5"))
        self.event("c", T - 1, "a", None, amount=Fraction(9))
        self.base.finish()
        self.assertEqual([event.properties["amount"] for event in self.base.contacts["c"].events],
                         [Fraction("10.5"), 9, 2, 1])

    def test_future_events_count_from_their_time(self):
        self.event("c", T + 1)
        self.assertEqual([self.holds(did("a")), self.holds(did("a"), T + 1)], [False, True])

    def test_distinct_days_and_complete_weeks(self):
        for day in ("03", "03", "05", "12"):
            self.event("c", f"2024-06-{day}T10:00:00Z")
        self.assertTrue(self.holds(did("a", times={"exactly": 3, "on": "days"})))
        self.assertTrue(self.holds(did("a", times={"exactly": 2, "on": "weeks"})))
        steady = {"at_least": 1, "a": "week", "in_at_least": 2, "of_last": 3}
        self.assertFalse(self.holds(did("a", times=steady)))
        self.assertTrue(self.holds(did("a", times=steady), T + 7 * DAY))

    def test_aggregates_of_nothing(self):
        self.contact("c")
        for word, known in (("sum", True), ("distinct", True), ("average", False), ("minimum", False)):
            node = {"operand": {word: "amount", "for": {"from": ["a"]}}, "operator": "is_known"}
            self.assertEqual(self.holds(node), known, word)

    def test_sequence_with_previous_and_gap(self):
        same = {"attribute": "path", "operator": "equals", "than": {"previous": "path"}}
        later = {"from": 1, "to": 2, "unit": "hours"}
        test = {"sequence": {"steps": [{"events": ["a"]}, {"events": ["b"], "where": same, "later": later}]}}
        self.event("c", T - 2 * HOUR, "a", path="/x")
        self.event("c", T, "b", path="/X")
        self.event("d", T - 2 * HOUR, "a", path="/x")
        self.event("d", T, "b", path="/y")
        self.event("e", T - 2 * HOUR - 1, "a", path="/x")
        self.event("e", T, "b", path="/x")
        self.assertEqual(self.members(test), ["c"])

    def test_sequence_from_the_first(self):
        steps = [{"events": ["a"]}, {"events": ["b"], "within": {"days": 1}}]
        self.event("c", T - 9 * DAY)
        self.event("c", T - 2 * HOUR)
        self.event("c", T - HOUR, "b")
        self.assertTrue(self.holds({"sequence": {"steps": steps}}))
        self.assertFalse(self.holds({"sequence": {"first": True, "steps": steps}}))

    def test_history(self):
        contact = self.contact("c")
        for days, value in ((10, "trial"), (3, "paid"), (7, "Trial")):
            contact.record_change("status", Instant(T - days * DAY), value)
        self.assertEqual(contact.attributes["status"], "paid")
        been = {"attribute": "status", "has_been": "trial"}
        before = T - 3 * DAY - 1
        self.assertFalse(self.holds({**been, "for_at_least": {"days": 1}}))
        self.assertTrue(self.holds({**been, "for_at_least": {"days": 6}}, before))
        self.assertTrue(self.holds({**been, "for_less_than": {"days": 7}}, before))
        changed = {"attribute": "status", "changed": True, "from": "trial", "to": "PAID",
                   "window": {"last": {"days": 3}}}
        self.assertEqual([self.holds(changed, T - 1), self.holds(changed)], [True, False])

    def test_arithmetic(self):
        self.contact("c", x=Fraction(1, 4))

        def is_known(node):
            return self.holds({"operand": node, "operator": "is_known"})
        self.assertFalse(is_known({"divide": [{"attribute": "x"}, 0]}))
        node = {"attribute": "x"}
        for squared in range(9):
            self.assertTrue(is_known(node), squared)
            node = {"multiply": [node, node]}
        self.assertFalse(is_known({"multiply": [node, node]}))

    def test_tiles(self):
        self.assertEqual([ntile(place, 10, 4) for place in range(10)], [1, 1, 1, 2, 2, 2, 3, 3, 4, 4])
        self.assertEqual([ntile(place, 2, 4) for place in range(2)], [1, 2])
        for number in range(3):
            self.contact(f"c{number}", points=Fraction(number // 2))
        self.contact("none")
        node = {"operand": {"percentile": {"attribute": "points"}}, "operator": "less", "value": 67}
        self.assertEqual(self.members(node), ["c0", "c1"])

    def test_colleagues(self):
        for identifier, account, city in (("c", "x", "A"), ("d", "x", "a"), ("e", "x", "b"), ("f", None, "A")):
            self.contact(identifier, city=city).account = account
        same = {"attribute": "city", "operator": "equals", "than": {"contact": "city"}}
        self.assertEqual(self.members({"any": {"account_contacts": True, "where": same}}), ["c", "d"])
        count = {"operand": {"count": {"account_contacts": True}}, "operator": "equals", "value": 2}
        self.assertEqual(self.members(count), ["c", "d", "e"])

    def test_segments_with_parameters(self):
        self.event("c", T - 20 * DAY)
        inner = json.dumps(did("a", window={"last": {"days": {"parameter": "days"}}}))
        outer = json.dumps({"in_segment": "active", "parameters": {"days": {"parameter": "n"}}})
        self.base.apply(["segment", "put", "active", inner, "--param", "days:number=30"])
        self.base.apply(["segment", "put", "outer", outer, "--param", "n:number=10"])
        self.assertTrue(self.holds({"in_segment": "active"}))
        self.assertFalse(self.holds({"in_segment": "outer"}))
        self.assertTrue(self.holds({"in_segment": "outer", "parameters": {"n": 21}}))

    def test_hash(self):
        data, state = bytearray(), 0x9E3779B1
        for _ in range(2240):
            data.append(state >> 56)
            state = state * 11400714785074694797 % 2**64
        known = {0: 0x2D06800538D394C2, 1: 0xC44BDFF4074EECDB, 6: 0x27B56A84CD2D7325, 12: 0xA713DAF0DFBB77E7,
                 24: 0xA3FE70BF9D3510EB, 48: 0x397DA259ECBA1F11, 80: 0xBCDEFBBB2C47C90A, 195: 0xCD94217EE362EC3A,
                 403: 0xCDEB804D65C6DEA4, 2240: 0x6E73A90539CF2948}
        self.assertEqual({size: xxh3_64(bytes(data[:size])) for size in known}, known)

    def test_decimals(self):
        for text in ("0", "-0.05", "19.9", "1200", "0.001"):
            self.assertEqual(decimal_text(Fraction(text)), text)

    def test_months_step_in_utc(self):
        moved = move_instant(at("2024-03-31T22:30:00.007Z"), -1, "months")
        self.assertEqual(instant_text(moved), "2024-02-29T22:30:00.007Z")

    def test_intervals(self):
        self.event("c", T - 10 * DAY)
        self.contact("c", born=date(2000, 2, 29))
        self.base.finish()
        oracle, contact = Oracle(self.base), self.base.contacts["c"]
        month = did("a", window={"last": {"days": 30}})
        self.assertEqual(intervals.validity(oracle, month, contact, T), (T - 10 * DAY, T + 20 * DAY))
        age = {"operand": {"age_of": {"attribute": "born"}}, "operator": "equals", "value": 24}
        start = self.base.zone.start_of
        expected = (start(date(2024, 2, 29)), start(date(2025, 3, 1)))
        self.assertEqual(intervals.validity(oracle, age, contact, T), expected)
        self.assertEqual(intervals.validity(oracle, {"everyone": True}, contact, T), (None, None))


if __name__ == "__main__":
    unittest.main()
