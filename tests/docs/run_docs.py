"""Every sample of README and docs runs: terminal sessions print what stands there, definitions compile against the demo base.

```console blocks: lines `$ wanamaker …` are run in order, in one data directory a file; the lines below are the expected output.
```segment blocks: each is a definition, counted on the demo base of 2026-03-01.
With --write the sessions are recorded anew, to be read before they are committed.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = "2026-03-01T00:00:00Z"
BLOCK = re.compile(r"^```(console|segment)\n(.*?)^```$", re.M | re.S)


class Session:
    """One data directory and one folder of files."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder

    def run(self, line):
        if line.startswith("cat > "):
            return None
        words = shlex.split(line)
        now = [] if "--now" in words else ["--now", NOW]
        command = [self.binary, *now, *words[1:]] if words[0] == "wanamaker" else words
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder)
        return done.stdout + done.stderr


def record(session, block):
    """The block with what its commands print now."""
    lines = []
    command = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.M)
    for found in command.finditer(block):
        lines.append(f"$ {found.group(1)}")
        output = session.run(found.group(1).replace("\\\n", " "))
        lines += output.rstrip("\n").split("\n") if output.strip() else []
    return "\n".join(lines) + "\n"


def check_file(path, binary, demo, write):
    """(passed, failed) of one document."""
    text = path.read_text()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for file in (ROOT / "examples" / "shop").glob("*.csv"):
            (Path(folder) / file.name).write_text(file.read_text())
        session = Session(binary, folder)
        for kind, block in BLOCK.findall(text):
            if kind == "segment":
                done = subprocess.run([binary, "--data", demo, "--now", NOW, "count", block], capture_output=True, text=True)
                good, shown = done.returncode == 0, done.stderr
            else:
                now = record(session, block)
                good, shown = now == block, now
                if write and not good:
                    text, good = text.replace(block, now, 1), True
            passed, failed = passed + good, failed + (not good)
            if not good:
                print(f"{path.relative_to(ROOT)}:\n{block}--- got ---\n{shown}")
    if write:
        path.write_text(text)
    return passed, failed


def main():
    binary = str(Path(sys.argv[1]).resolve() / "wanamaker")
    totals = [0, 0]
    with tempfile.TemporaryDirectory() as demo:
        subprocess.run([binary, "--data", demo, "--now", NOW, "demo"], check=True, capture_output=True)
        for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
            result = check_file(path, binary, demo, "--write" in sys.argv)
            totals = [a + b for a, b in zip(totals, result)]
    print(f"{totals[0]} passed, {totals[1]} failed")
    return 1 if totals[1] else 0


sys.exit(main())
