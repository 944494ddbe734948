"""No key, password, session or address of anybody lands in a log, whatever goes wrong."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from accounts import actions
from accounts.models import Scope, User
from config import logs, tally
from config import urls as site
from config.urls import handler429, handler500

__all__ = ["handler429", "handler500"]

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery-2026"
ADDRESS = "dora.private@example.org"


def quote(request: HttpRequest) -> HttpResponse:
    """Fail as code does that quotes what it was given."""
    raise ValueError(f"cannot read {request.headers['Authorization']!r} of {ADDRESS}")


def repeat(request: HttpRequest) -> HttpResponse:
    """Fail as a database does that quotes the row."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE once (email text PRIMARY KEY) ON COMMIT DROP")
        cursor.execute("INSERT INTO once VALUES (%s), (%s)", [ADDRESS, ADDRESS])
    return HttpResponse()


urlpatterns = [path("quote/", quote), path("repeat/", repeat), *site.urlpatterns]


@pytest.fixture
def said(settings: Settings) -> Iterator[StringIO]:
    """Give all that is said, as production writes it; each statement counts as slow."""
    settings.ROOT_URLCONF = __name__
    settings.SLOW_QUERY = 0
    tally.attach(connection)
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Objects())
    handler.addFilter(logs.Routes())
    listening = [logging.getLogger(), logging.getLogger("django")]
    levels = [one.level for one in listening]
    for one in listening:
        one.addHandler(handler)
        one.setLevel(logging.INFO)
    yield written
    for one, level in zip(listening, levels, strict=True):
        one.removeHandler(handler)
        one.setLevel(level)


def test_nothing_secret_is_said_of_joining_signing_in_tokens_and_faults(
    said: StringIO, alice: User, settings: Settings
) -> None:
    client = Client(raise_request_exception=False)
    joined = {"username": "dora", "email": ADDRESS, "password1": PASSWORD}
    assert client.post("/accounts/signup/", joined).status_code in (200, 302)
    client.post("/accounts/logout/")
    for password in ("wrong-" + PASSWORD, PASSWORD):
        client.post("/accounts/login/", {"login": ADDRESS, "password": password})
    client.post("/accounts/password/reset/", {"email": ADDRESS})
    links = [
        one for message in mail.outbox for one in re.findall(r"/(\S{20,})/", str(message.body))
    ]
    for link in links:
        client.get(f"/{link}/")
    dora = User.objects.get(username="dora")
    _, token = actions.create_token(dora, name="mine", scopes=[Scope.READ], by=dora)
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me/", headers=bearer).status_code == 200
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}x"}).status_code
    assert client.get("/quote/", headers=bearer).status_code == 500
    assert client.get("/repeat/").status_code == 500
    client.get(f"/u/{token}/?token={token}")
    sessions = [cookie.value for cookie in client.cookies.values()]
    settings.METRICS_TOKEN = "figures-for-those-who-watch"
    client.get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})

    log = said.getvalue()
    lines = [json.loads(line) for line in log.splitlines()]
    assert len(links) >= 1 and len(sessions) >= 2 and len(lines) > 50  # it looked at something
    assert sum(line["logger"] == "crux.database" for line in lines) > 30
    assert sum("error" in line for line in lines) >= 2
    assert "IntegrityError" in log and "ValueError: cannot read" in log
    secrets = [PASSWORD, ADDRESS, "dora", token, token[:20], settings.METRICS_TOKEN]
    for secret in (*secrets, *sessions, *links):
        assert secret not in log, secret
    assert IntegrityError.__name__ in log


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("to Dora <dora@example.org>.", "to Dora <(address)>."),
        ("postgresql://crux:hidden@db:5432/crux", "postgresql://(secret)@db:5432/crux"),
        ("Bearer crux_0a1b2c3d_" + "aB3-" * 10, "Bearer (secret)"),
        ("session 3x8yq2m1kz0p9w7v5u4t6s8r2q1n0m3k", "session (secret)"),
        ("no such column: debate_statement.depth", "no such column: debate_statement.depth"),
        ("once\nDETAIL:  Key (email)=(a\nb) exists.", "once\nDETAIL: (not told)"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str, told: str) -> None:
    assert logs.without_secrets(text) == told
