"""A web process is ready before it is given requests, and starts without a database too."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import translation
from jinja2 import FileSystemLoader

from config import jinja, warm
from config.asgi import application
from tests.prove.conftest import PROJECT
from tests.prove.processes import environment

STANDING_BY = f"""
import os, sys
from config import asgi, warm
warm.everything()
late = {"debate.web.markdown", "debate.formats.argdown"}
print([name for name in late if name not in sys.modules], len(os.listdir("/proc/self/task")))
"""


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


def test_a_process_draws_the_pages_of_the_release_that_it_was_started_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "seldom" / "page.html"
    page.parent.mkdir()
    page.write_text('<p>{{ _("Send it again") }}</p>')
    for number in range(400):  # as many as Jinja2 keeps unasked
        (tmp_path / f"then_{number}.html").touch()
    options = {"environment": "config.jinja.environments", "auto_reload": False}
    ours = jinja.Pages({"NAME": "one", "APP_DIRS": False, "DIRS": [tmp_path], "OPTIONS": options})
    monkeypatch.setattr(warm, "engines", {"jinja2": ours})
    warm.everything()
    page.write_text("<p>The next release</p>")
    drawn = {}
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            drawn[language] = str(ours.get_template("seldom/page.html").render())
    assert drawn == {"en": "<p>Send it again</p>", "de": "<p>Noch einmal senden</p>"}


@pytest.mark.django_db
def test_what_stands_by_has_imported_what_is_asked_for_late_and_has_no_thread() -> None:
    command = [sys.executable, "-c", STANDING_BY]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment({}), capture_output=True, text=True, check=True
    )
    assert done.stdout == "[] 1\n"


def test_without_a_database_it_starts_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    away = OperationalError("the connection is closed")
    with mock.patch.object(connection, "ensure_connection", side_effect=away):
        warm.up()
    assert "The database does not answer yet: the connection is closed" in caplog.text
