"""A validator of the few keywords of JSON Schema that the schemas here use."""

import json

KNOWN_KEYWORDS = {"$schema", "$defs", "$ref", "title", "description", "type", "properties", "required", "items", "enum", "additionalProperties", "anyOf"}
TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}


def faults(value, schema, root, path="$"):
    """What in a value is at odds with a schema; only the keywords above, and an unknown one is a fault too."""
    for keyword in schema.keys() - KNOWN_KEYWORDS:
        yield f"{path}: this validator does not know '{keyword}'"
    if "$ref" in schema:
        yield from faults(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, path)
    if "anyOf" in schema:
        tries = [list(faults(value, choice, root, path)) for choice in schema["anyOf"]]
        if all(tries):
            yield f"{path}: fits none of {len(tries)} forms: {json.dumps(value)[:200]}"
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(TYPES[name](value) for name in types):
            yield f"{path}: {value!r} is no {' or '.join(types)}"
            return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                yield f"{path}: '{name}' is missing"
        for name, member in value.items():
            if name in properties:
                yield from faults(member, properties[name], root, f"{path}.{name}")
            elif schema.get("additionalProperties") is False:
                yield f"{path}: '{name}' is not in the schema"
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            yield from faults(item, schema["items"], root, f"{path}[{i}]")
