"""Random tests of attributes. No contact lacks one but interests, which may be an empty set, so a comparison is never NULL."""

from datetime import timedelta

from .condition import condition, literal, quoted
from .windows import NOW, TODAY, any_window, language_instant, sql_instant

COUNTRIES = ("US", "DE", "GB", "FR", "IN", "BR", "CA", "ES", "IT", "NL", "AU", "JP", "MX", "PL", "SE", "CH", "AT", "BE", "DK", "TR")
VALUES = {
    "country": lambda rng: rng.choice(COUNTRIES),
    "region": lambda rng: f"{rng.choice(COUNTRIES)}-{rng.randrange(10):02}",
    "city": lambda rng: f"city_{int(5000 * rng.random() ** 2):04}",
    "gender": lambda rng: rng.choice(("female", "male", "other", "unknown")),
    "marital_status": lambda rng: rng.choice(("single", "married", "divorced", "widowed", "unknown")),
    "industry": lambda rng: f"industry_{rng.randrange(30):02}",
    "job_title": lambda rng: f"title_{int(300 * rng.random() ** 2)}",
    "org_type": lambda rng: rng.choice(("company", "nonprofit", "university", "government", "freelancer", "startup", "agency", "other")),
    "email_domain": lambda rng: f"domain{int(500 * rng.random() ** 2)}.com",
    "lead_stage": lambda rng: rng.choice(("subscriber", "lead", "mql", "sql", "opportunity", "customer")),
    "owner": lambda rng: f"owner_{rng.randrange(200)}",
}
NUMBERS = {"age": (18, 90), "score": (0, 100)}
SQL_COMPARISON = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def text_equal(rng):
    name = rng.choice(list(VALUES))
    value = VALUES[name](rng)
    comparison = rng.choice(("=", "=", "!="))
    suffix = rng.choice(("", "", "", " exactly", " ignoring accents"))
    written = value if suffix == " exactly" else rng.choice((value, value.upper(), value.lower()))
    return condition(f"{name} {comparison} {quoted(written)}{suffix}", f"{name} {SQL_COMPARISON[comparison]} {literal(value)}",
                     f"text {comparison}", *([suffix.strip()] if suffix else []))


def text_in(rng):
    name = rng.choice(list(VALUES))
    values = sorted({VALUES[name](rng) for _ in range(rng.randint(1, 8))})
    negated = rng.random() < 0.3
    return condition(f"{name} {'not ' if negated else ''}in ({', '.join(map(quoted, values))})",
                     f"{name} {'NOT ' if negated else ''}IN ({', '.join(map(literal, values))})", "text not in" if negated else "text in")


def text_part(rng):
    name = rng.choice(("region", "city", "job_title", "email_domain", "owner", "industry"))
    value = VALUES[name](rng)
    at_start = rng.random() < 0.6
    part = value[:rng.randint(1, len(value))] if at_start else value[rng.randint(0, len(value) - 1):]
    negated = rng.random() < 0.3
    verb = {(True, False): "starts with", (True, True): "does not start with", (False, False): "ends with", (False, True): "does not end with"}[at_start, negated]
    function = "starts_with" if at_start else "ends_with"
    return condition(f"{name} {verb} {quoted(part)}", f"{'NOT ' if negated else ''}{function}({name}, {literal(part)})", verb)


def known(rng):
    name = rng.choice([*VALUES, *NUMBERS, "consent", "signup_ts", "interests"])
    empty = "len(interests) = 0" if name == "interests" else f"{name} IS NULL"
    if rng.random() < 0.5:
        return condition(f"{name} is known", f"NOT ({empty})", "is known")
    return condition(f"{name} is empty", empty, "is empty")


def number(rng):
    name = rng.choice(list(NUMBERS))
    low, high = NUMBERS[name]
    kind = rng.choice(("compare", "compare", "between", "in", "paths", "arithmetic"))
    first, second = sorted((rng.randint(low, high), rng.randint(low, high)))
    if kind == "between":
        return condition(f"{name} between {first} and {second}", f"{name} BETWEEN {first} AND {second}", "number between")
    if kind == "in":
        values = ", ".join(str(value) for value in sorted({rng.randint(low, high) for _ in range(rng.randint(1, 6))}))
        return condition(f"{name} in ({values})", f"{name} IN ({values})", "number in")
    comparison = rng.choice(list(SQL_COMPARISON))
    if kind == "paths":
        return condition(f"score {comparison} age", f"score {SQL_COMPARISON[comparison]} age", "PATH against PATH")
    if kind == "arithmetic":
        times, limit = rng.randint(2, 5), rng.randint(100, 400)
        return condition(f"score * {times} + age {comparison} {limit}", f"score * {times} + age {SQL_COMPARISON[comparison]} {limit}", "arithmetic")
    value = rng.choice((first, first + 0.5))
    return condition(f"{name} {comparison} {value}", f"{name} {SQL_COMPARISON[comparison]} {value}", f"number {comparison}")


def boolean(rng):
    return rng.choice((condition("consent is true", "consent", "is true"), condition("consent is false", "NOT consent", "is false")))


def interests(rng):
    values = sorted({int(50 * rng.random() ** 1.5) for _ in range(rng.randint(1, 4))})
    ours, array = ", ".join(quoted(str(value)) for value in values), f"[{', '.join(map(str, values))}]"
    kind = rng.choice(("has", "any", "all", "none", "count"))
    if kind == "has":
        return condition(f"interests has {quoted(str(values[0]))}", f"list_contains(interests, {values[0]})", "has")
    if kind == "count":
        least = rng.randint(1, 4)
        return condition(f"interests has at least {least} values", f"len(interests) >= {least}", "has at least N values")
    function = "list_has_all" if kind == "all" else "list_has_any"
    return condition(f"interests has {kind} of ({ours})", f"{'NOT ' if kind == 'none' else ''}{function}(interests, {array})", f"has {kind} of")


def instant_window(rng):
    window = any_window(rng)
    return condition(f"signup_ts {window.text}", f"({window.sql('signup_ts')})", f"timestamp {window.operator}")


def instant_compare(rng):
    """With a date a timestamp counts as its calendar day."""
    moment = NOW - timedelta(seconds=rng.randint(0, 1826 * 86_400))
    comparison = rng.choice(list(SQL_COMPARISON))
    if rng.random() < 0.3:
        return condition(f"signup_ts {comparison} {language_instant(moment)}", f"signup_ts {SQL_COMPARISON[comparison]} '{sql_instant(moment)}'", "timestamp against timestamp")
    day = moment.replace(hour=0, minute=0, second=0)
    start, end = f"'{sql_instant(day)}'", f"'{sql_instant(day + timedelta(days=1))}'"
    sql = {"=": f"(signup_ts >= {start} AND signup_ts < {end})", "!=": f"(signup_ts < {start} OR signup_ts >= {end})", "<": f"signup_ts < {start}",
           "<=": f"signup_ts < {end}", ">": f"signup_ts >= {end}", ">=": f"signup_ts >= {start}"}[comparison]
    return condition(f"signup_ts {comparison} {day:%Y-%m-%d}", sql, "timestamp against date")


def age_of(rng):
    """Completed years on the day of NOW, which is the first of November."""
    years = rng.randint(0, 5)
    def reached(number):
        return f"signup_ts < '{sql_instant(TODAY.replace(year=TODAY.year - number) + timedelta(days=1))}'"
    comparison = rng.choice((">=", ">", "<", "<=", "="))
    sql = {">=": reached(years), ">": reached(years + 1), "<": f"NOT ({reached(years)})", "<=": f"NOT ({reached(years + 1)})",
           "=": f"({reached(years)} AND NOT ({reached(years + 1)}))"}[comparison]
    return condition(f"age of signup_ts {comparison} {years}", sql, "age of")


def anniversary(rng):
    """Days of the year within the present one; those born on 29 February have theirs on 1 March, since 2026 is a common year."""
    number = rng.randint(1, 50)
    if rng.random() < 0.5:
        text, days = f"in next {number} days", [TODAY + timedelta(days=i) for i in range(number)]
    else:
        text, days = f"in last {number * 5} days", [TODAY - timedelta(days=i) for i in range(number * 5)]
    names = [f"{day:%m-%d}" for day in days]
    if "03-01" in names:
        names.append("02-29")
    listed = ", ".join(map(literal, names))
    return condition(f"signup_ts anniversary {text}", f"(strftime(signup_ts, '%m-%d') IN ({listed}) AND year(signup_ts) < {TODAY.year})", "anniversary")


def part_of(rng):
    return part_of_column(rng, "signup_ts", "signup_ts")


def part_of_column(rng, ours, column):
    """weekday of, month of, hour of an instant."""
    kind = rng.choice(("weekday", "month", "hour"))
    if kind == "weekday":
        day = rng.choice(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
        return condition(f"weekday of {ours} = {quoted(day)}", f"dayname({column}) = '{day}'", "weekday of")
    value = rng.randint(1, 12) if kind == "month" else rng.randint(0, 23)
    comparison = rng.choice(("=", "<", ">="))
    return condition(f"{kind} of {ours} {comparison} {value}", f"{kind}({column}) {comparison} {value}", f"{kind} of")


def identity(rng):
    if rng.random() < 0.5:
        part = str(rng.randint(1, 999))
        return condition(f"id starts with {quoted(part)}", f"starts_with(CAST(id AS VARCHAR), '{part}')", "id")
    values = sorted({rng.randrange(100_000) for _ in range(rng.randint(1, 20))})
    return condition(f"id in ({', '.join(quoted(str(value)) for value in values)})", f"id IN ({', '.join(map(str, values))})", "id")


MAKERS = ((text_equal, 14), (text_in, 12), (text_part, 6), (known, 3), (number, 18), (boolean, 5), (interests, 10), (instant_window, 8), (instant_compare, 4),
          (age_of, 3), (anniversary, 3), (part_of, 4), (identity, 2))


def attribute(rng):
    """A random test of an attribute."""
    makers, weights = zip(*MAKERS)
    return rng.choices(makers, weights)[0](rng)
