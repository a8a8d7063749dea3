"""What the program says to bad input: the exact message, place and exit code of each case in *.golden.

    python3 tests/golden/run_golden.py BUILD_DIR [--write] [WORD ...]

A golden file is a family of cases. Before the first `===` stands what all its cases find: files and a filled store. Each case works
on a copy of that. Lines of a file:

    # words                       a comment
    === name of the case          begins a case; WORD on the command line picks the cases whose name holds it
    file NAME                     makes a file of the lines `| …` that follow
    bytes NAME                    the same without line ends; \\xNN, \\n and the like as in Python
    gzip NAME                     as file, then compressed
    gzip-cut NAME                 as gzip, and its last half is gone
    mkdir NAME
    lock NAME                     holds the lock of the store NAME until the case ends
    $ words                       a command, split like a shell does; {U+200B} is a character, «70*(» is 70 brackets, and
                                  «70*@, » numbers them: each @ becomes 1, 2, …
    exit N                        its exit code; a command without this line prepares the case and has to end with 0
    err …                         stderr, all of it, line by line
    out …                         stdout, all of it; without such a line stdout is free after exit 0 and 8, and empty after an error

Every command gets `--data store --now 2026-03-01T12:00:00Z` unless its words have --data. Temporary paths are shown as DIR, process ids as PID.
`--write` puts what came in the place of what was expected: read the difference before you keep it.
"""

import codecs
import difflib
import fcntl
import gzip
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOW = "2026-03-01T12:00:00Z"
SECONDS_MAX = 20 * float(os.environ.get("WANAMAKER_TIME_LIMIT_FACTOR", "1"))  # a command that takes longer hangs
MAKERS = ("file", "bytes", "gzip", "gzip-cut")


@dataclass
class Step:
    kind: str  # file, bytes, gzip, gzip-cut, mkdir, lock or $
    words: str
    lines: list = field(default_factory=list)  # of a file
    exit_code: str = ""  # of a command; empty: prepares only
    err: list = field(default_factory=list)
    out: list = field(default_factory=list)
    comments: list = field(default_factory=list)  # lines that stand before it


@dataclass
class Case:
    name: str
    steps: list = field(default_factory=list)
    trailing: list = field(default_factory=list)


def read_golden(path):
    """The cases of a file; the first, without a name, is what all share."""
    cases = [Case("")]
    comments = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        word, _, rest = line.partition(" ")
        steps = cases[-1].steps
        if not line or line.startswith("#"):
            comments.append(line)
        elif word == "===":
            cases[-1].trailing, comments = comments, []
            cases.append(Case(rest))
        elif word in MAKERS or word in ("mkdir", "lock", "$"):
            steps.append(Step(word, rest, comments=comments))
            comments = []
        elif word == "|" and steps and steps[-1].kind in MAKERS:
            steps[-1].lines.append(rest)
        elif word == "exit" and steps and steps[-1].kind == "$":
            steps[-1].exit_code = rest
        elif word in ("err", "out") and steps and steps[-1].kind == "$":
            getattr(steps[-1], word).append(rest)
        else:
            sys.exit(f"{path}:{number}: what is {line!r}?")
    cases[-1].trailing = comments
    return cases


def write_golden(path, cases):
    lines = []
    for case in cases:
        if case.name:
            lines.append(f"=== {case.name}")
        for step in case.steps:
            lines += step.comments
            lines.append(f"{step.kind} {step.words}")
            lines += [f"| {line}".rstrip() if not line else f"| {line}" for line in step.lines]
            if step.exit_code:
                lines.append(f"exit {step.exit_code}")
                for name in ("err", "out"):
                    lines += [f"{name} {line}" if line else name for line in getattr(step, name)]
        lines += case.trailing
    path.write_text("\n".join(lines), encoding="utf-8")


def expand(words):
    """{U+200B} and «70*text» in the words of a command or the lines of a file."""
    def repeat(match):
        return "".join(match.group(2).replace("@", str(i)) for i in range(1, int(match.group(1)) + 1))
    words = re.sub(r"«(\d+)\*([^«»]*)»", repeat, words)
    return re.sub(r"\{U\+([0-9A-F]{4,6})\}", lambda match: chr(int(match.group(1), 16)), words)


def content(step):
    if step.kind == "bytes":
        return codecs.decode("".join(step.lines), "unicode_escape").encode("latin-1")
    text = "".join(expand(line) + "\n" for line in step.lines).encode()
    if step.kind == "file":
        return text
    packed = gzip.compress(text, mtime=0)
    return packed if step.kind == "gzip" else packed[: len(packed) // 2]


def as_lines(output, directory):
    text = output.decode("utf-8", errors="backslashreplace").replace(str(directory), "DIR")
    text = re.sub(r"another process \(\d+\)", "another process (PID)", text)
    return text[:-1].split("\n") if text.endswith("\n") else text.split("\n") if text else []


class Runner:
    def __init__(self, program, write):
        self.program, self.write = program, write

    def command(self, step, directory):
        words = [expand(word) for word in shlex.split(step.words)]
        if "--data" not in words:
            words += ["--data", "store", "--now", NOW]
        try:
            return subprocess.run([self.program, *words], cwd=directory, capture_output=True, timeout=SECONDS_MAX, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(words, 999, b"", b"hangs\n")

    def check(self, step, result, directory):
        """What differs, as text; empty where nothing does."""
        code, err, out = str(result.returncode), as_lines(result.stderr, directory), as_lines(result.stdout, directory)
        if not step.exit_code:
            return "" if code == "0" else f"$ {step.words}\nprepares the case, but ends with {code}: {' / '.join(err)}\n"
        if self.write:
            if step.out or (out and code not in ("0", "8")):
                step.out = out
            step.exit_code, step.err = code, err
            return ""
        is_free = not step.out and code in ("0", "8")
        wanted = [f"exit {step.exit_code}", *(f"err {line}" for line in step.err), *(f"out {line}" for line in step.out)]
        came = [f"exit {code}", *(f"err {line}" for line in err), *(f"out {line}" for line in ([] if is_free else out))]
        if wanted == came:
            return ""
        difference = difflib.unified_diff(wanted, came, "expected", "came", lineterm="", n=9)
        return f"$ {step.words[:200]}\n" + "\n".join(difference) + "\n"

    def run(self, case, directory):
        problems, locks = "", []
        try:
            for step in case.steps:
                path = directory / step.words
                if step.kind in MAKERS:
                    path.write_bytes(content(step))
                elif step.kind == "mkdir":
                    path.mkdir()
                elif step.kind == "lock":
                    locks.append(os.open(path / "LOCK", os.O_RDWR))
                    fcntl.flock(locks[-1], fcntl.LOCK_EX)
                else:
                    problems += self.check(step, self.command(step, directory), directory)
        finally:
            for lock in locks:
                os.close(lock)
        return problems


def main():
    words = [word for word in sys.argv[1:] if word != "--write"]
    program = str(Path(words[0]).resolve() / "wanamaker")
    runner = Runner(program, "--write" in sys.argv)
    passed = failed = 0
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(max_workers=2) as workers:
        for path in sorted(HERE.glob("*.golden")):
            cases = read_golden(path)
            base = Path(temporary) / path.stem
            base.mkdir()
            broken = runner.run(cases[0], base)

            def run(case):
                directory = Path(tempfile.mkdtemp(dir=temporary))
                shutil.copytree(base, directory, dirs_exist_ok=True)
                problems = broken or runner.run(case, directory)
                shutil.rmtree(directory, ignore_errors=True)
                return problems

            chosen = [case for case in cases[1:] if not words[1:] or any(word in case.name for word in words[1:])]
            for case, problems in zip(chosen, workers.map(run, chosen)):
                passed, failed = passed + (not problems), failed + bool(problems)
                if problems:
                    print(f"--- {path.name}: {case.name}\n{problems}")
            if runner.write:
                write_golden(path, cases)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
