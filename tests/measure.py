"""Times imports and one definition of every family on 50,000 contacts and 500,000 events. Asserts nothing; prints."""

import json
import platform
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONTACTS, EVENTS, SEED = 50_000, 500_000, 5
DEFINITIONS = [
    'country = "SK" and age > 40', 'city contains "brat"', 'city matches "^Br"', 'did order_completed at least 3 times in last 90 days',
    'did page_viewed (path starts with "/p") in last 30 days', 'sum of amount for order_completed in last 365 days > 500',
    'did page_viewed on at least 5 days this year', 'did page_viewed at least 1 times a week in at least 2 of last 8 weeks',
    'distinct of path for page_viewed >= 5', 'last order_completed was between 90 and 180 days ago', 'not did any event in last 60 days',
    'did page_viewed then order_completed within 7 days', 'did page_viewed then page_viewed (path != previous.path) within 1 days',
    'did page_viewed then not order_completed within 24 hours', 'top 10 percent by sum of amount for order_completed',
    'decile of count of page_viewed = 10', 'amount of last order_completed > 50', 'days since last order_completed / (count of order_completed + 1) < 10',
    'any account contact (country = "SK" and did order_completed in last 30 days)', 'random 10 percent "x"', 'age of birth_date between 20 and 30',
    'birth_date anniversary in next 7 days', 'at least 2 of (country = "SK", age > 40, did order_completed)', 'id contains "99"',
]


def write_files(folder):
    rng = random.Random(SEED)
    with open(folder / "contacts.csv", "w") as file:
        file.write("id,country,city,age,birth_date,account\n")
        for i in range(CONTACTS):
            file.write(f"c{i},{rng.choice(['SK', 'CZ', 'PL', ''])},{rng.choice(['Bratislava', 'Brno', 'Košice', 'Łódź'])},{rng.randint(18, 90)},"
                       f"{rng.randint(1940, 2005)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02},a{rng.randint(0, 5000)}\n")
    with open(folder / "events.csv", "w") as file:
        file.write("contact,time,event,amount,path\n")
        for i in range(EVENTS):
            order = rng.random() < 0.2
            second = rng.randint(1_640_000_000, 1_735_000_000)
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
            file.write(f"c{int(CONTACTS * rng.random() ** 2)},{stamp},{'order_completed' if order else 'page_viewed'},"
                       f"{rng.randint(100, 20000) / 100 if order else ''},{'' if order else '/p' + str(rng.randint(1, 300))}\n")


def main():
    binary = str(Path(sys.argv[1]).resolve())
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    print(f"commit {commit}, {cpu}, seed {SEED}, {CONTACTS} contacts, {EVENTS} events")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder)
        base = [binary, "--data", str(folder / "data"), "--now", "2024-12-31T00:00:00Z"]
        for words in (["import", "contacts", "contacts.csv", "--id", "id", "--account", "account"],
                      ["import", "events", "events.csv", "--contact", "contact", "--time", "time", "--event-column", "event"]):
            started = time.monotonic()
            subprocess.run([*base, *words], check=True, capture_output=True, cwd=folder)
            print(f"{time.monotonic() - started:8.2f} s  {' '.join(words[:3])}")
        started = time.monotonic()
        subprocess.run([*base, "count", "everyone"], check=True, capture_output=True)
        print(f"{time.monotonic() - started:8.2f} s  start, replay and count everyone")
        for text in DEFINITIONS:
            done = subprocess.run([*base, "--json", "count", "--repeat", "3", text], capture_output=True, text=True, check=True)
            answer = json.loads(done.stdout)
            print(f"{answer['median_ms'] / 1000:8.3f} s  {answer['count']:>6}  {text}")


main()
