"""Lines of the promises on security that no other test of the server has; docs/explanation/proof.md says which test has which line.

    python3 tests/server/run_security.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import gzip
import json
import re
import socket
import stat
import sys
from pathlib import Path

from checks import run, same
from served import SECONDS_MAX

HOSTILE = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "{{7*7}}", "${7*7}", "'; DROP TABLE contacts; --", "\u202egnp.exe", "a\r\nSet-Cookie: x=y", "]]>", "\u2028alert(1)"]


def folded_headers(s):
    """A header that goes on in the next line is read differently by others: it is refused, or it does not count."""
    hidden = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    head = b"POST /v1/track HTTP/1.1\r\nHost: a\r\n"
    for what, data in (("a length", head + b"X: a\r\n Content-Length: 5\r\n\r\n"), ("a coding", head + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"), ("a coding beside a length", head + b"Content-Length: 0\r\nTransfer-Encoding:\r\n\tchunked\r\n\r\n"), ("the first line", b"GET /livez HTTP/1.1\r\n Host: a\r\n\r\n")):
        came = s.raw(data + hidden)
        same(what, (came[9:12], came.count(b"HTTP/1.1 "), b'"alive"' in came), (b"400", 1, False))


def slow_bodies_hurt_nobody(s):
    """Two hundred that begin a body and never end it."""
    slow = [socket.create_connection(("127.0.0.1", s.port), timeout=SECONDS_MAX) for _ in range(200)]
    head = b"POST /v1/track HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Length: 1000\r\n\r\n{" % s.keys["write"].encode()
    for stream in slow:
        stream.sendall(head)
    same("others are answered", {s.call("GET", "/livez").status for _ in range(20)}, {200})
    same("and taken in", s.track({"type": "track", "userId": "u", "event": "e"}).status, 200)
    for stream in slow:
        stream.close()


def nests_and_bombs(s):
    """What is deep or grows is refused before it costs anything, wherever it comes in."""
    for what, nest in (("arrays", "[" * 200_000), ("objects", '{"a":' * 100_000), ("closed", "[" * 5_000 + "]" * 5_000)):
        for path in ("/api/v1/segments/preview", "/v1/track", "/api/v1/events"):
            same(f"{what}: {path}", s.call("POST", path, nest).status, 400)
    deep = "(" * 100 + "everyone" + ")" * 100
    same("a definition", s.call("POST", "/api/v1/segments/preview", {"definition": deep}).status, 422)
    tree = {"definition": "everyone"}
    for _ in range(40):
        tree = {"all": [tree]}
    same("a tree", s.call("POST", "/api/v1/segments/preview", {"definition": tree}).status, 400)
    for path in ("/v1/batch", "/api/v1/events"):
        same(f"a bomb: {path}", s.call("POST", path, gzip.compress(gzip.compress(b"\0" * (32 << 20)) + b" " * (32 << 20)), headers={"Content-Encoding": "gzip"}).status, 413)
    same("many small ones in one", s.call("POST", "/v1/batch", gzip.compress(b" " * 40_000) * 40, headers={"Content-Encoding": "gzip"}).status in (400, 413), True)


def sizes_have_limits(s):
    """An event, its properties, names and texts; an item that has too much sinks no other."""
    good = {"type": "track", "userId": "u", "event": "e"}
    for what, item in (("an event of 33 KiB", {**good, "properties": {f"p{i}": "x" * 1_000 for i in range(33)}}), ("501 properties", {**good, "properties": {f"p{i}": 1 for i in range(501)}}), ("an id", {**good, "userId": "u" * 513}),
                       ("a control in an id", {**good, "userId": "u\u0007"}), ("an id that is a number", {**good, "userId": 12}), ("a name of 129 bytes", {**good, "event": "e" * 129})):
        came = s.track(item, {**good, "messageId": what})
        same(what, (came.status, [one["index"] for one in came.json.get("rejected", [])]), (200, [0]))
    long = s.track({**good, "messageId": "long", "properties": {"text": "x" * (16 << 10), "longer": "x" * ((16 << 10) - 300)}})
    same("a text of 16 KiB", long.status, 200)
    same("all others are there", s.count("did e at least 6 times"), 1)


def nothing_is_markup(s):
    """Hostile texts come back as they were, as JSON that no browser takes for a page; keys that would be addresses are refused."""
    for number, text in enumerate(HOSTILE):
        contact = f"c{number}"
        same(f"taken: {text!r}", s.call("PUT", f"/api/v1/contacts/{contact}", {"attributes": {"note": text}}).status, 201)
        s.call("POST", "/api/v1/events", {"events": [{"contact": contact, "event": "seen", "properties": {"title": text}}]})
        back = s.call("GET", f"/api/v1/contacts/{contact}/export")
        same(f"given back: {text!r}", (back.json["contact"]["attributes"]["note"], back.json["events"][0]["properties"]["title"]), (text, text))
        asked = s.call("POST", "/api/v1/segments/preview", {"definition": f"note = {json.dumps(text)}"})
        same(f"no markup: {text!r}", {one.headers["Content-Type"].partition(";")[0] for one in (back, asked)} <= {"application/json", "application/problem+json"}, True)
        missing = s.call("GET", "/api/v1/segments/" + re.sub(r"[/?#%\r\n]", "", text))
        same(f"an address: {text!r}", (missing.status in (400, 404), missing.headers["Content-Type"], missing.headers["Set-Cookie"]), (True, "application/problem+json", None))
    for path, key in (("/livez", None), ("/api/v1/stats", "read"), ("/api/v1/nowhere", "read"), ("/metrics", "read"), ("/setup?token=x", None), ("/api/v1/openapi.json", "read")):
        headers = s.call("GET", path, key=key).headers
        same(f"headers of {path}", (headers["X-Content-Type-Options"], headers["X-Frame-Options"], "default-src 'none'" in headers["Content-Security-Policy"], "frame-ancestors 'none'" in headers["Content-Security-Policy"], headers["Server"]), ("nosniff", "DENY", True, True, None))


def cells_are_no_formulas(s):
    """In CSV that is made for people: a quote before what a program of tables would run, also behind blanks and controls."""
    texts = ["=1+1", "+1", "-1+2", "@SUM(A1)", " =1", "\t=1", "\u0001=1", "\u00a0=1", "\u3000@x", "\uff1d1+1", "\ufeff=1", "plain", "a=b", "1-2"]
    for number, text in enumerate(texts):
        s.call("PUT", f"/api/v1/contacts/c{number:02}", {"attributes": {"note": text}})
    s.stop()
    lines = s.command("export", "everyone", "--columns", "id,note", "--csv").rstrip("\n").split("\n")[1:]
    cells = [line.partition(",")[2].strip('"') for line in lines]
    same("cells", [(text, cell.startswith("'")) for text, cell in zip(texts, cells)], [(text, text not in ("plain", "a=b", "1-2")) for text in texts])
    s.start()


def logs_are_not_forged(s):
    """Line ends and escapes of terminals in addresses, headers and bodies make no line and no colour of their own."""
    forged = 'x\r\n{"event":"forged"}\n\x1b[31mred'
    for path in ("/api/v1/contacts/%0d%0a%7B%22event%22:%22forged%22%7D", "/api/v1/segments/%1b%5B31mred", "/%0a/nowhere"):
        s.raw(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {s.keys['read']}\r\nUser-Agent: a\tb\r\nX-Forwarded-For: \x1b[31m\r\n\r\n".encode())
    s.call("PUT", "/api/v1/lists/a", headers={"Idempotency-Key": "\x1b[31m"})
    for body in ({"login": forged, "password": "wrong password"}, {"definition": forged}):
        s.call("POST", "/api/v1/sessions", body, key=None)
        s.call("POST", "/api/v1/segments/preview", body)
    s.track({"type": "track", "userId": forged, "event": forged})
    s.stop()
    log = (s.folder / "log").read_bytes()
    same("each line is an object", all(isinstance(json.loads(line), dict) for line in log.splitlines()), True)
    same("none is forged", (b"forged" in log, b"\x1b" in log, b"\r" in log, b"red" in log), (False, False, False, False))
    s.start()


def secrets_on_disk(s):
    """Keys, passwords and tokens are nowhere in the files; and only whoever runs the server reads these."""
    s.call("POST", "/api/v1/setup", {"token": s.setup_token, "login": "eva", "password": "a long password of eva"}, key=None)
    session = s.log_in("eva", "a long password of eva")
    s.call("POST", "/api/v1/imports?kind=contacts&id=id", "id\nc1\n")
    key = s.call("POST", "/api/v1/keys", {"role": "read"}, headers={"Idempotency-Key": "1"}).json["key"]
    secrets = [key, *s.keys.values(), "a long password of eva", session["Cookie"].partition("=")[2], session["X-CSRF-Token"], s.setup_token]
    for stop in (s.kill, s.stop):
        stop()
        files = [path for path in Path(s.data).rglob("*") if path.is_file()]
        held = b"".join(path.read_bytes() for path in files)
        same(f"none after {stop.__name__}", [secret[:6] for secret in secrets if secret.encode() in held or secret.partition("_")[2].encode() in held and "_" in secret[:4]], [])
        same(f"for nobody else, after {stop.__name__}", [path.name for path in (Path(s.data), *Path(s.data).iterdir()) if path.is_dir() and path in (Path(s.data), Path(s.data) / "imports") and stat.S_IMODE(path.stat().st_mode) & 0o077], [])
        s.start()


def patterns_end(s):
    """Whoever writes a pattern that others take for ever over is answered."""
    s.call("PUT", "/api/v1/contacts/c1", {"attributes": {"note": "a" * 16_000 + "!"}})
    for pattern in ("(a+)+$", "(a|a)*$", "(a*)*b", "([a-zA-Z]+)*$", "(.*a){12}$"):
        same(pattern, s.call("POST", "/api/v1/segments/preview", {"definition": f'note matches "^{pattern}"'}).json["count"] in (0, 1), True)
    same("one that would need much memory", s.call("POST", "/api/v1/segments/preview", {"definition": 'note matches "((a{100}){100}){100}"'}).status, 422)
    same("nothing of the host", [s.call("POST", "/api/v1/segments/preview", {"definition": text}).status for text in ('system("id")', "__import__", "`/etc/passwd` is known", 'note in set "../../etc/passwd"')], [422, 422, 422, 404])


sys.exit(run([folded_headers, slow_bodies_hurt_nobody, nests_and_bombs, sizes_have_limits, nothing_is_markup, cells_are_no_formulas, logs_are_not_forged, secrets_on_disk, patterns_end]))
