"""Each request has an id, a line in the log and its place among the figures."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from psycopg_pool import PoolTimeout
from pytest_django import Settings

from config import logs, tally
from config import urls as site
from config.urls import handler429, handler500

__all__ = ["handler429", "handler500"]

TOKEN = "figures-for-those-who-watch"

pytestmark = pytest.mark.django_db


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(request.GET["why"])


def wait_in_vain(request: HttpRequest) -> HttpResponse:
    raise OperationalError("no connection") from PoolTimeout("no connection")


class Waiting:
    """A middleware that needs the database: what it raises no other one meets."""

    def __init__(self, get_response: object) -> None:
        pass

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return wait_in_vain(request)


urlpatterns = [
    path("wait/", wait_in_vain),
    path("fail/", fail),
    path("api/v1/fail/", fail),
    *site.urlpatterns,
]


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Give what production's log says, of all loggers that write into one."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Objects())
    handler.addFilter(logs.Routes())
    listening = [logging.getLogger(), logging.getLogger("django")]
    level = listening[0].level
    listening[0].setLevel(logging.INFO)
    for one in listening:
        one.addHandler(handler)
    yield written
    for one in listening:
        one.removeHandler(handler)
    listening[0].setLevel(level)


@pytest.fixture
def careless(settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def lines(log: StringIO, logger: str) -> list[dict[str, object]]:
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in told if line["logger"] == logger]


def test_a_line_tells_the_route_and_nobody(client: Client, alice: object, log: StringIO) -> None:
    answer = client.get("/u/alice/", HTTP_USER_AGENT="a browser")
    (line,) = lines(log, "crux.requests")
    assert line["route"] == "u/<slug:username>/"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["request"] == answer.headers["X-Request-ID"]
    assert isinstance(line["queries"], int) and line["queries"] > 0
    assert set(line) == {
        *("time", "level", "logger", "message", "request"),
        *("method", "route", "status", "ms", "queries", "database_ms"),
    }


@pytest.mark.parametrize("probe", ["/healthz", "/readyz", "/metrics", "/static/no-such.css"])
def test_probes_and_files_leave_no_line(client: Client, probe: str, log: StringIO) -> None:
    client.get(probe)
    assert not lines(log, "crux.requests")


def test_an_id_is_taken_from_a_proxy_alone(client: Client, settings: Settings) -> None:
    given = {"X-Request-ID": "from-the-proxy-1"}
    assert client.get("/help/", headers=given).headers["X-Request-ID"] != "from-the-proxy-1"
    settings.PROXIES = 1
    assert client.get("/help/", headers=given).headers["X-Request-ID"] == "from-the-proxy-1"
    forged = {"X-Request-ID": 'a","level":"b'}
    assert client.get("/help/", headers=forged).headers["X-Request-ID"].isalnum()


def test_a_fault_is_told_with_its_place_and_under_the_number_that_the_page_has(
    careless: Client, log: StringIO
) -> None:
    answer = careless.get("/fail/?why=it+broke")
    (line,) = lines(log, "django.request")
    assert "RuntimeError: it broke" in str(line["error"])
    assert "test_watching.py" in str(line["error"])
    assert str(line["request"]) in answer.content.decode()
    assert answer.headers["X-Request-ID"] == line["request"]


def test_a_fault_of_the_api_names_its_request_and_a_refusal_is_always_the_same(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("it broke")

    address = "/api/v1/debates/no-such/"
    assert client.get(address).content == client.get(address).content
    monkeypatch.setattr("debate.api.debates.OneDebate.get", broken)
    answer = client.get(address)
    assert answer.status_code == 500
    assert answer.json()["instance"] == f"urn:crux:request:{answer.headers['X-Request-ID']}"


@pytest.mark.parametrize("before", [[], [f"{__name__}.Waiting"]], ids=["view", "middleware"])
def test_who_waits_for_a_connection_in_vain_is_told_of_in_one_line(
    before: list[str], careless: Client, settings: Settings, log: StringIO
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, *before]
    answer = careless.get("/wait/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert not lines(log, "django.request")
    (line,) = lines(log, "config.middleware")
    assert str(line["message"]).endswith(" had no database: no connection")


def test_a_slow_statement_is_noted_without_its_values(settings: Settings, log: StringIO) -> None:
    settings.SLOW_QUERY = 20
    tally.attach(connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.03), %s", ["between us"])
        cursor.execute("SELECT 1")
    (line,) = lines(log, "crux.database")
    assert line["sql"] == "SELECT pg_sleep(0.03), %s"
    assert "between us" not in log.getvalue()


def test_control_characters_do_not_reach_a_terminal() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "a\r\nb\x1b[31m\x9b", None, None)
    for formatter in (logs.Lines(), logs.Objects()):
        said = formatter.format(record)
        assert len(said.splitlines()) == 1
        assert said.isprintable()


# ---- the figures
def test_the_figures_are_for_who_has_the_token(client: Client, settings: Settings) -> None:
    def ask(token: str) -> int:
        return client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code

    assert ask("") == ask(TOKEN) == 404
    settings.METRICS_TOKEN = TOKEN
    assert ask("") == ask("another") == ask("\u00fc") == 404
    assert ask(TOKEN) == 200


def test_the_figures_tell_of_routes_and_of_what_waits(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    client.get("/d/no-such-debate/")
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    text = answer.content.decode()
    route = 'route="d/<slug:slug>/"'
    assert f'crux_requests_total{{method="GET",{route},status="404"}}' in text
    assert f"crux_database_queries_total{{{route}}}" in text
    assert f'crux_request_seconds_bucket{{le="0.5",method="GET",{route}}}' in text
    for name in ("streams", "workers", "mails", "deliveries", "analyses_age_seconds"):
        assert f"\ncrux_{name} " in text
    assert "\ncrux_database_up 1.0" in text
    assert "no-such-debate" not in text
