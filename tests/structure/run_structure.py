"""The house rules that a machine can check: the include table, line counts, and dead files."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SRC = ROOT / "src"
HEADER_LINES_MAX = 200
SOURCE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70

# room -> rooms it may include beside itself
MAY_INCLUDE = {
    "base": set(),
    "calendar": {"base"},
    "model": {"base"},
    "language": {"calendar", "model", "base"},
    "columns": {"model", "base"},
    "evaluate": {"language", "columns", "calendar", "model", "base"},
    "live": {"evaluate", "language", "columns", "calendar", "model", "base"},
    "store": {"model", "base"},
    "engine": {"store", "live", "evaluate", "language", "columns", "calendar", "model", "base"},
    "ingest": {"language", "calendar", "model", "base"},
    "demo": {"model", "base"},
    "delivery": {"engine", "store", "live", "evaluate", "language", "columns", "calendar", "model", "base"},
    "api": {"delivery", "engine", "live", "evaluate", "language", "columns", "calendar", "store", "ingest", "demo", "model", "base"},
    "server": {"api", "base"},
    "cli": {"server", "api", "ingest", "demo", "language", "model", "base"},
}


def sources():
    return sorted(path for path in SRC.rglob("*") if path.suffix in (".h", ".cc"))


def check_includes():
    """Each include of ours goes to the own room or to one the table allows, and to a file that exists."""
    for path in sources():
        room = path.relative_to(SRC).parts[0]
        for line in path.read_text().splitlines():
            found = re.match(r'#include "([^"]+)"', line)
            if not found:
                continue
            target = found.group(1)
            if not (SRC / target).exists():
                yield f"{path.relative_to(ROOT)}: includes {target}, which does not exist"
                continue
            other = target.split("/")[0]
            if other != room and other not in MAY_INCLUDE[room]:
                yield f"{path.relative_to(ROOT)}: {room} may not include {target}"


def check_lengths():
    """Headers, sources and functions stay small."""
    for path in sources():
        lines = path.read_text().splitlines()
        limit = HEADER_LINES_MAX if path.suffix == ".h" else SOURCE_LINES_MAX
        if len(lines) > limit and not path.stem.endswith("_test"):
            yield f"{path.relative_to(ROOT)}: {len(lines)} lines, at most {limit}"
        start = None
        for number, line in enumerate(lines, 1):
            if start is None and re.match(r"^\S.*\{$", line) and not re.match(r"^(namespace|class|struct|enum|union|extern|using|TEST)", line):
                start = number
            elif start is not None and line.startswith("}"):
                if number - start > FUNCTION_LINES_MAX and not path.stem.endswith("_test"):
                    yield f"{path.relative_to(ROOT)}:{start}: a function of {number - start} lines, at most {FUNCTION_LINES_MAX}"
                start = None


def check_dead_headers():
    """Every header is included by somebody."""
    text = "\n".join(path.read_text() for path in list(sources()) + sorted((ROOT / "tests").rglob("*.cc")))
    for path in sources():
        if path.suffix == ".h" and f'#include "{path.relative_to(SRC)}"' not in text:
            yield f"{path.relative_to(ROOT)}: nobody includes it"


def check_names():
    """No two headers define a type of one name in one namespace: for the linker they would be one, whatever is in them."""
    definition = re.compile(r"^(?:struct|class|enum class)\b.*?\b([A-Z]\w*)(?: final)?(?: : [^{]*)? \{")
    places = {}
    for path in sources():
        if path.suffix != ".h":
            continue
        namespace = None
        for line in path.read_text().splitlines():
            opened = re.match(r"^namespace (\S+) \{", line)
            namespace = opened.group(1) if opened else namespace
            found = definition.match(line)
            if not found:
                continue
            other = places.setdefault((namespace, found.group(1)), path)
            if other != path:
                yield f"{path.relative_to(ROOT)}: {found.group(1)} is defined in {other.relative_to(ROOT)} too"


def main():
    passed = failed = 0
    for check in (check_includes, check_lengths, check_dead_headers, check_names):
        problems = list(check())
        passed, failed = passed + (not problems), failed + bool(problems)
        for problem in problems:
            print(problem)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
