"""The benchmark's own parts, without the other engines: the workload is the same bytes, ours finds the twelve, and no source knows the workload.

    python3 tests/bench/run_bench.py BUILD_DIR
"""

import hashlib
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))

import engines
import oracle_sqlite
import workload
from definitions.catalog import prepare
from definitions.trees import definition
from segments import SEGMENTS

SCALE = "10k"
SHA256 = {"contacts.csv": "0433416c6528a5e89f4f9905f8b92580ba59df8c77f01a75784604d0d88fbdd0",
          "events.csv": "19540625992b86b8489daffafb4857d92b42474b9b5218b8059c1db3ac30b933"}
DEFINITIONS, SEED = 60, 11
# Names and values that only the workload has: in no literal at all.
OWN_WORDS = ("email_click", "email_open", "email_sent", "email_bounce", "sms_sent", "page_view", "form_submit", "event_registration", "survey_answer", "campaign_id", "page_id",
             "ref_id", "amount_cents", "payment_method", "bounce_type", "marital_status", "org_type", "email_domain", "signup_ts", "lead_stage", "giftcard", "mql", "DE-03")
OWN_PATTERN = re.compile(r"(industry|title|city|owner)_[0-9]*")
# Everyday words that help texts may use in a sample: not as a literal of their own.
EVERYDAY_WORDS = ("purchase", "login", "unsubscribe", "country", "region", "city", "gender", "industry", "job_title", "interests", "subscriber", "customer", "opportunity", "soft", "hard")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
OUTSIDE = re.compile(r"(_test\.(cc|h)|_fuzz\.cc|_bench\.cc|sample_base\.h)$")


class Tally:
    """What passed and what did not."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, good, detail=""):
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)
        if not good:
            print(f"FAIL {name}: {detail}")


def product_sources():
    """Sources that become the program, without the demo, which has data of its own."""
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix in (".h", ".cc") and "demo" not in path.relative_to(ROOT / "src").parts and not OUTSIDE.search(path.name):
            yield path


def workload_words(text):
    """The workload's names that a literal holds."""
    words = set(re.findall(r"[A-Za-z_][A-Za-z0-9_-]*", text))
    found = words & set(OWN_WORDS) | ({text} & set(EVERYDAY_WORDS))
    return found | {word for word in words if OWN_PATTERN.fullmatch(word)}


# What e-mail services themselves say, and what it becomes: the workload took these words from the same trade. Nothing that decides,
# keeps or reads memberships may include this folder (tests/structure).
TRADE_FOLDER = ROOT / "src" / "ingest" / "providers"
TRADE_WORDS = {"email_sent", "hard", "soft", "unsubscribe"}
# Where people log in, the word is said of them; what decides memberships lies below and cannot include the room.
PEOPLE_PLACES = (ROOT / "src" / "api", ROOT / "src" / "model" / "audit.h")
PEOPLE_WORDS = {"login"}


def allowed_words(path):
    """Words of the workload that a source may say, since they are of its own trade."""
    around = {path, *path.parents}
    return (TRADE_WORDS if TRADE_FOLDER in around else set()) | (PEOPLE_WORDS if around & set(PEOPLE_PLACES) else set())


def fair_play(tally):
    """No source names an event, attribute or constant of the workload."""
    for path in product_sources():
        allowed = allowed_words(path)
        found = [(number, word) for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
                 for literal in LITERAL.findall(line) for word in workload_words(literal) - allowed]
        tally.check(f"fair play of {path.relative_to(ROOT)}", not found, f"line and word of the workload: {found}")


def same_bytes(tally, data):
    for name, wanted in SHA256.items():
        found = hashlib.sha256((data.folder / name).read_bytes()).hexdigest()
        tally.check(f"bytes of {name}", found == wanted, found)


def twelve(tally, data, ours):
    """Ours finds exactly the members that SQLite finds."""
    database = oracle_sqlite.loaded(data.contacts_file, data.events_file)
    for segment in SEGMENTS:
        wanted = oracle_sqlite.members(database, segment.key)
        tally.check(f"{segment.key} {segment.title}", wanted and ours.ids(segment.definition) == (len(wanted), sum(wanted)), f"{len(wanted)} members wanted")
        tally.check(f"{segment.key} counted", ours.ask(segment.definition).rows == [[len(wanted)]])
    database.close()


def random_definitions(tally, ours):
    """Every random definition is one of our language, and drawn again it is the same. Their counts need DuckDB: scripts/bench random."""
    prepare(ours, workload.SCALES[SCALE][0])
    for number in range(DEFINITIONS):
        chosen = definition(SEED, number)
        tally.check(f"definition {number} drawn twice", chosen == definition(SEED, number))
        try:
            ours.ask(chosen.text)
            tally.check(f"definition {number}", True)
        except engines.EngineError as error:
            tally.check(f"definition {number}", False, f"{chosen.text}\n{error}")


def main():
    build = Path(sys.argv[1]).resolve()
    tally = Tally()
    fair_play(tally)
    with tempfile.TemporaryDirectory() as cache:
        data = workload.Workload(SCALE, cache, build)
        data.make_files()
        same_bytes(tally, data)
        workload.load_ours(data, keep_store=False)
        ours = engines.Ours(build, data.place("wanamaker"))
        twelve(tally, data, ours)
        random_definitions(tally, ours)
        ours.close()
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


sys.exit(main())
