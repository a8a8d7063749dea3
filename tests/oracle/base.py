"""A base of contacts, accounts, events, records, lists, sets and segments, read from a directory.

The directory holds `manifest.json` (zone, now, commands) and the CSV files its commands name. The commands are applied
in order, as the product's command line would apply them.
"""

import csv
import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from calendar_zone import Zone
from values import content_json, parse_cell, parse_instant

COLUMN_OPTIONS = ("id", "account", "contact", "time", "event-column", "message-id", "changed-at")


class Contact:
    """One contact: attributes, the link to its account, events in order, and the history of some attributes."""

    def __init__(self, identifier):
        self.id = identifier
        self.attributes = {"id": identifier}
        self.account = None
        self.events = []
        self.histories = {}

    def set(self, name, value):
        """Sets or, with None, clears an attribute."""
        if value is None:
            self.attributes.pop(name, None)
        else:
            self.attributes[name] = value

    def record_change(self, name, instant, value):
        """Adds to the history of an attribute; the latest instant, then the later write, is the present value."""
        history = self.histories.setdefault(name, [])
        history.append((instant, value))
        history.sort(key=lambda entry: entry[0])
        self.set(name, history[-1][1])


class Item:
    """An event or a record: its properties and, for an event, its name, time and message id."""

    def __init__(self, properties, name=None, time=None, message_id=None):
        self.properties = properties
        self.name = name
        self.time = time
        self.message_id = message_id

    def order(self):
        """The place of an event among the events of its contact."""
        content = ",".join(f"{content_json(name)}:{content_json(value)}"
                           for name, value in sorted(self.properties.items()))
        has_id = self.message_id is not None
        return self.time, self.name.encode(), has_id, (self.message_id or "").encode(), ("{%s}" % content).encode()


class Record(Item):
    """A record of an object type, on a contact or on an account."""

    def __init__(self, properties, owner_kind, owner):
        super().__init__(properties)
        self.owner_kind = owner_kind
        self.owner = owner


class Segment:
    """A segment's definition with its parameters and their default literals."""

    def __init__(self, definition, defaults):
        self.definition = definition
        self.defaults = defaults


def read_json(text):
    """JSON with exact numbers."""
    return json.loads(text, parse_float=Decimal)


def _options(arguments):
    """The options of an import command; `types` maps columns to types."""
    found = SimpleNamespace(types={}, columns={})
    for option, value in zip(arguments[::2], arguments[1::2]):
        name = option.removeprefix("--")
        if name == "type":
            column, _, kind = value.rpartition("=")
            found.types[column] = kind
        elif name in COLUMN_OPTIONS:
            found.columns[name] = value
        else:
            raise ValueError(f"unknown option {option}")
    return found


def parameter(option):
    """The name and default literal of `days:number=30`."""
    declared, _, default = option.partition("=")
    name, _, kind = declared.partition(":")
    if kind == "number":
        return name, Decimal(default)
    if kind in ("date", "timestamp"):
        return name, {kind: default}
    return name, default == "true" if kind == "boolean" else default


class Base:
    """Everything a definition is evaluated against."""

    def __init__(self, folder, zone="UTC", now="2024-01-01T00:00:00Z"):
        self.folder = Path(folder)
        self.zone = Zone(zone)
        self.now = parse_instant(now)
        self.contacts = {}
        self.aliases = {}
        self.accounts = {}
        self.records = {}
        self.lists = {}
        self.sets = {}
        self.segments = {}
        self.by_hand = {}
        self.message_ids = set()
        self.declared_events = set()

    @classmethod
    def load(cls, folder):
        """Reads the manifest of a directory and applies its commands."""
        manifest = read_json((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
        base = cls(folder, manifest["zone"], manifest["now"])
        for command in manifest["commands"]:
            base.apply(command)
        base.finish()
        return base

    def apply(self, command):
        """Applies one command of the command line."""
        verb, *rest = command
        getattr(self, f"_do_{verb}")(*rest)

    def finish(self):
        """Brings the events of each contact into their order."""
        for contact in self.contacts.values():
            contact.events.sort(key=Item.order)

    def contact(self, identifier):
        """The contact of an id, made where it is not known yet."""
        while identifier in self.aliases:
            identifier = self.aliases[identifier]
        if identifier not in self.contacts:
            self.contacts[identifier] = Contact(identifier)
        return self.contacts[identifier]

    def records_of(self, kind, owner_kind, owner):
        """The records of a type that hang on a contact or on an account."""
        return [record for record in self.records[kind].values()
                if (record.owner_kind, record.owner) == (owner_kind, owner)]

    def colleagues(self, contact):
        """The other contacts of the same account."""
        return [other for other in self.contacts.values()
                if contact.account is not None and other.account == contact.account and other is not contact]

    def accounts_known(self):
        """The known attributes of each account."""
        return [{name: value for name, value in account.items() if value is not None}
                for account in self.accounts.values()]

    def all_events(self):
        """The events of all contacts."""
        return [event for contact in self.contacts.values() for event in contact.events]

    def event_names(self):
        """The names of events that are declared or have happened, in a fixed order."""
        return sorted({*self.declared_events, *(event.name for event in self.all_events())})

    def _do_schema(self, _, what, name, *_properties):
        """Declarations change what is valid, never an answer."""
        if what == "event":
            self.declared_events.add(name)

    def _do_config(self, _, name, value):
        if name == "zone":
            self.zone = Zone(value)

    def _do_import(self, what, *rest):
        getattr(self, f"_import_{what}")(*rest)

    def _rows(self, file, options):
        """The rows of a CSV file: the raw cells and the values of the attribute columns."""
        special = set(options.columns.values())
        with open(self.folder / file, encoding="utf-8", newline="") as lines:
            for cells in csv.DictReader(lines):
                values = {name: parse_cell(cell, options.types[name])
                          for name, cell in cells.items() if name not in special}
                yield {role: cells[column] for role, column in options.columns.items()}, values

    def _import_contacts(self, file, *arguments):
        for roles, values in self._rows(file, _options(arguments)):
            contact = self.contact(roles["id"])
            if "account" in roles:
                contact.account = roles["account"] if roles["account"].strip() else None
            for name, value in values.items():
                if "changed-at" in roles:
                    contact.record_change(name, parse_instant(roles["changed-at"]), value)
                elif name in contact.histories:
                    contact.record_change(name, self.now, value)
                else:
                    contact.set(name, value)

    def _import_accounts(self, file, *arguments):
        for roles, values in self._rows(file, _options(arguments)):
            account = self.accounts.setdefault(roles["id"], {})
            account.update(values)

    def _import_records(self, kind, file, *arguments):
        records = self.records.setdefault(kind, {})
        for roles, values in self._rows(file, _options(arguments)):
            known = {name: value for name, value in values.items() if value is not None}
            if "contact" in roles:
                records[roles["id"]] = Record(known, "contact", self.contact(roles["contact"]).id)
            else:
                records[roles["id"]] = Record(known, "account", roles["account"])

    def _import_events(self, file, *arguments):
        for roles, values in self._rows(file, _options(arguments)):
            message_id = roles.get("message-id") or None
            if message_id in self.message_ids:
                continue
            if message_id is not None:
                self.message_ids.add(message_id)
            known = {name: value for name, value in values.items() if value is not None}
            event = Item(known, roles["event-column"], parse_instant(roles["time"]), message_id)
            self.contact(roles["contact"]).events.append(event)

    def _do_list(self, verb, name, *identifiers):
        members = self.lists.setdefault(name, set())
        if verb == "add":
            members.update(self.contact(identifier).id for identifier in identifiers)
        elif verb == "remove":
            members.difference_update(self.contact(identifier).id for identifier in identifiers)

    def _do_set(self, _, name, *texts):
        self.sets[name] = list(texts)

    def _do_segment(self, verb, name, definition, *arguments):
        if verb != "put":
            self._by_hand(verb, name, [definition, *arguments])
            return
        defaults = dict(parameter(option) for option in arguments[1::2])
        self.segments[name] = Segment(read_json(definition), defaults)

    def _by_hand(self, verb, name, identifiers):
        """What people did to contacts against the rule of a segment: added, removed, or neither again."""
        entries = self.by_hand.setdefault(name, {})
        for identifier in identifiers:
            if verb == "reset":
                entries.pop(self.contact(identifier).id, None)
            else:
                entries[self.contact(identifier).id] = verb == "add"

    def _do_contact(self, verb, identifier, *into):
        if verb == "merge":
            self._merge(self.contact(identifier), self.contact(*into))
        else:
            self._erase(self.contact(identifier))

    def _merge(self, gone, kept):
        """Joins one contact into another, whose known values win."""
        kept.attributes = {**gone.attributes, **kept.attributes}
        kept.histories = {**gone.histories, **kept.histories}
        kept.account = gone.account if kept.account is None else kept.account
        kept.events += gone.events
        for record in self._records_on(gone):
            record.owner = kept.id
        for members in self.lists.values():
            if gone.id in members:
                members.remove(gone.id)
                members.add(kept.id)
        for entries in self.by_hand.values():
            if gone.id in entries:
                entries.setdefault(kept.id, entries.pop(gone.id))
        del self.contacts[gone.id]
        self.aliases[gone.id] = kept.id

    def _erase(self, contact):
        """Forgets a contact with its events, records and list entries."""
        for records in self.records.values():
            for key in [key for key, record in records.items() if record in self._records_on(contact)]:
                del records[key]
        for members in self.lists.values():
            members.discard(contact.id)
        for entries in self.by_hand.values():
            entries.pop(contact.id, None)
        self.message_ids.difference_update(event.message_id for event in contact.events)
        for alias in [alias for alias in self.aliases if self.contact(alias) is contact]:
            del self.aliases[alias]
        del self.contacts[contact.id]

    def _records_on(self, contact):
        return [record for records in self.records.values() for record in records.values()
                if (record.owner_kind, record.owner) == ("contact", contact.id)]
