"""What `check` says of settings and of the database, each with an id and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from config import asking, checks

SOUND = {
    "version": 170_012,
    "encoding": "UTF8",
    "is_superuser": "off",
    "connections": 100,
    "durable": "on on on",
    "locale": "C.UTF-8",
}


def ids(messages: list[CheckMessage]) -> list[str | None]:
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("name", "value", "check", "found"),
    [
        ("PROXIES", 0, checks.behind_a_proxy, "crux.W001"),
        ("DEFAULT_FROM_EMAIL", "Crux <crux@localhost>", checks.sends_mail, "crux.W002"),
        ("EMAIL_HOST_PASSWORD", "between us", checks.sends_mail, "crux.W003"),
        ("SITE_URL", "https://other.example.org", checks.has_one_name, "crux.W004"),
        ("FORMER_NAMES_KEY", "the new one", checks.keeps_former_names, "crux.W005"),
    ],
)
def test_each_doubtful_setting_is_named(
    settings: Settings, name: str, value: object, check: Any, found: str
) -> None:
    settings.PROXIES = 1
    settings.DEFAULT_FROM_EMAIL = "crux@example.org"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new one", ["the first one"]
    settings.FORMER_NAMES_KEY = "the first one"
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://a.example.org", [".example.org", "b.org"]
    assert check() == []
    settings.ALLOWED_HOSTS = ["a.example.org"]
    assert check() == []
    setattr(settings, name, value)
    assert ids(check()) == [found]


@pytest.mark.parametrize(
    ("fact", "value", "found"),
    [
        ("version", 140_011, "crux.E012"),
        ("encoding", "LATIN1", "crux.E013"),
        ("locale", "en_US.UTF-8", "crux.W014"),
        ("durable", "on off on", "crux.W015"),
        ("is_superuser", "on", "crux.W016"),
        ("connections", 20, "crux.W017"),
    ],
)
def test_each_doubtful_fact_of_the_database_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, fact: str, value: object, found: str
) -> None:
    settings.DATABASES = {"default": {"OPTIONS": {"pool": {"max_size": 16}}}}
    facts: dict[str, Any] = dict(SOUND)
    monkeypatch.setattr(checks, "_found", lambda alias: facts)
    assert checks.databases(databases=["default"]) == []
    facts[fact] = value
    assert ids(checks.databases(databases=["default"])) == [found]


@pytest.mark.django_db
def test_a_database_is_looked_at_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = checks._found("default")
    assert (facts["encoding"], facts["locale"]) == ("UTF8", "C.UTF-8")
    assert facts["version"] >= 150_000 and facts["connections"] > 0
    monkeypatch.setitem(asking.SOON, "host", "/nowhere")
    (message,) = checks.databases(databases=["default"])
    assert message.id == "crux.E011" and "No such file" in message.msg
    assert checks.databases() == []
