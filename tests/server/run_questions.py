"""Questions that take too long: they have an end, leave nothing behind, and keep neither others nor the end of the process waiting.

    python3 tests/server/run_questions.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time

from checks import run, same
from served import SECONDS_MAX

CONTACTS = 60_000  # of one account: each of them asked beside each other one takes minutes
SLOW = "any account contact (age > contact.age and score < contact.score)"
SLOW_BY_TIME = "any account contact (age of born > 20 and age > contact.age)"  # and time alone changes it
SLOW_SUM = "sum of score for account contact (age > contact.age) > 5"
QUICK = "age < 10"
TICK = os.sysconf("SC_CLK_TCK")


def large_account(s):
    """Stops the server and puts it in."""
    s.stop()
    lines = ["id,account,age,score,born"] + [f"c{i},firm,{i},{i},{1900 + i % 100}-01-01" for i in range(CONTACTS)]
    (s.folder / "people.csv").write_text("\n".join(lines) + "\n")
    s.command("import", "contacts", str(s.folder / "people.csv"), "--id", "id", "--account", "account", "--type", "age=number", "--type", "score=number", "--type", "born=date")


def seconds_worked(pid):
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def until_it_works(process):
    """Returns when a process has been at work for a while: what was asked of it is under way then."""
    before, ends = seconds_worked(process.pid), time.monotonic() + SECONDS_MAX
    while seconds_worked(process.pid) < before + 0.5:
        if process.poll() is not None or time.monotonic() > ends:
            raise AssertionError("it does not work on what it was asked")
        time.sleep(0.01)


def called(s, *words):
    """A program of the same machine, which asks the server where there is one."""
    # A shell that starts the tests in the background has SIGINT ignored, and so would these.
    heeds_interrupts = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen([s.program, "--data", s.data, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heeds_interrupts)


def ended(process):
    out, err = process.communicate(timeout=SECONDS_MAX)
    return process.returncode, out, err


def a_question_has_an_end(s):
    """Beyond its time it is told to be too long, and what to do; others were waiting for no longer, and what is asked next is right."""
    large_account(s)
    s.start("--question-seconds", "1")
    others = []
    other = threading.Thread(target=lambda: others.append(s.call("POST", "/api/v1/segments/preview", {"definition": QUICK})))
    other.start()
    for definition in (SLOW, SLOW_SUM, f"{QUICK} or {SLOW}", f"top 3 by age among ({SLOW})"):
        came = s.call("POST", "/api/v1/segments/preview", {"definition": definition})
        same(definition, (came.status, came.json["code"], "longer than the 1 s" in came.json["title"], "each pair of contacts of an account" in came.json["hint"]), (422, "takes_too_long", True, True))
    other.join()
    same("another's meanwhile", (others[0].status, others[0].json["count"]), (200, 10))
    came = s.call("POST", "/api/v1/segments/preview", {"definition": QUICK})
    same("what comes next", (came.status, came.json["count"]), (200, 10))
    same("one contact of the account", s.call("POST", "/api/v1/segments/explain", {"contact": "c5", "definition": SLOW}).json["member"], False)
    same("by a program", (lambda code, out, err: (code, out, "longer than the 1 s" in err, "each pair" in err))(*ended(called(s, "count", SLOW))), (1, "", True, True))


def what_would_take_too_long_is_not_kept(s):
    """A definition whose members are not found in time is refused before it is written, however it comes; so the next start has nothing to do with it."""
    large_account(s)
    s.start("--question-seconds", "1")
    last = s.call("GET", "/api/v1/changes").json["last"]
    for definition in (SLOW, SLOW_BY_TIME):
        for headers in (None, {"Idempotency-Key": "again"}):
            came = s.call("PUT", "/api/v1/segments/slow", {"definition": definition}, headers=headers)
            same(f"{definition}, {headers}", (came.status, came.json["code"]), (422, "takes_too_long"))
    same("by a program", [ended(called(s, "segment", "put", "slow", SLOW, *words))[0] for words in ((), ("--kind", "snapshot"))], [1, 1])
    same("an edit too", [s.call("PUT", "/api/v1/segments/good", {"definition": definition}).status for definition in (QUICK, SLOW)], [201, 422])
    seen = lambda: (s.call("GET", "/api/v1/segments/slow").status, s.call("GET", "/api/v1/lists").json["lists"], s.call("GET", "/api/v1/segments/good").json["definition"], s.call("GET", "/api/v1/segments/good/members").json["total"])
    same("nothing of it is there", seen(), (404, [], QUICK, 10))
    same("and nobody moved", s.call("GET", "/api/v1/changes").json["last"], last + 10)
    s.kill()
    s.start("--question-seconds", "1")
    same("after a kill", seen(), (404, [], QUICK, 10))


def who_stops_asking_is_not_worked_for(s):
    """A program that is interrupted ends at once, with the code for it, and the server goes on with what others ask, whatever time questions have."""
    large_account(s)
    alone = called(s, "count", SLOW)
    until_it_works(alone)
    alone.send_signal(signal.SIGINT)
    same("without a server", ended(alone), (-signal.SIGINT, "", ""))  # which a shell calls 130
    put = called(s, "segment", "put", "slow", SLOW)
    until_it_works(put)
    put.send_signal(signal.SIGINT)
    same("who saves what takes long", ended(put), (-signal.SIGINT, "", ""))
    same("has kept nothing", json.loads(s.command("--json", "segment", "list"))["segments"], [])
    s.start("--question-seconds", "0")
    beside = called(s, "count", SLOW)
    until_it_works(s.process)
    beside.send_signal(signal.SIGINT)
    same("beside one", ended(beside), (-signal.SIGINT, "", ""))
    came = s.call("POST", "/api/v1/segments/preview", {"definition": QUICK})
    same("others are answered", (came.status, came.json["count"]), (200, 10))


def sent(s, definition, key="admin", connection=None):
    """A connection over which a preview was asked for, and nothing is read yet."""
    body = json.dumps({"definition": definition})
    connection = connection or socket.create_connection(("127.0.0.1", s.port), timeout=SECONDS_MAX)
    connection.sendall(f"POST /api/v1/segments/preview HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {s.keys[key]}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    return connection


def all_of(connection):
    with connection:
        came = b""
        while part := connection.recv(65536):
            came += part
        return came.decode()


def stopped(s, why):
    return f'wanamaker_questions_stopped_total{{why="{why}"}} 1\n' in s.call("GET", "/metrics").body.decode()


def who_hangs_up_is_not_worked_for(s):
    """A client over HTTP that closes its connection ends its question; one that only says more, or has no more to say, does not."""
    large_account(s)
    s.start("--question-seconds", "0")
    gone = sent(s, SLOW)
    until_it_works(s.process)
    gone.close()
    came = s.call("POST", "/api/v1/segments/preview", {"definition": QUICK})  # which comes to its turn when the other is stopped: that would take minutes
    same("others are answered", (came.status, came.json["count"], stopped(s, "asker_gone")), (200, 10, True))
    s.stop()
    s.start("--question-seconds", "1")
    both = sent(s, QUICK, connection=sent(s, SLOW))
    both.sendall(b"GET /livez HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    came = all_of(both)
    same("what comes behind a question is no hang-up", [came.count(f"HTTP/1.1 {status}") for status in (422, 200)], [1, 2])
    same("which was too long", (stopped(s, "too_long"), stopped(s, "asker_gone")), (True, False))
    finished = sent(s, QUICK)
    finished.shutdown(socket.SHUT_WR)
    same("who has no more to say is answered where that is quick", all_of(finished).startswith("HTTP/1.1 200"), True)


def one_who_asks_much_holds_up_nobody_for_long(s):
    """Behind twelve long questions of one key another key's is answered after the one that is being asked, or one more."""
    large_account(s)
    s.start("--question-seconds", "1")
    greedy = [sent(s, SLOW, key="read") for _ in range(12)]
    until_it_works(s.process)
    answered = lambda: len(select.select(greedy, [], [], 0)[0])
    before = answered()
    came = s.call("POST", "/api/v1/segments/preview", {"definition": QUICK})
    same("another's question", (came.status, came.json["count"], answered() - before <= 2), (200, 10, True))
    for connection in greedy:
        connection.close()


def the_end_waits_for_no_question(s):
    """SIGTERM: what is asked and takes long is told so, whoever asks, and the process ends with 0."""
    large_account(s)
    s.start("--question-seconds", "0")
    answers = []
    asker = threading.Thread(target=lambda: answers.append(s.call("POST", "/api/v1/segments/preview", {"definition": SLOW})))
    asker.start()
    until_it_works(s.process)
    beside = called(s, "count", SLOW)
    same("the process", s.stop(), 0)
    asker.join()
    same("who asked", (answers[0].status, answers[0].json["code"], answers[0].headers["Retry-After"]), (503, "interrupted", "1"))
    same("a program", ended(beside)[0] in (130, 7), True)  # told, or not let in any more
    s.start()
    same("and it starts again", s.call("POST", "/api/v1/segments/preview", {"definition": QUICK}).json["count"], 10)


if __name__ == "__main__":
    sys.exit(run([a_question_has_an_end, what_would_take_too_long_is_not_kept, who_stops_asking_is_not_worked_for, who_hangs_up_is_not_worked_for, one_who_asks_much_holds_up_nobody_for_long, the_end_waits_for_no_question]))
