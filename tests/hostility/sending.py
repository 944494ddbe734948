"""Words sent through every field of both doors, and what was written of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from allauth.mfa.models import Authenticator
from django import forms
from django.core.cache import cache
from django.db import connection, transaction

from debate.api.examples import EXAMPLES
from tests.factories import UserFactory
from tests.hostility import doors, rows
from tests.hostility.crawling import OUT
from tests.rights import world
from tests.rights.routes import Route, routes
from tests.rights.rows import cells
from tests.rights.table import IDENTITIES, MODERATE, OWNER, PROPOSE, YES, Row, outcome
from tests.rights.test_examples import of_this_site
from tests.rights.test_table import Undo
from tests.rights.world import Who, World

Path = tuple[str, ...]


@dataclass
class Sent:
    """An answer, and every string that was written into a table for it."""

    status: int
    written: set[str] = field(default_factory=set)
    content: bytes = b""


@dataclass
class Form:
    """A write of a door with one field to put words into: `kind` names the form or the body."""

    who: Who
    route: Route
    row: Row
    path: str
    base: dict[str, Any]
    at: Path
    kind: str

    @property
    def name(self) -> str:
        return f"{self.row.method} {self.route.name} {self.kind}.{'.'.join(self.at)}"

    def send(self, words: str) -> Sent:
        """Send it with these words there; what is written is taken back."""
        body = put(self.base, self.at, words)
        client = self.who.client(self.route.door)
        client.raise_request_exception = False
        answer: Any = None
        written: set[str] = set()
        try:
            with transaction.atomic(), noting(written):
                if self.route.door == "api":
                    told = json.dumps(body)
                    kind = "application/json"
                    answer = client.generic(self.row.method, self.path, told, content_type=kind)
                else:
                    answer = client.post(self.path, body)
                raise Undo
        except Undo:
            cache.clear()
        return Sent(answer.status_code, written, answer.content)


def put(body: dict[str, Any], at: Path, words: str) -> dict[str, Any]:
    """The body with the words at a place; `*` is the first of a list. What is missing is made."""
    made = copy.deepcopy(body)
    place: Any = made
    for part, after in zip(at, [*at[1:], None], strict=True):
        key: Any = 0 if part == "*" else part
        if isinstance(place, list) and not place:
            place.append(None)
        if after is None:
            place[key] = words
            break
        known = place[key] if isinstance(place, list) else place.get(key)
        wanted = list if after == "*" else dict
        if not isinstance(known, wanted):
            place[key] = wanted()
        place = place[key]
    return made


@contextmanager
def noting(written: set[str]) -> Iterator[None]:
    """Note every string that is written into a table meanwhile."""

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if str(sql).lstrip().startswith(("INSERT", "UPDATE")):
            written.update(_strings(params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield


def _strings(value: Any) -> Iterator[str]:
    value = getattr(value, "obj", value)  # psycopg's wrapper of JSON
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, dict):
        for one in value.items():
            yield from _strings(one)
    elif isinstance(value, list | tuple | set):
        for one in value:
            yield from _strings(one)


def world_to_write_in() -> World:
    """A world in which every body and form of the examples is carried out."""
    there = rows.build()
    UserFactory.create(username="ann")
    there.rows["own passkey"] = Authenticator.objects.get(user__username="author").pk
    return there


def of_the_api(there: World) -> Iterator[Form]:
    """Every text of every body of the API."""
    place = there.places["public"]
    texts = {name: paths for name, _, paths in doors.bodies()}
    for route, row in cells():
        name = route.name.removeprefix("api:")
        if route.door != "api" or row.method == "GET" or name not in EXAMPLES:
            continue
        may = [one for one in IDENTITIES if outcome(row, "api", "public", one) == YES]
        who = there.who[may[-1]]
        path = route.address(world.values(there, place, route, dict(row.at)))
        base = of_this_site(EXAMPLES[name], place, who)
        for at in dict.fromkeys(texts[name]):
            yield Form(who, route, row, path, base, at, name)


def of_the_pages(there: World) -> Iterator[Form]:
    """Every text of every form that a page takes: which form it is, is seen as it is filled."""
    place = there.places["public"]
    asked = [(route, row) for route, row in cells() if row.method == "POST"]
    known = {route.name: route for route in routes()}
    asked += [(known[row.name], row) for row in further(place)]
    for route, row in asked:
        if route.door == "api":
            continue
        may = [one for one in IDENTITIES if outcome(row, route.door, "public", one) == YES]
        may = [one for one in may if there.who[one].session] or ["visitor"]
        path = route.address(world.values(there, place, route, dict(row.at)))
        who = there.who["facilitator" if "facilitator" in may else may[-1]]
        who = there.who["visitor"] if path.startswith(OUT) else who
        base = row.sends(place, who)
        texts = {name for name, value in base.items() if isinstance(value, str)}
        forms_of_it = {
            name_of(type(form)): [name for name, one in form.fields.items() if doors.is_text(one)]
            for form in filled(who, route, path, base)
        }
        for kind, names in forms_of_it.items():
            for name in names:
                yield Form(who, route, row, path, base, (name,), kind)
        for name in texts - {name for names in forms_of_it.values() for name in names}:
            yield Form(who, route, row, path, base, (name,), "")


def further(place: world.Place) -> list[Row]:
    """Forms that the table of rights does not send, or only in another of their ways."""
    label = place.claim.label
    said = {"reason": "So."}
    two = {**said, "statement": label, "to": place.crux.label}
    one = {**said, "statement": label, "quote": "again.", "becomes": "remark"}
    keys = (("pk", "own passkey"),)
    return [
        Row("debate:proposal-create", "POST", PROPOSE, lambda p, w: {"kind": "link", **two}),
        Row("debate:proposal-create", "POST", PROPOSE, lambda p, w: {"kind": "split", **one}),
        Row("admin:debate_topic_add", "POST", MODERATE, lambda p, w: {"name": "Rain"}),
        Row("admin:debate_topic_change", "POST", MODERATE, lambda p, w: {"name": "Rain"}),
        Row("admin:debate_watchedword_add", "POST", MODERATE, lambda p, w: WATCHED),
        Row("admin:debate_reasontemplate_add", "POST", MODERATE, lambda p, w: TEMPLATE),
        Row("admin:debate_statement_change", "POST", MODERATE, lambda p, w: HIDE),
        Row("mfa_edit_webauthn", "POST", OWNER, lambda p, w: {"name": "x"}, keys),
    ]


WATCHED = {"words": "rain", "does": "hold", "told": "Not so."}
TEMPLATE = {"name": "Rude", "text": "It is."}
HIDE = {"act": "hide", "reason": "So."}


def name_of(form: type[forms.BaseForm]) -> str:
    """What a form is called; one that the admin makes of ours, as ours."""
    rooms = ("accounts.", "debate.")
    ours = next((one for one in form.__mro__ if one.__module__.startswith(rooms)), form)
    return f"{ours.__module__}.{ours.__name__}"


def filled(who: Who, route: Route, path: str, base: dict[str, Any]) -> list[forms.BaseForm]:
    """The forms that are filled when this is sent."""
    found = []
    clean = forms.BaseForm.full_clean

    def note(self: forms.BaseForm) -> None:
        if self.is_bound:
            found.append(self)
        clean(self)

    client = who.client(route.door)
    client.raise_request_exception = False
    try:
        with transaction.atomic(), mock.patch.object(forms.BaseForm, "full_clean", note):
            client.post(path, base)
            raise Undo
    except Undo:
        cache.clear()
    return found
