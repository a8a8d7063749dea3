"""What serve is told: by a file, the environment and flags, each over the one before; and the unit that starts it.

    python3 tests/server/run_config.py BUILD_DIR
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from checks import PASSED, PROBLEMS, same
from served import SECONDS_MAX

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = str(Path(sys.argv[1]).resolve() / "wanamaker")
DEFAULTS = {"data": "./wanamaker-data", "listen": "127.0.0.1:8080", "behind_proxy": "false", "tls_cert": "", "tls_key": "", "backups": "", "allow_private_webhooks": "false", "requests_per_key": "2000", "writes_in_hand_kib": "16384", "question_seconds": "10", "log": "requests"}


def ask(*words, variables=None):
    own = {name: value for name, value in os.environ.items() if not name.startswith("WANAMAKER_")}
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=SECONDS_MAX, env={**own, **(variables or {})})


def shown(*words, variables=None):
    done = ask("config", "show", "--json", *words, variables=variables)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return {one["key"]: (one["value"], one["from"]) for one in json.loads(done.stdout)["settings"]}


def who_counts_more(folder):
    """Defaults < file < environment < flags; what holds says from where it is."""
    file = folder / "wanamaker.conf"
    file.write_text('# a comment\nlisten = 127.0.0.1:1   # and another\n\n  requests_per_key=5\nbackups = "a \\"b\\" # c"\nbehind_proxy = true\n')
    same("defaults", shown(), {key: (value, "default") for key, value in DEFAULTS.items()})
    wanted = {**{key: (value, "default") for key, value in DEFAULTS.items()}, "listen": ("127.0.0.1:1", f"{file}:2"), "requests_per_key": ("5", f"{file}:4"), "backups": ('a "b" # c', f"{file}:5"), "behind_proxy": ("true", f"{file}:6")}
    same("a file", shown("--config", str(file)), wanted)
    variables = {"WANAMAKER_CONFIG": str(file), "WANAMAKER_LISTEN": "127.0.0.1:2", "WANAMAKER_DATA": "elsewhere", "WANAMAKER_ALLOW_PRIVATE_WEBHOOKS": "true"}
    wanted |= {"listen": ("127.0.0.1:2", "WANAMAKER_LISTEN"), "data": ("elsewhere", "WANAMAKER_DATA"), "allow_private_webhooks": ("true", "WANAMAKER_ALLOW_PRIVATE_WEBHOOKS")}
    same("the environment", shown(variables=variables), wanted)
    wanted |= {"listen": ("127.0.0.1:3", "--listen"), "data": ("here", "--data"), "behind_proxy": ("false", "--behind-proxy")}
    same("flags", shown("--listen", "127.0.0.1:3", "--data", "here", "--behind-proxy=false", variables=variables), wanted)
    lines = ask("config", "show", "--config", str(file)).stdout.splitlines()
    same("for people", [line.split() for line in lines if line.startswith(("listen", "log", "tls_key"))], [["listen", "127.0.0.1:1", f"{file}:2"], ["tls_key", "-", "default"], ["log", "requests", "default"]])


def what_is_wrong_is_said(folder):
    """All of it, each with file, line and column, what was expected and what to do."""
    file = folder / "bad.conf"
    for text, place, words in (("listne = 127.0.0.1:1\n", "1:1", "Did you mean 'listen'?"), ("\n  log = loud\n", "2:9", "'log' takes requests or errors"), ("listen = 8080\n", "1:10", "ADDRESS:PORT"), ("listen = a:70000\n", "1:10", "ADDRESS:PORT"), ("requests_per_key = many\n", "1:20", "a whole number from 0 to 1000000"),
                               ("requests_per_key = -1\n", "1:20", "a whole number"), ("behind_proxy = yes\n", "1:16", "true or false"), ("data =\n", "1:7", "a path"), ("data\n", "1:5", "expected '='"), ("= a\n", "1:1", "expected a setting"), ('data = "a\n', "1:8", "not closed"), ("data = a b\n", "1:10", "behind the value"),
                               ("[server]\n", "1:1", "expected a setting"), ("log = errors\nlog = errors\n", "2:1", "stands twice"), ("tls_cert = a\n", "1:12", "'tls_cert' needs 'tls_key'")):
        file.write_text(text)
        came = ask("config", "check", str(file))
        same(f"{text!r}", (came.returncode, came.stderr.startswith(f"{file}:{place}: error: "), words in came.stderr, "hint: " in came.stderr), (4, True, True, True))
        same(f"{text!r}, serve", (ask("serve", "--config", str(file)).returncode, ask("config", "show", "--config", str(file)).returncode), (4, 4))
    file.write_text("a = 1\nlog = errors\nb = 2\n")
    same("all at once", [line.split(": ")[0] for line in ask("config", "check", str(file)).stderr.splitlines() if "error" in line], [f"{file}:1:1", f"{file}:3:1"])
    same("as JSON", [(fault["line"], fault["column"]) for fault in json.loads(ask("config", "check", str(file), "--json").stdout)["faults"]], [(1, 1), (3, 1)])
    file.write_text("log = errors\n")
    good = ask("config", "check", str(file))
    same("a good one", (good.returncode, good.stdout, good.stderr), (0, f"{file}: good, 1 settings\n", ""))
    same("none", [ask("config", "check", str(folder / "none")).returncode, ask("serve", "--config", str(folder / "none")).returncode], [3, 3])
    (folder / "nothing.pem").write_text("nothing\n")
    for text, place, words in ((f"log = errors\nlisten = 0.0.0.0:0\n", "2:10", "others can reach this address"), ("listen = somewhere:80\n", "1:10", "expected an address and a port"), ("listen = 127.0.0.1:99999\n", "1:10", "ADDRESS:PORT"),
                               (f"tls_key = {folder}/nothing.pem\ntls_cert = {folder}/none.pem\n", "2:12", "there is no such file"), (f"tls_cert = {folder}/nothing.pem\ntls_key = {folder}/nothing.pem\n", "1:12", "no certificate in PEM")):
        file.write_text(text)
        came = ask("config", "check", str(file))
        same(f"{text!r}: as serve does", (came.returncode, came.stderr.startswith(f"{file}:{place}: error: "), words in came.stderr, "--tls" in came.stderr or "--listen" in came.stderr), (4, True, True, False))
        same(f"{text!r}: serve", ask("serve", "--config", str(file), "--data", str(folder / "unserved")).returncode not in (0, 1), True)
    file.write_text("listen = 0.0.0.0:0\nbehind_proxy = true\n")
    same("behind a proxy", ask("config", "check", str(file)).returncode, 0)
    for variables, words in (({"WANAMAKER_LOG": "loud"}, "WANAMAKER_LOG takes requests or errors"), ({"WANAMAKER_DATA": ""}, "it is empty: unset it"), ({"WANAMAKER_REQUESTS_PER_KEY": "1e3"}, "WANAMAKER_REQUESTS_PER_KEY takes a whole number")):
        came = ask("config", "show", variables=variables)
        same(f"{variables}", (came.returncode, words in came.stderr), (2, True))


def serve_is_told_so(folder):
    """It serves the store of the file, on the port of the environment; other names of the environment are noted."""
    file = folder / "serve.conf"
    file.write_text(f'data = "{folder}/store"\nlog = errors\nrequests_per_key = 7\n')
    ask("--data", str(folder / "store"), "key", "add", "--role", "admin")
    server = subprocess.Popen([PROGRAM, "serve", "--config", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "WANAMAKER_LISTEN": "127.0.0.1:0", "WANAMAKER_LISTEM": "x"})
    line = server.stdout.readline()
    same("ready", f"data {folder}/store" in line, True)
    server.terminate()
    out, err = server.communicate(timeout=SECONDS_MAX)
    same("the port is a free one", "http://127.0.0.1:8080" in out, False)
    same("noted", "WANAMAKER_LISTEM in the environment is no setting. Did you mean WANAMAKER_LISTEN?" in err, True)


def the_unit_is_good(folder):
    """As systemd reads it, and as our own settings do."""
    unit = (ROOT / "packaging/wanamaker.service").read_text()
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart=")).partition("=")[2].split()
    same("what it starts", command[1:3], ["serve", "--config"])
    same("its settings", ask("config", "check", str(ROOT / "packaging/wanamaker.conf")).returncode, 0)
    if shutil.which("systemd-analyze") is None:
        return
    (folder / "wanamaker.service").write_text(unit.replace(command[0], PROGRAM))
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", str(folder / "wanamaker.service")], capture_output=True, text=True, timeout=SECONDS_MAX)
    same("verified", (verified.returncode, [line for line in verified.stderr.splitlines() if "wanamaker.service" in line]), (0, []))


def main():
    with tempfile.TemporaryDirectory() as name:
        for test in (who_counts_more, what_is_wrong_is_said, serve_is_told_so, the_unit_is_good):
            try:
                test(Path(name))
            except Exception as fault:  # the others still run
                PROBLEMS.append(f"{test.__name__}: {type(fault).__name__}: {fault}")
    for problem in PROBLEMS:
        print(problem)
    print(f"{len(PASSED)} passed, {len(PROBLEMS)} failed")
    return 1 if PROBLEMS else 0


sys.exit(main())
