"""Journeys through the command line, on small files made here.

    python3 tests/cli/run_commands.py BUILD_DIR [WORD ...]      only the journeys whose name holds a word
"""

import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NOW = "2026-03-01T12:00:00Z"
SECONDS_MAX = 30 * float(os.environ.get("WANAMAKER_TIME_LIMIT_FACTOR", "1"))  # a command that takes longer hangs
KILL_ROWS = 200_000  # several batches, so that a kill falls between and into them
KILL_SEEDS = (11, 23, 47)

CONTACTS = "id,country,age,company\nc1,SK,34,acme\nc2,CZ,51,acme\nc3,PL,20,\n"
ORDERS = "contact,time,amount\nc1,2026-02-01T10:00:00Z,19.99\nc1,2026-02-20T10:00:00Z,25\nc2,2025-06-01T10:00:00Z,7\n"
EVENTS = "--contact contact --time time --event order_completed"


class Journey:
    """A directory of its own and what was found wrong in it."""

    def __init__(self, program, directory):
        self.program, self.directory = program, Path(directory)
        self.passed, self.problems = 0, []

    def file(self, name, text, encoding="utf-8"):
        (self.directory / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))

    def read(self, name):
        return (self.directory / name).read_text(encoding="utf-8")

    def run(self, *words, code=0, now=NOW):
        """stdout of a command that has to end with `code`. The last word may hold blanks; the first is split."""
        words = [*words[0].split(), *words[1:]]
        if "--data" not in words:
            words = ["--data", "store", *words]
        result = subprocess.run([self.program, "--now", now, *words], cwd=self.directory, capture_output=True, text=True, timeout=SECONDS_MAX)
        self.same(f"exit code of {' '.join(words)}", result.returncode, code, result.stderr)
        return result.stdout

    def json(self, *words, **options):
        return json.loads(self.run(words[0] + " --json", *words[1:], **options) or "null")

    def imported(self, words, code=0, **numbers):
        """An import whose report has these numbers of rows."""
        report = self.json("import " + words, code=code)
        for name, number in numbers.items():
            self.same(f"import {words}: {name}", report["rows_" + name], number)
        return report

    def members(self, definition, wanted):
        self.same(definition, " ".join(self.run("members", definition).split()), wanted)

    def same(self, what, came, wanted, more=""):
        if came == wanted:
            self.passed += 1
        else:
            self.problems.append(f"{what}: expected {wanted!r}, came {came!r} {more}")

    def base(self, first="c1"):
        """Three contacts with orders; the first one may have another id."""
        self.file("contacts.csv", CONTACTS.replace("c1", first))
        self.file("orders.csv", ORDERS.replace("c1", first))
        self.imported("contacts contacts.csv --id id --account company", applied=3)
        self.imported(f"events orders.csv {EVENTS}", applied=3)


def first_day(j):
    """Contacts, accounts, records and events come in, and one question reaches across them."""
    j.base()
    j.file("accounts.csv", "id,industry\nacme,Retail\n")
    j.file("deals.csv", "id,contact,stage,amount\nd1,c1,Won,120.50\nd2,c2,Lost,9\n")
    j.file("invoices.csv", "id,account,due\ni1,acme,2026-03-05\n")
    j.imported("accounts accounts.csv --id id", applied=1)
    j.imported("records opportunity deals.csv --id id --contact contact", applied=2)
    j.imported("records invoice invoices.csv --id id --account account", applied=1)
    j.members('account.industry = "Retail"', "c1 c2")
    j.members('any opportunity (stage = "Won" and amount >= 120.5)', "c1")
    j.members("any account invoice (due in next 7 days)", "c1 c2")
    j.members("sum of amount for order_completed = 44.99", "c1")
    j.members("any account contact (age > 50) and did order_completed in last 30 days", "c1")
    j.same("count", j.run("count", "age > 30").split(), ["2"])


def again(j):
    """The same file twice, and two orders that are alike."""
    j.base()
    j.imported("contacts contacts.csv --id id --account company", applied=0, skipped=3)
    j.imported(f"events orders.csv {EVENTS}", applied=0, skipped=3)
    j.members("did order_completed exactly 2 times", "c1")
    j.file("twins.csv", "contact,time,amount\nc3,2026-02-01T10:00:00Z,5\nc3,2026-02-01T10:00:00Z,5\n")
    j.imported(f"events twins.csv {EVENTS}", applied=2)
    j.imported(f"events twins.csv {EVENTS}", applied=0, skipped=2)
    j.members("did order_completed exactly 2 times", "c1 c3")


def grown(j):
    """A file that has grown: only what is new counts."""
    j.base()
    j.file("orders.csv", ORDERS + "c3,2026-02-25T10:00:00Z,99\n")
    j.imported(f"events orders.csv {EVENTS}", read=4, skipped=3, applied=1)
    j.members("count of order_completed = 1", "c2 c3")
    j.file("contacts.csv", CONTACTS + "c4,SK,70,\n")
    j.imported("contacts contacts.csv --id id --account company", skipped=3, applied=1)
    j.members("everyone", "c1 c2 c3 c4")


def messages(j):
    """A message id makes an event one, whatever file it comes in."""
    j.file("a.csv", "contact,time,m\nc1,2026-02-01T10:00:00Z,m1\nc1,2026-02-02T10:00:00Z,m2\n")
    j.file("b.csv", "contact,time,m\nc1,2026-02-02T10:00:00Z,m2\nc1,2026-02-03T10:00:00Z,m3\n")
    j.imported(f"events a.csv {EVENTS} --message-id m", applied=2)
    j.imported(f"events b.csv {EVENTS} --message-id m", applied=1, duplicate=1)
    j.members("did order_completed exactly 3 times", "c1")


def cells(j):
    """An empty cell clears, a column that is not there leaves."""
    j.base()
    j.file("next.csv", "id,country\nc1,\nc2,DE\n")
    j.imported("contacts next.csv --id id", applied=2)
    j.members("country is empty", "c1")
    j.members('country = "DE" and age = 51 and account is known', "c2")
    j.members("age is known", "c1 c2 c3")
    j.file("link.csv", "id,company\nc1,\nc3,acme\n")
    j.imported("contacts link.csv --id id --account company", applied=2)
    j.members("account is known", "c2 c3")


def options(j):
    """--derive, --where, --map, --type, --no-header, a decimal comma."""
    j.file("lines.csv", "Customer ID;Time;Quantity;Unit Price\nc1;2026-02-01 10:00;3;19,99\nc2;2026-02-02 10:00;0;5,00\n")
    j.imported("events lines.csv --contact customer_id --time time --event bought --derive total=quantity*unit_price --where quantity>0 --zone Europe/Bratislava", applied=1, filtered=1)
    j.members("total of last bought = 59.97", "c1")
    j.members("last bought was between 2026-02-01T09:00:00Z and 2026-02-01T09:00:00Z", "c1")
    j.file("map.json", json.dumps({"columns": {"Land": {"name": "country"}, "secret": None, "zip": {"type": "text"}}, "options": {"id": "nr", "set-separator": ";"}}))
    j.file("people.csv", "nr,Land,secret,zip,likes\nc1,SK,x,07101,running;chess\n")
    report = j.json("import contacts people.csv --id nr --map map.json --type likes=set")
    j.same("names", [column["name"] for column in report["columns"]], [None, "country", None, "zip", "likes"])
    j.members('country = "SK" and zip = "07101" and likes has "chess"', "c1")
    j.run("count", "secret is known", code=4)
    j.file("bare.csv", "c7,SK\n")
    j.imported("contacts bare.csv --id id --no-header --columns id,country", applied=1)
    j.members('country = "SK"', "c1 c7")


def dry(j):
    """A dry run says what would come and changes nothing."""
    j.file("contacts.csv", CONTACTS + "c5,SK,old,\n")
    report = j.imported("contacts contacts.csv --id id --type age=number --dry-run", code=8, applicable=3, applied=0, rejected=1)
    j.same("rejects file of a dry run", report["rejects_file"], None)
    j.members("everyone", "")
    j.imported("contacts contacts.csv --id id --type age=number", code=8, applied=3, rejected=1)


def rejects(j):
    """Bad rows do not sink the others; the rejects file, put right, comes in."""
    j.file("contacts.csv", 'id,name,age\nc1,"Eva, PhD",34\nc2,"Said ""no""",old\nc3,x\nc4,y,20\n')
    report = j.imported("contacts contacts.csv --id id --type age=number --rejects bad.rejects.csv", code=8, applied=2, rejected=2)
    j.same("causes", sorted((group["code"], group["first_rows"]) for group in report["rejects"]), [("cells", [3]), ("type", [2])])
    lines = j.read("bad.rejects.csv").splitlines()
    j.same("header", lines[0], "id,name,age,row,code,reason")
    j.same("row", lines[1].split(",")[:5], ["c2", '"Said ""no"""', "old", "2", "type"])
    j.same("number of lines", len(lines), 3)
    again = j.imported("contacts contacts.csv --id id --type age=number --rejects bad.rejects.csv", code=8, skipped=2, applied=0, rejected=2, rejected_before=2)
    j.same("where", again["rejects_file"], "bad.rejects.csv")
    j.file("bad.rejects.csv", j.read("bad.rejects.csv").replace("old", "51"))
    j.imported("contacts bad.rejects.csv --id id --rejects left.csv", applied=2, rejected=0)
    j.members("age = 51 and name contains \"no\"", "c2")
    j.members("everyone", "c1 c2 c3 c4")
    j.run("count", "code is known", code=4)


def packed(j):
    """Gzip, NDJSON, and a file of an old Windows with Slovak text."""
    j.file("contacts.csv.gz", gzip.compress(CONTACTS.encode()))
    j.same("form", j.imported("contacts contacts.csv.gz --id id --account company", applied=3)["form"], "csv.gz")
    j.file("more.ndjson", '{"id": "c4", "country": "SK", "traits": {"age": 40}, "likes": ["a", "b"]}\n{"id": "c5"}\n')
    j.imported("contacts more.ndjson --id id", applied=2)
    j.members('traits_age = 40 and likes has all of ("a", "b")', "c4")
    j.file("mesta.csv", "id;mesto;meno\nc1;Košice;Ľuboš Žiak\nc2;Štúrovo;Ďurďa Ťažká\n", "windows-1250")
    j.same("encoding", j.imported("contacts mesta.csv --id id", applied=2)["encoding"], "windows-1250")
    j.file("latin.csv", "id;mesto;meno\nc2;Štúrovo;Ďurďa Ťažká\nc1;Košice;Ľuboš Žiak\n", "iso-8859-2")
    j.same("encoding", j.imported("contacts latin.csv --id id", applied=2)["encoding"], "iso-8859-2")
    j.same("encoding given", j.imported("contacts latin.csv --id id --encoding latin2", applied=2)["encoding"], "iso-8859-2")
    j.members('mesto = "košice" and meno starts with "ľuboš"', "c1")
    j.members('meno contains "tazka" ignoring accents', "c2")


def segments(j):
    """Definitions with parameters, in files, and as JSON."""
    j.base()
    j.run("segment put adults", "age>=18")
    j.run("segment put inactive --param days:number=90", "not did order_completed in last $days days")
    j.members('in segment "inactive"', "c2 c3")
    j.members('in segment "inactive" (days = 5)', "c1 c2 c3")
    j.run("segment put both", 'in segment "adults" and in segment "inactive" (days = 365)')
    j.same("members", j.run("segment members both").split(), ["c3"])
    shown = j.json("segment show inactive")
    j.same("used by", shown["used_by"], ["both"])
    j.same("parameters", shown["parameters"], [{"name": "days", "type": "number", "default": "90"}])
    j.same("canonical", j.json("segment show adults")["definition"], "age >= 18")
    j.same("list", [segment["key"] for segment in j.json("segment list")["segments"]], ["adults", "both", "inactive"])
    j.run("segment delete inactive", code=6)
    j.same("deleted", j.json("segment delete both"), {"key": "both", "deleted": True})
    j.run("segment delete inactive")
    j.members("everyone", "c1 c2 c3")
    j.file("young.txt", '# under thirty\nage<30 and\n  country="PL"\n')
    j.same("check", j.run("segment check young.txt"), "young.txt: good\n")
    formatted = j.run("segment format young.txt")
    j.file("formatted.txt", formatted)
    j.same("format of the formatted", j.run("segment format formatted.txt"), formatted)
    tree = j.run("segment json", "age < 30 and country = \"PL\"").strip()
    j.same("members of the tree", j.run("members", tree).split(), ["c3"])
    j.same("definition of the tree", j.json("count", tree)["definition"], 'age < 30 and country = "PL"')


def by_hand(j):
    """What is added and removed by hand stands beside the rule, with who, when and why, and survives its edits."""
    j.base()
    j.run("segment put sk", 'country = "SK"')
    j.run("segment put others", 'not in segment "sk"')
    answer = j.json("segment add sk c2 --by eva --note=moved")
    j.same("after adding", answer, {"segment": "sk", "members": 2, "added": 1, "removed": 0})
    j.run("segment remove sk c1 --by jan")
    j.members('in segment "sk"', "c2")
    j.members('in segment "others"', "c1 c3")
    j.same("members", j.run("segment members sk").split(), ["c2"])
    shown = j.json("segment show sk")["by_hand"]
    j.same("shown", shown, {"added": [{"contact": "c2", "at": NOW, "by": "eva", "note": "moved"}], "removed": [{"contact": "c1", "at": NOW, "by": "jan", "note": ""}]})
    why = j.run("explain c2", 'in segment "sk"')
    j.same("why", f"in by hand, added {NOW} by eva: moved; the rule says no" in why, True)
    j.same("why not", f"out by hand, removed {NOW} by jan; the rule says yes" in j.run("explain c1", 'in segment "sk"'), True)
    j.same("the contact tells it", j.json("contact segments c1")["by_hand"], [{"segment": "sk", "what": "removed", "at": NOW, "by": "jan", "note": ""}])
    told = [(one["contact"], one["turn"], one["cause"]) for one in j.json("changes --segment sk")["changes"]]
    j.same("the feed", told, [("c1", "entered", "definition"), ("c2", "entered", "by_hand"), ("c1", "left", "by_hand")])
    j.same("impact", [j.json("segment impact sk", 'country = "PL"')[part] for part in ("enter", "leave")], [["c3"], []])
    j.run("segment put sk", 'country = "PL"')
    j.run("checkpoint")
    j.same("after an edit", j.run("segment members sk").split(), ["c2", "c3"])
    j.same("it holds", j.json("verify")["holds"], True)
    j.same("and in a restored store", [j.run("backup saved"), j.run("restore saved --data other"), j.run("segment members sk --data other").split()][2], ["c2", "c3"])
    j.run("segment reset sk c1 c2 c9", code=3)
    j.run("segment reset sk c1 c2")
    j.same("the rule alone", j.run("segment members sk").split(), ["c3"])
    j.run("list put vip")
    j.run("segment add vip c1", code=3)


def versions(j):
    """Each save is a version with author, note and instant; two are compared line by line, and an earlier one is saved again."""
    j.base()
    later = "2026-03-02T12:00:00Z"
    j.run("segment put home --by eva --note=first --param=land:text=SK", "country = $land", now=NOW)
    j.run("segment put home --by jan --note=fewer --param=land:text=CZ", "country = $land and age > 60", now=later)
    told = [(one["version"], one["saved_at"], one["by"], one["note"], one["definition"], one["current"]) for one in j.json("segment versions home")["versions"]]
    j.same("versions", told, [(1, NOW, "eva", "first", "country = $land", False), (2, later, "jan", "fewer", "country = $land and age > 60", True)])
    diff = j.json("segment diff home")
    j.same("the difference", diff["lines"], ["-$land: text, default SK", "-country = $land", "+$land: text, default CZ", "+country = $land and age > 60"])
    j.same("of which", [diff["from"]["version"], diff["to"]["version"]], [1, 2])
    j.same("the other way round", j.run("segment diff home 2 1").splitlines()[:2], [f"--- version 2  {later}  by jan: fewer", f"+++ version 1  {NOW}  by eva: first"])
    j.same("none", j.json("segment diff home 2 2")["lines"], [" $land: text, default CZ", " country = $land and age > 60"])
    j.same("restored", j.json("segment restore home 1 --by eva")["count"], 1)
    shown = j.json("segment show home")
    j.same("shown", [shown[part] for part in ("definition", "by", "note")] + [shown["live"]["version"]], ["country = $land", "eva", "version 1 again", 3])
    j.same("the feed knows the version", [(one["contact"], one["turn"], one["version"]) for one in j.json("changes --segment home")["changes"]], [("c1", "entered", 1), ("c1", "left", 2), ("c1", "entered", 3)])
    j.run("checkpoint")
    j.same("after a restart", [one["version"] for one in j.json("segment versions home")["versions"]], [1, 2, 3])
    j.run("segment restore home 9", code=3)
    j.run("segment diff home 7", code=3)
    j.run("segment delete home")
    j.run("segment versions home", code=3)
    j.run("segment put home", "everyone")
    j.same("a key that comes back counts on", [one["version"] for one in j.json("segment versions home")["versions"]], [4])
    j.run("segment diff home", code=3)
    j.run("segment put long", " or ".join(f"country = \"land {i}\"" for i in range(30)))
    j.run("segment put long", " or ".join(f"country = \"land {i}\"" for i in range(30) if i != 7))
    j.same("one line", [line for line in j.json("segment diff long")["lines"] if line[0] != " "], ['-or country = "land 7"'])


def due_in_pages(j):
    """Who leaves by time alone comes in pages, and an edit says what it does to the segments over it."""
    j.base()
    j.file("late.csv", "contact,time,amount\n" + "".join(f"p{i},2026-02-20T10:00:0{i % 3}Z,1\n" for i in range(9)))
    j.run("import events late.csv " + EVENTS)
    j.run("segment put recent", "did order_completed in last 30 days")
    j.run("segment put others", 'not in segment "recent"')
    j.run("segment put both", 'in segment "others" and age > 30')
    words = "segment due recent --until 2026-04-01 --limit 4"
    pages = [j.json(words)]
    while pages[-1]["next"]:
        pages.append(j.json(words, "--after", pages[-1]["next"]))
    j.same("pages", [(len(page["changes"]), page["total"]) for page in pages], [(4, 10), (4, 10), (2, 10)])
    whole = j.json("segment due recent --until 2026-04-01")
    j.same("together", [one for page in pages for one in page["changes"]], whole["changes"])
    j.same("the last page", whole["next"], None)
    j.run("segment due recent --after", "tomorrow", code=2)
    j.run("segment due recent --limit 0", code=4)
    impact = j.json("segment impact recent", "did order_completed")
    j.same("impact", [impact["enter"], impact["used_by"]], [["c2"], ["others"]])
    j.same("reaches", impact["affects"], [{"key": "others", "before": 2, "after": 1, "enter": 0, "leave": 1}, {"key": "both", "before": 1, "after": 0, "enter": 0, "leave": 1}])
    j.run("segment put others", "everyone", now="2026-03-02T00:00:00Z")
    told = [(one["key"], one["since"], one["cause"]) for one in j.json("contact segments c2", now="2026-03-03T00:00:00Z")["segments"]]
    j.same("since", told, [("others", NOW, "definition"), ("both", NOW, "definition")])


def snapshots(j):
    """A snapshot is a list of those for whom a rule held at one instant; it names both and never changes by hand."""
    j.base()
    taken = j.json("segment put march --kind snapshot --by eva --note=report", "did order_completed in last 30 days")
    wanted = {"key": "march", "kind": "snapshot", "definition": "did order_completed in last 30 days", "parameters": [], "at": NOW, "by": "eva", "note": "report", "members": 1}
    j.same("taken", taken, wanted)
    later = "2026-06-01T00:00:00Z"
    j.same("it stays", j.run("segment members march", now=later).split(), ["c1"])
    j.same("and in rules", j.run("members", 'in segment "march" and country = "SK"', now=later).split(), ["c1"])
    j.same("shown", j.json("segment show march", now=later), wanted)
    j.run("checkpoint", now=later)
    j.same("as a list", j.json("list show march", now=later)["snapshot"], wanted)
    j.same("among the others", j.json("segment list", now=later)["segments"], [{"key": "march", "kind": "snapshot", "definition": wanted["definition"]}])
    j.same("told of the contact", j.json("contact segments c1", now=later)["lists"], [{"key": "march", "kind": "snapshot", "since": NOW, "by": "eva", "note": "report"}])
    for words in ("list put march", "list add march c2", "list remove march c1", "list unlock march", "list lock march"):
        j.run(words, code=6, now=later)
    j.run("segment put march --kind snapshot everyone", code=6, now=later)
    j.run("segment put march everyone", code=6, now=later)
    j.run("segment put wrong --kind snapshot", "contry = 3", code=4, now=later)
    j.run("segment put wrong --kind frozen everyone", code=2, now=later)
    j.run("segment put top --kind snapshot", "top 1 by age", now=later)
    j.same("a ranking too", j.run("segment members top", now=later).split(), ["c2"])
    j.same("it holds", j.json("verify", now=later)["holds"], True)


def list_files(j):
    """Lists come from files and go into files, are locked, opened and deleted."""
    j.base()
    j.run("list put press")
    j.file("press.csv", "name;Person ID\nAnn;c1\nBob;c9\nNobody;\nAnn;c1\n")
    answer = j.json('list import press press.csv --id person_id --by eva --note=fair', code=8)
    j.same("imported", [answer[part] for part in ("rows_read", "added", "size", "rows_rejected")], [4, 2, 2, 1])
    j.same("the line", [one["line"] for one in answer["rejected"]], [4])
    j.same("as CSV", j.run("list show press --csv"), f"contact,added_at,by,note\nc1,{NOW},eva,fair\nc9,{NOW},eva,fair\n")
    j.file("again.csv", j.run("list show press --csv"))
    j.run("list put copy")
    j.run("list import copy again.csv --id contact")
    j.same("there and back", [one["contact"] for one in j.json("list show copy")["entries"]], ["c1", "c9"])
    j.file("ids.ndjson", '{"contact": "c2"}\n{"contact": 7}\n{"contact": true}\n{"other": "c3"}\n')
    answer = j.json("list import copy ids.ndjson --id contact", code=8)
    j.same("ids are texts", [answer["added"], [one["line"] for one in answer["rejected"]]], [1, [2, 3, 4]])
    j.run("list remove copy c2")
    j.run("list import copy again.csv --id nothing", code=3)
    j.run("list import nowhere again.csv", code=3)
    j.run("list lock press --by jan --note=printed")
    j.same("locked", j.json("list show press")["lock"], {"at": NOW, "by": "jan", "note": "printed"})
    j.run("list add press c2", code=6)
    j.run("list import press again.csv", code=6)
    j.run("checkpoint")
    j.run("list remove press c1", code=6)
    j.run("list delete press", code=6)
    j.run("list unlock press")
    j.run("list remove press c1")
    j.run("list add press c1", "--note", "one\ntwo", code=4)
    j.run("list add press c1", "--by", "\033[31mred", code=4)
    j.same("all", j.json("list list")["lists"], [{"key": "copy", "kind": "list", "size": 2, "locked": False}, {"key": "press", "kind": "list", "size": 1, "locked": False}])
    j.run("segment put readers", 'in list "press"')
    j.run("list delete press", code=6)
    j.run("segment delete readers")
    j.run("list delete press")
    j.run("list show press", code=3)


def stepped_back(j):
    """A clock that stepped back is held at the settled instant, and that is said."""
    j.base()
    later = "2026-03-05T00:00:00Z"
    j.run("segment put recent", "did order_completed in last 30 days", now=later)
    j.run("checkpoint", now=later)
    j.same("valid after a checkpoint", [j.json("segment show recent", now=now)["live"]["valid"] for now in (NOW, later)], [True, True])
    j.run("segment due recent")
    result = subprocess.run([j.program, "--data", "store", "--now", NOW, "list", "put", "vip"], cwd=j.directory, capture_output=True, text=True, timeout=SECONDS_MAX)
    j.same("told", f"the clock says {NOW}, which is before {later}" in result.stderr, True, result.stderr)
    result = subprocess.run([j.program, "--data", "store", "--now", NOW, "--json", "list", "list"], cwd=j.directory, capture_output=True, text=True, timeout=SECONDS_MAX)
    j.same("told as JSON", later in json.loads(result.stderr)["note"], True, result.stderr)
    j.run("list add vip c1")
    j.same("held", j.json("list show vip")["entries"][0]["added_at"], later)
    j.same("questions too", j.json("explain c1 everyone")["at"], later)
    j.same("but not those that name an instant", j.json(f"explain c1 everyone --at {NOW}")["at"], NOW)


def made_invalid(j):
    """A definition that new data makes invalid keeps its last good members, says since when and why, and counts again once it is mended."""
    j.base()
    j.run("segment put big", "did any event (amount > 20)")
    j.run("segment put all", 'in segment "big" or country = "PL"')
    j.same("before", j.run("segment members big").split(), ["c1"])
    later = "2026-03-02T00:00:00Z"
    j.file("notes.csv", "contact,time,amount\nc2,2026-03-01T13:00:00Z,a lot\n")
    j.run("import events notes.csv --contact contact --time time --event note --type amount=text", now=later)
    shown = j.json("segment show big", now=later)["live"]
    j.same("invalid", [shown["valid"], shown["members"], shown["as_of"]], [False, 1, later])
    j.same("and why", "amount" in shown["why_invalid"], True)
    j.same("with those over it", j.json("segment show all", now=later)["live"]["valid"], False)
    j.same("marked in the list", [[one["key"], "amount" in one.get("why_invalid", "")] for one in j.json("segment list", now=later)["segments"]], [["all", True], ["big", True]])
    j.same("its members stay", j.run(f"segment members big --known-at {later}", now=later).split(), ["c1"])
    j.run("segment freeze big frozen", code=4, now=later)
    j.same("told of the contact", [one["invalid_since"] for one in j.json("contact segments c1", now=later)["segments"]], [later, later])
    j.same("labelled where they are asked for", j.run("segment members big", now=later).split(), ["c1"])
    j.run(f"segment members big --at {later}", code=4, now=later)
    j.run("count", 'in segment "big"', code=4, now=later)
    j.run("segment due big", code=4, now=later)
    j.run("segment add big c2", code=6, now=later)
    j.run("contact merge c1 c3", now=later)
    j.same("who is merged stays", j.run("segment members big", now=later).split(), ["c3"])
    folded = [(one["contact"], one["turn"], one["cause"]) for one in j.json("changes", now=later)["changes"] if one["segment"] == "big"]
    j.same("and the feed says so", folded[-2:], [("c1", "left", "merge"), ("c3", "entered", "merge")])
    j.file("more.csv", "contact,time,amount\nc2,2026-03-01T14:00:00Z,99\n")
    j.run("import events more.csv " + EVENTS, now=later)
    j.run("checkpoint", now=later)
    j.same("it never widens", j.json("segment show big", now=later)["live"]["members"], 1)
    j.run("segment put big", "did order_completed (amount > 20)", now="2026-03-03T00:00:00Z")
    j.same("mended", [j.json(f"segment show {key}", now="2026-03-03T00:00:00Z")["live"]["members"] for key in ("big", "all")], [2, 2])


def known_before(j):
    """What was known of a segment is known from when it was saved on, not from its first change on."""
    j.base()
    j.run("segment put hungarian", 'country = "HU"')
    j.file("moved.csv", "id,country\nc1,HU\n")
    j.run("import contacts moved.csv --id id", now="2026-03-04T00:00:00Z")
    for now in ("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z"):
        j.same("nobody yet", j.run("segment members hungarian --known-at 2026-03-03T00:00:00Z", now=now), "")
        j.same("then one", j.run("segment members hungarian --known-at 2026-03-04T12:00:00Z", now=now).split(), ["c1"])
        j.run("segment members hungarian --known-at 2026-02-28T00:00:00Z", code=4, now=now)


def lists(j):
    """Lists remember who, when and why; value sets are tested by name."""
    j.base()
    j.run("list put vip")
    j.run("list add vip c1 c9 --by eva --note", "asked at the fair")
    entries = j.json("list show vip")["entries"]
    j.same("entries", entries, [{"contact": id, "added_at": NOW, "by": "eva", "note": "asked at the fair"} for id in ("c1", "c9")])
    j.members('in list "vip" and everyone', "c1 c9")
    j.run("list remove vip c9 --by eva")
    j.members('in segment "vip"', "c1")
    j.run("list put vip")
    j.members('in list "vip"', "c1")
    j.run("set put east SK pl")
    j.members('country in set "east"', "c1 c3")
    j.run("set put east CZ")
    j.members('country in set "east"', "c2")


def zone(j):
    """The zone of the workspace moves the edges of days."""
    j.file("e.csv", "contact,time\nc1,2026-02-28T23:30:00Z\n")
    j.imported("events e.csv --contact contact --time time --event e", applied=1)
    j.members("did e on 2026-02-28", "c1")
    j.run("config set zone Europe/Bratislava")
    j.members("did e on 2026-02-28", "")
    j.members("did e today", "c1")
    j.same("zone", j.json("schema")["zone"], "Europe/Bratislava")


def schema(j):
    """Declared before its first datum, history from now on, and a change of type."""
    j.run("schema set stage --type text --history", now="2026-01-31T00:00:00Z")
    j.file("s1.csv", "id,stage\nc1,trial\n")
    j.file("s2.csv", "id,stage\nc1,paid\n")
    j.run("import contacts s1.csv --id id", now="2026-02-01T00:00:00Z")
    j.run("import contacts s2.csv --id id", now="2026-02-20T00:00:00Z")
    j.base()
    j.run("count", "did refunded", code=4)
    j.run("schema declare event refunded")
    j.run("schema declare record ticket")
    j.members("did refunded or any ticket", "")
    j.members('stage changed from "trial" to "paid" in last 30 days', "c1")
    j.members('stage has been "paid" for at least 9 days', "c1")
    j.members('stage has been "paid" for at least 10 days', "")
    j.run("schema set country --type number", code=6)
    j.same("dry run", j.json("schema set country --type number --dry-run")["not_convertible"], 3)
    j.members("country is known", "c1 c2 c3")
    j.run("schema set age --type text")
    j.members('age = "34"', "c1")
    j.run("schema set order_completed.coupon --type text")
    j.members("did order_completed (coupon is empty) at least 2 times", "c1")


def history(j):
    """--changed-at brings instants of its own, in any order."""
    j.file("h.csv", "id,stage,at\nc1,paid,2026-02-20T00:00:00Z\nc1,trial,2026-01-01T00:00:00Z\n")
    j.imported("contacts h.csv --id id --changed-at at", applied=2)
    j.members('stage = "paid" and stage changed from "trial" in last 10 days', "c1")


def contact(j):
    """One contact: shown, merged, erased."""
    j.base()
    shown = j.json("contact show c1")
    j.same("shown", (shown["id"], shown["account"], shown["attributes"]["country"], shown["events"][0]["count"]), ("c1", "acme", "SK", 2))
    j.run("contact merge c1 c2")
    j.members("count of order_completed = 3", "c2")
    j.members("everyone", "c2 c3")
    j.same("the old id still finds it", j.json("contact show c1")["id"], "c2")
    j.same("aliases", j.json("contact show c2")["aliases"], ["c1"])
    j.run("contact erase c3")
    j.members("everyone", "c2")
    j.run("contact show c3", code=3)
    j.run("explain c3", "everyone", code=3)
    j.same("exists no more after a restart", j.json("count", "everyone")["contacts"], 1)


def kept(j):
    """Back up, erase, restore, come back: erased stays erased, and who came back afterwards stays."""
    j.base()
    state = j.json("verify")["state"]
    j.run("backup backups")
    j.run("restore backups --data whole")
    j.same("the restored state", j.json("verify --data whole")["state"], state)
    j.run("restore backups", code=5)
    for number in range(4):
        j.run(f"list put l{number}")
    j.run("contact erase c1 --now")
    j.same("erased again", j.json("restore backups --replace")["erased_again"], 1)
    j.members("everyone", "c2 c3")
    j.imported("contacts contacts.csv --id id --account company --as-new", applied=3)
    j.run("backup backups")
    j.same("not erased again", j.json("restore backups --data later")["erased_again"], 0)
    j.same("came back", j.run("members everyone --data later").split(), ["c1", "c2", "c3"])
    j.same("backups", [backup["backup"] for backup in j.json("backup backups --list")], [1, 2])
    for place in ("store", "backups", "whole", "later"):
        j.same(f"{place} is private", (j.directory / place).stat().st_mode & 0o077, 0)
    (j.directory / "given").mkdir(mode=0o750)
    j.run("--data given list put l")
    j.same("a directory that was there stays as it was", (j.directory / "given").stat().st_mode & 0o777, 0o750)
    for ledger in (j.directory / "store" / "ERASED", j.directory / "backups" / "ERASED"):
        kept_aside = ledger.rename(j.directory / "kept-ledger")
        j.run("restore backups --replace", code=1)
        kept_aside.rename(ledger)
    j.same("the checkpoint stands for all", (j.run("checkpoint"), j.json("stats")["log_tail_bytes"])[1], 0)
    j.same("doctor opens it", j.json("doctor")["opens"], True)
    j.run("verify --data nowhere", code=3)
    j.same("verify makes nothing", (j.directory / "nowhere").exists(), False)


def checkpoint_again(j):
    """A checkpoint with nothing new since the last one, then a question, then a write: the store opens as before."""
    j.base()
    for later in ("2026-03-01T13:00:00Z", "2026-03-01T14:00:00Z"):
        j.run("checkpoint", now=later)
        j.run("checkpoint", now=later)
        j.run("members everyone", now=later)
        j.file("one.csv", f"id,country\nlate {later},SK\n")
        j.run("import contacts one.csv --id id", now=later)
        j.same("opens", f"late {later}" in j.run("members everyone", now=later), True)
    j.same("it holds", j.json("verify", now=later)["holds"], True)


def salvaged(j):
    """A store that does not open: what can be read of it becomes a store that does, and is told apart from what is lost."""
    j.base()
    j.run("segment put adults", "age > 30")
    j.run("checkpoint")
    for number in range(3):
        j.run(f"list put l{number}")
    newest = max((j.directory / "store" / "db").glob("*.log"))
    damaged = bytearray(newest.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    newest.write_bytes(damaged)
    j.run("count", "everyone", code=1)
    exported = j.json("doctor --export saved", code=8)
    j.same("what was exported", [exported[name] for name in ("contacts", "last_command", "acknowledged", "lost", "has_ledger")], [3, 5, 6, 1, True])
    j.same("it holds", j.json("verify --data saved")["holds"], True)
    j.same("the members", j.run("segment members adults --data saved").split(), ["c1", "c2"])
    j.run("list show l1 --data saved")
    j.run("list show l2 --data saved", code=3)
    j.run("list put l2 --data saved")
    j.same("it goes on", j.json("stats --data saved")["last_command"], 6)
    j.run("doctor --export saved", code=5)
    j.run("doctor --export other --data nowhere", code=3)
    j.run("doctor --export store/inside", code=5)
    j.run("doctor --export", "", code=2)
    j.same("nothing is left over", sorted(path.name for path in j.directory.iterdir() if path.is_dir()), ["saved", "store"])
    for page in (j.directory / "store" / "db").glob("*.sst"):
        page.write_bytes(page.read_bytes()[:-200])
    j.run("doctor --export other", code=1)
    j.same("nothing was made", (j.directory / "other").exists(), False)


def salvaged_erasure(j):
    """Who was erased by a command that is lost stays erased in what is exported; an older log that is damaged ends the export there."""
    erased = "zuzana"  # no random identity of a table file, in hexadecimal, holds that
    j.base(erased)
    j.run("checkpoint")
    j.run("list put before")
    j.run(f"contact erase {erased}")
    logs = sorted(log for log in (j.directory / "store" / "db").glob("*.log") if log.stat().st_size > 0)
    logs[-1].unlink()
    exported = j.json("doctor --export saved", code=8)
    j.same("erased again", [exported[name] for name in ("contacts", "erased_again", "lost")], [2, 1, 1])
    j.same("who is left", j.run("members everyone --data saved").split(), ["c2", "c3"])
    j.same("it holds", j.json("verify --data saved")["holds"], True)
    j.same("no byte", any(erased.encode() in path.read_bytes() for path in (j.directory / "saved").rglob("*.sst")), False)
    damaged = bytearray(logs[0].read_bytes())
    damaged[len(damaged) // 2] ^= 1
    logs[0].write_bytes(damaged)
    exported = j.json("doctor --export pages", code=8)
    j.same("as of the checkpoint", [exported[name] for name in ("last_command", "erased_again")], [2, 1])


def reordered(j):
    """The order of events of one instant follows the content, also after the content has another type, before and after a restart."""
    j.file("e.csv", "c,t,x\nann,2026-01-01T12:00:00Z,10\nann,2026-01-01T12:00:00Z,1\n")
    j.imported("events e.csv --contact c --time t --event buy --type x=text", applied=2)
    j.run("segment put one", "x of last buy is known")
    j.run("schema set buy.x --type number")
    j.run("segment put ten", "x of last buy = 10")
    j.same("before", j.run("members", "x of last buy = 1").split(), ["ann"])
    j.run("checkpoint")
    j.same("after", j.run("members", "x of last buy = 1").split(), ["ann"])
    j.same("live too", j.json("verify")["holds"], True)


def regular_in_a_window(j):
    """Regular units in a window end when the window does; a datum of the future caused nothing yet."""
    j.file("e.csv", "c,t\nann,2026-01-01T12:00:00Z\n")
    first, later = "2026-01-02T00:00:00Z", "2026-01-03T13:00:00Z"
    j.run("import events e.csv --contact c --time t --event buy", now=first)
    j.run("segment put s", "did buy at least 1 times a day in at least 1 of last 4 days in last 30 hours", now=first)
    j.run("segment put b", "did buy at least 1 times a day in at least 1 of last 4 days between 2 and 3 days ago", now=first)
    j.run("segment put twice", "did buy at least 2 times", now=first)
    turns = [(change["effective_at"], change["segment"], change["turn"]) for change in j.json("changes", now=later)["changes"]]
    j.same("turns", turns[1:], [("2026-01-02T18:00:00Z", "s", "left"), ("2026-01-03T12:00:00Z", "b", "entered")])
    j.file("f.csv", "c,t\nann,2026-01-03T00:00:00Z\nann,2026-02-01T00:00:00Z\n")
    j.run("import events f.csv --contact c --time t --event buy", now="2026-01-10T00:00:00Z")
    changes = j.json("changes", now="2026-01-10T00:00:00Z")["changes"]
    j.same("by the datum that has come", [change["effective_at"] for change in changes if change["segment"] == "twice"], ["2026-01-03T00:00:00Z"])


def export(j):
    """CSV that a spreadsheet does not take for formulas, and NDJSON that keeps what was given."""
    j.file("n.csv", 'id,note,likes\nc1,=1+1,a|b\nc2,"x, ""y""",\nc3,@SUM(A1),c\nc4,+421 900,c\nc5,-3 kusy,\n')
    j.imported("contacts n.csv --id id --type likes=set", applied=5)
    j.same("csv", j.run("export everyone --columns id,note"), 'id,note\nc1,\'=1+1\nc2,"x, ""y"""\nc3,\'@SUM(A1)\nc4,\'+421 900\nc5,\'-3 kusy\n')
    rows = [json.loads(line) for line in j.run("export everyone --columns id,note,likes --ndjson").splitlines()]
    j.same("ndjson", rows[0], {"id": "c1", "note": "=1+1", "likes": ["a", "b"]})
    j.same("missing", rows[1]["likes"], None)
    j.same("only members", j.run("export", 'note contains "kusy"', "--columns", "id"), "id\nc5\n")


def places(j):
    """Options of the program stand before and after the command; each directory is a store of its own."""
    j.base()
    before, after = j.run("--json --data store count", "everyone"), j.run("count everyone --json --data store")
    j.same("before and after", *(json.loads(text)["count"] for text in (before, after)))
    j.run("--data other count", "everyone", code=3)
    j.same("a question makes no store", (j.directory / "other").exists(), False)
    j.run("--data other list put l")
    j.same("another store", j.run("--data other count", "everyone").split(), ["0"])
    j.same("this one", j.run("count everyone").split(), ["3"])
    j.same("at", j.run("count --at 2025-06-02", "did order_completed").split(), ["1"])
    j.same("version", j.run("--version").startswith("wanamaker "), True)
    j.same("help", "Usage: count" in j.run("count --help"), True)


def explained(j):
    """Why, since when, and when that changes."""
    j.base()
    answer = j.json("explain c1", "did order_completed in last 30 days")
    j.same("answer", (answer["member"], answer["valid_until"]), (True, "2026-03-22T10:00:00Z"))
    text = j.run("explain c2", "did order_completed in last 30 days")
    j.same("text", text.splitlines()[0], f"c2 is OUT at {NOW}")


def killed(j):
    """kill -9 in the middle of an import, and the same import again: as if it had run once."""
    lines = ["contact,time,amount"]
    lines += [f"c{i * 7919 % 30011},2026-01-{i % 28 + 1:02}T{i % 24:02}:00:{i % 60:02}Z,{i % 1000}.{i % 100:02}" for i in range(KILL_ROWS)]
    j.file("many.csv", "\n".join(lines) + "\n")
    words = ["import", "events", "many.csv", *EVENTS.split(), "--json", "--now", NOW]

    def facts(store):
        tables = json.loads(j.run(f"schema --json --data {store}"))["tables"]
        busy = json.loads(j.run(f"count --json --data {store}", "sum of amount for order_completed > 3500.5 and count of order_completed >= 7"))
        return [(table["table"], table["rows"]) for table in tables], busy["count"], busy["contacts"]

    began = time.monotonic()
    j.run("import events many.csv --data whole " + EVENTS)
    seconds = time.monotonic() - began
    wanted = facts("whole")
    j.same("rows", dict(wanted[0])["event order_completed"], KILL_ROWS)
    for seed in KILL_SEEDS:
        store, delay = f"killed{seed}", random.Random(seed).uniform(0.3, 0.95) * seconds
        process = subprocess.Popen([j.program, *words, "--data", store], cwd=j.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        report = json.loads(j.run(f"import events many.csv --json --data {store} {EVENTS}"))
        j.same(f"seed {seed}, {delay:.3f} s: rows", report["rows_skipped"] + report["rows_applied"], KILL_ROWS)
        j.same(f"seed {seed}, {delay:.3f} s: facts", facts(store), wanted)
        j.same(f"seed {seed}, {delay:.3f} s: no third time", json.loads(j.run(f"import events many.csv --json --data {store} {EVENTS}"))["rows_applied"], 0)


def killed_rejects(j):
    """kill -9 in the middle of an import with bad rows, and again: each of them stands in the rejects file, and stands there once."""
    lines = ["contact,time,note"]
    lines += [f"{f'c{i % 3001}' if i % 50 else ''},2026-01-{i % 28 + 1:02}T10:00:00Z,\"n {i}\nb\"" for i in range(KILL_ROWS // 2)]
    j.file("many.csv", "\n".join(lines) + "\n")
    words = ["import", "events", "many.csv", *EVENTS.split(), "--json", "--now", NOW]
    began = time.monotonic()
    j.run("import events many.csv --data whole --rejects whole.rejects.csv " + EVENTS, code=8)
    seconds = time.monotonic() - began
    wanted = j.read("whole.rejects.csv")
    j.same("rejected", wanted.count(",contact,"), KILL_ROWS // 100)
    for seed in KILL_SEEDS:
        delay = random.Random(seed).uniform(0.3, 0.95) * seconds
        again = [j.program, *words, "--data", f"killed{seed}", "--rejects", f"{seed}.rejects.csv"]
        process = subprocess.Popen(again, cwd=j.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        subprocess.run(again, cwd=j.directory, capture_output=True, timeout=30)
        j.same(f"seed {seed}, {delay:.3f} s: rejects", j.read(f"{seed}.rejects.csv") == wanted, True)


def keys(j):
    """A key is shown once, kept as a hash, and stays revoked; attributes get their mark only where they are."""
    j.same("none yet", "nobody gets in" in j.run("key list"), True)
    added = j.json("key add --role read --by eva --name dash")
    j.same("its form", (added["key"].startswith("rk_"), len(added["key"])), (True, 46))
    j.run("key add --role all", code=2)
    j.run(f"key revoke {added['id']} --by jan")
    j.run(f"key revoke {added['id']}", code=6)
    j.run("key revoke 000000000000", code=3)
    j.run("schema track plan", code=3)
    j.run("schema set plan --type text")
    j.run("schema track plan")
    before = j.json("key list")
    j.same("who and when", [before["keys"][0][name] for name in ("role", "name", "by", "revoked_by", "added_at", "revoked_at")], ["read", "dash", "eva", "jan", NOW, NOW])
    j.run("checkpoint --compact")
    j.same("after a checkpoint", j.json("key list"), before)
    kept = b"".join(file.read_bytes() for file in (j.directory / "store").rglob("*") if file.is_file())
    j.same("the key is nowhere", added["key"][3:].encode() in kept, False)
    j.run("backup backups")
    j.run("restore backups --data other")
    j.same("after a restore", j.json("key list --data other"), before)
    j.run("verify")


def no_room_for_output(j):
    """What cannot be written out whole is no success."""
    j.base()
    with open("/dev/full", "w") as full:
        came = subprocess.run([j.program, "--data", "store", "--now", NOW, "members", "everyone"], cwd=j.directory, stdout=full, stderr=subprocess.PIPE, text=True, timeout=SECONDS_MAX)
    j.same("a list that was cut", (came.returncode, came.stderr.splitlines()[0]), (1, "wanamaker: error: the output cannot be written"))


JOURNEYS = (first_day, no_room_for_output, again, grown, messages, cells, options, dry, rejects, packed, segments, by_hand, versions, due_in_pages, snapshots, list_files, stepped_back, made_invalid, known_before, lists, zone, schema, history, contact, kept, checkpoint_again, salvaged, salvaged_erasure, reordered, regular_in_a_window, export, places, explained, killed, killed_rejects, keys)


def main():
    program = str(Path(sys.argv[1]).resolve() / "wanamaker")
    passed = failed = 0
    for journey in JOURNEYS:
        if sys.argv[2:] and not any(word in journey.__name__ for word in sys.argv[2:]):
            continue
        with tempfile.TemporaryDirectory() as temporary:
            j = Journey(program, temporary)
            try:
                journey(j)
            except (subprocess.TimeoutExpired, ValueError, KeyError, IndexError, TypeError, OSError) as error:
                j.problems.append(f"goes no further: {error!r}")
        passed, failed = passed + j.passed, failed + len(j.problems)
        for problem in j.problems:
            print(f"{journey.__name__}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
