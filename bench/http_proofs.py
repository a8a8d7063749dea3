"""What the running server bears: many connections, a key that asks without end, and a long answer beside writes. Counts are
checked: what was acknowledged is there.

    ./scripts/load [SECONDS]
"""

import os
import platform
import resource
import socket
import subprocess
import sys
from pathlib import Path

from http_run import BUILD, ROOT, Aside, Made, asked, events_of, load, prepare, row
from served import SECONDS_MAX, Served

IDLE, ACTIVE, GREEDY = 10_000, 1_000, 64
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


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    served = Served(str(BUILD / "wanamaker"), now=None)
    try:
        kinds, _ = prepare(served, Made())
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
        print(f"{platform.machine()}, {os.cpu_count()} cores, commit {commit}, clients on the same cores, {Made.contacts:,} contacts, 100 live segments, every answer durable, {seconds:g} s a row")
        for proof in (many_connections, greedy_and_modest, export_and_writes):
            proof(served, kinds, seconds)
        print(f"{events_of(served):,} events in the store, peak resident {mib(served, 'VmHWM'):.0f} MiB")
    finally:
        served.close()


if __name__ == "__main__":
    main()
