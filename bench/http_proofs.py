"""What the running server bears: many connections, a key that asks without end, a long answer beside writes, and five times what it takes.
Counts are checked: what was acknowledged is there.

    ./scripts/load [SECONDS [WORD ...]]      only the proofs whose name holds a word
"""

import os
import platform
import resource
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from http_run import BUILD, ROOT, Aside, Made, asked, events_of, load, prepare, row
from served import SECONDS_MAX, Served

IDLE, ACTIVE, GREEDY = 10_000, 1_000, 64
OVER, PRESSING = 5, 1_024
REQUEST = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def mib(served, name):
    line = next(line for line in Path(f"/proc/{served.process.pid}/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def said(what, text):
    print(f"{what:44} {text}", flush=True)


def idle_connections(served):
    """So many that have asked once and keep their connection."""
    streams = []
    for _ in range(IDLE):
        stream = socket.create_connection(("127.0.0.1", served.port), timeout=SECONDS_MAX)
        stream.sendall(REQUEST)
        streams.append(stream)
    for stream in streams:
        if not stream.recv(4096).startswith(b"HTTP/1.1 200"):
            sys.exit("an idle connection was not answered")
    return streams


def many_connections(served, kinds, seconds):
    before = mib(served, "VmRSS")
    row(served, f"single events on {ACTIVE:,} connections", "single", ACTIVE, seconds, 10, kinds)
    streams = idle_connections(served)
    said(f"{IDLE:,} idle connections", f"resident {mib(served, 'VmRSS') - before:.0f} MiB more")
    row(served, f"the same beside {IDLE:,} idle ones", "single", ACTIVE, seconds, 11, kinds)
    for stream in streams:
        stream.sendall(REQUEST)
    there = sum(stream.recv(4096).startswith(b"HTTP/1.1 200") for stream in streams)
    said("idle connections that are answered then", f"{there:,}")
    for stream in streams:
        stream.close()


def greedy_and_modest(served, kinds, seconds):
    """Two keys under the limit of a server that nobody told another: one asks as often as it is answered, one twenty times a second."""
    served.stop()
    served.start("--log", "errors")
    greedy, modest = (served.call("POST", "/api/v1/keys", {"role": "write", "name": name}).json["key"] for name in ("greedy", "modest"))
    asked("a modest key alone, 20 events a second", load(served, "greedy", 1, seconds, 30, kinds, per_second=20, key=modest))
    with Aside(served, "greedy", GREEDY, seconds, 31, kinds, key=greedy) as other:
        quiet = load(served, "greedy", 1, seconds, 32, kinds, per_second=20, key=modest)
    if quiet["refused"]:
        sys.exit("the modest key was refused")
    asked("beside a greedy one", quiet)
    said(f"the greedy one, {GREEDY} connections", f"{other.said['events'] / other.said['seconds']:,.0f} events/s, {other.said['refused'] / other.said['seconds']:,.0f} refused a second")
    served.stop()
    served.start("--log", "errors", "--requests-per-key", "0")


def export_and_writes(served, kinds, seconds):
    """All members of a large segment as lines, again and again, beside batches."""
    served.call("PUT", "/api/v1/segments/everyone", {"definition": "everyone"})
    paths = served.folder / "paths"
    paths.write_text("/api/v1/segments/everyone/members\n")
    row(served, "batches of 1,000 on 2 connections", "batches", 2, seconds, 40, kinds)
    with Aside(served, "members", 1, seconds, 41, paths) as export:
        row(served, "the same beside an export without end", "batches", 2, seconds, 42, kinds)
    asked(f"exports of all {served.call('GET', '/api/v1/stats', key='read').json['contacts']:,} contacts", export.said)


class Health:
    """Asks /livez on connections of its own while the block runs: `milliseconds` has each answer's."""

    def __init__(self, served):
        self.served, self.is_over, self.milliseconds = served, threading.Event(), []
        self.thread = threading.Thread(target=self.ask)

    def ask(self):
        while not self.is_over.wait(0.05):
            began = time.perf_counter()
            if self.served.call("GET", "/livez", key=None).status != 200:
                sys.exit("/livez was not answered")
            self.milliseconds.append((time.perf_counter() - began) * 1000)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()


def press(served, kinds, seconds, seed, rate, manner):
    """Batches at so many a second, whatever is answered; the ledger of what was acknowledged."""
    ledger = served.folder / f"ledger-{manner}"
    Path(f"/proc/{served.process.pid}/clear_refs").write_text("5")  # the peak begins anew
    before, resident = events_of(served), mib(served, "VmRSS")
    modest = served.call("POST", "/api/v1/keys", {"role": "write", "name": f"modest beside {manner}"}).json["key"]
    with Health(served) as health, Aside(served, "greedy", 1, seconds, seed + 1, kinds, per_second=20, key=modest) as quiet:
        came = load(served, "overload", PRESSING, seconds, seed, kinds, rate / PRESSING, None, ledger, manner)
    began = time.perf_counter()
    single = served.call("POST", "/v1/track", {"userId": "after", "event": "page_viewed", "messageId": f"after {seed}"}, key="write")
    if single.status != 200:
        sys.exit(f"after the overload a single event was answered {single.status}")
    after = (time.perf_counter() - began) * 1000
    said(f"{OVER} x overload, {PRESSING} connections, {manner}", f"{rate * 1000:,.0f} events/s offered, {(came['requests'] + came['refused'] + came['broken']) / seconds * 1000:,.0f} sent, {came['events'] / came['seconds']:,.0f} taken, clients {came['cpu'] / came['seconds']:.2f} of {os.cpu_count()} cores")
    said("  what was taken", f"p50 {came['p50']:.0f} ms   p99 {came['p99']:.0f} ms   longest {came['longest']:.0f} ms")
    said("  what was refused, all with Retry-After", f"{came['refused'] - came['refused_503']:,} times 429, {came['refused_503']:,} times 503, p99 {came['refusal_p99']:.0f} ms; {came['opened_again']:,} connections opened again, {came['broken']} ended without an answer")
    said("  a modest key meanwhile, 20 events a second", f"p50 {quiet.said['p50']:.1f} ms   p99 {quiet.said['p99']:.1f} ms   {quiet.said['refused']} refused")
    said("  /livez meanwhile", f"p50 {sorted(health.milliseconds)[len(health.milliseconds) // 2]:.1f} ms   longest {max(health.milliseconds):.1f} ms; a single event right afterwards {after:.1f} ms")
    said("  memory", f"resident {resident:.0f} MiB before, peak {mib(served, 'VmHWM'):.0f} MiB, {mib(served, 'VmRSS'):.0f} MiB after")
    there, wanted = events_of(served) - before, came["events"] + quiet.said["events"] + 1
    if there < wanted or (came["broken"] == 0 and there != wanted):
        sys.exit(f"{wanted} events were acknowledged, {there} are there")
    return ledger


def overload(served, kinds, seconds):
    """Five times what is taken: from clients that go on as if nothing were, and from ones that wait as they are told. Afterwards the
    process is killed, and what was acknowledged is sent again: not one of it is new."""
    free = row(served, "batches of 1,000 on 8 connections", "batches", 8, seconds, 50, kinds)
    rate = OVER * free["requests"] / free["seconds"]
    manners = {"pressing": 52, "patient": 54}
    ledgers = {manner: press(served, kinds, 2 * seconds, seed, rate, manner) for manner, seed in manners.items()}
    row(served, "batches on 8 connections right afterwards", "batches", 8, seconds, 56, kinds)
    there = events_of(served)
    served.kill()
    served.start("--log", "errors", "--requests-per-key", "0")
    if events_of(served) != there:
        sys.exit("after a kill there are not as many events as before")
    again = sum(load(served, "again", PRESSING, seconds, seed, kinds, 1, None, ledgers[manner])["events"] for manner, seed in manners.items())
    if events_of(served) != there:
        sys.exit(f"of {again} acknowledged events {events_of(served) - there} were not there")
    said("killed, started and sent again", f"{again:,} acknowledged events, none of them new")


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    served = Served(str(BUILD / "wanamaker"), now=None)
    try:
        kinds, _ = prepare(served, Made())
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
        print(f"{platform.machine()}, {os.cpu_count()} cores, commit {commit}, clients on the same cores, {Made.contacts:,} contacts, 100 live segments, every answer durable, {seconds:g} s a row")
        for proof in (many_connections, greedy_and_modest, export_and_writes, overload):
            if not sys.argv[2:] or any(word in proof.__name__ for word in sys.argv[2:]):
                proof(served, kinds, seconds)
        print(f"{events_of(served):,} events in the store, peak resident {mib(served, 'VmHWM'):.0f} MiB")
    finally:
        served.close()


if __name__ == "__main__":
    main()
