"""Values of the segment language: texts and their keys, exact numbers, days, instants, sets and places.

A missing value is None. A text is a str, a number a Fraction, a boolean a bool, a day a datetime.date, a timestamp an
Instant (milliseconds since 1970 in UTC), a text set a TextSet and a location a Place.
"""

import json
import math
import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
SECOND = 1000
DAY = 86_400_000
FIXED_UNITS = {"seconds": SECOND, "minutes": 60 * SECOND, "hours": 3600 * SECOND, "days": DAY, "weeks": 7 * DAY}
MONTHS = {"months": 1, "quarters": 3, "years": 12}
EARTH_RADIUS_KM = 6371.0088
STROKES = str.maketrans("łđøħŧı", "ldohti")


class Instant(int):
    """A timestamp: milliseconds since 1970 in UTC."""


class TextSet(tuple):
    """Distinct texts in the order given."""


class Place(tuple):
    """Latitude and longitude in degrees, as Fractions."""


def nfc(text):
    """Normalization form C of a text."""
    return unicodedata.normalize("NFC", text)


def text_key(text):
    """The key by which texts are compared: NFC of the full case fold of NFC."""
    return nfc(nfc(text).casefold())


def bare_key(text):
    """The key of a text with accents ignored; only the Cyrillic short i keeps its mark."""
    kept = []
    for mark in unicodedata.normalize("NFD", text_key(text)):
        is_short_i = mark == "\u0306" and kept and kept[-1] == "и"
        if unicodedata.category(mark) != "Mn" or is_short_i:
            kept.append(mark)
    return nfc("".join(kept)).translate(STROKES)


def folder(mode):
    """The function that makes two texts comparable under a `compare` suffix."""
    return {None: text_key, "exactly": str, "ignoring_accents": bare_key}[mode]


def distinct_texts(texts):
    """The TextSet of those texts that are not empty, or None when there are none."""
    kept = {}
    for text in texts:
        if text:
            kept.setdefault(text_key(text), text)
    return TextSet(kept.values()) if kept else None


def parse_instant(text):
    """An RFC 3339 timestamp; digits finer than milliseconds are cut."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", text)
    minute, second, fraction, offset = match.groups()
    moment = datetime.fromisoformat(minute + (second or ":00") + ("+00:00" if offset == "Z" else offset))
    return Instant((moment - EPOCH) // timedelta(milliseconds=1) + int(((fraction or "") + "000")[:3]))


def instant_text(instant):
    """A timestamp as RFC 3339 in UTC, with milliseconds only where there are some."""
    moment = EPOCH + timedelta(milliseconds=int(instant))
    text = moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return text + (f".{instant % 1000:03d}" if instant % 1000 else "") + "Z"


def decimal_text(number):
    """The shortest decimal of a finite decimal number."""
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    whole = str(abs(int(number * 10**digits))).rjust(digits + 1, "0")
    text = whole[:len(whole) - digits] + ("." + whole[len(whole) - digits:] if digits else "")
    return ("-" if number < 0 else "") + text


def parse_cell(text, kind):
    """The value of a CSV cell of a declared type; None where it is missing."""
    if not text.strip():
        return None
    if kind == "text":
        return text
    text = text.strip()
    if kind == "number":
        return Fraction(text)
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "timestamp":
        return parse_instant(text)
    if kind == "set":
        return distinct_texts(json.loads(text))
    latitude, longitude = text.split(",")
    return Place((Fraction(latitude.strip()), Fraction(longitude.strip())))


def parse_literal(literal):
    """The value of a literal of the JSON form."""
    if isinstance(literal, (bool, str)):
        return literal
    if isinstance(literal, dict):
        if "date" in literal:
            return date.fromisoformat(literal["date"])
        return parse_instant(literal["timestamp"])
    return Fraction(literal)


def content_json(value):
    """A property as JSON, as it counts in the order of events."""
    if isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Fraction):
        return decimal_text(value)
    if isinstance(value, Instant):
        return f'"{instant_text(value)}"'
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    return "[" + ",".join(content_json(part) for part in value) + "]"


def kilometres(a, b):
    """The haversine distance of two places."""
    lat_a, lon_a, lat_b, lon_b = (math.radians(float(degree)) for degree in (*a, *b))
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, h)))


def is_leap(year):
    """Whether a year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def add_months(day, months):
    """A day moved by months, clamped to the end of the month it lands in."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    lengths = (31, 29 if is_leap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return date(year, month + 1, min(day.day, lengths[month]))


def move_day(day, count, unit):
    """A day moved by `count` units of days or more."""
    if unit in MONTHS:
        return add_months(day, count * MONTHS[unit])
    return day + timedelta(days=count * (7 if unit == "weeks" else 1))


def move_instant(instant, count, unit):
    """An instant moved by `count` units; months and years step in the UTC calendar."""
    if unit in FIXED_UNITS:
        return Instant(instant + count * FIXED_UNITS[unit])
    days, rest = divmod(instant, DAY)
    moved = add_months(EPOCH.date() + timedelta(days=days), count * MONTHS[unit])
    return Instant((moved - EPOCH.date()).days * DAY + rest)


def span_of(span):
    """The count and unit of a span such as {"days": 30}."""
    (unit, count), = span.items()
    return int(count), unit


def anniversary_of(day, years):
    """The anniversary of a day; that of 29 February is 1 March in common years."""
    if (day.month, day.day) == (2, 29) and not is_leap(day.year + years):
        return date(day.year + years, 3, 1)
    return day.replace(year=day.year + years)


def age_on(day, today):
    """Completed years between a day and today; None before the day."""
    if today < day:
        return None
    years = today.year - day.year
    return Fraction(years if anniversary_of(day, years) <= today else years - 1)
