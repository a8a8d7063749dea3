"""An account with very many contacts, such as a company called "none" in a file: conditions on colleagues end in time, unsaved and live, when one
contact changes, when an event comes late, and when time alone takes it out. Members are worked out here from the rows themselves.

    python3 tests/live/run_large_account.py BUILD_DIR
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path

SEED = 20261123
SECONDS_MAX = 30 * float(os.environ.get("WANAMAKER_TIME_LIMIT_FACTOR", "1"))  # a command that takes longer goes through the account for each of its contacts
NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
CONTACTS, LARGE = 30_000, 24_000
DEFINITIONS = {
    "old": "any account contact (age > 79)",
    "buyers": "at least 3 account contact (did buy at least 2 times in last 30 days)",
    "sum": "sum of age for account contact (did buy in last 10 days) > 100",
    "young": "minimum of age for account contact > 18",
    "ages": "distinct of age for account contact (did buy in last 20 days) >= 2",
    "many": "count of account contact > 20",
}


def stamp(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


class Rows:
    """What was imported, and what the definitions say of it."""

    def __init__(self, rng):
        self.account = {f"c{i:05}": "none" if i < LARGE else f"a{i // 4}" if i % 5 else "" for i in range(CONTACTS)}
        self.age = {contact: rng.randint(18, 78) for contact in self.account}
        self.buys = defaultdict(list)
        for contact in rng.sample(sorted(self.account), 4_000):
            self.buys[contact] = [NOW - timedelta(hours=rng.randint(1, 2_000)) for _ in range(rng.randint(1, 3))]

    def bought(self, contact, now, days):
        return sum(now - timedelta(days=days) < at <= now for at in self.buys[contact]) if contact in self.buys else 0

    def members(self, key, now):
        passes = {"old": lambda c: self.age[c] > 79, "buyers": lambda c: self.bought(c, now, 30) >= 2, "sum": lambda c: self.bought(c, now, 10) > 0, "young": lambda c: True,
                  "ages": lambda c: self.bought(c, now, 20) > 0, "many": lambda c: True}[key]
        of = defaultdict(list)
        for contact, account in self.account.items():
            if account and passes(contact):
                of[account].append((self.age[contact], contact))
        summary = {account: (len(found), sum(age for age, _ in found), sorted(found)[:2], self.by_age(found)) for account, found in of.items()}
        return {contact for contact, account in self.account.items() if self.holds(key, contact, summary.get(account, (0, 0, [], {})), bool(account) and passes(contact))}

    @staticmethod
    def by_age(found):
        counts = defaultdict(int)
        for age, _ in found:
            counts[age] += 1
        return counts

    def holds(self, key, contact, summary, counts_itself):
        number, total, least, ages = summary
        number -= counts_itself
        if key in ("old", "buyers", "many"):
            return number > {"old": 0, "buyers": 2, "many": 20}[key]
        if key == "sum":
            return total - counts_itself * self.age[contact] > 100
        if key == "young":
            others = [age for age, other in least if other != contact]
            return bool(others) and others[0] > 18
        return len(ages) - (counts_itself and ages[self.age[contact]] == 1) >= 2


def main():
    program = str(Path(sys.argv[1]).resolve() / "wanamaker")
    rows = Rows(random.Random(SEED))
    passed = failed = 0
    with tempfile.TemporaryDirectory() as directory:
        def run(now, *words):
            return subprocess.run([program, *words, "--now", stamp(now)], cwd=directory, capture_output=True, text=True, check=True, timeout=SECONDS_MAX).stdout

        def write(name, header, lines):
            Path(directory, name).write_text(header + "\n" + "\n".join(lines) + "\n")

        def check(stage, now, live):
            nonlocal passed, failed
            for key, text in DEFINITIONS.items():
                found = set(run(now, "members", f'in segment "{key}"' if live else text).split())
                wanted = rows.members(key, now)
                passed, failed = passed + (found == wanted), failed + (found != wanted)
                if found != wanted:
                    print(f"FAILED {stage}: {text}: {len(found)} members, not {len(wanted)}; {sorted(found ^ wanted)[:3]} differ")

        def events(name, pairs, now):
            write(name, "contact,time", [f"{contact},{stamp(at)}" for contact, at in pairs])
            run(now, "import", "events", name, "--contact", "contact", "--time", "time", "--event", "buy")

        write("contacts.csv", "id,age,company", [f"{contact},{age},{rows.account[contact]}" for contact, age in rows.age.items()])
        run(NOW, "import", "contacts", "contacts.csv", "--id", "id", "--account", "company")
        events("events.csv", [(contact, at) for contact, times in rows.buys.items() for at in times], NOW)
        check("unsaved", NOW, False)
        for key, text in DEFINITIONS.items():
            run(NOW, "segment", "put", key, text)
        check("saved", NOW, True)
        rows.age["c00001"] = 80
        rows.age["c00002"] = 17
        write("one.csv", "id,age", ["c00001,80", "c00002,17"])
        now = NOW + timedelta(minutes=1)
        run(now, "import", "contacts", "one.csv", "--id", "id")
        check("two have changed", now, True)
        late = [(contact, NOW - timedelta(hours=30)) for contact in ("c00003", "c29001", "c29002")]
        for contact, at in late:
            rows.buys[contact] = [*rows.buys.get(contact, []), at]
        now += timedelta(minutes=1)
        events("late.csv", late, now)
        check("events came late", now, True)
        until = NOW + timedelta(days=5)
        for key in ("buyers", "sum", "ages"):
            foretold, after = set(rows.members(key, now)), []
            while after is not None:
                page = json.loads(run(now, "segment", "due", key, "--until", stamp(until), "--limit", "10000", "--json", *after))
                for change in page["changes"]:
                    (foretold.add if change["turn"] == "entered" else foretold.remove)(change["contact"])
                after = ["--after", page["next"]] if page["next"] else None
            passed, failed = passed + (foretold == rows.members(key, until)), failed + (foretold != rows.members(key, until))
            if foretold != rows.members(key, until):
                print(f"FAILED due {key}: foretold {len(foretold)} members, there are {len(rows.members(key, until))}")
        for days in (5, 12, 40):
            check(f"{days} days later", NOW + timedelta(days=days), True)
        run(NOW + timedelta(days=40), "verify")
        passed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
