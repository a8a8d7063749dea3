"""The running server from outside: protocol, limits, who may what, and what stays after a kill.

    python3 tests/server/run_server.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import base64
import gzip
import http.client
import json
import re
import signal
import socket
import sys
import threading
from pathlib import Path

from checks import run, same
from served import SECONDS_MAX

ROOT = Path(__file__).resolve().parent.parent.parent
OPENAPI = json.loads((ROOT / "docs/reference/openapi.json").read_text())
METHODS = {"get": "GET", "put": "PUT", "post": "POST", "patch": "PATCH", "delete": "DELETE"}
MAY = {"write": {"any_key", "append"}, "read": {"any_key", "read"}, "masked": {"any_key", "read"}, "admin": {"any_key", "append", "read", "edit", "change"},
       "a viewer": {"any_key", "session", "read"}, "a marketer": {"any_key", "session", "read", "edit"}, "an admin": {"any_key", "session", "append", "read", "edit", "change"}}


def operations():
    for path, methods in OPENAPI["paths"].items():
        for method, operation in methods.items():
            yield METHODS[method], path, operation


# ---- what it is for ----


def a_segment_follows_what_an_sdk_sends(s):
    """The shortest journey: save a definition, send events, read members and changes."""
    same("an event that is to come", s.call("PUT", "/api/v1/schema/events/Order Completed").json["known"], True)
    saved = s.call("PUT", "/api/v1/segments/buyers", {"definition": "did `Order Completed` in last 30 days", "note": "for the test"})
    same("a new segment", (saved.status, saved.json["live"]["members"], saved.headers["ETag"]), (201, 0, '"v1"'))
    sent = s.call("POST", "/v1/track", {"userId": "u1", "event": "Order Completed", "messageId": "m1", "properties": {"total": 12.5}}, key="write")
    same("an event is durable", (sent.status, sent.json), (200, {"success": True}))
    same("its contact is a member", s.call("GET", "/api/v1/segments/buyers/members", key="read").json["members"], ["u1"])
    changes = s.call("GET", "/api/v1/changes?after=0", key="read").json["changes"]
    same("the feed says so", [(change["contact"], change["turn"], change["cause"]) for change in changes], [("u1", "entered", "event")])
    why = s.call("POST", "/api/v1/segments/explain", {"contact": "u1", "segment": "buyers"}, key="read")
    same("and why", (why.status, why.json["member"]), (200, True))
    of_contact = s.call("GET", "/api/v1/contacts/u1/segments", key="read").json
    same("from the contact's side", [entry["key"] for entry in of_contact["segments"]], ["buyers"])


def definitions_have_versions(s):
    """If-Match, If-None-Match and ETag: nobody writes over what he did not see."""
    path = "/api/v1/segments/all"
    same("only if there is none", s.call("PUT", path, {"definition": "everyone"}, headers={"If-None-Match": "*"}).status, 201)
    same("there is one now", s.call("PUT", path, {"definition": "everyone"}, headers={"If-None-Match": "*"}).status, 412)
    same("the version that was seen", s.call("PUT", path, {"definition": "not everyone"}, headers={"If-Match": '"v1"'}).headers["ETag"], '"v2"')
    stale = s.call("PUT", path, {"definition": "everyone"}, headers={"If-Match": '"v1"'})
    same("another version", (stale.status, stale.json["code"], stale.headers["ETag"]), (412, "precondition_failed", '"v2"'))
    same("not deleted", s.call("DELETE", path, headers={"If-Match": '"v1"'}).status, 412)
    same("deleted", s.call("DELETE", path, headers={"If-Match": '"v2"'}).status, 200)
    same("and gone", s.call("GET", path).status, 404)
    tree = s.call("PUT", "/api/v1/segments/tree", {"definition": {"not": {"everyone": True}}})
    same("a definition as JSON", tree.status in (201, 422), True)


def members_come_in_pages_and_lines(s):
    """Pages by a cursor hold each member once; the stream has the same; the size of a page has limits."""
    s.track(*[{"type": "track", "userId": f"u{i}", "event": "seen", "messageId": f"p{i}"} for i in range(250)])
    s.call("PUT", "/api/v1/segments/seen", {"definition": "did seen ever"})
    found, after = [], ""
    while after is not None:
        page = s.call("GET", f"/api/v1/segments/seen/members?limit=77&after={after or 0}", key="read").json
        found += page["members"]
        after = page["next"]
    same("all pages", sorted(found), sorted(f"u{i}" for i in range(250)))
    lines = s.call("GET", "/api/v1/segments/seen/members", key="read", headers={"Accept": "application/x-ndjson"})
    same("all lines", [json.loads(line)["contact"] for line in lines.body.splitlines()], found)
    same("of one point of the feed", (lines.headers["Wanamaker-Changes-After"], s.call("GET", "/api/v1/segments/seen/members", key="read").json["changes_after"], s.call("GET", "/api/v1/changes", key="read").json["last"]), ("250", 250, 250))
    same("another instant has none", "changes_after" in s.call("GET", "/api/v1/segments/seen/members?at=2026-03-01T11:00:00Z", key="read").json, False)
    same("at an instant before", s.call("GET", "/api/v1/segments/seen/members?at=2020-01-01", key="read").json["total"], 0)
    for bad in ("limit=0", "limit=10001", "limit=x", "after=-1", "at=yesterday", "limit=1&limit=2"):
        same(f"refused: {bad}", s.call("GET", f"/api/v1/segments/seen/members?{bad}", key="read").status, 400)


def contacts_are_set_and_forgotten(s):
    """PUT replaces, PATCH adds, DELETE forgets."""
    path = "/api/v1/contacts/c%2F1"
    made = s.call("PUT", path, {"attributes": {"plan": "pro", "seats": 3, "tags": ["a", "b"], "vip": True}, "account": "acme"})
    same("made", (made.status, made.json["id"], made.json["attributes"], made.json["account"]), (201, "c/1", {"plan": "pro", "seats": 3, "tags": ["a", "b"], "vip": True}, "acme"))
    same("one attribute more", s.call("PATCH", path, {"attributes": {"plan": None, "town": "Košice"}}).json["attributes"], {"seats": 3, "tags": ["a", "b"], "vip": True, "town": "Košice"})
    set_anew = s.call("PUT", path, {"attributes": {"town": "Prešov"}}).json
    same("set anew", (set_anew["attributes"], set_anew["account"]), ({"town": "Prešov"}, None))
    wrong = s.call("PATCH", path, {"attributes": {"seats": "many"}})
    same("another type", (wrong.status, wrong.json["pointer"]), (400, "#/attributes/seats"))
    same("forgotten", s.call("DELETE", path).json, {"erased": True})
    same("and gone", s.call("GET", path).status, 404)


def lists_are_kept_by_hand(s):
    same("made", s.call("PUT", "/api/v1/lists/press").json, {"key": "press", "size": 0})
    same("two added", s.call("POST", "/api/v1/lists/press/add", {"contacts": ["c1", "c2"], "note": "by telephone"}).json["size"], 2)
    same("one taken out", s.call("POST", "/api/v1/lists/press/remove", {"contacts": ["c1"]}).json["size"], 1)
    shown = s.call("GET", "/api/v1/lists/press", key="read").json["entries"]
    same("who, by whom and why", [(entry["contact"], entry["by"], entry["note"]) for entry in shown], [("c2", "admin of tests", "by telephone")])
    same("its members", s.call("GET", "/api/v1/segments/press/members", key="read").json["members"], ["c2"])
    same("deleted", s.call("DELETE", "/api/v1/lists/press").json["deleted"], True)


def changes_come_as_they_happen(s):
    """Server-sent events: what was there first, then what is new."""
    s.call("PUT", "/api/v1/schema/events/tick")
    s.call("PUT", "/api/v1/segments/live", {"definition": "did tick ever"})
    s.track({"type": "track", "userId": "u1", "event": "tick", "messageId": "t1"})
    connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=SECONDS_MAX)
    connection.request("GET", "/api/v1/changes/stream", headers={"Authorization": f"Bearer {s.keys['read']}"})
    stream = connection.getresponse()
    same("its type", stream.headers["Content-Type"], "text/event-stream")

    def next_change():
        for line in stream:
            if line.startswith(b"data: "):
                return json.loads(line[6:])["contact"]

    same("what was there", next_change(), "u1")
    s.track({"type": "track", "userId": "u2", "event": "tick", "messageId": "t2"})
    same("what is new", next_change(), "u2")
    connection.close()
    connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=SECONDS_MAX)
    connection.request("GET", "/api/v1/changes/stream", headers={"Authorization": f"Bearer {s.keys['read']}", "Last-Event-ID": "1"})
    stream = connection.getresponse()
    same("taken up again", next_change(), "u2")
    connection.close()
    same("after the last one", s.call("GET", "/api/v1/changes?after=99", key="read").status, 404)


def events_with_own_ids(s):
    """POST /events: one bad item sinks none of the others; a message id counts once."""
    events = [{"contact": "c1", "event": "paid", "message_id": "a", "time": "2026-02-01T10:00:00Z", "properties": {"sum": 5}},
              {"contact": 7, "event": "paid"}, {"contact": "c1", "event": "paid", "time": "soon"}, {"contact": "c1"}, {"contact": "c1", "event": "paid", "colour": 1}]
    report = s.call("POST", "/api/v1/events", {"events": events}, key="write").json
    same("one taken, four not", (report["applied"], [item["index"] for item in report["rejected"]]), (1, [1, 2, 3, 4]))
    report = s.call("POST", "/api/v1/events", {"events": events[:1]}, key="write").json
    same("again", (report["applied"], report["duplicates"]), (0, 1))
    same("another content under its id", s.call("POST", "/api/v1/events", {"events": [{**events[0], "contact": "c2"}]}, key="write").json["rejected"][0]["code"], "message_id")
    report = s.call("POST", "/api/v1/events", {"events": [{"contact": "c1", "event": "paid", "properties": {"sum": "a lot", "more": {"a": 1}}}]}, key="write").json
    same("a property that does not fit goes without its event", (report["applied"], report["properties_dropped"]), (1, 2))


# ---- tracking ----


def keys_of_sdks(s):
    """The key as user of Basic, as Bearer, or in the body; text/plain and packed bodies; what a browser asks first."""
    message = {"userId": "u1", "event": "e"}
    basic = "Basic " + base64.b64encode((s.keys["write"] + ":").encode()).decode()
    same("Basic", s.call("POST", "/v1/track", message, key=None, headers={"Authorization": basic}).status, 200)
    same("Bearer", s.call("POST", "/v1/t", message, key="write").status, 200)
    in_body = json.dumps({**message, "writeKey": s.keys["write"]})
    same("in the body, as text", s.call("POST", "/v1/track", in_body, key=None, headers={"Content-Type": "text/plain"}).status, 200)
    packed = gzip.compress(json.dumps({"batch": [{**message, "type": "track"}]}).encode())
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    same("packed, called a form", s.call("POST", "/v1/batch", packed, key="write", headers=form).json, {"success": True})
    same("packed, and said", s.call("POST", "/v1/b", packed, key="write", headers={"Content-Encoding": "gzip"}).status, 200)
    same("all five are there", s.call("GET", "/api/v1/contacts/u1", key="read").json["events"][0]["count"], 5)
    for wrong in (None, "read", "wk_" + "x" * 43, "x"):
        same(f"with {wrong}", s.call("POST", "/v1/track", message, key=wrong).status, 403 if wrong == "read" else 401)
    before = s.call("OPTIONS", "/v1/batch", key=None, headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"})
    same("what a browser asks", (before.status, before.headers["Access-Control-Allow-Origin"], "Content-Type" in before.headers["Access-Control-Allow-Headers"]), (204, "*", True))
    settings = s.call("GET", f"/v1/projects/{s.keys['write']}/settings", key=None)
    same("where a browser sends to", settings.json["integrations"]["Segment.io"]["apiHost"], f"127.0.0.1:{s.port}/v1")
    same("of no key nothing is told", s.call("GET", "/v1/projects/wk_none/settings", key=None).status, 404)


def kinds_of_messages(s):
    """Each kind becomes what docs/reference/tracking.md says; one bad item rejects only itself."""
    answer = s.track({"type": "page", "userId": "u1", "name": "Home", "properties": {"path": "/"}, "messageId": "1"}, {"type": "screen", "userId": "u1", "name": "Start", "messageId": "2"},
                     {"type": "group", "userId": "u1", "groupId": "acme", "traits": {"size": 5}, "messageId": "3"}, {"type": "identify", "userId": "u1", "traits": {"plan": "pro"}, "messageId": "4"},
                     {"type": "dance", "userId": "u1"}, {"type": "track", "userId": 5, "event": "e"}, {"type": "track", "event": "e"}, {"type": "track", "userId": "u1"}, 7,
                     {"type": "track", "userId": "u1", "event": "big", "properties": {"t": "x" * 33_000}},
                     {"type": "track", "userId": "u1", "event": "Order", "properties": {"address": {"town": "Nitra"}, "items": [{"a": 1}], "tags": ["x"]}, "messageId": "5"})
    same("six of eleven are bad", [item["index"] for item in answer.json["rejected"]], [4, 5, 6, 7, 8, 9])
    events = {entry["event"]: entry["count"] for entry in s.call("GET", "/api/v1/contacts/u1", key="read").json["events"]}
    same("their events", events, {"page_viewed": 1, "screen_viewed": 1, "group_joined": 1, "identified": 1, "Order": 1})
    for definition in ('did page_viewed (name = "Home" and path = "/") ever', 'did group_joined (group_id = "acme" and size = 5) ever', 'did Order (`address.town` = "Nitra" and tags has "x") ever'):
        same(definition, s.count(definition), 1)
    for kind in ("identify", "page", "screen", "group", "alias", "track"):
        same(f"a bad {kind} alone", s.call("POST", f"/v1/{kind}", {"userId": ""}, key="write").status, 400)
    same("no batch", s.call("POST", "/v1/batch", {}, key="write").json["pointer"], "#/batch")
    same("an empty batch", s.track().json, {"success": True})


def traits_need_a_mark(s):
    """A write key sets only attributes that the schema marks."""
    s.call("PUT", "/api/v1/schema/attributes/plan", {"type": "text"})
    s.call("PUT", "/api/v1/schema/attributes/seats", {"type": "number"})
    s.track({"type": "identify", "userId": "u1", "traits": {"plan": "pro", "seats": 3, "email": "a@b.example"}, "messageId": "1"})
    same("unmarked ones are not set", s.call("GET", "/api/v1/contacts/u1").json["attributes"], {})
    same("one that is not there cannot be marked", s.call("PUT", "/api/v1/schema/tracked/email").status, 404)
    for name in ("plan", "seats"):
        s.call("PUT", f"/api/v1/schema/tracked/{name}")
    s.track({"type": "identify", "userId": "u1", "traits": {"plan": "pro", "seats": "3"}, "messageId": "2"}, {"type": "identify", "userId": "u1", "traits": {"plan": "max"}, "messageId": "3"})
    same("marked ones are", s.call("GET", "/api/v1/contacts/u1").json["attributes"], {"plan": "max", "seats": 3})
    s.track({"type": "identify", "userId": "u1", "traits": {"plan": "pro"}, "messageId": "2"})
    same("a late retry changes nothing", s.call("GET", "/api/v1/contacts/u1").json["attributes"]["plan"], "max")
    s.call("DELETE", "/api/v1/schema/tracked/plan")
    s.track({"type": "identify", "userId": "u1", "traits": {"plan": "free"}, "messageId": "4"})
    same("no longer marked", s.call("GET", "/api/v1/contacts/u1").json["attributes"]["plan"], "max")


def identities(s):
    """An anonymous contact becomes a known one once; two known ones are never joined by a write key."""
    s.track({"type": "page", "anonymousId": "a1", "messageId": "1"}, {"type": "page", "anonymousId": "a2", "messageId": "2"})
    same("two anonymous ones", s.count("did page_viewed ever"), 2)
    s.track({"type": "identify", "userId": "u1", "anonymousId": "a1", "messageId": "3"})
    known = s.call("GET", "/api/v1/contacts/anon:a1").json
    same("one of them is known", (known["id"], known["aliases"]), ("u1", ["anon:a1"]))
    s.track({"type": "page", "anonymousId": "a1", "messageId": "4"})
    same("what comes late is hers too", s.call("GET", "/api/v1/contacts/u1").json["events"][-1]["count"] + s.call("GET", "/api/v1/contacts/u1").json["events"][0]["count"], 3)
    s.track({"type": "identify", "userId": "u2", "anonymousId": "a1", "messageId": "5"})
    same("somebody else at the same device", (s.call("GET", "/api/v1/contacts/anon:a1").json["id"], s.call("GET", "/api/v1/contacts/u2").json["id"]), ("u1", "u2"))
    s.track({"type": "alias", "userId": "u2", "previousId": "a2", "messageId": "6"})
    same("an alias", s.call("GET", "/api/v1/contacts/anon:a2").json["id"], "u2")
    same("two known ones", [item["code"] for item in s.track({"type": "alias", "userId": "u1", "previousId": "u2", "messageId": "7"}).json["rejected"]], ["identity"])
    same("and still two", s.call("GET", "/api/v1/contacts/u2").json["id"], "u2")
    same("no false name", s.track({"type": "track", "userId": "anon:a9", "event": "e"}).json["rejected"][0]["code"], "item")
    s.track({"type": "identify", "userId": "u3", "anonymousId": "a3", "messageId": "8"})
    same("known before anything came", s.call("GET", "/api/v1/contacts/anon:a3").json["id"], "u3")


def clocks_of_devices(s):
    """received - (sent - original): a device whose clock is a year off says the right time all the same."""
    s.track({"type": "track", "userId": "u1", "event": "e", "messageId": "1", "timestamp": "2027-03-01T10:00:00.000Z"}, sentAt="2027-03-01T10:00:05.000Z")
    s.track({"type": "track", "userId": "u2", "event": "e", "messageId": "2", "originalTimestamp": "2020-01-01T00:00:00Z", "sentAt": "2020-01-02T00:00:00Z"})
    s.track({"type": "track", "userId": "u3", "event": "e", "messageId": "3", "timestamp": "2025-06-01T00:00:00Z"})
    s.track({"type": "track", "userId": "u4", "event": "e", "messageId": "4", "sentAt": "rubbish"})
    for time in ("rubbish", "2024-01-01", "2024-01-01T00:00:00", "2024-02-30T00:00:00Z", 12345):
        told = s.track({"type": "track", "userId": "u5", "event": "e", "timestamp": time}).json["rejected"][0]["reason"]
        same(f"{time} is told", "'timestamp' is no instant" in told, True)
        same(f"{time} alone", s.call("POST", "/v1/track", {"userId": "u5", "event": "e", "timestamp": time}, key="write").status, 400)
    same("just now", s.count("did e in last 1 hours"), 2)
    same("a day ago", s.count("did e in last 25 hours"), 3)
    same("without sentAt as it says", s.call("GET", "/api/v1/contacts/u3").json["events"][0]["last"], "2025-06-01T00:00:00Z")


# ---- who may what ----


def roles_and_routes(s):
    """Every route of the contract, with every role of keys and users, with no key, with a revoked one, and with a session that is over."""
    revoked = s.call("POST", "/api/v1/keys", {"role": "admin", "name": "gone"}).json
    same("revoked", s.call("DELETE", f"/api/v1/keys/{revoked['id']}").json["revoked"], True)
    masked = s.call("POST", "/api/v1/keys", {"role": "masked"}).json["key"]
    users = {f"{'an' if role == 'admin' else 'a'} {role}": s.person(role) for role in ("viewer", "marketer", "admin")}
    over = s.log_in("viewer@shop.example", "a good password of viewer")
    same("logged out", s.call("DELETE", "/api/v1/sessions/current", key=None, headers=over).json["ended"], True)
    askers = {"no key": (None, {}), "a revoked key": (revoked["key"], {}), "a session that is over": (None, over), "masked": (masked, {}),
              **{role: (role, {}) for role in ("write", "read", "admin")}, **{role: (None, session) for role, session in users.items()}}
    for method, path, operation in operations():
        filled = re.sub(r"{\w+}", "none", path)
        wanted = operation["x-permission"]
        for asker, (key, headers) in askers.items():
            allowed = wanted in MAY.get(asker, ())
            if wanted == "nobody" or allowed and path == "/api/v1/changes/stream":
                continue
            if method == "DELETE" and path == "/api/v1/sessions/current" and allowed:
                role = asker.split()[-1]
                headers = s.log_in(f"{role}@shop.example", f"a good password of {role}")
            body = {} if method in ("PUT", "POST", "PATCH") else None
            status = s.call(method, filled, body, key=key, headers=headers).status
            name = f"{method} {path} with {asker}"
            if asker not in MAY:
                same(name, status, 401)
            else:
                same(name, status in (401, 403), not allowed)
                same(f"{name} is told why", status == 403, not allowed)
            if allowed and asker in users and method != "GET":
                for what in ("X-CSRF-Token", "Origin"):
                    same(f"{name} without {what}", s.call(method, filled, body, key=None, headers={**headers, what: "x"}).status in ((401, 403) if "sessions" in path else (403,)), True)


def contract_names_every_route(s):
    """The table of routes in the source and the contract say the same; and the contract is served."""
    source = (ROOT / "src/api/http/routes.cc").read_text()
    table = re.findall(r'{Method::(\w+), "([^"]+)", Permission::(\w+),', source)
    same("routes", sorted((path, {"remove": "DELETE"}.get(method, method.upper()), permission) for method, path, permission in table),
         sorted((path, method, operation["x-permission"]) for method, path, operation in operations()))
    same("the contract is served", s.call("GET", "/api/v1/openapi.json", key="write").json, OPENAPI)
    for path, methods in OPENAPI["paths"].items():
        for method, operation in methods.items():
            asked = [entry["name"] for entry in operation.get("parameters", []) if entry.get("in") == "query"]
            taken = re.search(rf'{{Method::{ {"delete": "remove"}.get(method, method) }, "{re.escape(path)}",[^"]*"([^"]*)"}}', source)
            same(f"parameters of the address of {method} {path}", sorted(asked), sorted(taken.group(1).split()) if taken else [])
            named = [entry["name"] for entry in operation.get("parameters", []) if entry.get("in") == "path"]
            same(f"parameters of {method} {path}", named, re.findall(r"{(\w+)}", path))


def no_answer_without_a_key_but_health(s):
    same("alive", s.call("GET", "/livez", key=None).json, {"alive": True})
    same("ready", s.call("GET", "/readyz", key=None).json, {"ready": True, "reads": True, "writes": True})
    same("metrics have the prefix", all(line.startswith(("#", "wanamaker_")) for line in s.call("GET", "/metrics", key="read").body.decode().splitlines()), True)
    listed = s.call("GET", "/api/v1/keys").json["keys"]
    same("keys are listed without themselves", any(key in json.dumps(listed) for key in s.keys.values()), False)
    s.stop()
    files = b"".join(file.read_bytes() for file in Path(s.data).rglob("*") if file.is_file())
    same("and no file has one", any(key.encode() in files or key.split("_", 1)[1].encode() in files for key in s.keys.values()), False)
    s.start()
    same("they count after a restart", s.call("GET", "/api/v1/stats", key="read").status, 200)


def public_addresses_need_a_word(s):
    s.stop()
    s.command("serve", "--listen", "0.0.0.0:0", code=5)
    s.command("serve", "--listen", "somewhere", code=2)
    s.start("--behind-proxy")
    same("with a proxy in front", s.call("GET", f"/v1/projects/{s.keys['write']}/settings", key=None).json["integrations"]["Segment.io"]["protocol"], "https")


def logs_name_nobody(s):
    """No id, name or key of anybody in the log, and nothing of the machine in an error."""
    s.call("GET", "/api/v1/contacts/secret-person")
    s.track({"type": "identify", "userId": "secret-person", "traits": {"email": "secret@person.example"}})
    broken = s.call("POST", "/api/v1/segments/preview", "{", key="admin")
    same("nothing of the machine", str(s.folder) in broken.body.decode(), False)
    s.stop()
    log = (s.folder / "log").read_text()
    same("nobody is named", any(word in log for word in ("secret", *s.keys.values())), False)
    same("each line is an object", all("event" in json.loads(line) for line in log.splitlines()), True)
    s.start()


# ---- bytes ----


def bodies_that_cannot_be(s):
    """What, where, what was expected: problem+json for each."""
    path = "/api/v1/segments/preview"
    deep = '{"definition": ' + "[" * 40 + "]" * 40 + "}"
    for what, body, status, code in (("broken", "{", 400, "usage"), ("empty", "", 400, "usage"), ("no object", "[]", 400, "usage"), ("twice", '{"definition": "everyone", "definition": "everyone"}', 400, "usage"),
                                     ("deep", deep, 400, "usage"), ("not UTF-8", b'{"definition": "\xff"}', 400, "usage"), ("unknown member", {"definition": "everyone", "att": 1}, 400, "usage"),
                                     ("a number", {"definition": 5}, 400, "usage"), ("no definition", {}, 400, "usage"), ("a wrong one", {"definition": "nobody is"}, 422, "invalid"),
                                     ("large", {"definition": "x" * (1 << 20)}, 413, "bad_request")):
        came = s.call("POST", path, body)
        same(what, (came.status, came.json["code"], came.headers["Content-Type"], came.json["request_id"] == came.headers["X-Request-Id"]), (status, code, "application/problem+json", True))
    same("a place", s.call("POST", path, {"definition": "everyone", "att": 1}).json["pointer"], "#/att")
    same("an id as number", s.call("POST", "/api/v1/segments/explain", {"contact": 420, "definition": "everyone"}).json["pointer"], "#/contact")
    line = s.call("POST", path, {"definition": 'everyone\nand country ="'}).json
    same("a line and a column", "line" in line and "column" in line, True)
    same("large tracking", s.call("POST", "/v1/batch", "x" * (500 << 10) + "x", key="write").status, 413)
    same("by another spelling", s.call("POST", "/v%31/batch", "x" * (500 << 10) + "x", key="write").status, 413)
    same("many messages", s.call("POST", "/v1/batch", {"batch": [0] * 2_501}, key="write").json["pointer"], "#/batch")
    same("a name for terminals", s.call("POST", "/v1/track", {"userId": "u", "event": "a\x1b[31m\nb"}, key="write").status, 400)
    bomb = gzip.compress(b" " * (64 << 20))
    same("a bomb", s.call("POST", path, bomb, headers={"Content-Encoding": "gzip"}).status, 413)
    same("half a gzip", s.call("POST", path, bomb[:-9], headers={"Content-Encoding": "gzip"}).status in (400, 413), True)
    same("no gzip", s.call("POST", path, "{}", headers={"Content-Encoding": "gzip"}).status, 400)
    same("another packing", s.call("POST", path, "{}", headers={"Content-Encoding": "br"}).status, 415)
    same("nowhere", s.call("GET", "/api/v1/nowhere").status, 404)
    wrong = s.call("PATCH", "/api/v1/segments")
    same("another method", (wrong.status, wrong.headers["Allow"]), (405, "GET"))
    same("a bad escape", s.call("GET", "/api/v1/contacts/%zz").status, 400)
    same("a name that is no text", s.call("GET", "/api/v1/contacts/%ff").status, 400)
    same("still here", s.call("GET", "/livez").status, 200)


def requests_within_requests(s):
    """Whatever can be read as ending in two places is refused, and nothing behind it is answered."""
    hidden = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    head = b"POST /v1/track HTTP/1.1\r\nHost: a\r\n"
    chunked = b"0\r\n\r\n"
    for what, data in (("length and chunks", head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked), ("chunks and length", head + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + chunked),
                       ("two lengths", head + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n"), ("one length twice", head + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n"), ("a list of lengths", head + b"Content-Length: 0, 0\r\n\r\n"),
                       ("a length below nothing", head + b"Content-Length: -1\r\n\r\n"), ("a length with a sign", head + b"Content-Length: +0\r\n\r\n"), ("two codings", head + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked), ("chunks twice", head + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked),
                       ("an unknown coding", head + b"Transfer-Encoding: xchunked\r\n\r\n" + chunked), ("a name with a blank", head + b"Content-Length : 0\r\n\r\n"), ("a bare CR", head + b"X: a\rContent-Length: 5\r\n\r\n"),
                       ("a bare LF", b"GET /livez HTTP/1.1\nHost: a\n\n"), ("no host", b"GET /livez HTTP/1.1\r\n\r\n"), ("two hosts", b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), ("version 2", b"GET /livez HTTP/2.0\r\nHost: a\r\n\r\n"),
                       ("chunks in 1.0", b"POST /v1/track HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked), ("a zero byte", b"GET /livez HTTP/1.1\r\nHost: a\0\r\n\r\n"), ("rubbish", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")):
        came = s.raw(data + hidden)
        same(what, (len(re.findall(rb"HTTP/1\.\d \d\d\d ", came)), came[9:12], b'"alive"' in came), (1, b"400", False))
    key = s.keys["write"].encode()
    trailer = head + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nAuthorization: Bearer " + key + b"\r\n\r\n"
    same("a key behind the body", s.raw(trailer)[9:12], b"401")
    came = s.raw(b"HEAD /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    same("HEAD has no body", came.split(b"\r\n\r\n", 1)[1], b"")
    same("a large header", s.raw(b"GET /livez HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"y" * 40_000 + b"\r\n\r\n")[9:12], b"431")
    same("a large address", s.raw(b"GET /" + b"y" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")[9:12], b"431")
    same("chunks alone are good", s.raw(head + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")[9:12], b"401")
    same("still here", s.call("GET", "/livez").status, 200)


def connections_are_kept(s):
    """Many requests on one connection, several in one packet, and a body that asks first."""
    connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=SECONDS_MAX)
    for i in range(5):
        s.on(connection, "POST", "/v1/track", {"userId": "u1", "event": "e", "messageId": str(i)}, key="write")
    same("five on one", int(re.search(r"^wanamaker_http_connections_total (\d+)", s.on(connection, "GET", "/metrics", key="read").body.decode(), re.M).group(1)), 1)
    connection.close()
    one = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    came = s.raw(one + one + b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    same("three in one packet", (came.count(b"200 OK"), came.count(b"alive"), came.count(b"ready")), (3, 2, 1))
    same("HTTP/1.0", s.raw(b"GET /livez HTTP/1.0\r\n\r\n").count(b"200 OK"), 1)
    with socket.create_connection(("127.0.0.1", s.port), timeout=SECONDS_MAX) as stream:
        body = json.dumps({"userId": "u1", "event": "e"}).encode()
        stream.sendall(b"POST /v1/track HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n" % (s.keys["write"].encode(), len(body)))
        same("asked first", stream.recv(4096).startswith(b"HTTP/1.1 100"), True)
        stream.sendall(body)
        came = b""
        while part := stream.recv(4096):
            came += part
        same("and taken", b"success" in came, True)
    plain = s.call("GET", "/api/v1/openapi.json", key="read")
    packed = s.call("GET", "/api/v1/openapi.json", key="read", headers={"Accept-Encoding": "gzip"})
    same("packed where it is taken", (plain.headers["Content-Encoding"], packed.headers["Content-Encoding"], plain.body == packed.body), (None, "gzip", True))


def slow_ones_hurt_nobody(s):
    """Five hundred connections that never finish what they say."""
    slow = [socket.create_connection(("127.0.0.1", s.port), timeout=SECONDS_MAX) for _ in range(500)]
    for stream in slow:
        stream.sendall(b"POST /v1/track HTTP/1.1\r\nHost: a\r\nContent-Le")
    same("others are answered", [s.call("GET", "/livez").status for _ in range(20)], [200] * 20)
    same("writes too", s.track({"type": "track", "userId": "u", "event": "e"}).status, 200)
    for stream in slow:
        stream.close()


# ---- what stays ----


def kills_lose_nothing(s):
    """Four clients send, the server is killed, they send everything again: each event is there once, and none that was acknowledged is missing."""
    batches = [[{"type": "track", "userId": f"u{i % 7}", "event": "e", "messageId": f"{b}-{i}", "timestamp": "2026-02-28T00:00:00Z"} for i in range(20)] for b in range(120)]
    acknowledged, lock = set(), threading.Lock()
    enough = threading.Event()

    def send(first, counts):
        for number in range(first, len(batches), 4):
            try:
                answer = s.track(*batches[number])
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 200 and counts:
                with lock:
                    acknowledged.add(number)
                    if len(acknowledged) >= 30:
                        enough.set()

    def send_all(counts):
        threads = [threading.Thread(target=send, args=(first, counts)) for first in range(4)]
        for thread in threads:
            thread.start()
        return threads

    threads = send_all(True)
    enough.wait(SECONDS_MAX)
    s.kill()
    for thread in threads:
        thread.join()
    s.start()
    there = s.call("GET", "/api/v1/stats", key="read").json["events"]
    same("nothing that was acknowledged is missing", there >= 20 * len(acknowledged), True)
    same("batches are whole", there % 20, 0)
    for thread in send_all(False):
        thread.join()
    same("each is there once", s.call("GET", "/api/v1/stats", key="read").json["events"], 20 * len(batches))
    s.stop()
    s.command("verify")
    s.start()


def a_full_disk_is_said(s):
    """503 and nothing acknowledged that is not there; reading goes on."""
    s.stop()
    s.start("--log", "errors", file_bytes_max=1 << 20)
    acknowledged, number = 0, 0
    while True:
        answer = s.track(*[{"type": "track", "userId": f"u{i}", "event": "e", "messageId": f"{number}-{i}", "properties": {"text": f"{number}-{i}-" + "x" * 200}} for i in range(100)])
        if answer.status != 200:
            break
        acknowledged, number = acknowledged + 100, number + 1
    same("the answer", (answer.status, answer.json["code"], answer.headers["Retry-After"], str(s.folder) in answer.body.decode()), (503, "failure", "1", False))
    same("reading goes on", s.call("GET", "/api/v1/stats", key="read").json["events"], acknowledged)
    s.kill()
    s.start()
    same("all that was acknowledged", s.call("GET", "/api/v1/stats", key="read").json["events"] in (acknowledged, acknowledged + 100), True)


def it_ends_when_asked(s):
    """SIGTERM: who waits gets his answer, who is idle is let go, and the exit code is 0."""
    idle = socket.create_connection(("127.0.0.1", s.port), timeout=SECONDS_MAX)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(s.track({"type": "track", "userId": "u", "event": "e"}).status)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same("exit code", s.stop(), 0)
    same("the idle one is let go", idle.recv(10), b"")
    same("all were answered", answers, [200] * 8)
    same("and are there", s.command("count", "did e exactly 8 times ever").split()[0], "1")
    s.start()
    s.process.send_signal(signal.SIGINT)
    same("Ctrl-C too", s.process.wait(SECONDS_MAX), 0)


def time_runs_by_itself(s):
    """A window ends although nobody asks and nobody writes: the feed has it."""
    s.call("PUT", "/api/v1/schema/events/e")
    s.call("PUT", "/api/v1/segments/recent", {"definition": "did e in last 1 minutes"})
    s.track({"type": "track", "userId": "u1", "event": "e", "messageId": "1", "timestamp": "2026-03-01T11:59:01.500Z"})
    connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=SECONDS_MAX)
    connection.request("GET", "/api/v1/changes/stream", headers={"Authorization": f"Bearer {s.keys['read']}"})
    turns = []
    for line in connection.getresponse():
        if line.startswith(b"data: "):
            turns.append((json.loads(line[6:])["turn"], json.loads(line[6:])["cause"]))
            if len(turns) == 2:
                break
    same("entered by an event, left by time", turns, [("entered", "event"), ("left", "time")])
    connection.close()


TESTS = [a_segment_follows_what_an_sdk_sends, definitions_have_versions, members_come_in_pages_and_lines, contacts_are_set_and_forgotten, lists_are_kept_by_hand, changes_come_as_they_happen,
         events_with_own_ids, keys_of_sdks, kinds_of_messages, traits_need_a_mark, identities, clocks_of_devices, roles_and_routes, contract_names_every_route,
         no_answer_without_a_key_but_health, public_addresses_need_a_word, logs_name_nobody, bodies_that_cannot_be, requests_within_requests, connections_are_kept, slow_ones_hurt_nobody,
         kills_lose_nothing, a_full_disk_is_said, it_ends_when_asked, time_runs_by_itself]


sys.exit(run(TESTS))
