"""Random rankings: top and bottom, and tiles, over everyone or among those who pass a test. Ties go by the bytes of the id, as in our language."""

from .attributes import attribute
from .behaviour import measured, spaced
from .condition import condition
from .events import events
from .windows import EVER, maybe_window


def metric(rng):
    """(text, SELECT of id and value over the contacts that have it, operator); `value` is never NULL."""
    kind = rng.choice(("sum", "sum", "count", "attribute", "time", "average"))
    if kind == "attribute":
        name = rng.choice(("score", "age", "signup_ts"))
        return name, f"SELECT id, {name} AS value FROM contacts", "ranking by an attribute"
    if kind == "time":
        chosen = events(rng, filtered=0.2)
        rows = f"{chosen.rows(EVER, 'contact_id, max(ts) AS value')} GROUP BY contact_id"
        return f"time of last {chosen.text}", f"SELECT contact_id AS id, value FROM ({rows}) AS measured", "ranking by a time"
    window = maybe_window(rng, 0.5)
    if kind == "count":
        chosen = events(rng, filtered=0.3)
        text, measure = spaced("count of", chosen.text, window.text), "count(*)"
    else:
        name, chosen = measured(rng, "sum")
        text, measure = spaced(f"{kind} of {name} for", chosen.text, window.text), f"sum({name})"
    if kind == "average":
        rows = f"{chosen.rows(window, 'contact_id, sum({0}) / count({0}) AS value'.format(name))} GROUP BY contact_id"
        return text, f"SELECT contact_id AS id, value FROM ({rows}) AS measured", "ranking by an average"
    rows = f"{chosen.rows(window, f'contact_id, {measure} AS value')} GROUP BY contact_id"
    return text, f"SELECT id, coalesce(value, 0) AS value FROM contacts LEFT JOIN ({rows}) AS measured ON contact_id = id", f"ranking by a {kind}"


def among(rng, values):
    """(text, the values of those who rank)."""
    if rng.random() < 0.5:
        return "", values, ()
    if rng.random() < 0.5:
        chosen = attribute(rng)
        test = f"id IN (SELECT id FROM contacts WHERE {chosen.sql})"
        text = chosen.text
    else:
        did = events(rng, filtered=0.2)
        test, text = f"id IN ({did.rows(EVER)})", f"did {did.text}"
    return f"among ({text})", f"SELECT id, value FROM ({values}) AS everyone WHERE {test}", ("among",)


def top_or_bottom(rng):
    end = rng.choice(("top", "bottom"))
    text, values, operator = metric(rng)
    words, values, more = among(rng, values)
    order = f"value {'DESC' if end == 'top' else 'ASC'}, CAST(id AS VARCHAR)"
    if rng.random() < 0.4:
        number = rng.choice((10, 100, 1000, 25_000))
        return condition(spaced(end, str(number), "by", text, words), f"id IN (SELECT id FROM ({values}) AS ranked ORDER BY {order} LIMIT {number})", f"{end} N", operator, *more)
    percent = rng.choice((1, 5, 10, 20, 33))
    sql = (f"SELECT id FROM (SELECT id, row_number() OVER (ORDER BY {order}) AS place, count(*) OVER () AS ranked FROM ({values}) AS measured) AS places "
           f"WHERE 100 * (place - 1) < {percent} * ranked")
    return condition(spaced(end, f"{percent} percent by", text, words), f"id IN ({sql})", f"{end} P percent", operator, *more)


def tile(rng):
    name, tiles = rng.choice((("quartile", 4), ("quintile", 5), ("decile", 10), ("decile", 10)))
    text, values, operator = metric(rng)
    words, values, more = among(rng, values)
    wanted, comparison = rng.randint(1, tiles), rng.choice(("=", ">=", "<="))
    sql = f"SELECT id FROM (SELECT id, ntile({tiles}) OVER (ORDER BY value, CAST(id AS VARCHAR)) AS tile FROM ({values}) AS measured) AS tiles WHERE tile {comparison} {wanted}"
    return condition(spaced(name, "of", text, words, comparison, str(wanted)), f"id IN ({sql})", f"{name} of", operator, *more)


def percentile(rng):
    text, values, operator = metric(rng)
    words, values, more = among(rng, values)
    wanted, comparison = rng.choice((10, 25, 50, 75, 90, 99)), rng.choice((">", ">=", "<", "<="))
    sql = (f"SELECT id FROM (SELECT id, count(*) OVER (ORDER BY value) AS not_above, count(*) OVER () AS ranked FROM ({values}) AS measured) AS shares "
           f"WHERE 100 * not_above {comparison} {wanted} * ranked")
    return condition(spaced("percentile of", text, words, comparison, str(wanted)), f"id IN ({sql})", "percentile of", operator, *more)


def ranking(rng):
    """A random ranking."""
    return rng.choices((top_or_bottom, tile, percentile), (6, 4, 1))[0](rng)
