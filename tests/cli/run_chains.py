"""What `explain` shows of a sequence is one chain: events of the contact that pass, each in time after the one before.

    python3 tests/cli/run_chains.py BUILD_DIR

Events are drawn from a kept seed; gaps and filters are checked here by plain arithmetic, and membership is compared with `members`.
"""

import json
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

SEED = 20261123
CONTACTS = [f"k{i:02}" for i in range(24)]
NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
# text; of each step: name, least and most hours after the step before, filter of the event and the one before; a last step that must be absent.
DEFINITIONS = [
    ("did visit then signup within 2 days", [("visit", 0, 0, None), ("signup", 0, 48, None)], None),
    ("did visit then signup within 30 hours then visit within 40 hours", [("visit", 0, 0, None), ("signup", 0, 30, None), ("visit", 0, 40, None)], None),
    ("did visit then visit (page = previous.page) within 60 hours", [("visit", 0, 0, None), ("visit", 0, 60, lambda event, before: event["page"] == before["page"])], None),
    ("did visit (page > 1) then signup between 10 and 50 hours later", [("visit", 0, 0, lambda event, _: event["page"] > 1), ("signup", 10, 50, None)], None),
    ("did first visit then signup within 90 hours", [("visit", 0, 0, None), ("signup", 0, 90, None)], None),
    ("did visit then not signup within 3 days", [("visit", 0, 0, None)], ("signup", 72)),
    ("did signup then visit within 20 hours then not visit within 30 hours", [("signup", 0, 0, None), ("visit", 0, 20, None)], ("visit", 30)),
]


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def evidence_chain(items):
    """The events of a chain in order, and the word said of its last."""
    chain, word = [], None
    for item in items:
        if "step" in item:
            assert item["step"] == len(chain) + 1, f"step {item['step']} comes as number {len(chain) + 1}"
        word = next(key for key in item if key != "step")
        chain.append(item[word])
    return chain, word


def faults(answer, events, steps, absent):
    """What is wrong with the evidence of an answer about a contact with these events."""
    chain, word = evidence_chain(answer["reasons"].get("evidence", []))
    own = [(event["event"], event["time"], event["properties"]["page"]) for event in chain]
    found = [f"{event} is none of the contact's" for event in own if event not in events]
    for number, (event, (name, least, most, passes)) in enumerate(zip(chain, steps)):
        before = chain[number - 1] if number else None
        if event["event"] != name:
            found.append(f"step {number + 1} is {event['event']}")
        if before:
            apart = instant(event["time"]) - instant(before["time"])
            if not max(timedelta(milliseconds=1), timedelta(hours=least)) <= apart <= timedelta(hours=most):
                found.append(f"step {number + 1} comes {apart} after")
        if passes and not passes(event["properties"], before and before["properties"]):
            found.append(f"step {number + 1} does not pass")
    whole = len(chain) == len(steps)
    if absent is None and (answer["member"] != whole or (whole and word != "ends_with")):
        found.append(f"member {answer['member']} with {len(chain)} steps that end with {word}")
    if absent is not None and answer["member"]:
        last = instant(chain[-1]["time"])
        until = last + timedelta(hours=absent[1])
        if word != "unanswered" or until > NOW or any(name == absent[0] and last < instant(time) <= until for name, time, _ in events):
            found.append("the last event was followed, or its time is not over")
    return found


def main():
    program = str(Path(sys.argv[1]).resolve() / "wanamaker")
    rng = random.Random(SEED)
    passed = failed = members = 0
    with tempfile.TemporaryDirectory() as directory:
        def run(*words):
            return subprocess.run([program, *words, "--now", NOW.strftime("%Y-%m-%dT%H:%M:%SZ")], cwd=directory, capture_output=True, text=True, check=True).stdout

        of = {contact: [] for contact in CONTACTS}
        for contact in CONTACTS:
            for _ in range(rng.randint(2, 9)):
                time = NOW - timedelta(hours=rng.randint(1, 400))
                of[contact].append((rng.choice(("visit", "visit", "signup")), time.strftime("%Y-%m-%dT%H:%M:%SZ"), rng.randint(1, 3)))
        rows = [f"{contact},{name},{time},{page}" for contact, events in of.items() for name, time, page in events]
        Path(directory, "contacts.csv").write_text("id\n" + "\n".join(CONTACTS) + "\n")
        Path(directory, "events.csv").write_text("contact,event,time,page\n" + "\n".join(rows) + "\n")
        run("import", "contacts", "contacts.csv", "--id", "id")
        run("import", "events", "events.csv", "--contact", "contact", "--time", "time", "--event-column", "event")
        for text, steps, absent in DEFINITIONS:
            are_in = set(run("members", text).split())
            members += len(are_in)
            for contact in CONTACTS:
                answer = json.loads(run("explain", contact, text, "--json"))
                found = faults(answer, of[contact], steps, absent)
                if answer["member"] != (contact in are_in):
                    found.append("members says otherwise")
                passed, failed = passed + (not found), failed + bool(found)
                for fault in found:
                    print(f"FAILED {contact}: {text}: {fault}")
    if not len(CONTACTS) < members < len(CONTACTS) * (len(DEFINITIONS) - 1):
        failed += 1
        print(f"FAILED: {members} members do not tell both kinds of answers")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
