"""Named checks against a served store, and the loop that runs them: each test function gets a server and a data directory of its own."""

import sys
from pathlib import Path

from served import Served

PASSED, PROBLEMS = [], []


def same(what, came, wanted):
    if came == wanted:
        PASSED.append(what)
    else:
        PROBLEMS.append(f"{what}: expected {wanted!r}, came {came!r}")


def run(tests):
    """`BUILD_DIR [WORD ...]` on the command line: only the tests whose name holds a word."""
    program = str(Path(sys.argv[1]).resolve() / "wanamaker")
    for test in tests:
        if sys.argv[2:] and not any(word in test.__name__ for word in sys.argv[2:]):
            continue
        before = len(PROBLEMS)
        served = Served(program)
        try:
            test(served)
        except Exception as fault:  # the others still run
            PROBLEMS.append(f"{test.__name__}: {type(fault).__name__}: {fault}")
        finally:
            served.close()
        for problem in PROBLEMS[before:]:
            print(f"{test.__name__}: {problem}")
    print(f"{len(PASSED)} passed, {len(PROBLEMS)} failed")
    return 1 if PROBLEMS else 0
