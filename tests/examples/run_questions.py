"""The 16 questions on real data, answered by the tool alone: counts and sha256 of the sorted ids equal the published ones."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("WANAMAKER_TEST_DATA", ROOT.parent / "shared" / "data"))


def run(binary, folder, *words):
    done = subprocess.run([binary, "--data", folder, *words], capture_output=True, text=True, cwd=folder)
    if done.returncode not in (0, 8):
        raise RuntimeError(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def main():
    binary = str(Path(sys.argv[1]).resolve() / "wanamaker")
    published = {question["id"]: question for question in json.loads((DATA / "answers_dev.json").read_text())["questions"]}
    examples = json.loads((ROOT / "examples" / "questions" / "questions.json").read_text())
    passed = failed = 0
    for dataset, example in examples.items():
        with tempfile.TemporaryDirectory() as folder:
            for words in example["imports"]:
                file = next(i for i, word in enumerate(words) if word.startswith(f"{dataset}/"))
                run(binary, folder, *words[:file], str(DATA / words[file]), *words[file + 1:])
            for name, expression in example["questions"].items():
                wanted = published[name]
                count = run(binary, folder, "count", "--verify", expression).strip()
                ids = run(binary, folder, "members", expression)
                good = count == str(wanted["expected_count"]) and hashlib.sha256(ids.encode()).hexdigest() == wanted["sha256_sorted_ids"]
                passed, failed = passed + good, failed + (not good)
                if not good:
                    print(f"{name}: {count} contacts, expected {wanted['expected_count']}: {expression}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
