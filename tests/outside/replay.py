"""Applies commands that the product printed as JSON (command_json.h) to the base of the oracle, which shares no code with it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oracle"))

from base import Base, Item, Record, Segment, parameter  # noqa: E402
from calendar_zone import Zone  # noqa: E402
from oracle import Oracle, substitute  # noqa: E402
from values import Instant, parse_cell  # noqa: E402


class Replay:
    """A base that grows command by command."""

    def __init__(self):
        self.base = Base(".")
        self.kept = set()  # attributes with a history
        self.now = None    # the latest instant of a command: one that comes with an earlier one counts as of then

    def apply(self, step):
        """Applies one command."""
        self.now = Instant(step["at"]) if self.now is None else max(self.now, Instant(step["at"]))
        action = getattr(self, "_" + step["do"].replace(" ", "_"), None)
        if action:
            action(step)

    def members(self, at, keys=None):
        """The members at an instant of saved segments; of all where none are named."""
        self.base.finish()
        oracle = Oracle(self.base)
        return {key: oracle.members({"in_segment": key}, at) for key in (self.base.segments if keys is None else keys)}

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
                if name in self.kept:
                    contact.record_change(name, Instant(row.get("at", step["at"])), known.get(name))
                else:
                    contact.set(name, known.get(name))

    def _accounts(self, step):
        for row in step["rows"]:
            account = self.base.accounts.setdefault(row["id"], {})
            account.update({name: None for name, _ in step["columns"]} | self._known(step, row))

    def _contact_records(self, step):
        for row in step["rows"]:
            owner = self.base.contact(row["owner"]).id
            self._put_record(step, row, "contact", owner)

    def _account_records(self, step):
        for row in step["rows"]:
            self._put_record(step, row, "account", row["owner"])

    def _put_record(self, step, row, kind, owner):
        self.base.records[step["record_type"]][row["id"]] = Record(self._known(step, row), kind, owner)

    def _events(self, step):
        for row in step["rows"]:
            if row["message_id"] in self.base.message_ids:
                continue
            if row["message_id"]:
                self.base.message_ids.add(row["message_id"])
            event = Item(self._known(step, row), row["event"], Instant(row["at"]), row["message_id"] or None)
            self.base.contact(row["id"]).events.append(event)

    def _declare_attribute(self, step):
        if step["history"]:
            self.kept.add(step["name"])

    def _declare_event(self, step):
        self.base.declared_events.add(step["name"])

    def _declare_record_type(self, step):
        self.base.records.setdefault(step["name"], {})

    def _set_zone(self, step):
        self.base.zone = Zone(step["zone"])

    def _put_set(self, step):
        self.base.sets[step["key"]] = step["values"]

    @staticmethod
    def _defaults(step):
        return dict(parameter(f"{name}:{kind}={text}") for name, kind, text in step["parameters"])

    def _put_segment(self, step):
        self.base.segments[step["key"]] = Segment(step["tree"], self._defaults(step))

    def _put_snapshot(self, step):
        self.base.finish()
        self.base.lists[step["key"]] = set(Oracle(self.base).members(substitute(step["tree"], self._defaults(step)), self.now))

    def _delete_list(self, step):
        del self.base.lists[step["key"]]

    def _delete_segment(self, step):
        del self.base.segments[step["key"]]
        self.base.by_hand.pop(step["key"], None)

    def _override(self, step):
        self.base.apply(["segment", step["what"], step["key"], *step["ids"]])

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
