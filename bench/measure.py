"""Rounds of measurement: every engine in turn, segment by segment, in one run; medians of the rounds."""

import math
import statistics
import time

ROUND_REPEATS = 3        # runs of one engine in one turn; its turn counts as their median
SLOW_SECONDS = 20.0      # an engine that has spent so long on one query gets no further turn


def geometric_mean(values):
    values = list(values)
    return math.exp(statistics.fmean(map(math.log, values))) if values else math.nan


def percentile(values, share):
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def interleaved(turns, rounds, repeats=ROUND_REPEATS):
    """Median milliseconds of each turn. turns: name -> function of the number of repeats, returning milliseconds of the runs."""
    seen = {name: [] for name in turns}
    spent = dict.fromkeys(turns, 0.0)
    names = list(turns)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            if seen[name] and spent[name] > SLOW_SECONDS:
                continue
            started = time.monotonic()
            seen[name].append(statistics.median(turns[name](repeats)))
            spent[name] += time.monotonic() - started
    return {name: statistics.median(values) for name, values in seen.items()}


def fixed_cost(engine, rounds):
    """Median milliseconds of SELECT 1."""
    return statistics.median(engine.ask("SELECT 1", 20 * rounds).ms)
