"""`make table`: every row of docs/benchmarks.md's table of goals, measured in one run."""

from __future__ import annotations

import argparse
import contextlib
import signal
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from config import bench, postgres
from tests.measure import goals, processes, references, report, series
from tests.measure.asking import Server

CLIENTS = 8
MEMORY = ((1_000, 140), (10_000, 160))
"""After pages of debates of so many statements a worker has had at most so many MB."""
SHARE = 0.4  # of the reference's requests a CPU second
REPEATED = 40
"""Requests before anything is measured: some to each connection of each worker."""


def main() -> None:
    """Serve what is measured, measure it, and print the table or write it into the docs."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        text = run(asked)
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except postgres.DatabaseUnavailable as error:
        sys.exit(f"Crux: {error}")
    print(text)
    if asked.write:
        report.put("goals", text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make table", description=__doc__)
    parser.add_argument("--references", type=Path, help="a folder; without it there are no ratios")
    parser.add_argument("--port", type=int, default=8000, help="and the next one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=60, help="in a series")
    parser.add_argument("--seconds", type=float, default=5, help="of eight clients at once")
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    return parser.parse_args()


def run(asked: argparse.Namespace) -> str:
    """The table as Markdown."""
    begun = time.monotonic()
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(bench.serving(asked.port))
        visitor, member = series.visitor_and_member(site, asked.port)
        memory = list(_memory(visitor, member))
        raw = None
        if asked.references:
            raw = stack.enter_context(references.serving(asked.references, asked.port + 1))
        all_of_it = series.of_crux(visitor, member, asked.requests)
        if raw:
            all_of_it |= series.of_reference(raw, asked.requests)
        used = {name for row in goals.RATIOS for name in (row.ours, row.beside)}
        for name in used & all_of_it.keys():
            one = all_of_it[name]
            one.server.warm(one.make, min(REPEATED, one.times))
        rounds = [goals.pairs(all_of_it) for _ in range(asked.rounds)]
        shares = [_share(visitor, raw, asked.seconds) for _ in range(asked.rounds) if raw]
    rows = [one.cells(rounds) for one in goals.RATIOS]
    rows += [one.cells(rounds) for one in _singles(rounds, shares, memory)]
    took = f"{asked.rounds} rounds of {asked.requests} requests, {time.monotonic() - begun:.0f} s"
    return f"{report.stamp()}; {took}.\n\n{report.table(goals.HEAD, rows)}"


def _memory(visitor: Server, member: Server) -> Iterator[tuple[int, int, float]]:
    """The most memory of a worker after pages of each size, with the goal; of a fresh server."""
    for size, most in MEMORY:
        for server in (visitor, member):
            server.warm(series.same(f"/d/bench-{size}/"), REPEATED)
        yield size, most, processes.most_memory(processes.family(visitor.pid))


def _share(visitor: Server, raw: Server, seconds: float) -> float:
    """How many requests a CPU second serves, as a share of the reference's."""
    ours = visitor.crowd("/d/bench-1000/", CLIENTS, seconds)
    return ours / raw.crowd("/rows/1000?limit=50", CLIENTS, seconds)


def _singles(
    rounds: goals.Rounds, shares: list[float], memory: list[tuple[int, int, float]]
) -> Iterator[goals.Single]:
    spread = goals.spread(rounds, goals.PUBLISHED)
    yield goals.Single("publish a reply: p95 beside p50", spread, "{:.2f}", most=2)
    share = statistics.median(shares) if shares else None
    title = "requests a CPU second, first page of 1,000, 8 clients, beside raw first50"
    yield goals.Single(title, share, "{:.0%}", least=SHARE)
    for size, most, found in memory:
        title = f"memory of a worker after pages of {size:,}"
        yield goals.Single(title, found, "{:.0f} MB", most=most)


if __name__ == "__main__":
    main()
