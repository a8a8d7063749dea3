"""The command line under the limits of its process: a file that may not grow, and few file handles.

    limits.py --build DIRECTORY

A store is filled by imports that were acknowledged; then one more import runs under a limit. Must hold: no signal kills it; it
ends with status 0, or with another and a message; and without the limit the store opens with every contact of the
acknowledged imports, and with all, part (whole batches) or none of the other.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from places import SECONDS_MAX

ROWS_BEFORE = 2_000
ROWS_AFTER = 60_000
LIMITS = [("file size 64 KiB", resource.RLIMIT_FSIZE, 64 << 10), ("file size 300 KiB", resource.RLIMIT_FSIZE, 300 << 10),
          ("file size 0", resource.RLIMIT_FSIZE, 0), ("40 file handles", resource.RLIMIT_NOFILE, 40),
          ("16 file handles", resource.RLIMIT_NOFILE, 16), ("8 file handles", resource.RLIMIT_NOFILE, 8)]


def write_rows(path, first, count):
    """A file of contacts."""
    lines = (f"c{i},value {i * 7919 % 100003}\n" for i in range(first, first + count))
    path.write_text("id,text\n" + "".join(lines), encoding="utf-8")


class Place:
    """A store in a directory of its own, used through the command line."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        write_rows(folder / "before.csv", 0, ROWS_BEFORE)
        write_rows(folder / "after.csv", ROWS_BEFORE, ROWS_AFTER)

    def run(self, *words, limit=None):
        """Runs one command, under a limit where there is one."""
        def restrict():
            if limit:
                resource.setrlimit(limit[0], (limit[1], limit[1]))
        return subprocess.run([self.program, "--data", self.folder / "store", *words], capture_output=True, text=True,
                              timeout=SECONDS_MAX, check=False, preexec_fn=restrict)

    def contacts(self):
        """How many contacts the store holds, or a complaint."""
        told = self.run("count", "everyone", "--json")
        return json.loads(told.stdout)["count"] if told.returncode == 0 else f"exit {told.returncode}: {told.stderr.strip()}"


def check(program, limit):
    """What is wrong under a limit; empty when nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(program, Path(folder))
        first = place.run("import", "contacts", str(Path(folder) / "before.csv"), "--id", "id")
        if first.returncode != 0:
            return f"the import without a limit ended with {first.returncode}: {first.stderr.strip()}"
        told = place.run("import", "contacts", str(Path(folder) / "after.csv"), "--id", "id", limit=limit)
        if told.returncode < 0:
            return f"killed by signal {-told.returncode}"
        if told.returncode != 0 and not told.stderr.strip():
            return f"ended with {told.returncode} and said nothing"
        found = place.contacts()
        if not isinstance(found, int):
            return f"does not open without the limit: {found}"
        least = ROWS_BEFORE + (ROWS_AFTER if told.returncode == 0 else 0)
        if not least <= found <= ROWS_BEFORE + ROWS_AFTER:
            return f"holds {found} contacts; at least {least} were acknowledged"
        again = place.run("import", "contacts", str(Path(folder) / "after.csv"), "--id", "id")
        if again.returncode != 0 or place.contacts() != ROWS_BEFORE + ROWS_AFTER:
            return f"the import does not finish without the limit: {again.stderr.strip()}"
    return ""


def main():
    """Reads the command line and tries each limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True)
    program = parser.parse_args().build.resolve() / "wanamaker"
    failed = 0
    for name, kind, value in LIMITS:
        complaint = check(program, (kind, value))
        failed += bool(complaint)
        print(f"{'FAIL' if complaint else 'ok  '} {name}{': ' + complaint if complaint else ''}", flush=True)
    print(f"{len(LIMITS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
