"""The outside view of a workload: what a prefix of each lane leads to, by the oracle of the segment language alone.

`wanamaker_driver plan` prints the steps of a workload as JSON lines. Here they are applied to the oracle's base, which
shares no code with the product, and the saved segments of segments.json are asked for their members.
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "oracle"))

from base import Base, Item, Record, read_json  # noqa: E402
from calendar_zone import Zone  # noqa: E402
from oracle import Oracle  # noqa: E402
from base import Segment  # noqa: E402
from values import Instant, parse_cell  # noqa: E402

ASKED_AT = Instant(1_717_243_200_000)
KEPT_HISTORY = "status"
RANKING = {"best"}


def definitions():
    """The saved segments by key, in their JSON form."""
    return {entry["key"]: entry["tree"] for entry in read_json((HERE / "segments.json").read_text(encoding="utf-8"))}


class Replay:
    """Applies steps to a base of the oracle."""

    def __init__(self):
        self.base = Base(".")
        self.trees = definitions()

    def apply(self, step):
        """Applies one step of a plan."""
        action = getattr(self, "_" + step["do"].replace(" ", "_"), None)
        if action:
            action(step)

    def members(self, at):
        """The members at an instant of each segment that was saved."""
        oracle = Oracle(self.base)
        return {key: oracle.members(self.trees[key], at) for key in self.base.segments}

    @staticmethod
    def _known(step, row):
        return {name: parse_cell(text, kind) for (name, kind), text in zip(step["columns"], row["values"]) if text is not None}

    def _contacts(self, step):
        for row in step["rows"]:
            contact = self.base.contact(row["id"])
            if "owner" in row:
                contact.account = row["owner"] or None
            known = self._known(step, row)
            for name, _ in step["columns"]:
                if name == KEPT_HISTORY:
                    contact.record_change(name, Instant(step["at"]), known.get(name))
                else:
                    contact.set(name, known.get(name))

    def _accounts(self, step):
        for row in step["rows"]:
            self.base.accounts.setdefault(row["id"], {}).update(self._known(step, row))

    def _contact_records(self, step):
        for row in step["rows"]:
            owner = self.base.contact(row["owner"]).id
            self.base.records[step["record_type"]][row["id"]] = Record(self._known(step, row), "contact", owner)

    def _events(self, step):
        for row in step["rows"]:
            if row["message_id"] in self.base.message_ids:
                continue
            if row["message_id"]:
                self.base.message_ids.add(row["message_id"])
            event = Item(self._known(step, row), row["event"], Instant(row["at"]), row["message_id"] or None)
            self.base.contact(row["id"]).events.append(event)

    def _declare_event(self, step):
        self.base.declared_events.add(step["name"])

    def _declare_record_type(self, step):
        self.base.records.setdefault(step["name"], {})

    def _set_zone(self, step):
        self.base.zone = Zone(step["zone"])

    def _put_set(self, step):
        self.base.sets[step["key"]] = step["values"]

    def _put_segment(self, step):
        if step["key"] in self.trees:
            self.base.segments[step["key"]] = Segment(self.trees[step["key"]], {})

    def _put_list(self, step):
        self.base.lists.setdefault(step["key"], set())

    def _add_to_list(self, step):
        self.base.apply(["list", "add", step["key"], *step["ids"]])

    def _remove_from_list(self, step):
        self.base.apply(["list", "remove", step["key"], *step["ids"]])

    def _merge(self, step):
        self.base.apply(["contact", "merge", step["from"], step["into"]])

    def _erase(self, step):
        self.base.apply(["contact", "erase", step["id"]])


def members_of(driver, seed, steps, instants=(ASKED_AT,)):
    """The members of each saved segment after so many steps of each lane, as of each of the instants."""
    done = subprocess.run([driver, "plan", "--seed", str(seed), "--upto", ",".join(map(str, steps))],
                          capture_output=True, text=True, check=True)
    replay = Replay()
    for line in done.stdout.splitlines():
        replay.apply(json.loads(line))
    replay.base.finish()
    return [replay.members(at) for at in instants]
