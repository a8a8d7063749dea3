"""Kills the workload at random moments and judges what is left.

    crash.py --build DIRECTORY [--kills N] [--first SEED] [--longest SECONDS] [--jobs 2] [--report]

A seed is a store: its driver is started, killed with SIGKILL after a delay drawn log-uniformly, and the store is opened
and judged; then the driver goes on from what survived, ten kills a store. This process keeps the ledger: it reads the
acknowledgements from the driver's pipe and syncs them to a file, so that they are known outside the killed process.
Must hold after every kill, whatever the moment: the store opens; each lane is in the state after some number of its
steps, all acknowledged ones included and no other than the one in flight beside them (so batches are whole or absent);
verify finds nothing; the members of the twenty saved segments are those of the outside oracle, asked anew and as they are kept
live at the settled instant; and the change feed, folded, is what is kept, without a gap or a repeat.
"""

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import outside
from places import SECONDS_MAX

LANES = 3
KILLS_A_STORE = 10
SHORTEST = 0.001


class Store:
    """One store that is killed again and again."""

    def __init__(self, build, seed, folder, longest):
        self.driver = str(build / "wanamaker_driver")
        self.command_line = str(build / "wanamaker")
        self.seed = seed
        self.folder = folder
        self.data = folder / "store"
        self.longest = longest
        self.chance = random.Random(seed)
        self.survived = [0] * (LANES + 1)
        self.counts = Counter()

    def kill_once(self):
        """Starts, kills and judges; gives complaints."""
        delay = math.exp(self.chance.uniform(math.log(SHORTEST), math.log(self.longest)))
        acknowledged, complaints = self._run(delay)
        begun = [number + 1 for number in acknowledged]
        self.counts["kills"] += 1
        self.counts["acknowledged"] += sum(acknowledged) - sum(self.survived)
        told = subprocess.run([self.driver, "check", "--data", self.data, "--seed", str(self.seed), "--threads", str(LANES),
                               "--acknowledged", _list(acknowledged), "--begun", _list(begun)],
                              capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
        if not told.stdout:
            return complaints + [f"the check ended with {told.returncode}: {told.stderr.strip()}"]
        answer = json.loads(told.stdout)
        complaints += answer["complaints"]
        if not complaints:
            self.counts["in flight survived"] += sum(answer["survived"]) - sum(acknowledged)
            self.survived = answer["survived"]
            complaints += self._memberships(answer)
            complaints += self._verify()
        return [f"seed {self.seed} kill {self.counts['kills']} after {delay:.4f} s: {complaint}" for complaint in complaints]

    def _run(self, delay):
        """Runs the driver until it is killed; gives what it acknowledged, by lane."""
        acknowledged = list(self.survived)
        with open(self.folder / "ledger", "ab") as ledger, open(self.folder / "errors", "w+b") as errors:
            process = subprocess.Popen([self.driver, "run", "--data", self.data, "--seed", str(self.seed), "--threads", str(LANES),
                                        "--from", _list(self.survived)], stdout=subprocess.PIPE, stderr=errors, bufsize=0)
            timer = threading.Timer(delay, process.kill)
            timer.start()
            text = b""
            while chunk := process.stdout.read(1 << 16):
                ledger.write(chunk)
                ledger.flush()
                os.fdatasync(ledger.fileno())
                text += chunk
            timer.cancel()
            status = process.wait()
            process.stdout.close()
            errors.seek(0)
            said = errors.read().decode().strip()
        for line in text.decode().splitlines():
            _, lane, number = line.split()
            if int(number) != acknowledged[int(lane)] + 1:
                return acknowledged, [f"lane {lane} acknowledged {number} after {acknowledged[int(lane)]}"]
            acknowledged[int(lane)] += 1
        return acknowledged, [] if status == -9 else [f"the driver ended by itself with {status}: {said}"]

    def _memberships(self, answer):
        settled = outside.Instant(answer["settled_at"])
        asked, live = outside.members_of(self.driver, self.seed, self.survived, (outside.ASKED_AT, settled))
        for key in outside.RANKING & live.keys():  # as of its last refresh, which is not asked about
            del live[key]
        self.counts["memberships"] += len(asked) + len(live)
        return self._differences("segment", answer["members"], asked) + self._differences("live segment", answer["live"], live)

    @staticmethod
    def _differences(what, told, expected):
        return [f"{what} {key}: the product has {told.get(key)}; the oracle {expected.get(key)}"
                for key in sorted({*told, *expected}) if told.get(key) != expected.get(key)]

    def _verify(self):
        """The command line's own opinion."""
        told = subprocess.run([self.command_line, "--data", self.data, "verify"], capture_output=True, text=True,
                              timeout=SECONDS_MAX, check=False)
        if told.returncode == 0:
            return []
        return [f"verify ended with {told.returncode}: {told.stdout.strip()} {told.stderr.strip()}"]


def _list(numbers):
    return ",".join(map(str, numbers))


def run_store(task):
    """Kills one store some times; gives its counts and the complaints."""
    build, seed, kills, longest = task
    complaints = []
    with tempfile.TemporaryDirectory() as folder:
        store = Store(build, seed, Path(folder), longest)
        for _ in range(kills):
            complaints = store.kill_once()
            if complaints:
                break
        return store.counts, complaints


def main():
    """Reads the command line, runs the stores, prints complaints and counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--longest", type=float, default=5.0, help="seconds before the latest kill")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--report", action="store_true", help="print a table")
    options = parser.parse_args()
    started = time.monotonic()
    stores = math.ceil(options.kills / KILLS_A_STORE)
    tasks = [(options.build.resolve(), options.first + i, min(KILLS_A_STORE, options.kills - i * KILLS_A_STORE), options.longest)
             for i in range(stores)]
    total, failed = Counter(), 0
    with ThreadPoolExecutor(options.jobs) as workers:
        for counts, complaints in workers.map(run_store, tasks):
            total += counts
            failed += bool(complaints)
            for complaint in complaints:
                print(complaint, flush=True)
    if options.report:
        print("| kills | stores | acknowledged steps | in flight and kept | memberships compared | failures | seconds |")
        print("|---|---|---|---|---|---|---|")
        print(f"| {total['kills']} | {stores} | {total['acknowledged']} | {total['in flight survived']} | {total['memberships']} "
              f"| {failed} | {time.monotonic() - started:.0f} |")
    print(f"{total['kills'] - failed} passed, {failed} failed")
    return 1 if failed or total["kills"] != options.kills else 0


if __name__ == "__main__":
    sys.exit(main())
