"""What it costs a request to be watched: its id, its figures, its line in the log, its statements.

The steps are measured by themselves, around an answer that is there already: in a page of some
milliseconds they are lost among what a machine does otherwise. The best of the rounds counts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from timeit import repeat

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from config import logs, tally
from config.watching import Watching
from tests.prove.conftest import Noted

pytestmark = pytest.mark.prove

REQUESTS, ROUNDS = 500, 20
STATEMENTS = 6  # of a member's Thread
FIGURES = 0.05  # milliseconds of a request that may go into its id and its figures
ALL = 0.15  # with its line in the log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[logging.Logger]:
    """Give the log of requests, which writes into a file as production writes to stderr."""
    log = logging.getLogger("crux.requests")
    with (tmp_path / "log").open("w") as file:
        handler = logging.StreamHandler(file)
        handler.setFormatter(logs.Objects())
        log.addHandler(handler)
        log.propagate = False
        yield log
        log.propagate = True
        log.removeHandler(handler)
        log.setLevel(logging.NOTSET)


def milliseconds(do: Callable[[], object]) -> float:
    return min(repeat(do, number=REQUESTS, repeat=ROUNDS)) / REQUESTS * 1000


def test_being_watched_costs_next_to_nothing(log: logging.Logger, note: Noted) -> None:
    request = RequestFactory().get("/d/some/")
    request.resolver_match = resolve("/d/some/")
    answer = HttpResponse()

    def answered(request: object) -> HttpResponse:
        for _ in range(STATEMENTS):
            tally.count(lambda *given: None, "SELECT 1", (), False, {})
        return answer

    watching = Watching(answered)
    log.setLevel(logging.CRITICAL)
    figures = milliseconds(lambda: watching(request))
    log.setLevel(logging.INFO)
    everything = milliseconds(lambda: watching(request))
    told = f"{figures:.3f} ms a request with {STATEMENTS} statements; with its line in the log"
    note("being watched", f"{told} {everything:.3f}")
    assert figures < FIGURES
    assert everything < ALL
