"""Every id swapped for one that is not the asker's to know: it looks as if it did not exist.

What is compared is the whole answer, byte by byte, with the one for an id that was never there;
and no answer holds the words that only a private debate, a draft or what is hidden holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from debate.actions import drafts, moderation
from debate.models import Debate, Statement
from debate.models.invitations import SIGNER
from tests import factories
from tests.rights import world
from tests.rights.routes import Route
from tests.rights.rows import cells
from tests.rights.table import Row
from tests.rights.test_table import Undo, send
from tests.rights.world import Place, Who, World

pytestmark = pytest.mark.django_db
CANARY = "canary"
CHANGING = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken[^}]*|[0-9a-f]{32}|nonce-[^"\']*'
    rb'|<time[^>]*>[0-9:]{5} UTC[^<]*|"saved_at":"[^"]*"'
)
ASKERS = ("visitor", "member", "moderator", "write token")
QUERY = {
    "pages": (
        *("about", "at", "after", "before", "under", "position"),
        *("from", "list", "whole", "dropped"),
    ),
    "api": ("parent", "position", "statement", "cursor", "at"),
}
OF_ACTS = ("act", "judged", "bond")
IN_BODIES = {"position", "to", "into", "because", "other", "up_to", "change", "account", "point"}


@dataclass
class Secret:
    """Things that are not the asker's to know, and what was never there, each by what it is."""

    there: dict[str, Any]
    never: dict[str, Any]


def build() -> tuple[World, Secret]:
    """The world, with canaries in the private debate and in others' drafts."""
    _number_high()
    made = world.build()
    private = made.places["private"]
    Debate.objects.filter(pk=private.debate.pk).update(question=f"Is it a {CANARY}?")
    words = {"body": f"A {CANARY}.", "body_html": f"<p>A {CANARY}.</p>"}
    Statement.objects.filter(debate=private.debate).update(**words)
    roots = Statement.objects.filter(debate=private.debate).exclude(name="")
    roots.update(name=f"{CANARY} name")
    author = User.objects.get(username="author")
    said = drafts.Wording("remark", "", f"A {CANARY} of a draft.")
    drafts.keep(made.places["public"].claim, by=author, key="theirs", wording=said)
    old = factories.InvitationFactory.create(
        debate=private.debate, expires_at=timezone.now() - timedelta(days=1)
    )
    there = {
        "statement": private.claim.pk,
        "slug": "private",
        "link": private.link.pk,
        **{name: getattr(private, name).pk for name in OF_ACTS},
        "proposal": private.proposal.pk,
        "key": "theirs",
        "token": old.token,
        "own token": author.tokens.latest("pk").pk,
        "own webhook": made.rows["own webhook"],
        "own import": made.rows["own import"],
        "held": made.rows["debate_held"],
        "username": "paul",
        "change": private.changes["author"],
        "account": User.objects.get(username="zoe").pk,
        "point": "theirs",
    }
    return made, Secret(there, _never(there, private))


def _number_high() -> None:
    """Let ids be numbers that nothing else on a page is."""
    of_acts = ("debate_moderationact", "debate_link", "debate_proposal")
    of_marks = ("debate_statement", "debate_invitation", "debate_markchange", "debate_held")
    tables = (*of_marks, "accounts_apitoken", "debate_webhook", "debate_import", *of_acts)
    with connection.cursor() as cursor:
        for place, table in enumerate(tables):
            name = f"{table}_id_seq"
            cursor.execute(f"ALTER SEQUENCE {name} RESTART WITH {700_001 + 10_000 * place}")


def _never(there: dict[str, Any], private: Place) -> dict[str, Any]:
    """Ids of the same look and place in every order, of which no row was ever seen."""
    ghost = factories.SupportFactory.create(parent=private.claim)
    Statement.objects.filter(pk=ghost.pk).delete()
    return {
        "statement": ghost.pk,
        "slug": "privatx",
        "link": there["link"] + 10**6,
        **{name: there[name] + 10**6 for name in OF_ACTS},
        "proposal": there["proposal"] + 10**6,
        "key": "theirz",
        "token": SIGNER.sign("x" * 16),
        "own token": there["own token"] + 10**6,
        "own webhook": there["own webhook"] + 10**6,
        "own import": there["own import"] + 10**6,
        "held": there["held"] + 10**6,
        "username": "paux",
        "change": there["change"] + 10**6,
        "account": there["account"] + 10**6,
        "point": "theirz",
    }


def kind_of(part: str, row: Row, route: Route) -> str:
    """What stands in this part of the address."""
    if part == "pk":
        of = dict(row.at).get("pk", "")
        of = "proposal" if of == "proposed" else of
        own = ("own token", "own webhook", "own import", "held")
        known = ("link", *own, "proposal", *OF_ACTS)
        return of if of in known else "statement"
    return part


def answer(
    made: World, who: Who, route: Route, row: Row, at: dict[str, Any], sent: Any, query: str = ""
) -> tuple[Any, ...]:
    """The whole of an answer but for what differs each time; all that was written is undone."""
    place = made.places["public"]
    path = route.address({**world.values(made, place, route, dict(row.at)), **at})
    found: Any = None
    content = b""
    try:
        with transaction.atomic():
            found = send(who.client(route.door), route, row.method, path + query, sent)
            content = b"".join(found)  # read here: a file comes in pieces
            raise Undo
    except Undo:
        cache.clear()
    assert CANARY.encode() not in content, (route.name, path)
    return found.status_code, found.headers.get("Location", ""), content


def alike(found: list[tuple[Any, ...]], ids: tuple[Any, Any]) -> bool:
    """Whether two answers are the same, but for the ids that were asked with."""
    first, second = found

    def bare(found: tuple[Any, ...], pk: Any) -> tuple[Any, ...]:
        status, to, content = found
        shown = CHANGING.sub(b"", content).replace(str(pk).encode(), b"#")
        return status, to.replace(str(pk), "#"), shown

    return bare(first, ids[0]) == bare(second, ids[1])


def sent_with(sent: Any, field: str, value: Any) -> Any:
    """What is sent with another value in a field, however deep."""
    if isinstance(sent, dict):
        return {k: value if k == field else sent_with(v, field, value) for k, v in sent.items()}
    return [sent_with(one, field, value) for one in sent] if isinstance(sent, list) else sent


def fields_of(sent: Any) -> set[str]:
    """The fields of what is sent in which an id stands."""
    if isinstance(sent, dict):
        return (set(sent) & IN_BODIES).union(*(fields_of(value) for value in sent.values()))
    return set().union(*(fields_of(one) for one in sent)) if isinstance(sent, list) else set()


def knows_people(who: Who, route: Route) -> bool:
    """Whether it is no secret who is called what, or takes part: people's pages, moderators."""
    return "person" in route.name or who.name == "moderator"


def told(found: list[tuple[Any, ...]]) -> str:
    """What differs, in short."""
    first, second = found
    at = next((n for n, (a, b) in enumerate(zip(first[2], second[2], strict=False)) if a != b), 0)
    parts = [(one[0], one[1], one[2][max(0, at - 60) : at + 60]) for one in found]
    return f"{parts[0]} / {parts[1]}"


@pytest.mark.parametrize("asker", ASKERS)
def test_an_id_in_an_address_that_is_not_ones_to_know_was_never_there(asker: str) -> None:
    made, secret = build()
    who, differ, asked = made.who[asker], [], 0
    place = made.places["public"]
    for route, row in cells():
        if route.door == "admin" or not route.is_ours:
            continue
        sent = row.sends(place, who)
        for part in route.parts:
            kind = kind_of(part, row, route)
            if kind not in secret.there or (kind == "username" and knows_people(who, route)):
                continue
            ids = secret.there[kind], secret.never[kind]
            found = [answer(made, who, route, row, {part: pk}, sent) for pk in ids]
            asked += 1
            if not alike(found, ids):
                differ.append(f"{row.method} {route.name} <{part}>: {told(found)}")
    assert asked > 90
    assert not differ, "\n".join(differ)


@pytest.mark.parametrize("asker", ["member", "write token", "facilitator"])
def test_an_id_in_a_body_that_is_not_ones_to_know_was_never_there(asker: str) -> None:
    made, secret = build()
    who, differ, asked = made.who[asker], [], 0
    if asker == "facilitator":  # of the public debate only
        made.places["private"].debate.participations.filter(person=who.person).delete()
    place = made.places["public"]
    for route, row in cells():
        sent = row.sends(place, who)
        for field in fields_of(sent) if route.is_ours else ():
            kind = field if field in ("change", "account", "point") else "statement"
            ids = secret.there[kind], secret.never[kind]
            forms: list[Callable[[Any], Any]] = [lambda pk: pk]
            if field in ("because", "other"):
                forms = [str, lambda pk: f"/s/{pk}/"]
            for form in forms:
                found = [
                    answer(made, who, route, row, {}, sent_with(sent, field, form(pk)))
                    for pk in ids
                ]
                asked += 1
                if not alike(found, ids):
                    differ.append(f"{row.method} {route.name} {field}: {told(found)}")
    assert asked >= 10
    assert not differ, "\n".join(differ)


@pytest.mark.parametrize("asker", ["visitor", "member"])
def test_an_id_in_a_query_that_is_not_ones_to_know_was_never_there(asker: str) -> None:
    made, secret = build()
    who, differ, asked = made.who[asker], [], 0
    ids = secret.there["statement"], secret.never["statement"]
    for route, row in cells():
        if row.method != "GET" or route.door not in QUERY:
            continue
        for name in QUERY[route.door]:
            value = "after-{}" if name == "cursor" else "{}"
            queries = [f"?{name}={value.format(pk)}" for pk in ids]
            found = [answer(made, who, route, row, {}, {}, query) for query in queries]
            asked += 1
            if not alike(found, ids):
                differ.append(f"{route.name} ?{name}=: {told(found)}")
    assert asked > 100
    assert not differ, "\n".join(differ)


def test_what_crosses_parents_leads_nowhere() -> None:
    """Both ids are there, and one's own to know, but the one is not under the other."""
    made, secret = build()
    who = made.who["facilitator"]
    ids = made.places["closed"].link.pk, secret.never["link"]
    for route, row in cells():
        if kind_of("pk", row, route) == "link":
            found = [answer(made, who, route, row, {"pk": pk}, {}) for pk in ids]
            assert alike(found, ids) and found[0][0] == 404, route.name
    other, public = made.places["closed"].claim, made.places["public"]
    crossed = {
        "api:point-keep": {"to": other.pk, "kind": "remark", "body": "So."},
        "api:turn-publish": {"points": [{"to": other.pk, "kind": "remark", "body": "So."}]},
        "api:statement-rely": {"position": made.places["closed"].position.pk, "words": "go"},
        "api:mark-explain": {"because": f"/s/{other.pk}/"},
    }
    drafts_of_others = "theirs", "theirz"
    for route, row in cells():
        if route.name == "api:turn-publish" and row.method == "POST":
            found = [answer(made, who, route, row, {}, {"keys": [k]}) for k in drafts_of_others]
            assert alike(found, drafts_of_others) and found[0][0] == 422
    for route, row in cells():
        if route.name in crossed and row.method in ("PUT", "POST"):
            status, _, _ = answer(made, who, route, row, {}, crossed[route.name])
            assert status in (404, 422), (route.name, status)
    assert public.debate.statements.filter(body="So.").count() == 0


@pytest.mark.parametrize("asker", ["visitor", "member", "facilitator", "read token"])
def test_the_words_of_what_is_hidden_come_by_no_address_and_no_body(asker: str) -> None:
    made, _ = build()
    place = made.places["public"]
    zoe, mara = User.objects.get(username="zoe"), made.who["moderator"].person
    assert mara
    words = f"The hidden {CANARY}."
    gone = factories.SupportFactory.create(parent=place.claim, author=zoe, body=words)
    moderation.hide(gone, by=mara, reason="Rude.")
    who, seen = made.who[asker], 0
    if asker == "facilitator":
        made.places["private"].debate.participations.filter(person=who.person).delete()
    for route, row in cells():
        if route.door in ("admin",) or not route.is_ours:
            continue
        sent = row.sends(place, who)
        if "pk" in route.parts and kind_of("pk", row, route) == "statement":
            answer(made, who, route, row, {"pk": gone.pk}, sent)
            seen += 1
        for field in fields_of(sent) & {"position", "to", "because", "other"}:
            answer(made, who, route, row, {}, sent_with(sent, field, gone.pk))
        answer(made, who, route, replace(row), {}, sent)
    assert seen > 40
