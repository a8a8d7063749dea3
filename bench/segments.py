"""The twelve segments of the reference workload: each as a definition of ours and as SQL of equal meaning that returns the column `id`.

All look from 2026-11-01T00:00:00Z, before which every event lies. The SQL is what a careful user of that engine would write: literal
instants, so that the order by (type, ts) helps; semi-joins by IN; no view, rollup or cache. Where the dialects agree the text is one.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

NOW = datetime(2026, 11, 1)
BY_SENDER = ("email_sent", "sms_sent", "email_bounce")
BY_CONTACT = ("email_open", "page_view", "email_click", "purchase", "form_submit", "event_registration", "survey_answer", "unsubscribe", "login")
KIND_LITERAL = re.compile(f"(?<!CAST\\()'({'|'.join(BY_SENDER + BY_CONTACT)})'")
DIALECTS = ("duckdb", "clickhouse", "postgresql")


@dataclass(frozen=True)
class Segment:
    """key and title; definition: our text; sql: dialect -> a query with the one column `id`."""

    key: str
    title: str
    definition: str
    sql: dict


def ago(days):
    """The instant so many days before NOW, as a literal of all three dialects."""
    return f"'{NOW - timedelta(days=days):%Y-%m-%d %H:%M:%S}'"


def texts(values):
    """A list of texts in single quotes."""
    return ", ".join(f"'{value}'" for value in values)


def typed_kinds(sql):
    """The SQL for DuckDB, which casts the whole column to text where an enumeration meets a text: so the names of events are cast instead."""
    return KIND_LITERAL.sub(r"CAST('\1' AS kind)", sql)


def segment(key, title, definition, sql, **of_dialect):
    """A segment whose SQL is `sql` but where a dialect has its own."""
    queries = {dialect: of_dialect.get(dialect, sql) for dialect in DIALECTS}
    return Segment(key, title, definition, queries | {"duckdb": typed_kinds(queries["duckdb"])})


def with_interest(dialect, interest):
    """The test that the array of interests holds a number."""
    return {"duckdb": f"list_contains(interests, {interest})", "clickhouse": f"has(interests, {interest})",
            "postgresql": f"interests @> ARRAY[{interest}]::smallint[]"}[dialect]


def second_sql(dialect):
    """Interests, stage and industry; only the test of an array differs."""
    first, second, third = (with_interest(dialect, interest) for interest in (7, 12, 3))
    return (f"SELECT id FROM contacts WHERE lead_stage IN ('mql', 'sql', 'opportunity') AND ({first} OR {second} AND {third})\n"
            "  AND (score >= 60 OR industry IN ('industry_01', 'industry_05'))")


ACTIONS_SINCE = f"SELECT contact_id FROM events WHERE type IN ({texts(BY_CONTACT)}) AND ts > {ago(60)}"
ACTIONS_EVER = f"SELECT contact_id FROM events WHERE type IN ({texts(BY_CONTACT)})"
# DuckDB compares thrice quicker than it looks an enumeration up in a list of nine.
NOT_BY_SENDER = " AND ".join(f"type <> '{kind}'" for kind in BY_SENDER)
ACTIONS_SINCE_DUCKDB = f"SELECT contact_id FROM events WHERE {NOT_BY_SENDER} AND ts > {ago(60)}"
ACTIONS_EVER_DUCKDB = f"SELECT contact_id FROM events WHERE {NOT_BY_SENDER}"
ANY_ACTION = f"any of ({', '.join(BY_CONTACT)})"


def without(actions):
    """Contacts that are not in a query of contact ids: SQL of DuckDB and ClickHouse."""
    return f"SELECT id FROM contacts WHERE id NOT IN ({actions})"


def without_join(actions):
    """The same for PostgreSQL, whose planner wants NOT EXISTS."""
    return f"SELECT id FROM contacts WHERE NOT EXISTS ({actions} AND contact_id = id)"


SPEND_ABOVE = ("SELECT contact_id AS id FROM events WHERE type = 'purchase' AND ts > " + ago(365) + "\n"
               "GROUP BY contact_id HAVING sum(amount_cents) > 50000")
LAST_PURCHASE = ("SELECT contact_id AS id FROM events WHERE type = 'purchase' GROUP BY contact_id\n"
                 f"HAVING max(ts) > {ago(180)} AND max(ts) <= {ago(90)}")
BOUNCES = ("SELECT contact_id AS id FROM events WHERE type = 'email_bounce' GROUP BY contact_id\n"
           "HAVING count(*) FILTER (WHERE bounce_type = 'hard') >= 1 OR count(*) FILTER (WHERE bounce_type = 'soft') >= 4")
OPENED = "SELECT contact_id FROM events WHERE type = 'email_open' AND campaign_id = 42"
VIEWED = "SELECT contact_id FROM events WHERE type = 'page_view' AND page_id BETWEEN 100 AND 199"
REGISTERED = "SELECT contact_id AS id FROM events WHERE type = 'event_registration'"
CHAIN = """SELECT DISTINCT v.contact_id AS id FROM events AS v JOIN events AS f ON f.contact_id = v.contact_id
WHERE v.type = 'page_view' AND v.page_id = 17 AND f.type = 'form_submit' AND f.ts > v.ts AND f.ts <= v.ts + INTERVAL '7' DAY"""
# A join of ClickHouse reads its right side into a hash table, and takes no inequality there.
CHAIN_CLICKHOUSE = """SELECT DISTINCT contact_id AS id FROM (SELECT contact_id, ts AS formed FROM events WHERE type = 'form_submit') AS f
JOIN (SELECT contact_id, ts AS viewed FROM events WHERE type = 'page_view' AND page_id = 17) AS v USING (contact_id)
WHERE formed > viewed AND formed <= viewed + 7 * 86400"""
TENTH = """SELECT contact_id AS id FROM (
  SELECT contact_id, row_number() OVER (ORDER BY sum(amount_cents) DESC, CAST(contact_id AS VARCHAR)) AS place, count(*) OVER () AS buyers
  FROM events WHERE type = 'purchase' GROUP BY contact_id) AS spending WHERE place <= ceil(buyers / 10.0)"""
# Faster there than window functions: one sorted array of (spend, id as text, id), cut at a tenth.
TENTH_CLICKHOUSE = """SELECT arrayJoin(arraySlice(arraySort(groupArray((-CAST(spend AS Int64), toString(contact_id), contact_id))), 1, toUInt32(ceil(count() / 10)))).3 AS id
FROM (SELECT contact_id, sum(amount_cents) AS spend FROM events WHERE type = 'purchase' GROUP BY contact_id)"""

S1 = segment(
    "S1", "geography and demography with and, or",
    'country in ("DE", "FR", "GB") and age between 25 and 40 and (gender = "female" or marital_status = "single") and consent is true and region != "DE-03"',
    """SELECT id FROM contacts WHERE country IN ('DE', 'FR', 'GB') AND region <> 'DE-03' AND age BETWEEN 25 AND 40 AND consent
  AND (marital_status = 'single' OR gender = 'female')""")
S2 = segment(
    "S2", "interests, stage, industry or score",
    '(interests has "7" or interests has all of ("12", "3")) and lead_stage in ("mql", "sql", "opportunity")'
    ' and (industry in ("industry_01", "industry_05") or score >= 60)',
    None, **{dialect: second_sql(dialect) for dialect in DIALECTS})
S3 = segment(
    "S3", "at least 2 clicks of some campaigns in 30 days", "did email_click (campaign_id < 100) at least 2 times in last 30 days",
    f"SELECT contact_id AS id FROM events WHERE type = 'email_click' AND ts > {ago(30)} AND campaign_id < 100\nGROUP BY contact_id HAVING count(*) >= 2")
S4 = segment("S4", "no action in 60 days", f"not did {ANY_ACTION} in last 60 days", without(ACTIONS_SINCE), duckdb=without(ACTIONS_SINCE_DUCKDB),
             postgresql=without_join(ACTIONS_SINCE))
S5 = segment("S5", "no action ever", f"not did {ANY_ACTION}", without(ACTIONS_EVER), duckdb=without(ACTIONS_EVER_DUCKDB),
             postgresql=without_join(ACTIONS_EVER))
S6 = segment("S6", "spend in 365 days above x", "sum of amount_cents for purchase in last 365 days > 50000", SPEND_ABOVE)
S7 = segment("S7", "last purchase 90 to 180 days ago", "last purchase was between 90 and 180 days ago", LAST_PURCHASE)
S8 = segment(
    "S8", "4 soft bounces or a hard one", 'did email_bounce (bounce_type = "soft") at least 4 times or did email_bounce (bounce_type = "hard")', BOUNCES)
S9 = segment(
    "S9", "registered, opened campaign c, visited page p",
    "did event_registration and did email_open (campaign_id = 42) and did page_view (page_id between 100 and 199)",
    f"{REGISTERED}\nINTERSECT DISTINCT {OPENED}\nINTERSECT DISTINCT {VIEWED}")
S10 = segment("S10", "page, then form within 7 days", "did page_view (page_id = 17) then form_submit within 7 days", CHAIN, clickhouse=CHAIN_CLICKHOUSE)
S11 = segment("S11", "top decile by spend", "top 10 percent by sum of amount_cents for purchase among (did purchase)", TENTH, clickhouse=TENTH_CLICKHOUSE)


def union_minus(dialect):
    """The three united, less the other two, as set operations or, in ClickHouse, as memberships."""
    of = {part.key: part.sql[dialect] for part in (S1, S3, S4, S6, S8)}
    if dialect != "clickhouse":
        united = "\nUNION ".join(f"SELECT id FROM ({of[key]}) AS {key.lower()}" for key in ("S1", "S3", "S6"))
        return f"({united})\nEXCEPT ({of['S4']})\nEXCEPT ({of['S8']})"
    united = "\n  OR ".join(f"id IN ({of[key]})" for key in ("S1", "S3", "S6"))
    return f"SELECT id FROM contacts WHERE ({united})\n  AND id IN ({ACTIONS_SINCE}) AND id NOT IN ({of['S8']})"


S12 = segment(
    "S12", "a union of three minus two", f"(({S1.definition}) or {S3.definition} or {S6.definition}) and not ({S4.definition}) and not ({S8.definition})",
    None, **{dialect: union_minus(dialect) for dialect in DIALECTS})

SEGMENTS = (S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12)
