"""Asking a server on this machine for the same thing many times, and what that costs."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import psycopg

from tests.measure import processes

HOST = "127.0.0.1"
TIMEOUT = 300  # seconds
NOT_COUNTED = ("begin", "commit", "rollback", "savepoint", "release", "set ", "show ", "dealloc")
CALLS = """
    SELECT lower(s.query), s.calls FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
    WHERE d.datname = current_database() AND s.toplevel
    AND s.query NOT LIKE '%pg_stat_statements%' AND s.query NOT LIKE '%FOR KEY SHARE OF x%'
"""
"""Not those of whoever asks for it, nor PostgreSQL's own checks of foreign keys at a commit."""


@dataclass(frozen=True)
class Request:
    """What is sent; a POST if it has fields."""

    path: str
    fields: Mapping[str, str] | None = None


Making = Callable[[int], Request]


@dataclass
class Cost:
    """What a request of a series takes: CPU in all and of it in PostgreSQL, queries, times, size.

    CPU and times are in milliseconds.
    """

    cpu: float
    in_database: float
    queries: float
    times: list[float] = field(repr=False)
    size: int


class Answered(Exception):
    """The server has answered otherwise than it should."""


@dataclass
class Server:
    """A server that is measured: its port, first process, database, and what each request has."""

    port: int
    pid: int
    database: str
    dsn: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def processes(self) -> list[int]:
        """Those of the server, and those of PostgreSQL that serve it."""
        return [*processes.family(self.pid), *processes.backends(self.database)]

    def client(self) -> Client:
        """A connection to it."""
        return Client(self)

    def warm(self, make: Making, times: int) -> None:
        """Ask by a new connection each time, so that every worker has been asked.

        A connection to the database plans a statement for good after ten times.
        """
        for number in range(times):
            self.client().ask(make(number))

    def cost(self, make: Making, times: int, before: Callable[[int], None] | None = None) -> Cost:
        """Ask so often, one after another; what `before` does each time is not counted."""
        client, walls, size = self.client(), [], 0
        client.ask(make(times))
        server, database = processes.family(self.pid), processes.backends(self.database)
        in_server = in_database = 0.0
        with psycopg.connect(self.dsn, autocommit=True) as looking:
            calls, others = _calls(looking), 0
            for number in range(times):
                if before:
                    began = _calls(looking)
                    before(number)
                    time.sleep(0.02)
                    others += _calls(looking) - began
                a, b = processes.worked(server), processes.worked(database)
                begun = time.perf_counter()
                size = len(client.ask(make(number)))
                walls.append((time.perf_counter() - begun) * 1000)
                in_server += processes.worked(server) - a
                in_database += processes.worked(database) - b
            queries = (_calls(looking) - calls - others) / times
        cpu, in_database = (in_server + in_database) / times, in_database / times
        return Cost(cpu, in_database, queries, walls, size)

    def crowd(self, path: str, clients: int, seconds: float) -> float:
        """Requests for each second of CPU, while so many clients ask without a pause."""
        done: list[int] = []
        threads = [
            threading.Thread(target=self._ask_until, args=(path, time.monotonic() + seconds, done))
            for _ in range(clients)
        ]
        pids = self.processes()
        before = processes.worked(pids)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done) * 1000 / (processes.worked(pids) - before)

    def _ask_until(self, path: str, end: float, done: list[int]) -> None:
        client, count = self.client(), 0
        while time.monotonic() < end:
            client.ask(Request(path))
            count += 1
        done.append(count)


class Client:
    """A connection that is kept where the server keeps it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.connection = http.client.HTTPConnection(HOST, server.port, timeout=TIMEOUT)

    def ask(self, request: Request) -> bytes:
        """The body of the answer; raises Answered where it is a refusal."""
        body, headers = None, dict(self.server.headers)
        if request.fields is not None:
            body = urlencode(request.fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        method = "GET" if body is None else "POST"
        self.connection.request(method, request.path, body, headers)
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status not in (200, 201, 302):
            raise Answered(f"{method} {request.path}: {answer.status} {said[:200]!r}")
        return said


def _calls(looking: psycopg.Connection[tuple[str, int]]) -> int:
    rows = looking.execute(CALLS).fetchall()
    return sum(calls for query, calls in rows if not query.startswith(NOT_COUNTED))


def quantile(values: list[float], share: float) -> float:
    """The value below which this share of them lies."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]
