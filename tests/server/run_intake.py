"""What comes in over HTTP, where it is bad, repeated, late or too much: the rest is taken, and nothing has two effects.

    python3 tests/server/run_intake.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import http.client
import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

from checks import run, same
from served import SECONDS_MAX


def one_bad_item_sinks_no_other(s):
    """A lone surrogate, a nest that is too deep, a key that stands twice, bytes that are no UTF-8: each costs its own item."""
    good = [json.dumps({"type": "track", "userId": f"u{i}", "event": "e", "messageId": f"g{i}", "properties": {"text": 'brackets ] } , and "quotes"'}}) for i in range(4)]
    bad = ['{"type":"track","userId":"x","event":"\\ud800"}', '{"type":"track","userId":"x","event":"e","properties":{"a":' + "[" * 40 + "]" * 40 + "}}",
           '{"type":"track","userId":"x","userId":"y","event":"e"}', '{"type":"track","userId":"x","event":}', "{'type':'track'}"]
    items = [good[0], bad[0], good[1], bad[1], bad[2], good[2], bad[3], bad[4], good[3]]
    answer = s.call("POST", "/v1/batch", '{"sentAt": "2026-03-01T12:00:00Z", "batch" : [ ' + " , ".join(items) + " ]}", key="write")
    same("those alone", (answer.status, [(item["index"], item["code"]) for item in answer.json["rejected"]]), (200, [(i, "item") for i in (1, 3, 4, 6, 7)]))
    same("the others are there", s.count("did e exactly 1 times ever"), 4)
    same("the deep one is told", "32 levels" in answer.json["rejected"][1]["reason"], True)
    bytes_of = b'{"batch":[{"type":"track","userId":"a","event":"\xff"},{"type":"track","userId":"b","event":"f"}]}'
    same("no UTF-8", [item["index"] for item in s.call("POST", "/v1/batch", bytes_of, key="write").json["rejected"]], [0])
    in_body = '{"batch":[{"type":"track","userId":"c","event":"f"},{"a":1,"a":2}],"writeKey":"' + s.keys["write"] + '"}'
    same("with the key in the body", [item["index"] for item in s.call("POST", "/v1/batch", in_body, key=None).json["rejected"]], [1])
    events = '{"events":[{"contact":"d","event":"f"},{"contact":"d","contact":"e","event":"f"},{"contact":"\\udc00","event":"f"}]}'
    report = s.call("POST", "/api/v1/events", events, key="write").json
    same("events too", (report["applied"], [item["index"] for item in report["rejected"]]), (1, [1, 2]))
    same("those of them are there", s.count("did f ever"), 3)
    for what, body in (("brackets crossed", '{"batch":[{"a":[1}],{"type":"track","userId":"z","event":"z"}]}'), ("never closed", '{"batch":[{"type":"track","userId":"z","event":"z"},{'),
                       ("the list twice", '{"batch":[{"a":1,"a":2}],"batch":[{"type":"track","userId":"z","event":"z"}]}'), ("bad around the list", '{"x":"\\ud800","batch":[{"type":"track","userId":"z","event":"z"}]}'),
                       ("something behind", '{"batch":[{"a":1,"a":2}]} {"batch":[]}')):
        same(what, s.call("POST", "/v1/batch", body, key="write").status, 400)
    same("nothing of these", s.call("GET", "/api/v1/contacts/z").status, 404)


def an_equal_definition_is_no_version(s):
    """PUT may be repeated: what says the same, in whatever spelling, stays the version that it is."""
    path = "/api/v1/segments/old"
    same("new", s.call("PUT", path, {"definition": "everyone and not everyone"}).headers["ETag"], '"v1"')
    again = s.call("PUT", path, {"definition": " everyone  AND not everyone", "note": "again"})
    same("again", (again.status, again.headers["ETag"], again.json["note"]), (200, '"v1"', ""))
    same("another", s.call("PUT", path, {"definition": "everyone"}).headers["ETag"], '"v2"')
    days = [{"name": "days", "type": "number", "default": "30"}]
    same("a parameter more", s.call("PUT", path, {"definition": "everyone", "parameters": days}).headers["ETag"], '"v3"')
    same("the same", s.call("PUT", path, {"definition": "everyone", "parameters": days}).headers["ETag"], '"v3"')
    same("another default", s.call("PUT", path, {"definition": "everyone", "parameters": [{**days[0], "default": "31"}]}).headers["ETag"], '"v4"')
    same("a wrong one is told all the same", s.call("PUT", path, {"definition": "nobody is"}).status, 422)


def conditions_are_lists(s):
    """If-Match and If-None-Match: *, several tags, weak ones, and what is none."""
    path = "/api/v1/segments/all"
    put = lambda definition, **headers: s.call("PUT", path, {"definition": definition}, headers={name.replace("_", "-"): value for name, value in headers.items()})
    same("whatever is there, and nothing is", put("everyone", If_Match="*").status, 412)
    same("none of these, and nothing is", put("everyone", If_None_Match='"v1", "v2"').status, 201)
    same("whatever is there", put("not everyone", If_Match="*").headers["ETag"], '"v2"')
    same("one of two", put("everyone", If_Match='"v1" , "v2"').headers["ETag"], '"v3"')
    same("neither of two", put("not everyone", If_Match='"v1","v2"').status, 412)
    same("a weak one is no match", put("not everyone", If_Match='W/"v3"').status, 412)
    same("none of those", put("not everyone", If_None_Match='"v1", W/"v3"').status, 412)
    for wrong in ("v3", '"v3', '"v3" "v2"', "* , *", ","):
        same(f"refused: {wrong}", put("not everyone", If_Match=wrong).status, 400)
    same("deleted", s.call("DELETE", path, headers={"If-Match": '"v9", "v3"'}).status, 200)


def unknown_parameters_are_errors(s):
    told = s.call("GET", "/api/v1/changes?aftr=5")
    same("what is known is said", (told.status, told.json["code"], told.json["hint"]), (400, "usage", "known are after, limit, segment"))
    for path in ("/livez?x", "/api/v1/stats?limit=5", "/api/v1/segments?at=2026-01-01"):
        same(path, s.call("GET", path).status, 400)
    same("nobody is told without a key", s.call("GET", "/api/v1/changes?aftr=5", key=None).status, 401)
    same("tracking takes what proxies add", s.call("POST", "/v1/track?v=1", {"userId": "u", "event": "e"}, key="write").status, 200)


def a_message_has_one_effect(s):
    """The same message id twice in one batch, and in the next one: traits, identities and events of the first alone."""
    s.call("PUT", "/api/v1/schema/attributes/plan", {"type": "text"})
    s.call("PUT", "/api/v1/schema/tracked/plan")
    first = {"type": "identify", "userId": "u1", "anonymousId": "a1", "traits": {"plan": "pro"}, "messageId": "m"}
    second = {"type": "identify", "userId": "u1", "anonymousId": "a2", "traits": {"plan": "free"}, "messageId": "m"}
    same("both are answered", s.track(first, second).json, {"success": True})
    s.track(second)
    contact = s.call("GET", "/api/v1/contacts/u1").json
    same("one effect", (contact["attributes"], contact["aliases"], [event["count"] for event in contact["events"]]), ({"plan": "pro"}, ["anon:a1"], [1]))
    alias = {"type": "alias", "userId": "u1", "previousId": "a3", "messageId": "n"}
    s.track(alias, {**alias, "previousId": "a4"})
    same("an alias too", s.call("GET", "/api/v1/contacts/u1").json["aliases"], ["anon:a1", "anon:a3"])
    same("which is an event", s.count("did aliased exactly 1 times ever"), 1)


def a_rejected_message_leaves_nobody(s):
    """What is not taken makes no contact, known or anonymous."""
    bad = [{"type": "identify", "userId": "u\n1", "anonymousId": "a1"}, {"type": "identify", "userId": "u1", "anonymousId": "a\x01"}, {"type": "identify", "userId": "u1", "anonymousId": "a1", "messageId": "m\n"},
           {"type": "alias", "userId": "u1", "previousId": "a\n1"}, {"type": "track", "userId": "u1", "anonymousId": "a1"}, {"type": "identify", "userId": "u1", "anonymousId": "a1", "timestamp": "soon"}]
    same("all are rejected", [item["index"] for item in s.track(*bad).json["rejected"]], list(range(len(bad))))
    for message in bad:
        if "type" in message:
            same("alone too", s.call("POST", f"/v1/{message['type']}", message, key="write").status, 400)
    same("nobody came of it", s.call("GET", "/api/v1/stats").json["contacts"], 0)
    s.stop()
    s.command("schema", "declare", "record", "identified")
    s.start()
    same("an event that cannot be", [item["code"] for item in s.track({"type": "identify", "userId": "u1", "anonymousId": "a1"}).json["rejected"]], ["event"])
    same("leaves nobody either", s.call("GET", "/api/v1/stats").json["contacts"], 0)


def who_is_erased_stays_so(s):
    """A late retry of what was accepted before an erasure brings nobody back, whatever its kind, also after restarts; a new message does."""
    s.call("PUT", "/api/v1/schema/attributes/plan", {"type": "text"})
    s.call("PUT", "/api/v1/schema/tracked/plan")
    messages = [{"type": "track", "userId": "u1", "event": "e", "messageId": "1"}, {"type": "identify", "userId": "u1", "anonymousId": "a1", "traits": {"plan": "pro"}, "messageId": "2"},
                {"type": "alias", "userId": "u1", "previousId": "a2", "messageId": "3"}, {"type": "page", "anonymousId": "a1", "messageId": "4"}]
    event = {"contact": "u1", "event": "paid", "message_id": "5"}
    s.track(*messages)
    s.call("POST", "/api/v1/events", {"events": [event]})
    same("erased", s.call("DELETE", "/api/v1/contacts/u1").status, 200)

    def retried(when):
        same(f"answered as before, {when}", s.track(*messages).json, {"success": True})
        same(f"an event as well, {when}", s.call("POST", "/api/v1/events", {"events": [event]}).json["duplicates"], 1)
        for contact in ("u1", "anon:a1", "anon:a2"):
            same(f"{contact} stays erased, {when}", s.call("GET", f"/api/v1/contacts/{contact}").status, 404)

    retried("at once")
    s.kill()
    s.start()
    retried("from the log")
    s.stop()
    s.start()
    retried("from a checkpoint")
    s.stop()
    s.command("verify")
    same("nobody is there", s.command("count", "everyone").split()[0], "0")
    s.start()
    s.track({"type": "track", "userId": "u1", "event": "e", "messageId": "6"})
    same("what is new is somebody new", [event["count"] for event in s.call("GET", "/api/v1/contacts/u1").json["events"]], [1])


def names_have_limits(s):
    """A write key makes no more events and properties than the limits, also from many connections at once."""
    wide = [{"type": "track", "userId": "u", "event": f"wide {i}", "properties": {f"p{j}": j for j in range(400)}} for i in range(60)]
    for i in range(0, 60, 20):
        for message in wide[i:i + 20]:
            s.track(message)

    def known_events():
        return {table["table"]: len(table["attributes"]) for table in s.call("GET", "/api/v1/schema").json["tables"] if table["table"] not in ("contacts", "accounts", "contact", "account")}

    known = known_events()
    same("properties in all", sum(known.values()), 20_000)
    dropped = int(next(line for line in s.call("GET", "/metrics").body.decode().splitlines() if line.startswith("wanamaker_properties_dropped_total")).split()[1])
    same("the others are counted", dropped, 4_000)
    same("and their events kept", s.count("did `wide 59` ever"), 1)
    answers = [s.track(*[{"type": "track", "userId": "u", "event": f"name {i}"} for i in range(start, start + 500)]).json for start in range(0, 2_000, 500)]
    same("events in all", len(known_events()), 2_000)
    same("the others are told", [item["code"] for item in answers[-1]["rejected"]], ["event"] * 60)
    same("a known one goes on", s.track({"type": "track", "userId": "u", "event": "name 0"}).json, {"success": True})


def strangers_keep_nobody_out(s):
    """A body is paid for before it is read: without a key only little, and no address gets all of it."""
    head = lambda path, size, key="": f"POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {size}\r\n{key}\r\n".encode()
    same("large, for the API, without a key", s.raw(head("/api/v1/events", 900_000))[9:12], b"401")
    same("with one that does not count", s.raw(head("/api/v1/events", 900_000, "Authorization: Bearer wk_nobody\r\n"))[9:12], b"401")
    same("in chunks", s.raw(b"POST /api/v1/events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")[9:12], b"401")
    held = []
    for _ in range(8):
        stream = socket.create_connection(("127.0.0.1", s.port), timeout=SECONDS_MAX)
        stream.sendall(head("/v1/batch", 500_000) + b"{")
        held.append(stream)
    came = s.raw(head("/v1/batch", 500_000))
    same("one more", (came[9:12], b"Retry-After: 1" in came, b"Access-Control-Allow-Origin: *" in came), (b"429", True, True))
    same("little is taken", s.call("POST", "/v1/track", {"userId": "u", "event": "e", "writeKey": s.keys["write"]}, key=None).status, 200)
    same("and much of whoever has a key", s.call("POST", "/v1/batch", {"batch": [], "x": "y" * 400_000}, key="write").status, 200)
    for stream in held:
        stream.close()


def browsers_may_read_refusals(s):
    """What is refused before the request is looked at is readable for a page of another origin, on tracking routes and there alone."""
    batch = "x" * (500 << 10) + "x"
    for what, answer, status in (("too large", s.call("POST", "/v1/batch", batch, key="write"), 413), ("packed otherwise", s.call("POST", "/v1/batch", "{}", key="write", headers={"Content-Encoding": "br"}), 415),
                                 ("no key", s.call("POST", "/v1/batch", {}, key=None), 401), ("no JSON", s.call("POST", "/v1/batch", "{", key="write"), 400), ("half a gzip", s.call("POST", "/v1/batch", b"\x1f\x8b\x08", key="write"), 400)):
        same(what, (answer.status, answer.headers["Access-Control-Allow-Origin"], answer.headers["Access-Control-Expose-Headers"]), (status, "*", "Retry-After, X-Request-Id"))
    same("nowhere else", s.call("POST", "/api/v1/events", "x" * (1 << 20) + "x").headers["Access-Control-Allow-Origin"], None)


def events_that_come_together_are_as_alone(s):
    """What many connections send one by one is written together; each is answered for its own, whatever stands beside it."""
    track = lambda number, **more: ("/v1/track", json.dumps({"userId": f"u{number}", "event": "seen", "messageId": f"m{number}", "properties": {"n": number}, **more}), "write")
    kinds = [lambda n: track(n), lambda n: track(n, messageId="one of all"), lambda n: ("/v1/t", "{no JSON", "write"), lambda n: track(n)[:2] + ("nobody's",), lambda n: track(n)[:2] + ("read",),
             lambda n: track(n, properties={"n": "many"}), lambda n: track(n, event=""), lambda n: track(n, event=f"new {n % 3}", messageId=f"n{n}"),
             lambda n: ("/v1/identify", json.dumps({"userId": f"i{n}", "messageId": f"i{n}"}), "write"), lambda n: track(n, anonymousId=f"a{n}"), lambda n: track(n, messageId="provider:x"),
             lambda n: track(n, timestamp="never"), lambda n: ("/v1/page", json.dumps({"anonymousId": f"a{n}", "name": "Home", "messageId": f"p{n}"}), "write"), lambda n: ("/v1/track?x=1", track(n)[1], "write")]
    s.call(*("POST", *track(999)[:2]), key="write")
    requests = [kind(100 * place + number) for place, kind in enumerate(kinds) for number in range(8)]

    def sent(mine):
        connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=SECONDS_MAX)
        try:
            return [s.on(connection, "POST", path, body, key) for path, body, key in mine]
        finally:
            connection.close()
    with ThreadPoolExecutor(len(requests) // 2) as pool:
        answers = [answer for two in pool.map(sent, [requests[i::len(requests) // 2] for i in range(len(requests) // 2)]) for answer in two]
    order = [n for i in range(len(requests) // 2) for n in range(len(requests))[i::len(requests) // 2]]
    by_kind = [[] for _ in kinds]
    for number, answer in zip(order, answers):
        by_kind[number // 8].append(answer)
    wanted = [200, 200, 400, 401, 403, 200, 400, 200, 200, 200, 400, 400, 200, 200]
    same("each its own answer", [sorted({answer.status for answer in of_kind}) for of_kind in by_kind], [[status] for status in wanted])
    same("a request's own id", len({answer.headers["X-Request-Id"] for answer in answers}), len(requests))
    same("what is refused says why", {answer.json["pointer"] for answer in by_kind[10]}, {"#"})
    same("plain ones, and those that do not fit a property", (s.count("did seen (n between 0 and 99999) exactly 1 times ever"), s.count("did seen (n is empty) ever")), (8 + 1 + 8 + 8 + 1, 8))
    same("of one message id, one", s.count("did seen ever"), 8 + 1 + 8 + 8 + 1 + 8)
    same("new names", s.count('did any of (`new 0`, `new 1`, `new 2`) ever'), 8)
    same("those who say who they are", sum(s.call("GET", f"/api/v1/contacts/i{800 + n}").status == 200 for n in range(8)), 8)
    same("nobody of what was refused", [s.call("GET", f"/api/v1/contacts/u{n}").status for n in (300, 400, 600, 1000)], [404] * 4)
    again = sent(requests[:8])
    same("all again", ({answer.status for answer in again}, s.count("did seen ever")), ({200}, 34))


TESTS = [one_bad_item_sinks_no_other, an_equal_definition_is_no_version, conditions_are_lists, unknown_parameters_are_errors, a_message_has_one_effect, a_rejected_message_leaves_nobody,
         who_is_erased_stays_so, names_have_limits, events_that_come_together_are_as_alone, strangers_keep_nobody_out, browsers_may_read_refusals]
sys.exit(run(TESTS))
