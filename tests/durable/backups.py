"""Backups of a store and what comes back from them.

    backups.py --build DIRECTORY [--stores N] [--runs N] [--first SEED] [--jobs 2] [--only WORD]

Proves: a backup restored elsewhere verifies clean, has the state and the members of the store when it was made, and the second
shares files with the first; a backup made while threads write holds every command acknowledged before it began and no half of
one; a backup with any of its files flipped, cut or removed is refused by name with the target untouched, or restores the exact
state (the file was of no concern), also when it should replace a store; restore refuses what it should; --backup, --keep and --list.
A seed is a store. Beside them, N runs of writing threads.
"""

import argparse
import fcntl
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from places import DAMAGES, SECONDS_MAX, Wrong, files_below, run_checks, same

COUNTRIES = ("SK", "CZ", "PL", "HU")
SEGMENTS = {
    "slovak": 'country = "SK"', "adult": "age >= 18", "tagged": 'tags has any of ("blue")', "buyer": "did bought at least 2 times",
    "late": "did bought in last 90 days", "spender": 'sum of amount for bought > 100', "listed": 'in list "vip"',
    "quiet": "not (did bought)", "either": 'country = "CZ" or age < 30', "neither": 'not (country = "CZ" or age < 30)',
}
LANES = 3
ACTS_EVERY = 4


def write_part(place, seed, part):
    """Contacts, events and records of one part of the store's life; later parts change some contacts of earlier ones."""
    chance = random.Random(f"{seed} {part}")
    ids = [f"c{number}" for number in range(max(0, part * 60 - 20), part * 60 + 60)]
    place.rows(f"contacts{part}.csv", ["id,country,age,tags,company"] + [
        f"{id},{chance.choice(COUNTRIES)},{chance.randrange(10, 80)},{chance.choice(['blue', 'red|blue', 'green', ''])},a{chance.randrange(5)}"
        for id in ids])
    place.run(f"import contacts contacts{part}.csv --id id --account company --type tags=set --type age=number")
    place.rows(f"events{part}.csv.gz", ["who,time,amount,message"] + [
        f"{chance.choice(ids)},{chance.choice((2025, 2026))}-0{chance.randrange(1, 3)}-{chance.randrange(10, 28)}T00:00:00Z,"
        f"{chance.randrange(1, 9000) / 100},m{part}-{number}" for number in range(200)])
    place.run(f"import events events{part}.csv.gz --contact who --time time --event bought --message-id message")
    place.rows(f"deals{part}.ndjson", [f'{{"id":"d{part}-{number}","contact":"{chance.choice(ids)}","stage":"{chance.choice("xyz")}"}}'
                                       for number in range(20)])
    place.run(f"import records deal deals{part}.ndjson --id id --contact contact")
    place.run("list add vip", *chance.sample(ids, 5), "--by", "the tests", "--note", f"part {part}")
    merged, into, erased = chance.sample(ids[20:], 3)
    place.run("contact merge", merged, into)
    place.run("contact erase", erased)


def make_store(place, seed):
    """A store with something of everything: part of it in pages, part in the log."""
    place.run("schema declare event bought")
    place.run("list put vip")
    write_part(place, seed, 0)
    place.run("checkpoint")
    for key, text in SEGMENTS.items():
        place.run("segment put", key, text)
    place.run("set put colours red blue")
    write_part(place, seed, 1)


def comes_back(seed):
    """Two backups of a store that goes on, each restored into a new directory."""
    def check(place):
        make_store(place, seed)
        wanted = [(place.state(), place.members(SEGMENTS))]
        if not any(wanted[0][1].values()) or not wanted[0][1]["listed"]:
            raise Wrong("the segments of the store are empty")
        place.json("backup backups")
        before = sum(path.stat().st_size for path in files_below(place.folder / "backups"))
        shared = {path.name for path in files_below(place.folder / "backups/files/shared_checksum")}
        place.run("segment put one", "age = 20")
        place.run("segment delete one")
        write_part(place, seed, 2)
        wanted.append((place.state(), place.members(SEGMENTS)))
        place.json("backup backups")
        added = sum(path.stat().st_size for path in files_below(place.folder / "backups")) - before
        if not shared <= {path.name for path in files_below(place.folder / "backups/files/shared_checksum")} or not shared:
            raise Wrong("the second backup does not share the files of the first")
        if added > 2 * before:
            raise Wrong(f"the second backup added {added} bytes to {before}")
        same("backups listed", [entry["backup"] for entry in place.json("backup backups --list")], [1, 2])
        for number, (state, members) in enumerate(wanted, 1):
            to = f"restored{number}"
            same("number restored", place.json("restore backups --backup", number, data=to)["backup"], number)
            same(f"state of backup {number}", place.state(to), state)
            same(f"members of backup {number}", place.members(SEGMENTS, to), members)
        place.run("restore backups", data="newest/")
        same("state of the newest", place.state("newest"), wanted[1][0])
        same("what is in the directory", sorted(path.name for path in place.folder.iterdir() if "unfinished" in path.name), [])
        again = place.json("restore backups --replace --backup 1", data="newest")
        same("state after replacing", place.state("newest"), wanted[0][0])
        same("state of what was moved aside", place.state(again["moved_aside"]), wanted[1][0])
    return check


def is_shared(place):
    """A checkpoint that changed nothing between two backups costs nothing but the small files."""
    make_store(place, 5)
    place.run("checkpoint --compact")
    place.run("backup backups")
    tables = {path.name: path.stat().st_size for path in files_below(place.folder / "backups/files/shared_checksum")}
    place.rows("one.csv", ["id,country", "new,SK"])
    place.run("import contacts one.csv --id id")
    place.run("backup backups")
    same("table files after a second backup", {path.name: path.stat().st_size for path in files_below(
        place.folder / "backups/files/shared_checksum")}, tables)
    place.run("restore backups", data="second")
    same("state of the second backup", place.state("second"), place.state())


def keeps(place):
    """--keep leaves the newest, which all restore; what is gone is said to be gone."""
    place.rows("a.csv", ["id,n", *(f"c{i},{i}" for i in range(50))])
    states = {}
    for number in range(1, 6):
        place.rows("a.csv", ["id,n", *(f"c{i},{i * number}" for i in range(50))])
        place.run("import contacts a.csv --id id --as-new")
        if number % 2:
            place.run("checkpoint")
        states[number] = place.state()
        place.run("backup backups --keep 3")
    same("backups kept", [entry["backup"] for entry in place.json("backup backups --list")], [3, 4, 5])
    place.refused("restore backups --backup 2", code=3, naming=["backup 2"], data="gone")
    place.refused("restore backups --backup 9", code=3, naming=["backup 9"], data="gone")
    if (place.folder / "gone").exists():
        raise Wrong("a refused restore left a directory")
    for number in (3, 4, 5):
        place.run("restore backups --backup", number, data=f"r{number}")
        same(f"state of backup {number}", place.state(f"r{number}"), states[number])


def refuses(place):
    """Targets and sources that are not what they should be."""
    make_store(place, 9)
    state = place.state()
    place.run("backup backups")
    place.refused("restore backups", code=5, naming=["store"])
    same("state after a refusal", place.state(), state)
    (place.folder / "other").mkdir()
    (place.folder / "other/file").write_text("mine")
    place.refused("restore backups", code=5, naming=["other"], data="other")
    same("a directory of others", [path.name for path in files_below(place.folder / "other")], ["file"])
    place.refused("backup other", code=5, naming=["other"])
    same("a directory of others", [path.name for path in files_below(place.folder / "other")], ["file"])
    place.refused("restore other", code=3, naming=["other"], data="new")
    place.refused("restore nowhere", code=3, naming=["nowhere"], data="new")
    place.refused("backup nowhere --list", code=3, naming=["nowhere"])
    place.refused("restore backups --erasures nowhere/ERASED", code=3, naming=["nowhere"], data="new")
    if (place.folder / "new").exists() or (place.folder / "new.unfinished").exists() or (place.folder / "nowhere").exists():
        raise Wrong("a refused restore left a directory")
    with open(place.folder / "store/LOCK", "r+", encoding="ascii") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        place.refused("restore backups --replace", code=6, naming=["store"])
        place.refused("backup backups", code=6, naming=["store"])
    same("state after a refusal", place.state(), state)
    (place.folder / "empty").mkdir()
    place.run("restore backups", data="empty")
    same("state in a directory that was empty", place.state("empty"), state)
    place.refused("verify", code=3, naming=["absent"], data="absent")
    if (place.folder / "absent").exists():
        raise Wrong("verify made a directory")


def stands_apart(place):
    """Store, backups and the directory one is in: none goes with another."""
    make_store(place, 9)
    state = place.state()
    place.run("backup backups")
    for directory in ("store/backups", "store", ".", "store/"):
        place.refused(f"backup {directory}", code=5, naming=[directory])
    place.refused("restore backups --replace", code=5, naming=["backups"], data="backups")
    place.refused("restore ../backups", code=5, naming=["cd "], data=".", within="store")
    (place.folder / "empty").mkdir()
    place.refused("restore ../backups", code=5, naming=["cd "], data=".", within="empty")
    place.refused("doctor --export .", code=5, naming=["cd ", "store"], data="../store", within="empty")
    shutil.copytree(place.folder / "backups", place.folder / "store/inner")
    place.refused("restore store/inner --replace", code=5, naming=["store"])
    shutil.rmtree(place.folder / "store/inner")
    same("state after refusals", place.state(), state)
    (place.folder / "link").symlink_to("store")
    moved = place.json("restore backups --replace", data="link/")["moved_aside"]
    if not (place.folder / "link").is_symlink() or Path(moved).name != "store.replaced-1":
        raise Wrong(f"through a link the store went to {moved}")
    same("state behind the link", place.state("link"), state)
    (place.folder / "dangling").symlink_to("nowhere")
    place.refused("count everyone", code=5, naming=["nowhere"], data="dangling")


def looks_at_backups(place):
    """A damaged file that backups share: the next backup is not made, --check names it; a new directory serves."""
    make_store(place, 21)
    place.run("checkpoint")
    place.run("backup backups")
    same("backups that are whole", place.json("backup backups --check")[0]["fault"], None)
    shared = max(files_below(place.folder / "backups/files/shared_checksum"), key=lambda path: path.stat().st_size)
    content = shared.read_bytes()
    DAMAGES["a flipped bit"](shared)
    place.refused("backup backups", naming=[shared.name])
    same("backups after a refusal", [entry["backup"] for entry in place.json("backup backups --list")], [1])
    told = place.json("backup backups --check", code=1)
    if shared.name not in told[0]["fault"]:
        raise Wrong(f"--check says {told}")
    shared.unlink()
    same("fault of a file that is gone", Path(place.json("backup backups --list")[0]["fault"].split()[0]).name, shared.name)
    shared.write_bytes(content)
    place.run("backup backups --check")
    place.run("backup backups")
    place.run("backup elsewhere")
    (place.folder / "backups/ERASED").write_bytes(b"damaged")
    place.refused("restore backups", naming=["ERASED"], data="new")
    place.run("restore backups --erasures store/ERASED", data="new")
    same("state with a ledger named in place of a damaged one", place.state("new"), place.state())


def touches_nothing(place):
    """What is beside a target is not the restore's; who was erased stays erased where only the ledger is left."""
    make_store(place, 31)
    place.run("backup backups")
    shutil.copytree(place.folder / "store", place.folder / "new.unfinished")
    state = place.state("new.unfinished")
    place.refused("restore backups", code=6, naming=["new.unfinished"], data="new")
    place.refused("doctor --export new", code=6, naming=["new.unfinished"])
    same("state of what was beside the target", place.state("new.unfinished"), state)
    shutil.rmtree(place.folder / "new.unfinished")
    place.refused("restore nowhere", code=3, data="new")
    place.run("contact erase c25 --now")
    shutil.rmtree(place.folder / "store/db")
    same("erased again", place.json("restore backups --replace")["erased_again"], 1)
    place.run("contact show c25", code=3)
    same("what was moved aside", sorted(path.name for path in place.folder.glob("store*")), ["store", "store.replaced-1"])
    (place.folder / "backups/files/meta/1").unlink()
    place.run("backup backups --check", code=1)


def exports_the_living(place):
    """Numbers of commands come again after a restore: who was erased before it and came back is not erased by an export."""
    make_store(place, 33)
    place.run("backup backups")
    for number in range(4):
        place.run("segment put", f"more-{number}", "everyone")
    place.run("contact erase c25")
    place.run("restore backups --erasures store/ERASED", data="new")
    place.rows("back.csv", ["id,country", "c25,SK"])
    place.run("import contacts back.csv --id id", data="new")
    place.run("doctor --export saved", data="new")
    place.run("contact show c25", data="saved")


def names_repetition(place):
    """A write-ahead log that repeats itself, or an older one, is named; nothing ends without a message."""
    make_store(place, 35)
    logs = [path for path in sorted(place.folder.glob("store/db/*.log")) if path.stat().st_size]
    content = logs[-1].read_bytes()
    for wrong in (content + content, logs[0].read_bytes()):
        if wrong == content:
            continue
        logs[-1].write_bytes(wrong)
        place.refused("count everyone", naming=[logs[-1].name])
        place.refused("verify", naming=[logs[-1].name])
        if logs[-1].name not in place.attempt("doctor").stdout:
            raise Wrong("doctor does not name the file")
    logs[-1].write_bytes(content)
    place.state()


def compacts(place):
    """Texts nobody uses any more go with a compaction; the state is the same."""
    make_store(place, 25)
    place.run("contact erase c5")
    before = place.state()
    place.run("checkpoint --compact")
    same("state after a compaction", place.state(), before)


def damaged(seed, kind):
    """Each file of a directory of backups damaged once, restored into a new directory and over a store."""
    def check(place):
        make_store(place, seed)
        place.run("backup backups")
        write_part(place, seed, 2)
        place.run("contact erase c25")
        wanted = place.state()
        place.run("backup backups")
        place.rows("other.csv", ["id,n", "x,1"])
        place.run("import contacts other.csv --id id", data="old")
        old = place.state("old")
        refused = 0
        for path in files_below(place.folder / "backups"):
            name = path.relative_to(place.folder / "backups")
            content = path.read_bytes()
            if not DAMAGES[kind](path):
                continue
            try:
                refused += judge(place, wanted, old, path.name)
            except Wrong as wrong:
                raise Wrong(f"{kind} of {name}: {wrong}") from None
            path.write_bytes(content)
        if refused < 8:
            raise Wrong(f"only {refused} damages were seen")
        place.run("restore backups", data="new")
        same("state once all is mended", place.state("new"), wanted)
    return check


def ledger_damaged(place):
    """The ledger of a directory of backups damaged at many places: whoever was erased after a backup never comes back with it."""
    make_store(place, 13)
    place.rows("more.csv", ["id,n", *(f"e{i},{i}" for i in range(6))])
    place.run("import contacts more.csv --id id")
    place.run("backup backups")
    for i in range(6):
        place.run("contact erase", f"e{i}")
    place.run("backup backups")
    path = place.folder / "backups/ERASED"
    content = path.read_bytes()
    lines = [offset + 1 for offset, byte in enumerate(content) if byte == 0x0A]
    places = sorted({*range(0, len(content), 41), *lines, len(content) - 1} - {len(content)})
    for offset in places:
        for kind, bytes_now in (("flipped", content[:offset] + bytes([content[offset] ^ 1]) + content[offset + 1:]), ("cut", content[:offset])):
            path.write_bytes(bytes_now)
            done = place.attempt("restore backups --backup 1", data="new")
            if done.returncode != 1 or "ERASED" not in done.stderr:
                raise Wrong(f"ERASED {kind} at {offset}: exit {done.returncode}: {done.stdout}{done.stderr}")
    path.write_bytes(content)
    same("erased again", place.json("restore backups --backup 1", data="new")["erased_again"], 6)
    for i in range(6):
        place.run("contact show", f"e{i}", code=3, data="new")


def judge(place, wanted, old, file):
    """Restores a damaged backup both ways; 1 where it was refused, 0 where it gave the right state."""
    done = place.attempt("restore backups", data="new")
    if done.returncode == 0:
        same("state of a damaged backup that restores", place.state("new"), wanted)
        shutil.rmtree(place.folder / "new")
        return 0
    if done.returncode not in (1, 3) or not any(word in done.stderr for word in (file, "backup")):
        raise Wrong(f"exit {done.returncode}, message {done.stderr.strip()!r}")
    left = sorted(entry.name for entry in place.folder.iterdir() if entry.name.startswith(("new", "old")))
    same("what a refused restore left", left, ["old"])
    over = place.attempt("restore backups --replace", data="old")
    if over.returncode == 0:
        raise Wrong("refused into a new directory, but not over a store")
    left = sorted(entry.name for entry in place.folder.iterdir() if entry.name.startswith(("new", "old")))
    same("what a refused replacement left", left, ["old"])
    same("state of the store that should have been replaced", place.state("old"), old)
    return 1


def while_writing(seed):
    """Backups that a writing thread makes between its commands while two others write and checkpoints come and go."""
    def check(place):
        driver = Path(place.program).with_name("wanamaker_driver")
        command = [driver, "run", "--data", place.folder / "store", "--seed", str(seed), "--threads", str(LANES), "--steps", "300",
                   "--acts-every", str(ACTS_EVERY), "--marks", "1"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
        if done.returncode != 0:
            raise Wrong(f"the driver ended with {done.returncode}: {done.stderr}")
        acknowledged, begun, at_begin = [0] * (LANES + 1), [0] * (LANES + 1), {}
        backups = judged = 0
        for line in done.stdout.splitlines():
            word, lane, number = line.split()
            target = place.folder / f"store.backup-{number}"
            if word == "begin":
                begun[int(lane)] = int(number)
                at_begin[lane, number] = list(acknowledged)
                continue
            acknowledged[int(lane)] = int(number)
            before = at_begin.pop((lane, number))
            if lane == "1" and target.exists():
                backups += 1
                # the backup itself is a step of lane 1 that changes nothing, so it may be counted either way
                judged += judge_backup(place, driver, seed, target.name, before, begun)
        if judged < 2:
            raise Wrong(f"only {judged} of {backups} backups could be judged")
    return check


def judge_backup(place, driver, seed, backups, acknowledged, begun):
    """Restores one backup: everything acknowledged before it began is there, nothing that was not yet begun when it ended.

    Where contacts were erased while it was made, they are erased again: right, but no prefix of the work. That is not judged; 0.
    """
    erased_again = place.json(f"restore {backups}", data="restored")["erased_again"]
    place.state("restored")
    if erased_again:
        shutil.rmtree(place.folder / "restored")
        return 0
    done = subprocess.run([driver, "check", "--data", place.folder / "restored", "--seed", str(seed), "--threads", str(LANES), "--acts-every",
                           str(ACTS_EVERY), "--acknowledged", ",".join(map(str, acknowledged)), "--begun", ",".join(map(str, begun))],
                          capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    if done.returncode != 0:
        raise Wrong(f"{backups}: {done.stdout[:400]}{done.stderr}")
    shutil.rmtree(place.folder / "restored")
    return 1


def main():
    """Reads the command line and runs the checks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--stores", type=int, default=1)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    checks = [("shared files", is_shared), ("--keep", keeps), ("refusals", refuses), ("apart", stands_apart), ("a look at backups", looks_at_backups),
              ("a compaction", compacts), ("beside the target", touches_nothing), ("a log that repeats", names_repetition), ("an export after a restore", exports_the_living), ("a damaged ledger", ledger_damaged)]
    for seed in range(options.first, options.first + options.stores):
        checks.append((f"seed {seed}: there and back", comes_back(seed)))
        checks += [(f"seed {seed}: {kind}", damaged(seed, kind)) for kind in DAMAGES]
    checks += [(f"seed {seed}: while writing", while_writing(seed)) for seed in range(options.first, options.first + options.runs)]
    return run_checks(options.build.resolve() / "wanamaker", [entry for entry in checks if options.only in entry[0]], options.jobs)


if __name__ == "__main__":
    sys.exit(main())
