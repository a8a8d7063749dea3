"""Compares the engines on the reference workload: `scripts/bench [SCALE]`, `scripts/bench random [N] [--seed S]`, `scripts/bench live`. See bench/README.md."""

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import engines
import live_run
import measure
import postgresql
import report
from segments import SEGMENTS
from workload import ROOT, SCALES, Workload, load_other, load_ours

OTHERS = {"DuckDB": engines.duckdb, "ClickHouse": engines.clickhouse, "PostgreSQL": postgresql.PostgreSQL}


def parsed_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", default="1m", choices=[*SCALES, "random", "live"])
    parser.add_argument("definitions", nargs="?", type=int, default=500, help="of random: how many")
    parser.add_argument("--seed", type=int, default=1, help="of random")
    parser.add_argument("--scale", choices=list(SCALES), default="1m", help="of random and live: the base")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "bench", help="where data and stores are kept")
    parser.add_argument("--engines", default="DuckDB,ClickHouse,PostgreSQL", help="the others to compare with")
    parser.add_argument("--counts-only", action="store_true", help="of random: compare, and measure nothing")
    parser.add_argument("--keep-store", action="store_true", help="use our store as it is, though the program has changed since")
    return parser.parse_args()


def install_packages():
    """The two packages of the other engines, by the lock file beside this one."""
    installed, lock = engines.BENCH / "node_modules" / ".package-lock.json", engines.BENCH / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        if shutil.which("npm") is None:
            sys.exit("bench: npm is missing; install Node.js 20 or newer (Debian: nodejs npm)")
        subprocess.run(["npm", "install", "--no-save", "--no-audit", "--no-fund", "--silent"], cwd=engines.BENCH, check=True)
        installed.touch()


def open_engines(workload, wanted, keep_store):
    """Loads what is not loaded and opens all; ours first. Also engine -> entry of loads.json."""
    say(f"loading what is missing in {workload.folder.name}")
    known = {"wanamaker": load_ours(workload, keep_store)}
    opened = [engines.Ours(workload.build, workload.place("wanamaker"))]
    for name, open_engine in OTHERS.items():
        if name not in wanted:
            continue
        missing = postgresql.why_missing(workload.folder) if name == "PostgreSQL" else ""
        if missing:
            print(f"{name}: skipped, {missing}", flush=True)
            continue
        say(f"loading or opening {name}")
        known[name] = load_other(workload, name, open_engine)
        opened.append(open_engine(workload.place(name)))
    return opened, known


def say(text):
    """Progress, apart from the report."""
    print(text, file=report.PROGRESS, flush=True)


def query_of(engine, segment):
    """What an engine is asked for a segment."""
    return segment.definition if engine.name == "wanamaker" else segment.sql[engine.name.lower()]


def check_answers(opened, expected):
    """segment -> (members, sum of ids), equal in every engine and to the expected ones; else the run ends without a figure."""
    agreed, wrong = {}, []
    for segment in SEGMENTS:
        for engine in opened:
            say(f"checking {segment.key} in {engine.name}")
            found = engine.ids(query_of(engine, segment))
            wanted = expected[segment.key] if expected else agreed.setdefault(segment.key, found)
            agreed[segment.key] = wanted
            if found != wanted:
                wrong.append(f"{segment.key} in {engine.name}: members and sum of ids are {found}, expected {wanted}")
    if wrong:
        sys.exit("bench: wrong answers, so no times\n" + "\n".join(wrong))
    return agreed


def turn(engine, query):
    """A function for measure.interleaved."""
    text = query if engine.name == "wanamaker" else engines.counted(query)
    return lambda repeats: engine.ask(text, repeats).ms


def restart_ms(ours, rounds):
    """Median wall time of a whole process that opens the store and counts everyone. The store is free meanwhile."""
    seen = []
    for _ in range(rounds):
        started = time.monotonic()
        subprocess.run([ours.program, "--data", ours.store, "--now", engines.NOW, "count", "everyone"], check=True, capture_output=True)
        seen.append((time.monotonic() - started) * 1000)
    return statistics.median(seen)


def explain_ms(ours, rounds):
    """Segment -> median of `explain`, for a contact with about 1,000 events."""
    contact = ours.busy_contacts(1_000)[0]
    medians = {}
    for segment in SEGMENTS:
        seen = []
        for _ in range(rounds):
            started = time.monotonic()
            ours.command("explain", contact, segment.definition)
            seen.append((time.monotonic() - started) * 1000)
        medians[segment.key] = statistics.median(seen)
    return medians


def twelve(workload, arguments):
    """The twelve segments: checks, then rounds, then the report."""
    opened, known = open_engines(workload, arguments.engines.split(","), arguments.keep_store)
    others = [engine.name for engine in opened[1:]]
    agreed = check_answers(opened, workload.expected())
    print(report.heading(workload, opened))
    print(f"Counts and sums of ids of all twelve are {'as expected' if workload.expected() else 'equal'} in {', '.join(engine.name for engine in opened)}.\n", flush=True)
    medians = {}
    for segment in SEGMENTS:
        say(f"timing {segment.key}")
        medians[segment.key] = measure.interleaved({engine.name: turn(engine, query_of(engine, segment)) for engine in opened}, arguments.rounds)
    print(report.timings(SEGMENTS, agreed, medians, others), flush=True)
    fixed = {engine.name: measure.fixed_cost(engine, arguments.rounds) for engine in opened[1:]}
    explained = explain_ms(opened[0], arguments.rounds)
    memory = {engine.name: engine.memory_mb() for engine in opened}
    for engine in opened:
        engine.close()
    print(report.loads(workload, known))
    print(report.processes(opened, memory, fixed, restart_ms(opened[0], 3), explained))


def main():
    arguments = parsed_arguments()
    workload = Workload(arguments.scale if arguments.what in ("random", "live") else arguments.what, arguments.cache, arguments.build)
    install_packages()
    workload.make_files()
    if arguments.what == "live":
        return live_run.live(workload, arguments)
    if arguments.what != "random":
        return twelve(workload, arguments)
    import random_run
    return random_run.compare(workload, arguments, open_engines)


if __name__ == "__main__":
    sys.exit(main())
