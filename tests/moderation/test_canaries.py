"""Words in each state that not everybody may read, looked for wherever anything is told.

The addresses come from the URL resolver, so that a new one is asked as soon as it is there. A
canary is a word to look for and a word that gives it away: only the first is ever typed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from debate import rules
from debate.actions import drafts, following, holding, marks, moderation, notifying, statements
from debate.actions import exports as gathering
from debate.actions.quotations import Words
from debate.api import kept as lists
from debate.formats.registry import WRITTEN
from debate.jobs import letters
from debate.models import Debate, Held, Statement
from debate.models.exports import Format
from debate.models.holding import HeldState, Why
from debate.selectors import exports
from debate.web import kept as pages
from tests import factories
from tests.hostility.test_secrets import Ear, ear
from tests.rights import world
from tests.rights.routes import Route, routes
from tests.rights.table import IDENTITIES
from tests.rights.world import Who, World

__all__ = ["ear"]  # a fixture
pytestmark = pytest.mark.django_db
STATES = ("draft", "held", "hidden", "withdrawn", "private", "earlier")
MAY = {
    "draft": {"author"},
    "held": {"author", "moderator"},
    "hidden": {"author", "moderator"},
    "withdrawn": {"author", "moderator"},
    "private": {"author", "facilitator"},
    "earlier": set(IDENTITIES),
}
"""Who may read it, as docs/rights.md and `rules.may_read_text` have it. An earlier wording stands
in the open, with what replaced it; but it is not what search and feeds tell."""
NOT_NOW = ("search", "feed", "debate-list", "turn-list")
"""Where an earlier wording has no place. Elsewhere a quotation may be of it, and says so."""
FORMS = (*WRITTEN, *Format.values)
"""The files that debates, and all of one's data, are had as."""
STREAMS = ("debate:live-detail", "live-by-token")
"""They tell numbers of events and never end: tests/web/test_live.py listens to them."""


def look(state: str) -> str:
    """The word that is typed to find it."""
    return f"quoll{state}"


def tell(state: str) -> str:
    """The word that gives it away."""
    return f"numbat{state}"


def words(state: str) -> str:
    return f"So {look(state)} {tell(state)} is."


@dataclass
class Aviary:
    """The world of the rights' tests with a canary in each state, and what names them."""

    there: World
    debate: Debate
    private: Debate
    pks: list[int]

    def addresses(self, route: Route) -> Iterator[str]:
        """The route's address with everything in its places that could tell of a canary."""
        place = self.there.places["public"]
        parts: dict[str, Sequence[Any]] = {
            "pk": self.pks,
            "slug": [self.debate.slug, self.private.slug],
            "username": ["author", "zoe"],
            "form": FORMS,
            "object_id": self._rows(route),
        }
        named = [part for part in route.parts if part in parts]
        for chosen in product(*(parts[part] for part in named)):
            given = dict(zip(named, chosen, strict=True))
            path = route.address(world.values(self.there, place, route, {}) | given)
            yield path
            for query in QUERIES:
                if any(word in route.name for word in ASKED[query]):
                    for state in STATES:
                        yield path + query.format(look(state))

    def _rows(self, route: Route) -> list[Any]:
        if "debate_statement" in route.name:
            return self.pks
        noun = "_".join(route.name.removeprefix("admin:").split("_")[:2])
        return [self.there.rows.get(noun, self.pks[0])]


ASKED = {
    "?q={}": ("search", "changelist"),
    "?text={}": ("debate-detail",),
    "?order=newest": ("statement-list",),
    "?sort=newest": ("debate-detail",),
    "?at=1&q={}": ("debate-detail",),
}
QUERIES = tuple(ASKED)


@pytest.fixture
def aviary() -> Aviary:
    there = world.build()
    place, inside = there.places["public"], there.places["private"]
    author, member = (there.who[name].person for name in ("author", "member"))
    moderator = there.who["moderator"].person
    zoe = User.objects.get(username="zoe")
    assert author is not None
    assert member is not None
    assert moderator is not None
    for name in ("member", "facilitator"):
        person = there.who[name].person
        assert person is not None
        User.objects.filter(pk=person.pk).update(mail_pace="at once", email=f"{name}@m.example")
        person.refresh_from_db()
        following.follow_debate(place.debate, by=person, level="followed")
        following.follow_person(author, by=person, level="followed")
    said = {}
    for state in ("hidden", "withdrawn", "earlier"):
        made = statements.reply(place.position, by=author, kind="remark", body=words(state))
        _quote(zoe, member, made, state)
        said[state] = made
    quote = Words(tell("hidden"))
    drafts.keep(
        said["hidden"], by=member, key="quoting", wording=drafts.Wording("remark", "", "x", quote)
    )
    moderation.report(said["hidden"], by=member, reason="spam", note="See there.")
    moderation.hide(said["hidden"], by=moderator, reason="Not for here.")
    statements.withdraw(said["withdrawn"], by=author)
    statements.edit(said["earlier"], by=author, body="Said anew.", revision=1)
    draft = drafts.Wording("remark", "", words("draft"))
    drafts.keep(place.claim, by=author, key="canary", wording=draft)
    point = holding.Point(place.claim, "remark", words("held"))
    holding.hold(place.debate, [point], by=author, why=(Why.FIRST, "1"))
    secret = factories.RemarkFactory.create(
        parent=inside.claim, author=author, body=words("private")
    )
    Debate.objects.filter(pk=inside.debate.pk).update(
        question=f"Is {look('private')} {tell('private')}?", background=words("private")
    )
    pks = [*(one.pk for one in said.values()), secret.pk, place.claim.pk]
    quoting = Statement.objects.filter(parent__in=[one.pk for one in said.values()])
    pks += quoting.values_list("pk", flat=True)[:2]
    return Aviary(there, place.debate, inside.debate, pks)


def _quote(zoe: User, member: User, said: Statement, state: str) -> None:
    quote = Words(f"{look(state)} {tell(state)}")
    statements.reply(said, by=zoe, kind="support", body="As you say.", quote=quote)
    marks.mark(said, by=member, truth="agree", quote=quote)


def _read(made: EmailMultiAlternatives | None) -> str:
    """All words of a mail, however its parts are encoded."""
    if made is None:
        return ""
    parts = [one for one in made.message().walk() if not one.is_multipart()]
    bodies = [one.get_payload(decode=True) for one in parts]
    return made.subject + "".join(body.decode() for body in bodies if isinstance(body, bytes))


class Undo(Exception):
    """Takes back what a request has written."""


def asked(client: Client, path: str, **headers: str) -> str:
    """What an answer tells, in its body and its headers; what it wrote is taken back."""
    text = ""
    try:
        with transaction.atomic():
            answer = client.get(path, headers=headers)
            text = f"{answer.headers}\n{unpacked(b''.join(answer))}"  # a file comes in pieces
            raise Undo
    except Undo:
        cache.clear()
    return text


def unpacked(body: bytes) -> str:
    """The words of a body; of a ZIP, those of all files in it."""
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as files:
            body = b"\n".join(files.read(name) for name in files.namelist())
    return body.decode("utf-8", "replace")


def sightings(aviary: Aviary, who: Who) -> tuple[set[tuple[str, str]], int]:
    """Which canary somebody sees at which address, of how many that were asked."""
    seen: set[tuple[str, str]] = set()
    count = 0
    for route in routes():
        if route.name in STREAMS:
            continue
        client = who.client(route.door)
        for path in aviary.addresses(route):
            kinds: list[dict[str, str]] = [{}]
            if route.name in FRAGMENTS:
                kinds.append({"HX-Request": "true"})
            for headers in kinds:
                count += 1
                text = asked(client, path, **headers)
                seen |= {(state, route.name) for state in STATES if tell(state) in text}
    return seen, count


FRAGMENTS = ("debate:statement-reply", "debate:row-list", "debate:statement-mark")


@pytest.mark.parametrize("identity", IDENTITIES)
def test_nobody_sees_what_they_may_not(identity: str, aviary: Aviary, ear: Ear) -> None:
    who = aviary.there.who[identity]
    if who.person is not None and rules.may_export(who.person):
        gathering.gather(gathering.start(by=who.person)[0].pk)
    seen, count = sightings(aviary, who)
    assert count > 400
    assert len(ear.lines) > count / 2, "the log is not heard"
    assert [line for line in ear.lines if any(tell(state) in line for state in STATES)] == []
    told = identity in ("suspended", "read token", "write token")  # by token, or not at all
    as_ = {identity} | ({"visitor"} if told else set())
    wrong = {
        (state, name)
        for state, name in seen
        if not as_ & MAY[state] or (state == "earlier" and any(part in name for part in NOT_NOW))
    }
    assert wrong == set()
    for state in STATES:  # the control: who may read it, finds it
        if identity in MAY[state] and identity != "suspended":
            assert any(found == state for found, _ in seen), state
    if identity == "author":  # files are looked into
        assert {("private", "debate:download-detail"), ("draft", "debate:export-detail")} <= seen


def test_no_mail_tells_them(aviary: Aviary) -> None:
    plain = statements.reply(
        aviary.there.places["public"].claim,
        by=User.objects.get(username="author"),
        kind="clarification",
        body="So a wombat is.",
    )
    notifying.notify()
    written = 0
    for person in User.objects.filter(notifications__isnull=False).distinct():
        EmailAddress.objects.update_or_create(
            user=person, defaults={"email": person.email, "primary": True, "verified": True}
        )
        ids = list(person.notifications.values_list("pk", flat=True))
        text = _read(letters.letter(person=person.pk, ids=ids, message_id="<1@m.example>"))
        written += plain.label in text
        may = {state for state in STATES if person.username in MAY[state]}
        if aviary.private.participations.filter(person=person).exists():
            may.add("private")
        assert {state for state in STATES if tell(state) in text} - {"earlier"} <= may
    assert written


def test_an_export_tells_only_what_its_person_may_read(aviary: Aviary) -> None:
    for identity, who in aviary.there.who.items():
        if who.person is None:
            continue
        rows = [list(one.rows()) for one in exports.sections(who.person)]
        text = json.dumps(rows, default=str)
        seen = {state for state in STATES if tell(state) in text}
        assert seen <= {state for state in STATES if identity in MAY[state]}, identity
        if identity == "author":
            assert seen == set(STATES)


def test_counts_and_orders_know_nothing_of_what_is_held_private_or_a_draft(
    aviary: Aviary,
) -> None:
    visitor = Client()
    paths = [f"/d/{aviary.debate.slug}/", "/api/v1/debates/", "/d/", "/", "/u/author/"]
    paths += ["/search/?q=so", "/api/v1/search/?q=so", "/api/v1/events/", "/api/v1/topics/"]
    paths += [f"/api/v1/debates/{aviary.debate.slug}/{part}/" for part in ("statements", "events")]

    def look_at_all() -> list[bytes]:
        """All made anew: what is kept from an earlier look would be the same anyway."""
        pages._pages.clear()
        lists._answers.clear()
        cache.clear()
        return [visitor.get(path).content for path in paths]

    with time_machine.travel(timezone.now(), tick=False):
        before = look_at_all()
        place, author = aviary.there.places["public"], User.objects.get(username="author")
        point = holding.Point(place.claim, "remark", "One more that waits.")
        holding.hold(place.debate, [point], by=author, why=(Why.FIRST, "2"))
        later = drafts.Wording("remark", "", "Later.")
        drafts.keep(place.claim, by=author, key="d9", wording=later)
        inside = aviary.there.places["private"]
        factories.RemarkFactory.create(parent=inside.claim, author=author, body="So it is inside.")
        factories.PositionFactory.create(
            debate=factories.DebateFactory.create(visibility="private", starter=author),
            author=author,
        )
        assert look_at_all() == before


def test_what_does_not_exist_is_answered_like_what_may_not_be_known(aviary: Aviary) -> None:
    held = Held.objects.get(points__body=words("held"))
    ids = held.pk, held.pk + 10**6
    for identity in ("visitor", "member", "moderator"):
        client = aviary.there.who[identity].client("pages")
        there, never = (client.post(f"/waiting/{pk}/withdrawal/") for pk in ids)
        assert (there.status_code, len(there.content)) == (never.status_code, len(never.content))
    held.refresh_from_db()
    assert held.state == HeldState.WAITS
    own = aviary.there.who["author"].client("pages")  # the control: whose it is, takes it back
    assert [own.post(f"/waiting/{pk}/withdrawal/").status_code for pk in ids] == [302, 404]
