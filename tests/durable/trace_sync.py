"""No acknowledgement before its sync, as the kernel sees it: the driver under strace.

    trace_sync.py --build DIRECTORY [--threads 8] [--seconds 2]

The driver writes `begin LANE NUMBER` to a descriptor of its own before each submit and `ack LANE NUMBER` to its standard
output after it. In the trace, between the two there must be a write to a file of the log and then a sync of it that
starts after that write has returned and returns before the acknowledgement starts. The same is checked in CI without
strace on a recorded stream (wanamaker_powerloss --order), where a machine may not trace.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CALLS = "openat,open,close,write,pwrite64,writev,fdatasync,fsync,sync_file_range"
LINE = re.compile(r"^(\d+)\s+(\d+\.\d+) (.*)$")
WHOLE = re.compile(r"^(\w+)\((\d+)<([^>]*)>(?:, (.*))?\)\s+= (-?\d+)")
STARTED = re.compile(r"^(\w+)\((\d+)<([^>]*)>(?:, (.*))? <unfinished \.\.\.>$")
RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>.*= (-?\d+)")
MARK = re.compile(r'"(begin|ack) (\d+) (\d+)\\n"')
WRITES = {"write", "pwrite64", "writev"}
SYNCS = {"fdatasync", "fsync"}


def calls(lines):
    """(kind, path, argument, start, end) of each call; places in the trace are its line numbers."""
    open_calls = {}
    for place, line in enumerate(lines):
        found = LINE.match(line)
        if not found:
            continue
        thread, _, text = found.groups()
        if whole := WHOLE.match(text):
            name, _, path, argument, result = whole.groups()
            yield name, path, argument or "", place, place, int(result)
        elif started := STARTED.match(text):
            open_calls[thread] = (started.group(1), started.group(3), started.group(4) or "", place)
        elif (resumed := RESUMED.match(text)) and thread in open_calls:
            name, path, argument, start = open_calls.pop(thread)
            yield name, path, argument, start, place, int(resumed.group(2))


def judge(lines):
    """Acknowledgements, and those that no sync stands before."""
    traced = list(calls(lines))
    writes, syncs, begun, acknowledged = {}, {}, {}, {}
    for name, path, argument, start, end, result in traced:
        mark = MARK.search(argument)
        if mark and name == "write":
            word, key = mark.group(1), mark.groups()[1:]
            (begun if word == "begin" else acknowledged)[key] = end if word == "begin" else start
        elif path.endswith(".log") and name in WRITES and result > 0:
            writes.setdefault(path, []).append((start, end))
        elif path.endswith(".log") and name in SYNCS and result == 0:
            syncs.setdefault(path, []).append((start, end))
    violations = []
    for key, at in acknowledged.items():
        durable = any(first > begun[key] and sync > written and done < at
                      for path, places in writes.items() for first, written in places if begun[key] < first < at
                      for sync, done in syncs.get(path, ()) if written < sync and done < at)
        if not durable:
            violations.append(f"lane {key[0]} step {key[1]} was acknowledged before a sync of its record")
    return len(acknowledged), violations


def main():
    """Traces a run and prints what is out of order."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=2)
    options = parser.parse_args()
    driver = options.build.resolve() / "wanamaker_driver"
    with tempfile.TemporaryDirectory() as folder:
        marks, trace = os.path.join(folder, "marks"), os.path.join(folder, "trace")
        with open(marks, "wb") as begins, open(os.path.join(folder, "acks"), "wb") as acks:
            command = ["strace", "-f", "-ttt", "-y", "-s", "64", "-e", f"trace={CALLS}", "-o", trace, driver, "run",
                       "--data", os.path.join(folder, "store"), "--seed", "1", "--threads", str(options.threads), "--acts-every", "0",
                       "--seconds", str(options.seconds), "--marks", str(begins.fileno())]
            done = subprocess.run(command, stdout=acks, stderr=subprocess.PIPE, text=True, pass_fds=[begins.fileno()], check=False)
        if done.returncode != 0:
            print(f"the traced driver ended with {done.returncode}: {done.stderr.strip()}")
            return 1
        with open(trace, encoding="utf-8", errors="replace") as lines:
            number, violations = judge(lines.read().splitlines())
    for violation in violations[:20]:
        print(violation)
    print(f"{number} acknowledgements, {len(violations)} before their sync")
    return 1 if violations or not number else 0


if __name__ == "__main__":
    sys.exit(main())
