"""Commands while a server holds the store: each says what it says without one, and does the same.

    python3 tests/server/run_beside.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import fcntl
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

from checks import run, same
from served import SECONDS_MAX

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
TAKEN = re.compile(r'"(median|min)_ms":[\d.]+')
SECRET = re.compile(r"\b(?:[a-z]k_[\w-]+|[0-9a-f]{12})\b")
FILES = {
    "people.csv": "id,town,seats,born\na1,Košice,3,1990-02-28\na2,Prešov,x,\na3,Žilina,5,1985-05-05\n",
    "firms.csv": "id,industry\nf1,Retail\n",
    "tickets.csv": "id,contact,stage\nt1,a1,open\n",
    "orders.ndjson": '{"who":"a1","at":"2026-02-01T10:00:00Z","total":12.5}\n{"who":"a3","at":"2026-02-02T10:00:00Z","total":1}\n{"who":"a9","at":"never","total":1}\n',
    "good.segment": 'town = "Košice"\n', "bad.segment": 'town = = "Košice"\n', "map.json": '{"columns": {"town": "city"}}',
}
# In order, on two stores: words, and whether numbers of the files count.
COMMANDS = [
    "import contacts people.csv --id id --type seats=number --type born=date", "import contacts people.csv --id id --type seats=number --type born=date --json", "import contacts people.csv --id id --map map.json --dry-run",
    "import accounts firms.csv --id id", "import records ticket tickets.csv --id id --contact contact", "import events orders.ndjson --contact who --time at --event order_completed", "import events none.csv --contact who --time at --event order_completed",
    "import events orders.ndjson --contact who --time at --event order_completed --known-contacts-only --as-new --rejects mine.rejects.csv", "import contacts people.csv --id none",
    "schema", "schema show --json", "schema set plan --type text --history", "schema set seats --type text --dry-run", "schema set seats --type datum", "schema track plan --by jana", "schema untrack plan", "schema declare event seen", "schema declare record visit", "schema declare event ticket",
    "count everyone", "count everyone --json", "count|town = \"Košice\" or did order_completed ever", "count|town = = 1", "count|did order_complete ever", "count|town = \"Košice\" --verify", "members|did order_completed ever", "members everyone --json", "members everyone --at 2020-01-01",
    "explain a1|did order_completed ever --at 2026-02-03T00:00:00Z", "explain a1|town = \"Košice\" --json --at 2026-02-03T00:00:00Z", "explain nobody everyone", "export everyone --columns town,seats", "export everyone --columns town --ndjson", "export everyone --csv --ndjson",
    "segment put buyers|did order_completed ever --by jana --note first", "segment put buyers|did order_completed at least 1 times --json", "segment put towns|town = $town --param town:text=Košice", "segment put broken|town = = 1", "segment put then everyone --kind snapshot --by jana",
    "segment list", "segment list --json", "segment show buyers", "segment show towns --json", "segment show buyer", "segment members buyers", "segment members buyers --json", "segment members buyers --at 2026-02-01T12:00:00Z", "segment members buyers --known-at 2020-01-01", "segment versions buyers", "segment diff buyers", "segment diff buyers --json",
    "segment restore buyers --version 1", "segment add buyers a2 --by jana", "segment remove buyers a1 --json", "segment reset buyers a1", "segment due buyers", "segment due buyers --until 2030-01-01 --json", "segment history buyers", "segment impact buyers|not everyone", "segment freeze buyers frozen --by jana",
    "segment check good.segment", "segment check bad.segment", "segment check none.segment", "segment format good.segment", "segment json|town = \"Košice\"",
    "changes", "changes --segment buyers --json", "changes --after 999",
    "list put press", "list add press a1 a2 --by jana --note telephone", "list remove press a2", "list show press", "list show press --csv", "list show none", "list list", "list list --json", "list lock press --by jana", "list add press a3", "list unlock press", "list delete frozen", "list delete press --json", "set put towns Košice Prešov",
    "config set zone Europe/Bratislava", "config set zone Europe/Nowhere", "contact show a1", "contact show a1 --json", "contact show nobody", "contact segments a1", "contact segments a1 --json", "contact merge a2 a1", "contact merge a2 a1", "contact erase a3", "contact erase a3 --now", "contact erase a3", "contact show a3",
    "key add --role read --name dashboard", "key list", "key list --json", "key add --role read --json", "key revoke none", "segment delete buyers", "segment delete buyers --json",
]
NUMBERS_DIFFER = ["stats", "stats --json", "checkpoint", "checkpoint --json", "checkpoint --compact", "backup backups", "backup backups --json"]
NOT_TO_A_SERVER = ["verify", "restore backups", "doctor", "list import press people.csv", "demo"]
WITHOUT_A_STORE = ["serve", "config check", "config show"]


def words_of(text):
    """"a b|c d --e": the definition stands behind | up to the first flag."""
    before, bar, rest = text.partition("|")
    definition, flag, flags = rest.partition(" --")
    return before.split() + ([definition] if bar else []) + (("--" + flags).split() if flag else [])


def leaves(program, path=()):
    """All commands, as the program's own help lists them."""
    text = subprocess.run([program, *path, "--help"], capture_output=True, text=True, timeout=SECONDS_MAX).stdout
    _, listed, rest = text.partition("\nSubcommands:\n")
    names = re.findall(r"^  ([a-z]+)\b", rest, re.M) if listed else []
    return [leaf for name in names for leaf in leaves(program, (*path, name))] or [" ".join(path)]


def asked(program, folder, words):
    done = subprocess.run([program, "--data", "store", *words], cwd=folder, capture_output=True, text=True, timeout=SECONDS_MAX)
    return done.returncode, done.stdout, done.stderr


def seen(came, masks):
    code, *texts = came
    for mask, sign in masks:
        texts = [mask.sub(sign, text) for text in texts]
    return code, *texts


def asked_at(words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS_MAX)
    return done.returncode, done.stdout, done.stderr


def serve(program, folder):
    server = subprocess.Popen([program, "--data", "store", "serve", "--listen", "127.0.0.1:0", "--log", "errors"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in server.stdout:
        if line.startswith("  Events"):
            return server
    raise AssertionError("the server did not start")


def end(server):
    server.send_signal(signal.SIGTERM)
    server.wait(SECONDS_MAX)
    server.stdout.close()


def two_folders(s):
    folders = [s.folder / name for name in ("alone", "beside")]
    for folder in folders:
        folder.mkdir()
        for name, text in FILES.items():
            (folder / name).write_text(text)
        asked(s.program, folder, ["list", "put", "first"])
    return folders


def every_command_says_the_same(s):
    """One store without a server, one with: text, JSON, errors and exit codes, and in the end what is in them."""
    alone, beside = two_folders(s)
    server = serve(s.program, beside)
    try:
        for texts, masks in ((COMMANDS, [(INSTANT, "T"), (TAKEN, "MS"), (SECRET, "K")]), (NUMBERS_DIFFER, [(INSTANT, "T"), (re.compile(r"\d+"), "N")])):
            for text in texts:
                same(text, *(seen(asked(s.program, folder, words_of(text)), masks) for folder in (beside, alone)))
        for text in NOT_TO_A_SERVER:
            code, out, err = asked(s.program, beside, words_of(text))
            same(f"{text}: why not", (code, out, "error: " in err, "hint: " in err), (7, "", True, True))
        same("nor at another instant", asked(s.program, beside, ["--now", "2026-01-01T00:00:00Z", "count", "everyone"])[0], 7)
        same("rejects are where whoever asked is", sorted(path.name for path in beside.glob("*.rejects.csv")), sorted(path.name for path in alone.glob("*.rejects.csv")))
        same("and are the same", [path.read_text() for path in sorted(beside.glob("*.rejects.csv"))], [path.read_text() for path in sorted(alone.glob("*.rejects.csv"))])
    finally:
        end(server)
    same("no command is forgotten", {leaf for leaf in leaves(s.program) if not any(text == leaf or text.startswith((leaf + " ", leaf + "|")) for text in COMMANDS + NUMBERS_DIFFER + NOT_TO_A_SERVER + WITHOUT_A_STORE)}, set())
    for text in ("schema show --json", "members everyone", "list list --json", "segment list --json", "contact show a1"):
        same(f"afterwards: {text}", *(seen(asked(s.program, folder, words_of(text)), [(INSTANT, "T")]) for folder in (beside, alone)))
    same("whole", asked(s.program, beside, ["verify"])[0], 0)


def who_may_come_in(s):
    """The socket is its owner's, goes with the server, and nobody waits for one that was killed."""
    path = Path(s.data) / "server.socket"
    same("its owner's", (stat.S_ISSOCK(path.stat().st_mode), stat.S_IMODE(path.stat().st_mode), path.stat().st_uid), (True, 0o600, os.getuid()))
    s.kill()
    same("a server that was killed leaves it", (path.exists(), subprocess.run([s.program, "--data", s.data, "count", "everyone"], capture_output=True, text=True).returncode), (True, 0))
    s.start()
    deep = s.folder.joinpath(*["d" * 60] * 4)
    deep.mkdir(parents=True)
    server = serve(s.program, deep)
    same("however deep it lies", asked(s.program, deep, ["count", "everyone"])[:2], (0, "0\n"))
    end(server)
    same("gone with the server", (deep / "store/server.socket").exists(), False)
    for rubbish in (b"", b"GET / HTTP/1.1\r\n\r\n", b"c\xff\xff\xff\xff", b"c\x03\x00\x00\x00abc", b"i\x01\x00\x00\x00\x09", b"z\x00\x00\x00\x00", b"h\x05\x00\x00\x00"):
        with socket.socket(socket.AF_UNIX) as stream:
            stream.settimeout(SECONDS_MAX)
            stream.connect(str(path))
            stream.sendall(rubbish)
            stream.shutdown(socket.SHUT_WR)
            try:
                while stream.recv(4096):
                    pass
            except ConnectionResetError:
                pass
    same("rubbish hurts nobody", subprocess.run([s.program, "--data", s.data, "count", "everyone"], capture_output=True, text=True).stdout, "0\n")


def a_server_that_starts_or_ends_is_waited_for(s):
    """No socket is there, but the sign of a server is: a command waits for it, and says with 7 that it did in vain; where another command holds the
    store it is 6, and where nobody does, the command runs."""
    door, away = Path(s.data) / "server.socket", Path(s.data) / "server.away"
    words = [s.program, "--data", s.data, "count", "everyone"]
    door.rename(away)  # as before it is there
    code, out, err = asked_at(words)
    same("in vain", (code, out, "a server holds the store" in err, "hint: give the command again when" in err), (7, "", True, True))
    code, out, err = asked_at([*words, "--json"])
    same("in JSON", (code, json.loads(err)["code"]), (7, "unreachable"))
    waits = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    away.rename(door)
    same("not in vain", (waits.communicate(timeout=SECONDS_MAX), waits.returncode), (("0\n", ""), 0))
    same("what goes to no server", (json.loads(asked_at([*words, "--json", "--now", "2026-01-01T00:00:00Z"])[2])["code"]), "unreachable")
    s.stop()
    same("nobody holds it", asked_at(words), (0, "0\n", ""))
    sign = os.open(s.data, os.O_RDONLY)
    fcntl.flock(sign, fcntl.LOCK_SH)  # a server that opens the store, and is killed meanwhile
    waits = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    os.close(sign)
    same("it is gone", (waits.communicate(timeout=SECONDS_MAX), waits.returncode), (("0\n", ""), 0))


def what_it_does_is_noted(s):
    """Changes stand in the audit as local, with no id of a person; keys count at once, and are revoked at once."""
    local = lambda *words: subprocess.run([s.program, "--data", s.data, *words], capture_output=True, text=True, timeout=SECONDS_MAX)  # noqa: E731
    key = local("key", "add", "--role", "read", "--name", "dashboard").stdout.strip()
    same("a key counts at once", s.call("GET", "/api/v1/stats", key=key).status, 200)
    id_of = next(entry["id"] for entry in s.call("GET", "/api/v1/keys").json["keys"] if entry["name"] == "dashboard")
    local("key", "revoke", id_of)
    same("until it is revoked", s.call("GET", "/api/v1/stats", key=key).status, 401)
    (s.folder / "people.csv").write_text("id\njana\neva\n")
    local("import", "contacts", str(s.folder / "people.csv"), "--id", "id")
    local("segment", "put", "all", "everyone")
    local("contact", "merge", "eva", "jana")
    local("contact", "erase", "jana")
    entries = [(entry["who"], entry["action"], entry["kind"], entry["from"]) for entry in s.call("GET", "/api/v1/audit").json["entries"] if entry["who"] == "local"]
    same("noted", sorted(entries), sorted([("local", "add", "key", "local"), ("local", "revoke", "key", "local"), ("local", "make", "import", "local"), ("local", "put", "segment", "local"), ("local", "merge", "contact", "local"), ("local", "erase", "contact", "local")]))
    same("nobody is named", any(name in s.call("GET", "/api/v1/audit").body.decode() for name in ("jana", "eva")), False)
    local("count", "everyone")
    same("questions are not", len([1 for entry in s.call("GET", "/api/v1/audit").json["entries"] if entry["who"] == "local"]), 6)


def an_import_that_is_cut_goes_on(s):
    """The server is killed in the middle of a file: what was taken in stays, and the same command goes on behind it without a server."""
    rows = 400_000
    (s.folder / "many.csv").write_text("id,seats\n" + "".join(f"c{i},{i % 97}\n" for i in range(rows)))
    words = [s.program, "--data", s.data, "import", "contacts", str(s.folder / "many.csv"), "--id", "id", "--type", "seats=number"]
    client = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=s.folder)
    s.until("/api/v1/stats", lambda stats: stats["contacts"] > 0)
    s.kill()
    out, err = client.communicate(timeout=SECONDS_MAX)
    there = int(subprocess.run([s.program, "--data", s.data, "count", "everyone"], capture_output=True, text=True, timeout=SECONDS_MAX).stdout)
    if client.returncode != 0:  # unless it was done already
        same("it says so", (client.returncode, out, "error: the server has ended; " in err, err.count("hint: "), err.count("give the same command again: it goes on behind"), there < rows), (1, "", True, 1, 1, True))
    done = subprocess.run(words, capture_output=True, text=True, cwd=s.folder, timeout=SECONDS_MAX)
    same("it goes on", (done.returncode, f"taken in before {there}" in done.stdout or there == 0, subprocess.run([s.program, "--data", s.data, "count", "everyone"], capture_output=True, text=True).stdout), (0, True, f"{rows}\n"))


def an_import_takes_no_standard_input(s):
    """Its file is read twice; - is told so, with a server and without."""
    words = [s.program, "--data", s.data, "import", "contacts", "-", "--id", "id"]
    told = [asked_at(words)]
    s.stop()
    told.append(asked_at(words))
    same("told", told, [(2, "", "wanamaker: error: an import reads its file twice, so it takes no standard input\nhint: write the rows to a file first and name that; a file that is called - is named ./-\n")] * 2)


def known_contacts_are_asked_for_at_once(s):
    """Events of known contacts alone, beside a server: the same rows go in and the same are rejected as without one."""
    (s.folder / "known.csv").write_text("id\n" + "".join(f"c{i}\n" for i in range(0, 30_000, 3)))
    (s.folder / "all.csv").write_text("who,at\n" + "".join(f"c{i},2026-01-01T00:00:00Z\n" for i in range(30_000)))
    told = []
    for store in (s.data, str(s.folder / "alone")):
        command = lambda *words: asked_at([s.program, "--data", store, "import", *words, "--json"])  # noqa: E731
        command("contacts", str(s.folder / "known.csv"), "--id", "id")
        for more in (("--dry-run",), ()):
            code, out, _ = command("events", str(s.folder / "all.csv"), "--contact", "who", "--time", "at", "--event", "seen", "--known-contacts-only", "--rejects", str(s.folder / "rejects.csv"), *more)
            report = json.loads(out)
            told.append((code, {key: value for key, value in report.items() if key.startswith("rows_")}, (s.folder / "rejects.csv").read_text()))
    same("beside as alone", told[:2], told[2:])
    same("rows", (told[1][1]["rows_applied"], told[1][1]["rows_rejected"], told[0][1]["rows_applicable"]), (10_000, 20_000, 10_000))
    same("rejects", told[1][2].splitlines()[:2], ["who,at,row,code,reason", "c1,2026-01-01T00:00:00Z,2,unknown_contact,\"no contact with this id is known, and the import is limited to known ones\""])


def imports_at_once_take_each_row_once(s):
    """The same file by two commands and over HTTP at once: one imports, the others wait their turn or are told to come again."""
    rows = 30_000
    text = "who,at\n" + "".join(f"c{i},2026-01-01T00:00:{i % 60:02}Z\n" for i in range(rows))
    (s.folder / "twice.csv").write_text(text)
    words = [s.program, "--data", s.data, "import", "events", "twice.csv", "--contact", "who", "--time", "at", "--event", "seen_twice"]
    clients = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=s.folder) for _ in range(2)]
    job = s.call("POST", "/api/v1/imports?kind=events&contact=who&time=at&event=seen_twice&name=twice.csv", text).json
    ends = []
    for client in clients:
        out, err = client.communicate(timeout=SECONDS_MAX)
        ends.append((client.returncode, "" if client.returncode == 0 else err.splitlines()[0]))
    same("who came too soon is told", all(end[0] == 0 or (end[0] == 6 and "another import is under way" in end[1]) for end in ends), True)
    s.until(f"/api/v1/imports/{job['id']}", lambda said: said["state"] == "done")
    again = subprocess.run(words, capture_output=True, text=True, cwd=s.folder, timeout=SECONDS_MAX)
    same("again takes nothing", (again.returncode, f"taken in before {rows}" in again.stdout), (0, True))
    same("each row once", s.count("did seen_twice exactly 1 times"), rows)


sys.exit(run([every_command_says_the_same, who_may_come_in, a_server_that_starts_or_ends_is_waited_for, an_import_takes_no_standard_input, known_contacts_are_asked_for_at_once, what_it_does_is_noted, an_import_that_is_cut_goes_on, imports_at_once_take_each_row_once]))
