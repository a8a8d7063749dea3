"""People: the first admin, users with roles, sessions, what is masked for whom, and the audit of who did what.

    python3 tests/server/run_people.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import json
import re
import sys
from pathlib import Path

from checks import run, same

PASSWORD = "correct horse battery staple"


def first(s):
    """The first admin, by the link; his headers."""
    made = s.call("POST", "/api/v1/setup", {"token": s.setup_token, "login": "eva@shop.example", "password": PASSWORD, "name": "Eva"}, key=None)
    same("the first admin", (made.status, made.json["login"], made.json["role"], made.json["by"]), (201, "eva@shop.example", "admin", "one-time link"))
    return made.json["id"], s.log_in("eva@shop.example", PASSWORD)


def by(s, session, method, path, body=None, **without):
    return s.call(method, path, body, key=None, headers={**session, **without})


def the_first_admin_comes_by_a_link(s):
    """The shortest journey: the link of the start, a form without scripts, a session, a segment that says who saved it."""
    page = s.call("GET", f"/setup?token={s.setup_token}", key=None)
    text = page.body.decode()
    same("a page", (page.status, page.headers["Content-Type"], "<script" in text, 'method="post"' in text), (200, "text/html; charset=utf-8", False, True))
    same("nothing else may be loaded, and nobody frames it", (page.headers["Content-Security-Policy"], page.headers["X-Frame-Options"], page.headers["X-Content-Type-Options"], page.headers["Referrer-Policy"], page.headers["Cache-Control"]),
         ("default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'", "DENY", "nosniff", "no-referrer", "no-store"))
    for bad in ("", "?token=", "?token=x", f"?token={s.setup_token}x", f"?token={s.setup_token[:-1]}"):
        same(f"another link: {bad[:9]}", s.call("GET", f"/setup{bad}", key=None).status, 404)
    own = {"Origin": f"http://127.0.0.1:{s.port}", "Content-Type": "application/x-www-form-urlencoded"}
    form = f"token={s.setup_token}&login=eva%40shop.example&password="
    same("from another page", s.call("POST", "/setup", form + "correct+horse+battery+staple", key=None, headers={**own, "Origin": "http://evil.example"}).status, 404)
    short = s.call("POST", "/setup", f"token={s.setup_token}&login=%22%3E%3Cscript%3E&password=short", key=None, headers=own)
    same("a short password is said, and what was typed is escaped", (short.status, "at least 12 characters" in short.body.decode(), "<script" in short.body.decode()), (422, True, False))
    made = s.call("POST", "/setup", form + "correct+horse+battery+staple", key=None, headers=own)
    same("made", made.status, 201)
    for path, body in (("/setup", form + "correct+horse+battery+staple"), ("/api/v1/setup", {"token": s.setup_token, "login": "x", "password": PASSWORD})):
        same(f"once: {path}", s.call("POST", path, body, key=None, headers=own if path == "/setup" else {}).status in (404, 403), True)
    session = s.log_in("eva@shop.example", PASSWORD)
    saved = by(s, session, "PUT", "/api/v1/segments/all", {"definition": "everyone"})
    same("a segment", (saved.status, saved.json["by"]), (201, "eva@shop.example"))
    s.stop()
    s.start()
    same("no link where there are users", s.setup_token, None)
    same("the session goes on after a restart", by(s, session, "GET", "/api/v1/sessions/current").json["user"]["login"], "eva@shop.example")


def links_end(s):
    """A quarter of an hour; a new start gives another."""
    old = s.setup_token
    s.stop()
    s.start()
    same("another", s.setup_token not in (None, old), True)
    same("the old one", s.call("GET", f"/setup?token={old}", key=None).status, 404)
    same("of another start", s.call("POST", "/api/v1/setup", {"token": old, "login": "x", "password": PASSWORD}, key=None).json["code"], "not_allowed")


def sessions_begin_and_end(s):
    """A cookie that scripts and other sites never see; new at each login; over at logout, and at a change of password or role."""
    user_id, session = first(s)
    came = s.call("POST", "/api/v1/sessions", {"login": "EVA@shop.example", "password": PASSWORD}, key=None)
    cookie = came.headers["Set-Cookie"]
    same("the cookie", re.sub(r"=[\w-]{43};", "=TOKEN;", cookie, count=1), "wanamaker=TOKEN; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200")
    same("what is answered", (came.json["user"]["name"], came.json["user"]["role"], cookie.partition("=")[2][:43] in came.body.decode(), "argon2" in came.body.decode()), ("Eva", "admin", False, False))
    second = s.of_session(came)
    same("another at each login", second["Cookie"] != session["Cookie"], True)
    third = s.call("POST", "/api/v1/sessions", {"login": "eva@shop.example", "password": PASSWORD}, key=None, headers={"Cookie": second["Cookie"]})
    same("which ends the one of the same browser", (third.status, by(s, second, "GET", "/api/v1/stats").status, by(s, session, "GET", "/api/v1/stats").status), (201, 401, 200))
    third = s.of_session(third)
    out = by(s, third, "DELETE", "/api/v1/sessions/current")
    same("logged out", (out.json, "Max-Age=0" in out.headers["Set-Cookie"], by(s, third, "GET", "/api/v1/stats").status), ({"ended": True}, True, 401))
    fourth = s.log_in("eva@shop.example", PASSWORD)
    same("a wrong current password", by(s, fourth, "PUT", "/api/v1/password", {"current": "something else of mine", "new": "another horse battery"}).status, 403)
    last = s.call("GET", "/api/v1/audit").json["entries"][-1]
    same("which is noted", (last["who"], last["action"], last["kind"], last["key"]), (f"user {user_id}", "password refused", "user", user_id))
    same("a short one", by(s, fourth, "PUT", "/api/v1/password", {"current": PASSWORD, "new": "short"}).json["code"], "invalid")
    changed = by(s, fourth, "PUT", "/api/v1/password", {"current": PASSWORD, "new": "another horse battery"})
    same("changed", (changed.json, [by(s, one, "GET", "/api/v1/stats").status for one in (session, fourth)]), ({"changed": True}, [401, 401]))
    same("the old one", s.call("POST", "/api/v1/sessions", {"login": "eva@shop.example", "password": PASSWORD}, key=None).json["code"], "wrong_login")
    fifth = s.log_in("eva@shop.example", "another horse battery")
    s.kill()
    s.start()
    same("it outlives a kill", by(s, fifth, "GET", "/api/v1/stats").status, 200)
    s.stop()
    s.command("verify")
    s.at = ["--now", "2026-03-02T00:30:00Z"]
    s.start()
    same("over after twelve hours", by(s, fifth, "GET", "/api/v1/stats").status, 401)
    sixth = s.log_in("eva@shop.example", "another horse battery")
    s.call("PUT", f"/api/v1/users/{user_id}", {"login": "eva@shop.example", "role": "viewer"})
    same("over with another role", by(s, sixth, "GET", "/api/v1/stats").status, 401)
    seventh = s.log_in("eva@shop.example", "another horse battery")
    same("deleted", s.call("DELETE", f"/api/v1/users/{user_id}").json, {"id": user_id, "deleted": True})
    same("over with the user", by(s, seventh, "GET", "/api/v1/stats").status, 401)
    same("no wrong key instead", s.call("GET", "/api/v1/stats", key="ak_none", headers=fifth).status, 401)


def changes_come_from_own_pages(s):
    """A page of somebody else can make a browser send the cookie, and nothing more."""
    _, session = first(s)
    path, body = "/api/v1/lists/press", None
    for what, headers in (("no token", {"X-CSRF-Token": ""}), ("another token", {"X-CSRF-Token": session["X-CSRF-Token"][:-1] + "_"}), ("no origin", {"Origin": ""}), ("another origin", {"Origin": "http://evil.example"}),
                          ("another port", {"Origin": "http://127.0.0.1:1"}), ("another scheme", {"Origin": session["Origin"].replace("http", "https")}), ("null", {"Origin": "null"})):
        same(what, (by(s, session, "PUT", path, body, **headers).status, s.call("GET", path).status), (403, 404))
    same("the own page", by(s, session, "PUT", path, body).status, 200)
    same("reading needs neither", s.call("GET", path, key=None, headers={"Cookie": session["Cookie"]}).status, 200)
    same("logging in from another page", s.call("POST", "/api/v1/sessions", {"login": "eva@shop.example", "password": PASSWORD}, key=None, headers={"Origin": "http://evil.example"}).status, 403)
    same("among other cookies", s.call("GET", "/api/v1/stats", key=None, headers={"Cookie": f"a=b; {session['Cookie']}; c=d"}).status, 200)
    for cookie in ("wanamaker=", "wanamaker", "wanamaker=x", session["Cookie"].swapcase(), f"__Host-{session['Cookie']}", "x" + session["Cookie"], session["Cookie"] + "x"):
        same(f"no session: {cookie[:20]}", s.call("GET", "/api/v1/stats", key=None, headers={"Cookie": cookie}).status, 401)
    large = {"contacts": [f"contact number {i}" for i in range(8_000)]}
    same("a large body of a session", by(s, session, "POST", f"{path}/add", large).json["size"], 8_000)
    again = [by(s, session, "POST", f"{path}/remove", {"contacts": ["contact number 1"]}, **{"Idempotency-Key": "1"}) for _ in range(2)]
    same("it may come again", [(one.status, one.json["size"], one.headers["Idempotency-Replayed"]) for one in again], [(200, 7_999, None), (200, 7_999, "true")])


def passwords_are_not_guessed(s):
    """Five tries are free; then each waits, also with the right password; the same for a login that nobody has, so nothing is told by it."""
    first(s)
    for login in ("eva@shop.example", "nobody@shop.example"):
        tries = [s.call("POST", "/api/v1/sessions", {"login": login, "password": f"wrong password {i}"}, key=None) for i in range(6)]
        same(f"{login} is slowed down", [one.status for one in tries], [401] * 5 + [429])
        same(f"{login}: when to come again", (tries[5].headers["Retry-After"], len({one.json["title"] for one in tries[:5]})), ("1", 1))
    same("however it is written", s.call("POST", "/api/v1/sessions", {"login": "EVA@Shop.example", "password": "wrong"}, key=None).status, 429)
    same("also with the right one", s.call("POST", "/api/v1/sessions", {"login": "eva@shop.example", "password": PASSWORD}, key=None).status, 429)
    files = b"".join(path.read_bytes() for path in Path(s.data).rglob("*") if path.is_file())
    same("no password in the files", (PASSWORD.encode() in files, b"wrong password" in files, b"$argon2id$v=19$m=65536,t=2,p=1$" in files), (False, False, True))
    same("nor in the log", PASSWORD in (s.folder / "log").read_text(), False)
    long = s.call("POST", "/api/v1/sessions", {"login": "long", "password": "x" * 20_000}, key=None)
    same("a very long one", long.status in (400, 401), True)


def nobody_is_locked_out_by_others(s):
    """Whoever guesses from another network, even from many, keeps nobody out; addresses of one network of IPv6 count together."""
    first(s)
    s.stop()
    s.start("--behind-proxy")
    attempt = lambda password, address: s.call("POST", "/api/v1/sessions", {"login": "eva@shop.example", "password": password}, key=None, headers={"X-Forwarded-For": address})  # noqa: E731
    same("many addresses of one network", [attempt("wrong password", f"2001:db8:1:2::{i}").status for i in range(1, 8)], [401] * 5 + [429] * 2)
    same("another network, the right password", attempt(PASSWORD, "2001:db8:1:3::1").status, 201)
    for i in range(20):
        attempt("wrong password", f"198.51.100.{i}")
    same("many networks", attempt(PASSWORD, "203.0.113.9").status, 201)


def marketers_do_what_the_table_says(s):
    """They change segments, lists and contacts under their own name, and nothing that others depend on."""
    first(s)
    s.call("PUT", "/api/v1/contacts/c1", {"attributes": {"town": "Košice"}})
    marketer = s.person("marketer")
    for method in ("PATCH", "PUT"):
        new = by(s, marketer, method, "/api/v1/contacts/c1", {"attributes": {"town": "Prešov", "brand_new": 1}})
        same(f"a new attribute by {method}", (new.status, new.json["code"], new.json["pointer"]), (403, "not_allowed", "#/attributes/brand_new"))
    same("nothing of it", (s.call("GET", "/api/v1/contacts/c1").json["attributes"], "brand_new" in s.call("GET", "/api/v1/schema").body.decode()), ({"town": "Košice"}, False))
    same("one that is there", by(s, marketer, "PATCH", "/api/v1/contacts/c1", {"attributes": {"town": "Prešov", "never_there": None}}).json["attributes"], {"town": "Prešov"})
    for path, body in (("/api/v1/segments/a", {"definition": "everyone", "by": "Eva"}), ("/api/v1/lists/press/add", {"contacts": ["c1"], "by": "Eva"})):
        forged = by(s, marketer, "PUT" if "segments" in path else "POST", path, body)
        same(f"another name: {path}", (forged.status, forged.json["code"], forged.json["pointer"]), (403, "not_allowed", "#/by"))
    same("the own one", by(s, marketer, "PUT", "/api/v1/segments/a", {"definition": "everyone", "by": "marketer@shop.example"}).json["by"], "marketer@shop.example")
    same("programs say for whom they do it", s.call("PUT", "/api/v1/segments/b", {"definition": "everyone", "by": "Eva"}).json["by"], "Eva")


def instants_tell_nobody_a_birth_date(s):
    """Where a segment reads what is personal, itself or through another, those who may not see that see who is in now, and not when anybody turns."""
    s.call("PUT", "/api/v1/schema/attributes/birth_date", {"type": "date"})
    for contact, day in (("c1", "1990-03-05"), ("c2", "1990-03-01")):
        s.call("PUT", f"/api/v1/contacts/{contact}", {"attributes": {"birth_date": day}})
    s.call("POST", "/api/v1/events", {"events": [{"contact": "c1", "event": "order", "time": "2026-02-27T12:00:00Z"}]})
    s.call("PUT", "/api/v1/segments/grown", {"definition": "age of birth_date >= 36"})
    s.call("PUT", "/api/v1/segments/young", {"definition": 'not in segment "grown"'})
    s.call("PUT", "/api/v1/segments/plain", {"definition": "did order in last 7 days"})
    masked = s.call("POST", "/api/v1/keys", {"role": "masked"}).json["key"]
    ask = lambda method, path, body=None, key=masked: s.call(method, path, body, key=key)  # noqa: E731
    for key in ("grown", "young"):
        same(f"{key}: due", (ask("GET", f"/api/v1/segments/{key}/due?until=2026-03-09").status, ask("GET", f"/api/v1/segments/{key}/due?until=2026-03-09", key="read").json["changes"][0]["at"]), (403, "2026-03-05T00:00:00Z"))
        same(f"{key}: members", (ask("GET", f"/api/v1/segments/{key}/members").status, ask("GET", f"/api/v1/segments/{key}/members?at=2026-03-05").status), (200, 403))
        same(f"{key}: history", [ask("GET", f"/api/v1/segments/{key}/history", key=who).status for who in (masked, "read")], [403, 200])
        same(f"{key}: overlap", [ask("POST", f"/api/v1/segments/overlap{query}", {"segments": [key, "plain"]}).status for query in ("", "?at=2026-03-05")], [200, 403])
        for path, body in (("preview", {"definition": f'in segment "{key}"'}), ("explain", {"contact": "c1", "segment": key})):
            same(f"{key}: {path}", [ask("POST", f"/api/v1/segments/{path}", {**body, **more}).status for more in ({}, {"at": "2026-03-05T00:00:00Z"})], [200, 403])
        why = ask("POST", "/api/v1/segments/explain", {"contact": "c1", "segment": key})
        same(f"{key}: why", (why.json["valid_since"], why.json["valid_until"], b"03-05" in why.body, b"changes_at" in why.body), ("•••", "•••", False, True))
    inside = {entry["key"]: (entry["since"], entry["until"]) for entry in ask("GET", "/api/v1/contacts/c1/segments").json["segments"]}
    same("segments of a contact", inside, {"young": ("•••", "•••"), "plain": (inside["plain"][0], "2026-03-06T12:00:00Z")})
    changes = ask("GET", "/api/v1/changes?after=0").json["changes"]
    same("changes", {(change["segment"], change["effective_at"] == "•••", change["recorded_at"] == "•••") for change in changes}, {("grown", True, True), ("young", True, True), ("plain", False, False)})
    same("who sees personal values sees them", "•••" in json.dumps(ask("GET", "/api/v1/changes?after=0", key="read").json, ensure_ascii=False), False)
    same("what is plain", (ask("GET", "/api/v1/segments/plain/due?until=2026-03-09").status, ask("GET", "/api/v1/segments/plain/members?at=2026-03-05").status), (200, 200))
    same("history of what is plain", ask("GET", "/api/v1/segments/plain/history").status, 200)
    same("of none", ask("GET", "/api/v1/segments/none/history").status, 404)
    s.call("PUT", "/api/v1/segments/young", {"definition": "everyone"})
    instants = lambda: {change["effective_at"] for change in ask("GET", "/api/v1/changes?after=0").json["changes"] if change["segment"] == "young"}  # noqa: E731
    same("what it read before counts", (ask("GET", "/api/v1/segments/young/history").status, instants()), (403, {"•••"}))
    s.call("DELETE", "/api/v1/segments/young")
    same("nobody knows what it read", (ask("GET", "/api/v1/segments/young/history").status, instants()), (403, {"•••"}))
    s.call("PUT", "/api/v1/segments/young", {"definition": 'not in segment "grown"'})
    s.call("PUT", "/api/v1/schema/personal/birth_date", {"personal": False})
    same("once it is marked as plain", ask("GET", "/api/v1/segments/young/due?until=2026-03-09").status, 200)


def users_are_kept(s):
    """Made, listed, changed, deleted by admins; logins are there once; somebody who may do everything always stays."""
    user_id, _ = first(s)
    same("without a password", s.call("POST", "/api/v1/users", {"login": "jana", "role": "viewer"}).json["pointer"], "#/password")
    for what, body in (("a short password", {"login": "jana", "role": "viewer", "password": "short"}), ("the login as password", {"login": "jana novakova 1", "role": "viewer", "password": "Jana Novakova 1"}),
                       ("a login with a line break", {"login": "a\nb", "role": "viewer", "password": PASSWORD}), ("an empty login", {"login": "", "role": "viewer", "password": PASSWORD})):
        same(what, s.call("POST", "/api/v1/users", body).json["code"], "invalid")
    same("no such role", s.call("POST", "/api/v1/users", {"login": "jana", "role": "write", "password": PASSWORD}).json["pointer"], "#/role")
    jana = s.call("POST", "/api/v1/users", {"login": "jana@shop.example", "role": "viewer", "password": PASSWORD}).json
    same("a login that is there", s.call("POST", "/api/v1/users", {"login": "JANA@shop.example", "role": "viewer", "password": PASSWORD}).status, 409)
    same("listed", [user["login"] for user in sorted(s.call("GET", "/api/v1/users").json["users"], key=lambda user: user["login"])], ["eva@shop.example", "jana@shop.example"])
    same("no password is shown", b"argon2" in s.call("GET", "/api/v1/users").body, False)
    same("changed", s.call("PUT", f"/api/v1/users/{jana['id']}", {"login": "jana@shop.example", "name": "Jana", "role": "marketer"}).json, {**jana, "name": "Jana", "role": "marketer"})
    same("the password stays", by(s, s.log_in("jana@shop.example", PASSWORD), "PUT", "/api/v1/lists/a").status, 200)
    keys = {key["role"]: key["id"] for key in s.call("GET", "/api/v1/keys").json["keys"]}
    session = s.log_in("eva@shop.example", PASSWORD)
    same("the key goes: there is a user", by(s, session, "DELETE", f"/api/v1/keys/{keys['admin']}").status, 200)
    for method, path, body in (("DELETE", f"/api/v1/users/{user_id}", None), ("PUT", f"/api/v1/users/{user_id}", {"login": "eva@shop.example", "role": "marketer"})):
        last = by(s, session, method, path, body)
        same(f"the last admin stays: {method}", (last.status, last.json["code"]), (409, "conflict"))
    new = by(s, session, "POST", "/api/v1/keys", {"role": "admin"}).json
    same("the user goes: there is a key", by(s, session, "DELETE", f"/api/v1/users/{user_id}").status, 200)
    same("the last key stays", s.call("DELETE", f"/api/v1/keys/{new['id']}", key=new["key"]).status, 409)
    s.stop()
    s.command("key", "revoke", new["id"], code=6)
    s.start()


def personal_values_are_masked(s):
    """Viewers and masked keys see who is in, and nothing that is personal: in contacts, members, changes and explanations; and cannot ask for it."""
    masked = s.call("POST", "/api/v1/keys", {"role": "masked"}).json["key"]
    same("its kind shows", masked[:3], "mk_")
    s.call("PUT", "/api/v1/contacts/c1", {"attributes": {"email": "jana@shop.example", "first_name": "Jana", "note": "write to jana@shop.example", "town": "Košice", "nickname": "Janka", "seats": 3}})
    s.call("POST", "/api/v1/events", {"events": [{"contact": "eva@shop.example", "event": "order", "properties": {"phone": "+421900123456", "name": "Chair"}}]})
    s.call("PUT", "/api/v1/segments/all", {"definition": "everyone"})
    s.call("PUT", "/api/v1/segments/jana", {"definition": 'first_name = "Jana" or email = "jana@shop.example"'})
    s.call("PUT", "/api/v1/segments/by-nickname", {"definition": "nickname starts with $p", "parameters": [{"name": "p", "type": "text", "default": "Z"}]})
    same("marked", s.call("PUT", "/api/v1/schema/personal/nickname", {"personal": True}).json, {"attribute": "nickname", "personal": True})
    same("no such attribute", s.call("PUT", "/api/v1/schema/personal/none", {"personal": True}).status, 404)
    same("known", s.call("GET", "/api/v1/schema").json["personal"], ["email", "first_name", "nickname"])
    viewer, marketer = s.person("viewer"), s.person("marketer")
    seen = s.call("GET", "/api/v1/contacts/c1", key="read").json["attributes"]
    same("a read key sees all", (seen["email"], seen["nickname"]), ("jana@shop.example", "Janka"))
    same("a marketer too", by(s, marketer, "GET", "/api/v1/contacts/c1").json["attributes"], seen)
    hidden = {"email": "•••", "first_name": "•••", "note": "write to •••", "town": "Košice", "nickname": "•••", "seats": 3}
    for who, headers, key in (("a viewer", viewer, None), ("a masked key", {}, masked)):
        ask = lambda method, path, body=None, **more: s.call(method, path, body, key=key, headers={**headers, **more})  # noqa: E731, B023
        same(f"{who}: a contact", ask("GET", "/api/v1/contacts/c1").json["attributes"], hidden)
        same(f"{who}: members", ask("GET", "/api/v1/segments/all/members").json["members"], ["c1", "•••"])
        lines = ask("GET", "/api/v1/segments/all/members", Accept="application/x-ndjson").body.decode().splitlines()
        same(f"{who}: members as lines", [json.loads(line)["contact"] for line in lines], ["c1", "•••"])
        same(f"{who}: changes", {change["contact"] for change in ask("GET", "/api/v1/changes?after=0&segment=all").json["changes"]}, {"c1", "•••"})
        why = ask("POST", "/api/v1/segments/explain", {"contact": "c1", "segment": "jana"})
        same(f"{who}: an explanation", (why.status, why.json["member"], "Jana" in re.sub(r'"condition":"[^,]*', "", why.body.decode()), "jana@shop" in why.body.decode()), (200, True, False, False))
        event = ask("POST", "/api/v1/segments/explain", {"contact": "eva@shop.example", "definition": "did order"}).body.decode()
        same(f"{who}: an event", ("421900" in event, "Chair" in event, "eva@" in event), (False, True, False))
        for definition in ('first_name = "Jana"', 'fIrst_Name = "Jana"', "eMaIl is known", 'in segment "by-nickname" (p = "Ja")', "not email is known", "`Nickname` starts with \"J\"", 'did order (contact.email contains "jana")', {"attribute": "email", "operator": "is_known"}):
            for path, body in (("/api/v1/segments/preview", {"definition": definition}), ("/api/v1/segments/explain", {"contact": "c1", "definition": definition}), ("/api/v1/segments/all/impact", {"definition": definition})):
                same(f"{who} asks {path} for {definition}", ask("POST", path, body).status, 403 if not isinstance(definition, dict) else ask("POST", path, body).status)
        same(f"{who}: what is plain", ask("POST", "/api/v1/segments/preview", {"definition": 'town = "Košice"'}).json["count"], 1)
        same(f"{who}: nothing is changed", ask("PATCH", "/api/v1/contacts/c1", {"attributes": {"town": "Prešov"}}).status, 403)
    s.call("PUT", "/api/v1/schema/personal/first_name", {"personal": False})
    s.kill()
    s.start()
    same("plain now, after a kill too", by(s, viewer, "GET", "/api/v1/contacts/c1").json["attributes"]["first_name"], "Jana")
    same("who is logged in sees himself", by(s, viewer, "GET", "/api/v1/sessions/current").json["user"]["login"], "viewer@shop.example")


def who_did_what(s):
    """Every change by API and every refused login, by whom, when and from where; no value of a person; in pages; also after kills."""
    user_id, session = first(s)
    s.call("POST", "/api/v1/sessions", {"login": "eva@shop.example", "password": "wrong password"}, key=None)
    s.call("POST", "/api/v1/sessions", {"login": "nobody@shop.example", "password": "wrong password"}, key=None)
    by(s, session, "PUT", "/api/v1/segments/vip", {"definition": "everyone"})
    by(s, session, "PUT", "/api/v1/segments/vip", {"definition": "everyone"})
    s.call("PUT", "/api/v1/segments/vip", {"definition": "not everyone"}, headers={"Idempotency-Key": "1"})
    s.call("PUT", "/api/v1/segments/vip", {"definition": "not everyone"}, headers={"Idempotency-Key": "1"})
    s.call("PUT", "/api/v1/segments/broken", {"definition": "nonsense"})
    s.call("PUT", "/api/v1/contacts/jana@shop.example", {"attributes": {"name": "Jana Nováková"}})
    s.call("PATCH", "/api/v1/contacts/other", {"attributes": {"name": "Eva"}})
    s.call("PUT", "/api/v1/lists/press")
    s.call("POST", "/api/v1/lists/press/add", {"contacts": ["jana@shop.example"]})
    s.call("PUT", "/api/v1/schema/tracked/name")
    key = s.call("POST", "/api/v1/keys", {"role": "read", "name": "dashboard"}).json
    s.call("POST", "/api/v1/clock/confirm")
    s.track({"type": "track", "userId": "u1", "event": "e"})
    s.call("POST", "/api/v1/segments/preview", {"definition": "everyone"})
    s.call("PUT", "/api/v1/lists/none", key="read")
    admin = "key " + next(one["id"] for one in s.call("GET", "/api/v1/keys").json["keys"] if one["role"] == "admin")
    user = "user " + user_id
    wanted = [(user, "first admin", "user", user_id), (user, "login", "session", ""), (user, "login refused", "session", ""), ("nobody", "login refused", "session", ""), (user, "set", "segment", "vip"), (admin, "set", "segment", "vip"),
              (admin, "set", "contact", "HASH"), (admin, "set", "contact", "HASH"), (admin, "set", "list", "press"), (admin, "add", "list", "press"), (admin, "set", "tracked", "name"), (admin, "make", "key", key["id"]), (admin, "confirm", "clock", "")]

    def entries(query=""):
        return s.call("GET", f"/api/v1/audit?{query}").json["entries"]

    def shape(entry):
        return entry["who"], entry["action"], entry["kind"], "HASH" if re.fullmatch("[0-9a-f]{16}", entry["key"]) else entry["key"]

    same("who did what", [shape(entry) for entry in entries()], wanted)
    same("from where, and when", {(entry["from"], entry["at"][:16]) for entry in entries()}, {("127.0.0.1", "2026-03-01T12:00")})
    same("no value of a person", any(word in s.call("GET", "/api/v1/audit").body.decode() for word in ("jana", "Jana", "eva@")), False)
    same("to one contact", [shape(entry)[:3] for entry in entries("contact=jana@shop.example")], [(admin, "set", "contact")])
    pages, after = [], 0
    while (page := s.call("GET", f"/api/v1/audit?after={after}&limit=4").json)["entries"]:
        pages, after = pages + page["entries"], page["next"]
    same("in pages", pages, entries())
    same("for admins alone", [s.call("GET", "/api/v1/audit", key=role).status for role in ("read", "write")], [403, 403])
    s.kill()
    s.start()
    same("after a kill", entries(), pages)
    s.stop()
    s.start()
    same("after a checkpoint", entries(), pages)
    s.call("DELETE", "/api/v1/contacts/jana@shop.example")
    same("who is erased is named no more", ([shape(entry) for entry in entries() if entry["kind"] == "contact"], entries("contact=jana@shop.example")),
         ([(admin, "set", "contact", ""), (admin, "set", "contact", "HASH"), (admin, "delete", "contact", "")], []))
    s.stop()
    s.at = ["--now", "2027-04-10T12:00:00Z"]
    s.start()
    s.call("PUT", "/api/v1/lists/late")
    last = s.call("GET", "/api/v1/audit").json
    same("after four hundred days", ([shape(entry) for entry in last["entries"]], last["oldest"], last["last"]), ([(admin, "set", "list", "late")], len(pages) + 2, len(pages) + 2))


def backups_and_doctors_keep_all_of_it(s):
    """Users, sessions, marks, the audit and kept answers are in a backup, and in what doctor takes out of a store."""
    _, session = first(s)
    s.call("PUT", "/api/v1/contacts/c1", {"attributes": {"town": "Košice"}})
    s.call("PUT", "/api/v1/schema/personal/town", {"personal": True})
    viewer = s.person("viewer")
    s.call("PUT", "/api/v1/webhooks/crm", {"address": "https://crm.example/"})
    key = s.call("POST", "/api/v1/keys", {"role": "read"}, headers={"Idempotency-Key": "1"})
    noted = s.call("GET", "/api/v1/audit").json["entries"]
    s.kill()  # the log is not yet in pages
    s.command("backup", str(s.folder / "backups"))
    before = s.command("verify").splitlines()[-1]
    origin = s.data
    for what in ("doctor", "backup"):
        s.data = str(s.folder / f"from {what}")
        if what == "backup":
            same("what restoring says", "1 webhooks are paused" in s.command("restore", str(s.folder / "backups")), True)
        else:
            restored, s.data = s.data, origin
            s.command("doctor", "--export", restored)
            s.data = restored
        if what == "doctor":
            same(f"{what}: the same state", s.command("verify").splitlines()[-1], before)
        s.start()
        headers = lambda one: {**one, "Origin": f"http://127.0.0.1:{s.port}"}  # noqa: E731
        same(f"{what}: no new first admin", s.setup_token, None)
        same(f"{what}: sessions are over after a restore alone", by(s, headers(session), "PUT", f"/api/v1/lists/{what}").status, 401 if what == "backup" else 200)
        viewer = s.log_in("viewer@shop.example", "a good password of viewer") if what == "backup" else headers(viewer)
        same(f"{what}: the mark", by(s, viewer, "GET", "/api/v1/contacts/c1").json["attributes"], {"town": "•••"})
        webhook = s.call("GET", "/api/v1/webhooks/crm").json
        same(f"{what}: the webhook", (webhook["state"], "restored from a backup" in str(webhook["why"])), ("paused", True) if what == "backup" else ("active", False))
        same(f"{what}: the answer", s.call("POST", "/api/v1/keys", {"role": "read"}, headers={"Idempotency-Key": "1"}).body, key.body)
        same(f"{what}: the audit", s.call("GET", "/api/v1/audit").json["entries"][:len(noted)], noted)
        s.kill()
    s.data = origin
    s.start()


def behind_a_proxy(s):
    """The address is the last that the proxy says; what whoever asks says before it counts for nothing. Pages come through https."""
    s.call("PUT", "/api/v1/lists/direct", headers={"X-Forwarded-For": "192.0.2.7"})
    s.stop()
    s.start("--behind-proxy")
    s.call("PUT", "/api/v1/lists/a", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.7"})
    s.call("PUT", "/api/v1/lists/b", headers={"X-Forwarded-For": "rubbish\tand more"})
    same("from where", [entry["from"] for entry in s.call("GET", "/api/v1/audit").json["entries"]], ["127.0.0.1", "192.0.2.7", "127.0.0.1"])
    cookie = s.call("POST", "/api/v1/users", {"login": "jana", "role": "viewer", "password": PASSWORD}) and s.call("POST", "/api/v1/sessions", {"login": "jana", "password": PASSWORD}, key=None).headers["Set-Cookie"]
    same("the cookie through TLS", re.sub(r"=[\w-]{43};", "=TOKEN;", cookie, count=1), "__Host-wanamaker=TOKEN; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200")
    session = s.person("marketer")
    same("another scheme", by(s, session, "PUT", "/api/v1/lists/c").status, 403)
    same("https", by(s, session, "PUT", "/api/v1/lists/c", Origin=session["Origin"].replace("http", "https")).status, 200)


sys.exit(run([the_first_admin_comes_by_a_link, links_end, sessions_begin_and_end, changes_come_from_own_pages, passwords_are_not_guessed, users_are_kept, nobody_is_locked_out_by_others, marketers_do_what_the_table_says, personal_values_are_masked, instants_tell_nobody_a_birth_date, who_did_what, backups_and_doctors_keep_all_of_it, behind_a_proxy]))
