"""Nobody is shown what is another's: by pages kept for all, by headers, or by who asked before."""

from __future__ import annotations

import http.client
import os
import random
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from accounts import actions
from accounts.models import User
from debate.actions import drafts
from debate.models import Debate
from tests import factories, streams
from tests.prove import ledger
from tests.prove.conftest import Noted
from tests.prove.processes import web

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

REQUESTS = int(os.environ.get("CRUX_FOREIGN", "10000"))
PEOPLE, THREADS = 20, 8
CANARY = "canary{}x"
MADE_UP = re.compile(r"madeup\d+x")
UNKEYED = (
    *("X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "X-Original-URL", "X-Rewrite-URL"),
    *("X-Forwarded-Scheme", "X-Forwarded-Port", "X-Forwarded-Prefix", "Forwarded", "Via"),
    *("X-HTTP-Method-Override", "X-Wap-Profile", "Origin", "Referer", "User-Agent", "Accept"),
    *("X-Requested-With", "True-Client-IP", "X-Real-IP", "X-Forwarded-For", "Pragma"),
)


@dataclass
class Person:
    """Somebody with words that nobody else may see."""

    user: User
    canary: str
    session: str
    key: str
    private: str


@dataclass
class Found:
    """What was asked, and what was wrong."""

    asked: Counter[str] = field(default_factory=Counter)
    seen_own: int = 0
    leaks: list[str] = field(default_factory=list)
    poisoned: list[str] = field(default_factory=list)
    from_cache: Counter[str] = field(default_factory=Counter)
    caches: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


def person(number: int, public: Debate) -> Person:
    canary = CANARY.format(number)
    user = factories.UserFactory.create(email=f"{canary}@example.org", standing="exempt")
    private = factories.DebateFactory.create(
        starter=user, visibility="private", question=f"Is it {canary}?"
    )
    factories.ParticipationFactory.create(debate=private, person=user, role="facilitator")
    factories.PositionFactory.create(debate=private, author=user, name=canary)
    parent = public.statements.filter(kind="support").first()
    assert parent
    wording = drafts.Wording(kind="remark", body=canary)
    drafts.keep(parent, by=user, key=f"{number:032x}", wording=wording)
    key = actions.create_token(user, by=user, name=canary, scopes=["read"])[1]
    return Person(user, canary, streams.session_of(user), key, private.slug)


def addresses(public: Debate, people: list[Person]) -> list[str]:
    views = ("", "exchange/", "open/", "history/", "standing/", "cruxes/", "you/", "turn/", "map/")
    pages = [f"/d/{public.slug}/{view}" for view in views]
    pages += [f"/d/{one.private}/" for one in people[:5]]
    pages += ["/", "/d/", "/inbox/", "/following/", "/accounts/", "/accounts/email/", "/webhooks/"]
    pages += ["/accounts/access/", "/search/?q=canary", "/help/", "/static/css/base.css"]
    own = (f"debates/{public.slug}/points/", "notifications/", "events/", "me/marks/", "me/")
    api = ("debates/", f"debates/{public.slug}/", f"debates/{public.slug}/statements/", *own)
    return pages + [f"/api/v1/{one}" for one in api]


def scene() -> tuple[Debate, list[Person], list[str]]:
    """A public debate, people who each have words of their own, and where to look for those."""
    [claim] = ledger.debates(1)
    public = Debate.objects.get(pk=claim.debate_id)
    people = [person(number, public) for number in range(PEOPLE)]
    return public, people, addresses(public, people)


def test_nobody_is_shown_what_is_anothers(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    _, people, where = scene()
    found = Found()
    with web(tmp_path / "log", workers=2) as (site, _):
        ask_in_turn(site.port, where, people, REQUESTS, found)
    told = ", ".join(f"{name} {n}" for name, n in found.caches.most_common())
    note(
        "pages of others",
        f"{sum(found.asked.values()):,} requests by {PEOPLE} people and visitors in turn, at "
        f"{len(where)} addresses by 2 processes, a third with one of {len(UNKEYED)} headers, a "
        f"cookie or a parameter made up: own words seen {found.seen_own} times, others' 0 times, "
        f"what others made up 0 times; to whoever sent a cookie or a token: {told}",
    )
    assert not found.leaks, found.leaks[:5]
    assert not found.poisoned, found.poisoned[:5]
    assert found.seen_own > REQUESTS // 50
    assert not [status for status in found.statuses if status >= 500]
    wrong = [said for said in found.caches if "private" not in said and "no-store" not in said]
    assert not wrong, wrong


def ask_in_turn(
    port: int, where: list[str], people: list[Person], requests: int, found: Found
) -> None:
    """Ask at random, each time as somebody else, over some connections at once."""

    def ask(seed: int) -> None:
        dice = random.Random(seed)
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(requests // THREADS):
            who = dice.choice([None, *people])
            _one(line, dice.choice(where), who, people, dice, found)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(ask, range(THREADS)))


def _one(
    line: http.client.HTTPConnection,
    address: str,
    who: Person | None,
    people: list[Person],
    dice: random.Random,
    found: Found,
) -> None:
    made_up = f"madeup{dice.randrange(9**9)}x"
    headers, address = _dressed(address, made_up, dice)
    if who and address.startswith("/api/"):
        headers["Authorization"] = f"Bearer {who.key}"
    elif who:
        headers["Cookie"] = f"{headers.get('Cookie', 'a=b')}; sessionid={who.session}"
    line.request("GET", address, headers=headers)
    answer = line.getresponse()
    said = answer.read().decode(errors="replace") + str(answer.getheaders())
    own = who.canary if who else ""
    others = [one.canary for one in people if one.canary != own and one.canary in said]
    strange = set(MADE_UP.findall(said)) - {made_up}
    with found.lock:
        found.asked[address.split("?")[0]] += 1
        found.statuses[answer.status] += 1
        found.seen_own += bool(own and own in said)
        found.leaks += [f"{address} for {own or 'a visitor'}: {word}" for word in others]
        found.poisoned += [f"{address}: {word}" for word in strange]
        found.from_cache[answer.headers.get("X-Kept", "no cache")] += 1
        if "Cookie" in headers or "Authorization" in headers:
            if not address.startswith("/static/"):
                found.caches[answer.headers.get("Cache-Control", "nothing")] += 1


def _dressed(address: str, made_up: str, dice: random.Random) -> tuple[dict[str, str], str]:
    """A third of requests carry something that no answer may depend on."""
    draw = dice.random()
    if draw < 0.2:
        name = dice.choice(UNKEYED)
        return {name: f"http://{made_up}.example/"}, address
    if draw < 0.27:
        return {"Cookie": f"{made_up}={made_up}"}, address
    if draw < 0.33 and "?" not in address and not address.startswith("/api/"):
        return {}, f"{address}?{made_up}={made_up}"
    return {}, address
