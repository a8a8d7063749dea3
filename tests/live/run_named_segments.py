"""A live segment that names another one in a filter of colleagues or in `among` follows when the rule of that one is edited: what is kept, the feed and
`verify` agree, and so do later data.

    python3 tests/live/run_named_segments.py BUILD_DIR
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

NOW = "2026-03-01T00:00:00Z"
LATER = "2026-03-01T01:00:00Z"  # rankings have been refreshed

# segments that are saved; the edit; who is in the last segment after it, who then has score 9, and who is in then
CASES = [
    ([("s", "age > 30"), ("m", 'any account contact (in segment "s")')], ("s", "age > 15"), {"c1", "c2"}, "c1", {"c1", "c2"}),
    ([("s", "age > 15"), ("m", 'any account contact (in segment "s")')], ("s", "age > 30"), set(), "c1", set()),
    ([("s", "age > 30"), ("t", 'in segment "s"'), ("m", 'count of account contact (in segment "t") = 1')], ("s", "age > 15"), {"c1", "c2"}, "c1", {"c1", "c2"}),
    ([("s", "age > 30"), ("m", 'any account contact (in segment "s")')], ("s", "score > 5"), set(), "c1", {"c2"}),
    ([("s", "age > 15"), ("m", 'bottom 1 by age among (in segment "s")')], ("s", "age > 20"), {"c2"}, "c1", {"c2"}),
]


def main():
    program = str(Path(sys.argv[1]).resolve() / "wanamaker")
    passed = failed = 0
    for saved, edit, after_edit, contact, after_data in CASES:
        with tempfile.TemporaryDirectory() as directory:
            def run(now, *words):
                return subprocess.run([program, *words, "--now", now], cwd=directory, capture_output=True, text=True, check=True).stdout

            def kept(now):
                """Who is in the last segment by what is kept of each contact."""
                found = set()
                for one in ("c1", "c2", "c3"):
                    entries = json.loads(run(now, "contact", "segments", one, "--json"))["segments"]
                    found |= {one} if any(entry["key"] == saved[-1][0] for entry in entries) else set()
                return found

            def check(what, now, wanted):
                nonlocal passed, failed
                run(now, "verify")
                members = set(run(now, "members", f'in segment "{saved[-1][0]}"').split())
                right = kept(now) == members == wanted
                passed, failed = passed + right, failed + (not right)
                if not right:
                    print(f"FAILED {saved} {what}: kept {sorted(kept(now))}, decided {sorted(members)}, wanted {sorted(wanted)}")

            Path(directory, "contacts.csv").write_text("id,age,company,score\nc1,20,A,1\nc2,22,A,1\nc3,14,,1\n")
            run(NOW, "import", "contacts", "contacts.csv", "--id", "id", "--account", "company")
            for key, text in saved:
                run(NOW, "segment", "put", key, text)
            run(NOW, "segment", "put", *edit)
            check("after the edit", LATER, after_edit)
            Path(directory, "later.csv").write_text(f"id,score\n{contact},9\n")
            run(LATER, "import", "contacts", "later.csv", "--id", "id")
            check("after more data", LATER, after_data)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
