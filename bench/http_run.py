"""What the server takes in over HTTP, clients and server on the same cores: durable batches and single events with 100 live segments, and
previews meanwhile. Counts are checked before a time is printed.

    ./scripts/bench http [SECONDS]
"""

import csv
import json
import os
import platform
import random
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"
sys.path.insert(0, str(ROOT / "tests/server"))
from served import Served  # noqa: E402

CONTACTS, SEGMENTS, SEED = 100_000, 100, 20260301
EVENTS = ["email_sent", "email_opened", "page_viewed", "email_clicked", "order_completed"]


def definition(dice):
    """40 % attributes, 40 % one window, 15 % two windows or a sum, 5 % a chain."""
    event, days, share = dice.choice(EVENTS), dice.choice([1, 7, 30, 90]), dice.random()
    if share < 0.40:
        return f'country = "K{dice.randrange(20)}" and score >= {dice.randrange(100)}'
    if share < 0.80:
        return f'did {event} (campaign = "k{dice.randrange(500)}") at least {dice.randrange(1, 4)} times in last {days} days'
    if share < 0.95:
        return f"sum of amount for {event} in last {days} days > {dice.randrange(5000)} and not did {dice.choice(EVENTS)} in last {dice.choice([1, 7])} days"
    return f"did page_viewed then {event} within {days} days in last 90 days"


def write_contacts(path):
    dice = random.Random(SEED)
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "country", "score"])
        rows.writerows([f"c{i}", f"K{int(dice.expovariate(0.4)) % 20}", dice.randrange(100)] for i in range(CONTACTS))


def prepare(served):
    """A store with contacts and live segments; the bodies of previews."""
    file = served.folder / "contacts.csv"
    write_contacts(file)
    served.stop()
    served.command("import", "contacts", str(file), "--id", "id")
    served.start("--log", "errors", "--requests-per-key", "0")
    for event in EVENTS:
        served.call("PUT", f"/api/v1/schema/events/{event}")
    served.call("POST", "/api/v1/events", {"events": [{"contact": "c0", "event": event, "properties": {"campaign": "k0", "amount": 1}} for event in EVENTS]})
    dice = random.Random(SEED)
    definitions = [definition(dice) for _ in range(SEGMENTS)]
    for number, text in enumerate(definitions):
        answer = served.call("PUT", f"/api/v1/segments/s{number}", {"definition": text})
        assert answer.status == 201, (text, answer.body)
    bodies = served.folder / "previews"
    bodies.write_text("".join(json.dumps({"definition": text}) + "\n" for text in definitions))
    return bodies


def server_cpu(served):
    fields = Path(f"/proc/{served.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(served, mode, connections, seconds, seed, *file):
    """What the clients say of themselves."""
    key = served.keys["read" if mode == "preview" else "write"]
    done = subprocess.run([str(BUILD / "wanamaker_http_load"), str(served.port), key, mode, str(connections), str(seconds), str(seed), *map(str, file)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def events_of(served):
    return served.call("GET", "/api/v1/stats", key="read").json["events"]


def row(served, what, mode, connections, seconds, seed):
    """One row: the clients' figures, once all their events are counted in the store."""
    before, cpu = events_of(served), server_cpu(served)
    came = load(served, mode, connections, seconds, seed)
    cpu = server_cpu(served) - cpu
    there = events_of(served) - before
    if there != came["events"]:
        sys.exit(f"{what}: {came['events']} events were acknowledged, {there} are there")
    share = came["cpu"] / (came["cpu"] + cpu) * 100
    print(f"{what:44} {came['events'] / came['seconds']:9.0f} events/s   p50 {came['p50']:7.2f} ms   p99 {came['p99']:7.2f} ms   server {cpu / came['events'] * 1e6:6.2f} µs CPU an event, clients {share:2.0f} % of all CPU", flush=True)
    return came


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4
    served = Served(str(BUILD / "wanamaker"), now=None)
    try:
        bodies = prepare(served)
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
        print(f"{platform.machine()}, {os.cpu_count()} cores, commit {commit}, {CONTACTS:,} contacts, {SEGMENTS} live segments, every answer durable, {seconds:g} s a row")
        for number, connections in enumerate((1, 2, 4, 8)):
            row(served, f"batches of 1,000 on {connections} connections", "batches", connections, seconds, 100 + number)
        for number, connections in enumerate((1, 64)):
            row(served, f"single events on {connections} connections", "single", connections, seconds, 200 + number)
        quiet = load(served, "preview", 1, seconds, 1, bodies)
        print(f"{'previews of the 100 definitions, nothing else':44} {quiet['requests'] / quiet['seconds']:9.0f} requests/s p50 {quiet['p50']:7.2f} ms   p95 {quiet['p95']:7.2f} ms")
        meanwhile = {}
        thread = threading.Thread(target=lambda: meanwhile.update(load(served, "preview", 1, seconds, 1, bodies)))
        thread.start()
        row(served, "batches on 2 connections while that goes on", "batches", 2, seconds, 300)
        thread.join()
        print(f"{'previews while that goes on':44} {meanwhile['requests'] / meanwhile['seconds']:9.0f} requests/s p50 {meanwhile['p50']:7.2f} ms   p95 {meanwhile['p95']:7.2f} ms")
        peak = next(line for line in Path(f"/proc/{served.process.pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
        print(f"{events_of(served):,} events in the store, peak resident {int(peak.split()[1]) / 1024:.0f} MiB")
    finally:
        served.close()


if __name__ == "__main__":
    main()
