"""The wordings of a statement, and how they differ."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import Endpoint, the_statement
from debate.api.inputs import Asked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models import Revision, Statement
from debate.models.statements import GeneratedBy
from debate.selectors import listings, revisions
from debate.selectors.listings import Cut

RUNS = [
    ("equal", "In both wordings"),
    ("deleted", "Only in the earlier one"),
    ("inserted", "Only in the later one"),
]
COMPARED = [("now", "With the newest wording"), ("next", "With the one that replaced it")]


class ReplacedOut(serializers.Serializer[Any]):
    """When, by whom and why a wording was replaced."""

    at = serializers.DateTimeField()
    by = PersonOut()
    reason = serializers.CharField(allow_null=True)


class WordingOut(serializers.Serializer[Any]):
    """One wording of a statement."""

    number = serializers.IntegerField()
    is_newest = serializers.BooleanField()
    body = serializers.CharField()
    body_html = serializers.CharField()
    generated_by = serializers.ChoiceField(GeneratedBy.choices, allow_null=True)
    replaced = ReplacedOut(allow_null=True)


class RunOut(serializers.Serializer[Any]):
    """A stretch of Markdown that both wordings have, or only one of them."""

    kind = serializers.ChoiceField(RUNS)
    text = serializers.CharField()


class RevisionOut(WordingOut):
    """One wording, and what was changed from it to wording number `compared_with`."""

    compared_with = serializers.IntegerField()
    difference = RunOut(many=True)


class RevisionAsked(Asked):
    """What to compare the wording with."""

    to = serializers.ChoiceField(COMPARED, default="now")


class Revisions(Endpoint):
    """All wordings of a statement."""

    row = WordingOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="statement-revisions", parameters=[PageAsked], responses=page_of(WordingOut)
    )
    def get(self, request: Request, pk: int) -> Response:
        """List the wordings, the newest first; none of what is hidden or withdrawn."""
        statement = the_statement(request, pk)
        part = listings.wordings(statement, request.user, Cursor.cut(self.asked))
        results = [_wording(row, statement) for row in part.rows]
        return listed(request, part, lambda row: row.number, results)


class OneRevision(Endpoint):
    """One wording of a statement."""

    row = RevisionOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": RevisionAsked}

    @extend_schema(
        operation_id="revision-detail", parameters=[RevisionAsked], responses=RevisionOut
    )
    def get(self, request: Request, pk: int, number: int) -> Response:
        """Read one wording, and how it was changed, word by word."""
        statement = the_statement(request, pk)
        rows = listings.wordings(statement, request.user, Cut(1, after=number + 1)).rows
        if not rows or rows[0].number != number:
            raise Revision.DoesNotExist
        compared, runs = revisions.compared(statement, number, request.user, to=self.asked["to"])
        told = {
            "compared_with": compared,
            "difference": [{"kind": run.kind, "text": run.text} for run in runs],
        }
        return Response(_wording(rows[0], statement) | told)


def _wording(row: listings.Wording, statement: Statement) -> dict[str, Any]:
    old = row.replaced
    return {
        "number": row.number,
        "is_newest": row.number == statement.revision,
        "body": row.body,
        "body_html": row.body_html,
        "generated_by": row.generated_by or None,
        "replaced": _replaced(old) if old else None,
    }


def _replaced(old: Revision) -> dict[str, Any]:
    by = answers.person(old.replaced_by)
    return {"at": answers.when(old.replaced_at), "by": by, "reason": old.reason or None}
