"""What a run prints: Markdown tables, and the machine and commit that they hold for."""

import json
import os
import platform
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import engines
from measure import geometric_mean, percentile

ROOT = Path(__file__).resolve().parent.parent
PROGRESS = sys.stderr


def cpu_model():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def commit():
    """The commit, and whether the tree differs from it."""
    def git(*words):
        return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True).stdout.strip()
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + (" with changes" if git("status", "--porcelain", "--untracked-files=no") else "")


def heading(workload, opened):
    """The facts that every figure needs beside it. opened: the engines."""
    ours = opened[0]
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return "\n".join([
        f"## {workload.scale}: {workload.contacts:,} contacts, {workload.events:,} events", "",
        f"- commit {commit()}, {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
        f"- {cpu_model()}, {os.cpu_count()} cores, {engines.THREADS} threads an engine; load average {load}",
        f"- {', '.join(engine.version for engine in opened)}",
        f"- instruction set of ours: {instruction_set(ours)}", ""])


def instruction_set(ours):
    """What `wanamaker` says of it in its figures or its version, or that it says nothing."""
    figures = json.loads(ours.command("stats"))
    for name, value in figures.items():
        if "instruction" in name:
            return value
    return next((line.strip() for line in ours.version.splitlines() if "instruction" in line), "not reported")


def table(header, rows):
    """A Markdown table; the first column to the left, the others to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def milliseconds(value):
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def megabytes(value):
    """Rounded; nothing known is a dash."""
    return f"{value:.0f}" if value else "–"


def ratio(value):
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def timings(segments, counts, medians, others):
    """The table of the segments. medians: key -> {engine: ms}; others: names of the other engines."""
    rows = []
    for segment in segments:
        of = medians[segment.key]
        rows.append([f"{segment.key} {segment.title}", f"{counts[segment.key][0]:,}", milliseconds(of["wanamaker"]),
                     *(milliseconds(of[name]) for name in others), *(ratio(of[name] / of["wanamaker"]) for name in others)])
    sums = [sum(of[name] for of in medians.values()) for name in ("wanamaker", *others)]
    rows.append(["sum", "", *map(milliseconds, sums), *(ratio(total / sums[0]) for total in sums[1:])])
    means = [geometric_mean(of[name] / of["wanamaker"] for of in medians.values()) for name in others]
    rows.append(["geometric mean of the ratios", "", *[""] * (1 + len(others)), *map(ratio, means)])
    worst = [min(of[name] / of["wanamaker"] for of in medians.values()) for name in others]
    rows.append(["worst ratio", "", *[""] * (1 + len(others)), *map(ratio, worst)])
    text = table(["segment", "members", "wanamaker ms", *(f"{name} ms" for name in others), *(f"{name} / ours" for name in others)], rows)
    best = {key: min(of[name] for name in others) / of["wanamaker"] for key, of in medians.items()}
    low = min(best, key=best.get)
    preview = percentile([of["wanamaker"] for of in medians.values()], 0.95)
    return (text + f"\nAgainst the best of the others: geometric mean {ratio(geometric_mean(best.values()))}, worst {ratio(best[low])} ({low}).\n"
            f"Every time of ours is a preview, with the count of each condition: p95 of the twelve {milliseconds(preview)} ms.\n")


def loads(workload, known):
    """Rows a second, bytes and memory of each engine's load. known: engine -> entry of loads.json."""
    rows = []
    for name, entry in known.items():
        steps = entry["steps"]
        place = workload.place(name)
        size = engines.disk_bytes(place / "base" if name == "PostgreSQL" else place)  # without its log
        rows.append([name, rate(workload.contacts, steps["contacts"]), rate(workload.events, steps["events"]), f"{steps['settle']['seconds']:.1f}",
                     f"{size / 1e6:.0f}", f"{size / workload.events:.1f}", megabytes(max((step["peak_mb"] or 0) for step in steps.values())), entry["when"]])
    return table(["load", "contacts/s", "events/s", "then s", "disk MB", "bytes an event, contacts counted in", "peak MB", "loaded (UTC)"], rows)


def rate(rows, step):
    return f"{rows / step['seconds']:,.0f}" if step["seconds"] > 0 else "–"


def processes(opened, memory, fixed, restart_ms, explain_ms):
    """Memory of each engine's process after the run, fixed costs, restart and explain. memory: name -> (now, peak) MB."""
    rows = [[engine.name, *map(megabytes, memory[engine.name]), milliseconds(fixed[engine.name]) if engine.name in fixed else "–"] for engine in opened]
    text = table(["process", "resident MB", "peak MB", "`SELECT 1` ms"], rows)
    return (text + f"\nRestart of ours, a whole process that opens the store and counts everyone, page cache warm: {restart_ms:,.0f} ms.\n"
            "Explain of ours, of one contact with about 1,000 events, ms: " + ", ".join(f"{key} {milliseconds(value)}" for key, value in explain_ms.items())
            + ". A segment that ranks (S11) has to measure everyone first.\n")
