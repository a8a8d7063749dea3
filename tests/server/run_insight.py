"""What is to be known of segments beside their members, and backups while everything goes on.

    python3 tests/server/run_insight.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import itertools
import shutil
import sys
import threading

from checks import run, same


def what_time_and_edits_do(s):
    """Who leaves by time alone, what it was day by day, its versions, what an edit would change, and who uses it."""
    s.call("PUT", "/api/v1/schema/events/e")
    path = "/api/v1/segments/recent"
    s.call("PUT", path, {"definition": "did e in last 2 hours", "note": "first"})
    s.track(*[{"type": "track", "userId": f"u{i}", "event": "e", "messageId": str(i), "timestamp": f"2026-03-01T10:{10 + i}:00Z"} for i in range(5)])
    due = s.call("GET", f"{path}/due?limit=2", key="read").json
    same("who leaves and when", ([(change["at"], change["contact"], change["turn"]) for change in due["changes"]], due["total"]), ([("2026-03-01T12:10:00Z", "u0", "left"), ("2026-03-01T12:11:00Z", "u1", "left")], 5))
    more = s.call("GET", f"{path}/due?limit=10&after={due['next'].replace(' ', '%20')}", key="read").json
    same("the next page", ([change["contact"] for change in more["changes"]], more["next"]), (["u2", "u3", "u4"], None))
    same("until the beginning of a day", s.call("GET", f"{path}/due?until=2026-03-02", key="read").json["total"], s.call("GET", f"{path}/due?until=2026-03-02T00:00:00Z", key="read").json["total"])
    same("not so far", s.call("GET", f"{path}/due?until=2026-03-01T12:11:30Z", key="read").json["total"], 2)
    same("day by day", s.call("GET", f"{path}/history", key="read").json["days"], [{"day": "2026-03-01", "entered": 5, "left": 0, "size": 5}])
    impact = s.call("POST", f"{path}/impact", {"definition": "did e in last 110 minutes"}, key="read").json
    same("what an edit would change", (impact["before"], impact["after"], impact["enter"], impact["leave"]), (5, 4, [], ["u0"]))
    same("nothing is saved", s.call("GET", path, key="read").headers["ETag"], '"v1"')
    s.call("PUT", path, {"definition": "did e in last 3 hours", "note": "second"})
    s.call("PUT", "/api/v1/segments/user", {"definition": 'in segment "recent"'})
    s.call("PUT", "/api/v1/webhooks/crm", {"address": "https://crm.example/", "segments": ["recent"], "active": False})
    same("its versions", [(version["version"], version["note"], version["current"]) for version in s.call("GET", f"{path}/versions", key="read").json["versions"]], [(1, "first", False), (2, "second", True)])
    same("how they differ", s.call("GET", f"{path}/diff?from=1&to=2", key="read").json["lines"], ["-did e in last 2 hours", "+did e in last 3 hours"])
    s.call("PUT", "/api/v1/segments/best", {"definition": "top 2 by count of e"})
    same("of one that ranks", (s.call("GET", "/api/v1/segments/best").json["live"]["members"], s.call("PUT", "/api/v1/segments/best", {"definition": "top 3 by count of e"}).json["live"]["members"]), (2, 3))
    same("who uses it", s.call("GET", f"{path}/usage", key="read").json, {"key": "recent", "segments": ["user"], "webhooks": ["crm"]})
    for what, answer, status in (("an unknown segment", s.call("GET", "/api/v1/segments/none/due"), 404), ("an unknown one too", s.call("GET", "/api/v1/segments/none/usage"), 404), ("a version that is not there", s.call("GET", f"{path}/diff?from=7"), 404), ("no instant", s.call("GET", f"{path}/due?until=soon"), 400),
                                 ("no cursor", s.call("GET", f"{path}/due?after=x"), 400), ("a wrong definition", s.call("POST", f"{path}/impact", {"definition": "nobody is"}), 422), ("no number", s.call("GET", f"{path}/diff?from=x"), 400)):
        same(what, answer.status, status)


def how_segments_lie_over_each_other(s):
    """Regions of up to eight, against sets of the test's own; lists among them."""
    sets = {f"s{n}": {f"u{i}" for i in range(200) if i % (n + 2) == 0 or i % 7 == n} for n in range(7)}
    for name, contacts in sets.items():
        s.call("PUT", f"/api/v1/schema/events/{name}")
        s.call("PUT", f"/api/v1/segments/{name}", {"definition": f"did {name} ever"})
    sets["list"] = {f"u{i}" for i in range(50)}
    s.call("PUT", "/api/v1/lists/list")
    s.call("POST", "/api/v1/lists/list/add", {"contacts": sorted(sets["list"])})
    s.track(*[{"type": "track", "userId": contact, "event": name, "messageId": f"{name} {contact}"} for name, contacts in sets.items() if name != "list" for contact in sorted(contacts)])
    for size in (2, 3, 8):
        for keys in list(itertools.combinations(sets, size))[:5]:
            came = s.call("POST", "/api/v1/segments/overlap", {"segments": list(keys)}, key="read").json
            expected = {}
            for contact in set().union(*(sets[key] for key in keys)):
                region = tuple(key for key in keys if contact in sets[key])
                expected[region] = expected.get(region, 0) + 1
            same(f"regions of {keys}", {tuple(region["in"]): region["contacts"] for region in came["regions"]}, expected)
            same("sizes and all", ([entry["members"] for entry in came["segments"]], came["contacts"]), ([len(sets[key]) for key in keys], sum(expected.values())))
    same("at an instant before", s.call("POST", "/api/v1/segments/overlap?at=2020-01-01", {"segments": ["s0", "s1"]}, key="read").json["regions"], [])
    for what, keys in (("one alone", ["s0"]), ("one twice", ["s0", "s0"]), ("nine", [f"s{n}" for n in range(9)]), ("none", [])):
        same(f"refused: {what}", s.call("POST", "/api/v1/segments/overlap", {"segments": keys}).json["pointer"], "#/segments")
    same("one that is not there", s.call("POST", "/api/v1/segments/overlap", {"segments": ["s0", "none"]}).status, 404)


def backups_while_it_writes(s):
    """A backup of a server that takes events in: restored elsewhere it is whole, and has all that was acknowledged before it was asked for."""
    told = s.call("POST", "/api/v1/backups", {})
    same("it was not told where", (told.status, "--backups" in told.json["hint"]), (409, True))
    s.stop()
    backups = s.folder / "backups"
    s.start("--backups", str(backups))
    same("none yet", s.call("GET", "/api/v1/backups").json, {"backups": []})
    sent, enough, stops = [0], threading.Event(), threading.Event()

    def send():
        while not stops.is_set():
            s.track(*[{"type": "track", "userId": f"u{i}", "event": "e", "messageId": f"{sent[0]}-{i}"} for i in range(50)])
            sent[0] += 50
            if sent[0] >= 500:
                enough.set()

    thread = threading.Thread(target=send)
    thread.start()
    enough.wait()
    before = sent[0]
    made = [s.call("POST", "/api/v1/backups", {}) for _ in range(2)]
    stops.set()
    thread.join()
    same("two are made", [(answer.status, answer.json["backup"], answer.json["whole"]) for answer in made], [(201, 1, True), (201, 2, True)])
    same("and listed", [backup["backup"] for backup in s.call("GET", "/api/v1/backups").json["backups"]], [1, 2])
    same("no place of the machine is told", str(s.folder) in made[0].body.decode(), False)
    s.stop()
    s.command("restore", str(backups), "--replace")
    s.command("verify")
    count = int(s.command("count", "did e at least 1 times ever").split()[0])
    s.start()
    there = s.call("GET", "/api/v1/stats").json["events"]
    same("all that was there before", (count, there >= before, there <= sent[0], there % 50), (50, True, True, 0))
    s.stop()
    shutil.rmtree(backups)
    backups.write_text("a file")
    s.start("--backups", str(backups))
    refused = s.call("POST", "/api/v1/backups", {})
    same("where none can be", (refused.status in (409, 503), str(s.folder) in refused.body.decode()), (True, False))


TESTS = [what_time_and_edits_do, how_segments_lie_over_each_other, backups_while_it_writes]
sys.exit(run(TESTS))
