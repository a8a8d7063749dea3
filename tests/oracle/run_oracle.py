"""The kept seeds against the outside oracle: sweep, probe and intervals of random definitions on random bases."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main():
    referee = Path(sys.argv[1]).resolve() / "wanamaker_referee"
    own = subprocess.run([sys.executable, "test_oracle.py"], cwd=HERE, capture_output=True, text=True)
    done = subprocess.run([sys.executable, str(HERE / "compare.py"), "--referee", str(referee), "--seeds-file", str(HERE / "kept_seeds.txt"),
                           "--definitions", "4", "--jobs", str(os.cpu_count() or 1)], capture_output=True, text=True)
    if own.returncode != 0:
        print(own.stdout + own.stderr)
    if done.returncode != 0:
        print(done.stdout + done.stderr)
    seeds = len([line for line in (HERE / "kept_seeds.txt").read_text().splitlines() if line.strip() and not line.startswith("#")])
    failed = int(own.returncode != 0) + int(done.returncode != 0)
    print(f"{seeds + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
