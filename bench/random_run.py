"""Random definitions against DuckDB: counts first, every difference reported; then times. Called by run.py."""

import statistics
from collections import Counter

import engines
import measure
import report
from definitions.catalog import prepare
from definitions.trees import definition, query

DIFFERENCES_SHOWN_MAX = 20
SLOW_MS = 1000.0  # a definition that takes one engine longer is run once a round there, others three times


def compare(workload, arguments, open_engines):
    """Exit code: 0 where every count is there and agrees."""
    opened, _ = open_engines(workload, ["DuckDB"], arguments.keep_store)
    ours, other = opened
    prepare(ours, workload.contacts)
    chosen = [definition(arguments.seed, number) for number in range(arguments.definitions)]
    problems, members = check(ours, other, chosen)
    unfinished = [number for number, found in enumerate(members) if found is None]
    print(report.heading(workload, opened))
    print(f"{len(chosen)} definitions, seed {arguments.seed}: {len(chosen) - len(problems)} counts are equal or unfinished, {len(problems)} are not; "
          f"{len(unfinished)} took ours more than {engines.ANSWER_SECONDS_MAX} s and are in no figure below; "
          f"{members.count(0)} hold for nobody, {members.count(workload.contacts)} for everyone.\n", flush=True)
    for problem in problems[:DIFFERENCES_SHOWN_MAX]:
        print(problem + "\n")
    for number in unfinished:
        print(f"unfinished: definition {number}: `{chosen[number].text}`\n")
    print(coverage(chosen))
    if not problems and not arguments.counts_only:
        finished = [number for number, found in enumerate(members) if found is not None]
        timed = [chosen[number] for number in finished]
        print(timings(timed, [members[number] for number in finished], measured(ours, other, timed, arguments.rounds)))
        other.close()
        print(alone(ours, timed))
        ours.close()
    else:
        for engine in opened:
            engine.close()
    return 1 if problems or unfinished else 0


def check(ours, other, chosen):
    """Texts of what differs, and the members of each definition: None where ours did not finish."""
    problems, members = [], []
    for number, one in enumerate(chosen):
        if number % 50 == 0:
            print(f"checking {number} of {len(chosen)}", file=report.PROGRESS, flush=True)
        found = [answer(ours, one.text), answer(other, f"SELECT count(*) FROM ({query(one)}) AS segment")]
        members.append(found[0])
        if found[0] is None:
            continue
        if found[0] != found[1] or not isinstance(found[0], int):
            problems.append(f"definition {number}: ours {found[0]}, {other.name} {found[1]}\n    {one.text}\n    {query(one)}")
    return problems, members


def answer(engine, text):
    """A count, None where there was no answer in time, or the message of the error."""
    try:
        return int(engine.ask(text).rows[0][0])
    except engines.NoAnswer:
        return None
    except engines.EngineError as error:
        return str(error).strip()


def measured(ours, other, chosen, rounds):
    """(ours, other) median milliseconds of each definition."""
    medians = []
    for number, one in enumerate(chosen):
        if number % 50 == 0:
            print(f"timing {number} of {len(chosen)}", file=report.PROGRESS, flush=True)
        counted = engines.counted(query(one))
        turns = {"ours": turn(ours, one.text), "other": turn(other, counted)}
        found = measure.interleaved(turns, rounds)
        medians.append((found["ours"], found["other"]))
    return medians


def alone(ours, chosen):
    """The distribution of ours where nothing else runs: what a preview takes."""
    values = [statistics.median(turn(ours, one.text)(measure.ROUND_REPEATS)) for one in chosen]
    row = ["ours alone, ms", *(report.milliseconds(measure.percentile(values, share)) for share in (0.05, 0.5, 0.95, 1.0)), report.milliseconds(measure.geometric_mean(values))]
    return "The other engine closed, each definition asked three times in a row:\n\n" + report.table(["", "p5", "p50", "p95", "largest", "geometric mean"], [row])


def turn(engine, text):
    """A function for measure.interleaved that runs what is slow only once."""
    def run(repeats):
        ms = engine.ask(text).ms
        return ms if ms[0] > SLOW_MS else ms + engine.ask(text, repeats - 1).ms
    return run


def timings(chosen, members, medians):
    """The distribution of times and ratios, and the slowest beside the fastest."""
    ratios = [other / ours for ours, other in medians]
    rows = []
    for name, values in (("ours, ms (every condition counted too: a preview)", [ours for ours, _ in medians]), ("DuckDB, ms", [other for _, other in medians]), ("DuckDB / ours", ratios)):
        rows.append([name, *(report.milliseconds(measure.percentile(values, share)) for share in (0.05, 0.5, 0.95, 1.0)), report.milliseconds(measure.geometric_mean(values))])
    text = report.table(["", "p5", "p50", "p95", "largest", "geometric mean"], rows) + "\nThe lowest ratios:\n\n"
    for number in sorted(range(len(chosen)), key=ratios.__getitem__)[:5]:
        ours, other = medians[number]
        text += f"- {report.ratio(ratios[number])} × (ours {report.milliseconds(ours)} ms, DuckDB {report.milliseconds(other)} ms, {members[number]:,} members): `{chosen[number].text}`\n"
    return text


def coverage(chosen):
    """How many definitions use each operator."""
    used = Counter(name for one in chosen for name in one.operators)
    listed = ", ".join(f"{name} {number}" for name, number in sorted(used.items()))
    return f"Definitions that use each operator: {listed}.\n"
