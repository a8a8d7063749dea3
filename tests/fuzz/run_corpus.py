"""Every kept input of every fuzz target, without libFuzzer: no crash, no broken invariant."""

import subprocess
import sys
from pathlib import Path

CORPUS = Path(__file__).resolve().parent / "corpus"


def main():
    build = Path(sys.argv[1]).resolve()
    passed = failed = 0
    for folder in sorted(CORPUS.iterdir()):
        done = subprocess.run([str(build / f"{folder.name}_fuzz"), str(folder)], capture_output=True, text=True)
        files = len(list(folder.iterdir()))
        if done.returncode == 0:
            passed += files
        else:
            failed += 1
            print(f"{folder.name}: {done.stdout}{done.stderr}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
