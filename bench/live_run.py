"""What live segments cost, over a copy of our store, and what the same answers take where every batch is inserted and every segment asked again."""

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import engines
import postgresql
from segments import NOW, SEGMENTS
from workload import load_other, load_ours

BATCHES, ROWS, SEED = 5, 1_000, 1
FOLLOWED = [segment for segment in SEGMENTS if "top " not in segment.definition]  # a ranking is refreshed every minute, not with each batch
INSERT = "INSERT INTO events (contact_id, ts, type, campaign_id, page_id, amount_cents) VALUES "


def batches(contacts):
    """Events of the last hour: (contact, time, type, campaign, page, amount), what a type has not is None."""
    dice = random.Random(SEED)
    kinds = ("email_sent",) * 40 + ("email_open",) * 20 + ("page_view",) * 22 + ("email_click",) * 6 + ("purchase",) * 6 + ("form_submit",) * 6
    made = []
    for _ in range(BATCHES):
        rows = []
        for _ in range(ROWS):
            kind = dice.choice(kinds)
            rows.append((int(dice.random() ** 2 * contacts), NOW - timedelta(seconds=dice.randrange(1, 3_600)), kind,
                         dice.randrange(500) if kind.startswith("email") else None, dice.randrange(2_000) if kind == "page_view" else None,
                         dice.randrange(40_000) if kind == "purchase" else None))
        made.append(rows)
    return made


def as_sql(rows):
    """The statement that inserts a batch."""
    shown = [", ".join("NULL" if cell is None else f"'{cell}'" if isinstance(cell, (str, datetime)) else str(cell) for cell in row) for row in rows]
    return INSERT + ", ".join(f"({row})" for row in shown)


def as_line(row):
    """An event as the program reads it."""
    contact, at, *rest = row
    milliseconds = int((at - datetime(1970, 1, 1)).total_seconds() * 1000)
    return "\t".join("" if cell is None else str(cell) for cell in (contact, milliseconds, *rest)) + "\n"


def ours(build, store, made):
    """(ms of each batch, segment -> members): every batch is durable, and all segments are right, when it is acknowledged."""
    with tempfile.TemporaryDirectory() as folder:
        rules, lines = Path(folder) / "rules", Path(folder) / "batches"
        rules.write_text("".join(f"{segment.key}\t{' '.join(segment.definition.split())}\n" for segment in FOLLOWED))
        lines.write_text("".join("".join(map(as_line, rows)) + "\n" for rows in made))
        told = subprocess.run([build / "wanamaker_live_bench", store, "--follow", rules, lines], check=True, capture_output=True, text=True).stdout
    followed = {segment.key for segment in FOLLOWED}  # the store may have segments of other benches too
    answers = [line.split("\t") for line in told.splitlines()]
    return [float(answer[1]) for answer in answers if answer[0] == "batch"], {answer[1]: int(answer[2]) for answer in answers if answer[0] == "members" and answer[1] in followed}


def asked_again(engine, made):
    """(ms of each batch inserted and all segments asked, segment -> members). In one transaction that is taken back: nothing waits for a disk."""
    seen, members = [], {}
    engine.ask("BEGIN")
    for rows in made:
        statement = as_sql(rows)
        started = time.monotonic()
        engine.ask(statement)
        members = {segment.key: int(engine.ask(engines.counted(segment.sql[engine.name.lower()])).rows[0][0]) for segment in FOLLOWED}
        seen.append((time.monotonic() - started) * 1000)
    engine.ask("ROLLBACK")
    return seen, members


def compare(workload, arguments):
    """The table of all engines; the run ends without it where members differ."""
    made = batches(workload.contacts)
    with tempfile.TemporaryDirectory(dir=arguments.cache) as folder:
        store = Path(folder) / "store"
        shutil.copytree(workload.place("wanamaker"), store)
        seen = {"wanamaker": ours(workload.build, store, made)}
    for name, open_engine in {"DuckDB": engines.duckdb, "PostgreSQL": postgresql.PostgreSQL}.items():
        missing = postgresql.why_missing(workload.folder) if name == "PostgreSQL" else ""
        if missing or name not in arguments.engines.split(","):
            print(f"{name}: skipped{', ' + missing if missing else ''}", flush=True)
            continue
        load_other(workload, name, open_engine)
        engine = open_engine(workload.place(name))
        seen[name] = asked_again(engine, made)
        engine.close()
    expected = seen["wanamaker"][1]
    for name, (_, members) in seen.items():
        if members != expected:
            sys.exit(f"bench: wrong answers, so no times: {name} has {members}, wanamaker {expected}")
    own = statistics.median(seen["wanamaker"][0])
    print(f"\n{len(FOLLOWED)} segments right after each of {BATCHES} batches of {ROWS} events; their members are equal in {', '.join(seen)}\n\n| | ms a batch, median | us an event | ratio |\n|---|---|---|---|")
    for name, (ms, _) in seen.items():
        middle = statistics.median(ms)
        print(f"| {name} | {middle:.2f} | {middle * 1000 / ROWS:.2f} | {middle / own:.0f} |", flush=True)


def live(workload, arguments):
    """All rows of the program of its own, then the comparison. The exit code."""
    load_ours(workload, arguments.keep_store)
    with tempfile.TemporaryDirectory(dir=arguments.cache) as folder:
        copy = Path(folder) / "store"
        shutil.copytree(workload.place("wanamaker"), copy)
        done = subprocess.run([arguments.build / "wanamaker_live_bench", copy, "--seed", str(arguments.seed)], check=False).returncode
    if done == 0:
        compare(workload, arguments)
    return done
