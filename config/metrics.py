"""What Prometheus reads at /metrics, of this process; what waits in the database, of the site.

Each web process is asked for itself, at its own port. Without METRICS_TOKEN nobody may ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from secrets import compare_digest

from django.conf import settings
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram
from prometheus_client import generate_latest as written
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config.asking import Asking
from config.tally import Tally
from debate.selectors import backlog
from debate.web import seats

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds
PATIENCE = 2.0  # seconds that a database may take to say what waits

SECONDS = Histogram(
    "crux_request_seconds", "Time to the beginning of an answer.", ["route", "method"],
    buckets=BUCKETS,
)  # fmt: skip
ANSWERS = Counter("crux_requests", "Answers.", ["route", "method", "status"])
QUERIES = Counter("crux_database_queries", "Statements sent to the database.", ["route"])
DATABASE = Counter("crux_database_seconds", "Time spent waiting for the database.", ["route"])
SLOW = Counter("crux_slow_queries", "Statements that took longer than SLOW_QUERY.")
STREAMS = Gauge("crux_streams", "Streams that are open in this process.")
STREAMS.set_function(seats.taken)


@cache
def _of(route: str, method: str, status: int) -> tuple[Histogram, Counter, Counter, Counter]:
    """The counters of a kind of answer: to look them up costs more than to count."""
    return (
        SECONDS.labels(route, method),
        ANSWERS.labels(route, method, str(status)),
        QUERIES.labels(route),
        DATABASE.labels(route),
    )


def note(route: str, method: str, status: int, took: float, tally: Tally) -> None:
    """Count an answer."""
    seconds, answers, queries, database = _of(route, method, status)
    seconds.observe(took)
    answers.inc()
    if tally.queries:
        queries.inc(tally.queries)
        database.inc(tally.seconds)
    if tally.slow:
        SLOW.inc(tally.slow)


class Backlog(Collector):
    """What waits in the database, read when it is asked for; or that it is away."""

    def __init__(self) -> None:
        self.asking = Asking(_backlog)

    def describe(self) -> list[Metric]:
        """Nothing beforehand, so that no database is asked for while the program is loaded."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give the gauges."""
        found = self.asking.answer(PATIENCE)
        up = GaugeMetricFamily("crux_database_up", "Whether the database answers.")
        up.add_metric([], float(found is not None))
        yield up
        for name, told, labels, rows in found or ():
            gauge = GaugeMetricFamily(f"crux_{name}", told, labels=labels)
            for values, number in rows:
                gauge.add_metric(values, number)
            yield gauge


def _backlog() -> list[backlog.Figure]:
    try:
        return list(backlog.figures())
    finally:
        connections.close_all()


REGISTRY.register(Backlog())


def show(request: HttpRequest) -> HttpResponse:
    """The figures as text, for who has the token; for others there is nothing here."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = settings.METRICS_TOKEN
    if not wanted or not compare_digest(given.encode(), wanted.encode()):
        raise Http404
    answer = HttpResponse(written(REGISTRY), content_type=CONTENT_TYPE_LATEST)
    answer.headers["Cache-Control"] = "no-store"
    return answer
