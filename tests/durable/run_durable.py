"""The durability tests that run with every build: kills, order of syncs, power cuts, faults, damage, limits, backups, erasure, upgrade.

A check is one test.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
KILLS = 30
LONGEST_SECONDS = 0.7
IMAGES = 300
DAMAGES = 10_000


def checks(build):
    """(name, command) of each check, cheap ones first."""
    jobs = str(os.cpu_count() or 1)
    yield "no acknowledgement before its sync", [build / "wanamaker_powerloss", "--order", "6", "--jobs", jobs]
    yield f"{IMAGES} power cuts", [build / "wanamaker_powerloss", "--images", str(IMAGES), "--jobs", jobs]
    yield f"{KILLS} kills", [sys.executable, HERE / "crash.py", "--build", build, "--kills", str(KILLS), "--longest", str(LONGEST_SECONDS),
                             "--jobs", jobs]
    yield "limits of the process", [sys.executable, HERE / "limits.py", "--build", build]
    yield "upgrade of an old store", [sys.executable, HERE / "upgrade.py", "--build", build]
    yield "backups", [sys.executable, HERE / "backups.py", "--build", build, "--jobs", jobs]
    yield "erasure from every byte", [sys.executable, HERE / "erasure.py", "--build", build, "--jobs", jobs]
    yield "faults of the disk", [build / "wanamaker_faults", "--jobs", "16"]
    yield f"{DAMAGES} damages", [build / "wanamaker_damage", "--cases", str(DAMAGES), "--jobs", jobs]


def main():
    """Runs every check, or those whose name holds a word of the command line."""
    build = Path(sys.argv[1]).resolve()
    passed = failed = 0
    for name, command in checks(build):
        if sys.argv[2:] and not any(word in name for word in sys.argv[2:]):
            continue
        started = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name} ({time.monotonic() - started:.1f} s)", flush=True)
        passed, failed = passed + (done.returncode == 0), failed + (done.returncode != 0)
        if done.returncode != 0:
            print(done.stdout.replace(" passed, ", " good, ") + done.stderr, flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
