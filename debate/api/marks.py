"""Marks: one's own verdict on a statement, and everybody's. Bots do not mark."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from debate import rules
from debate.actions import marks as actions
from debate.api import answers
from debate.api.answers import BEARINGS, TRUTHS, MarkOut, PersonOut, QuotationOut, StaleOut
from debate.api.endpoints import ByScope, Endpoint, the_statement, the_user
from debate.api.inputs import Asked, OneOf, Quote, Strict, Text, Whole, checked
from debate.api.pages import Cursor, PageAsked, listed, no_such_place, page_of
from debate.models import Mark
from debate.selectors import listings
from debate.selectors import marks as selectors

ID_MOST = 2**63 - 1


class MarkIn(Strict):
    """The answers to change: null clears one, and one that is not sent stays as it is.

    The passage goes when the answer about truth becomes another.
    """

    truth = OneOf(TRUTHS, required=False, allow_null=True, help_text="Is it true?")
    bears = OneOf(
        BEARINGS, required=False, allow_null=True, help_text="Does it bear on what it answers?"
    )
    quote = Quote(help_text="The words that the mark is about; null for the whole statement.")


class UndoIn(Strict):
    """Which change to undo."""

    change = Whole(min_value=1, max_value=ID_MOST, help_text="As `change` of the mark has it.")


class ConfirmIn(Strict):
    """Nothing: one's answers stay as they are."""


class ExplainIn(Strict):
    """What changed one's mind."""

    because = Text(
        max_length=300,
        allow_null=True,
        help_text="A statement's label, such as S16, or its address; null takes it back.",
    )


class ByMarkScope(ByScope):
    """Marking needs the scope `mark`, which only people's own tokens have."""

    writing = Scope.MARK
    needs_token = True


class OwnMark(Endpoint):
    """One's own mark of a statement."""

    row = MarkOut
    permission_classes = (ByMarkScope,)

    @extend_schema(operation_id="statement-own-mark", responses=MarkOut)
    def get(self, request: Request, pk: int) -> Response:
        """Read one's own mark; empty where there is none."""
        return _own_mark(request, pk)

    @extend_schema(operation_id="statement-mark", request=MarkIn, responses=MarkOut)
    def put(self, request: Request, pk: int) -> Response:
        """Say whether it is true, and whether it bears on what it answers."""
        statement, user = the_statement(request, pk), the_user(request)
        rules.require(rules.may_mark(statement, user))
        sent = checked(MarkIn, request.data)
        for question in ("truth", "bears"):
            if question in sent:
                sent[question] = sent[question] or ""
        whole = "quote" in sent and sent["quote"] is None
        actions.mark(statement, by=user, whole=whole, **sent)
        return _own_mark(request, pk)


class Undo(Endpoint):
    """The undoing of one's mark."""

    permission_classes = (ByMarkScope,)

    @extend_schema(operation_id="mark-undo", request=UndoIn, responses=MarkOut)
    def put(self, request: Request, pk: int) -> Response:
        """Put one's mark back to what it was before its newest change."""
        statement, user = the_statement(request, pk), the_user(request)
        actions.undo(statement, by=user, **checked(UndoIn, request.data))
        return _own_mark(request, pk)


class Confirm(Endpoint):
    """The confirmation of a stale mark."""

    permission_classes = (ByMarkScope,)

    @extend_schema(operation_id="mark-confirm", request=ConfirmIn, responses=MarkOut)
    def put(self, request: Request, pk: int) -> Response:
        """Say 'still so': the same answers, to the statement as it is today."""
        statement, user = the_statement(request, pk), the_user(request)
        checked(ConfirmIn, request.data)
        actions.confirm(statement, by=user)
        return _own_mark(request, pk)


class Explain(Endpoint):
    """What changed one's mind."""

    permission_classes = (ByMarkScope,)

    @extend_schema(operation_id="mark-explain", request=ExplainIn, responses=MarkOut)
    def put(self, request: Request, pk: int) -> Response:
        """Name the statement that changed one's mind, after one's mark has changed sides."""
        statement, user = the_statement(request, pk), the_user(request)
        sent = checked(ExplainIn, request.data)
        actions.explain(statement, by=user, because=sent["because"] or "")
        return _own_mark(request, pk)


def _own_mark(request: Request, pk: int) -> Response:
    statement = the_statement(request, pk)
    mark = selectors.own_mark(statement, the_user(request))
    return Response(answers.mark(mark, statement, request.user))


class GivenOut(serializers.Serializer[Any]):
    """What a mark says."""

    truth = serializers.ChoiceField(TRUTHS, allow_null=True)
    bears = serializers.ChoiceField(BEARINGS, allow_null=True)
    revision = serializers.IntegerField(help_text="The wording that was marked.")
    quotation = QuotationOut(allow_null=True)
    marked_at = serializers.DateTimeField()
    stale = StaleOut(allow_null=True)


class PersonMarkOut(GivenOut):
    """A person's mark. Authors who have not marked their claim are counted, but not listed."""

    person = PersonOut()
    position = serializers.IntegerField(
        allow_null=True, help_text="The position they hold; of several the first."
    )


class OwnMarkOut(GivenOut):
    """One of one's own marks."""

    statement = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, taken off the class
    debate = serializers.CharField(help_text="The debate's slug.")
    url = serializers.CharField(help_text="The statement's page.")


class OwnMarksAsked(PageAsked):
    """Which of one's marks."""

    stale = serializers.BooleanField(default=False, help_text="Only those to look at again.")


class OwnMarks(Endpoint):
    """One's own marks."""

    row = OwnMarkOut
    permission_classes = (ByMarkScope,)
    query: ClassVar[dict[str, type[Asked]]] = {"GET": OwnMarksAsked}

    @extend_schema(
        operation_id="mark-list", parameters=[OwnMarksAsked], responses=page_of(OwnMarkOut)
    )
    def get(self, request: Request) -> Response:
        """List one's own marks, the latest first; cleared ones are left out."""
        user, stale = the_user(request), self.asked["stale"]
        try:
            part = listings.marks_by(user, Cursor.cut(self.asked), stale=stale)
        except listings.NoSuchPlace as error:
            raise no_such_place() from error
        return listed(request, part, listings.key_of, [_own(row, request) for row in part.rows])


def _own(mark: Mark, request: Request) -> dict[str, Any]:
    one = mark.statement
    return {
        **answers.answers_of(mark, one, request.user),
        "statement": one.pk,
        "label": one.label,
        "debate": one.debate.slug,
        "url": answers.site(request) + answers.page_of(one.pk),
    }


class MarksOf(Endpoint):
    """The marks of a statement."""

    row = PersonMarkOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="statement-marks", parameters=[PageAsked], responses=page_of(PersonMarkOut)
    )
    def get(self, request: Request, pk: int) -> Response:
        """List who marks a statement how; nobody where it is hidden or withdrawn."""
        statement = the_statement(request, pk)
        part = listings.marks_of(statement, request.user, Cursor.cut(self.asked))
        results = [_of_person(row, request) for row in part.rows]
        return listed(request, part, lambda row: row.mark.pk, results)


def _of_person(row: listings.MarkRow, request: Request) -> dict[str, Any]:
    one = row.mark.statement
    return {
        **answers.answers_of(row.mark, one, request.user),
        "person": answers.person(row.mark.person),
        "position": row.position,
    }
