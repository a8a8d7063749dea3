"""Compares the product with the oracle on random bases.

    compare.py --referee PATH --seeds A..B [--definitions N] [--jobs 2] [--keep DIRECTORY] [--wanamaker PATH]

The referee is the product's batch evaluator: a program that reads one JSON object a line and answers each with one. For
every seed a base is generated and built in a fresh data directory, through the referee or, with --wanamaker, through
the command line. Each definition is then answered by the product (by its sweep of the whole base and by its probe of
single contacts) and by the oracle; differences are printed. Exit status 1 when there is any.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import intervals
from base import Base, read_json
from generate import DEFINITIONS, generate
from oracle import Oracle
from values import instant_text, parse_instant

CONTACTS_ASKED = 2
TEXT_SHARE = 10
SECONDS_A_SEED = 600


class Referee:
    """The product's batch evaluator as a running process."""

    def __init__(self, program, data, environment=None):
        self.process = subprocess.Popen([program, "--data", str(data)], stdin=subprocess.PIPE, env=environment,
                                        stdout=subprocess.PIPE, encoding="utf-8")
        self.timer = threading.Timer(SECONDS_A_SEED, self.process.kill)
        self.timer.daemon = True
        self.timer.start()

    def ask_line(self, line):
        """The answer to one line, as an object."""
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        return json.loads(answer) if answer else {"error": "the referee has ended without an answer"}

    def ask(self, question):
        """The answer to one object."""
        return self.ask_line(json.dumps(question, ensure_ascii=False))

    def close(self):
        """Ends the process."""
        self.timer.cancel()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


@dataclass(frozen=True)
class Task:
    """What a worker does for one seed."""

    seed: int
    definitions: int
    referee: str
    wanamaker: str | None
    keep: Path | None


def kernels_of(seed):
    """The environment in which a seed's referee runs: with the scalar kernels, with AVX2 where the machine has it, or with its best, by turns."""
    forms = ["baseline", "avx2" if has_avx2() else "baseline", None]
    form = forms[seed % len(forms)]
    rest = {name: value for name, value in os.environ.items() if name != "WANAMAKER_ISA"}
    return rest if form is None else {**rest, "WANAMAKER_ISA": form}


@cache
def has_avx2():
    """Whether the processor says so."""
    cpu = Path("/proc/cpuinfo")
    return cpu.exists() and "avx2" in cpu.read_text().split()


def absolute(command, folder):
    """A command of the manifest with the path of its file made absolute."""
    return [str(folder / part) if command[0] == "import" and part.endswith(".csv") else part for part in command]


def build_by_command_line(program, data, manifest, folder):
    """Applies the commands through the product's command line; gives the differences, one for each refusal."""
    failed = []
    for command in manifest["commands"]:
        arguments = [program, "--data", str(data), "--now", manifest["now"], *absolute(command, folder)]
        done = subprocess.run(arguments, capture_output=True, encoding="utf-8", check=False)
        if done.returncode not in (0, 8):
            failed.append(f"{command}: exit {done.returncode}: {done.stderr.strip()}")
    return failed


def build_by_referee(referee, manifest, folder):
    """Applies the commands through the referee; gives the differences, one for each refusal."""
    referee.ask({"now": manifest["now"]})
    failed = []
    for command in manifest["commands"]:
        answer = referee.ask({"command": absolute(command, folder)})
        if answer.get("exit") not in (0, 8):
            failed.append(f"{command}: {json.dumps(answer, ensure_ascii=False)}")
    return failed


def set_difference(label, product, oracle):
    """A line that tells how two lists of ids differ, or nothing."""
    if product == oracle:
        return []
    only_product = sorted(set(product or ()) - set(oracle))
    only_oracle = sorted(set(oracle) - set(product or ()))
    if not only_product and not only_oracle:
        return [f"{label}: the same ids, in another order or more than once: {product}"]
    return [f"{label}: only the product has {only_product}; only the oracle has {only_oracle}"]


def agrees(told, expected, t):
    """Whether an end of an interval that the product tells is the oracle's."""
    if expected is not None:
        return told not in (None, "never") and parse_instant(told) == expected
    return told == "never" or (told is not None and abs(parse_instant(told) - t) > intervals.HORIZON)


def _shown(instant):
    return "beyond" if instant is None else instant_text(instant)


def interval_differences(oracle, definition, t, answer, chooser):
    """The differences between the intervals of a few contacts."""
    found = []
    contacts = list(oracle.base.contacts.values())
    for contact in chooser.sample(contacts, min(CONTACTS_ASKED, len(contacts))):
        since, until = intervals.validity(oracle, definition, contact, t)
        told = (answer.get("intervals") or {}).get(contact.id, {})
        if not (agrees(told.get("since"), since, t) and agrees(told.get("until"), until, t)):
            found.append(f"interval of {contact.id}: the product says {told.get('since')} to {told.get('until')}; "
                         f"the oracle says {_shown(since)} to {_shown(until)}")
    return found


def judge(oracle, referee, line, seed, number):
    """The differences on one definition."""
    read = read_json(line)
    definition, t = read["definition"], parse_instant(read["at"])
    expected = oracle.members(definition, t)
    answer = referee.ask_line(f'{line[:-1]}, "explain": true}}')
    if "error" in answer:
        return [f"error: {answer['error']}"], answer
    found = [difference for way in ("sweep", "probe") for difference in set_difference(way, answer.get(way), expected)]
    chooser = random.Random(seed * 1000 + number)
    if not intervals.ranks(oracle, definition) and intervals.can_tell(oracle, definition):
        found += interval_differences(oracle, definition, t, answer, chooser)
    if chooser.randrange(TEXT_SHARE) == 0:
        again = referee.ask({"definition": answer["text"], "at": read["at"]})
        if "error" in again:
            found.append(f"its text is refused: {again['error']}")
        else:
            found += set_difference("sweep of its text", again.get("sweep"), expected)
    return found, answer


def run_definitions(oracle, referee, lines, seed):
    """The differences on the definitions of a base, each as a paragraph."""
    reports = []
    for number, line in enumerate(lines):
        found, answer = judge(oracle, referee, line, seed, number)
        for difference in found:
            reports.append(f"seed {seed} definition {number}: {difference}\n  {line}\n  {answer.get('text', '')}")
    return reports


def run_seed(task):
    """The number of definitions and the differences of one seed."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = (task.keep or Path(temporary)) / f"seed-{task.seed}"
        generate(task.seed, folder, task.definitions)
        manifest = read_json((folder / "manifest.json").read_text(encoding="utf-8"))
        lines = (folder / "definitions.ndjson").read_text(encoding="utf-8").splitlines()
        data = Path(temporary) / "data"
        data.mkdir()
        refused = build_by_command_line(task.wanamaker, data, manifest, folder) if task.wanamaker else []
        referee = Referee(task.referee, data, kernels_of(task.seed))
        try:
            if not task.wanamaker:
                refused = build_by_referee(referee, manifest, folder)
            reports = [f"seed {task.seed}: command refused: {refusal}" for refusal in refused]
            reports += run_definitions(Oracle(Base.load(folder)), referee, lines, task.seed)
        finally:
            referee.close()
    return len(lines), reports


def seeds_of(options):
    """The seeds of the command line: a range, or those kept in a file, one a line."""
    if options.seeds_file:
        lines = (line.partition("#")[0].strip() for line in options.seeds_file.read_text().splitlines())
        return [int(line) for line in lines if line]
    first, _, last = options.seeds.partition("..")
    return list(range(int(first), int(last or first) + 1))


def main():
    """Reads the command line, runs every seed, prints the differences and their number."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--referee", type=Path, required=True, help="the product's batch evaluator")
    parser.add_argument("--wanamaker", type=Path, help="build the bases through this command line program")
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--seeds", help="a seed, or a range A..B with both ends")
    chosen.add_argument("--seeds-file", type=Path, help="a file of seeds, one a line")
    parser.add_argument("--definitions", type=int, default=DEFINITIONS, help="definitions of each seed")
    parser.add_argument("--jobs", type=int, default=2, help="seeds at a time")
    parser.add_argument("--keep", type=Path, help="keep the generated bases in this directory")
    options = parser.parse_args()
    wanamaker = str(options.wanamaker.resolve()) if options.wanamaker else None
    keep = options.keep.resolve() if options.keep else None
    tasks = [Task(seed, options.definitions, str(options.referee.resolve()), wanamaker, keep)
             for seed in seeds_of(options)]
    definitions = differences = 0
    with ProcessPoolExecutor(options.jobs) as workers:
        for count, reports in workers.map(run_seed, tasks):
            definitions += count
            differences += len(reports)
            for report in reports:
                print(report, flush=True)
    print(f"{definitions} definitions, {differences} differences")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
