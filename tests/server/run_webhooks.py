"""Changes that are sent to webhooks: signed, in order, at least once, also through kills; and nowhere into the house.

    python3 tests/server/run_webhooks.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import base64
import random
import socket
import ssl
import subprocess
import sys
import threading

from checks import run, same
from receiver import Receiver, signature_of
from served import SECONDS_MAX


def begin(s, *options):
    """A server that may send to the loopback, with one segment that an event enters."""
    s.stop()
    s.start("--allow-private-webhooks", *options)
    s.call("PUT", "/api/v1/schema/events/e")
    s.call("PUT", "/api/v1/segments/all", {"definition": "did e ever"})
    return Receiver()


def enter(s, *contacts):
    return s.track(*[{"type": "track", "userId": contact, "event": "e", "messageId": contact} for contact in contacts])


def is_good(message, *secrets):
    return message["signatures"] == [signature_of(secret, message["id"], message["sent_at"], message["body"]) for secret in secrets]


def changes_arrive_signed(s):
    """The shortest journey: a webhook, an event, a message whose signature is right."""
    receiver = begin(s)
    added = s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address})
    same("a new one", (added.status, added.json["state"], added.json["secret"][:6], len(base64.b64decode(added.json["secret"][6:]))), (201, "active", "whsec_", 32))
    enter(s, "u1")
    message = receiver.wait_for(lambda messages: messages)[0]
    same("what it says", (message["type"], [(change["number"], change["contact"], change["segment"], change["turn"]) for change in message["data"]["changes"]]), ("membership.changed", [(1, "u1", "all", "entered")]))
    same("its signature", is_good(message, added.json["secret"]), True)
    same("another secret", is_good(message, "whsec_" + base64.b64encode(b"x" * 32).decode()), False)
    enter(s, *[f"v{i}" for i in range(250)])
    receiver.wait_for(lambda messages: sum(len(message["data"]["changes"]) for message in messages) >= 251)
    same("all, once, in order", receiver.numbers(), list(range(1, 252)))
    same("at most a hundred a message", max(len(message["data"]["changes"]) for message in receiver.messages), 100)
    same("each has its id", len({message["id"] for message in receiver.messages}), len(receiver.messages))
    same("no secret is shown again", added.json["secret"] in s.call("GET", "/api/v1/webhooks").body.decode() + s.call("GET", "/api/v1/webhooks/crm").body.decode(), False)
    s.call("PUT", "/api/v1/schema/events/f")
    s.call("PUT", "/api/v1/segments/others", {"definition": "did f ever"})
    other = Receiver()
    s.call("PUT", "/api/v1/webhooks/some", {"address": other.address, "segments": ["others"], "after": 0})
    enter(s, "w1")
    s.track({"type": "track", "userId": "w1", "event": "f"})
    only = other.wait_for(lambda messages: messages)
    same("one segment alone", [change["segment"] for message in only for change in message["data"]["changes"]], ["others"])
    same("an unknown segment", s.call("PUT", "/api/v1/webhooks/x", {"address": other.address, "segments": ["nothing"]}).status, 404)
    receiver.close()
    other.close()


def what_is_not_taken_comes_again(s):
    """Statuses that say no, a broken connection, a redirect: the same message under the same id, and nothing behind it before."""
    receiver = begin(s)
    s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address})
    for number, status in enumerate((500, 302, 429, None, 400)):
        receiver.answers = [status, 204]
        enter(s, f"a{number}")
        noted = s.until("/api/v1/webhooks/crm/attempts", lambda json: len(json["attempts"]) == 3 * number + 1)["attempts"][0]
        same(f"{status} is noted", (noted["taken"], noted["status"], noted["changes"], noted["next_at"] is not None), (False, status, 1, True))
        enter(s, f"b{number}")
        same("nothing is taken", s.call("GET", "/api/v1/webhooks/crm").json["taken"], 2 * number)
        s.call("POST", "/api/v1/webhooks/crm/resend", {})
        first, again, behind = receiver.wait_for(lambda messages: len(messages) == 3 * number + 3)[3 * number:]
        same("the same message", (again["id"], again["body"]), (first["id"], first["body"]))
        same("then what is behind", [change["contact"] for change in behind["data"]["changes"]], [f"b{number}"])
    same("all in order", receiver.numbers(), list(range(1, 11)))
    receiver.headers = {"Retry-After": "3600"}
    receiver.answers = [503, 204]
    enter(s, "late")
    noted = s.until("/api/v1/webhooks/crm/attempts", lambda json: len(json["attempts"]) == 16)["attempts"][0]
    same("it says when", noted["next_at"][:13] > noted["at"][:13], True)
    receiver.close()


def failures_have_an_end(s):
    """410 ends it at once; a paused one gets nothing; going on sends what was missed."""
    receiver = begin(s)
    receiver.answers = [410, 204]
    s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address})
    enter(s, "u1")
    receiver.wait_for(lambda messages: messages)
    same("it says that it is gone", s.until("/api/v1/webhooks/crm", lambda json: json["state"] == "failed")["why"], "it answered 410")
    enter(s, "u2")
    same("who edits it says nothing of that", s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address}).json["state"], "failed")
    going_on = s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address, "active": True})
    same("going on", (going_on.status, going_on.json["state"], going_on.json["why"]), (200, "active", None))
    receiver.wait_for(lambda messages: receiver.numbers() == [1, 2])
    same("paused", s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address, "active": False}).json["state"], "paused")
    enter(s, "u3")
    s.kill()
    s.start("--allow-private-webhooks")
    same("paused after a kill too", s.call("GET", "/api/v1/webhooks/crm").json["state"], "paused")
    same("and after an edit", s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address}).json["state"], "paused")
    s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address, "active": True})
    receiver.wait_for(lambda messages: receiver.numbers() == [1, 2, 3])
    same("again from the first", s.call("POST", "/api/v1/webhooks/crm/resend", {"after": 0}).status, 200)
    receiver.wait_for(lambda messages: receiver.numbers() == [1, 2, 3, 1, 2, 3])
    same("after the last", s.call("POST", "/api/v1/webhooks/crm/resend", {"after": 4}).json["pointer"], "#/after")
    same("deleted", s.call("DELETE", "/api/v1/webhooks/crm").json, {"key": "crm", "deleted": True})
    enter(s, "u4")
    tested = s.call("POST", "/api/v1/webhooks/crm/test")
    same("and gone", (tested.status, s.call("GET", "/api/v1/webhooks/crm").status), (404, 404))
    receiver.close()


def secrets_are_replaced(s):
    """For a day both sign; the test message says nothing of anybody."""
    receiver = begin(s)
    first = s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address, "secret": "whsec_" + base64.b64encode(bytes(range(24))).decode()}).json["secret"]
    tested = s.call("POST", "/api/v1/webhooks/crm/test").json
    same("a test", (tested["taken"], tested["status"], tested["changes"]), (True, 204, 0))
    same("its message", (receiver.messages[0]["type"], receiver.messages[0]["data"]["changes"], is_good(receiver.messages[0], first)), ("webhook.test", [], True))
    second = s.call("POST", "/api/v1/webhooks/crm/rotate", {}).json["secret"]
    too_early = s.call("POST", "/api/v1/webhooks/crm/rotate", {})
    same("not twice a day: the first would sign no more", (too_early.status, "2026-03-02T12:00" in too_early.json["title"]), (409, True))
    same("nor by PUT", s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address, "secret": first}).status, 409)
    same("the same one is no replacement", s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address, "secret": second}).status, 200)
    enter(s, "u1")
    same("both sign", is_good(receiver.wait_for(lambda messages: len(messages) == 2)[1], second, first), True)
    s.stop()
    s.at = ["--now", "2026-03-02T12:00:01Z"]
    s.start("--allow-private-webhooks")
    enter(s, "u2")
    same("after a day the new one alone", is_good(receiver.wait_for(lambda messages: len(messages) == 3)[2], second), True)
    for wrong in ("secret", "whsec_", "whsec_%%%", "whsec_" + base64.b64encode(b"short").decode()):
        same(f"refused: {wrong}", s.call("POST", "/api/v1/webhooks/crm/rotate", {"secret": wrong}).json["pointer"], "#/secret")
    s.stop()
    log = (s.folder / "log").read_text()
    same("nothing of it in the log", first in log or second in log, False)
    s.start()
    receiver.close()


def what_webhooks_use_stays(s):
    """A segment that a webhook names is not deleted under it."""
    receiver = begin(s)
    s.call("PUT", "/api/v1/segments/other", {"definition": 'in segment "all"'})
    s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address, "segments": ["all"]})
    refused = s.call("DELETE", "/api/v1/segments/all")
    same("used", (refused.status, "other, webhook 'crm'" in refused.json["title"]), (409, True))
    s.call("DELETE", "/api/v1/segments/other")
    same("by the webhook alone", s.call("DELETE", "/api/v1/segments/all").status, 409)
    s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address})
    same("by nobody", s.call("DELETE", "/api/v1/segments/all").status, 200)
    receiver.close()


def tests_hold_up_no_writes(s):
    """Two tests at once wait for their receivers; a third is told to come again, and writing goes on."""
    release = threading.Event()
    slow = begin(s)
    take = slow.take
    slow.take = lambda *message: (take(*message), release.wait(SECONDS_MAX), 204)[2]
    s.call("PUT", "/api/v1/webhooks/crm", {"address": slow.address})
    answers = []
    waiting = [threading.Thread(target=lambda: answers.append(s.call("POST", "/api/v1/webhooks/crm/test"))) for _ in range(2)]
    for thread in waiting:
        thread.start()
    slow.wait_for(lambda messages: len(messages) == 2)
    third = s.call("POST", "/api/v1/webhooks/crm/test")
    same("a third", (third.status, third.json["code"], third.headers["Retry-After"]), (429, "too_many", "1"))
    same("writing goes on", s.call("PUT", "/api/v1/lists/a").status, 200)
    release.set()
    for thread in waiting:
        thread.join()
    same("the two", [one.json["taken"] for one in answers], [True, True])
    same("and then again", s.call("POST", "/api/v1/webhooks/crm/test").json["taken"], True)
    slow.close()


def it_says_what_is_wrong(s):
    """Bad addresses and bad certificates each get their own reason."""
    receiver = begin(s)
    s.stop()
    s.start()
    for address, words in (("http://example.com/", "does not begin with https://"), ("nonsense", "cannot be read"), ("https://example.com:99999/", "cannot be read"), ("https://exa mple.com/", "holds a blank"), ("https://example.com/a b", "holds a blank"), ("https://u:p@example.com/", "name or password")):
        refused = s.call("PUT", "/api/v1/webhooks/crm", {"address": address})
        same(f"the reason of {address}", (refused.status, refused.json["pointer"], words in refused.json["title"]), (400, "#/address", True))
    s.stop()
    s.start("--allow-private-webhooks")

    def tested(address):
        s.call("PUT", "/api/v1/webhooks/crm", {"address": address})
        return s.call("POST", "/api/v1/webhooks/crm/test").json["error"]

    same("plain HTTP at https", tested(receiver.address.replace("http:", "https:")), "no TLS could be agreed on with it: it speaks none, or none that is taken here")
    same("no name", tested("https://nobody.invalid/"), "the name is not known")
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
    same("nobody there", tested(f"http://127.0.0.1:{port}/"), "nobody answers at the address")
    certificate, key = str(s.folder / "receiver.crt"), str(s.folder / "receiver.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-out", certificate, "-keyout", key], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    secured = Receiver()
    secured.server.socket = context.wrap_socket(secured.server.socket, server_side=True)
    same("signed by itself", tested(f"https://localhost:{secured.server.server_port}/"), "its certificate is signed by nobody who is trusted here, or comes without the ones between")
    secured.close()
    receiver.close()


def nobody_is_sent_into_the_house(s):
    """Addresses of the house in every spelling, names that lead there, other schemes, names with passwords: refused, and nothing is sent."""
    receiver = begin(s)
    port = receiver.server.server_port
    s.stop()
    s.start()
    for wrong in (receiver.address, "ftp://example.com/", "file:///etc/passwd", "https://", "https://user:password@example.com/", "gopher://x/", "//example.com", "nonsense"):
        same(f"refused: {wrong}", s.call("PUT", "/api/v1/webhooks/crm", {"address": wrong}).json["pointer"], "#/address")
    for number, host in enumerate(("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]", "169.254.169.254", "10.0.0.1", "192.168.1.1", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "224.0.0.1")):
        same(f"saved: {host}", s.call("PUT", f"/api/v1/webhooks/h{number}", {"address": f"https://{host}:{port}/"}).status, 201)
        tested = s.call("POST", f"/api/v1/webhooks/h{number}/test").json
        same(f"not sent: {host}", (tested["taken"], tested["status"], tested["error"]), (False, None, "the address is one of the house: private, local, or of no use outside"))
    same("nobody came", receiver.messages, [])
    receiver.close()


def one_that_hangs_holds_up_no_other(s):
    """Each webhook has its own place: some that answer nothing, and stand before the others by name, do not keep them waiting."""
    receiver = begin(s)
    release = threading.Event()
    slow = Receiver()
    slow.take = lambda headers, body: release.wait() and 204
    for i in range(8):
        s.call("PUT", f"/api/v1/webhooks/a-slow{i}", {"address": slow.address})
    s.call("PUT", "/api/v1/webhooks/quick", {"address": receiver.address})
    for i in range(20):
        enter(s, f"u{i}")
    receiver.wait_for(lambda messages: receiver.numbers() == list(range(1, 21)))
    same("the quick one has all", receiver.numbers(), list(range(1, 21)))
    same("writing is not held up", enter(s, "last").status, 200)
    same("it ends all the same", s.stop(), 0)
    release.set()
    s.start()
    for one in (receiver, slow):
        one.close()


def kills_lose_and_disorder_nothing(s):
    """Killed at points of a kept seed while events come and messages go: each change comes at least once, each for the first time in order."""
    dice = random.Random(20260301)
    receiver = begin(s)
    secret = s.call("PUT", "/api/v1/webhooks/crm", {"address": receiver.address, "after": 0}).json["secret"]
    for round_number in range(8):
        for i in range(dice.randrange(1, 12)):
            enter(s, *[f"u{round_number}-{i}-{k}" for k in range(dice.randrange(1, 60))])
        wanted = len(receiver.messages) + dice.randrange(0, 3)
        receiver.wait_for(lambda messages: len(messages) >= wanted or receiver.numbers()[-1:] == [s.call("GET", "/api/v1/stats").json["last_change"]])
        s.kill()
        s.start("--allow-private-webhooks")
    last = s.call("GET", "/api/v1/stats").json["last_change"]
    receiver.wait_for(lambda messages: last in receiver.numbers())
    numbers = receiver.numbers()
    firsts = list(dict.fromkeys(numbers))
    same("each came, and first in order", firsts, list(range(1, last + 1)))
    same("all are signed", all(is_good(message, secret) for message in receiver.messages), True)
    bodies = {}
    for message in receiver.messages:
        bodies.setdefault(message["id"], set()).add(message["body"])
    same("one id is one message", {len(of_id) for of_id in bodies.values()}, {1})
    same("the place is kept", s.until("/api/v1/webhooks/crm", lambda json: json["taken"] == last)["taken"], last)
    s.stop()
    s.command("verify")
    s.start()
    receiver.close()


TESTS = [changes_arrive_signed, what_is_not_taken_comes_again, failures_have_an_end, secrets_are_replaced, what_webhooks_use_stays, tests_hold_up_no_writes, it_says_what_is_wrong, nobody_is_sent_into_the_house, one_that_hangs_holds_up_no_other, kills_lose_and_disorder_nothing]
sys.exit(run(TESTS))
