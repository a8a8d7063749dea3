"""The outside view of a workload: what a prefix of each lane leads to, by the oracle of the segment language alone.

`wanamaker_driver plan` prints the steps of a workload as JSON lines. The saved segments are those of segments.json, whose JSON
form was written by hand beside the text; segments of a lane come and go and are not asked.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "outside"))

from replay import Instant, Replay  # noqa: E402
from base import read_json  # noqa: E402

ASKED_AT = Instant(1_717_243_200_000)
RANKING = {"best"}


def definitions():
    """The saved segments by key, in their JSON form."""
    return {entry["key"]: entry["tree"] for entry in read_json((HERE / "segments.json").read_text(encoding="utf-8"))}


def members_of(driver, seed, steps, instants=(ASKED_AT,)):
    """The members of each saved segment after so many steps of each lane, as of each of the instants."""
    done = subprocess.run([driver, "plan", "--seed", str(seed), "--upto", ",".join(map(str, steps))],
                          capture_output=True, text=True, check=True)
    trees = definitions()
    replay = Replay()
    for line in done.stdout.splitlines():
        step = read_json(line)
        if step["do"] in ("put segment", "delete segment"):
            if step["key"] not in trees:
                continue
            step["tree"] = trees[step["key"]]
        replay.apply(step)
    return [replay.members(at) for at in instants]
