"""The policy that browsers are given: on every page, whatever its status, and strict."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from tests.config import test_error_pages
from tests.rights import world
from tests.rights.rows import cells
from tests.rights.table import IDENTITIES
from tests.rights.test_table import Undo

pytestmark = pytest.mark.django_db
ENDLESS = ("debate:live-detail", "live-by-token", "events-or-stream", "everything-or-stream")
POLICY = "Content-Security-Policy"
STRICT = ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "default-src 'none'")
LOOSE = ("unsafe-inline", "unsafe-eval", "*", "http:", "https:", "strict-dynamic", "blob:")


def faults(answer: Any) -> list[str]:
    """What is missing of an answer that a browser may show."""
    policy = answer.headers.get(POLICY, "")
    found = [rule for rule in STRICT if rule not in policy]
    found += [word for word in LOOSE if word in policy]
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("sniffing")
    if answer.headers.get("X-Frame-Options") != "DENY":
        found.append("frames")
    if answer.headers.get("Referrer-Policy") != "same-origin":
        found.append("referrer")
    return found


def test_every_page_has_the_policy_whatever_its_status() -> None:
    there = world.build()
    place, wrong, statuses, pages = there.places["public"], [], set(), 0
    for route, row in cells():
        if route.name in ENDLESS:
            continue
        path = route.address(world.values(there, place, route, dict(row.at)))
        one = IDENTITIES[zlib.crc32(path.encode()) % 3 + 2]
        for name in ("visitor", one, "facilitator", "moderator"):
            client = there.who[name].client(route.door)
            answer: Any = None
            try:
                with transaction.atomic():
                    answer = client.generic(row.method, path)
                    raise Undo
            except Undo:
                cache.clear()
            statuses.add(answer.status_code)
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                pages += 1
            if found := faults(answer):
                wrong.append((row.method, route.name, name, answer.status_code, found))
    assert wrong == []
    assert pages > 300
    assert statuses >= {200, 302, 403, 404, 422}


@pytest.mark.parametrize("at", ["/refuse/", "/doubt/", "/fail/", "/nowhere/"])
def test_pages_of_errors_have_it_too(settings: Settings, at: str) -> None:
    settings.ROOT_URLCONF = test_error_pages.__name__
    answer = Client(raise_request_exception=False).get(at)
    assert answer.status_code >= 400
    assert faults(answer) == []


def test_no_nonce_is_needed_where_nothing_stands_in_the_page() -> None:
    """A nonce that is told twice is none; ours are told never: no page has a script in it."""
    told = str(settings.CONTENT_SECURITY_POLICY)
    assert "nonce" not in told
    assert "nonce-" not in Client().get("/").headers[POLICY]
