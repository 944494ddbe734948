"""A web process is ready before it is given requests, and starts without a database too."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from jinja2 import FileSystemLoader

from config import jinja, warm
from config.asgi import application


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """What tests have made is garbage afterwards, as ever."""
    yield
    gc.unfreeze()


def test_the_server_is_told_to_listen_once_all_is_ready() -> None:
    asked = iter(["lifespan.startup", "lifespan.shutdown"])
    happened: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": next(asked)}

    async def send(message: Any) -> None:
        happened.append(message["type"])

    with mock.patch.object(warm, "up", side_effect=lambda: happened.append("warm")):
        asyncio.run(application({"type": "lifespan"}, receive, send))
    assert happened == ["warm", "lifespan.startup.complete", "lifespan.shutdown.complete"]


@pytest.mark.django_db
def test_pages_that_are_read_most_are_compiled() -> None:
    fresh = jinja.environment("en", loader=FileSystemLoader(settings.BASE_DIR / "templates"))
    ours = {"jinja2": SimpleNamespace(env=fresh)}
    with mock.patch.object(warm, "engines", ours), mock.patch.object(connection, "close"):
        warm.up()
    assert fresh.cache
    compiled = {name for _, name in fresh.cache}
    assert "debate/statements/_statement.html" in compiled
    assert all(any(name.startswith(part) for name in compiled) for part in warm.READ)
    assert gc.get_freeze_count() > len(compiled)


def test_without_a_database_it_starts_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    away = OperationalError("the connection is closed")
    with mock.patch.object(connection, "ensure_connection", side_effect=away):
        warm.up()
    assert "The database does not answer yet: the connection is closed" in caplog.text
