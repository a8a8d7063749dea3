"""The real SDKs of Segment and RudderStack for Node, and that of Segment in headless Chromium, send to a running server, unmodified; the library of Standard Webhooks checks what it sends.

    python3 tests/server/sdks.py BUILD_DIR
"""

import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path

from served import SECONDS_MAX, Served

SDKS = Path(__file__).resolve().parent / "sdks"
WANTED = {"page_viewed": 1, "identified": 1, "Order Completed": 2, "screen_viewed": 1, "group_joined": 1, "aliased": 1}


def install():
    """The packages of the lock file, once."""
    marker = SDKS / "node_modules" / ".package-lock.json"
    if marker.exists() and marker.stat().st_mtime >= (SDKS / "package-lock.json").stat().st_mtime:
        return
    if shutil.which("npm") is None:
        sys.exit("the SDKs need Node.js 18 or newer with npm: ./scripts/install packages-sdks.txt")
    subprocess.run(["npm", "install", "--no-save", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=SDKS, check=True)


def sender(sdk, address, key):
    """The program that sends: for Node, or a page of another origin in a browser."""
    if not sdk.startswith("browser"):
        return ["node", str(SDKS / "send.mjs"), sdk, address, key]
    chromium = shutil.which("chromium") or sys.exit("a page needs Chromium: ./scripts/install packages-sdks.txt")
    return ["node", str(SDKS / "browse.mjs"), chromium, address, key, sdk.split(", ")[1]]


def problems_of(sdk, served):
    """What is not as it should be after an SDK has sent."""
    done = subprocess.run(sender(sdk, f"http://127.0.0.1:{served.port}", served.keys["write"]), capture_output=True, text=True, timeout=SECONDS_MAX)
    if done.returncode != 0 or json.loads(done.stdout.splitlines()[-1]):
        yield "it met errors", done.stdout + done.stderr
    contact = served.call("GET", "/api/v1/contacts/u-1", key="read").json
    events = {entry["event"]: entry["count"] for entry in contact.get("events", [])}
    if events != WANTED:
        yield "events", events
    if contact.get("attributes") != {"plan": "pro"}:
        yield "attributes: the marked one alone", contact.get("attributes")
    if sorted(contact.get("aliases", [])) != ["anon:a-1", "anon:a-2"]:
        yield "identities", contact.get("aliases")
    for definition in ('sum of total for `Order Completed` ever = 24.99', 'did `Order Completed` (items has "b") in last 1 hours', 'did page_viewed (name = "Home" and path = "/") ever'):
        if served.count(definition) != 1:
            yield "definition", definition


def webhook_problems(served):
    """What the library of Standard Webhooks says of messages of ours: good ones, and one that another secret signed."""
    secret, other = (f"whsec_{base64.b64encode(bytes([number] * 32)).decode()}" for number in (1, 2))
    served.stop()
    served.start("--allow-private-webhooks")
    served.call("PUT", "/api/v1/schema/events/e")
    served.call("PUT", "/api/v1/segments/all", {"definition": "did e ever"})
    receiver = subprocess.Popen(["node", str(SDKS / "receive.mjs"), secret], stdout=subprocess.PIPE, text=True)
    try:
        address = f"http://127.0.0.1:{int(receiver.stdout.readline())}/"
        served.call("PUT", "/api/v1/webhooks/good", {"address": address, "secret": secret})
        served.track({"type": "track", "userId": "Žofia", "event": "e"})
        said = json.loads(receiver.stdout.readline())
        if said != {"type": "membership.changed", "contacts": ["Žofia"]}:
            yield "a change", said
        served.call("PUT", "/api/v1/webhooks/good", {"address": address, "active": False})
        served.call("PUT", "/api/v1/webhooks/bad", {"address": address, "secret": other})
        tested = served.call("POST", "/api/v1/webhooks/bad/test").json
        if tested["status"] != 400 or "refused" not in json.loads(receiver.stdout.readline()):
            yield "another secret", tested
        served.call("POST", "/api/v1/webhooks/bad/rotate", {"secret": secret})
        tested = served.call("POST", "/api/v1/webhooks/bad/test").json
        if not tested["taken"] or json.loads(receiver.stdout.readline()) != {"type": "webhook.test", "contacts": []}:
            yield "while both sign", tested
    finally:
        receiver.kill()
        receiver.wait()


def main():
    install()
    passed = failed = 0
    served = Served(str(Path(sys.argv[1]).resolve() / "wanamaker"), now=None)
    try:
        problems = list(webhook_problems(served))
    finally:
        served.close()
    passed, failed = passed + (not problems), failed + bool(problems)
    for what, came in problems:
        print(f"standardwebhooks: {what}: {came}")
    for sdk in ("segment", "rudderstack", "browser, single", "browser, batching"):
        served = Served(str(Path(sys.argv[1]).resolve() / "wanamaker"), now=None)
        try:
            served.call("PUT", "/api/v1/schema/attributes/plan", {"type": "text"})
            served.call("PUT", "/api/v1/schema/tracked/plan")
            problems = list(problems_of(sdk, served))
        finally:
            served.close()
        passed, failed = passed + (not problems), failed + bool(problems)
        for what, came in problems:
            print(f"{sdk}: {what}: {came}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
