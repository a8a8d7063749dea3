"""Time without traffic: every kind of window, and the instants at which time alone brings a contact in and takes it out.

The instants below were worked out by hand from LANGUAGE.md, in Europe/Bratislava (UTC+1; +2 from 2024-03-31T01:00Z to
2024-10-27T01:00Z). All data are in the store at the beginning; then nobody writes any more. The feed must tell the same turns
whether the store is opened once at the end (it was down over every edge), every few days, or just before and at each edge; and at
each edge the contact is in the right segments, one millisecond before it in those of before. A way of opening is one test, each
definition another.
"""

import json
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

START = "2024-01-15T00:00:00Z"
END = "2025-04-30T00:00:00Z"
IN, OUT = "entered", "left"
TWO = ["2024-01-10T12:00:00Z", "2024-01-12T12:00:00Z"]

# definition ($ is the name of the case's event), its events (time or [time, amount]), the turns after START
CASES = [
    ("did $ in last 90 minutes", ["2024-01-14T23:30:00Z"], [("2024-01-15T01:00:00Z", OUT)]),
    ("did $ in last 30 days", ["2024-01-10T12:00:00Z"], [("2024-02-09T12:00:00Z", OUT)]),
    ("did $ in last 1 months", ["2024-01-31T10:00:00Z"], [("2024-01-31T10:00:00Z", IN), ("2024-02-29T10:00:00Z", OUT)]),
    ("did $ in last 1 years", ["2024-02-29T08:00:00Z"], [("2024-02-29T08:00:00Z", IN), ("2025-02-28T08:00:00Z", OUT)]),
    ("did $ more than 2 weeks ago", ["2024-01-10T00:00:00Z"], [("2024-01-24T00:00:00Z", IN)]),
    ("did $ between 10 and 20 days ago", ["2024-01-14T06:00:00Z"], [("2024-01-24T06:00:00Z", IN), ("2024-02-03T06:00:00Z", OUT)]),
    ("did $ today", ["2024-03-31T10:00:00Z"], [("2024-03-31T10:00:00Z", IN), ("2024-03-31T22:00:00Z", OUT)]),
    ("did $ yesterday", ["2024-03-30T12:00:00Z"], [("2024-03-30T23:00:00Z", IN), ("2024-03-31T22:00:00Z", OUT)]),
    ("did $ this week", ["2024-01-18T12:00:00Z"], [("2024-01-18T12:00:00Z", IN), ("2024-01-21T23:00:00Z", OUT)]),
    ("did $ last week", ["2024-01-18T12:00:00Z"], [("2024-01-21T23:00:00Z", IN), ("2024-01-28T23:00:00Z", OUT)]),
    ("did $ this month", ["2024-10-05T12:00:00Z"], [("2024-10-05T12:00:00Z", IN), ("2024-10-31T23:00:00Z", OUT)]),
    ("did $ last month", ["2024-02-10T12:00:00Z"], [("2024-02-29T23:00:00Z", IN), ("2024-03-31T22:00:00Z", OUT)]),
    ("did $ this quarter", ["2024-03-01T12:00:00Z"], [("2024-03-01T12:00:00Z", IN), ("2024-03-31T22:00:00Z", OUT)]),
    ("did $ last quarter", ["2024-03-01T12:00:00Z"], [("2024-03-31T22:00:00Z", IN), ("2024-06-30T22:00:00Z", OUT)]),
    ("did $ this year", ["2024-12-31T12:00:00Z"], [("2024-12-31T12:00:00Z", IN), ("2024-12-31T23:00:00Z", OUT)]),
    ("did $ last year", ["2024-06-01T12:00:00Z"], [("2024-12-31T23:00:00Z", IN)]),
    ("did $ in last 2 calendar days", ["2024-10-26T12:00:00Z"], [("2024-10-26T22:00:00Z", IN), ("2024-10-28T23:00:00Z", OUT)]),
    ("did $ in last 3 calendar months", ["2024-02-10T12:00:00Z"], [("2024-02-29T23:00:00Z", IN), ("2024-05-31T22:00:00Z", OUT)]),
    ("did $ since 2024-02-01", ["2024-02-03T00:00:00Z"], [("2024-02-03T00:00:00Z", IN)]),
    ("did $ before 2024-03-01", ["2024-02-20T00:00:00Z"], [("2024-02-20T00:00:00Z", IN)]),
    ("did $ between 2024-01-20 and 2024-01-25", ["2024-01-25T22:30:00Z"], [("2024-01-25T22:30:00Z", IN)]),
    ("did $ between 2024-01-20 and 2024-01-25", ["2024-01-25T23:00:00Z"], []),
    ("did $ on 2024-02-29", ["2024-02-29T22:30:00Z"], [("2024-02-29T22:30:00Z", IN)]),
    ("not did $ in last 60 days", ["2024-01-10T12:00:00Z"], [("2024-03-10T12:00:00Z", IN)]),
    ("did $ at least 2 times in last 10 days", TWO, [("2024-01-20T12:00:00Z", OUT)]),
    ("did $ at most 1 times in last 10 days", TWO, [("2024-01-20T12:00:00Z", IN)]),
    ("did $ exactly 1 times in last 10 days", TWO, [("2024-01-20T12:00:00Z", IN), ("2024-01-22T12:00:00Z", OUT)]),
    ("count of $ in last 10 days = 1", TWO, [("2024-01-20T12:00:00Z", IN), ("2024-01-22T12:00:00Z", OUT)]),
    ("did $ on at least 2 days in last 10 days", TWO, [("2024-01-20T12:00:00Z", OUT)]),
    ("did $ at least 1 times a day in at least 2 of last 3 days", ["2024-01-13T12:00:00Z", "2024-01-14T12:00:00Z"],
     [("2024-01-16T23:00:00Z", OUT)]),
    ("sum of amount for $ in last 10 days >= 10", [[TWO[0], 6], [TWO[1], 5]], [("2024-01-20T12:00:00Z", OUT)]),
    ("average of amount for $ in last 10 days < 5.5", [[TWO[0], 6], [TWO[1], 5]],
     [("2024-01-20T12:00:00Z", IN), ("2024-01-22T12:00:00Z", OUT)]),
    ("maximum of amount for $ in last 10 days > 5", [[TWO[0], 6], [TWO[1], 5]], [("2024-01-20T12:00:00Z", OUT)]),
    ("minimum of amount for $ in last 10 days < 6", [[TWO[0], 6], [TWO[1], 5]], [("2024-01-22T12:00:00Z", OUT)]),
    ("distinct of amount for $ in last 10 days >= 2", [[TWO[0], 6], [TWO[1], 5]], [("2024-01-20T12:00:00Z", OUT)]),
    ("amount of first $ in last 10 days = 5", [[TWO[0], 6], [TWO[1], 5]], [("2024-01-20T12:00:00Z", IN), ("2024-01-22T12:00:00Z", OUT)]),
    ("first $ was in last 7 days", ["2024-01-10T12:00:00Z"], [("2024-01-17T12:00:00Z", OUT)]),
    ("last $ was between 5 and 7 days ago", ["2024-01-10T12:00:00Z", "2024-01-16T12:00:00Z"],
     [("2024-01-15T12:00:00Z", IN), ("2024-01-16T12:00:00Z", OUT), ("2024-01-21T12:00:00Z", IN), ("2024-01-23T12:00:00Z", OUT)]),
    ("days since last $ > 10", ["2024-01-10T12:00:00Z"], [("2024-01-20T12:00:00.001Z", IN)]),
    ("days since last $ >= 10", ["2024-01-10T12:00:00Z"], [("2024-01-20T12:00:00Z", IN)]),
    ("time of last $ ever in last 10 days", ["2024-01-10T12:00:00Z"], [("2024-01-20T12:00:00Z", OUT)]),
    ("did $ (time in last 10 days and amount > 1)", [[TWO[0], 6]], [("2024-01-20T12:00:00Z", OUT)]),
    ("did $ then answer within 2 days in last 10 days", ["2024-01-10T12:00:00Z"], [("2024-01-20T12:00:00Z", OUT)]),
    ("did $ then not answer within 2 days", ["2024-01-14T12:00:00Z"], [("2024-01-16T12:00:00Z", IN)]),
    ("$ = 1 or due in next 7 days", None, [("2024-02-03T23:00:00Z", IN), ("2024-02-10T23:00:00Z", OUT)]),
    ("due in last 3 days", None, [("2024-02-09T23:00:00Z", IN), ("2024-02-12T23:00:00Z", OUT)]),
    ("due more than 3 days ago", None, [("2024-02-12T23:00:00Z", IN)]),
    ("due tomorrow", None, [("2024-02-08T23:00:00Z", IN), ("2024-02-09T23:00:00Z", OUT)]),
    ("late_due tomorrow", None, [("2024-10-26T22:00:00Z", IN), ("2024-10-27T23:00:00Z", OUT)]),
    ("late_due next week", None, [("2024-10-20T22:00:00Z", IN), ("2024-10-27T23:00:00Z", OUT)]),
    ("birth anniversary today", None,
     [("2024-02-28T23:00:00Z", IN), ("2024-02-29T23:00:00Z", OUT), ("2025-02-28T23:00:00Z", IN), ("2025-03-01T23:00:00Z", OUT)]),
    ("age of birth >= 24", None, [("2024-02-28T23:00:00Z", IN)]),
    ("seen in next 2 hours", None, [("2024-02-01T08:00:00Z", IN), ("2024-02-01T10:00:00Z", OUT)]),
    ("seen in last 2 hours", None, [("2024-02-01T10:00:00Z", IN), ("2024-02-01T12:00:00Z", OUT)]),
    ('plan has been "trial" for at least 7 days', None, [("2024-01-17T12:00:00Z", IN)]),
    ('plan changed to "trial" in last 7 days', None, [("2024-01-17T12:00:00Z", OUT)]),
    ("any deal (closes in next 3 days)", None, [("2024-02-07T23:00:00Z", IN), ("2024-02-10T23:00:00Z", OUT)]),
    ("any account contact (did greeting in last 7 days)", None, [("2024-01-17T12:00:00Z", OUT)]),
    ('in segment "recent" (days = 40)', None, [("2024-02-19T12:00:00Z", OUT)]),
    ('in segment "recent" and not due more than 3 days ago', None, [("2024-01-20T12:00:00Z", OUT)]),
    ('at least 2 of (in segment "recent", due in last 3 days, seen in last 2 hours)', None, []),
]


class Store:
    """A store in a directory of its own."""

    def __init__(self, program, folder):
        self.program, self.folder = program, Path(folder)

    def run(self, *words, now=START):
        """stdout of a command that has to succeed."""
        done = subprocess.run([self.program, "--data", "store", "--now", now, *words], cwd=self.folder, capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: exit {done.returncode}: {done.stderr}")
        return done.stdout

    def file(self, name, *lines):
        (self.folder / name).write_text("".join(line + "\n" for line in lines))
        return name

    def fill(self):
        """All data and definitions, as of START."""
        self.run("config", "set", "zone", "Europe/Bratislava")
        self.run("import", "contacts", self.file("people.csv", "id,company,due,late_due,birth,seen", "c,a1,2024-02-10,2024-10-28,2000-02-29,2024-02-01T10:00:00Z", "d,a1,,,,"),
                 "--id", "id", "--account", "company", "--type", "due=date", "--type", "late_due=date", "--type", "birth=date", "--type", "seen=timestamp")
        self.run("import", "contacts", self.file("plans.csv", "id,plan,changed", "c,trial,2024-01-10T12:00:00Z"), "--id", "id", "--changed-at", "changed")
        self.run("import", "records", "deal", self.file("deals.csv", "id,contact,closes", "1,c,2024-02-10"), "--id", "id", "--contact", "contact", "--type", "closes=date")
        events = ["c,2024-01-11T12:00:00Z,answer,", "d,2024-01-10T12:00:00Z,greeting,", "c,2024-01-10T12:00:00Z,hello,"]
        for number, (_, given, _) in enumerate(CASES):
            for event in given or []:
                time, amount = event if isinstance(event, list) else (event, "")
                events.append(f"c,{time},e{number},{amount}")
        self.run("import", "events", self.file("events.csv", "contact,time,event,amount", *events), "--contact", "contact", "--time", "time",
                 "--event-column", "event", "--type", "amount=number")
        self.run("segment", "put", "recent", "did hello in last $days days", "--param", "days:number=10")
        for number in range(len(CASES)):
            self.run("segment", "put", f"case-{number}", self.definition(number))

    @staticmethod
    def definition(number):
        """The definition of a case over its own event."""
        text = CASES[number][0]
        return text.replace("$ = 1 or ", "") if CASES[number][1] is None else text.replace("$", f"e{number}")

    def turns(self):
        """By case: the turns of contact c by time alone."""
        told = json.loads(self.run("changes", "--limit", "10000", "--json", now=END))
        found = {number: [] for number in range(len(CASES))}
        for change in told["changes"]:
            if change["contact"] == "c" and change["segment"].startswith("case-") and change["cause"] == "time":
                found[int(change["segment"].removeprefix("case-"))].append((change["effective_at"], change["turn"]))
        return found

    def segments(self, now):
        """The cases that contact c is in."""
        told = json.loads(self.run("contact", "segments", "c", "--json", now=now))
        return {entry["key"] for entry in told["segments"] if entry["key"].startswith("case-")}


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def written(moment):
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def every_few_days(store):
    moment = instant(START)
    while moment < instant(END):
        moment += timedelta(days=5)
        store.run("count", "everyone", now=written(min(moment, instant(END))))
    return []


def at_each_edge(store):
    """Also asks where the contact is, one millisecond before each edge and at it."""
    now = store.segments(START)
    wrong = []
    edges = sorted({moment for _, _, turns in CASES for moment, _ in turns}, key=instant)
    for edge in edges:
        before = store.segments(written(instant(edge) - timedelta(milliseconds=1)))
        if before != now:
            wrong.append(f"before {edge} the contact changes in {sorted(before ^ now)}")
        now = store.segments(edge)
        expected = {f"case-{number}" for number, (_, _, turns) in enumerate(CASES) if edge in [moment for moment, _ in turns]}
        if now ^ before != expected:
            wrong.append(f"at {edge} the contact changes in {sorted(now ^ before)} instead of {sorted(expected)}")
    return wrong


def main():
    """Runs every way of opening; prints complaints and the count."""
    program = Path(sys.argv[1]).resolve() / "wanamaker"
    ways = {"down over every edge": lambda store: [], "opened every few days": every_few_days, "opened at each edge": at_each_edge}
    complaints = set()
    failed = 0
    for name, live in ways.items():
        with tempfile.TemporaryDirectory() as folder:
            store = Store(program, folder)
            store.fill()
            wrong = live(store)
            turns = store.turns()
        for number, (_, _, expected) in enumerate(CASES):
            if turns[number] != expected:
                complaints.add(number)
                wrong.append(f"{Store.definition(number)}: expected {expected}, came {turns[number]}")
        failed += bool(wrong)
        for complaint in wrong:
            print(f"FAIL {name}: {complaint}")
    print(f"{len(CASES) + len(ways) - len(complaints) - failed} passed, {len(complaints) + failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
