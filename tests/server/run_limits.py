"""How often a key may ask, how much is written at once, and everything about one person in one answer.

    python3 tests/server/run_limits.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import http.client
import json
import signal
import socket
import sys

from checks import run, same
from served import SECONDS_MAX

SECRET = "a secret of tests"


def one_greedy_key_starves_no_modest_one(s):
    """Who asks without end is told to come again; others are answered; and what the limit is stands beside the keys."""
    same("unless it is said otherwise", s.call("GET", "/api/v1/keys").json["limit"], {"per_second": 2000, "burst": 4000})
    viewer = s.person("viewer")
    s.stop()
    s.start("--requests-per-key", "1")
    greedy = [s.call("GET", "/api/v1/stats", key="read") for _ in range(40)]
    refused = [one for one in greedy if one.status == 429]
    same("the first ones", [one.status for one in greedy[:2]], [200, 200])
    same("most of the others", (len(refused) > 20, {one.json["code"] for one in refused}, {one.headers["Retry-After"] for one in refused}), (True, {"too_many"}, {"1"}))
    same("others are answered", [s.call(method, path, body, key=key).status for method, path, body, key in (("POST", "/v1/track", {"userId": "u1", "event": "e"}, "write"), ("GET", "/api/v1/keys", None, "admin"))], [200, 200])
    in_body = [s.call("POST", "/v1/track", {"userId": "u1", "event": "e", "writeKey": s.keys["write"]}, key=None).status for _ in range(20)]
    same("keys in bodies too", (in_body[0], 429 in in_body), (200, True))
    of_session = [s.call("GET", "/api/v1/stats", key=None, headers=viewer).status for _ in range(20)]
    same("users too", (of_session[:2], 429 in of_session), ([200, 200], True))
    same("health is asked of nobody", {s.call("GET", "/livez", key=None).status for _ in range(20)}, {200})
    s.stop()
    s.start("--requests-per-key", "0")
    same("no limit", ({s.call("GET", "/api/v1/stats", key="read").status for _ in range(40)}, s.call("GET", "/api/v1/keys").json["limit"]), ({200}, None))


def everything_about_one_person(s):
    """One JSON, of which another store can be told the same again."""
    s.call("PUT", "/api/v1/schema/attributes/plan", {"type": "text", "history": True})
    s.call("PUT", "/api/v1/contacts/jana", {"attributes": {"email": "jana@shop.example", "plan": "free", "seats": 3.5, "vip": True, "tags": ["a", "b"], "birth_date": "1990-02-28", "seen_at": "2026-01-01T10:00:00.5Z", "home": [48.72, 21.26]},
                                            "types": {"birth_date": "date", "seen_at": "timestamp", "home": "location"}, "account": "acme"})
    s.call("PATCH", "/api/v1/contacts/jana", {"attributes": {"plan": "pro"}})
    s.call("PUT", "/api/v1/contacts/other", {"attributes": {"email": "other@shop.example"}})
    s.call("POST", "/api/v1/events", {"events": [{"contact": contact, "event": "order", "time": f"2026-02-0{day}T10:00:00Z", "message_id": f"{contact}{day}", "properties": {"total": 12.5, "items": ["x", "y"], "note": "ž\"<", "shipped": "2026-02-03"}} for day in (2, 1) for contact in ("jana", "other")], "types": {"order": {"shipped": "date"}}})
    same("types are for admins", s.call("POST", "/api/v1/events", {"events": [], "types": {"order": {"by": "date"}}}, key="write").status, 403)
    same("which types are no object", [s.call("POST", "/api/v1/events", {"events": [], "types": types}).json[part] for types in ({"n": "number"}, ["n"]) for part in ("pointer", "title")],
         ["#/types/n", "'n' is no object: expected names with their types", "#/types", "'types' is no object: expected events with the types of their properties"])
    same("no type", s.call("PUT", "/api/v1/contacts/none", {"attributes": {}, "types": {"a": "datum"}}).json["pointer"], "#/types/a")
    s.track({"type": "page", "userId": "jana", "name": "Home", "anonymousId": "a1"}, {"type": "identify", "userId": "jana", "anonymousId": "a1", "messageId": "i1"})
    s.call("PUT", "/api/v1/providers/ses", {"kind": "postmark", "secret": SECRET})
    s.call("POST", "/v1/providers/ses", {"RecordType": "Delivery", "MessageID": "m1", "Recipient": "jana@shop.example", "DeliveredAt": "2026-02-01T10:00:00Z"}, key=None, headers={"Authorization": "Basic eDphIHNlY3JldCBvZiB0ZXN0cw=="})
    s.call("PUT", "/api/v1/segments/buyers", {"definition": "did order ever"})
    s.call("PUT", "/api/v1/lists/press")
    s.call("POST", "/api/v1/lists/press/add", {"contacts": ["jana"], "note": "by telephone"})
    (s.folder / "tickets.csv").write_text("id,contact,stage\nt1,jana,open\nt2,other,open\n")
    s.stop()
    s.command("import", "records", "ticket", str(s.folder / "tickets.csv"), "--id", "id", "--contact", "contact")
    s.start()
    out = s.call("GET", "/api/v1/contacts/jana/export")
    same("what it is", (out.status, out.json["format"], out.json["id"], out.json["aliases"]), (200, "wanamaker contact 1", "jana", ["anon:a1"]))
    same("attributes", out.json["contact"], {"attributes": {"email": "jana@shop.example", "plan": "pro", "seats": 3.5, "vip": True, "tags": ["a", "b"], "birth_date": "1990-02-28", "seen_at": "2026-01-01T10:00:00.500Z", "home": [48.72, 21.26]},
                                               "types": {"email": "text", "plan": "text", "seats": "number", "vip": "boolean", "tags": "set", "birth_date": "date", "seen_at": "timestamp", "home": "location"}, "account": "acme"})
    same("what they were", [entry["value"] for entry in out.json["history"]["plan"]], ["free", "pro"])
    same("events, oldest first", [(event["event"], event.get("message_id", "")[:6]) for event in out.json["events"]], [("email_delivered", "provid"), ("order", "jana1"), ("order", "jana2"), *[(event["event"], event.get("message_id", "")[:6]) for event in out.json["events"][3:]]])
    same("their properties", out.json["events"][1]["properties"], {"total": 12.5, "items": ["x", "y"], "note": "ž\"<", "shipped": "2026-02-03"})
    same("records", out.json["records"], [{"type": "ticket", "id": "t1", "contact": "jana", "fields": {"stage": "open"}, "types": {"stage": "text"}}])
    same("memberships", ([entry["key"] for entry in out.json["memberships"]["segments"]], [(entry["key"], entry["note"]) for entry in out.json["memberships"]["lists"]]), (["buyers"], [("press", "by telephone")]))
    same("of nobody else", b"other" in out.body, False)
    same("by an alias", s.call("GET", "/api/v1/contacts/anon:a1/export").json["events"], out.json["events"])
    same("of nobody", s.call("GET", "/api/v1/contacts/none/export").status, 404)
    same("for admins alone", [s.call("GET", "/api/v1/contacts/jana/export", key=role).status for role in ("read", "write")], [403, 403])
    same("that it was taken out is noted", [entry["action"] for entry in s.call("GET", "/api/v1/audit?contact=jana").json["entries"]][-1:], ["export"])
    other = type(s)(s.program)
    try:
        for _ in range(2):
            same("its contact is taken in", other.call("PUT", "/api/v1/contacts/jana", out.json["contact"]).status in (200, 201), True)
            taken = other.call("POST", "/api/v1/events", {"events": [event for event in out.json["events"] if "message_id" in event], "types": out.json["types"]})
            same("its events are", (taken.status, taken.json["applied"] + taken.json["duplicates"], taken.json["rejected"]), (200, len([event for event in out.json["events"] if "message_id" in event]), []))
        again = other.call("GET", "/api/v1/contacts/jana/export").json
        same("and it is the same", (again["contact"], again["events"]), (out.json["contact"], [event for event in out.json["events"] if "message_id" in event]))
    finally:
        other.close()


def answers_to_all_at_once(s, senders, round_number):
    """Of a write by each of `senders`, which the server finds before it as it goes on after having stood still."""
    streams = [socket.create_connection(("127.0.0.1", s.port), timeout=SECONDS_MAX) for _ in senders]
    for stream in streams:
        stream.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        same("a connection that waits", stream.recv(4096)[:12], b"HTTP/1.1 200")
    s.process.send_signal(signal.SIGSTOP)
    for number, (stream, sender) in enumerate(zip(streams, senders)):
        body = json.dumps({"userId": f"u{number}", "event": "e", "messageId": f"at once {round_number} {number}", "properties": {"note": "x" * 500}})
        stream.sendall(f"POST /v1/track HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {sender}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    s.process.send_signal(signal.SIGCONT)
    answers = []
    for stream in streams:
        came = http.client.HTTPResponse(stream)
        came.begin()
        answers.append((came.status, came.headers["Retry-After"], json.loads(came.read()).get("code"), came.headers["Connection"]))
    return streams, answers


def what_cannot_be_written_soon_is_refused(s):
    """Beyond so many bytes in hand a write is refused at once: 429 for whoever has half of them, 503 for all. What was refused is not there,
    what was taken is, and who comes next is taken again on the same connection."""
    senders = [s.call("POST", "/api/v1/keys", {"role": "write", "name": f"sender {i}"}).json["key"] for i in range(4)]
    s.stop()
    s.start("--writes-in-hand-kib", "5")  # a write of these takes some 1.6 KiB
    streams, answers = answers_to_all_at_once(s, [senders[0], senders[0], senders[1], senders[2], senders[3], senders[3]], 1)
    refused = lambda status, code: (status, "1", code, None)
    taken = (200, None, None, None)
    same("all at once", answers, [taken, refused(429, "too_many"), taken, taken, refused(503, "busy"), refused(503, "busy")])
    same("what was taken is there", s.call("GET", "/api/v1/stats", key="read").json["events"], 3)
    same("health is asked all the same", s.call("GET", "/livez", key=None).status, 200)
    same("it is counted", "wanamaker_http_overload_total 3\n" in s.call("GET", "/metrics", key="read").body.decode(), True)
    for stream in streams:
        stream.close()
    streams, answers = answers_to_all_at_once(s, [senders[3]], 2)
    same("who comes next is taken", answers, [taken])
    streams[0].close()
    same("and is there once", s.call("GET", "/api/v1/stats", key="read").json["events"], 4)
    s.stop()
    s.start()
    streams, answers = answers_to_all_at_once(s, senders * 5, 3)
    same("unless it is said otherwise there is room for these", set(answers), {taken})
    for stream in streams:
        stream.close()


sys.exit(run([one_greedy_key_starves_no_modest_one, what_cannot_be_written_soon_is_refused, everything_about_one_person]))
