"""Runs every test of the project and ends with `N passed, N failed`.

A suite is a command; a suite that prints `N passed, N failed` as its last line is counted by it, any other counts as one test.
The suites stop a command that takes long; WANAMAKER_TIME_LIMIT_FACTOR, by default 10 for a sanitised build, multiplies their limits.
"""

import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GTEST_TOTAL = re.compile(r"^\[==========\] (\d+) tests? from .* ran", re.M)
GTEST_FAILED = re.compile(r"^\[  FAILED  \] (\d+) tests?", re.M)
OWN_TOTAL = re.compile(r"^(\d+) passed, (\d+) failed$", re.M)
SANITISED_STACK_BYTES = 64 << 20  # the frames of a sanitised build are many times larger
SANITISED = re.compile(r"^WANAMAKER_SANITIZE:\w+=.", re.M)


def suites(build):
    """(name, command) of each suite, cheap ones first."""
    for binary in sorted(build.rglob("*_test")):
        if binary.is_file():
            yield f"unit {binary.name}", [str(binary), "--gtest_brief=1"]
    for script in sorted((ROOT / "tests").glob("*/run_*.py")):
        yield f"{script.parent.name} {script.stem}", [sys.executable, str(script), str(build)]


def count(output, exit_code):
    """Passed and failed tests of one suite, from what it printed."""
    own = OWN_TOTAL.findall(output)
    if own:
        passed, failed = map(int, own[-1])
        return passed, max(failed, int(exit_code != 0 and failed == 0))
    total = GTEST_TOTAL.search(output)
    if total:
        failed = GTEST_FAILED.search(output)
        failures = int(failed.group(1)) if failed else int(exit_code != 0)
        return int(total.group(1)) - failures, failures
    return (1, 0) if exit_code == 0 else (0, 1)


def main():
    build = Path(sys.argv[1]).resolve()
    only = sys.argv[2:]
    passed = failed = 0
    if SANITISED.search((build / "CMakeCache.txt").read_text()):
        os.environ.setdefault("WANAMAKER_TIME_LIMIT_FACTOR", "10")
        os.environ.setdefault("TSAN_OPTIONS", f"suppressions={ROOT / 'tests/tsan.supp'}")
        resource.setrlimit(resource.RLIMIT_STACK, (SANITISED_STACK_BYTES, resource.getrlimit(resource.RLIMIT_STACK)[1]))
    for name, command in suites(build):
        if only and not any(word in name for word in only):
            continue
        started = time.monotonic()
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        output = result.stdout + result.stderr
        good, bad = count(output, result.returncode)
        passed, failed = passed + good, failed + bad
        print(f"{'ok  ' if bad == 0 else 'FAIL'} {name}: {good} passed, {bad} failed ({time.monotonic() - started:.1f} s)", flush=True)
        if bad:
            print(output, flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
