"""Passwords, keys and codes are told to nobody: not to a log, not to a table, not on a failure."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import ApiToken, User
from debate.models import Webhook
from tests.config import test_error_pages
from tests.rights import world
from tests.rights.rows import cells

pytestmark = pytest.mark.django_db
CANARY = "numbat-7f3a-corvid"
PASSWORD = f"a long {CANARY}"
KEY = f"{CANARY}-of-a-program"
FIELDS = (
    *("password", "password1", "password2", "oldpassword", "code", "credential"),
    *("token", "key", "secret", "sessionid", "csrfmiddlewaretoken"),
)
ENDLESS = ("debate:live-detail", "live-by-token", "events-or-stream", "everything-or-stream")
KEPT = {"debate_draftpoint.key", "debate_idempotencykey.key"}
"""Keys of forms, which are no secrets: they say that two are one."""


class Ear(logging.Handler):
    """Hears all loggers, formatted as a file would have it, tracebacks too."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        for one in logging.getLogger("django.request").filters:
            one.filter(record)  # type: ignore[union-attr]  # ours is a class
        self.lines.append(self.format(record))


@pytest.fixture
def ear() -> Iterator[Ear]:
    """Hear what is written at the level that the site is run with."""
    made = Ear()
    names = ["", "django", "django.request", "django.security.csrf", "allauth", "procrastinate"]
    loggers = [logging.getLogger(name) for name in names]
    for one in loggers:
        one.addHandler(made)
    yield made
    for one in loggers:
        one.removeHandler(made)


def in_tables(word: str) -> set[str]:
    """The columns of all tables in which the word stands."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT to_jsonb(t) FROM {table} t WHERE t::text LIKE %s", [f"%{word}%"]
            )
            for (row,) in cursor.fetchall():
                told = json.loads(row) if isinstance(row, str) else row
                found |= {f"{table}.{name}" for name in told if word in str(told[name])}
    return found


def test_what_is_secret_is_in_no_log_and_no_table(ear: Ear) -> None:
    there = world.build()
    place, asked = there.places["public"], 0
    secrets = {**dict.fromkeys(FIELDS, PASSWORD), "key": KEY, "token": KEY}
    for route, row in cells():
        if route.name in ENDLESS:
            continue
        path = route.address(world.values(there, place, route, dict(row.at)))
        for name in ("visitor", "author"):
            client = there.who[name].client(route.door)
            client.raise_request_exception = False
            headers = {"Authorization": f"Bearer {KEY}", "X-Api-Key": KEY, "Referer": f"/?{KEY}"}
            if route.door == "api":
                more: dict[str, Any] = {"content_type": "application/json", "headers": headers}
                client.generic(
                    row.method, f"{path}?token={KEY}", f'{{"password": "{KEY}"}}', **more
                )
            elif row.method == "POST":
                client.post(path, {**row.sends(place, there.who[name]), **secrets})
            else:
                client.get(path, secrets, headers=headers)
            asked += 1
    cache.clear()
    assert asked > 500
    assert [line for line in ear.lines if CANARY in line] == []
    assert in_tables(CANARY) - KEPT == set()


def test_a_failure_tells_none_of_what_was_sent(ear: Ear, settings: Settings) -> None:
    settings.ROOT_URLCONF = test_error_pages.__name__
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = KEY
    sent = dict.fromkeys(FIELDS, PASSWORD)
    for at in ("/fail/", "/refuse/", "/doubt/"):
        answer = client.post(at, sent, headers={"Authorization": f"Bearer {KEY}"})
        assert answer.status_code >= 400
        assert CANARY not in answer.content.decode()
    assert any("RuntimeError" in line for line in ear.lines), "the control: failures are heard"
    assert [line for line in ear.lines if CANARY in line] == []


def test_what_is_made_is_told_once_and_kept_as_a_hash(ear: Ear) -> None:
    there = world.build()
    author = there.who["author"]
    pages = author.client("pages")
    joined = {"username": "mona", "email": "mona@m.example", "password1": PASSWORD}
    Client().post("/accounts/signup/", joined)
    assert User.objects.get(username="mona").check_password(PASSWORD)
    person = author.person
    assert person is not None
    new = {"account": person.pk, "name": "A", "scopes": "read", "expiry": "30"}
    page = pages.post("/accounts/access/tokens/", new, follow=True).content.decode()
    assert page
    for key in (author.key, there.who["write token"].key):
        assert ApiToken.objects.filter(user__isnull=False).exists()
        assert in_tables(key) == set()
    made = Client(headers={"Authorization": f"Bearer {author.key}"}).post(
        "/api/v1/webhooks/", {"address": "https://hooks.example.org/x"}, "application/json"
    )
    key = made.json()["key"]
    assert Webhook.objects.exists()
    assert in_tables(key) == set()
    assert in_tables(CANARY) == set()
    assert [line for line in ear.lines if CANARY in line or key in line] == []


def test_the_look_through_tables_finds_what_is_there() -> None:
    there = world.build()
    User.objects.filter(username="author").update(name=f"So {CANARY}")
    assert "accounts_user.name" in in_tables(CANARY)
    assert there
