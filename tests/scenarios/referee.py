"""Talks to the referee: one process with a workspace of its own, a JSON line asked, a JSON line answered."""

import json
import subprocess
import tempfile
import time
from pathlib import Path


class Referee:
    def __init__(self, build):
        self.folder = tempfile.TemporaryDirectory(prefix="scenario-")
        self.path = Path(self.folder.name)
        self.tables = 0
        binary = Path(build).resolve() / "wanamaker_referee"
        for attempt in range(60):
            if attempt and not binary.exists():
                time.sleep(1)
                continue
            try:
                self.process = subprocess.Popen(
                    [str(binary), "--data", str(self.path / "data")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
                )
                return
            except OSError:
                time.sleep(1)
        raise SystemExit(f"there is no {binary}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.folder.cleanup()

    def ask(self, **request):
        try:
            self.process.stdin.write(json.dumps(request, ensure_ascii=False) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        return json.loads(line) if line else {"error": "the referee ended", "exit": -1, "stdout": "", "stderr": "the referee ended"}

    def command(self, *words):
        return self.ask(command=list(words))

    def definition(self, text, at, explain=False):
        return self.ask(definition=text, at=at, **({"explain": True} if explain else {}))

    def file(self, text):
        self.tables += 1
        path = self.path / f"table-{self.tables}.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)
