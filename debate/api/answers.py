"""What this door says of people and statements: the schema, and rows made by hand to fit it."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import Kind as AccountKind
from accounts.models import User
from debate import rules
from debate.models import Mark, Quotation, Statement
from debate.models.marks import Bears, Truth
from debate.models.statements import GeneratedBy, Kind, On, Status
from debate.rules import Viewer
from debate.selectors import listings, marks, rows

STATUSES = [(status.value, status.label) for status in Status if status]
TRUTHS = [(truth.value, truth.label) for truth in Truth if truth]
BEARINGS = [(bears.value, bears.label) for bears in Bears if bears]


class PersonOut(serializers.Serializer[Any]):
    """An account: a person, a bot, or a speaker known only from an imported debate."""

    username = serializers.CharField(allow_null=True, help_text="Null for a former member.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(AccountKind.choices)
    owner = serializers.CharField(allow_null=True, help_text="The username of a bot's owner.")


class QuotationOut(serializers.Serializer[Any]):
    """A quoted passage. Where an edit has moved it, `start` and `end` say where it is now."""

    exact = serializers.CharField()
    prefix = serializers.CharField()
    suffix = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    revision = serializers.IntegerField(help_text="The wording that it was taken from.")
    found = serializers.BooleanField(help_text="Whether the newest wording still has it.")


class MarksOut(serializers.Serializer[Any]):
    """How many people mark a statement how."""

    agree = serializers.IntegerField()
    unsure = serializers.IntegerField()
    disagree = serializers.IntegerField()
    bears = serializers.IntegerField()
    does_not_bear = serializers.IntegerField()


class StaleOut(serializers.Serializer[Any]):
    """Why a mark asks for another look: what came after it."""

    edited = serializers.BooleanField(help_text="The statement has another wording by now.")
    objection = serializers.IntegerField(
        allow_null=True, help_text="The newest objection by somebody else."
    )


class StatementLinks(serializers.Serializer[Any]):
    """Where to go on from a statement."""

    self = serializers.CharField()
    debate = serializers.CharField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field, taken off the class
    replies = serializers.CharField()
    revisions = serializers.CharField()


class StatementOut(serializers.Serializer[Any]):
    """A statement. What is hidden or withdrawn comes as a tombstone: without words and author."""

    id = serializers.IntegerField()
    label = serializers.CharField(help_text="Such as S16.")  # type: ignore[assignment]  # a field, taken off the class
    debate = serializers.CharField(help_text="The debate's slug.")
    turn = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(Kind.choices)
    on = serializers.ChoiceField(On.choices, allow_null=True)
    name = serializers.CharField(allow_null=True, help_text="Of positions and cruxes.")
    parent = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]  # a field, taken off the class
    depth = serializers.IntegerField()
    author = PersonOut(allow_null=True)
    body = serializers.CharField(allow_null=True, help_text="Markdown.")
    body_html = serializers.CharField(allow_null=True)
    quotation = QuotationOut(allow_null=True)
    revision = serializers.IntegerField()
    generated_by = serializers.ChoiceField(GeneratedBy.choices, allow_null=True)
    status = serializers.ChoiceField(STATUSES, allow_null=True)
    marks = MarksOut()
    changed_minds = serializers.IntegerField(
        help_text="How many people say that it changed their mind."
    )
    marks_before_edit = serializers.IntegerField(
        help_text="How many marks were made on an earlier wording."
    )
    reply_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    hidden = serializers.BooleanField()
    withdrawn = serializers.BooleanField()
    locked = serializers.BooleanField(
        help_text="Whether it, or what it stands under, is locked: nothing is written there for "
        "now. Of the debate as a whole, the debate says it."
    )
    source = serializers.DictField(allow_null=True)  # type: ignore[assignment]  # a field, taken off the class
    url = serializers.CharField(help_text="The page.")
    links = StatementLinks()


class MarkOut(serializers.Serializer[Any]):
    """One's own mark of a statement, and everybody's counts."""

    statement = serializers.IntegerField()
    truth = serializers.ChoiceField(TRUTHS, allow_null=True)
    bears = serializers.ChoiceField(BEARINGS, allow_null=True)
    revision = serializers.IntegerField(allow_null=True, help_text="The wording that was marked.")
    quotation = QuotationOut(allow_null=True)
    marked_at = serializers.DateTimeField(allow_null=True)
    stale = StaleOut(allow_null=True)
    change = serializers.IntegerField(
        allow_null=True, help_text="The newest change, which can be undone."
    )
    changed_sides = serializers.BooleanField(
        help_text="Whether you went from agreeing to disagreeing, or the other way."
    )
    because = serializers.IntegerField(
        allow_null=True, help_text="The statement that changed your mind, if you named it."
    )
    status = serializers.ChoiceField(STATUSES, allow_null=True)
    marks = MarksOut()


def person(user: User) -> dict[str, Any]:
    """An account as PersonOut."""
    owner = _username(user.owner) if user.owner else None
    return {
        "username": _username(user),
        "name": user.shown_name,
        "kind": user.kind,
        "owner": owner,
    }


def _username(user: User) -> str | None:
    return None if user.is_former else user.username


def statement(one: Statement, request: Request) -> dict[str, Any]:
    """A statement as StatementOut, with what the selectors read together with it."""
    marks = {
        "marks": marks_of(one),
        "marks_before_edit": listings.marks_before_edit(one),
        "status": one.status or None,
    }
    if rules.may_read_text(one, request.user):
        return {**_frame(one, site(request)), **_words(one, request.user), **marks}
    return {**_frame(one, site(request)), **GONE, **marks}


def _frame(one: Statement, base: str) -> dict[str, Any]:
    """What everybody sees, of a tombstone too."""
    return {
        "id": one.pk,
        "label": one.label,
        "debate": one.debate.slug,
        "kind": one.kind,
        "on": one.on or None,
        "parent": one.parent_id,
        "depth": one.depth,
        "revision": one.revision,
        "changed_minds": one.changed_minds,
        "reply_count": one.reply_count,
        "created_at": when(one.created_at),
        "edited_at": when(one.edited_at),
        "hidden": one.hidden_at is not None,
        "withdrawn": one.withdrawn_at is not None,
        "locked": rules.is_locked(one),
        "url": base + page_of(one.pk),
        "links": _links(one, base),
    }


GONE = dict.fromkeys(
    ("turn", "name", "author", "body", "body_html", "quotation", "generated_by", "source")
)
"""What a tombstone has not. The turn would give the author away."""


def _words(one: Statement, viewer: Viewer) -> dict[str, Any]:
    return {
        "turn": listings.turn_number(one),
        "name": one.name or None,
        "author": person(one.author),
        "body": one.body,
        "body_html": one.body_html,
        "quotation": quotation(one.quotation, one.parent, viewer) if one.quotation_id else None,
        "generated_by": one.generated_by or None,
        "source": one.source or None,
    }


def quotation(
    passage: Quotation | None, quoted: Statement | None, viewer: Viewer
) -> dict[str, Any] | None:
    """A passage as QuotationOut; None where what it quotes is gone from the viewer's sight."""
    if passage is None or quoted is None or not rules.may_read_text(quoted, viewer):
        return None
    place = rows.place_of(quoted, passage)
    start, end = place or (passage.start, passage.end)
    return {
        "exact": passage.exact,
        "prefix": passage.prefix,
        "suffix": passage.suffix,
        "start": start,
        "end": end,
        "revision": passage.revision,
        "found": place is not None,
    }


def marks_of(one: Statement) -> dict[str, int]:
    """The counts of a statement as MarksOut."""
    return {
        "agree": one.agree_count,
        "unsure": one.unsure_count,
        "disagree": one.disagree_count,
        "bears": one.bears_count,
        "does_not_bear": one.beside_count,
    }


def mark(mark: Mark | None, one: Statement, viewer: Viewer) -> dict[str, Any]:
    """One's mark, looked over, as MarkOut; empty where there is none. One query."""
    changes = marks.history(mark) if mark else []
    crossing = marks.crossing(changes)
    return {
        "statement": one.pk,
        **(answers_of(mark, one, viewer) if mark else NO_ANSWERS),
        "change": changes[0].pk if changes else None,
        "changed_sides": crossing is not None,
        "because": crossing.because_id if crossing else None,
        "status": one.status or None,
        "marks": marks_of(one),
    }


NO_ANSWERS = dict.fromkeys(("truth", "bears", "revision", "quotation", "marked_at", "stale"))


def answers_of(mark: Mark, one: Statement, viewer: Viewer) -> dict[str, Any]:
    """What a mark, looked over, says of a statement, and whether that is stale."""
    why = marks.stale(mark, one)
    return {
        "truth": mark.truth or None,
        "bears": mark.bears or None,
        "revision": mark.revision,
        "quotation": quotation(mark.quotation, one, viewer),
        "marked_at": when(mark.marked_at),
        "stale": {"edited": why.edited, "objection": why.objection} if why else None,
    }


def when(time: datetime | None) -> str | None:
    """A time as the API writes it: ISO 8601 in UTC."""
    return time.isoformat().replace("+00:00", "Z") if time else None


def site(request: Request) -> str:
    """The beginning of all addresses, without the slash at its end."""
    return f"{request.scheme}://{request.get_host()}"


def page_of(pk: int) -> str:
    """The address of a statement's page."""
    return _pattern("debate:statement-detail").format(pk)


def address_of(pk: int) -> str:
    """The address of a statement in the API."""
    return _pattern("api:statement-detail").format(pk)


@cache
def _pattern(name: str) -> str:
    """The address of a statement with {} for its id; asking Django for each would be slow."""
    return reverse(name, args=[0]).replace("/0/", "/{}/")


def _links(one: Statement, base: str) -> dict[str, str | None]:
    own = base + address_of(one.pk)
    debate = base + _debate_pattern().format(one.debate.slug)
    return {
        "self": own,
        "debate": debate,
        "parent": base + address_of(one.parent_id) if one.parent_id else None,
        "replies": f"{debate}statements/?parent={one.pk}",
        "revisions": f"{own}revisions/",
    }


@cache
def _debate_pattern() -> str:
    return reverse("api:debate-detail", args=["-"]).replace("/-/", "/{}/")
