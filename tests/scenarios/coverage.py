"""What the scenarios have to cover: rows (a production of the grammar, or a kind of it) and the cells of each.

Cells: t true, f false, m missing, e exactly at the edge, o one millisecond, day or unit off. A cell left out does not apply.
"""

import re

CELLS = {"t": "true", "f": "false", "m": "missing", "e": "edge", "o": "off"}
INSTANT_UNITS = "seconds minutes hours days weeks months years"
DATE_UNITS = "days weeks months years"
LONG_UNITS = "week month quarter year"
CALENDAR = "yesterday today tomorrow " + " ".join(f"{which}_{unit}" for which in ("this", "last", "next") for unit in LONG_UNITS.split())
ORDERS = "equals not_equals less at_most greater at_least"

# production -> [(prefix of the row's name, kinds, cells)]
ROWS = {
    "expression": [("disjunction", "", "tfm")],
    "conjunction": [("conjunction", "", "tfm")],
    "negation": [("negation", "", "tfm")],
    "bracket": [("bracket", "", "tfm")],
    "everyone": [("everyone", "", "t")],
    "no_one": [("no_one", "", "f")],
    "at_least_of": [("at_least_of", "", "tfmeo")],
    "did": [("did.", "plain", "tfmeo"), ("did.", "window", "tf")],
    "events": [("any_of", "", "tfm"), ("any_event", "", "tfm")],
    "filter": [("event_filter", "", "tfm"), ("filter_", "contact_path account_path", "tfm")],
    "plain_count": [("count.", "at_least at_most exactly days weeks months", "tfmeo")],
    "range_count": [("count.", "between", "tfmeo")],
    "regular_count": [("count.", "regular", "tfmeo")],
    "short_count": [("count.", "once twice never", "tfm"), ("count.", "more_than fewer_than", "tfmeo")],
    "sequence": [("sequence.", "first", "tfmeo")],
    "within_step": [("sequence.", "within", "tfmeo")],
    "later_step": [("sequence.", "later", "tfmeo")],
    "absent_step": [("sequence.", "absent", "tfmeo")],
    "moment": [("moment.", "first last", "tfmeo")],
    "related": [("related.", "any no", "tfm"), ("related.", "at_least", "tfmeo")],
    "records": [("account_records", "", "tfm"), ("account_contacts", "", "tfm")],
    "membership": [("segment.", "plain nested", "tfm"), ("list", "", "tfm")],
    "parameter": [("segment.", "parameters", "tfm")],
    "ranking": [("ranking.", "top bottom percent", "tfmeo")],
    "among": [("ranking.", "among", "tfm"), ("tile_among", "", "tfm")],
    "random": [("random", "", "tfeo")],
    "compare_test": [
        ("text.", "equals not_equals", "tfm"),
        ("number.", ORDERS, "tfmeo"),
        ("date.", ORDERS, "tfmeo"),
        ("timestamp.", ORDERS + " " + " ".join(f"{order}.date" for order in ORDERS.split()), "tfmeo"),
        ("path_comparison", "", "tfm"),
    ],
    "between_test": [("number.", "between", "tfmeo"), ("not_between", "", "tfmeo")],
    "in_test": [("text.", "in not_in", "tfm"), ("number.", "in not_in", "tfm")],
    "set_test": [("text.", "in_set not_in_set", "tfm"), ("value_set", "", "tfm")],
    "text_test": [
        ("text.", "contains starts_with ends_with matches does_not_contain does_not_start_with does_not_end_with does_not_match", "tfm")
    ],
    "known_test": [
        (f"{kind}.", "is_known", "tm") for kind in ("text", "number", "boolean", "date", "timestamp", "set", "location")
    ] + [(f"{kind}.", "is_empty", "fm") for kind in ("text", "number", "boolean", "date", "timestamp", "set", "location")],
    "boolean_test": [("boolean.", "is_true is_false", "tfm"), ("is_not", "", "tfm")],
    "anniversary_test": [("anniversary.", "calendar last next", "tfmeo")],
    "has_test": [("set.", "has has_any has_all has_none", "tfm"), ("does_not_have", "", "tfm")],
    "has_count_test": [("set.", "has_at_least", "tfmeo")],
    "within_test": [("location.", "within", "tfmeo")],
    "compare_how": [
        (f"{how}.", "equals not_equals in not_in contains does_not_contain starts_with ends_with in_set has has_any has_all has_none", "tfm")
        for how in ("exactly", "ignoring_accents")
    ],
    "has_been": [("has_been.", "at_least less_than", "tfmeo")],
    "changed": [("changed.", "plain window", "tfmeo"), ("changed.", "from to from_to", "tfm")],
    "operand": [("add", "", "tfmeo"), ("subtract", "", "tfmeo")],
    "product": [("multiply", "", "tfmeo"), ("divide", "", "tfmeo")],
    "factor": [("negate", "", "tfmeo")],
    "aggregate": [
        ("", "sum average minimum maximum distinct", "tfmeo"),
        ("records.", "sum average minimum maximum distinct", "tfm"),
    ],
    "count_of": [("count_of", "", "tfmeo"), ("records.", "count", "tfm")],
    "property_of": [("property_of", "", "tfm")],
    "time_of": [("time_of", "", "tfmeo")],
    "days_since": [("days_since", "", "tfmeo")],
    "part_of": [("age_of", "", "tfmeo"), ("month_of", "", "tfmeo"), ("hour_of", "", "tfmeo"), ("weekday_of", "", "tfmeo")],
    "tile": [("", "quartile quintile decile percentile", "tfmeo")],
    "path": [
        ("account_path", "", "tfm"), ("account_link", "", "tfm"), ("contact_path", "", "tf"),
        ("previous_path", "", "tfm"), ("previous_time", "", "t"), ("event_time", "", "tfmeo"),
    ],
    "last_window": [("last_window.instant.", INSTANT_UNITS, "tfmeo"), ("last_window.date.", DATE_UNITS, "tfmeo")],
    "last_calendar_window": [
        ("last_calendar_window.instant.", "day " + LONG_UNITS, "tfmeo"), ("last_calendar_window.date.", "day " + LONG_UNITS, "tfmeo")
    ],
    "more_than_ago_window": [
        ("more_than_ago_window.instant.", INSTANT_UNITS, "tfmeo"), ("more_than_ago_window.date.", DATE_UNITS, "tfmeo")
    ],
    "between_ago_window": [
        ("between_ago_window.instant.", INSTANT_UNITS, "tfmeo"), ("between_ago_window.date.", DATE_UNITS, "tfmeo")
    ],
    "next_window": [("next_window.instant.", INSTANT_UNITS, "tfmeo"), ("next_window.date.", DATE_UNITS, "tfmeo")],
    "calendar_window": [("calendar_window.instant.", CALENDAR, "tfmeo"), ("calendar_window.date.", CALENDAR, "tfmeo")],
    "since_window": [("since_window.", "instant.date instant.timestamp date", "tfmeo")],
    "before_window": [("before_window.", "instant.date instant.timestamp date", "tfmeo")],
    "between_window": [("between_window.", "instant.date instant.timestamp date", "tfmeo")],
    "on_window": [("on_window.", "instant date", "tfmeo")],
    "ever_window": [("ever_window.", "instant date", "tm")],
    "name": [("name.", "bare", "tf"), ("name.", "exact", "tfm")],
    "number": [("number_literal", "", "tf")],
    "date": [("date_literal", "", "tf")],
    "timestamp": [("timestamp_literal", "", "tf")],
    "text": [("text_literal", "", "tf")],
}

# Productions that only join or spell others: every row exercises them, or they decide nothing by themselves.
JOINING = set(
    "definition primary count counted_unit then share comparison window_test values history source window bound duration unit long_unit "
    "calendar_unit whole literal word letter digit quoted_name placeholder escape hexadecimal character blank remark reserved later".split()
)


def rows():
    """(production, row) -> the row's cells, in the order of the table."""
    result = {}
    for production, families in ROWS.items():
        for prefix, kinds, cells in families:
            for kind in kinds.split() or [""]:
                result.setdefault((production, prefix + kind), set()).update(CELLS[cell] for cell in cells)
    return result


def wanted():
    return {(row, cell) for (_, row), cells in rows().items() for cell in cells}


def unknown_productions(grammar):
    """Productions without a row, and rows without a production."""
    grammar = re.sub(r"\(\*.*?\*\)", "", grammar, flags=re.S)
    defined = set(re.findall(r"^\s*([a-z_]+)\s*=", grammar, flags=re.M))
    for name in sorted(defined - set(ROWS) - JOINING):
        yield f"coverage: no row for the production {name}"
    for name in sorted((set(ROWS) | JOINING) - defined):
        yield f"coverage: grammar.ebnf has no production {name}"


def table(covered):
    lines = [
        "# What the scenarios cover",
        "",
        "Each row is a production of `grammar.ebnf`, or a kind of it; each cell says whether a scenario under `tests/scenarios/` has the row",
        "come out true, false, over a missing value or none, exactly at its edge, and one millisecond, day or unit off the edge.",
        "`-`: the cell does not apply. Made by `run_scenarios.py --write`.",
        "",
        f"| production | row | {' | '.join(CELLS.values())} |",
        "|---|---|" + "---|" * len(CELLS),
    ]
    for (production, row), cells in rows().items():
        marks = ["-" if cell not in cells else "yes" if (row, cell) in covered else "" for cell in CELLS.values()]
        lines.append(f"| {production} | {row} | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"
