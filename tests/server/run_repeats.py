"""Requests that come again under one `Idempotency-Key`: one effect and the same answer, also through kills, checkpoints and restarts.

    python3 tests/server/run_repeats.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import http.client
import json
import re
import sys
import threading
from pathlib import Path

from checks import run, same
from receiver import Receiver
from served import SECONDS_MAX


def again(s, key, method, path, body=None, by="admin"):
    return s.call(method, path, body, key=by, headers={"Idempotency-Key": key})


def told(answer):
    return answer.status, answer.headers["ETag"], answer.body


def changes(s):
    return s.call("GET", "/api/v1/changes?after=0").json["last"]


def one_effect_one_answer(s):
    """The shortest journey: a key is made, the answer is lost, the request comes again."""
    made = again(s, "1", "POST", "/api/v1/keys", {"role": "read", "name": "dashboard"})
    once_more = again(s, "1", "POST", "/api/v1/keys", {"role": "read", "name": "dashboard"})
    same("the same answer, with the key in it", told(once_more), told(made))
    same("which says that it is one", (made.headers["Idempotency-Replayed"], once_more.headers["Idempotency-Replayed"]), (None, "true"))
    same("one key", len(s.call("GET", "/api/v1/keys").json["keys"]), 4)
    same("that counts", s.call("GET", "/api/v1/stats", key=made.json["key"]).status, 200)
    other = again(s, "1", "POST", "/api/v1/keys", {"role": "read", "name": "another"})
    same("something else under it", (other.status, other.json["code"], len(s.call("GET", "/api/v1/keys").json["keys"])), (422, "invalid", 4))
    same("elsewhere", again(s, "1", "PUT", "/api/v1/lists/a").status, 422)
    same("another key", again(s, "2", "POST", "/api/v1/keys", {"role": "admin", "name": "dashboard"}).status, 201)
    admin = s.call("POST", "/api/v1/keys", {"role": "admin"}).json["key"]
    same("of somebody else", again(s, "1", "POST", "/api/v1/keys", {"role": "write"}, by=admin).json["role"], "write")
    for bad in ("x" * 256, "ž".encode()):
        same(f"no key: {bad[:2]}", s.call("PUT", "/api/v1/lists/b", headers={"Idempotency-Key": bad}).status, 400)
    same("the longest", s.call("PUT", "/api/v1/lists/b", headers={"Idempotency-Key": "x" * 255}).status, 200)


def shape(answer):
    """What does not depend on the instant and on what is random."""
    fields = {name: value for name, value in answer.json.items() if name not in ("secret", "last", "last_command", "bytes")}
    return answer.status, answer.headers["ETag"], re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "INSTANT", json.dumps(fields))


ROUTES = [
    ("PUT", "/api/v1/segments/buyers", {"definition": "did order ever"}), ("PUT", "/api/v1/segments/buyers", {"definition": "not did order ever", "note": "turned", "by": "jana"}),
    ("PUT", "/api/v1/contacts/c1", {"attributes": {"plan": "pro", "tags": ["a"], "seats": 3.5}, "account": "acme"}), ("PATCH", "/api/v1/contacts/c1", {"attributes": {"plan": None, "town": "Košice"}}),
    ("PUT", "/api/v1/contacts/c1", {"attributes": {"town": "Prešov"}}), ("PUT", "/api/v1/lists/press", None), ("POST", "/api/v1/lists/press/add", {"contacts": ["c1", "c2", "c2", "new"]}),
    ("POST", "/api/v1/lists/press/add", {"contacts": ["c1", "c3"]}), ("POST", "/api/v1/lists/press/remove", {"contacts": ["c1", "c2"]}), ("DELETE", "/api/v1/lists/press", None),
    ("PUT", "/api/v1/schema/attributes/town", {"type": "text", "history": True}), ("PUT", "/api/v1/schema/tracked/town", None), ("DELETE", "/api/v1/schema/tracked/town", None),
    ("PUT", "/api/v1/webhooks/crm", {"address": "http://127.0.0.1:9/", "active": False}), ("PUT", "/api/v1/webhooks/crm", {"address": "http://127.0.0.1:9/b"}), ("POST", "/api/v1/webhooks/crm/rotate", {}),
    ("POST", "/api/v1/webhooks/crm/resend", {"after": 0}), ("DELETE", "/api/v1/webhooks/crm", None), ("PUT", "/api/v1/providers/news", {"kind": "ses", "secret": "s"}), ("DELETE", "/api/v1/providers/news", None),
    ("POST", "/api/v1/events", {"events": [{"contact": "c9", "event": "seen"}, {"contact": "", "event": "seen"}]}), ("POST", "/api/v1/backups", None),
    ("DELETE", "/api/v1/contacts/c1", None), ("DELETE", "/api/v1/segments/buyers", None),
]


def every_route_has_one_effect(s):
    """All that changes something: the answer with a key is that without one, and comes again as it was, also after restarts."""
    other = type(s)(s.program)  # the same journey without keys
    try:
        for served in (s, other):
            served.stop()
            served.start("--allow-private-webhooks", "--backups", str(served.folder / "backups"))
            served.track({"type": "track", "userId": "c2", "event": "order", "messageId": "m"})
        given, states = [], []
        for number, (method, path, body) in enumerate(ROUTES):
            came = again(s, f"route {number}", method, path, body)
            plain = other.call(method, path, body)
            same(f"{method} {path}, without a key", shape(came), shape(plain))
            given.append(told(came))
            states.append(changes(s))
            same(f"{method} {path}, again", told(again(s, f"route {number}", method, path, body)), told(came))
            same(f"{method} {path}, one effect", changes(s), states[-1])
        for stop in (s.kill, s.stop, s.kill):
            stop()
            s.start("--allow-private-webhooks", "--backups", str(s.folder / "backups"))
            once_more = [again(s, f"route {number}", *route) for number, route in enumerate(ROUTES)]
            about_erased = {number for number, (_, path, _) in enumerate(ROUTES) if path.endswith("/c1")} - {22}
            same(f"after {stop.__name__}", [told(answer) for number, answer in enumerate(once_more) if number not in about_erased], [one for number, one in enumerate(given) if number not in about_erased])
            same("of who is erased", [once_more[number].status for number in about_erased], [409] * 3)
        same("no effect of all these", changes(s), states[-1])
        same("one backup", len(s.call("GET", "/api/v1/backups").json["backups"]), 1)
    finally:
        other.close()
    s.stop()
    s.command("verify")
    s.start()


def what_is_refused_may_be_tried_again(s):
    """Nothing was changed, so nothing is kept: the key is still free."""
    same("no list yet", again(s, "1", "POST", "/api/v1/lists/press/add", {"contacts": ["c1"]}).status, 404)
    s.call("PUT", "/api/v1/lists/press")
    same("now", again(s, "1", "POST", "/api/v1/lists/press/add", {"contacts": ["c1"]}).json["size"], 1)
    same("a condition that does not hold", s.call("PUT", "/api/v1/segments/a", {"definition": "everyone"}, headers={"Idempotency-Key": "2", "If-Match": '"v1"'}).status, 412)
    same("another", s.call("PUT", "/api/v1/segments/a", {"definition": "everyone"}, headers={"Idempotency-Key": "2", "If-None-Match": "*"}).status, 201)
    same("that holds no more", s.call("PUT", "/api/v1/segments/a", {"definition": "everyone"}, headers={"Idempotency-Key": "2", "If-None-Match": "*"}).status, 201)
    same("no leave", again(s, "3", "PUT", "/api/v1/lists/b", by="read").status, 403)
    same("reading knows no repetition", [again(s, "4", "POST", "/api/v1/segments/preview", {"definition": text}).status for text in ("everyone", "not everyone")], [200, 200])


def while_the_first_is_under_way(s):
    """The second is told to wait."""
    receiver = Receiver()
    may_answer = threading.Event()
    take = receiver.take
    receiver.take = lambda *message: (take(*message), may_answer.wait(SECONDS_MAX), 204)[2]
    try:
        s.stop()
        s.start("--allow-private-webhooks")
        s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address})
        answers = []
        first = threading.Thread(target=lambda: answers.append(again(s, "1", "POST", "/api/v1/webhooks/crm/test", {})))
        first.start()
        receiver.wait_for(lambda messages: messages)
        second = again(s, "1", "POST", "/api/v1/webhooks/crm/test", {})
        same("the second", (second.status, second.json["code"]), (409, "conflict"))
        may_answer.set()
        first.join()
        same("the first", answers[0].status, 200)
        same("and again", (told(again(s, "1", "POST", "/api/v1/webhooks/crm/test", {})), len(receiver.messages)), (told(answers[0]), 1))
    finally:
        may_answer.set()
        receiver.close()


def seven_days(s):
    """Then the key is free again."""
    again(s, "1", "POST", "/api/v1/keys", {"role": "read"})
    s.stop()
    for now, keys in (("2026-03-08T11:00:00Z", 4), ("2026-03-09T12:00:01Z", 5)):
        s.at = ["--now", now]
        s.start()
        same(f"at {now}", (again(s, "1", "POST", "/api/v1/keys", {"role": "read"}).status, len(s.call("GET", "/api/v1/keys").json["keys"])), (201, keys))
        s.stop()
    s.start()


def nobody_reads_answers_in_the_files(s):
    """Answers are sealed: neither a key nor a name is in the files because of them."""
    s.call("PUT", "/api/v1/schema/attributes/name", {"type": "text"})
    key = again(s, "1", "POST", "/api/v1/keys", {"role": "read"}).json["key"]
    s.stop()
    files = [path.read_bytes() for path in Path(s.data).rglob("*") if path.is_file()]
    same("no key", any(key.encode() in data for data in files), False)
    s.start()
    again(s, "2", "PUT", "/api/v1/contacts/c1", {"attributes": {"name": "Zzyzx Road"}})
    same("answered", again(s, "2", "PUT", "/api/v1/contacts/c1", {"attributes": {"name": "Zzyzx Road"}}).json["attributes"], {"name": "Zzyzx Road"})
    s.call("DELETE", "/api/v1/contacts/c1")
    erased = again(s, "2", "PUT", "/api/v1/contacts/c1", {"attributes": {"name": "Zzyzx Road"}})
    same("nor who is erased", (erased.status, b"Zzyzx" in erased.body, s.call("GET", "/api/v1/contacts/c1").status), (409, False, 404))


def kills_lose_neither_effect_nor_answer(s):
    """Four clients make keys, the server is killed, they ask everything again: each key is there once, and every answer that was given is given again."""
    answers, lock, enough = {}, threading.Lock(), threading.Event()
    requests = 160

    def send(first):
        for number in range(first, requests, 4):
            try:
                answer = again(s, str(number), "POST", "/api/v1/keys", {"role": "read", "name": f"key {number}"})
            except (OSError, http.client.HTTPException):
                return
            with lock:
                answers.setdefault(number, told(answer))
                same_as_before = answers[number] == told(answer)
                if not same_as_before:
                    same(f"the answer of {number}", told(answer), answers[number])
                if len(answers) >= 40:
                    enough.set()

    def send_all():
        threads = [threading.Thread(target=send, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        return threads

    threads = send_all()
    enough.wait(SECONDS_MAX)
    s.kill()
    for thread in threads:
        thread.join()
    before = len(answers)
    s.start()
    for thread in send_all():
        thread.join()
    names = sorted(json.loads(body)["name"] for _, _, body in answers.values())
    same("all were answered", (before >= 40, names), (True, sorted(f"key {number}" for number in range(requests))))
    same("each is there once", sorted(key["name"] for key in s.call("GET", "/api/v1/keys").json["keys"] if key["name"].startswith("key ")), names)
    same("and counts", {s.call("GET", "/api/v1/stats", key=json.loads(body)["key"]).status for _, _, body in answers.values()}, {200})


def whoever_asks_without_end_loses_only_his_own(s):
    """A write key fills all the room there is: what an admin asked is still answered the same, and nothing of the write key's is done twice."""
    first = again(s, "1", "POST", "/api/v1/keys", {"role": "read", "name": "dashboard"})
    for number in range(90):  # answers of some 200 KB
        came = again(s, str(number), "POST", "/api/v1/events", {"events": [0] * 3_500 + [{"contact": "c1", "event": "seen"}]}, by="write")
        if number == 0:
            same("one is taken, the others are told of", (came.status, came.json["applied"], len(came.json["rejected"])), (200, 1, 3_500))
    for stop in (None, s.kill, s.stop):
        if stop:
            stop()
            s.start()
        same(f"the admin's answer, {stop}", told(again(s, "1", "POST", "/api/v1/keys", {"role": "read", "name": "dashboard"})), told(first))
        same(f"the oldest of the write key, {stop}", again(s, "0", "POST", "/api/v1/events", {"events": [0] * 3_500 + [{"contact": "c1", "event": "seen"}]}, by="write").json["code"], "conflict")
        same(f"its newest, {stop}", again(s, "89", "POST", "/api/v1/events", {"events": [0] * 3_500 + [{"contact": "c1", "event": "seen"}]}, by="write").headers["Idempotency-Replayed"], "true")
        same(f"each is done once, {stop}", s.count("did seen exactly 90 times"), 1)


def answers_that_name_others_are_forgotten_with_them(s):
    """The answer to a definition shows who was added by hand."""
    for contact in ("jana", "eva"):
        s.call("PUT", f"/api/v1/contacts/{contact}", {"attributes": {}})
    s.call("PUT", "/api/v1/segments/vip", {"definition": "no one"})
    s.stop()
    s.command("segment", "add", "vip", "jana")
    s.start()
    wanted = {"definition": "not everyone", "note": "turned"}
    saved = again(s, "1", "PUT", "/api/v1/segments/vip", wanted)
    same("who was added is in it", [entry["contact"] for entry in saved.json["by_hand"]["added"]], ["jana"])
    same("also where nothing changes", [entry["contact"] for entry in again(s, "2", "PUT", "/api/v1/segments/vip", wanted).json["by_hand"]["added"]], ["jana"])
    s.call("DELETE", "/api/v1/contacts/eva")
    same("somebody else is erased", told(again(s, "1", "PUT", "/api/v1/segments/vip", wanted)), told(saved))
    s.call("DELETE", "/api/v1/contacts/jana")
    for key in ("1", "2"):
        gone = again(s, key, "PUT", "/api/v1/segments/vip", wanted)
        same(f"she is erased: {key}", (gone.status, b"jana" in gone.body), (409, False))


def an_event_without_a_time_is_one_by_its_message_id(s):
    """Its time is that of its coming, so it comes again at another one: that makes no other event of it, also after a restart. What else differs does."""
    def send(**more):
        came = s.call("POST", "/api/v1/events", {"events": [{"contact": "c1", "event": "seen", "message_id": "m1", "properties": {"n": 1}, **more}]}, key="write").json
        return came["applied"], came["duplicates"], [item["code"] for item in came["rejected"]]

    same("with a time", send(time="2026-02-01T10:00:00Z"), (1, 0, []))
    same("again, without", send(), (0, 1, []))
    same("another time", send(time="2026-02-02T10:00:00Z"), (0, 0, ["message_id"]))
    same("another property", send(properties={"n": 2}), (0, 0, ["message_id"]))
    same("somebody else's", send(contact="c2"), (0, 0, ["message_id"]))
    twice = [{"contact": "c1", "event": "seen", "message_id": "m2", "time": "2026-02-01T10:00:00Z"}, {"contact": "c1", "event": "seen", "message_id": "m2"}, {"contact": "c1", "event": "seen", "message_id": "m3"}, {"contact": "c1", "event": "seen", "message_id": "m3"}]
    came = s.call("POST", "/api/v1/events", {"events": twice}, headers={"Idempotency-Key": "1"})
    same("in one request", (came.json["applied"], came.json["duplicates"], came.json["rejected"]), (2, 2, []))
    s.kill()
    s.start()
    same("after a restart", (send(), send(properties={"n": 2})), ((0, 1, []), (0, 0, ["message_id"])))
    same("its answer, too", s.call("POST", "/api/v1/events", {"events": twice}, headers={"Idempotency-Key": "1"}).body, came.body)
    same("the first counts", s.count("did seen between 2026-02-01 and 2026-02-01 exactly 2 times"), 1)


def the_contract_says_where(s):
    """Every route that changes something takes the header, and no other."""
    contract = s.call("GET", "/api/v1/openapi.json").json["paths"]
    for path, methods in contract.items():
        for method, operation in methods.items():
            changes_something = method != "get" and operation["x-permission"] in ("change", "edit", "append") and not path.startswith("/v1/")
            same(f"{method} {path}", any("IdempotencyKey" in entry.get("$ref", "") for entry in operation.get("parameters", [])), changes_something)


sys.exit(run([the_contract_says_where, an_event_without_a_time_is_one_by_its_message_id, whoever_asks_without_end_loses_only_his_own, answers_that_name_others_are_forgotten_with_them, one_effect_one_answer, every_route_has_one_effect, what_is_refused_may_be_tried_again, while_the_first_is_under_way, seven_days, nobody_reads_answers_in_the_files, kills_lose_neither_effect_nor_answer]))
