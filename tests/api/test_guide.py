"""What the guide and the example bot say is so: every command fits the schema, the bot asks."""

from __future__ import annotations

import json
import re
import runpy
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema  # type: ignore[import-untyped]  # it comes without types
import pytest
from django.utils import timezone

from accounts import actions
from accounts.models import User
from debate.api.schema import document
from debate.models import Held, IdempotencyKey, Statement
from tests import factories
from tests.actions.precautions import setting

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(PROJECT / "docs" / "guide").glob("*.md"), PROJECT / "docs" / "api.md"])
BOT = PROJECT / "examples" / "asks_back.py"
NO_COMMANDS = ("README.md", "once.md", "errors.md", "clients.md", "mcp.md", "markdown.md")
SITES = ("$SITE", "https://example.org/api/v1")


def commands(page: Path) -> list[list[str]]:
    """The calls of curl on a page, as a shell would take them apart."""
    text = page.read_text()
    found = re.findall(r"^    (curl (?:.|\n(?=      ))*)$", text, re.M)
    return [shlex.split(one.replace("\\\n", " ")) for one in found]


def called(words: list[str]) -> tuple[str, str, Any]:
    """Method, address and body of a call."""
    address = next(word for word in words if word.startswith(SITES))
    body = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
    method = words[words.index("-X") + 1] if "-X" in words else "GET" if body is None else "POST"
    return method, re.sub(r"^(\$SITE|https://example\.org/api/v1)", "/api/v1", address), body


def operation(method: str, address: str) -> dict[str, Any]:
    """What the schema says of it."""
    path = urlsplit(address).path
    for pattern, operations in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path) and method in operations:
            found: dict[str, Any] = operations[method]
            return found
    raise AssertionError(f"{method} {address} is not in the schema")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_the_guide_fits_the_schema(page: Path) -> None:
    found = commands(page)
    if page.name not in NO_COMMANDS:
        assert found
    for words in found:
        method, address, body = called(words)
        told = operation(method.lower(), address)
        parameters = {one["name"] for one in told.get("parameters", []) if one["in"] == "query"}
        assert set(parse_qs(urlsplit(address).query)) <= parameters, address
        if body is not None:
            shape = told["requestBody"]["content"]["application/json"]["schema"]
            whole = {**shape, "components": document()["components"]}
            jsonschema.Draft202012Validator(whole).validate(body)


def test_every_page_of_the_guide_is_in_its_list() -> None:
    contents = (PROJECT / "docs" / "guide" / "README.md").read_text()
    for page in PAGES:
        if page.parent.name == "guide" and page.name != "README.md":
            assert f"({page.name})" in contents


def test_the_example_bot_is_short() -> None:
    assert len(BOT.read_text().splitlines()) < 100


@pytest.mark.django_db(transaction=True)
def test_the_example_bot_asks_at_objections_left_open_for_a_day(
    claim: Statement, bob: User, rob: User, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = left_open(claim, bob)
    new = factories.ObjectionFactory.create(parent=claim, author=bob)
    Statement.objects.filter(pk=new.pk).update(status="open")
    told_of(rob, live_server, monkeypatch)
    for _ in range(2):
        runpy.run_path(str(BOT), run_name="__main__")
    [question] = Statement.objects.filter(kind="question")
    assert (question.parent_id, question.author, question.generated_by) == (old.pk, rob, "program")


@pytest.mark.django_db(transaction=True)
def test_the_example_bot_does_not_ask_again_what_waits_for_a_moderator(
    claim: Statement,
    bob: User,
    rob: User,
    live_server: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = left_open(claim, bob)
    told_of(rob, live_server, monkeypatch)
    User.objects.filter(pk__in=(bob.pk, rob.pk)).update(standing="new")
    setting(holds_first=1)
    for _ in range(2):
        runpy.run_path(str(BOT), run_name="__main__")
        IdempotencyKey.objects.all().delete()  # as after a day
    assert capsys.readouterr().out == f"{old.label}: asked, and waits for a moderator\n"
    assert Held.objects.get().points.get().parent == old


def left_open(claim: Statement, by: User) -> Statement:
    """An objection that nobody has met for a day."""
    old: Statement = factories.ObjectionFactory.create(parent=claim, author=by)
    day = timezone.now() - timedelta(days=1, minutes=1)
    Statement.objects.filter(pk=old.pk).update(created_at=day, status="open")
    return old


def told_of(bot: User, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the example where the site is, and give it a token of this bot."""
    assert bot.owner
    _, key = actions.create_token(bot, by=bot.owner, name="t", scopes=["read", "write"])
    monkeypatch.setenv("CRUX", f"{live_server.url}/api/v1/")
    monkeypatch.setenv("TOKEN", key)
