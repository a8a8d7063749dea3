"""The simulator of live segments over its kept seeds, on two processes. A seed is one test."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEEDS = 100
DAYS = 30
SLICE = 10
TOTAL = re.compile(r"^(\d+) good, (\d+) failed$", re.M)


def slices():
    """(first seed, how many): the first hundred, then each seed that once found something."""
    for first in range(1, SEEDS + 1, SLICE):
        yield first, SLICE
    for line in (HERE / "kept_seeds.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            yield int(line.split()[0]), 1


def run(binary, first, seeds):
    """Passed and failed seeds, and what was printed."""
    done = subprocess.run([binary, "--seed", str(first), "--seeds", str(seeds), "--days", str(DAYS)], capture_output=True, text=True, check=False)
    total = TOTAL.search(done.stdout)
    if total is None:
        return 0, seeds, done.stdout + done.stderr
    return int(total.group(1)), int(total.group(2)), done.stdout


def main():
    """Prints what failed, and the count."""
    binary = Path(sys.argv[1]).resolve() / "wanamaker_simulate"
    passed = failed = 0
    with ThreadPoolExecutor(2) as pool:
        for good, bad, output in pool.map(lambda part: run(binary, *part), list(slices())):
            passed, failed = passed + good, failed + bad
            if bad:
                print("\n".join(line for line in output.splitlines() if "FAILED" in line) or output)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
