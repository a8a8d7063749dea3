"""Writes a random base and random definitions over it: `generate.py SEED DIRECTORY [--definitions N]`.

The same seed and number give the same files: the CSV files, `manifest.json`, and `definitions.ndjson` with one
`{"definition": TREE, "at": TIMESTAMP}` a line.
"""

import argparse
import json
import random
from pathlib import Path

from base import Base
from generated_base import BaseGenerator
from generated_definitions import DefinitionGenerator, json_text
from values import instant_text

DEFINITIONS = 20


def _write_manifest(folder, draft):
    manifest = {"zone": draft.zone, "now": instant_text(draft.now), "commands": draft.commands}
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def by_hand(rng, base, segments):
    """Additions to and removals from some of the segments, and a few taken back."""
    contacts = sorted(base.contacts)
    commands = []
    for name in segments:
        if not contacts or rng.random() < 0.5:
            continue
        for verb in rng.choices(("add", "remove", "reset"), k=rng.randint(1, 4)):
            commands.append(["segment", verb, name, *rng.sample(contacts, min(len(contacts), rng.randint(1, 3)))])
    return commands


def generate(seed, folder, count=DEFINITIONS):
    """Writes the base and the definitions of a seed into a directory."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    draft = BaseGenerator(rng).make()
    for name, text in draft.files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    _write_manifest(folder, draft)
    definitions = DefinitionGenerator(rng, Base.load(folder))
    draft.commands += definitions.segments()
    # Dice of their own: the definitions of a seed stay what they were.
    draft.commands += by_hand(random.Random(f"by hand {seed}"), definitions.base, sorted(definitions.base.segments))
    _write_manifest(folder, draft)
    lines = (json_text(definitions.line()) for _ in range(count))
    (folder / "definitions.ndjson").write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def main():
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seed", type=int)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--definitions", type=int, default=DEFINITIONS)
    options = parser.parse_args()
    generate(options.seed, options.directory, options.definitions)


if __name__ == "__main__":
    main()
