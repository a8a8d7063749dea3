"""A store that an older version wrote opens, with the same answers, and becomes one of this version.

    upgrade.py --build DIRECTORY [--only WORD]
    upgrade.py --make OLD-PROGRAM       writes fixtures/format-1 anew with a program that makes stores of format 1 (commit 0458390);
                                        table files keep the name of the machine, so give it a neutral one for that

Proves, on copies of fixtures/format-1: members and contacts are those that the old program printed; reading alone changes nothing; the
first opening for writing takes the store over, the next one and further work find it whole; a start that is cut short between any two
steps of that is made good by the next one; and a store of a newer format is refused by name.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from places import Place, Wrong, files_below, run_checks, same

FIXTURE = Path(__file__).resolve().parent / "fixtures/format-1"
SEGMENTS = {
    "slovak": 'country = "SK"', "adult": "age >= 18", "tagged": 'tags has any of ("blue")', "buyer": "did bought at least 2 times",
    "late": "did bought in last 90 days", "spender": "sum of amount for bought > 100", "listed": 'in list "vip"',
    "quiet": "not (did bought)", "set": "country in set \"north\"", "changed": 'plan changed to "gold"',
}
SHOWN = ("c1", "c2", "c7", "c20")


def make(program):
    """Writes the fixture: a store and what the old program said of it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(program).resolve(), folder)
        place.rows("contacts.csv", ["id,country,age,tags,company"] + [
            f"c{i},{('SK', 'CZ', 'PL')[i % 3]},{10 + i},{('blue', 'red|blue', '')[i % 3]},a{i % 4}" for i in range(40)])
        place.run("import contacts contacts.csv --id id --account company --type tags=set")
        place.rows("accounts.csv", ["id,industry", "a0,Retail", "a1,Steel"])
        place.run("import accounts accounts.csv --id id")
        place.rows("plans.csv", ["id,at,plan"] + [f"c{i},2025-0{1 + i % 6}-01T00:00:00Z,{('gold', 'basic')[i % 2]}" for i in range(20)])
        place.run("import contacts plans.csv --id id --changed-at at")
        place.rows("events.csv", ["who,time,amount,message"] + [f"c{i * i % 40},2025-{1 + i % 12:02}-11T00:00:00Z,{i}.5,m{i}" for i in range(90)])
        place.run("import events events.csv --contact who --time time --event bought --message-id message")
        place.rows("deals.csv", ["id,contact,stage"] + [f"d{i},c{i},open" for i in range(8)])
        place.run("import records deal deals.csv --id id --contact contact")
        place.run("set put north SK PL")
        place.run("list put vip")
        place.run("list add vip c1 c2 c3 c4 c5 --by ann --note", "first of all")
        place.run("contact merge c2 c1")
        place.run("contact erase c3")
        place.run("config set zone Europe/Bratislava")
        for key, text in SEGMENTS.items():
            place.run("segment put", key, text)
        shutil.copytree(place.folder / "store", place.folder / "asked")  # so that the last commands stay in the write-ahead log
        expected = {"members": place.members(SEGMENTS, "asked"), "list": place.run("list show vip", data="asked"),
                    "contacts": {key: place.json("contact show", key, data="asked") for key in SHOWN}}
        shutil.rmtree(FIXTURE, ignore_errors=True)
        # Texts of RocksDB about itself name the machine; nothing reads them.
        shutil.copytree(place.folder / "store", FIXTURE / "store", ignore=shutil.ignore_patterns("LOG", "LOG.old*", "LOCK"))
    (FIXTURE / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


def taken(place):
    """A copy of the old store, and what it answered."""
    shutil.copytree(FIXTURE / "store", place.folder / "store")
    return json.loads((FIXTURE / "expected.json").read_text(encoding="utf-8"))


def answers(place, expected):
    """All answers are as the old program gave them."""
    same("members", place.members(SEGMENTS), expected["members"])
    same("contacts", {key: place.json("contact show", key) for key in SHOWN}, expected["contacts"])
    same("the list", place.run("list show vip"), expected["list"])
    place.run("contact show c3", code=3)


def is_taken_over(place):
    """The directory is one of this version."""
    folder = place.folder / "store"
    same("FORMAT", (folder / "FORMAT").read_text(), "wanamaker store\nformat 2\n")
    same("directories", sorted(path.name for path in folder.iterdir() if path.is_dir()), ["db"])
    if not (folder / "MARK").exists():
        raise Wrong("there is no MARK")


def opens(place):
    """The first opening, further ones, and work that goes on."""
    expected = taken(place)
    if not all(expected["members"][key] for key in SEGMENTS):
        raise Wrong("a segment of the fixture is empty")
    answers(place, expected)
    is_taken_over(place)
    state = place.state()
    answers(place, expected)
    place.run("checkpoint")
    same("state in pages", place.state(), state)
    answers(place, expected)
    place.rows("more.csv", ["id,country", "new,SK"])
    place.run("import contacts more.csv --id id")
    same("members after more work", sorted(place.members(["slovak"])["slovak"]), sorted([*expected["members"]["slovak"], "new"]))
    place.run("contact erase new --now")
    place.run("backup backups")
    place.run("restore backups", data="restored")
    same("state of a backup", place.state("restored"), place.state())


def only_read(place):
    """verify reads an old store and leaves every byte of it."""
    expected = taken(place)

    def content():
        return {str(path): path.read_bytes() for path in files_below(place.folder / "store") if not path.name.startswith(("LOCK", "LOG"))}
    before = content()
    state = place.state()
    same("files of an old store after verify", content(), before)
    answers(place, expected)
    same("state once it is taken over", place.state(), state)


def cut_short(place):
    """A start that took the store over was killed between its steps."""
    for step in ("moved", "marked", "half a FORMAT"):
        expected = taken(place)
        folder = place.folder / "store"
        if step == "moved":
            (folder / "log").rename(folder / "db")
        else:
            place.run("stats")
            (folder / "FORMAT").write_text("wanamaker store\nformat 1\n")
        if step == "half a FORMAT":
            (folder / "FORMAT.new").write_text("wanamaker st")
        answers(place, expected)
        is_taken_over(place)
        place.run("verify")
        shutil.rmtree(folder)


def refuses(place):
    """A newer format is refused by name, and nothing is changed; a store of this version without its mark is a damaged one."""
    expected = taken(place)
    folder = place.folder / "store"
    (folder / "FORMAT").write_text("wanamaker store\nformat 3\n")
    for words in ("verify", "stats", "count everyone"):
        message = place.refused(words, code=5, naming=["format 3"])
        if "newer" not in message:
            raise Wrong(f"the message does not say what to do: {message}")
    same("directories", sorted(path.name for path in folder.iterdir() if path.is_dir()), ["log"])
    (folder / "FORMAT").write_text("wanamaker store\nformat 1\n")
    answers(place, expected)
    (folder / "MARK").unlink()
    place.refused("stats", naming=["MARK"])


def main():
    """Reads the command line and runs the checks, or makes the fixture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path)
    parser.add_argument("--make", type=Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    if options.make:
        return make(options.make)
    checks = [("opens", opens), ("only read", only_read), ("cut short", cut_short), ("refuses", refuses)]
    return run_checks(options.build.resolve() / "wanamaker", [entry for entry in checks if options.only in entry[0]], os.cpu_count() or 1)


if __name__ == "__main__":
    sys.exit(main())
