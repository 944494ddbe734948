"""nginx before the site, keeping what it may: nobody is shown another's, or what was planted."""

from __future__ import annotations

import http.client
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.prove.conftest import Noted
from tests.prove.nginx import caching, program
from tests.prove.processes import in_public, web
from tests.prove.test_foreign import (
    MADE_UP,
    PEOPLE,
    UNKEYED,
    Found,
    ask_in_turn,
    scene,
)
from tests.streams import HTTPS

pytestmark = [
    pytest.mark.prove,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not program(), reason="needs nginx"),
]

REQUESTS = int(os.environ.get("CRUX_FOREIGN", "10000"))
BEFORE_CARELESS = 800
PLANTED = "http://madeup{}x.example/"
NAMED = """
    X-Forwarded-Path X-Forwarded-Uri X-Forwarded-Ssl X-Forwarded-By Front-End-Https
    X-Original-Host X-Proxy-Url Proxy-Host Request-Uri X-Backend-Host Base-Url X-Rewrite-Host
    X-Script-Name Script-Name X-Url-Scheme X-Http-Host-Override X-Client-IP X-Cluster-Client-IP
    Cf-Connecting-Ip Client-IP X-Remote-Addr X-Remote-User Remote-User X-User X-Request-ID
    X-Correlation-ID Traceparent X-Amz-Website-Redirect-Location Destination
    X-Custom-IP-Authorization X-Api-Version X-CSRFToken X-Csrf-Token Last-Event-ID
    Idempotency-Key X-Timer Save-Data Sec-Ch-Ua Sec-Fetch-Mode Sec-Fetch-Dest Sec-Fetch-Site DNT
    X-Uidh Warning HX-Current-URL HX-Target HX-Trigger HX-Trigger-Name HX-Prompt X-PJAX
""".split()
MEANT = (
    *(("HX-Request", "true"), ("HX-Boosted", "true"), ("X-Forwarded-Proto", "http")),
    *(
        ("Accept", "text/markdown"),
        ("Accept", "application/json"),
        ("Accept", "text/event-stream"),
    ),
    *(("Accept-Language", "de"), ("Accept-Language", "madeup0x"), ("Accept-Encoding", "gzip")),
    *(("Accept-Encoding", "br"), ("X-HTTP-Method", "DELETE"), ("X-Method-Override", "POST")),
    *(("X-HTTP-Method-Override", "PUT"), ("Range", "bytes=0-9"), ("If-None-Match", "*")),
    *(("If-Modified-Since", "Fri, 01 Jan 2038 00:00:00 GMT"), ("If-Match", "*")),
    *(("Content-Type", "application/json"), ("Authorization", "Bearer madeup0x")),
    *(("Cache-Control", "max-age=0"), ("Host", "madeup0x.example"), ("X-Forwarded-Port", "1")),
)
"""What changes an answer somewhere: the kind or the language of what comes, or whether it does."""
COOKIES = """
    sessionid csrftoken messages language django_language theme lang locale user admin debug
    host next sort bots zone timezone utm_source
""".split()
FIELDS = ("q", "next", "sort", "at", "after", "kind", "status", "bots", "callback", "utm_source")


@dataclass(frozen=True)
class Attempt:
    """Something in a request that its address does not tell."""

    headers: Mapping[str, str]
    body: str | None = None


def attempts() -> Iterator[Attempt]:
    value = PLANTED.format(0)
    for name in (*UNKEYED, *NAMED):
        yield Attempt({name: value})
    for name, meant in MEANT:
        yield Attempt({name: meant})
    for name in COOKIES:
        yield Attempt({"Cookie": f"{name}=madeup0x"})
    for name in FIELDS:
        yield Attempt({"Content-Type": "application/x-www-form-urlencoded"}, f"{name}={value}")


@dataclass(frozen=True)
class Answer:
    """What kind of answer it is, what was planted in it, and where it came from."""

    kind: tuple[object, ...]
    planted: bool
    kept: str


def get(port: int, path: str, attempt: Attempt | None = None) -> Answer:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    given = attempt or Attempt({})
    line.request("GET", path, given.body, {**HTTPS, **given.headers})
    answer = line.getresponse()
    body, heads = answer.read(), answer.headers
    line.close()
    told = [heads.get(name) for name in ("Content-Type", "Content-Language", "Content-Encoding")]
    whole = body.lstrip()[:9].lower() == b"<!doctype"
    planted = MADE_UP.search(f"{heads}{body.decode(errors='replace')}")
    place = re.sub(r"cb=\d+", "", heads.get("Location", ""))
    kind = (answer.status, *told, place, whole)
    return Answer(kind, bool(planted), heads.get("X-Kept", ""))


def poisoned(port: int, site: int, pages: list[str]) -> tuple[Counter[str], list[str]]:
    """Ask for each page with each attempt, then as anybody does: where that came from, and what
    was not as the site gives it."""
    kept: Counter[str] = Counter()
    wrong = []
    for page in pages:
        clean = get(site, f"{page}cb=0").kind
        for number, attempt in enumerate(attempts()):
            path = f"{page}cb={number}"
            get(port, path, attempt)
            again = get(port, path)
            kept[again.kept] += 1
            if again.planted or again.kind != clean:
                wrong.append(f"{path}: {attempt.headers} {attempt.body or ''}: {again.kind}")
    return kept, wrong


def test_a_cache_in_front_shows_nobody_what_is_anothers_or_was_planted(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    public, people, where = scene()
    at = f"/d/{public.slug}/"
    names = (
        at,
        f"{at}exchange/",
        f"{at}history/",
        "/",
        "/accounts/login/",
        f"/s/{public.statements.earliest('pk').pk}/",
    )
    pages = [f"{one}?" for one in names] + ["/search/?q=lend&", f"/api/v1/debates/{public.slug}/?"]
    pages = pages[: max(3, REQUESTS // 1000)]
    found, careless = Found(), Found()
    with web(tmp_path / "log", workers=2, told=in_public()) as (site, _):
        with caching(site.port, tmp_path / "nginx") as caches:
            ask_in_turn(caches.careful, where, people, REQUESTS, found)
            ask_in_turn(caches.careless, where, people, BEFORE_CARELESS, careless)
            kept, wrong = poisoned(caches.careful, site.port, pages)
            _, control = poisoned(caches.careless, site.port, pages)
    tried = len(list(attempts()))
    note(
        "a cache of others in front",
        f"nginx with proxy_cache, which keeps for ten minutes what has no time of its own: "
        f"{sum(found.asked.values()):,} requests by {PEOPLE} people and visitors in turn at "
        f"{len(where)} addresses, {found.from_cache['HIT']} answered by the cache: own words seen "
        f"{found.seen_own} times, others' 0 times; {tried} headers, cookies and fields that no "
        f"address tells, at {len(pages)} pages: of {sum(kept.values())} asked for again "
        f"{kept['HIT']} came from the cache, 0 were another than the site gives. Control, told to "
        f"ignore Cache-Control and Vary: {len(careless.leaks)} times others' words in "
        f"{sum(careless.asked.values())} answers, {len(control)} planted",
    )
    assert not found.leaks, found.leaks[:5]
    assert not found.poisoned, found.poisoned[:5]
    assert not wrong, wrong[:20]
    assert found.seen_own > REQUESTS // 50
    assert found.from_cache["HIT"] > REQUESTS // 50
    assert kept["HIT"] > tried
    assert tried >= 100
    assert careless.leaks
    assert control
