"""How often a key may ask, and everything about one person in one answer.

    python3 tests/server/run_limits.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import sys

from checks import run, same

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


sys.exit(run([one_greedy_key_starves_no_modest_one, everything_about_one_person]))
