"""The 644 addresses that lead people off other sites, wherever this one lets itself be led.

That is every parameter and every Referer that an answer follows, found by asking; and the path
itself. Chromium says where each answer leads, from the address that it would have come from.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser

from tests.hostility.leading import Asked, asked, leading, leads_off
from tests.prove.conftest import Noted
from tests.rights import world
from tests.rights.test_table import Undo
from tests.text.test_hostile_markdown import SECURITY

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
EVERY = int(os.environ.get("EVERY", "1"))
PLANNED = 644
HERE = "https://testserver"
NAMES = (
    *("next", "back", "return", "return_to", "return_url", "returnTo", "redirect", "redirect_to"),
    *("redirect_uri", "redirect_url", "redir", "url", "uri", "to", "goto", "go", "continue"),
    *("dest", "destination", "target", "from", "ref", "rurl", "callback", "success_url", "out"),
    *("view", "page", "of", "under", "query", "_popup", "_to_field", "_changelist_filters"),
)
"""How such parameters are called here and elsewhere."""
MARKED = re.compile(r"/about/\?by=(\w+)$")
PLACE = "/d/public/exchange/"
"""A page that some answers lead back to, where the Referer names it."""
PLACES = (
    *("{payload}", f"{HERE}{{payload}}", f"{HERE}/d/public/{{payload}}", "{payload}/d/public/"),
    *(f"{HERE}{PLACE}?{{payload}}", f"{HERE}{{payload}}{PLACE}"),
)
"""Where in a Referer a payload stands."""
LINK = re.compile(r'\b(?:href|action|formaction|hx-get|hx-post)="([^"]*)"')
OFF = """([addresses, here]) => addresses.filter(one => {
    try { return new URL(one, here).origin !== new URL(here).origin; } catch { return true; }
})"""
"""Which of the addresses a browser leaves the site for, or would not know what to do with."""


class Seen:
    """Where answers led, each address once, and what was wrong at once."""

    def __init__(self) -> None:
        self.requests = 0
        self.led: dict[str, str] = {}
        self.wrong: list[tuple[str, str, int]] = []

    def look(self, answer: Any, name: str, payload: str) -> None:
        """Keep where an answer leads, by its headers and, where it is a page, by its links."""
        self.requests += 1
        links = LINK.findall(answer.content.decode()) if _is_page(answer) else []
        for to in (*leading(answer), *links):
            self.led.setdefault(to.replace("&amp;", "&"), f"{name} {payload}")
        if answer.status_code >= 500:
            self.wrong.append((name, payload, answer.status_code))


def _is_page(answer: Any) -> bool:
    return not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html")


@pytest.fixture
def payloads() -> list[str]:
    path = SECURITY / "open-redirect.txt"
    if not path.exists():
        pytest.skip("the corpus is not here")
    found = path.read_text().splitlines()
    assert len(found) == PLANNED
    return found[::EVERY]


@pytest.fixture
def off(chromium: Browser) -> Iterator[Any]:
    """Ask Chromium which of these addresses lead off the site."""
    page = chromium.new_page()
    yield lambda addresses: page.evaluate(OFF, [list(addresses), f"{HERE}/a/b/"])
    page.close()


def obeyed(one: Asked) -> Iterator[tuple[str, str]]:
    """The parameters that lead on from here, each with where it stands: `query` or `form`."""
    marks = {name: f"/about/?by={name}" for name in NAMES}
    for place in ("query", "form") if one.row.method == "POST" else ("query",):
        answer = send(one, place, marks)
        assert answer.status_code < 500, (one.name, place)
        shown = LINK.findall(answer.content.decode()) if _is_page(answer) else []
        for to in (*leading(answer), *shown):
            if found := MARKED.search(to):
                yield found[1], place


def send(one: Asked, place: str, parameters: dict[str, str]) -> Any:
    """What comes of it with these parameters in the `query` or the `form`."""
    return one.answer(query=parameters) if place == "query" else one.answer(form=parameters)


def follows_referer(one: Asked) -> bool:
    """Whether an answer leads to where the Referer says."""
    return any(PLACE in to for to in leading(one.answer(referer=HERE + PLACE)))


def test_no_parameter_leads_off_the_site(payloads: list[str], off: Any, note: Noted) -> None:
    seen, places = Seen(), []
    for one in asked(world.build(), HERE):
        for name, place in dict.fromkeys(obeyed(one)):
            places.append((one.name, name, place))
            for payload in payloads:
                seen.look(send(one, place, {name: payload}), f"{places[-1]}", payload)
    assert seen.wrong == []
    assert [(to, seen.led[to]) for to in off(seen.led)] == []
    assert ("POST account_login", "next", "form") in places
    assert ("POST debate:debate-follow", "next", "form") in places
    caught = off(payloads)
    assert len(caught) > len(payloads) / 2
    assert caught == [to for to in payloads if leads_off(to, HERE)]
    note(
        "parameters that lead on",
        f"{len(payloads)} payloads in {len(places)} parameters of "
        f"{len({name for name, *_ in places})} forms and pages (of {len(NAMES)} names tried at "
        f"every address): {seen.requests:,} requests, {len(seen.led):,} different addresses led "
        f"or linked to, 0 off the site by Chromium's reading; of the payloads themselves "
        f"{len(caught)} lead off",
    )


def test_no_referer_leads_off_the_site(payloads: list[str], off: Any, note: Noted) -> None:
    seen, follow = Seen(), []
    for one in asked(world.build(), HERE):
        if follows_referer(one):
            follow.append(one.name)
            for number, payload in enumerate(payloads):
                for place in {PLACES[0], PLACES[1 + (number + len(follow)) % (len(PLACES) - 1)]}:
                    referer = place.format(payload=payload).encode().decode("latin-1")
                    seen.look(one.answer(referer=referer), one.name, referer)
    assert seen.wrong == []
    assert [(to, seen.led[to]) for to in off(seen.led)] == []
    assert {"POST debate:debate-visit", "POST debate:statement-mark"} <= {*follow}
    note(
        "Referers that lead back",
        f"{len(payloads)} payloads as the Referer and as a part of one, to the {len(follow)} "
        f"addresses that lead back: {seen.requests:,} requests, 0 led off the site",
    )


def test_no_path_leads_off_the_site(payloads: list[str], off: Any, note: Noted) -> None:
    there, seen = world.build(), Seen()
    for name in ("visitor", "moderator"):
        client = there.who[name].client("page")
        client.raise_request_exception = False
        for path in (path for payload in payloads for path in _paths(payload)):
            seen.look(client.get("/", PATH_INFO=path, secure=True), name, path)
    assert seen.wrong == []
    assert [(to, seen.led[to]) for to in off(seen.led)] == []
    note(
        "paths that lead elsewhere",
        f"{len(payloads)} payloads as the path and in it, as a visitor and a moderator: "
        f"{seen.requests:,} requests, 0 led off the site",
    )


def _paths(payload: str) -> set[str]:
    """A payload as a path, and under addresses that mend the paths below them."""
    whole = payload if payload.startswith("/") else f"/{payload}"
    found = {whole, *(f"{at}{payload.lstrip('/')}" for at in ("/admin/", "/admin//", "/d/"))}
    found |= {path.rstrip("/") or "/" for path in found}
    return {path.encode().decode("latin-1") for path in found}


def test_no_mail_leads_off_the_site(
    payloads: list[str], off: Any, settings: Any, note: Noted
) -> None:
    """Who joins is led on after the link of a mail was followed, maybe in another browser."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    seen, links = Seen(), []
    for payload in payloads:
        with joining(payload) as link:
            links.append(link)
            for client in (Client(), Client()):
                seen.look(client.get(link, secure=True), "a mailed link", payload)
                seen.look(client.post(link, secure=True), "a mailed link", payload)
    assert seen.wrong == []
    assert [(to, seen.led[to]) for to in off(seen.led)] == []
    assert off(links) == []
    with joining("/about/") as link:
        assert "next=%2Fabout%2F" in link
    note(
        "mailed links that lead on",
        f"{len(payloads)} payloads as `next` of joining: {len(links):,} mails with links to "
        "the site itself, which led nowhere else when they were followed",
    )


@contextmanager
def joining(to: str) -> Iterator[str]:
    """Join on the way to an address; the link of the mail, which holds until the end."""
    sent = {"username": "newcomer", "email": "new@m.example", "password1": "violet-marmot-9"}
    mail.outbox.clear()
    cache.clear()
    with suppress(Undo), transaction.atomic():
        Client().post("/accounts/signup/", {**sent, "next": to}, secure=True)
        [letter] = mail.outbox
        [link] = re.findall(r"https?://\S+", str(letter.body))
        yield link
        raise Undo


def test_the_proof_would_see_it(payloads: list[str], off: Any) -> None:
    """Without the check, most payloads are followed, and found."""
    [one] = [one for one in asked(world.build(), HERE) if one.name == "POST accounts:bots"]
    seen = Seen()
    with mock.patch("accounts.http.url_has_allowed_host_and_scheme", return_value=True):
        for payload in payloads:
            seen.look(one.answer(form={"next": payload}), one.name, payload)
    assert len(off(seen.led)) > len(payloads) / 3
