"""What the checks of backups, erasure and upgrade share: the command line on a store of its own, small generated files, damage to files.

A check raises Wrong with what it saw; run_checks runs them in directories of their own and prints `N passed, M failed`.
"""

import gzip
import json
import os
import subprocess
import tempfile
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

NOW = "2026-03-01T00:00:00Z"
SECONDS_MAX = 120 * float(os.environ.get("WANAMAKER_TIME_LIMIT_FACTOR", "1"))  # a command that takes longer hangs
MEMORY = Path("/dev/shm")


class Wrong(Exception):
    """What a check found."""


def same(what, came, wanted):
    """Complains unless the two are equal."""
    if came != wanted:
        raise Wrong(f"{what}: expected {wanted!r}, came {came!r}")


class Place:
    """A directory with stores in it and the program that works on them."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = Path(folder)

    def attempt(self, *words, data="store", within=""):
        """Runs one command, the first word split at blanks, in a directory below; gives what became of it."""
        words = [*words[0].split(), *map(str, words[1:])]
        done = subprocess.run([self.program, "--now", NOW, "--data", data, *words], cwd=self.folder / within, capture_output=True, text=True,
                              timeout=SECONDS_MAX, check=False)
        if done.returncode < 0:
            raise Wrong(f"{' '.join(words)}: killed by signal {-done.returncode}: {done.stderr.strip()}")
        return done

    def run(self, *words, code=0, data="store"):
        """stdout of a command that has to end with `code`."""
        done = self.attempt(*words, data=data)
        if done.returncode != code:
            raise Wrong(f"{' '.join(map(str, words))} on {data}: exit {done.returncode} instead of {code}: {done.stdout}{done.stderr.strip()}")
        return done.stdout

    def refused(self, *words, code=1, naming=(), data="store", within=""):
        """A command that has to end with `code` and a message that holds one of the words."""
        done = self.attempt(*words, data=data, within=within)
        if done.returncode != code:
            raise Wrong(f"{' '.join(map(str, words))} on {data}: exit {done.returncode} instead of {code}: {done.stdout}{done.stderr.strip()}")
        if not done.stderr.strip() or (naming and not any(word in done.stderr for word in naming)):
            raise Wrong(f"{' '.join(map(str, words))} on {data}: the message names none of {naming}: {done.stderr.strip()!r}")
        return done.stderr

    def json(self, *words, **options):
        return json.loads(self.run(*words, "--json", **options))

    def rows(self, name, lines):
        """A file of text lines; packed where its name says so."""
        text = "".join(line + "\n" for line in lines).encode()
        (self.folder / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)

    def state(self, data="store"):
        """The state that a clean verify names."""
        return self.run("verify", data=data).splitlines()[-1]

    def members(self, keys, data="store"):
        """Members of saved segments."""
        return {key: self.run("segment members", key, data=data).split() for key in keys}


def files_below(folder):
    """All files below a directory, sorted."""
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def flip(path):
    """Changes one bit in the middle; false where there is no byte."""
    content = bytearray(path.read_bytes())
    if not content:
        return False
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)
    return True


def cut(path):
    """Leaves the first half; false where there is no byte."""
    size = path.stat().st_size
    os.truncate(path, size // 2)
    return size > 0


def remove(path):
    """Takes the file away."""
    path.unlink()
    return True


DAMAGES = {"a flipped bit": flip, "a cut": cut, "a removal": remove}


def _run_one(program, name, check):
    with tempfile.TemporaryDirectory(prefix="wanamaker-durable-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        try:
            check(Place(program, folder))
        except Wrong as wrong:
            return f"{name}: {wrong}"
        except Exception:  # a fault of the check itself is a failure like any other
            return f"{name}: {traceback.format_exc()}"
    return ""


def run_checks(program, checks, jobs):
    """Runs (name, function of a place) each; prints complaints and the sum; gives the exit status."""
    with ThreadPoolExecutor(jobs) as workers:
        complaints = list(workers.map(lambda entry: _run_one(program, *entry), checks))
    for complaint in filter(None, complaints):
        print("FAIL " + complaint, flush=True)
    failed = sum(map(bool, complaints))
    print(f"{len(complaints) - failed} passed, {failed} failed")
    return 1 if failed or not complaints else 0
