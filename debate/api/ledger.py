"""Lists of a person: their debates, what awaits them, changes of mind by them and of theirs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from debate.api import answers
from debate.api.answers import TRUTHS, PersonOut, StatementOut
from debate.api.endpoints import Endpoint
from debate.api.inputs import Asked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.api.people import PartOut, stand
from debate.models import MarkChange
from debate.rules import Viewer
from debate.selectors import ledger, listings, people
from debate.selectors.listings import Part


class ChangeOut(serializers.Serializer[Any]):
    """A change of mind."""

    person = PersonOut(help_text="Whose mind it was.")
    statement = serializers.IntegerField(help_text="About what.")
    debate = serializers.CharField(help_text="The debate's slug.")
    before = serializers.ChoiceField(TRUTHS)
    after = serializers.ChoiceField(TRUTHS)
    because = serializers.IntegerField(
        allow_null=True, help_text="The statement that the person names as what did it."
    )
    changed_at = serializers.DateTimeField()


class OfPerson(Endpoint):
    """A list of a person's."""

    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    def found(self, request: Request, username: str) -> tuple[User, Viewer]:
        """Who is asked about, and who asks; raises User.DoesNotExist."""
        return people.person(username, request.user), request.user


class Debates(OfPerson):
    """The debates of a person."""

    row = PartOut

    @extend_schema(
        operation_id="person-debates", parameters=[PageAsked], responses=page_of(PartOut)
    )
    def get(self, request: Request, username: str) -> Response:
        """List the debates that somebody took part in, the newest first, and where they stand."""
        person, viewer = self.found(request, username)
        found = people.debates(person, viewer)
        part = listings.portion(found, "-id", Cursor.cut(self.asked))
        stands = people.stands(person, part.rows)
        results = [stand(one) for one in stands]
        return listed(request, part, lambda row: row.pk, results)


class Waiting(OfPerson):
    """What awaits a person."""

    row = StatementOut

    @extend_schema(
        operation_id="person-open", parameters=[PageAsked], responses=page_of(StatementOut)
    )
    def get(self, request: Request, username: str) -> Response:
        """List the open objections and questions put to what somebody wrote or holds."""
        found = ledger.waiting(*self.found(request, username))
        part = listings.chosen(found, "id", Cursor.cut(self.asked))
        results = [answers.statement(row, request) for row in part.rows]
        return listed(request, part, lambda row: row.pk, results)


class Minds(OfPerson):
    """Minds that a person changed."""

    row = ChangeOut

    @extend_schema(
        operation_id="person-minds", parameters=[PageAsked], responses=page_of(ChangeOut)
    )
    def get(self, request: Request, username: str) -> Response:
        """List whose minds somebody's statements changed, as these say; the newest first."""
        return self.changes(request, ledger.changed_by(*self.found(request, username)))

    def changes(self, request: Request, found: QuerySet[MarkChange]) -> Response:
        """A page of changes of mind."""
        part: Part[MarkChange] = listings.portion(
            ledger.read(found), "-id", Cursor.cut(self.asked)
        )
        results = [_change(row) for row in part.rows]
        return listed(request, part, lambda row: row.pk, results)


class Changes(Minds):
    """Times that a person changed their mind."""

    row = ChangeOut

    @extend_schema(
        operation_id="person-changes", parameters=[PageAsked], responses=page_of(ChangeOut)
    )
    def get(self, request: Request, username: str) -> Response:
        """List when somebody's mark went from one side to the other, the newest first."""
        return self.changes(request, ledger.changes_of(*self.found(request, username)))


def _change(change: MarkChange) -> dict[str, Any]:
    [told] = ledger.shown([change])
    return {
        "person": answers.person(change.mark.person),
        "statement": told.on.pk,
        "debate": told.debate.slug,
        "before": told.before,
        "after": told.after,
        "because": told.because.pk if told.because else None,
        "changed_at": answers.when(change.changed_at),
    }
