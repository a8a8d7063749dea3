"""The contract, docs/reference/openapi.json, against the running server: its examples are sent, and every answer has exactly its fields.

    python3 tests/server/run_contract.py BUILD_DIR
"""

import json
import re
import sys
from pathlib import Path

from served import Served

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/cli"))
from schema_faults import faults  # noqa: E402
OPENAPI = json.loads((ROOT / "docs/reference/openapi.json").read_text())
SCHEMAS = OPENAPI["components"]["schemas"]
# What each route is asked, in order; the body is the example of the contract unless one stands here.
JOURNEY = [
    ("get", "/livez"), ("get", "/readyz"), ("get", "/api/v1/stats"), ("post", "/api/v1/clock/confirm"),
    ("post", "/api/v1/keys"), ("get", "/api/v1/keys"), ("delete", "/api/v1/keys/{id}"), ("get", "/api/v1/keys"),
    ("post", "/api/v1/setup"), ("post", "/api/v1/users"), ("get", "/api/v1/users"), ("get", "/api/v1/users/{id}"), ("put", "/api/v1/users/{id}"), ("post", "/api/v1/sessions"), ("get", "/api/v1/sessions/current"),
    ("put", "/api/v1/password"), ("post", "/api/v1/sessions", {"login": "jana@shop.example", "password": "staple battery horse correct"}), ("delete", "/api/v1/sessions/current"), ("delete", "/api/v1/users/{id}"), ("get", "/api/v1/audit"),
    ("put", "/api/v1/schema/attributes/{name}"), ("put", "/api/v1/schema/personal/{name}"), ("put", "/api/v1/schema/tracked/{name}"), ("put", "/api/v1/schema/events/{name}"), ("get", "/api/v1/schema"),
    ("post", "/api/v1/events"), ("put", "/api/v1/contacts/{id}"), ("patch", "/api/v1/contacts/{id}"), ("get", "/api/v1/contacts/{id}"), ("get", "/api/v1/contacts/{id}/export"),
    ("put", "/api/v1/segments/{key}"), ("get", "/api/v1/segments/{key}"), ("get", "/api/v1/segments"), ("get", "/api/v1/segments/{key}/members"),
    ("put", "/api/v1/segments/{key}", {"definition": "everyone", "note": "another version"}), ("get", "/api/v1/segments/{key}/versions"), ("get", "/api/v1/segments/{key}/diff"), ("get", "/api/v1/segments/{key}/due"),
    ("get", "/api/v1/segments/{key}/history"), ("post", "/api/v1/segments/{key}/impact"), ("get", "/api/v1/segments/{key}/usage"),
    ("post", "/api/v1/segments/preview"), ("post", "/api/v1/segments/explain"), ("get", "/api/v1/contacts/{id}/segments"), ("get", "/api/v1/changes"),
    ("put", "/api/v1/lists/{key}"), ("post", "/api/v1/lists/{key}/add"), ("post", "/api/v1/segments/overlap"), ("get", "/api/v1/lists/{key}"), ("get", "/api/v1/lists"), ("post", "/api/v1/backups"), ("get", "/api/v1/backups"), ("post", "/api/v1/lists/{key}/remove"), ("delete", "/api/v1/lists/{key}"),
    ("delete", "/api/v1/segments/{key}"), ("delete", "/api/v1/schema/tracked/{name}"), ("delete", "/api/v1/contacts/{id}"),
    ("put", "/api/v1/webhooks/{key}"), ("get", "/api/v1/webhooks"), ("get", "/api/v1/webhooks/{key}"), ("post", "/api/v1/webhooks/{key}/rotate"), ("post", "/api/v1/webhooks/{key}/resend"),
    ("post", "/api/v1/webhooks/{key}/test"), ("get", "/api/v1/webhooks/{key}/attempts"), ("delete", "/api/v1/webhooks/{key}"),
    ("post", "/api/v1/imports", "id,plan\nc7,pro\n"), ("get", "/api/v1/imports"), ("get", "/api/v1/imports/{id}"), ("post", "/api/v1/imports/{id}/cancel"),
    ("put", "/api/v1/providers/{name}"), ("get", "/api/v1/providers"), ("get", "/api/v1/providers/{name}"), ("delete", "/api/v1/providers/{name}"),
    ("post", "/v1/track"), ("post", "/v1/batch"),
]
BODIES = {"/v1/track": {"userId": "c1", "event": "seen"}, "/v1/batch": {"batch": [{"type": "track", "userId": "c1", "event": "seen"}, 7]}}
PARTS = {"{name}": "plan", "{key}": "recent", "{id}": "c1"}


def problems_of(served):
    """(number of checks, what is wrong)."""
    checks, problems, key_id, user_id, import_id, session = 0, [], "", "", "", {}
    for method, path, *given in JOURNEY:
        operation = OPENAPI["paths"][path][method]
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        body = given[0] if given else BODIES.get(path, content.get("example"))
        if "requestBody" in operation and body is None:
            problems.append(f"{method} {path}: the contract has no example")
            continue
        if path == "/api/v1/setup":
            body = {**body, "token": served.setup_token, "login": "eva@shop.example"}
        filled = re.sub(r"{\w+}", lambda found: user_id if "/users/" in path else import_id if "/imports/" in path else key_id if "/keys/" in path else "by-hand" if "/lists/" in path else PARTS[found.group(0)], path)
        if path == "/api/v1/imports" and method == "post":
            filled += "?kind=contacts&id=id"
        by_session = operation["x-permission"] == "session"
        came = served.call(method.upper(), filled, body, **({"key": None, "headers": session} if by_session else {}))
        answer = operation["responses"].get(str(came.status))
        checks += 1
        if answer is None:
            problems.append(f"{method} {filled}: status {came.status}: {came.body[:300]}")
            continue
        schema = answer["content"]["application/json"]["schema"]
        problems += [f"{method} {path}: {fault}" for fault in faults(came.json, schema, {"$defs": SCHEMAS})]
        if isinstance(body, dict) and "/v1/" in path[:8] and "schema" in content:
            problems += [f"{method} {path}: its example: {fault}" for fault in faults(body, content["schema"], {"$defs": SCHEMAS})]
        if path == "/api/v1/users" and method == "post":
            user_id = came.json["id"]
        if path == "/api/v1/imports" and method == "post":
            import_id = came.json["id"]
        if path == "/api/v1/sessions":
            session = served.of_session(came)
        if path == "/api/v1/keys" and method == "post":
            key_id = came.json["id"]
    return checks, problems


def request_fields(served):
    """Every member of a body that the contract names is known to the server, and no other one is."""
    checks, problems = 0, []
    session = served.person("viewer", "contract@shop.example")
    for path, methods in OPENAPI["paths"].items():
        for method, operation in methods.items():
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            if schema is None or path.startswith("/v1/"):
                continue
            if operation["x-permission"] == "session":
                ask = lambda *what: served.call(*what, key=None, headers=session)  # noqa: E731
            else:
                ask = served.call
            filled = re.sub(r"{\w+}", "none", path)
            for name in [*SCHEMAS[schema["$ref"].rsplit("/", 1)[1]]["properties"], "no such member"]:
                came = ask(method.upper(), filled, {name: None, **({"definition": "everyone"} if "definition" in str(SCHEMAS[schema["$ref"].rsplit("/", 1)[1]]) and name != "definition" else {})})
                checks += 1
                is_unknown = b"is not known here" in came.body
                if is_unknown != (name == "no such member") and not (name == "no such member" and b"is missing" in came.body):
                    problems.append(f"{method} {path}: member '{name}': {came.body[:200]}")
            bad = ask(method.upper(), filled, [])
            problems += [f"{method} {path}: the error: {fault}" for fault in faults(bad.json, {"$ref": "#/components/schemas/Problem"}, {"$defs": SCHEMAS})]
    return checks, problems


def covered():
    """JSON routes that the journey leaves out."""
    asked = {(method, path) for method, path, *_ in JOURNEY}
    for path, methods in OPENAPI["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"].get("200", operation["responses"].get("201", {})).get("content", {})
            is_alike = path.startswith("/v1/") or path == "/api/v1/openapi.json"
            if "application/json" in answers and (method, path) not in asked and not is_alike:
                yield f"{method} {path}: no test asks it"


def main():
    served = Served(str(Path(sys.argv[1]).resolve() / "wanamaker"))
    try:
        served.stop()
        served.start("--backups", str(served.folder / "backups"))
        checks, problems = problems_of(served)
        more, others = request_fields(served)
    finally:
        served.close()
    problems += [*others, *covered()]
    for problem in problems:
        print(problem)
    print(f"{max(checks + more - len(problems), 0)} passed, {len(problems)} failed")
    return 1 if problems else 0


sys.exit(main())
