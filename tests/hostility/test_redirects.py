"""Nobody is led off the site, whatever stands in `next`, in the Referer or in the Host."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests import factories
from tests.hostility.leading import Asked, asked, leading, leads_off
from tests.rights import world

pytestmark = pytest.mark.django_db
HERE = "http://testserver"
AWAY = (
    *("//evil.example", "///evil.example", "////evil.example/%2f..", "/\\evil.example"),
    *("\\\\evil.example", "\\/evil.example", "https://evil.example", "https:evil.example"),
    *("http:///evil.example", "http:/\\evil.example", "https://testserver@evil.example"),
    *("https://evil.example#testserver", "https://testserver.evil.example"),
    *("javascript:alert(1)", "data:text/html,x", "//evil%00.example", "/\t/evil.example"),
    *(
        " //evil.example",
        "\x00//evil.example",
        "ht\ntps://evil.example",
        "debate:home",
        "//[::1]evil",
    ),
)
"""What would lead a browser away."""
ODD = (
    *("/%09/evil.example", "http:evil.example", "http://testserver/d/", "http:d/", "words", ""),
    *("?x=1", "/\r\nLocation: //evil.example", "x" * 5000, "/d/?to=//evil.example"),
)
"""What would not."""


def leads_away(answer: Any) -> bool:
    """Whether a browser would leave the site."""
    return any(leads_off(to, HERE) for to in leading(answer))


def led(one: Asked, to: str) -> Any:
    """What comes where this stands in `next` and in the Referer."""
    referer = to if to.isprintable() else ""
    if one.row.method == "POST":
        return one.answer(form={"next": to}, referer=referer)
    return one.answer(query={"next": to}, referer=referer)


def test_nobody_is_led_off_the_site() -> None:
    obeys, wrong, count = [], [], 0
    for one in asked(world.build(), HERE):
        answer = led(one, "/about/")
        assert answer.status_code < 500, (one.name, answer.content[:200])
        if answer.headers.get("Location", "") == "/about/":
            obeys.append(one)
        for to in ("//evil.example/d/public/", "http://[", "words"):
            answer = led(one, to)
            count += 1
            if answer.status_code >= 500 or leads_away(answer):
                wrong.append((one.name, to, answer.status_code))
    assert wrong == []
    assert count > 300
    assert {one.route.name for one in obeys} >= {"account_login", "debate:debate-follow"}, obeys
    for one in obeys:
        for to in AWAY + ODD:
            answer = led(one, to)
            if answer.status_code >= 500 or leads_away(answer):
                wrong.append((one.name, to, answer.status_code))
    assert wrong == []


def test_what_leads_off_the_site_is_told_as_a_browser_would() -> None:
    assert [to for to in AWAY if not leads_off(to, HERE)] == []
    assert [to for to in ODD if leads_off(to, HERE)] == []


def test_nobody_is_led_from_https_to_http() -> None:
    path = f"/accounts/bots/?next={quote(f'{HERE}/about/')}"
    answer = Client().post(path, {"bots": "hide"}, secure=True)
    assert answer.headers["Location"] == "/"
    answer = Client().post(path, {"bots": "hide"})
    assert answer.headers["Location"] == "http://testserver/about/"


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
