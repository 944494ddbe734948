"""`make load`: what `make bench` serves, with a worker, under people, streams and bots."""

from __future__ import annotations

import argparse
import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

from config import bench, postgres
from tests.load import scenario
from tests.measure import processes, report

USERS_A_BOT = 20
PATIENCE = 30  # seconds


def main() -> None:
    """Serve, load, and print what was found or write it into the docs."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        text = run(asked)
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except (postgres.DatabaseUnavailable, scenario.Broken) as error:
        sys.exit(f"Crux: {error}")
    print(text)
    if asked.write:
        report.put("load", text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    return parser.parse_args()


def run(asked: argparse.Namespace) -> str:
    """What was found, as Markdown."""
    seconds = round(asked.minutes * 60)
    with bench.serving(asked.port) as site:
        people = import_module("tests.load.people")  # needs Django, which is set up by now
        slugs = [f"bench-{size}" for size in bench.SIZES]
        world = bench.RUN / scenario.WORLD
        people.prepare(slugs, asked.users, 1 + asked.users // USERS_A_BOT, world)
        with _worker():
            before = processes.worked(processes.family(site.process.pid))
            url = f"http://{bench.HOST}:{asked.port}"
            found = scenario.run(url, bench.RUN, users=asked.users, seconds=seconds)
            spent = processes.worked(processes.family(site.process.pid)) - before
            memory = processes.most_memory(processes.family(site.process.pid))
    return (
        f"{report.stamp()}. {asked.users} users for {seconds} s; two workers of the server used "
        f"{spent / 10 / seconds:.0f} % of a core, and {memory:.0f} MB at most.\n\n"
        f"{scenario.told(found)}"
    )


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    """The worker of the background jobs, meanwhile."""
    command = [sys.executable, "manage.py", "procrastinate", "worker"]
    process = subprocess.Popen(command, cwd=report.PROJECT, process_group=0)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:  # a large debate is being worked out
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
