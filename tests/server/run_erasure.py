"""Erased means gone from every byte, also over HTTP: marks that came in through every door of a running server are looked for in its files.

    python3 tests/server/run_erasure.py BUILD_DIR [WORD ...]      only the tests whose name holds a word

Each text about the person is a mark of its own. Before the erasure each of them must be found (else the search proves nothing); after it none may be,
in any byte of the data directory or of what the server logged: as it is, in JSON's escapes, as base64, in UTF-16, nor in what RocksDB reads out of its files.
"""

import base64
import gzip
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from checks import run, same

DOORS = ("id", "alias", "attribute", "replaced", "email", "trait", "property", "message", "record", "imported", "rejected", "note", "answer", "opened")


def marks():
    """One text a door, of letters that stand nowhere else."""
    return {door: f"zq{number:02}mark{door.replace('_', '')}qz" for number, door in enumerate(DOORS)}


def spellings(mark):
    """In which bytes a mark may lie; base64 at each of the three places where it may begin."""
    plain = mark.encode()
    yield plain
    yield mark.encode("utf-16-le")
    yield mark.encode("utf-16-be")
    yield "".join(f"\\u{ord(letter):04x}" for letter in mark).encode()
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + plain)
        yield coded[4 if shift else 0:-4]


def bytes_of(s):
    """(where, bytes) of the data directory and the log, unpacked where they are packed, and of what RocksDB reads."""
    for path in sorted(path for path in (s.folder / "log", *Path(s.data).rglob("*")) if path.is_file()):
        yield path.name, path.name.encode()
        content = path.read_bytes()
        yield str(path.relative_to(s.folder)), content
        if content[:2] == b"\x1f\x8b":
            yield f"{path.name}, unpacked", gzip.decompress(content)
    done = subprocess.run([Path(s.program).with_name("wanamaker_bytes"), Path(s.data) / "db"], capture_output=True, check=False)
    if done.returncode != 0 or not done.stdout:
        raise AssertionError(f"what RocksDB holds cannot be read: {done.stderr.decode(errors='replace')}")
    yield "what RocksDB reads", done.stdout


def found(s, texts):
    """{door: where}."""
    places = {}
    for where, content in bytes_of(s):
        content = content.lower()
        for door, mark in texts.items():
            if any(spelling.lower() in content for spelling in spellings(mark)):
                places.setdefault(door, where)
    return places


def found_now(s, texts):
    """The same of a running server: it is killed, so that its files are as they are now, and started again."""
    s.kill()
    places = found(s, texts)
    s.start()
    return places


def good(answer, *statuses):
    if answer.status not in (statuses or (200, 201, 202, 204)):
        raise AssertionError(f"{answer.status}: {answer.body}")
    return answer


def put_through_every_door(s, m):
    """All about one person, and another who stays."""
    for contact, plan in ((m["id"], m["replaced"]), ("stays", "kept")):
        good(s.call("PUT", f"/api/v1/contacts/{contact}", {"attributes": {"plan": plan}}))
    good(s.call("PATCH", f"/api/v1/contacts/{m['id']}", {"attributes": {"plan": m["attribute"]}}))
    track = {"type": "track", "userId": m["id"], "event": "order", "messageId": m["message"], "properties": {"item": m["property"]}}
    for name in ("email", "nick"):
        good(s.call("PUT", f"/api/v1/schema/attributes/{name}", {"type": "text"}))
        good(s.call("PUT", f"/api/v1/schema/tracked/{name}"))
    good(s.track({"type": "track", "anonymousId": m["alias"], "event": "visit"}))
    good(s.track({"type": "identify", "userId": m["id"], "anonymousId": m["alias"], "traits": {"email": m["email"] + "@example.com", "nick": m["trait"]}}, track, {"type": "track", "userId": "stays", "event": "order"}))
    files = (("records", f"id,contact,stage\nr1,{m['id']},{m['record']}\n", "&record-type=ticket&id=id&contact=contact", 1), ("contacts", f"id,town\n{m['id']},{m['imported']}\n", "&id=id", 1),
             ("contacts", f"id,seats\n{m['id']},{m['rejected']}\n", "&id=id&type=seats=number", 0))
    for kind, body, more, applied in files:
        job = good(s.call("POST", f"/api/v1/imports?kind={kind}{more}", body)).json["id"]
        same(f"{kind} came in", s.until(f"/api/v1/imports/{job}", lambda one: one["state"] == "done")["rows"]["applied"], applied)
    good(s.call("PUT", "/api/v1/lists/vip", {"name": "vip"}))
    for contact, note in ((m["id"], m["note"]), ("stays", "a note that stays")):
        good(s.call("POST", "/api/v1/lists/vip/add", {"contacts": [contact], "note": note}))
    good(s.call("PUT", "/api/v1/segments/buyers", {"definition": "did order"}))
    good(s.call("PATCH", f"/api/v1/contacts/{m['id']}", {"attributes": {"code": m["answer"]}}, headers={"Idempotency-Key": "once"}))
    good(s.call("PUT", "/api/v1/providers/postmark", {"kind": "postmark", "secret": "a secret of tests"}))
    password = base64.b64encode(b"any:a secret of tests").decode()
    opened = {"RecordType": "Open", "Recipient": m["email"] + "@example.com", "MessageID": m["opened"], "ReceivedAt": "2026-02-01T00:00:00Z"}
    good(s.call("POST", "/v1/providers/postmark", opened, key=None, headers={"Authorization": "Basic " + password}))


def no_byte_is_left(s):
    """Erased with `now`: out of every read and every byte when it answers, while others go on writing; who stays, stays."""
    m = marks()
    put_through_every_door(s, m)
    same("each mark can be found", sorted(set(m) - set(found_now(s, m))), [])
    stops = threading.Event()

    def others():
        number = 0
        while not stops.is_set():
            good(s.track(*[{"type": "track", "userId": f"u{i}", "event": "visit", "messageId": f"{number}-{i}"} for i in range(20)]))
            number += 1

    thread = threading.Thread(target=others)
    thread.start()
    good(s.call("DELETE", f"/api/v1/contacts/{m['id']}?now=true"))
    stops.set()
    thread.join()
    same("none is left", found_now(s, m), {})
    same("in no answer", [s.call("GET", f"/api/v1/contacts/{contact}").status for contact in (m["id"], f"anon:{m['alias']}")], [404, 404])
    same("who stays", (s.count("did order"), s.count('plan = "kept"'), s.count('in list "vip"')), (1, 1, 1))
    s.stop()
    s.command("verify")
    same("after a stop", found(s, m), {})


def erased_before(s):
    """Without `now` bytes stay for a while; asked again with it they go, and the answer is that there is nobody."""
    m = marks()
    put_through_every_door(s, m)
    good(s.call("DELETE", f"/api/v1/contacts/anon:{m['alias']}"))
    same("out of every read", (s.call("GET", f"/api/v1/contacts/{m['id']}").status, s.count("did order")), (404, 1))
    same("not yet out of every byte", "property" in found_now(s, m), True)
    same("a word that is no flag", s.call("DELETE", f"/api/v1/contacts/{m['id']}?now=yes").status, 400)
    same("asked again", s.call("DELETE", f"/api/v1/contacts/{m['id']}?now=true").status, 404)
    same("none is left", found_now(s, m), {})
    same("only who may", s.call("DELETE", "/api/v1/contacts/stays?now=true", key="read").status, 403)


def a_restored_backup_brings_nobody_back(s):
    """Neither her nor a byte of her."""
    m = marks()
    s.stop()
    s.start("--backups", str(s.folder / "backups"))
    put_through_every_door(s, m)
    good(s.call("POST", "/api/v1/backups", {}))
    good(s.call("DELETE", f"/api/v1/contacts/{m['id']}?now=true"))
    s.stop()
    s.command("restore", str(s.folder / "backups"), "--replace")
    for aside in Path(s.data).parent.glob("store.*"):
        shutil.rmtree(aside)
    same("none is there", found(s, m), {})
    s.start()
    same("who stays", (s.call("GET", f"/api/v1/contacts/{m['id']}").status, s.count("did order"), s.count('plan = "kept"')), (404, 1, 1))


sys.exit(run([no_byte_is_left, erased_before, a_restored_backup_brings_nobody_back]))
