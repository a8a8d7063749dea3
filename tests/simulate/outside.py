"""The outside oracle beside the simulator: outside.py FILE, as `wanamaker_simulate --plan FILE` wrote it.

The commands of each seed are applied to a base that shares no code with the product; wherever the file asks, the kept members of
every segment must be those that the oracle decides. Prints a line for each difference, and `N asked, N wrong` at the end.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "outside"))

from replay import Instant, Replay  # noqa: E402
from base import read_json  # noqa: E402


def differences(replay, step):
    """The segments for which the oracle says something else."""
    told = step["members"]
    expected = replay.members(Instant(step["at"]), told.keys())
    return [f"{key}: live without {sorted({*expected[key]} - {*ids})}, with {sorted({*ids} - {*expected[key]})}"
            for key, ids in told.items() if ids != expected[key]]


def main():
    """Replays the file and compares."""
    replay, seed, asked, wrong = None, 0, 0, 0
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            step = read_json(line)
            if step["do"] == "begin":
                replay, seed = Replay(), step["seed"]
            elif step["do"] == "ask":
                asked += len(step["members"])
                for difference in differences(replay, step):
                    wrong += 1
                    print(f"seed {seed} at {step['at']}: segment {difference}: FAILED")
            else:
                replay.apply(step)
    print(f"{asked} asked, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
