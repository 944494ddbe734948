"""The probes answer whoever comes, and soon, whatever the database does."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from django.test import Client, override_settings
from pytest_django import Settings

from config import asking, health
from config.asking import Asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent() -> Iterator[int]:
    """Give the port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("probe", ["/healthz", "/readyz"])
def test_probes_need_neither_the_sites_name_nor_https(client: Client, probe: str) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["crux.example.org"]):
        assert client.get(probe, headers={"Host": "10.0.0.7:8001"}).status_code == 200
        assert client.get("/help/", headers={"Host": "10.0.0.7:8001"}).status_code == 400


def test_a_database_that_is_silent_makes_nobody_wait(
    client: Client, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(asking.SOON, "host", "127.0.0.1")
    monkeypatch.setitem(asking.SOON, "port", silent)
    monkeypatch.setattr(health, "_state", Asking(health._missing))
    for _ in range(3):
        begun = time.monotonic()
        answer = client.get("/readyz")
        assert (answer.status_code, answer.content) == (503, b"no database\n")
        assert time.monotonic() - begun < 2
    assert client.get("/healthz").status_code == 200


def test_it_is_ready_again_once_the_database_is(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_state", Asking(health._missing))
    with monkeypatch.context() as away:
        away.setitem(asking.SOON, "host", "/nowhere")
        assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").status_code == 200


def test_a_database_that_is_behind_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = health._wanted() | {("debate", "9999_tomorrow")}
    monkeypatch.setattr(health, "_wanted", lambda: wanted)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"migrations are missing\n")


def test_probes_ask_nothing_of_a_session(client: Client, settings: Settings) -> None:
    client.cookies["sessionid"] = "no such session"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies
