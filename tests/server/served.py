"""A real server on a free port of the loopback, and a client of the standard library. Nothing here waits by the clock: readiness is a line."""

import gzip
import http.client
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

SECONDS_MAX = 30 * float(os.environ.get("WANAMAKER_TIME_LIMIT_FACTOR", "1"))  # what takes longer hangs
NOW = "2026-03-01T12:00:00Z"


def once(pairs):
    """An object, of which no member stands twice."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise AssertionError(f"a member stands twice: {[name for name, _ in pairs]}")
    return dict(pairs)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body, object_pairs_hook=once)


class Served:
    """A data directory with one key of each role, and `wanamaker serve` over it."""

    def __init__(self, program, now=NOW, store=None):
        """`store`: a directory of which the data are a copy."""
        self.program = program
        self.at = ["--now", now] if now else []  # nothing: the clock of the machine, as programs that send have it
        self.folder = Path(tempfile.mkdtemp())
        self.data = str(self.folder / "store")
        if store:
            subprocess.run(["cp", "-r", "--reflink=auto", str(store), self.data], check=True)
        self.keys = {role: self.command("key", "add", "--role", role, "--name", f"{role} of tests").strip() for role in ("write", "read", "admin")}
        self.start()

    def command(self, *words, code=0):
        """stdout of a command on the data directory, while no server holds it."""
        done = subprocess.run([self.program, "--data", self.data, *self.at, *words], capture_output=True, text=True, timeout=SECONDS_MAX)
        if done.returncode != code:
            raise AssertionError(f"{words}: exit code {done.returncode}: {done.stderr}")
        return done.stdout

    def start(self, *options, file_bytes_max=None):
        """`file_bytes_max`: no file of the server grows beyond, as on a disk that is full."""
        limit = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes_max, file_bytes_max))) if file_bytes_max else None
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen([self.program, "--data", self.data, *self.at, "serve", *([] if "--listen" in options else ["--listen", "127.0.0.1:0"]), *options],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True, preexec_fn=limit)
        self.setup_token = None
        for line in self.process.stdout:
            if line.startswith("  Setup"):
                self.setup_token = line.split()[1].partition("token=")[2]
            if line.startswith("  API"):
                self.port = urlsplit(line.split()[1]).port
            if line.startswith("  Events"):
                return
        raise AssertionError(f"the server did not start: {(self.folder / 'log').read_text()}")

    def stop(self):
        """Its exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(SECONDS_MAX)
        self.process.stdout.close()
        self.log.close()
        return code

    def kill(self):
        self.process.kill()
        self.process.wait(SECONDS_MAX)
        self.process.stdout.close()
        self.log.close()

    def close(self):
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder)

    def call(self, method, path, body=None, key="admin", headers=None):
        """One request on a connection of its own. `key`: a role, a key, or nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_MAX)
        try:
            return self.on(connection, method, path, body, key, headers)
        finally:
            connection.close()

    def on(self, connection, method, path, body=None, key="admin", headers=None):
        wanted = dict(headers or {})
        if key:
            wanted.setdefault("Authorization", f"Bearer {self.keys.get(key, key)}")
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        connection.request(method, quote(path, safe="/?=&%:+,"), body=body, headers=wanted)
        came = connection.getresponse()
        data = came.read()
        if came.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        return Answer(came.status, came.headers, data)

    def log_in(self, login, password):
        """The headers by which a page of the server's own would send changes in a new session."""
        came = self.call("POST", "/api/v1/sessions", {"login": login, "password": password}, key=None)
        if came.status != 201:
            raise AssertionError(f"logging in: {came.status}: {came.body}")
        return self.of_session(came)

    def of_session(self, came):
        return {"Cookie": came.headers["Set-Cookie"].partition(";")[0], "X-CSRF-Token": came.json["csrf_token"], "Origin": f"http://127.0.0.1:{self.port}"}

    def person(self, role, login=None):
        """A new user with a session: its headers."""
        login, password = login or f"{role}@shop.example", f"a good password of {role}"
        made = self.call("POST", "/api/v1/users", {"login": login, "role": role, "password": password})
        if made.status != 201:
            raise AssertionError(f"a new user: {made.status}: {made.body}")
        return self.log_in(login, password)

    def until(self, path, is_there):
        """What is answered once it is true of it: of what the server does by itself, somewhat later."""
        ends = time.monotonic() + SECONDS_MAX
        while True:
            came = self.call("GET", path).json
            if is_there(came):
                return came
            if time.monotonic() > ends:
                raise AssertionError(f"{path} stays {came}")

    def raw(self, data, more=()):
        """Everything that comes back for raw bytes, until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS_MAX) as stream:
            stream.sendall(data)
            for piece in more:
                stream.sendall(piece)
            came = b""
            try:
                while part := stream.recv(65536):
                    came += part
            except ConnectionResetError:
                pass
            return came

    def track(self, *messages, key="write", **more):
        return self.call("POST", "/v1/batch", {"batch": list(messages), **more}, key=key)

    def count(self, definition):
        return self.call("POST", "/api/v1/segments/preview", {"definition": definition}, key="read").json["count"]
