"""Plays every scenario and keeps docs/reference/coverage.md: python3 tests/scenarios/run_scenarios.py BUILD_DIR [--write] [FILE…]

With --write the table is written; without, a table that differs is a failure. With names of files, only these are played and the
table is left alone.
"""

import sys
from pathlib import Path

import coverage
from referee import Referee
from scenario import Player, scenarios

HERE = Path(__file__).resolve().parent
REFERENCE = HERE.parent.parent / "docs" / "reference"


def main():
    arguments = [word for word in sys.argv[2:] if word != "--write"]
    write = "--write" in sys.argv[2:]
    build = sys.argv[1]
    rows = coverage.wanted()
    covered, passed, failures = set(), 0, []
    for path in sorted(HERE.glob("*.scenario")):
        if arguments and not any(word in path.name for word in arguments):
            continue
        for name, lines in scenarios(path):
            with Referee(build) as referee:
                player = Player(name, referee, covered, rows)
                for number, line in lines:
                    player.line(number, line)
                player.end_table()
            passed += sum(message is None for _, message in player.checks)
            failures += [f"{path.name}:{number}: {name}: {message}" for number, message in player.checks if message is not None]
    if not arguments:
        passed += len(rows & covered)
        failures += [f"coverage: no scenario covers [{row} {cell}]" for row, cell in sorted(rows - covered)]
        failures += coverage.unknown_productions((REFERENCE / "grammar.ebnf").read_text(encoding="utf-8"))
        table = coverage.table(covered)
        kept = REFERENCE / "coverage.md"
        if write:
            kept.write_text(table, encoding="utf-8")
        elif not kept.exists() or kept.read_text(encoding="utf-8") != table:
            failures.append("docs/reference/coverage.md differs from the scenarios: run with --write")
        else:
            passed += 1
    for failure in failures:
        print(failure)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())
