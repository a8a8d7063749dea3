"""The twelve segments of the reference workload in SQL of SQLite, written from their titles and definitions, to judge the counts of ours at any scale."""

import csv
import json
import sqlite3

NOW = "'2026-11-01 00:00:00'"
BY_SENDER = "('email_sent', 'sms_sent', 'email_bounce')"

SCHEMA = """
CREATE TABLE contacts (id INTEGER PRIMARY KEY, country TEXT, region TEXT, age INTEGER, gender TEXT, marital_status TEXT, industry TEXT, consent INTEGER, lead_stage TEXT, score INTEGER);
CREATE TABLE interests (contact INTEGER, interest INTEGER);
CREATE TABLE events (contact INTEGER, ts TEXT, type TEXT, campaign INTEGER, page INTEGER, cents INTEGER, bounce TEXT);
"""
INDEXES = "CREATE INDEX by_type ON events (type, contact, ts); CREATE INDEX by_contact ON interests (contact);"

FIRST = """SELECT id FROM contacts WHERE country IN ('DE', 'FR', 'GB') AND age >= 25 AND age <= 40 AND (gender = 'female' OR marital_status = 'single')
  AND consent = 1 AND region != 'DE-03'"""
HAS = "EXISTS (SELECT 1 FROM interests WHERE contact = id AND interest = {})"
SECOND = f"""SELECT id FROM contacts WHERE ({HAS.format(7)} OR ({HAS.format(12)} AND {HAS.format(3)}))
  AND lead_stage IN ('mql', 'sql', 'opportunity') AND (industry = 'industry_01' OR industry = 'industry_05' OR score >= 60)"""
THIRD = f"""SELECT contact FROM events WHERE type = 'email_click' AND campaign < 100 AND ts > datetime({NOW}, '-30 days') GROUP BY contact HAVING count(*) > 1"""
FOURTH = f"""SELECT id FROM contacts EXCEPT SELECT contact FROM events WHERE type NOT IN {BY_SENDER} AND ts > datetime({NOW}, '-60 days')"""
FIFTH = f"""SELECT id FROM contacts EXCEPT SELECT contact FROM events WHERE type NOT IN {BY_SENDER}"""
SIXTH = f"""SELECT contact FROM events WHERE type = 'purchase' AND ts > datetime({NOW}, '-365 days') GROUP BY contact HAVING total(cents) > 50000"""
SEVENTH = f"""SELECT contact FROM (SELECT contact, max(ts) AS latest FROM events WHERE type = 'purchase' GROUP BY contact)
  WHERE latest > datetime({NOW}, '-180 days') AND latest <= datetime({NOW}, '-90 days')"""
EIGHTH = """SELECT contact FROM events WHERE type = 'email_bounce' GROUP BY contact HAVING sum(bounce = 'soft') >= 4 OR max(bounce = 'hard') = 1"""
NINTH = """SELECT DISTINCT r.contact FROM events AS r WHERE r.type = 'event_registration'
  AND EXISTS (SELECT 1 FROM events AS o WHERE o.contact = r.contact AND o.type = 'email_open' AND o.campaign = 42)
  AND EXISTS (SELECT 1 FROM events AS v WHERE v.contact = r.contact AND v.type = 'page_view' AND v.page >= 100 AND v.page < 200)"""
TENTH = """SELECT DISTINCT v.contact FROM events AS v, events AS f WHERE v.type = 'page_view' AND v.page = 17
  AND f.contact = v.contact AND f.type = 'form_submit' AND f.ts > v.ts AND f.ts <= datetime(v.ts, '+7 days')"""
ELEVENTH = """SELECT contact FROM (SELECT contact, sum(cents) AS spend FROM events WHERE type = 'purchase' GROUP BY contact) ORDER BY spend DESC, CAST(contact AS TEXT)
  LIMIT (SELECT (count(DISTINCT contact) + 9) / 10 FROM events WHERE type = 'purchase')"""
UNITED = f"SELECT id FROM ({FIRST}) UNION SELECT contact FROM ({THIRD}) UNION SELECT contact FROM ({SIXTH})"
TWELFTH = f"SELECT id FROM ({UNITED}) WHERE id NOT IN ({FOURTH}) AND id NOT IN ({EIGHTH})"

QUERIES = dict(zip([f"S{number}" for number in range(1, 13)],
                   [FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, EIGHTH, NINTH, TENTH, ELEVENTH, TWELFTH]))


def number(cell):
    return int(cell) if cell else None


def loaded(contacts_file, events_file):
    """A database in memory with both files."""
    database = sqlite3.connect(":memory:")
    database.executescript(SCHEMA)
    with open(contacts_file, encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = ("id", "country", "region", "age", "gender", "marital_status", "industry", "consent", "lead_stage", "score")
    database.executemany(f"INSERT INTO contacts VALUES ({', '.join('?' * len(columns))})", ([row[name] for name in columns] for row in rows))
    database.executemany("INSERT INTO interests VALUES (?, ?)", ((row["id"], interest) for row in rows for interest in json.loads(row["interests"])))
    with open(events_file, encoding="ascii", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)",
                             ((contact, ts, type_, number(campaign), number(page), number(cents), bounce) for contact, ts, type_, campaign, page, _, cents, _, bounce in reader))
    database.executescript(INDEXES)
    return database


def members(database, key):
    """The ids of a segment, ascending."""
    return sorted(row[0] for row in database.execute(QUERIES[key]))
