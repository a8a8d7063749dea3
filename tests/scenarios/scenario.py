"""Reads a .scenario file and plays it through the referee.

    scenario NAME                     a new, empty workspace
    now T                             the clock while the following steps are taken
    zone NAME                         the workspace's zone
    contacts | accounts | records TYPE of contact | records TYPE of account | events
      column,column:type,…            a table, in CSV; the columns id, account, changed_at, contact, time, event, message_id have their meaning
      …
    set KEY: "value", "value"         list KEY: id, id         segment KEY (name:type=value): EXPR
    run WORDS                         a command, which succeeds         run fails WORDS => part of its message
    at T                              the instant from which the following definitions look
      EXPR -> id, id [row cell cell; row cell]       sweep = probe = these ids; what it covers
      EXPR -> (none)
      canonical EXPR => TEXT          the text the formatter prints
      refuse EXPR => part of the message
      explain ID EXPR since T until T               T or never
"""

import re
import shlex

ROLES = {
    "contacts": {"id": "--id", "account": "--account", "changed_at": "--changed-at"},
    "accounts": {"id": "--id"},
    "records": {"id": "--id", "contact": "--contact", "account": "--account"},
    "events": {"contact": "--contact", "time": "--time", "event": "--event-column", "message_id": "--message-id"},
}
TABLE = re.compile(r"(contacts|accounts|events|records (\S+) of (?:contact|account))$")
TAGS = re.compile(r"\s+\[([^\[\]]*)\]$")


class Player:
    """Plays the lines of one scenario. `checks` holds (line number, message or None) of each."""

    def __init__(self, name, referee, covered, rows):
        self.name, self.referee, self.covered, self.rows = name, referee, covered, rows
        self.at = None
        self.table = None
        self.checks = []

    def fail(self, number, message):
        self.checks.append((number, message))

    def line(self, number, line):
        if self.table is not None:
            if line.startswith("  "):
                self.table[2].append(line.strip())
                return
            self.end_table()
        text = line.strip()
        if not text or text.startswith("#"):
            return
        if line.startswith("  "):
            self.expectation(number, text)
        else:
            self.step(number, text)

    def end_table(self):
        if self.table is None:
            return
        number, kind, rows = self.table
        self.table = None
        words = kind.split()
        roles = ROLES[words[0]]
        header, types = [], []
        for column in rows[0].split(","):
            name, _, kind_of = column.partition(":")
            header.append(name)
            if kind_of:
                types += ["--type", f"{name}={kind_of}"]
        path = self.referee.file("\n".join([",".join(header), *rows[1:]]) + "\n")
        options = [word for name in header if name in roles for word in (roles[name], name)]
        self.command(number, ["import", *(words[:2] if words[0] == "records" else words[:1]), path, *options, *types, "--as-new"])

    def command(self, number, words, failing=None):
        answer = self.referee.command(*words)
        said = (answer["stdout"] + answer["stderr"]).strip()
        if failing is None:
            if answer["exit"] != 0:
                self.fail(number, f"{' '.join(words)}: {said}")
            elif words[0] == "import" and re.search(r"\b[1-9]\d* rejected", said):
                self.fail(number, f"{' '.join(words)}: {said}")
        elif answer["exit"] == 0 or failing not in said:
            self.fail(number, f"{' '.join(words)}: expected to fail with '{failing}', got {said}")
        else:
            self.checks.append((number, None))

    def step(self, number, text):
        word, _, rest = text.partition(" ")
        if TABLE.match(text):
            self.table = (number, text, [])
        elif word == "now":
            self.referee.ask(now=rest)
        elif word == "zone":
            self.command(number, ["config", "set", "zone", rest])
        elif word == "at":
            self.at = rest
        elif word == "run":
            failing = None
            if rest.startswith("fails "):
                rest, _, failing = rest[6:].rpartition(" => ")
            self.command(number, shlex.split(rest), failing)
        elif word == "set":
            key, _, values = rest.partition(":")
            self.command(number, ["set", "put", key, *re.findall(r'"([^"]*)"', values)])
        elif word == "list":
            key, _, ids = rest.partition(":")
            self.command(number, ["list", "put", key])
            if ids.strip():
                self.command(number, ["list", "add", key, *re.split(r",\s*", ids.strip())])
        elif word == "segment":
            key, parameters, rule = re.match(r"(\S+?)(?: \(([^()]*)\))?: (.*)$", rest).groups()
            options = [option for one in re.split(r",\s*", parameters or "") if one for option in ("--param", one)]
            self.command(number, ["segment", "put", key, rule, *options])
        else:
            self.fail(number, f"no such step: {text}")

    def expectation(self, number, text):
        tags = TAGS.search(text)
        if tags:
            text = text[: tags.start()]
        before = len(self.checks)
        if text.startswith("canonical "):
            self.canonical(number, *text[10:].rsplit(" => ", 1))
        elif text.startswith("refuse "):
            self.refuse(number, *text[7:].rsplit(" => ", 1))
        elif text.startswith("explain "):
            self.explain(number, *re.match(r"explain (\S+) (.*) since (\S+) until (\S+)$", text).groups())
        else:
            self.members(number, *text.rsplit(" -> ", 1))
        good = all(message is None for _, message in self.checks[before:])
        for tag in tags.group(1).split(";") if tags else []:
            row, *cells = tag.split()
            for cell in cells:
                if (row, cell) not in self.rows:
                    self.fail(number, f"no such row or cell: [{row} {cell}]")
                elif good:
                    self.covered.add((row, cell))

    def answer(self, number, definition, explain=False):
        answer = self.referee.definition(definition, self.at, explain)
        if "error" in answer:
            self.fail(number, f"{definition} at {self.at}: {answer['error']}")
            return None
        return answer

    def members(self, number, definition, expected):
        ids = [] if expected.strip() == "(none)" else sorted(re.split(r",\s*", expected.strip()), key=str.encode)
        answer = self.answer(number, definition)
        if answer is None:
            return
        for engine in ("sweep", "probe"):
            if answer[engine] != ids:
                self.fail(number, f"{definition} at {self.at}: expected {ids}, the {engine} says {answer[engine]}")
                return
        again = self.referee.definition(answer["text"], self.at)
        if again.get("text") != answer["text"] or again.get("sweep") != ids:
            self.fail(number, f"{definition}: its canonical text {answer['text']} does not come back: {again}")
            return
        self.checks.append((number, None))

    def canonical(self, number, definition, expected):
        answer = self.answer(number, definition)
        if answer is None:
            return
        good = answer["text"] == expected and answer["sweep"] == answer["probe"]
        again = self.referee.definition(expected, self.at)
        if not good:
            self.fail(number, f"{definition}: expected {expected}, got {answer['text']}")
        elif again.get("text") != expected or again.get("sweep") != answer["sweep"]:
            self.fail(number, f"{expected} does not come back: {again}")
        else:
            self.checks.append((number, None))

    def refuse(self, number, definition, expected):
        answer = self.referee.definition(definition, self.at)
        good = expected in answer.get("error", "")
        self.checks.append((number, None if good else f"{definition}: expected an error with '{expected}', got {answer}"))

    def explain(self, number, contact, definition, since, until):
        answer = self.answer(number, definition, True)
        if answer is None:
            return
        said = answer.get("intervals", {}).get(contact)
        wanted = {"since": since, "until": until}
        same = said is not None and all(instant(said[key]) == instant(wanted[key]) for key in wanted)
        self.checks.append((number, None if same else f"{definition} for {contact} at {self.at}: expected {wanted}, got {said}"))


def instant(text):
    """One spelling for one instant: no fraction of zeros."""
    return re.sub(r"\.0+(?=Z)", "", text)


def scenarios(path):
    """(name, [(line number, line)]) of each scenario of a file."""
    name, lines = None, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("scenario "):
            if name:
                yield name, lines
            name, lines = line[9:].strip(), []
        elif name:
            lines.append((number, line))
    if name:
        yield name, lines
