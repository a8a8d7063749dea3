"""The simulator of live segments over its kept seeds, on two processes, and the outside oracle on one day in ten. A seed is one test.

    run_simulate.py BUILD [--first SEED] [--seeds N] [--days N]        without them: the kept seeds, 30 days
"""

import argparse
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEEDS = 100
KEPT = 130  # those from 101 on name segments in filters too
DAYS = 30
SLICE = 10
TOTAL = re.compile(r"^(\d+) good, (\d+) failed$", re.M)
ASKED = re.compile(r"^(\d+) asked, (\d+) wrong$", re.M)


def slices(first, seeds):
    """(first seed, how many)."""
    for start in range(first, first + seeds, SLICE):
        yield start, min(SLICE, first + seeds - start)


def kept():
    """Seeds that once found something."""
    for line in (HERE / "kept_seeds.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            yield int(line.split()[0]), 1


def run(binary, days, first, seeds):
    """Passed and failed seeds, how many memberships the oracle was asked for, and what was printed."""
    with tempfile.NamedTemporaryFile() as plan:
        done = subprocess.run([binary, "--seed", str(first), "--seeds", str(seeds), "--days", str(days), "--plan", plan.name],
                              capture_output=True, text=True, check=False)
        asked = subprocess.run([sys.executable, HERE / "outside.py", plan.name], capture_output=True, text=True, check=False)
    total, oracle = TOTAL.search(done.stdout), ASKED.search(asked.stdout)
    output = done.stdout + done.stderr + asked.stdout + asked.stderr
    if total is None or oracle is None:
        return 0, seeds, 0, output
    wrong = {line.split()[1] for line in asked.stdout.splitlines() if "FAILED" in line}
    wrong |= {line.split()[1] for line in done.stdout.splitlines() if "FAILED" in line}
    return seeds - len(wrong), len(wrong), int(oracle.group(1)), output


def main():
    """Prints what failed, and the count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--first", type=int)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--days", type=int, default=DAYS)
    options = parser.parse_args()
    binary = options.build.resolve() / "wanamaker_simulate"
    parts = list(slices(options.first, options.seeds)) if options.first else [*slices(1, KEPT), *kept()]
    passed = failed = answers = 0
    with ThreadPoolExecutor(2) as pool:
        for good, bad, asked, output in pool.map(lambda part: run(binary, options.days, *part), parts):
            passed, failed, answers = passed + good, failed + bad, answers + asked
            if bad:
                print("\n".join(line for line in output.splitlines() if "FAILED" in line) or output, flush=True)
    print(f"the oracle was asked for {answers} segments")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
