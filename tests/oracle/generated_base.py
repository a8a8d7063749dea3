"""Random bases: CSV files and the commands that import them, full of edges of time, case, accents and missing cells."""

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta

from calendar_zone import Zone
from values import DAY, FIXED_UNITS, Instant, instant_text

WORDS = ("Košice", "Praha", "Łódź", "Straße", "ΣΊΣΥΦΟΣ", "İzmir", "Ёлка", "йод", "Žilina", "Zürich", "naïve café",
         "Đakovo", "Ålesund", "ılık", "Prešov 3", "Brno-střed", "Ελλάς", "ŠKODA", "masse", "Maße")
PLAINS = ("trial", "paid", "lapsed", "gold", "silver", "/pricing", "/blog/2024", "spring-2024", "A", "b")
IDENTIFIERS = ("c{}", "C{}", "user-{}@example.com", "č{}", "č{}", "000{}", "{}")
ZONES = {
    "Europe/Bratislava": ("2024-03-31", "2024-10-27", "2023-03-26"),
    "America/New_York": ("2024-03-10", "2024-11-03"),
    "America/Sao_Paulo": ("2017-10-15", "2018-02-18", "2018-11-04"),
    "America/Havana": ("2024-03-10", "2024-11-03"),
    "Australia/Lord_Howe": ("2024-04-07", "2024-10-06"),
    "Pacific/Apia": ("2011-12-30", "2011-09-24"),
    "Asia/Kathmandu": ("2024-02-29", "2024-12-31"),
    "UTC": ("2024-02-29", "2023-02-28"),
}
CONTACT_COLUMNS = {
    "city": "text", "město": "text", "from": "text", "day": "text", "points": "number", "balance": "number",
    "visits": "number", "vip": "boolean", "active": "boolean", "birth_date": "date", "renewal": "date",
    "engage_date": "timestamp", "last_seen": "timestamp", "tags": "set", "interests": "set", "home": "location",
}
ACCOUNT_COLUMNS = {"industry": "text", "size": "number", "signed": "date", "renewed_at": "timestamp", "labels": "set",
                   "seat": "location", "strategic": "boolean"}
EVENT_COLUMNS = {
    "order_completed": {"amount": "number", "coupon": "text", "paid": "boolean", "due": "date", "goods": "set"},
    "page_viewed": {"path": "text", "seconds": "number", "seen_at": "timestamp"},
    "form_submitted": {"path": "text", "place": "location"},
    "e-mail klik": {"campaign": "text", "amount": "number"},
    "login": {},
}
RECORD_COLUMNS = {
    "invoice": {"amount": "number", "status": "text", "due": "date", "settled": "boolean"},
    "ticket": {"priority": "text", "hours": "number", "opened": "timestamp", "topics": "set"},
    "deal": {"stage": "text", "amount": "number", "closes": "date"},
}
HISTORY_COLUMNS = {"status": "text", "tier": "number", "subscribed_now": "boolean"}


@dataclass
class Draft:
    """A base in the making: its files, its commands, and the contacts they speak of."""

    zone: str
    now: Instant
    files: dict = field(default_factory=dict)
    commands: list = field(default_factory=list)


def respelled(rng, text):
    """A text in another spelling that some comparison takes for the same."""
    bare = "".join(mark for mark in unicodedata.normalize("NFD", text) if unicodedata.category(mark) != "Mn")
    forms = (text, text, text, text.upper(), text.lower(), text.swapcase(), unicodedata.normalize("NFD", text), bare)
    return rng.choice(forms)


class BaseGenerator:
    """Makes one random base."""

    def __init__(self, rng):
        self.rng = rng
        zone = rng.choice((*ZONES, "Europe/Bratislava", "Europe/Bratislava"))
        self.zone = Zone(zone)
        self.edge_days = [date.fromisoformat(day) for day in ZONES[zone]]
        self.now = self._now()
        self.draft = Draft(zone, self.now, commands=[["config", "set", "zone", zone]])
        self.common_times = [self.instant() for _ in range(6)]
        self.contacts = self._identifiers(rng.choice((30, 40, 60, 120)))
        self.accounts = [f"acc-{n}" for n in range(rng.randint(3, 12))]

    def make(self):
        """The draft of a base without its segments."""
        self._import_contacts()
        self._import_accounts()
        self._import_histories()
        for kind in RECORD_COLUMNS:
            self._import_records(kind)
        self._import_events()
        self._keep_lists_and_sets()
        self._merge_and_erase()
        return self.draft

    def _now(self):
        day = self.rng.choice(self.edge_days) + timedelta(days=self.rng.choice((0, 0, 1, 2, 30, 365)))
        return Instant(self.zone.start_of(day) + self.rng.randint(0, DAY - 1))

    def _identifiers(self, size):
        made = dict.fromkeys(self.rng.choice(IDENTIFIERS).format(n) for n in range(size))
        return list(made)

    def instant(self):
        """A time near now, often at an edge of the calendar, sometimes one used before."""
        rng = self.rng
        how = rng.random()
        if how < 0.15 and hasattr(self, "common_times"):
            return rng.choice(self.common_times)
        if how < 0.4:
            day = rng.choice(self.edge_days) + timedelta(days=rng.choice((0, 0, 0, 1, -1, 30)))
            return Instant(self.zone.start_of(day) + rng.choice((-1, 0, 1, 3_600_000, 7_200_000, 10_800_000)))
        if how < 0.55:
            day = self.edge_day(self.zone.day_of(self.now).year)
            return Instant(self.zone.start_of(day) + rng.choice((0, -1, rng.randint(0, DAY))))
        if how < 0.7:
            unit = rng.choice(("hours", "days", "weeks"))
            return Instant(self.now - rng.randint(0, 40) * FIXED_UNITS[unit] + rng.choice((-1, 0, 0, 1)))
        past = rng.choice((2, 20, 90, 400)) * DAY
        made = self.now - rng.randint(-past // 8, past)
        return Instant(made // 1000 * 1000 if rng.random() < 0.5 else made)

    def edge_day(self, year):
        """A month's end, a 29 February where there is one, or a first of the year."""
        year += self.rng.choice((0, 0, -1))
        ends = [date(year, month, 1) - timedelta(days=1) for month in range(2, 13)]
        return self.rng.choice((*ends, date(year, 1, 1), date(year, 3, 1)))

    def day(self):
        """A day, near now or long ago, sometimes 29 February."""
        rng = self.rng
        how = rng.random()
        if how < 0.15:
            return date(rng.choice((1980, 1996, 2000, 2004)), 2, 29)
        if how < 0.3:
            return self.edge_day(self.zone.day_of(self.now).year)
        reach = rng.choice((5, 40, 400, 9000))
        return self.zone.day_of(self.now) + timedelta(days=rng.randint(-reach, min(reach, 60)))

    def text(self):
        """A text in one of its spellings."""
        rng = self.rng
        if rng.random() < 0.35:
            return rng.choice(PLAINS)
        return respelled(rng, rng.choice(WORDS[:rng.choice((4, 8, len(WORDS)))]))

    def number(self):
        """A decimal as text."""
        rng = self.rng
        return rng.choice((
            lambda: str(rng.randint(0, 9)), lambda: str(rng.randint(-50, 200)), lambda: "19.99", lambda: "499.75",
            lambda: f"{rng.randint(0, 99)}.{rng.randint(0, 99):02d}", lambda: f"{rng.randint(1, 9)}.500",
            lambda: f"{rng.randint(10**14, 10**15)}", lambda: f"-0.{rng.randint(1, 999):03d}",
        ))()

    def cell(self, kind, known=0.8):
        """A CSV cell of a type, sometimes missing."""
        rng = self.rng
        if rng.random() > known:
            return rng.choice(("", "", "  "))
        if kind == "text":
            return self.text()
        if kind == "number":
            return self.number()
        if kind == "boolean":
            return rng.choice(("true", "false"))
        if kind == "date":
            return self.day().isoformat()
        if kind == "timestamp":
            return instant_text(self.instant())
        if kind == "set":
            texts = [self.text() for _ in range(rng.randint(0, 4))] + [""] * (rng.random() < 0.1)
            return "[" + ",".join(f'"{text}"' for text in texts) + "]"
        return f"{rng.uniform(47.5, 49.5):.4f},{rng.uniform(17, 22):.4f}"

    def _some(self, columns, at_least=0.6):
        kept = {name: kind for name, kind in columns.items() if self.rng.random() < at_least}
        return kept or columns

    def _file(self, what, name, columns, rows, options):
        """Writes a CSV file into the draft, with the command that imports it."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        special = [value for option, value in zip(options[::2], options[1::2])]
        writer.writerow([*special, *columns])
        writer.writerows(rows)
        self.draft.files[name] = text.getvalue()
        typed = [part for column, kind in columns.items() for part in ("--type", f"{column}={kind}")]
        self.draft.commands.append(["import", *what, name, *options, *typed])

    def _import_contacts(self):
        columns = self._some(CONTACT_COLUMNS)
        rows = [[contact, self.rng.choice((*self.accounts, "acc-unknown", "")), *map(self.cell, columns.values())]
                for contact in self.contacts]
        rows += [[self.rng.choice(self.contacts), *row[1:]] for row in self.rng.sample(rows, 3)]
        self._file(["contacts"], "contacts.csv", columns, rows, ["--id", "id", "--account", "account"])
        if self.rng.random() < 0.5:
            later = self._some(columns, 0.3)
            rows = [[contact, *map(self.cell, later.values())] for contact in self.rng.sample(self.contacts, 8)]
            self._file(["contacts"], "contacts-later.csv", later, rows, ["--id", "id"])

    def _import_accounts(self):
        columns = self._some(ACCOUNT_COLUMNS)
        rows = [[account, *map(self.cell, columns.values())] for account in self.accounts]
        self._file(["accounts"], "accounts.csv", columns, rows, ["--id", "id"])

    def _import_histories(self):
        """Histories of some attributes, out of order; their contacts are left out of merges."""
        self.with_history = self.rng.sample(self.contacts, len(self.contacts) // 2)
        columns = self._some(HISTORY_COLUMNS)
        rows = []
        for contact in self.with_history:
            for _ in range(self.rng.randint(1, 5)):
                changed = min(self.instant(), self.now)
                cells = [self.rng.choice(("trial", "paid", "Paid", "lapsed", "")) if kind == "text"
                         else self.rng.choice(("1", "2", "2.0", "3", "")) if kind == "number"
                         else self.cell(kind, 0.9) for kind in columns.values()]
                rows.append([contact, instant_text(changed), *cells])
        self.rng.shuffle(rows)
        self._file(["contacts"], "histories.csv", columns, rows, ["--id", "id", "--changed-at", "changed"])

    def _import_records(self, kind):
        columns = RECORD_COLUMNS[kind]
        if kind != "ticket":
            owners = [*self.contacts, "known-by-a-record"]
            self._record_file(kind, f"{kind}s.csv", columns, owners, "contact")
        if kind != "invoice":
            self._record_file(kind, f"account-{kind}s.csv", columns, [*self.accounts, "acc-unknown"], "account")

    def _record_file(self, kind, name, columns, owners, role):
        size = self.rng.choice((10, 40, 100))
        rows = [[f"{role}-{self.rng.randint(0, size)}", self.rng.choice(owners), *map(self.cell, columns.values())]
                for _ in range(size)]
        self._file(["records", kind], name, columns, rows, ["--id", "id", f"--{role}", role])

    def _event(self, columns, owners, number):
        name = self.rng.choice((*EVENT_COLUMNS, "order_completed"))
        own = EVENT_COLUMNS[name]
        message_id = self.rng.choice(("", f"m{number}", f"m{number}", f"m{self.rng.randint(0, number)}"))
        cells = [self.cell(kind) if column in own else "" for column, kind in columns.items()]
        return [self.rng.choice(owners), instant_text(self.instant()), name, message_id, *cells]

    def _import_events(self):
        """Events in two files; in the first some rows stand twice, in the second all have message ids of their own."""
        columns = {name: kind for own in EVENT_COLUMNS.values() for name, kind in own.items()}
        owners = self.rng.sample(self.contacts, len(self.contacts) * 3 // 4) + ["known-by-an-event"]
        size = self.rng.choice((0, 30, 150, 400, 600))
        rows = [self._event(columns, owners, number) for number in range(size)]
        rows += self.rng.sample(rows, size // 20)
        options = ["--contact", "contact", "--time", "time", "--event-column", "event", "--message-id", "mid"]
        self.draft.commands += [["schema", "declare", "event", name] for name in EVENT_COLUMNS]
        self._file(["events"], "events.csv", columns, rows, options)
        if size > 30:
            late = [self._event(columns, owners, number) for number in range(10)]
            for number, row in enumerate(late):
                row[3] = f"late-{number}"
            self._file(["events"], "events-late.csv", columns, late, options)

    def _keep_lists_and_sets(self):
        add = self.draft.commands.append
        for name in ("vip", "do-not-contact"):
            add(["list", "put", name])
            add(["list", "add", name, *self.rng.sample(self.contacts, self.rng.randint(3, len(self.contacts) // 2))])
        add(["list", "add", "vip", "known-by-a-list"])
        for name in ("east", "plans"):
            words = self.rng.sample((*WORDS[:10], *PLAINS), self.rng.randint(2, 8))
            add(["set", "put", name, *(respelled(self.rng, word) for word in words)])

    def _merge_and_erase(self):
        free = [contact for contact in self.contacts if contact not in self.with_history]
        self.rng.shuffle(free)
        if self.rng.random() < 0.5:
            for _ in range(self.rng.randint(1, 3)):
                self.draft.commands.append(["contact", "merge", free.pop(), free.pop()])
        if self.rng.random() < 0.4:
            self.draft.commands.append(["contact", "erase", free.pop()])
