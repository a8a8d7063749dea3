"""Erased means gone from every byte.

    erasure.py --build DIRECTORY [--seeds N] [--first SEED] [--jobs 2] [--only WORD]

Proves: 60 random texts that came in through every door (ids, attributes, sets, histories, properties of events, message ids, records,
notes of lists; CSV, NDJSON, gzip) stand in the files of a store before (the positive control), and after `contact erase ID --now` none
of them does: not in the raw bytes, not as UTF-16, not in the frames of the write-ahead logs put together, not in what RocksDB reads out
of its files. The same for stores that are in the log, in pages, and half and half; and for a backup made before that is restored: over
the store, into a new directory with the store's ledger, and from a directory of backups that knows of the erasure. What others hold
stays, also a text that was shared; so does a contact who came back after being erased.
"""

import argparse
import os
import random
import string
import subprocess
import sys
from pathlib import Path

from places import Wrong, files_below, run_checks, same

PEOPLE = 5
DOORS = ("id", "alias", "text", "replaced", "set", "past", "present", "property", "message", "record", "field", "note")  # 60 = 5 x 12
SHARED = "sharedbyallofthem"
FRAME_BLOCK = 32 << 10


def write_people(place, people):
    """Everything about the people, and others who share a text with each of them."""
    others = [f"other{number}" for number in range(30)]
    ids = [person["id"] for person in people]
    place.rows("first.csv", ["key,title,city,company"] + [f"{p['id']},{p['replaced']},{SHARED},acme" for p in people]
               + [f"{other},kept{other},{SHARED},acme" for other in others])
    place.run("import contacts first.csv --id key --account company")
    place.rows("second.ndjson", [f'{{"key":"{p["id"]}","title":"{p["text"]}"}}' for p in people])
    place.run("import contacts second.ndjson --id key")
    place.rows("sets.ndjson.gz", [f'{{"key":"{p["id"]}","likes":["{SHARED}","{p["set"]}"]}}' for p in people]
               + [f'{{"key":"{other}","likes":["{SHARED}","tea"]}}' for other in others])
    place.run("import contacts sets.ndjson.gz --id key")
    place.rows("changes.csv.gz", ["key,at,plan"] + [f"{p['id']},2025-01-01T00:00:00Z,{p['past']}" for p in people]
               + [f"{p['id']},2025-06-01T00:00:00Z,{p['present']}" for p in people]
               + [f"{other},2025-06-01T00:00:00Z,basic" for other in others])
    place.run("import contacts changes.csv.gz --id key --changed-at at")
    place.rows("aliases.csv", ["key,title"] + [f"{p['alias']},{SHARED}" for p in people])
    place.run("import contacts aliases.csv --id key")
    place.rows("events.csv", ["who,time,page,message"] + [f"{p['alias']},2026-01-01T00:00:00Z,{p['property']},{p['message']}" for p in people]
               + [f"{other},2026-01-01T00:00:00Z,{SHARED},m{other}" for other in others])
    place.run("import events events.csv --contact who --time time --event visited --message-id message")
    for person in people:
        place.run("contact merge", person["alias"], person["id"])
    place.rows("deals.ndjson.gz", [f'{{"key":"{p["record"]}","who":"{p["id"]}","stage":"{p["field"]}"}}' for p in people]
               + [f'{{"key":"deal{other}","who":"{other}","stage":"{SHARED}"}}' for other in others])
    place.run("import records deal deals.ndjson.gz --id key --contact who")
    for number, person in enumerate(people):
        words = ("--note", person["note"]) if number % 2 else ("--by", person["note"])
        place.run("list add vip", person["id"], *words)
    place.run("list add vip", *ids, *others[:5], "--by", SHARED, "--note", SHARED)


def people_of(chance):
    """Random texts of sixteen letters, by door."""
    return [{door: "".join(chance.choices(string.ascii_lowercase, k=16)) for door in DOORS} for _ in range(PEOPLE)]


def payloads(content):
    """What the frames of a write-ahead log or manifest hold, without their headers: a text may go over from one to the next."""
    parts, at = [], 0
    while at + 7 <= len(content):
        left = FRAME_BLOCK - at % FRAME_BLOCK
        if left < 7:
            at += left
            continue
        size = int.from_bytes(content[at + 4:at + 6], "little")
        parts.append(content[at + 7:at + 7 + size])
        at += 7 + size
    return b"".join(parts)


def bytes_of(place, data):
    """(where, bytes) of everything in a data directory, as it lies there and as it is read."""
    folder = place.folder / data
    for path in files_below(folder):
        content = path.read_bytes()
        yield path.name, path.name.encode()
        yield path.name, content
        if path.name.startswith("MANIFEST-") or path.suffix == ".log":
            yield path.name + ", frames put together", payloads(content)
    done = subprocess.run([Path(place.program).with_name("wanamaker_bytes"), folder / "db"], capture_output=True, check=False)
    if done.returncode != 0 or not done.stdout:
        raise Wrong(f"{data}: what RocksDB holds cannot be read: {done.stderr.decode(errors='replace')}")
    yield "what RocksDB reads", done.stdout


def found(place, people, data="store"):
    """{text: where it is} of the people's texts in a data directory."""
    texts = {person[door]: f"{door} of person {number}" for number, person in enumerate(people) for door in DOORS}
    places = {}
    for where, content in bytes_of(place, data):
        content = content.lower()
        for text in texts:
            if any(text.encode(coding) in content for coding in ("utf-8", "utf-16-le", "utf-16-be")):
                places.setdefault(texts[text], where)
    return places


def must_be_gone(place, people, data="store"):
    """None of the people's texts is in a byte of it, nor in an answer; the others are as they were."""
    left = found(place, people, data)
    if left:
        raise Wrong(f"{data} still holds: {left}")
    for person in people:
        place.run("contact show", person["id"], code=3, data=data)
        place.run("contact show", person["alias"], code=3, data=data)
    same("who shares a text", place.json("count", f'city = "{SHARED}"', data=data)["count"], 30)
    same("who shares an element", place.json("count", f'likes has any of ("{SHARED}")', data=data)["count"], 30)
    same("who shares a property", place.json("count", f'did visited (page = "{SHARED}")', data=data)["count"], 30)
    same("who is in the list", place.json("count", 'in list "vip"', data=data)["count"], 5)
    if SHARED not in place.run("list show vip", data=data):
        raise Wrong("the note of the others is gone")
    place.run("verify", data=data)


def make_store(place, people, state):
    """A store with the people in it; `state` says where: in the log, in pages, or half and half."""
    place.run("list put vip")
    write_people(place, people[:PEOPLE // 2] if state == "half" else people)
    if state != "log":
        place.run("checkpoint")
    if state == "half":
        write_people(place, people[PEOPLE // 2:])
    held = found(place, people)
    missing = [f"{door} of person {number}" for number in range(PEOPLE) for door in DOORS
               if f"{door} of person {number}" not in held and not (door == "replaced" and state != "log")]
    if missing:
        raise Wrong(f"not in the store although put there: {missing}")


def erased(seed, state):
    """Erasing, and restoring what was backed up before, three ways."""
    def check(place):
        people = people_of(random.Random(f"{seed} {state}"))
        make_store(place, people, state)
        place.run("backup before")
        for number, person in enumerate(people):
            place.run("contact erase", person["alias" if number % 2 else "id"], "--now")
        must_be_gone(place, people)
        wanted = place.json("count everyone")["count"]
        ledger = place.folder / "store/ERASED"
        same("people erased again", place.json("restore before --erasures", ledger, data="fresh")["erased_again"], PEOPLE)
        must_be_gone(place, people, "fresh")
        place.run("backup after")
        place.run("restore after", data="later")
        must_be_gone(place, people, "later")
        place.run("backup before")
        place.run("restore before --backup 1", data="known")
        must_be_gone(place, people, "known")
        place.run("restore before --backup 1 --replace")
        must_be_gone(place, people)
        for data in ("store", "fresh", "later", "known"):
            same(f"contacts of {data}", place.json("count everyone", data=data)["count"], wanted)
        left = [path.name for path in place.folder.iterdir() if "unfinished" in path.name or path.name == "ERASED.new"]
        same("what is left over", left, [])
    return check


def in_two_steps(place):
    """Erased without --now, then the files are rewritten; an erasure that a kill left in the log alone is noted at the next start."""
    people = people_of(random.Random("two steps"))
    make_store(place, people, "half")
    place.run("backup before")
    ledger = place.folder / "store/ERASED"
    empty = ledger.read_bytes()
    for person in people:
        place.run("contact erase", person["id"])
    ledger.write_bytes(empty)  # as if killed between the log and the ledger
    place.run("checkpoint --compact")
    must_be_gone(place, people)
    same("people erased again", place.json("restore before --erasures", ledger, data="fresh")["erased_again"], PEOPLE)
    must_be_gone(place, people, "fresh")


def comes_again(place):
    """A contact who came back after an erasure, and was backed up, stays; restoring what is older forgets the first life."""
    people = people_of(random.Random("again"))
    make_store(place, people, "half")
    place.run("backup backups")
    for person in people:
        place.run("contact erase", person["id"], "--now")
    place.rows("again.csv", ["key,title", f"{people[0]['id']},here again"])
    place.run("import contacts again.csv --id key")
    state = place.state()
    place.run("backup backups")
    same("people erased again", place.json("restore backups", data="second")["erased_again"], 0)
    same("state with the contact who came again", place.state("second"), state)
    same("people erased again", place.json("restore backups --backup 1", data="first")["erased_again"], PEOPLE)
    must_be_gone(place, people, "first")


def after_a_restore(place):
    """The log of a restored store uses numbers of commands again; an erasure there is noted although the ledger has one of that number."""
    place.rows("two.csv", ["key,title", "first,one", "second,two", "third,three"])
    place.run("import contacts two.csv --id key")
    place.run("backup backups")
    place.run("list put a")
    place.run("contact erase first")
    place.run("restore backups --replace")
    place.run("contact erase second")  # the same number as the erasure of the first had
    place.run("backup backups")
    same("people erased again", place.json("restore backups --backup 1", data="old")["erased_again"], 2)
    place.run("contact show third", data="old")
    place.run("contact show second", code=3, data="old")


def main():
    """Reads the command line and runs the checks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    checks = [("erased in two steps", in_two_steps), ("comes again", comes_again), ("after a restore", after_a_restore)]
    checks += [(f"seed {seed}: in the {state}", erased(seed, state)) for seed in range(options.first, options.first + options.seeds)
               for state in ("log", "pages", "half")]
    return run_checks(options.build.resolve() / "wanamaker", [entry for entry in checks if options.only in entry[0]], options.jobs)


if __name__ == "__main__":
    sys.exit(main())
