"""The engines under comparison, each a child process of its own that answers lines of JSON; and how each takes the workload in.

Every engine offers: `name`, `version`, `ask(query, repeat) -> Timed`, `ids(query) -> (members, sum of ids)`, `memory_mb()`, `close()`.
"""

import json
import os
import re
import select
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent
THREADS = 2
ANSWER_SECONDS_MAX = 120  # then the process is ended and started anew
NOW = "2026-11-01T00:00:00Z"
OURS_TYPES = ("--type", "interests=set", "--type", "consent=boolean")


class EngineError(Exception):
    """An engine refused a query or a load."""


class NoAnswer(EngineError):
    """An engine took longer than it may; its process was started anew."""


@dataclass
class Timed:
    """The rows of the last run and the milliseconds of each."""

    rows: list
    ms: list


class LineProcess:
    """A child that answers each line of JSON with one. greeting: a message that is sent at each start, or None."""

    def __init__(self, command, greeting=None):
        self.command, self.greeting = command, greeting
        self.start()

    @property
    def pid(self):
        return self.child.pid

    def start(self):
        self.child = subprocess.Popen(self.command, cwd=BENCH, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.greeting:
            self.request(self.greeting)

    def restart(self):
        """Ends a child that is busy, and starts another."""
        self.child.kill()
        self.child.communicate()
        self.start()

    def request(self, message, seconds_max=None):
        """The answer to one message; EngineError where the child has gone, says "error", or takes too long."""
        try:
            self.child.stdin.write(json.dumps(message) + "\n")
            self.child.stdin.flush()
        except BrokenPipeError as error:
            raise EngineError(f"the process has ended: {self.child.args[0]}") from error
        if seconds_max and not select.select([self.child.stdout], [], [], seconds_max)[0]:
            self.restart()
            raise NoAnswer(f"no answer within {seconds_max} s")
        line = self.child.stdout.readline()
        if not line:
            raise EngineError(f"the process has ended: {self.child.args[0]}")
        answer = json.loads(line)
        if "error" in answer:
            raise EngineError(answer["error"])
        return answer

    def close(self):
        self.child.stdin.close()
        self.child.wait()
        self.child.stdout.close()


def memory_mb(pid):
    """(now, peak) resident megabytes of a process."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return tuple(int(fields[key].split()[0]) / 1024 for key in ("VmRSS", "VmHWM"))


def disk_bytes(path):
    """Bytes that a file or a directory takes."""
    path = Path(path)
    if path.is_file():
        return path.stat().st_size
    return sum(part.stat().st_blocks * 512 for part in path.rglob("*") if part.is_file() and not part.is_symlink())


def run_measured(command):
    """Runs a command; {seconds, peak_mb} of it. EngineError with its messages where it fails."""
    started = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stdout.close()
    if child.returncode != 0:
        raise EngineError(f"exit {child.returncode} of {' '.join(map(str, command))}\n{output}")
    return {"seconds": time.monotonic() - started, "peak_mb": usage.ru_maxrss / 1024}


class Ours:
    """Our store, asked through the commands of the command line, many in one process (the referee of the tests runs them)."""

    name = "wanamaker"

    def __init__(self, build, store):
        self.program = str(build / "wanamaker")
        self.store = str(store)
        self.version = subprocess.run([self.program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        self.process = LineProcess([str(build / "wanamaker_referee"), "--data", self.store], {"now": NOW})

    def command(self, *words):
        """What a command prints, with --json."""
        answer = self.process.request({"command": ["--json", *words]}, ANSWER_SECONDS_MAX)
        if answer["exit"] != 0:
            raise EngineError(answer["stderr"] or answer["stdout"])
        return answer["stdout"]

    def ask(self, definition, repeat=1):
        """The answer of `count`: from the text of the definition to its count and every condition's own."""
        answer = json.loads(self.command("count", definition, "--repeat", str(repeat)))
        return Timed(rows=[[answer["count"]]], ms=[answer["median_ms"]])

    def ids(self, definition):
        members = json.loads(self.command("members", definition))["members"]
        return len(members), sum(map(int, members))

    def busy_contacts(self, events):
        """Ids of contacts with about so many events, the nearest number first that has one."""
        for distance in range(0, events, 10):
            low, high = max(0, events - distance), events + distance
            found = json.loads(self.command("members", f"count of any event between {low} and {high}"))["members"]
            if found:
                return found
        return json.loads(self.command("members", "top 1 by count of any event"))["members"]

    def memory_mb(self):
        return memory_mb(self.process.pid)

    def close(self):
        self.process.close()

    @staticmethod
    def load(build, folder, contacts, events):
        """Makes the store anew in `folder` from the two files; {step: {seconds, peak_mb}}."""
        shutil.rmtree(folder, ignore_errors=True)
        base = [str(build / "wanamaker"), "--data", str(folder), "--now", NOW]
        columns = ["--contact", "contact_id", "--time", "ts", "--event-column", "type", "--type", "bounce_type=text"]
        return {"contacts": run_measured([*base, "import", "contacts", str(contacts), "--id", "id", *OURS_TYPES]),
                "events": run_measured([*base, "import", "events", str(events), *columns]),
                "settle": run_measured([*base, "checkpoint", "--compact"])}


class SqlEngine:
    """DuckDB or ClickHouse in a Node process of its own."""

    def __init__(self, name, place, version_sql):
        self.name = name
        self.process = LineProcess(["node", str(BENCH / "engines" / f"{name.lower()}.mjs"), str(place), str(THREADS)])
        self.version = f"{name} {self.ask(version_sql).rows[0][0]}"

    def ask(self, sql, repeat=1):
        return Timed(**self.process.request({"sql": sql, "repeat": repeat}))

    def ids(self, sql):
        """Members of a query with the column `id`, and the sum of the ids."""
        count, total = self.ask(counted(sql)).rows[0]
        return int(count), int(total or 0)

    def memory_mb(self):
        return memory_mb(self.process.pid)

    def close(self):
        self.process.close()


def counted(sql):
    """The query that is timed: number and sum of the ids of a query."""
    return f"SELECT count(*), sum(id) FROM ({sql}) AS segment"


def duckdb(place):
    return SqlEngine("DuckDB", place, "SELECT version()")


def clickhouse(place):
    return SqlEngine("ClickHouse", place, "SELECT version()")


FILLS = re.compile(r"(?:INSERT INTO|COPY|CREATE TABLE) (contacts|events)\w* (?:FROM|SELECT|AS SELECT) ")


def remove(place):
    """Takes a store away, be it a file or a directory."""
    place = Path(place)
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def load_sql(open_engine, place, contacts, events):
    """Runs the statements of engines/NAME.sql in a new store; {step: {seconds, peak_mb}}: rows of contacts, of events, and all else."""
    remove(place)
    engine = open_engine(place)
    text = (BENCH / "engines" / f"{engine.name.lower()}.sql").read_text()
    text = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    text = text.replace("{contacts}", str(contacts)).replace("{events}", str(events))
    seconds = {"contacts": 0.0, "events": 0.0, "settle": 0.0}
    for statement in filter(None, (part.strip() for part in text.split(";"))):
        filled = FILLS.match(statement)
        started = time.monotonic()
        engine.ask(statement)
        seconds[filled.group(1) if filled else "settle"] += time.monotonic() - started
    peak = engine.memory_mb()[1]
    engine.close()
    return {step: {"seconds": value, "peak_mb": peak} for step, value in seconds.items()}
