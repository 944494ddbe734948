"""Nobody is led off the site, whatever stands in `next`, in the Referer or in the Host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from tests import factories
from tests.hostility.crawling import OUT
from tests.rights import world
from tests.rights.routes import Route
from tests.rights.rows import cells
from tests.rights.table import IDENTITIES, YES, Row, outcome
from tests.rights.test_table import Undo
from tests.rights.world import World
from tests.text.test_hostile_markdown import SECURITY

pytestmark = pytest.mark.django_db
HERE = "http://testserver"
AWAY = (
    *("//evil.example", "///evil.example", "////evil.example/%2f..", "/\\evil.example"),
    *("\\\\evil.example", "\\/evil.example", "https://evil.example", "https:evil.example"),
    *(
        "http:///evil.example",
        "https://testserver@evil.example",
        "https://evil.example#testserver",
    ),
    *(
        "https://testserver.evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil%00.example",
    ),
    *(
        "/%09/evil.example",
        "/\t/evil.example",
        " //evil.example",
        "\x00//evil.example",
        "http://[",
    ),
    *(
        "//[::1]evil",
        "words",
        "",
        "?x=1",
        "/\r\nLocation: //evil.example",
        "x" * 5000,
        "debate:home",
    ),
)


def asked(there: World) -> Iterator[tuple[Route, Row, Client, str]]:
    """Every address of the pages that may lead elsewhere, with somebody who gets it."""
    place = there.places["public"]
    for route, row in cells():
        if route.door == "api" or "live" in route.name:
            continue
        path = route.address(world.values(there, place, route, dict(row.at)))
        may = [one for one in IDENTITIES if outcome(row, route.door, "public", one) == YES]
        may = [one for one in may if there.who[one].session] or ["visitor"]
        name = "visitor" if path.startswith(OUT) else may[-1]
        client = there.who[name].client(route.door)
        client.raise_request_exception = False
        yield route, row, client, path


def answered(there: World, row: Row, client: Client, path: str, to: str, form: bool) -> Any:
    """What comes where this stands in `next` and in the Referer; what is written is undone."""
    answer = None
    sent = row.sends(there.places["public"], there.who["facilitator"])
    if path.endswith("/login/"):
        sent = {"login": "nora", "password": "correct horse"}
    try:
        with transaction.atomic():
            headers = {"Referer": to} if to.isprintable() else {}
            if row.method == "POST":
                at, more = (path, {"next": to}) if form else (f"{path}?next=/x/", {})
                answer = client.post(at, {**sent, **more}, headers=headers)
            else:
                answer = client.get(path, {"next": to}, headers=headers)
            raise Undo
    except Undo:
        cache.clear()
    return answer


def leads_away(answer: Any) -> bool:
    """Whether a browser would leave the site."""
    for name in ("Location", "HX-Redirect", "HX-Location", "Refresh"):
        to = answer.headers.get(name, "")
        to = re.sub(r"[\t\r\n]", "", to).strip(" \x00").replace("\\", "/")
        try:
            parts = urlsplit(urljoin(f"{HERE}/a/b/", to))
        except ValueError:
            return True
        if parts.netloc != "testserver" or parts.scheme != "http":
            return True
    return False


def payloads() -> list[str]:
    corpus = SECURITY / "open-redirect.txt"
    return corpus.read_text().splitlines() if corpus.exists() else []


def test_nobody_is_led_off_the_site() -> None:
    there = world.build()
    obeys, wrong, count = [], [], 0
    for route, row, client, path in asked(there):
        answer = answered(there, row, client, path, "/about/", True)
        assert answer.status_code < 500, (row.method, route.name, answer.content[:200])
        if answer.headers.get("Location", "") == "/about/":
            obeys.append((route, row, client, path))
        for to in ("//evil.example/d/public/", "http://[", "words"):
            answer = answered(there, row, client, path, to, True)
            count += 1
            if answer.status_code >= 500 or leads_away(answer):
                wrong.append((row.method, route.name, to, answer.status_code))
    assert wrong == []
    assert count > 300
    assert {route.name for route, *_ in obeys} >= {"account_login", "debate:debate-follow"}, obeys
    for route, row, client, path in obeys:
        for to in AWAY:
            answer = answered(there, row, client, path, to, True)
            if answer.status_code >= 500 or leads_away(answer):
                wrong.append((row.method, route.name, to, answer.status_code))
    assert wrong == []


HOSTS = (
    *("evil.example", "testserver.evil.example", "testserver@evil.example", "testserver:80@evil"),
    *(
        "testserver evil.example",
        "testserver,evil.example",
        "",
        "[::1",
        "testserver/evil",
        "testserver?",
    ),
    *(
        "testserver#x",
        "testserver:x",
        "testserver\\evil",
        ".testserver",
        "evil.example:443",
        "127.1",
    ),
)


def test_another_host_is_refused(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    for host in HOSTS:
        answer = Client(raise_request_exception=False).get("/d/", headers={"Host": host or "_"})
        assert answer.status_code == 400, host
        assert "evil" not in answer.content.decode()


def test_what_a_proxy_may_say_of_the_host_is_not_believed(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    user = factories.UserFactory.create(username="mona", email="mona@m.example")
    names = ("X-Forwarded-Host", "Forwarded", "X-Host", "X-Original-Host", "X-Forwarded-Server")
    for name in names:
        cache.clear()
        value = "host=evil.example" if name == "Forwarded" else "evil.example"
        headers = {name: value, "X-Forwarded-Proto": "gopher", "X-Original-URL": "/admin/"}
        page = Client().get("/d/", headers=headers)
        assert b"evil.example" not in page.content
        Client().post("/accounts/password/reset/", {"email": user.email}, headers=headers)
    assert len(mail.outbox) == len(names)
    for letter in mail.outbox:
        links = re.findall(r"https?://[^\s]+", str(letter.body))
        assert links
        assert all(link.startswith((f"{HERE}/", settings.SITE_URL)) for link in links)


def test_links_of_the_api_are_on_the_host_that_was_asked() -> None:
    headers = {"X-Forwarded-Host": "evil.example"}
    told = Client().get("/api/v1/debates/", headers=headers).content.decode()
    assert "evil.example" not in told
    assert json.loads(told) is not None
