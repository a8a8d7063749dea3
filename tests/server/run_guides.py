"""The guides that need nothing but the program, curl and openssl, followed word for word.

    python3 tests/server/run_guides.py BUILD_DIR
"""

import sys

from howto import follow

GUIDES = ["back-up.md", "connect-mailgun.md", "erase-a-person.md", "follow-changes.md", "let-people-in.md"]


def main():
    results = [follow(name, sys.argv[1]) for name in GUIDES]
    passed, failed = (sum(column) for column in zip(*results))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
