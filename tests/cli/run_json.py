"""The JSON answers of the program fit the schemas in docs/reference/json.

    python3 tests/cli/run_json.py BUILD_DIR
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from schema_faults import faults

SCHEMAS = Path(__file__).resolve().parent.parent.parent / "docs" / "reference" / "json"
NOW = "2026-03-01T12:00:00Z"
SECONDS_MAX = 20 * float(os.environ.get("WANAMAKER_TIME_LIMIT_FACTOR", "1"))  # a command that takes longer hangs
FILES = {
    "contacts.csv": "id,country,age,company,born,consent\nc1,SK,34,acme,31.12.1990,true\nc2,CZ,51,acme,1.2.1975,false\nc3,,20,,,\n",
    "bad.csv": "id,country,age,sum\nb1,SK,old,1\nb2,SK,33,2\nb3,SK\n",
    "accounts.csv": "id,industry\nacme,Retail\n",
    "deals.csv": "id,contact,stage,amount\nd1,c1,Won,120.50\n",
    "account_deals.csv": "id,account,stage,amount\nd2,acme,Open,9\n",
    "orders.csv": "contact,time,amount,items,coupon,m\nc1,2026-02-01T10:00:00Z,19.99,2,SPRING,m1\nc1,2026-02-20T10:00:00Z,25,1,,m2\nc2,2025-06-01T10:00:00Z,7,1,,\n",
    "carts.ndjson": '{"who": "c1", "when": "2026-01-31T10:00:00Z", "what": "cart_added"}\n{"who": "c2", "when": "2026-01-31T10:00:00Z", "what": "cart_added"}\n{"who": 3}\n',
    "stages.csv": "id,stage,at\nc1,trial,2026-01-01T00:00:00Z\nc1,paid,2026-02-01T00:00:00Z\nc2,trial,2026-02-25T00:00:00Z\n",
}
IMPORTS = [
    (0, "contacts contacts.csv --id id --account company --type born=date"),
    (0, "contacts contacts.csv --id id --account company --type born=date"),
    (8, "contacts bad.csv --id id --dry-run"),
    (8, "contacts bad.csv --id id --where country=\"SK\""),
    (0, "accounts accounts.csv --id id"),
    (0, "records opportunity deals.csv --id id --contact contact"),
    (0, "records opportunity account_deals.csv --id id --account account"),
    (0, "events orders.csv --contact contact --time time --event order_completed --message-id m --derive total=items*amount"),
    (8, "events carts.ndjson --contact who --time when --event-column what"),
    (0, "contacts stages.csv --id id --changed-at at"),
    (0, "contacts contacts.csv --id id --account company --map map.json --as-new"),
]
MAP = '{"columns": {"consent": null, "country": {"name": "land", "type": "text"}}, "options": {"type": {"born": "date"}}}'
DEFINITIONS = [
    "everyone",
    'country = "SK"',
    'country = "SK" and (age > 30 or age is empty) and not did order_completed in last 7 days',
    "did order_completed at least 2 times in last 90 days",
    "did order_completed (amount > 100)",
    "did cart_added then order_completed within 2 days",
    "did cart_added then not order_completed within 2 days",
    "last order_completed was between 7 and 30 days ago",
    'any opportunity (stage = "Won") and any account opportunity',
    "any account contact (age > 30)",
    "sum of amount for order_completed > 10 and count of opportunity >= 0",
    'in segment "sleepy" and not in list "vip"',
    'in list "vip"',
    "top 2 by age or bottom 50 percent by age among (age > 30)",
    'random 50 percent "salt" or no one',
    'stage has been "paid" for at least 7 days or stage changed to "paid" in last 60 days',
    "at least 2 of (age > 3, age > 30, age > 300)",
    "amount of last order_completed > 3 and weekday of born = \"Monday\"",
    '{"and": [{"attribute": "country", "operator": "equals", "value": "SK"}]}',
]
# Schema, exit code and words of the answers about live segments, in order; nothing of them is asked before what they need is there.
LIVE = [
    ("by-hand", 0, ["segment", "add", "sleepy", "c1", "--by", "eva", "--note", "asked"]),
    ("by-hand", 0, ["segment", "remove", "sleepy", "c2"]),
    ("segment", 0, ["segment", "show", "sleepy"]),
    ("segment", 0, ["segment", "put", "taken", "everyone", "--kind", "snapshot", "--by", "eva"]),
    ("segment", 0, ["segment", "show", "taken"]),
    ("contact-segments", 0, ["contact", "segments", "c1"]),
    ("contact-segments", 0, ["contact", "segments", "c2"]),
    ("explain", 0, ["explain", "c1", 'in segment "sleepy"']),
    ("explain", 0, ["explain", "c2", 'in segment "sleepy"']),
    ("by-hand", 0, ["segment", "reset", "sleepy", "c1"]),
    ("changes", 0, ["changes"]),
    ("changes", 0, ["changes", "--after", "1", "--limit", "1", "--segment", "sleepy"]),
    ("due", 0, ["segment", "due", "sleepy", "--until", "2026-12-01"]),
    ("due", 0, ["segment", "due", "sleepy", "--until", "2026-12-01", "--limit", "1"]),
    ("history", 0, ["segment", "history", "sleepy"]),
    ("impact", 0, ["segment", "impact", "sleepy", "not did order_completed in last 40 days"]),
    ("versions", 0, ["segment", "versions", "sleepy"]),
    ("versions", 0, ["segment", "versions", "ranked"]),
    ("diff", 0, ["segment", "diff", "ranked"]),
    ("contact-segments", 0, ["contact", "segments", "c2"]),
    ("list", 0, ["list", "show", "vip"]),
    ("list", 0, ["list", "show", "taken"]),
    ("list", 0, ["list", "show", "closed"]),
    ("list-import", 0, ["list", "import", "vip", "contacts.csv", "--id", "id"]),
    ("list-import", 8, ["list", "import", "vip", "orders.csv", "--id", "coupon"]),
    ("keys", 0, ["key", "list"]),
]
PREPARED = [
    ["segment", "put", "sleepy", "not did order_completed in last 30 days"], ["list", "put", "vip"], ["list", "add", "vip", "c1", "--by", "eva", "--note", "asked"],
    ["segment", "put", "ranked", "top 2 by age", "--by", "eva"], ["segment", "put", "ranked", "top 2 by age among (age > $n)", "--param", "n:number=1"], ["segment", "put", "ranked", "top 2 by age"],
    ["segment", "put", "over", 'in segment "sleepy" or in segment "ranked"'], ["list", "put", "closed"], ["list", "lock", "closed", "--note", "printed"],
    ["key", "add", "--role", "write", "--name", "shop", "--by", "eva"],
]
ERRORS = [
    (2, "count everyone --at nonsense"),
    (3, "explain zz everyone"),
    (3, "import contacts nothing.csv --id id"),
    (4, "count age>>3"),
    (4, "count contry=3"),
    (4, 'count {"and":[]}'),
    (5, "count everyone --data contacts.csv"),
    (6, "list put sleepy"),
]


class Check:
    def __init__(self, program, directory):
        self.program, self.directory = program, directory
        self.passed = self.failed = 0
        self.schemas = {path.name.split(".")[0]: json.loads(path.read_text(encoding="utf-8")) for path in sorted(SCHEMAS.glob("*.json"))}

    def run(self, words):
        store = [] if "--data" in words else ["--data", "store"]
        return subprocess.run([self.program, *store, "--now", NOW, *words], cwd=self.directory, capture_output=True, text=True, timeout=SECONDS_MAX)

    def note(self, name, problems):
        self.passed, self.failed = self.passed + (not problems), self.failed + bool(problems)
        for problem in problems:
            print(f"{name}: {problem}")

    def answer(self, schema, code, words, check=None):
        """One answer has the exit code, fits the schema, and `check` finds nothing to say."""
        result = self.run([*words, "--json"])
        text = result.stderr if schema == "error" else result.stdout
        problems = [] if result.returncode == code else [f"exit {result.returncode}, not {code}: {result.stderr}"]
        try:
            value = json.loads(text)
        except ValueError as error:
            self.note(" ".join(words), [*problems, f"no JSON ({error}): {text[:200]!r}"])
            return
        problems += faults(value, self.schemas[schema], self.schemas[schema])
        if check is not None:
            problems += check(value)
        self.note(" ".join(words), problems)


def check_validator(check):
    """A validator that finds nothing wrong in anything would pass every test."""
    schema = check.schemas["error"]
    for value in ({"code": "invalid"}, {"code": "bad", "title": "x"}, {"code": "invalid", "title": 3}, {"code": "invalid", "title": "x", "more": 1}, [], {"code": "invalid", "title": "x", "line": True}):
        check.note(f"validator on {value}", [] if list(faults(value, schema, schema)) else ["finds nothing wrong"])
    check.note("validator on a good value", list(faults({"code": "invalid", "title": "x", "line": 1}, schema, schema)))


def sums(report):
    """Every row of a file is in exactly one place."""
    rows = ("rows_skipped", "rows_filtered", "rows_applied", "rows_duplicate", "rows_rejected")
    told = sum(report[name] for name in rows) + report.get("rows_applicable", 0)
    if told != report["rows_read"]:
        yield f"{report['rows_read']} rows were read, but {told} are told of"
    if sum(group["rows"] for group in report["rejects"]) != report["rows_rejected"]:
        yield "the groups of rejected rows do not add up"


def main():
    program = str(Path(sys.argv[1]).resolve() / "wanamaker")
    with tempfile.TemporaryDirectory() as temporary:
        check = Check(program, Path(temporary))
        for name, text in {**FILES, "map.json": MAP}.items():
            (check.directory / name).write_text(text, encoding="utf-8")
        check_validator(check)
        for code, words in IMPORTS:
            check.answer("import-report", code, ["import", *words.split()], sums)
        for words in PREPARED:
            if check.run(words).returncode != 0:
                check.note(" ".join(words), ["fails"])
        check.answer("schema", 0, ["schema"])
        for definition in DEFINITIONS:
            check.answer("count", 0, ["count", definition], lambda value: [] if value["nodes"][0]["count"] == value["count"] else ["the first node is not the whole"])
            for contact in ("c1", "c2", "c3"):
                member = contact in check.run(["members", definition]).stdout.split()
                check.answer("explain", 0, ["explain", contact, definition], lambda value, member=member: [] if value["member"] == member else ["members says otherwise"])
        check.answer("count", 0, ["count", DEFINITIONS[2], "--repeat", "5"])
        check.answer("count", 0, ["count", DEFINITIONS[3], "--at", "2026-02-10"])
        for schema, code, words in LIVE:
            check.answer(schema, code, words)
        for code, words in ERRORS:
            check.answer("error", code, words.split())
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed or not check.passed else 0


if __name__ == "__main__":
    sys.exit(main())
