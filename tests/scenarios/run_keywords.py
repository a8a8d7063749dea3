"""Feeds every word of docs/reference/grammar.ebnf as the name of an attribute, an event and a property.

Reserved words stand in back-ticks, all other words bare, and bare words in back-ticks too: python3 tests/scenarios/run_keywords.py BUILD_DIR
"""

import re
import sys
from pathlib import Path

from referee import Referee

GRAMMAR = Path(__file__).resolve().parent.parent.parent / "docs" / "reference" / "grammar.ebnf"
NOW = "2024-06-01T00:00:00Z"
# Words that a bare reading takes for something else where they stand; there the name needs its back-ticks.
TAKEN = {
    "attribute": {"account"},  # account.x, account is known
    "event": set(),
    "counted": {"account"},  # count of account contract
    "property": {"time", "account"},  # the event's own time; account.x
    "property_of": {"time"},  # time of last visit
}


def words():
    """(word, reserved) of each word of the grammar; letters of escapes and the like are no words."""
    text = re.sub(r"\(\*.*?\*\)|\?.*?\?", "", GRAMMAR.read_text(encoding="utf-8"), flags=re.S)
    escapes = re.search(r"^escape .*?;", text, flags=re.S | re.M).group(0)
    timestamps = re.search(r"^timestamp .*?;$", text, flags=re.S | re.M).group(0)
    reserved = set(re.findall(r'"([a-z]+)"', re.search(r"^reserved .*?;", text, flags=re.S | re.M).group(0)))
    rest = text.replace(escapes, "").replace(timestamps, "")
    return [(word, word in reserved) for word in sorted(set(re.findall(r'"([a-z]+)"', rest)))]


def fill(referee, names):
    """Contact a has 1 in every attribute, every event with 1 in every property; contact b has 2, and no event but `visit`; m has nothing."""
    referee.ask(now=NOW)
    rows = [f"a,{','.join('1' for _ in names)}", f"b,{','.join('2' for _ in names)}", f"m,{',' * (len(names) - 1)}"]
    types = [word for name in names for word in ("--type", f"{name}=number")]
    contacts = referee.file("\n".join([f"the_id,{','.join(names)}", *rows]) + "\n")
    events = [f"a,2024-05-01T10:00:00Z,{name}" for name in names]
    own = referee.file("\n".join(["who,at_time,what", *events]) + "\n")
    properties = referee.file(
        "\n".join([f"who,at_time,what,{','.join(names)}", f"a,2024-05-01T10:00:00Z,visit,{','.join('1' for _ in names)}", f"b,2024-05-01T10:00:00Z,visit,{','.join('2' for _ in names)}"]) + "\n"
    )
    of_events = ["--contact", "who", "--time", "at_time", "--event-column", "what"]
    for command in (
        ["import", "contacts", contacts, "--id", "the_id", *types],
        ["import", "events", own, *of_events],
        ["import", "events", properties, *of_events, *types],
    ):
        answer = referee.command(*command)
        if answer["exit"] != 0:
            yield f"{' '.join(command[:3])}: {answer['stdout']}{answer['stderr']}"


def cases(word, reserved):
    """(definition, members) with the word bare where the language allows it, and in back-ticks."""
    for quoted in (False, True):
        def spelled(place):
            if quoted:
                return f"`{word}`"
            return None if reserved or word in TAKEN[place] else word

        for place, definition, members in (
            ("attribute", "{} = 1", ["a"]),
            ("attribute", "not {} is known", ["m"]),
            ("attribute", "{} between 2 and 3 or {} > 1", ["b"]),
            ("attribute", "3 - {} = 1", ["b"]),
            ("attribute", "{} in (1) and {} * 2 <= 2", ["a"]),
            ("attribute", "top 1 by {}", ["b"]),
            ("attribute", "contact.{} = 2", ["b"]),
            ("event", "did {}", ["a"]),
            ("event", "not did {} at least 1 times in last 90 days", ["b", "m"]),
            ("event", "did any of ({}, visit) twice", ["a"] if word != "visit" else []),
            ("event", "last {} was before 2024-06-01", ["a"]),
            ("event", "did {} then visit between 0 and 1 days later", []),
            ("counted", "count of {} = 1", ["a"]),
            ("property", "did visit ({} = 1)", ["a"]),
            ("property", "did visit (not {} > 1 and {} is known)", ["a"]),
            ("property", "did visit ({} in (1, 3)) or did visit ({} = contact.{})", ["a", "b"]),
            ("attribute", "sum of {} for visit = 2", ["b"]),
            ("property_of", "{} of last visit = 2", ["b"]),
        ):
            name = spelled(place)
            if name is not None:
                yield definition.replace("{}", name), members


def main():
    names = words()
    passed, failures = 0, []
    with Referee(sys.argv[1]) as referee:
        failures += list(fill(referee, [word for word, _ in names]))
        for word, reserved in names:
            for definition, members in cases(word, reserved):
                answer = referee.definition(definition, NOW)
                good = "error" not in answer and answer["sweep"] == answer["probe"] == members
                again = referee.definition(answer["text"], NOW) if good else {}
                if good and again.get("text") == answer["text"] and again.get("sweep") == members:
                    passed += 1
                else:
                    failures.append(f"{definition}: expected {members}, got {again if good else answer}")
            if reserved:
                answer = referee.definition(f"{word} = 1", NOW)
                if "error" in answer:
                    passed += 1
                else:
                    failures.append(f"{word} = 1: a reserved word stands bare")
    for failure in failures:
        print(failure)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())
