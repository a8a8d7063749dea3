"""Imports over HTTP: a file as a body, how far it is, what was rejected, and what is left after a kill.

    python3 tests/server/run_imports.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import gzip
import http.client
import json
import random
import sys
from pathlib import Path
from urllib.parse import urlencode

from checks import run, same
from served import SECONDS_MAX

OVER = ("done", "failed", "cancelled", "interrupted")
MANY = 600_000  # rows that take a while


def send(s, body, key="admin", headers=None, **options):
    return s.call("POST", "/api/v1/imports?" + urlencode({name.replace("_", "-"): value for name, value in options.items()}), body, key=key, headers=headers)


def over(s, sent):
    return s.until(f"/api/v1/imports/{sent.json['id']}", lambda job: job["state"] in OVER)


def folders(s):
    folder = Path(s.data) / "imports"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def many_rows():
    return "id,seats\n" + "".join(f"c{i},{i % 97}\n" for i in range(MANY))


def a_file_becomes_contacts(s):
    """The shortest journey: a file is sent, it is looked how far it is, and its rows are there."""
    sent = send(s, "customer,plan,born\nc1,pro,1990-02-28\nc2,free,\n", kind="contacts", id="customer", type="born=date", name="customers.csv")
    same("it waits", (sent.status, sent.headers["Location"], sent.json["state"], sent.json["name"], sent.json["bytes"]), (202, f"/api/v1/imports/{sent.json['id']}", "waiting", "customers.csv", 46))
    job = over(s, sent)
    same("it is done", (job["state"], job["rows"], job["rejects"], job["error"], job["by"]), ("done", {"read": 2, "skipped": 0, "filtered": 0, "applied": 2, "duplicate": 0, "rejected": 0}, False, None, "admin of tests"))
    same("what each column was taken for", [(column["column"], column.get("type")) for column in job["report"]["columns"]], [("customer", None), ("plan", "text"), ("born", "date")])
    same("they are there", (s.count('plan = "pro" and born before 1991-01-01'), s.call("GET", "/api/v1/contacts/c1").json["attributes"]), (1, {"plan": "pro", "born": "1990-02-28"}))
    same("the body is gone", folders(s), [f"{job['id']}/job.json"])
    again = over(s, send(s, "customer,plan,born\nc1,pro,1990-02-28\nc2,free,\n", kind="contacts", id="customer", type="born=date"))
    same("once more", (again["rows"]["read"], again["rows"]["skipped"], again["rows"]["applied"]), (2, 2, 0))
    same("all of them", [one["state"] for one in s.call("GET", "/api/v1/imports").json["imports"]], ["done", "done"])
    same("who did it is noted", [(entry["action"], entry["kind"], entry["key"]) for entry in s.call("GET", "/api/v1/audit").json["entries"]][0], ("make", "import", job["id"]))
    s.stop()
    s.start()
    same("after a restart", s.call("GET", f"/api/v1/imports/{job['id']}").json, job)


def forms_and_options(s):
    """NDJSON, packed, in chunks, with a mapping; records; what is only tried."""
    lines = "".join(json.dumps({"who": f"c{i}", "at": f"2026-02-0{1 + i % 5}T10:00:00Z", "qty": i, "price": 2.5, "town": "Košice"}) + "\n" for i in range(100))
    mapping = json.dumps({"columns": {"town": None}, "options": {"derive": {"total": "qty * price"}, "contact": "who"}})
    job = over(s, send(s, gzip.compress(lines.encode()), kind="events", time="at", event="order", map=mapping, where="qty >= 10", headers={"Content-Encoding": "gzip"}))
    same("events", (job["state"], job["kind"], job["rows"]["read"], job["rows"]["filtered"], job["rows"]["applied"]), ("done", "events order", 100, 10, 90))
    same("with what was derived", (s.count("sum of total for order = 247.5"), s.count("did order (town is known)") if "town" in str(s.call("GET", "/api/v1/schema").json) else 0), (1, 0))
    tried = over(s, send(s, "id,contact,stage\nt1,c1,open\n", kind="records", record_type="ticket", id="id", contact="contact", dry_run="true"))
    same("tried", (tried["dry_run"], tried["rows"]["applied"], "ticket" in str(s.call("GET", "/api/v1/schema").json)), (True, 1, False))
    same("taken in", (over(s, send(s, (piece.encode() for piece in ("id,contact,st", "age\nt1,c1,", "open\n")), kind="records", record_type="ticket", id="id", contact="contact"))["state"], s.count('any ticket (stage = "open")')), ("done", 1))
    same("accounts", (over(s, send(s, "id;industry\na1;Retail\n", kind="accounts", id="id", delimiter=";"))["rows"]["applied"], over(s, send(s, "c1;a1\n", kind="contacts", id="who", account="firm", no_header="true", columns="who,firm", delimiter=";"))["rows"]["applied"], s.count('account.industry = "Retail"')), (1, 1, 1))


def what_is_exported_comes_in_again(s):
    """The records of an exported contact, too."""
    over(s, send(s, "id,contact,stage,due,amount\nt1,jana,open,2026-04-01,12.50\nt2,jana,won,2026-05-01,\n", kind="records", record_type="ticket", id="id", contact="contact", type="due=date"))
    records = s.call("GET", "/api/v1/contacts/jana/export").json["records"]
    other = type(s)(s.program)
    try:
        lines = "".join(json.dumps({"id": record["id"], "contact": record["contact"], **record["fields"]}) + "\n" for record in records)
        types = ",".join(f"{name}={kind}" for name, kind in records[0]["types"].items())
        same("taken in", over(other, send(other, lines, kind="records", record_type="ticket", id="id", contact="contact", type=types))["rows"]["applied"], 2)
        same("and the same", other.call("GET", "/api/v1/contacts/jana/export").json["records"], records)
    finally:
        other.close()


def rejected_rows_are_kept_for_a_while(s):
    """They can be corrected and sent again; they go when anybody is erased, and after a day."""
    body = "id,seats\nc1,1\nc2,many\nc3,3\n,4\n"
    job = over(s, send(s, body, kind="contacts", id="id", type="seats=number", name="c.csv"))
    same("two of four", (job["state"], job["rows"]["applied"], job["rows"]["rejected"], job["rejects"], [(group["code"], group["first_rows"]) for group in job["report"]["rejects"]]), ("done", 2, 2, True, [("number", [2]), ("id", [4])] if job["report"]["rejects"][0]["code"] == "number" else [(group["code"], group["first_rows"]) for group in job["report"]["rejects"]]))
    rejects = s.call("GET", f"/api/v1/imports/{job['id']}/rejects")
    same("as they were", (rejects.status, rejects.headers["Content-Type"], [line.split(",")[:3] for line in rejects.body.decode().splitlines()]), (200, "text/csv; charset=utf-8", [["id", "seats", "row"], ["c2", "many", "2"], ["", "4", "4"]]))
    mended = over(s, send(s, rejects.body.replace(b"many", b"2"), kind="contacts", id="id", type="seats=number", name="c.rejects.csv"))
    same("mended", (mended["rows"]["applied"], mended["rows"]["rejected"], s.call("GET", "/api/v1/contacts/c2").json["attributes"]), (1, 1, {"seats": 2}))
    s.call("DELETE", "/api/v1/contacts/c3")
    same("gone with an erasure", ([s.call("GET", f"/api/v1/imports/{one['id']}/rejects").status for one in (job, mended)], [name for name in folders(s) if "rejects" in name]), ([404, 404], []))
    later = over(s, send(s, body.replace("c", "d"), kind="contacts", id="id", type="seats=number"))
    same("kept again", s.call("GET", f"/api/v1/imports/{later['id']}/rejects").status, 200)
    s.stop()
    s.command("contact", "erase", "d1")
    same("gone with an erasure on the command line", [name for name in folders(s) if "rejects" in name], [])
    s.start()
    same("which is known", [one["rejects"] for one in s.call("GET", "/api/v1/imports").json["imports"]], [False] * 3)
    later = over(s, send(s, body.replace("c", "e"), kind="contacts", id="id", type="seats=number"))
    s.stop()
    s.at = ["--now", "2026-03-02T12:00:01Z"]
    s.start()
    same("a day later", (s.call("GET", f"/api/v1/imports/{later['id']}/rejects").status, [name for name in folders(s) if "rejects" in name], s.call("GET", f"/api/v1/imports/{later['id']}").json["rows"]), (404, [], later["rows"]))


def what_goes_wrong_is_said(s):
    """Before the body is read where that can be; nothing is left of it, and no place of the machine is told."""
    good = {"kind": "contacts", "id": "id"}
    for what, options, status in (("no kind", {"id": "id"}, 400), ("another kind", {"kind": "people", "id": "id"}, 400), ("no id", {"kind": "contacts"}, 400), ("another parameter", {**good, "file": "/etc/passwd"}, 400), ("rejects elsewhere", {**good, "rejects": "/tmp/x"}, 400),
                                  ("no type", {**good, "type": "a=b"}, 400), ("neither true nor false", {**good, "dry_run": "yes"}, 400), ("a folder", {**good, "name": "a/b"}, 400), ("no mapping", {**good, "map": "{"}, 422), ("a mapping with files", {**good, "map": json.dumps({"options": {"rejects": "/tmp/x"}})}, 400)):
        came = send(s, "id\nc1\n", **options)
        same(what, (came.status, s.data in came.body.decode(), str(s.folder) in came.body.decode()), (status, False, False))
    same("whose it is", [send(s, "id\nc1\n", key=key, **good).status for key in ("read", "write", None, "ak_none")], [403, 403, 401, 401])
    same("a marketer", s.call("POST", "/api/v1/imports?kind=contacts&id=id", "id\nc1\n", key=None, headers=s.person("marketer")).status, 403)
    same("an admin", s.call("POST", "/api/v1/imports?kind=contacts&id=id", "id\nc1\n", key=None, headers=s.person("admin")).status, 202)
    head = f"POST /api/v1/imports?kind=contacts&id=id HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {s.keys['admin']}\r\nConnection: close\r\n"
    same("too large", s.raw(f"{head}Content-Length: {17 << 30}\r\n\r\nid".encode()).split(b" ")[1], b"413")
    same("nothing is read of a stranger", s.raw(f"POST /api/v1/imports?kind=contacts&id=id HTTP/1.1\r\nHost: x\r\nContent-Length: {1 << 30}\r\n\r\n".encode()).split(b" ")[1], b"401")
    for what, body, code in (("no such column", "name\nc1\n", "not_found"), ("nothing", "", "invalid"), ("a quote that is never closed", 'id,a\n"c1,2\n', "invalid"), ("a cut gzip", gzip.compress(b"id\nc1\n" * 100)[:-9], "invalid")):
        job = over(s, send(s, body, **good, name="my file.csv"))
        text = json.dumps(job)
        same(what, (job["state"], job["error"]["code"], s.data in text, "/body" in text, " --" in text), ("failed", code, False, False, False))
    connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=SECONDS_MAX)
    connection.putrequest("POST", "/api/v1/imports?kind=contacts&id=id")
    connection.putheader("Authorization", f"Bearer {s.keys['admin']}")
    connection.putheader("Content-Length", "1000000")
    connection.endheaders(b"id\n" + b"c1\n" * 1_000)
    connection.close()
    s.call("POST", "/api/v1/lists/none/add", {"contacts": []})
    s.stop()
    s.start()
    same("nothing is left", {name.partition("/")[2] for name in folders(s)}, {"job.json"})
    same("no such import", [s.call(method, f"/api/v1/imports/none{path}").status for method, path in (("GET", ""), ("GET", "/rejects"), ("POST", "/cancel"))], [404, 404, 404])


def messages_name_parameters(s):
    """Not the options of the command line that are called like them: in refusals, reasons and rejects."""
    for options, body in (({"kind": "contacts"}, "id\n"), ({"kind": "events", "contact": "id", "time": "t"}, "id\n"), ({"kind": "records", "id": "id", "contact": "c"}, "id,c\n"), ({"kind": "contacts", "id": "id", "decimal": "x"}, "id\n"), ({"kind": "contacts", "id": "id", "columns": "a"}, "id\n")):
        refused = send(s, body, **options)
        same(f"parameters are named as such: {options}", (refused.status, "--" in refused.body.decode()), (400, False))
    mixed = over(s, send(s, "id,price,born\nc1,\"1 234,50\",1990-01-01\nc2,x,01.02.1990\n", kind="contacts", id="id", type="price=number,born=date", decimal="point"))
    rejects = s.call("GET", f"/api/v1/imports/{mixed['id']}/rejects").body.decode()
    same("in reasons too", (mixed["rows"]["rejected"], "--" in json.dumps(mixed["report"]), "--" in rejects, "'" in rejects), (2, False, False, True))


def one_that_comes_again(s):
    """Under an Idempotency-Key the body counts, and one import is made."""
    keyed = {"headers": {"Idempotency-Key": "1"}}
    first = send(s, "id,a\nc1,1\n", kind="contacts", id="id", **keyed)
    again = send(s, "id,a\nc1,1\n", kind="contacts", id="id", **keyed)
    same("the same", (again.status, again.body, again.headers["Idempotency-Replayed"]), (202, first.body, "true"))
    same("another body", send(s, "id,a\nc1,2\n", kind="contacts", id="id", **keyed).status, 422)
    over(s, first)
    same("one", (len(s.call("GET", "/api/v1/imports").json["imports"]), len(folders(s))), (1, 1))


def a_large_body_costs_no_memory(s):
    """128 MiB go through; the server's memory stays what it was."""
    peak = lambda: next(int(line.split()[1]) for line in Path(f"/proc/{s.process.pid}/status").read_text().splitlines() if line.startswith("VmHWM"))  # noqa: E731
    over(s, send(s, "id\nc1\n", kind="contacts", id="id"))
    before = peak()
    piece = (b"x" * 1_023 + b"\n") * 256
    job = over(s, send(s, (piece for _ in range(512)), kind="contacts", id="none"))
    same("it came and failed", (job["state"], job["bytes"]), ("failed", 512 * len(piece)))
    same(f"in bounds: {(peak() - before) >> 10} MiB more", peak() - before < 48 << 10, True)


def a_kill_leaves_what_was_taken(s):
    """It says how many rows are in, to the row; the same file goes on behind them. What waited has not begun."""
    body = many_rows()
    sent = send(s, body, kind="contacts", id="id", type="seats=number")
    behind = send(s, "id\nx1\n", kind="contacts", id="id")
    s.until(f"/api/v1/imports/{sent.json['id']}", lambda job: job["rows"]["applied"] > 0)
    s.kill()
    s.start()
    job = s.call("GET", f"/api/v1/imports/{sent.json['id']}").json
    there = s.count("everyone")
    same("interrupted", (job["state"], job["rows"]["applied"], job["rows"]["read"], 0 < there < MANY), ("interrupted", there, there, True))
    same("what waited", (s.call("GET", f"/api/v1/imports/{behind.json['id']}").json["state"], s.call("GET", "/api/v1/contacts/x1").status), ("interrupted", 404))
    same("no body is left", {name.partition("/")[2] for name in folders(s)}, {"job.json"})
    rest = over(s, send(s, body, kind="contacts", id="id", type="seats=number"))
    same("it goes on", (rest["state"], rest["rows"]["skipped"], rest["rows"]["applied"], s.count("everyone")), ("done", there, MANY - there, MANY))


def a_full_disk_is_said(s):
    """A body that does not fit is refused and leaves nothing; an import that fills the log fails, and what was taken in stays."""
    s.stop()
    s.start(file_bytes_max=1 << 20)
    too_large = send(s, "id\n" + "x" * (3 << 20), kind="contacts", id="id")
    same("too large", (too_large.status, too_large.json["code"], s.data in too_large.body.decode(), folders(s)), (503, "failure", False, []))
    draw = random.Random(5)
    jobs = []
    while not jobs or (jobs[-1]["state"] == "done" and len(jobs) < 20):
        jobs.append(over(s, send(s, "id,note\n" + "".join(f"{len(jobs)}-{i},{draw.getrandbits(400):x}\n" for i in range(6_000)), kind="contacts", id="id")))
    same("it fails", (jobs[-1]["state"], jobs[-1]["error"]["code"], s.data in json.dumps(jobs), str(s.folder) in json.dumps(jobs)), ("failed", "failure", False, False))
    there = s.count("everyone")
    same("what was taken in stays", sum(job["rows"]["applied"] for job in jobs), there)
    s.kill()
    s.start()
    same("after a start nothing of it is missing", (s.count("everyone") >= there, s.call("GET", f"/api/v1/imports/{jobs[-1]['id']}").json["state"]), (True, "failed"))


def it_can_be_cancelled(s):
    """Behind the batch that is under way; others are answered meanwhile, and one that waits begins."""
    sent = send(s, many_rows(), kind="contacts", id="id", type="seats=number")
    behind = send(s, "id\nx1\n", kind="contacts", id="id")
    waits = send(s, "id\ny1\n", kind="contacts", id="id")
    stopped = s.call("POST", f"/api/v1/imports/{waits.json['id']}/cancel").json
    same("what waits is over at once", (stopped["state"], stopped["ended_at"] is None, f"{stopped['id']}/body" in folders(s)), ("cancelled", False, False))
    s.until(f"/api/v1/imports/{sent.json['id']}", lambda job: job["rows"]["applied"] > 0)
    same("told", s.call("POST", f"/api/v1/imports/{sent.json['id']}/cancel").status, 200)
    job = over(s, sent)
    same("what was taken in stays", (job["state"], over(s, behind)["state"], over(s, waits)["state"], s.count("everyone"), 0 < job["rows"]["applied"] < MANY), ("cancelled", "done", "cancelled", job["rows"]["applied"] + 1, True))
    same("one that is over", s.call("POST", f"/api/v1/imports/{sent.json['id']}/cancel").json, job)
    s.stop()
    s.command("verify")
    s.start()
    same("after a restart", s.call("GET", f"/api/v1/imports/{sent.json['id']}").json, job)


sys.exit(run([a_file_becomes_contacts, forms_and_options, what_is_exported_comes_in_again, rejected_rows_are_kept_for_a_while, what_goes_wrong_is_said, messages_name_parameters, one_that_comes_again, a_large_body_costs_no_memory, a_kill_leaves_what_was_taken, a_full_disk_is_said, it_can_be_cancelled]))
