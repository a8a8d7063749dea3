"""Writes beside readers without end: who was told of a write finds it, whoever reads meanwhile.

    python3 tests/server/run_reading.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import http.client
import sys
import threading

from checks import run, same
from served import SECONDS_MAX

CONTACTS, READERS = 30_000, 4
HEAVY = " or ".join(f'score >= {i} and town contains "{i}" and not did seen at least {i + 1} times in last {i + 1} days' for i in range(12))


class Readers:
    """Previews of everybody, one behind another, from several connections at once; so somebody nearly always reads."""

    def __init__(self, s):
        self.s, self.ends, self.asked, self.faults = s, threading.Event(), [0] * READERS, []

    def __enter__(self):
        rows = "".join(f"r{i},{i % 50},town {i * 7919 % 1000}\n" for i in range(CONTACTS))
        sent = self.s.call("POST", "/api/v1/imports?kind=contacts&id=id&type=score=number", "id,score,town\n" + rows)
        self.s.until(f"/api/v1/imports/{sent.json['id']}", lambda job: job["state"] == "done")
        self.s.track({"type": "track", "userId": "r1", "event": "seen", "properties": {"n": 1}})
        self.threads = [threading.Thread(target=self.read, args=(number,)) for number in range(READERS)]
        for thread in self.threads:
            thread.start()
        return self

    def read(self, number):
        connection = http.client.HTTPConnection("127.0.0.1", self.s.port, timeout=SECONDS_MAX)
        while not self.ends.is_set():
            came = self.s.on(connection, "POST", "/api/v1/segments/preview", {"definition": HEAVY}, key="read")
            self.asked[number] += 1
            if came.status != 200:
                self.faults.append(came.body)

    def __exit__(self, *_):
        self.ends.set()
        for thread in self.threads:
            thread.join()
        same("the readers were answered", (min(self.asked) > 0, self.faults), (True, []))


def seen(s, contact):
    return next((event["count"] for event in s.call("GET", f"/api/v1/contacts/{contact}", key="read").json["events"] if event["event"] == "seen"), 0)


def what_is_acknowledged_is_read_next(s):
    """Events, attributes, lists and segments: each read behind an acknowledgement finds what was written, and the live segment has it."""
    s.call("PUT", "/api/v1/schema/events/seen")
    s.call("PUT", "/api/v1/segments/often", {"definition": "did seen at least 3 times"})
    with Readers(s):
        wrong = []
        for i in range(60):
            contact = f"w{i % 5}"
            sent = s.track({"type": "track", "userId": contact, "event": "seen", "messageId": f"m{i}", "properties": {"n": i}}) if i % 2 else s.call("POST", "/api/v1/events", {"events": [{"contact": contact, "event": "seen", "message_id": f"m{i}"}]}, key="write")
            found = seen(s, contact)
            if sent.status != 200 or found != i // 5 + 1:
                wrong.append((i, sent.status, found))
        same("each event", wrong, [])
        same("and the segment", s.call("GET", "/api/v1/segments/often/members", key="read").json["members"], [f"w{i}" for i in range(5)])
        same("a saved definition", (s.call("PUT", "/api/v1/segments/all", {"definition": 'in segment "often"'}).json["live"]["members"], s.call("GET", "/api/v1/segments/all/members").json["total"]), (5, 5))
        same("an attribute", (s.call("PATCH", "/api/v1/contacts/w1", {"attributes": {"score": 7}}).json["attributes"], s.call("GET", "/api/v1/contacts/w1").json["attributes"]), ({"score": 7}, {"score": 7}))
        s.call("PUT", "/api/v1/lists/press")
        same("a list", [s.call("POST", "/api/v1/lists/press/add", {"contacts": [f"w{i}"]}).json["size"] for i in range(3)], [1, 2, 3])
        made = s.call("POST", "/api/v1/keys", {"role": "read"}).json
        same("a key", s.call("GET", "/api/v1/stats", key=made["key"]).status, 200)
        same("revoked", (s.call("DELETE", f"/api/v1/keys/{made['id']}").status, s.call("GET", "/api/v1/stats", key=made["key"]).status), (200, 401))


def what_comes_again_beside_readers(s):
    """Message ids and Idempotency-Keys of what was acknowledged a moment ago are known, and what is newer stays."""
    s.call("PUT", "/api/v1/schema/attributes/plan", {"type": "text"})
    s.call("PUT", "/api/v1/schema/tracked/plan")
    s.track({"type": "track", "userId": "w0", "event": "seen"})
    with Readers(s):
        wrong = []
        for i in range(15):
            who, older = f"u{i}", {"type": "identify", "userId": f"u{i}", "messageId": f"a{i}", "traits": {"plan": "free"}}
            newer = {"type": "identify", "userId": who, "messageId": f"b{i}", "traits": {"plan": "pro"}}
            answers = [s.track(message).json for message in (older, newer, older)]
            plan = s.call("GET", f"/api/v1/contacts/{who}").json["attributes"]
            if (answers, plan) != ([{"success": True}] * 3, {"plan": "pro"}):
                wrong.append((i, answers, plan))
        same("an older identify that comes again changes nothing", wrong, [])
        for i in range(15):
            body, key = {"events": [{"contact": "k", "event": "seen", "time": "2026-02-01T10:00:00Z", "message_id": f"k{i}"}]}, {"Idempotency-Key": f"k{i}"}
            first, again = (s.call("POST", "/api/v1/events", body, key="write", headers=key) for _ in range(2))
            if (again.status, again.body, again.headers["Idempotency-Replayed"]) != (200, first.body, "true"):
                wrong.append((i, again.status, again.body))
            third = s.call("POST", "/api/v1/events", body, key="write")
            if (third.json["applied"], third.json["duplicates"]) != (0, 1):
                wrong.append((i, third.json))
        same("requests that come again", (wrong, seen(s, "k")), ([], 15))


def who_is_who_beside_readers(s):
    """An anonymous contact of a moment ago becomes the known one that the next message names; a track alone makes nobody known."""
    s.track({"type": "track", "userId": "w0", "event": "seen"})
    with Readers(s):
        wrong = []
        for i in range(10):
            s.track({"type": "track", "anonymousId": f"a{i}", "event": "seen", "messageId": f"x{i}"})
            s.track({"type": "track", "anonymousId": f"a{i}", "userId": f"u{i}", "event": "seen", "messageId": f"y{i}"})
            s.track({"type": "identify", "anonymousId": f"b{i}", "userId": f"u{i}", "messageId": f"z{i}"})
            came = s.call("GET", f"/api/v1/contacts/u{i}").json
            if (came["aliases"], seen(s, f"u{i}")) != ([f"anon:a{i}", f"anon:b{i}"], 2):
                wrong.append((i, came["aliases"], seen(s, f"u{i}")))
        same("joined", wrong, [])
        s.track({"type": "track", "anonymousId": "nobody", "userId": "u0", "event": "seen", "messageId": "last"})
        same("not by a track", s.call("GET", "/api/v1/contacts/u0").json["aliases"], ["anon:a0", "anon:b0"])
        same("an alias of somebody else", s.call("POST", "/v1/alias", {"previousId": "a1", "userId": "u2"}, key="write").status, 400)


sys.exit(run([what_is_acknowledged_is_read_next, what_comes_again_beside_readers, who_is_who_beside_readers]))
