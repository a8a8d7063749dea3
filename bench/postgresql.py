"""PostgreSQL, where it is installed: a server of our own on a socket in a private directory, never on a network address, asked through psql."""

import glob
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from engines import EngineError, Timed, counted

ACCOUNT = "postgres"  # PostgreSQL does not run as root; root lends it this account
END = "=== end of the answer ==="
START_SECONDS_MAX = 60
# Two processes a query: the leader and one worker. What is loaded is not synced: only reading is compared.
SETTINGS = {"listen_addresses": "", "shared_buffers": "4GB", "work_mem": "256MB", "maintenance_work_mem": "1GB", "jit": "off", "max_parallel_workers_per_gather": "1",
            "max_wal_size": "8GB", "fsync": "off", "random_page_cost": "1.1", "effective_cache_size": "8GB"}


def program(name):
    """The path of a program of PostgreSQL, or None. Debian keeps them out of PATH."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return found[-1] if found else shutil.which(name)


def account():
    """The user to run as, as an argument of Popen."""
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}


def why_missing(folder):
    """Why PostgreSQL cannot be used on a cache directory; empty if it can."""
    if not all(map(program, ("initdb", "postgres", "psql"))):
        return "not installed (Debian: postgresql)"
    try:
        reached = subprocess.run(["test", "-r", str(folder)], **account()).returncode == 0
    except (KeyError, LookupError, PermissionError):
        return f"there is no account {ACCOUNT}"
    return "" if reached else f"its account {ACCOUNT} cannot read {Path(folder).name} in the cache"


class PostgreSQL:
    """A server and one session."""

    name = "PostgreSQL"

    def __init__(self, place):
        self.place = Path(place)
        if not (self.place / "PG_VERSION").exists():
            self.make()
        self.sockets = tempfile.TemporaryDirectory(prefix="bench-")
        if os.geteuid() == 0:
            shutil.chown(self.sockets.name, ACCOUNT, ACCOUNT)
        options = [f"-c{key}={value}" for key, value in SETTINGS.items()]
        self.server = subprocess.Popen([program("postgres"), "-D", str(self.place), "-k", self.sockets.name, *options], stderr=subprocess.DEVNULL, cwd="/", **account())
        self.pid = self.server.pid
        self.wait()
        self.session = subprocess.Popen([program("psql"), "-qAtX", "-F", "\t", "-v", "ON_ERROR_STOP=0", *self.where()], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/", **account())
        self.send("\\timing on\n")
        self.version = "PostgreSQL " + self.ask("SHOW server_version").rows[0][0].split()[0]

    def where(self):
        return ["-h", self.sockets.name, "-d", "postgres"]

    def make(self):
        self.place.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(self.place, ACCOUNT, ACCOUNT)
        subprocess.run([program("initdb"), "-D", str(self.place), "-A", "trust", "--locale=C", "-E", "UTF8"], check=True, capture_output=True, cwd="/", **account())

    def wait(self):
        """Until the server answers."""
        started = time.monotonic()
        while subprocess.run([program("psql"), "-qAtX", "-c", "SELECT 1", *self.where()], capture_output=True, cwd="/", **account()).returncode != 0:
            if self.server.poll() is not None or time.monotonic() - started > START_SECONDS_MAX:
                raise EngineError("PostgreSQL does not start")
            time.sleep(0.1)

    def send(self, text):
        self.session.stdin.write(text)
        self.session.stdin.flush()

    def ask(self, sql, repeat=1):
        """Milliseconds are those of psql, round trip included."""
        ms, rows = [], []
        for _ in range(repeat):
            self.send(f"{sql};\n\\echo '{END}'\n")
            rows = []
            while (line := self.session.stdout.readline().rstrip("\n")) != END:
                if line.startswith("ERROR:") or not line and self.session.poll() is not None:
                    raise EngineError(f"{line}\n{sql}")
                timed = re.match(r"Time: ([0-9.]+) ms", line)
                if timed:
                    ms.append(float(timed.group(1)))
                else:
                    rows.append(line.split("\t"))
        return Timed(rows=rows, ms=ms)

    def ids(self, sql):
        count, total = self.ask(counted(sql)).rows[0]
        return int(count), int(total or 0)

    def memory_mb(self):
        """(resident now in server and sessions, shared pages counted once; no peak)."""
        total = 0
        for process in [self.pid, *map(int, Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split())]:
            fields = dict(line.split(":", 1) for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:])
            total += int(fields["Pss"].split()[0]) / 1024
        return total, None

    def close(self):
        self.session.stdin.close()
        self.session.wait()
        self.session.stdout.close()
        self.server.send_signal(signal.SIGINT)
        self.server.wait()
        self.sockets.cleanup()
