"""The data of a scale in its cache directory, and the stores made of them.

    CACHE/SCALE/contacts.csv, events.csv     the workload, the same bytes everywhere
    CACHE/SCALE/contacts-ours.csv            the same contacts, interests as 7|12 in place of [7,12] (a set of ours holds texts)
    CACHE/SCALE/ours, duckdb.db, clickhouse  a store each
    CACHE/SCALE/loads.json                   how each was loaded: engine -> {"key": what it was made by, "when", "steps": {step: {seconds, peak_mb}}}
"""

import hashlib
import json
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import engines

SCALES = {"1k": (1_000, 20_000), "10k": (10_000, 200_000), "100k": (100_000, 2_000_000), "1m": (1_000_000, 20_000_000), "10m": (10_000_000, 200_000_000)}
ROOT = Path(__file__).resolve().parent.parent
INTERESTS = re.compile(r'"\[([0-9,]*)\]"')


class Workload:
    """One scale: its files, made when asked for, and its stores."""

    def __init__(self, scale, cache, build):
        self.scale, self.build = scale, Path(build)
        self.contacts, self.events = SCALES[scale]
        self.folder = Path(cache).resolve() / scale
        self.folder.mkdir(parents=True, exist_ok=True)
        self.contacts_file, self.events_file = self.folder / "contacts.csv", self.folder / "events.csv"
        self.ours_contacts_file = self.folder / "contacts-ours.csv"
        self.loads_file = self.folder / "loads.json"

    def make_files(self):
        """Writes the files that are missing."""
        if not (self.folder / "made").exists():
            subprocess.run([str(self.build / "wanamaker_workload"), str(self.contacts), str(self.events), str(self.folder)], check=True)
            (self.folder / "made").touch()
        if not self.ours_contacts_file.exists():
            write_sets(self.contacts_file, self.ours_contacts_file)

    def expected(self):
        """segment -> (members, sum of ids), or None at a scale that has no such file."""
        file = ROOT / "bench" / f"expected-{self.scale}.tsv"
        if not file.exists():
            return None
        rows = (line.split("\t") for line in file.read_text().splitlines())
        return {key: (int(members), int(total)) for key, members, total in rows}

    def place(self, engine):
        return self.folder / {"wanamaker": "ours", "DuckDB": "duckdb.db", "ClickHouse": "clickhouse", "PostgreSQL": "postgresql"}[engine]

    def loads(self):
        return json.loads(self.loads_file.read_text()) if self.loads_file.exists() else {}

    def loaded(self, engine, key, load):
        """Loads a store by `load(place)` unless one with this key is there; {"key", "when", "steps"}."""
        known = self.loads()
        if engine in known and known[engine]["key"] == key and self.place(engine).exists():
            return known[engine]
        known.pop(engine, None)
        self.loads_file.write_text(json.dumps(known, indent=1))
        steps = load(self.place(engine))
        known[engine] = {"key": key, "when": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M"), "steps": steps}
        self.loads_file.write_text(json.dumps(known, indent=1))
        return known[engine]


def write_sets(source, target):
    """A copy of the contacts in which the interests are texts between bars."""
    unfinished = target.with_suffix(".part")
    with open(source, encoding="ascii") as rows, open(unfinished, "w", encoding="ascii") as out:
        for row in rows:
            out.write(INTERESTS.sub(lambda found: found.group(1).replace(",", "|"), row))
    unfinished.rename(target)


def file_key(*paths):
    """A short key of the contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:16]


def load_ours(workload, keep_store):
    """Our store of the workload; made again when the program changed, but with `keep_store` only if there is none."""
    known = workload.loads().get("wanamaker")
    key = known["key"] if keep_store and known else file_key(workload.build / "wanamaker")
    files = workload.ours_contacts_file, workload.events_file
    return workload.loaded("wanamaker", key, lambda place: engines.Ours.load(workload.build, place, *files))


def load_other(workload, name, open_engine):
    """The store of another engine; made again when its package or its statements changed."""
    key = file_key(engines.BENCH / "package-lock.json", engines.BENCH / "engines" / f"{name.lower()}.sql")
    files = workload.contacts_file, workload.events_file
    return workload.loaded(name, key, lambda place: engines.load_sql(open_engine, place, *files))
