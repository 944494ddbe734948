"""Every page that the addresses lead to is there as Markdown too, for whoever sees the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.rights import world
from tests.rights.rows import cells
from tests.rights.table import PLACES
from tests.rights.world import World

pytestmark = pytest.mark.django_db
HTML = "text/html; charset=utf-8"
ACCEPT = {"Accept": "text/markdown, text/html;q=0.5"}
CODE = re.compile(r"(`+).*?\1", re.S)
TAG = re.compile(r"(?<!\\)<[a-zA-Z/!]")
LINK = re.compile(r"\]\((?!https?://|mailto:)")


def asked(there: World, identity: str) -> Iterator[tuple[str, Client]]:
    """The paths of all pages, also of those that the identity does not get."""
    who = there.who[identity]
    for route, row in cells():
        if row.method == "GET" and route.door in ("pages", "accounts", "admin"):
            for name in PLACES if row.within else PLACES[:1]:
                values = world.values(there, there.places[name], route, dict(row.at))
                yield route.address(values), who.client(route.door)


def faults(answer: Any) -> Iterator[str]:
    text = answer.content.decode()
    if answer["Content-Type"] != "text/markdown; charset=utf-8":
        yield answer["Content-Type"]
    if "Accept" not in [one.strip() for one in answer["Vary"].split(",")]:
        yield "Vary"
    if not text.startswith(("#", "[", "4")) and "\n# " not in text:
        yield text[:100]
    plain = CODE.sub("", text)
    yield from (plain[max(0, found.start() - 40) :][:80] for found in TAG.finditer(plain))
    yield from (plain[max(0, found.start() - 40) :][:80] for found in LINK.finditer(plain))


@pytest.mark.parametrize("identity", ["visitor", "author", "moderator"])
def test_every_page_is_there_as_markdown(identity: str) -> None:
    there = world.build()
    wrong, pages, refused = [], 0, 0
    for path, client in dict(asked(there, identity)).items():
        page = client.get(path)
        if page.headers.get("Content-Type") != HTML or page.streaming:
            continue
        answer = client.get(path, headers=ACCEPT)
        if answer.status_code != page.status_code:
            wrong.append(f"{path}: {answer.status_code}, not {page.status_code}")
        if page.content:  # redirects have none
            wrong += [f"{path}: {fault}" for fault in faults(answer)]
            pages += page.status_code == 200
            refused += page.status_code in (403, 404)
    assert not wrong, "\n".join(wrong)
    assert pages >= {"visitor": 25, "author": 80, "moderator": 80}[identity]
    assert refused > 10
