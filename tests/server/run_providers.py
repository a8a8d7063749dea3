"""What services that send e-mail tell: real payloads of theirs, with their signatures, become events of the contacts that have the address.

    python3 tests/server/run_providers.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

from checks import run, same

PAYLOADS = Path(__file__).resolve().parent / "payloads"
SECRET = "a secret of tests"

# What each real payload becomes: the events, as name, type of bounce and address; or the words that say why it is kept raw.
HARD, SOFT = ("email_bounced", "hard"), ("email_bounced", "soft")
EXPECTED = {
    "sendgrid/setUpClass": [("email_sent", None, "recipient@example.com")],
    "sendgrid/test_bounce_event": [(*HARD, "noreply@example.com")],
    "sendgrid/test_click_event": [("email_clicked", None, "recipient@example.com")],
    "sendgrid/test_compatibility_message_id_from_smtp_id": [("email_delivered", None, "recipient@example.com")],
    "sendgrid/test_deferred_event": [("email_deferred", None, "recipient@example.com")],
    "sendgrid/test_delivered_event": [("email_delivered", None, "recipient@example.com")],
    "sendgrid/test_dropped_bounced": [("email_dropped", None, "example@example.com")],
    "sendgrid/test_dropped_invalid_event": [("email_dropped", None, "invalid@invalid")],
    "sendgrid/test_dropped_unsubscribed_event": [("email_dropped", None, "unsubscribe@example.com")],
    "sendgrid/test_open_event": [("email_opened", None, "recipient@example.com")],
    "sendgrid/test_processed_event": [("email_sent", None, "recipient@example.com")],
    "mailgun/test_alt_smtp_code": [(*HARD, "noreply@example.com")],
    "mailgun/test_delivered_event": [("email_delivered", None, "recipient@example.com")],
    "mailgun/test_dropped_spam": [("email_dropped", None, "complaint@example.com")],
    "mailgun/test_dropped_timed_out": [("email_dropped", None, "complaint@example.com")],
    "mailgun/test_invalid_mailbox": [(*HARD, "noreply@example.com")],
    "mailgun/test_metadata_key_conflicts": [("email_clicked", None, "actual-recipient@example.com")],
    "mailgun/test_metadata_post_fields": "to whom",
    "mailgun/test_misconfigured_inbound": "neither 'event-data' nor 'event'",
    "mailgun/test_tags": "to whom",
    "mailgun/test_x_tags": "to whom",
    "postmark/test_bounce_event": [(*HARD, "bounce@example.com")],
    "postmark/test_bounce_unsubscribe_variant": "to whom",
    "postmark/test_click_event": [("email_clicked", None, "recipient@example.com")],
    "postmark/test_delivered_event": [("email_delivered", None, "recipient@example.com")],
    "postmark/test_open_event": [("email_opened", None, "recipient@example.com")],
    "postmark/test_resubscribe": [("email_resubscribed", None, "john@example.com")],
    "postmark/test_spam_event": [("email_complained", None, "spam@example.com")],
    "postmark/test_subscription_change_bounce": [("email_suppressed", None, "john@example.com")],
    "postmark/test_unsubscribe": [("email_unsubscribed", None, "john@example.com")],
    "amazon_ses/test_bounce_event": [(*HARD, "jane@example.com")],
    "amazon_ses/test_click_event": [("email_clicked", None, "recipient@example.com")],
    "amazon_ses/test_complaint_event": [("email_complained", None, "richard@example.com")],
    "amazon_ses/test_delivery_event": [("email_delivered", None, "jane@example.com")],
    "amazon_ses/test_incorrect_received_event": "none that is known",
    "amazon_ses/test_multiple_bounce_event": [(*HARD, "jane@example.com"), (*HARD, "richard@example.com")],
    "amazon_ses/test_open_event": [("email_opened", None, "recipient@example.com")],
    "amazon_ses/test_reject_event": [("email_dropped", None, "recipient@example.com")],
    "amazon_ses/test_rendering_failure_event": [("email_dropped", None, "recipient@example.com")],
    "amazon_ses/test_send_event": [("email_sent", None, "recipient@example.com")],
    "amazon_ses/test_sns_confirmation_success_notification": "no event",
    "amazon_ses/test_sns_subscription_confirmation_failure": "none that is known",
    "amazon_ses/test_sns_unsubscribe_confirmation": "no notification",
}


TOLD_TWICE = ("sendgrid/test_processed_event", "sendgrid/test_delivered_event")  # under the id of another one of these


class SigningKey:
    """A key pair as SendGrid has one; the work is that of the program openssl."""

    def __init__(self, folder):
        self.file = str(folder / "signing.pem")
        self.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.file)
        self.public = base64.b64encode(self.openssl("ec", "-in", self.file, "-pubout", "-outform", "DER")).decode()

    def openssl(self, *words, given=b""):
        return subprocess.run(["openssl", *words], input=given, capture_output=True, check=True).stdout

    def headers(self, body, timestamp="1700000000"):
        signature = self.openssl("dgst", "-sha256", "-sign", self.file, given=timestamp.encode() + body)
        return {"X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(), "X-Twilio-Email-Event-Webhook-Timestamp": timestamp}


def basic(password):
    return {"Authorization": "Basic " + base64.b64encode(f"any:{password}".encode()).decode()}


NOW_SECONDS = 1772366400  # served.NOW


def mailgun_signature(number, key=SECRET, at=NOW_SECONDS):
    token = hashlib.sha256(number.encode()).hexdigest()[:50]
    return {"timestamp": str(at), "token": token, "signature": hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()}


def request_of(provider, name, payload, key):
    """(body, headers) as the provider would send the payload."""
    if provider == "sendgrid":
        body = json.dumps(payload).encode()
        return body, key.headers(body)
    if provider == "mailgun" and "event-data" in payload:
        return json.dumps({**payload, "signature": mailgun_signature(name)}), {}
    if provider == "mailgun":
        return urlencode({**payload, **mailgun_signature(name)}, doseq=True), {"Content-Type": "application/x-www-form-urlencoded"}
    if provider == "amazon_ses" and "Type" not in payload and "Error" not in payload:
        payload = {"Type": "Notification", "MessageId": name, "TopicArn": "arn:aws:sns:us-east-1:1:events", "Message": json.dumps(payload)}
    return json.dumps(payload), {"Content-Type": "text/plain; charset=UTF-8", **basic(SECRET)}


def set_up(s, *kinds):
    key = SigningKey(s.folder)
    for kind in kinds:
        secret = key.public if kind == "sendgrid" else SECRET
        same(f"{kind} is set up", s.call("PUT", f"/api/v1/providers/{kind}", {"kind": kind, "secret": secret}).status, 201)
    return key


def events_of(s, contact):
    return {event["event"]: event["count"] for event in s.call("GET", f"/api/v1/contacts/{contact}", key="read").json["events"]}


def real_payloads(s):
    """The payloads of the four services that are known: each becomes what the table says, once, however often it is sent."""
    key = set_up(s, "sendgrid", "mailgun", "postmark", "ses")
    files = sorted(path for folder in ("sendgrid", "mailgun", "postmark", "amazon_ses") for path in (PAYLOADS / folder).glob("*.json"))
    same("all 43 are expected", sorted(str(path.relative_to(PAYLOADS))[:-5] for path in files), sorted(EXPECTED))
    for address in {address for events in EXPECTED.values() if isinstance(events, list) for *_, address in events}:
        s.call("PUT", f"/api/v1/contacts/of {address}", {"attributes": {"email": address.upper()}})
    for path in files:
        provider, name = path.parent.name, str(path.relative_to(PAYLOADS))[:-5]
        body, headers = request_of(provider, name, json.loads(path.read_text()), key)
        target, expected = f"/v1/providers/{provider.removeprefix('amazon_')}", EXPECTED[name]
        before = [events_of(s, f"of {address}").get(event, 0) for event, _, address in expected] if isinstance(expected, list) else []
        came = s.call("POST", target, body, key=None, headers=headers)
        if isinstance(expected, str):
            same(f"{name} is kept raw", (came.status, came.json["applied"], [expected in item["reason"] for item in came.json["unread"]]), (200, 0, [True]))
            continue
        is_new = name not in TOLD_TWICE
        same(f"{name} is taken", (came.status, came.json), (200, {"applied": len(expected) * is_new, "duplicates": len(expected) * (not is_new), "nobody": 0, "rejected": 0, "unread": []}))
        same(f"{name} becomes", [events_of(s, f"of {address}").get(event, 0) for event, _, address in expected], [count + is_new for count in before])
        for event, kind, _ in expected:
            if kind:
                same(f"{name} has its type", s.count(f'did {event} (type = "{kind}" and provider = "{target.rsplit("/", 1)[1]}") ever') > 0, True)
        again = s.call("POST", target, body, key=None, headers=headers).json
        same(f"{name} again", (again["applied"], again["duplicates"]), (0, len(expected)))
    same("their own time counts", s.call("GET", "/api/v1/contacts/of john@example.com").json["events"][0]["last"], "2022-06-05T17:17:32Z")
    shown = s.call("GET", "/api/v1/providers/mailgun").json["since_start"]
    same("what was not understood is shown", (shown["unread"], len(shown["raw"]), "inbound.example.com" in json.dumps(shown["raw"])), (4, 4, True))


def others_are_kept_raw(s):
    """Services whose form is not known: nothing is made of their payloads, and an admin sees them."""
    set_up(s, "other")
    files = sorted(path for path in PAYLOADS.glob("*/*.json") if path.parent.name not in ("sendgrid", "mailgun", "postmark", "amazon_ses"))
    for path in files:
        came = s.call("POST", "/v1/providers/other", path.read_text(), key=None, headers=basic(SECRET))
        same(f"{path.parent.name}/{path.stem}", (came.status, came.json["applied"], len(came.json["unread"])), (200, 0, 1))
    shown = s.call("GET", "/api/v1/providers/other").json["since_start"]
    same("all 75 are reported", (len(files), shown["unread"], len(shown["raw"])), (75, 75, 75))
    same("as they came", json.loads(shown["raw"][-1]["item"]), json.loads(files[-1].read_text()))
    s.call("PUT", "/api/v1/contacts/c1", {})
    s.call("DELETE", "/api/v1/contacts/c1")
    same("gone when anybody is erased", s.call("GET", "/api/v1/providers/other").json["since_start"]["raw"], [])


def only_with_their_proof(s):
    """No signature, another key, another body, another secret: 401, and nobody learns which names there are."""
    key = set_up(s, "sendgrid", "mailgun", "postmark", "ses")
    body = (PAYLOADS / "sendgrid/test_bounce_event.json").read_bytes()
    post = lambda name, data, headers: s.call("POST", f"/v1/providers/{name}", data, key=None, headers=headers)
    for what, headers in (("nothing", {}), ("no base64", {**key.headers(body), "X-Twilio-Email-Event-Webhook-Signature": "%%"}), ("another time", {**key.headers(body), "X-Twilio-Email-Event-Webhook-Timestamp": "1700000001"}), ("another body", key.headers(body + b" "))):
        same(f"sendgrid: {what}", post("sendgrid", body, headers).status, 401)
    same("sendgrid: as it is", post("sendgrid", body, key.headers(body)).status, 200)
    data = json.loads((PAYLOADS / "mailgun/test_delivered_event.json").read_text())
    for what, signature in (("theirs of long ago", data["signature"]), ("another key", mailgun_signature("x", "another")), ("another time", {**mailgun_signature("x"), "timestamp": str(NOW_SECONDS + 1)}), ("no text", 5), ("a number", {**mailgun_signature("x"), "signature": 7})):
        same(f"mailgun: {what}", post("mailgun", json.dumps({**data, "signature": signature}), {}).status, 401)
    same("mailgun: as it is", post("mailgun", json.dumps({**data, "signature": mailgun_signature("x")}), {}).status, 200)
    for kind in ("postmark", "ses"):
        for what, headers in (("nothing", {}), ("another", basic(SECRET + "x")), ("empty", basic("")), ("as Bearer", {"Authorization": f"Bearer {SECRET}"}), ("our admin key", {"Authorization": f"Bearer {s.keys['admin']}"})):
            same(f"{kind}: {what}", post(kind, "{}", headers).status, 401)
    told = {name: post(name, "{}", {}).json["title"] for name in ("sendgrid", "nobody", "mailgun")}
    same("nobody learns the names", len(set(told.values())), 1)
    same("how often is counted", s.call("GET", "/api/v1/providers/postmark").json["since_start"]["refused"], 5)
    same("no JSON, and proven", (post("postmark", "{", basic(SECRET)).status, s.call("GET", "/api/v1/providers/postmark").json["since_start"]["unread"]), (200, 1))
    same("no JSON, and not", post("postmark", "{", basic("x")).status, 401)
    mixed = b'[{"event":"open","email":"ana@example.com","timestamp":1700000000,"sg_event_id":"a1","url":"\\ud800"},{"event":"bounce","email":"nobody@example.com","timestamp":1700000000,"sg_event_id":"a2"}]'
    before = s.call("GET", "/api/v1/providers/sendgrid").json["since_start"]
    same("one unreadable item", post("sendgrid", mixed, key.headers(mixed)).status, 200)
    after = s.call("GET", "/api/v1/providers/sendgrid").json["since_start"]
    same("sinks no other", [after[name] - before[name] for name in ("unread", "nobody", "refused")], [1, 1, 0])
    same("deleted", s.call("DELETE", "/api/v1/providers/postmark").json, {"name": "postmark", "deleted": True})
    same("and believed no more", post("postmark", "{}", basic(SECRET)).status, 401)


def machines_are_told_apart(s):
    """Proxies that open and scanners that click are other events than people, with the rule that says so."""
    set_up(s, "mailgun", "postmark")
    s.call("PUT", "/api/v1/contacts/c1", {"attributes": {"email": "c1@example.com"}})
    number = 0

    def tell(kind, record, agent, **more):
        nonlocal number
        number += 1
        if kind == "mailgun":
            data = {"event": record, "recipient": "c1@example.com", "id": f"m{number}", "timestamp": 1700000000.5, "client-info": {"user-agent": agent, **more}}
            return s.call("POST", "/v1/providers/mailgun", {"event-data": data, "signature": mailgun_signature(f"token {number}")}, key=None)
        return s.call("POST", "/v1/providers/postmark", {"RecordType": record, "Recipient": "c1@example.com", "MessageID": f"m{number}", "ReceivedAt": "2026-02-01T10:00:00Z", "UserAgent": agent}, key=None, headers=basic(SECRET))

    people = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    for agent in (people, people + " (via ggpht.com GoogleImageProxy)"):
        tell("postmark", "Open", agent)
        tell("mailgun", "opened", agent, bot="gmail" if "Google" in agent else "")
    tell("postmark", "Open", "Mozilla/5.0")
    tell("mailgun", "opened", people, bot="apple")
    tell("postmark", "Click", people)
    tell("postmark", "Click", "Mozilla/5.0 (compatible; Barracuda Sentinel)")
    tell("mailgun", "clicked", "python-requests/2.31")
    same("who did what", events_of(s, "c1"), {"email_opened": 4, "email_machine_opened": 2, "email_clicked": 1, "email_machine_clicked": 2})
    for rule, event in (("apple_mail_privacy", "email_machine_opened"), ("provider:apple", "email_machine_opened"), ("barracuda_scanner", "email_machine_clicked"), ("program", "email_machine_clicked")):
        same(f"by the rule {rule}", s.count(f'did {event} (rule = "{rule}") exactly 1 times ever'), 1)
    same("a condition counts people", s.count("did email_opened at least 5 times ever"), 0)


def whose_address_it_is(s):
    """By the contact that the sender named, by the id, by the attribute, in whatever letters; several who share it; nobody."""
    set_up(s, "postmark")
    s.call("PUT", "/api/v1/providers/private", {"kind": "postmark", "secret": SECRET, "attribute": "private mail"})
    for contact, attributes in (("c1", {"email": "Shared@Example.com"}), ("c2", {"email": "shared@example.com"}), ("own@example.com", {}), ("c3", {"email": "c3@example.com", "private mail": "shared@example.com"})):
        s.call("PUT", f"/api/v1/contacts/{contact}", {"attributes": attributes})

    def tell(address, name="postmark", **more):
        return s.call("POST", f"/v1/providers/{name}", {"RecordType": "Delivery", "MessageID": "m1", "Recipient": address, "DeliveredAt": "2026-02-01T10:00:00Z", **more}, key=None, headers=basic(SECRET)).json

    same("two share it", tell("shared@example.com")["applied"], 2)
    same("once each", tell("SHARED@example.com")["duplicates"], 1)
    same("by the id", tell("own@example.com")["applied"], 1)
    same("by the contact that is named", tell("someone@example.com", Metadata={"contact_id": "c3"})["applied"], 1)
    same("by another attribute", tell("shared@example.com", "private", DeliveredAt="2026-02-02T10:00:00Z")["applied"], 1)
    same("nobody", tell("nobody@example.com"), {"applied": 0, "duplicates": 0, "nobody": 1, "rejected": 0, "unread": []})
    same("nobody is made of it", s.call("GET", "/api/v1/stats").json["contacts"], 4)
    same("an address with quotes", tell('"a\\") or everyone ("@example.com')["nobody"], 1)
    same("who", s.call("POST", "/api/v1/segments/explain", {"contact": "c3", "definition": "did email_delivered exactly 2 times ever"}).json["member"], True)


def secrets_stay_inside(s):
    """Set up by admins, kept through restarts, and never shown again."""
    key = set_up(s, "sendgrid", "mailgun", "ses")
    same("a changed secret", s.call("PUT", "/api/v1/providers/ses", {"kind": "ses", "secret": SECRET + "2"}).status, 200)
    for what, name, body in (("a kind", "x", {"kind": "smtp", "secret": "x"}), ("no secret", "x", {"kind": "ses"}), ("no key", "x", {"kind": "sendgrid", "secret": "x"}), ("an empty one", "x", {"kind": "ses", "secret": ""}), ("a name", "X y", {"kind": "ses", "secret": "x"}),
                             ("an unknown member", "x", {"kind": "ses", "secret": "x", "colour": 1}), ("line breaks", "x", {"kind": "ses", "secret": "a\nb"})):
        same(f"refused: {what}", s.call("PUT", f"/api/v1/providers/{name}", body).status in (400, 422), True)
    for restart in (s.kill, s.stop):
        restart()
        s.start()
        shown = s.call("GET", "/api/v1/providers")
        same("all are there", [(one["name"], one["kind"], one["attribute"], one["by"]) for one in shown.json["providers"]], [("mailgun", "mailgun", "email", "admin of tests"), ("sendgrid", "sendgrid", "email", "admin of tests"), ("ses", "ses", "email", "admin of tests")])
        told = shown.body.decode() + "".join(s.call("GET", f"/api/v1/providers/{name}").body.decode() for name in ("mailgun", "sendgrid", "ses"))
        same("no secret is", SECRET in told or key.public in told, False)
        same("the new one counts", [s.call("POST", "/v1/providers/ses", "{}", key=None, headers=basic(secret)).status for secret in (SECRET, SECRET + "2")], [401, 200])
    log = (s.folder / "log").read_text()
    same("nor in the log", SECRET in log, False)
    confirmation = {"Type": "SubscriptionConfirmation", "MessageId": "1", "Token": "t", "TopicArn": "a", "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"}
    for url, wanted in ((confirmation["SubscribeURL"], True), ("https://sns.eu-west-1.amazonaws.com.evil.example/?x", False), ("http://sns.eu-west-1.amazonaws.com/", False), ("https://sns.evil@x.amazonaws.com/", False)):
        s.call("POST", "/v1/providers/ses", {**confirmation, "SubscribeURL": url}, key=None, headers=basic(SECRET + "2"))
        same(f"who opens {url}", s.call("GET", "/api/v1/providers/ses").json["since_start"]["confirm_url"] == url, wanted)


def a_large_batch(s):
    """Half a megabyte of SendGrid's in one request, from a service that has no key of ours; one bad item in it."""
    key = set_up(s, "sendgrid")
    for i in range(50):
        s.call("PUT", f"/api/v1/contacts/c{i}", {"attributes": {"email": f"c{i}@example.com"}})
    items = [{"email": f"c{i % 50}@example.com", "timestamp": 1700000000 + i, "event": "delivered", "sg_event_id": f"e{i}", "sg_message_id": "m" * 60, "response": "x" * 150} for i in range(2_000)]
    body = json.dumps([*items, 7]).encode()
    came = s.call("POST", "/v1/providers/sendgrid", body, key=None, headers=key.headers(body))
    same("all but the bad one", (len(body) > 500_000, came.json["applied"], len(came.json["unread"])), (True, 2_000, 1))
    same("no tracking route", s.call("POST", "/v1/providers/sendgrid", "[]", key=None).headers["Access-Control-Allow-Origin"], None)


def no_other_sender_takes_their_ids(s):
    """Message ids of what providers tell have a beginning of their own, which neither a write key nor a program may send: an event could be kept away by it."""
    set_up(s, "postmark")
    s.call("PUT", "/api/v1/contacts/c1", {"attributes": {"email": "c1@example.com"}})
    for i, name in enumerate(("provider:postmark:m1", "provider:", "provider:postmark:Delivery:m1:2026-02-01T10:00:00Z:c1")):
        taken = s.track({"type": "track", "userId": "c1", "event": "e", "messageId": name})
        same(f"tracked: {name}", [item["code"] for item in taken.json["rejected"]], ["message_id"])
        posted = s.call("POST", "/api/v1/events", {"events": [{"contact": "c1", "event": "e", "message_id": name}, {"contact": "c1", "event": f"e{i}", "message_id": f"m{i}"}]}, key="write")
        same(f"posted: {name}", (posted.json["applied"], [item["code"] for item in posted.json["rejected"]]), (1, ["message_id"]))
    told = {"RecordType": "Delivery", "MessageID": "m1", "Recipient": "c1@example.com", "DeliveredAt": "2026-02-01T10:00:00Z"}
    same("what they tell counts", s.call("POST", "/v1/providers/postmark", told, key=None, headers=basic(SECRET)).json["applied"], 1)


def counted_once_stays_counted_once(s):
    """Told again after the address moved, after its contact was merged, or was forgotten and made anew: a repetition all the same."""
    set_up(s, "postmark")

    def tell(address):
        return s.call("POST", "/v1/providers/postmark", {"RecordType": "Delivery", "MessageID": "m1", "Recipient": address, "DeliveredAt": "2026-02-01T10:00:00Z"}, key=None, headers=basic(SECRET)).json

    def told_again(what, address):
        again = tell(address)
        same(f"{what}: a repetition", (again["applied"], again["duplicates"], again["nobody"]), (0, 1, 0))
        same(f"{what}: once in all", s.count("did email_delivered ever"), 1)

    s.call("PUT", "/api/v1/contacts/c1", {"attributes": {"email": "moves@example.com"}})
    same("first", tell("moves@example.com")["applied"], 1)
    s.call("PATCH", "/api/v1/contacts/c1", {"attributes": {"email": "another@example.com"}})
    s.call("PUT", "/api/v1/contacts/c2", {"attributes": {"email": "moves@example.com"}})
    told_again("the address moved", "moves@example.com")
    s.call("PATCH", "/api/v1/contacts/c2", {"attributes": {"email": None}})
    told_again("nobody has it now", "moves@example.com")
    s.stop()
    s.command("contact", "merge", "c1", "c2")
    s.start()
    s.call("PATCH", "/api/v1/contacts/c2", {"attributes": {"email": "moves@example.com"}})
    told_again("its contact was merged", "moves@example.com")
    s.call("DELETE", "/api/v1/contacts/c2")
    s.call("PUT", "/api/v1/contacts/c2", {"attributes": {"email": "moves@example.com"}})
    again = tell("moves@example.com")
    same("forgotten and made anew", (again["applied"], again["duplicates"], s.count("everyone"), s.count("did any event ever")), (0, 1, 1, 0))
    same("another address of the same message", tell("c2@example.com")["nobody"], 1)


def signatures_of_mailgun_are_good_once_and_for_a_while(s):
    """A signature covers a timestamp and a token alone: not older than nine hours, and each token for what came under it first."""
    set_up(s, "mailgun")
    s.call("PUT", "/api/v1/contacts/c1", {"attributes": {"email": "c1@example.com"}})

    def tell(number, event, signature):
        data = {"event": "delivered", "recipient": "c1@example.com", "id": event, "timestamp": 1772000000.5}
        came = s.call("POST", "/v1/providers/mailgun", {"event-data": data, "signature": signature}, key=None)
        return (came.json["applied"], came.json["duplicates"]) if came.status == 200 else came.status

    for what, at, wanted in (("of nine hours before", NOW_SECONDS - 9 * 3600 + 60, (1, 0)), ("older", NOW_SECONDS - 9 * 3600 - 60, 401), ("a little ahead", NOW_SECONDS + 240, (1, 0)), ("far ahead", NOW_SECONDS + 600, 401), ("no number", "soon", 401)):
        same(what, tell(what, what, mailgun_signature(what, at=at)), wanted)
    same("a token", tell("1", "e1", mailgun_signature("1")), (1, 0))
    same("again with the same", tell("1", "e1", mailgun_signature("1")), (0, 1))
    same("the same event with another", tell("2", "e1", mailgun_signature("2")), (0, 1))
    for restart in (s.kill, s.stop):
        same("with another event", tell("1", "e2", mailgun_signature("1")), 401)
        same("one that came with a repetition too", tell("2", "e2", mailgun_signature("2")), 401)
        restart()
        s.start()
    same("after restarts too", (tell("1", "e2", mailgun_signature("1")), tell("1", "e1", mailgun_signature("1"))), (401, (0, 1)))
    form = urlencode({"event": "delivered", "recipient": "c1@example.com", **mailgun_signature("form")})
    come = [s.call("POST", "/v1/providers/mailgun", body, key=None, headers={"Content-Type": "application/x-www-form-urlencoded"}) for body in (form, form, form.replace("c1%40", "c2%40"))]
    same("forms too", ([one.status for one in come], come[1].json["duplicates"]), ([200, 200, 401], 1))
    same("what was refused is counted", s.call("GET", "/api/v1/providers/mailgun").json["since_start"]["refused"], 2)


def only_sns_itself_signs(s):
    """A topic in place of a password: without a signature of its own region's certificate nothing gets in, whatever else it shows; nothing is fetched for it."""
    topic = "arn:aws:sns:eu-west-1:123456789012:mail"
    same("no topic", (s.call("PUT", "/api/v1/providers/ses", {"kind": "ses", "secret": "arn:aws:sqs:eu-west-1:1:x"}).json["pointer"]), "#/secret")
    same("a topic", s.call("PUT", "/api/v1/providers/ses", {"kind": "ses", "secret": topic}).status, 201)
    message = {"Type": "Notification", "MessageId": "1", "TopicArn": topic, "Message": "{}", "Timestamp": "2026-03-01T12:00:00.000Z", "SignatureVersion": "2", "Signature": "AAAA", "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/x.pem"}
    for what, told in (("another topic", {"TopicArn": topic + "2"}), ("another region", {"SigningCertURL": "https://sns.us-east-1.amazonaws.com/x.pem"}), ("another host", {"SigningCertURL": "https://evil.example/x.pem"}), ("no TLS", {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/x.pem"}),
                       ("no certificate", {"SigningCertURL": None})):
        came = s.call("POST", "/v1/providers/ses", message | told, key=None, headers=basic(topic))
        same(what, (came.status, came.json["code"]), (401, "no_key"))
    same("no object", s.call("POST", "/v1/providers/ses", "[]", key=None, headers=basic(topic)).status, 401)
    same("counted as refused", s.call("GET", "/api/v1/providers/ses").json["since_start"]["refused"], 6)
    same("the password again", (s.call("PUT", "/api/v1/providers/ses", {"kind": "ses", "secret": SECRET}).status, s.call("POST", "/v1/providers/ses", "{}", key=None, headers=basic(SECRET)).status), (200, 200))


def who_subscribes_again_with_ses(s):
    """What was chosen, not that something was, says whether somebody leaves or comes back."""
    set_up(s, "ses")
    s.call("PUT", "/api/v1/contacts/c1", {"attributes": {"email": "c1@example.com"}})
    topic = lambda name, status: {"topicName": name, "subscriptionStatus": status}  # noqa: E731
    for number, (event, new, old) in enumerate((("email_unsubscribed", {"unsubscribeAll": True}, {"unsubscribeAll": False}), ("email_resubscribed", {"unsubscribeAll": False}, {"unsubscribeAll": True}),
                                                ("email_resubscribed", {"unsubscribeAll": False, "topicSubscriptionStatus": [topic("news", "OptIn")]}, {"unsubscribeAll": False, "topicSubscriptionStatus": [topic("news", "OptOut")]}),
                                                ("email_unsubscribed", {"unsubscribeAll": False, "topicSubscriptionStatus": [topic("news", "OptOut"), topic("offers", "OptIn")]}, {"unsubscribeAll": False, "topicSubscriptionStatus": [topic("news", "OptIn"), topic("offers", "OptOut")]}),
                                                ("email_resubscribed", {"unsubscribeAll": False, "topicSubscriptionStatus": [topic("news", "OptOut"), topic("offers", "OptIn")]}, {"unsubscribeAll": False, "topicSubscriptionStatus": [topic("news", "OptOut")]}), ("email_unsubscribed", None, None))):
        before = events_of(s, "c1").get(event, 0)
        subscription = {"contactList": "list", "timestamp": f"2026-02-01T10:00:0{number}Z", **({"newTopicPreferences": new, "oldTopicPreferences": old} if new else {})}
        told = {"eventType": "Subscription", "mail": {"messageId": f"m{number}", "timestamp": "2026-02-01T09:00:00Z", "destination": ["c1@example.com"]}, "subscription": subscription}
        came = s.call("POST", "/v1/providers/ses", {"Type": "Notification", "Message": json.dumps(told)}, key=None, headers=basic(SECRET))
        same(f"{event} by {new}", (came.json["applied"], events_of(s, "c1").get(event, 0)), (1, before + 1))


TESTS = [no_other_sender_takes_their_ids, counted_once_stays_counted_once, signatures_of_mailgun_are_good_once_and_for_a_while, who_subscribes_again_with_ses, only_sns_itself_signs, real_payloads, others_are_kept_raw, only_with_their_proof, machines_are_told_apart, whose_address_it_is, secrets_stay_inside, a_large_batch]
sys.exit(run(TESTS))
