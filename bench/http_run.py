"""What the server takes in over HTTP, clients and server on the same cores: durable batches and single events with 100 live segments, and
previews meanwhile. Counts are checked before a time is printed.

    ./scripts/bench http [SECONDS] [--store DIR]

--store: over a copy of a store of the reference workload, as ./scripts/bench loads it (bench/README.md); otherwise 100,000 contacts are made.
"""

import argparse

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

SEGMENTS, SEED = 100, 20260301


class Made:
    """100,000 contacts with two attributes, and events that only come over HTTP."""

    contacts, prefix, first = 100_000, "c", "c0"
    countries = [f"K{i}" for i in range(20)]
    events = {"email_sent": 40, "email_opened": 25, "page_viewed": 22, "email_clicked": 7, "order_completed": 6}
    campaign, page, amount = ("campaign", "k", 500), "page_viewed", ("amount", "", 1_000)
    with_campaign = with_amount = tuple(events)

    def campaign_is(self, dice):
        return f'campaign = "k{dice.randrange(500)}"'


class Reference:
    """A copy of a store of the reference workload."""

    contacts, prefix, first = 1_000_000, "-", "0"
    countries = ["DE", "FR", "GB", "US", "IN", "NL", "PL", "CZ"]
    events = {"email_sent": 40, "email_open": 20, "page_view": 20, "email_click": 6, "purchase": 5}
    campaign, page, amount = ("campaign_id", "", 500), "page_view", ("amount_cents", "", 40_000)
    with_campaign, with_amount = ("email_sent", "email_open", "email_click"), ("purchase",)

    def campaign_is(self, dice):
        return f"campaign_id = {dice.randrange(500)}"


def definition(world, dice):
    """40 % attributes, 40 % one window, 15 % two windows or a sum, 5 % a chain."""
    names = list(world.events)
    event, days, share = dice.choice(names), dice.choice([1, 7, 30, 90]), dice.random()
    if share < 0.40:
        return f'country = "{dice.choice(world.countries)}" and score >= {dice.randrange(100)}'
    if share < 0.80:
        return f"did {dice.choice(world.with_campaign)} ({world.campaign_is(dice)}) at least {dice.randrange(1, 4)} times in last {days} days"
    if share < 0.95:
        return f"sum of {world.amount[0]} for {dice.choice(world.with_amount)} in last {days} days > {dice.randrange(5000)} and not did {dice.choice(names)} in last {dice.choice([1, 7])} days"
    return f"did {world.page} then {event} within {days} days in last 90 days"


def kinds_of(world):
    """What is sent, as wanamaker_http_load reads it."""
    lines = [f"{world.prefix} {world.contacts}"]
    for name, weight in world.events.items():
        properties = [world.campaign] * (name in world.with_campaign) + [world.amount] * (name in world.with_amount)
        lines.append(f"{weight} {name} " + " ".join(f"{name}={prefix}:{values}" for name, prefix, values in properties))
    return "\n".join(lines) + "\n"


def write_contacts(path):
    dice = random.Random(SEED)
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "country", "score"])
        rows.writerows([f"c{i}", f"K{int(dice.expovariate(0.4)) % 20}", dice.randrange(100)] for i in range(Made.contacts))


def prepare(served, world):
    """A store with contacts and live segments; files of what is sent and of the bodies of previews."""
    served.stop()
    if isinstance(world, Made):
        file = served.folder / "contacts.csv"
        write_contacts(file)
        served.command("import", "contacts", str(file), "--id", "id")
    served.start("--log", "errors", "--requests-per-key", "0")
    if isinstance(world, Made):
        for event in world.events:
            served.call("PUT", f"/api/v1/schema/events/{event}")
        served.call("POST", "/api/v1/events", {"events": [{"contact": world.first, "event": event, "properties": {"campaign": "k0", "amount": 1}} for event in world.events]})
    kinds = served.folder / "kinds"
    kinds.write_text(kinds_of(world))
    dice = random.Random(SEED)
    definitions = [definition(world, dice) for _ in range(SEGMENTS)]
    for number, text in enumerate(definitions):
        answer = served.call("PUT", f"/api/v1/segments/s{number}", {"definition": text})
        assert answer.status == 201, (text, answer.body)
    bodies = served.folder / "previews"
    bodies.write_text("".join(json.dumps({"definition": text}) + "\n" for text in definitions))
    return kinds, bodies


def server_cpu(served):
    fields = Path(f"/proc/{served.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(served, mode, connections, seconds, seed, file, per_second=0, key=None, *more):
    """What the clients say of themselves."""
    key = key or served.keys["read" if mode in ("preview", "members") else "write"]
    done = subprocess.run([str(BUILD / "wanamaker_http_load"), str(served.port), key, mode, str(connections), str(seconds), str(seed), str(file), str(per_second), *map(str, more)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def events_of(served):
    return served.call("GET", "/api/v1/stats", key="read").json["events"]


def row(served, what, mode, connections, seconds, seed, kinds, per_second=0):
    """One row: the clients' figures, once all their events are counted in the store."""
    before, cpu = events_of(served), server_cpu(served)
    came = load(served, mode, connections, seconds, seed, kinds, per_second)
    cpu = server_cpu(served) - cpu
    there = events_of(served) - before
    if there != came["events"]:
        sys.exit(f"{what}: {came['events']} events were acknowledged, {there} are there")
    share = came["cpu"] / (came["cpu"] + cpu) * 100
    print(f"{what:44} {came['events'] / came['seconds']:9.0f} events/s   p50 {came['p50']:7.2f} ms   p99 {came['p99']:7.2f} ms   server {cpu / came['events'] * 1e6:6.2f} µs CPU an event, clients {share:2.0f} % of all CPU", flush=True)
    return came


class Aside:
    """A load beside others: `said` has its figures behind the block."""

    def __init__(self, *arguments, **named):
        self.thread = threading.Thread(target=lambda: self.said.update(load(*arguments, **named)))
        self.said = {}

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join()


def asked(what, said):
    print(f"{what:44} {said['requests'] / said['seconds']:9.0f} requests/s p50 {said['p50']:7.2f} ms   p95 {said['p95']:7.2f} ms   p99 {said['p99']:7.2f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seconds", type=float, nargs="?", default=4)
    parser.add_argument("--store", type=Path)
    arguments = parser.parse_args()
    seconds = arguments.seconds
    world = Reference() if arguments.store else Made()
    served = Served(str(BUILD / "wanamaker"), now=None, store=arguments.store)
    try:
        kinds, bodies = prepare(served, world)
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
        print(f"{platform.machine()}, {os.cpu_count()} cores, commit {commit}, {world.contacts:,} contacts, {events_of(served):,} events, {SEGMENTS} live segments, every answer durable, {seconds:g} s a row")
        for number, connections in enumerate((1, 2, 4, 8)):
            row(served, f"batches of 1,000 on {connections} connections", "batches", connections, seconds, 100 + number, kinds)
        for number, connections in enumerate((1, 64)):
            row(served, f"single events on {connections} connections", "single", connections, seconds, 200 + number, kinds)
        asked("previews of the 100 definitions, nothing else", load(served, "preview", 1, seconds, 1, bodies))
        with Aside(served, "preview", 1, seconds, 1, bodies) as previews:
            alone = row(served, "batches on 2 connections while that goes on", "batches", 2, seconds, 300, kinds)
        asked("previews while that goes on", previews.said)
        with Aside(served, "preview", 1, seconds, 1, bodies) as previews:
            row(served, "single events on 1 connection, likewise", "single", 1, seconds, 301, kinds)
        asked("previews while that goes on", previews.said)
        half = alone["events"] / alone["seconds"] / 2 / 1_000 / 2  # requests a second of each of two connections
        with Aside(served, "preview", 1, seconds, 1, bodies, per_second=20) as previews:
            row(served, "batches at half that rate", "batches", 2, seconds, 400, kinds, per_second=half)
        asked("previews, 20 a second, while that goes on", previews.said)
        peak = next(line for line in Path(f"/proc/{served.process.pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
        print(f"{events_of(served):,} events in the store, peak resident {int(peak.split()[1]) / 1024:.0f} MiB")
    finally:
        served.close()


if __name__ == "__main__":
    main()
