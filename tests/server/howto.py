"""A guide, followed word for word in an empty folder: its commands, its programs, its answers.

Blocks of sh are run by one shell, in order; blocks of js by node. A text block is what they print, with … for what differs from day to day.
The port alone is another one: a free one.

    python3 tests/server/howto.py BUILD_DIR      docs/how-to/connect-an-sdk.md, which needs packages of npm
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from sdks import SDKS, install
from served import SECONDS_MAX

ROOT = Path(__file__).resolve().parent.parent.parent
HOWTOS = ROOT / "docs/how-to"
BLOCK = re.compile(r"^```(sh|js|text)\n(.*?)^```$", re.M | re.S)
MARK = "=== block"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def script_of(blocks, folder):
    """All blocks as one script of the shell, with a mark before each that is run."""
    lines = []
    for number, (kind, text) in enumerate(blocks):
        if kind == "text":
            continue
        lines.append(f"echo '{MARK}' {number}")
        if kind == "sh":
            lines.append(text)
        else:
            program = folder / f"program{number}.cjs"
            program.write_text(text)
            lines.append(f'WRITE_KEY="$write" node {program}')
    return "set -m\n" + "\n".join(lines)


def fits(came, wanted):
    pattern = ".*".join(re.escape(part) for part in wanted.split("…"))
    return re.fullmatch(pattern, came, re.S) is not None


def follow(name, build):
    """(passed, failed) of the answers that the guide of that name prints."""
    blocks = BLOCK.findall((HOWTOS / name).read_text().replace(":8080", f":{free_port()}"))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        environment = os.environ | {"PATH": f"{Path(build).resolve()}:{os.environ['PATH']}", "NODE_PATH": str(SDKS / "node_modules")}
        done = subprocess.run(["bash", "-c", script_of(blocks, folder)], cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS_MAX)
    printed = dict(re.findall(rf"^{MARK} (\d+)\n(.*?)(?=^{MARK}|\Z)", done.stdout, re.M | re.S))
    passed = failed = 0
    for number, (kind, wanted) in enumerate(blocks):
        if kind != "text":
            continue
        came = printed.get(str(number - 1), "")
        good = fits(came.strip(), wanted.strip())
        passed, failed = passed + good, failed + (not good)
        if not good:
            print(f"--- expected\n{wanted}--- came\n{came}--- stderr\n{done.stderr}")
    return passed, failed


def main():
    install()
    passed, failed = follow("connect-an-sdk.md", sys.argv[1])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
