"""Searching: what is found of statements, debates or people, the best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from debate.api import answers
from debate.api.answers import PersonOut, StatementOut
from debate.api.endpoints import Endpoint
from debate.api.errors import Unfit
from debate.api.heads import DebateOut, debate_out
from debate.api.inputs import Asked, Text
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models import Debate, Statement
from debate.selectors import listings, search
from debate.selectors.listings import Part
from debate.selectors.search import FILTERS, Found, Hit, Refused
from debate.text import excerpts

WHAT = [("statements", "Statements"), ("debates", "Debates"), ("people", "People")]
FINDERS: Mapping[str, Callable[..., Found[Any]]] = {
    "statements": search.statements,
    "debates": search.debates,
    "people": search.people,
}


class SearchAsked(PageAsked):
    """What is looked for. Filters can stand in `q` too, as kind:objection."""

    q = Text(default="", help_text='Words, "phrases", -words and filters, as in the search box.')
    what = serializers.ChoiceField(WHAT, default="statements")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields, and one for each filter that there is: some have names of Python's own."""
        filters = {name: _field(one.values) for name, one in FILTERS.items()}
        return {**super().get_fields(), **filters}


def _field(values: Any) -> serializers.Field[Any, Any, Any, Any]:
    if values:
        return serializers.ChoiceField([(value, value) for value in values], required=False)
    return Text(required=False)


class SearchHitOut(serializers.Serializer[Any]):
    """Something found: one of the three, and the others null."""

    statement = StatementOut(allow_null=True)
    debate = DebateOut(allow_null=True)
    person = PersonOut(allow_null=True)
    excerpt_html = serializers.CharField(
        help_text="Where the words stand: safe HTML, with what was found in <mark>."
    )


class Search(Endpoint):
    """Searching."""

    row = SearchHitOut
    query: ClassVar[dict[str, type[Asked]]] = {"GET": SearchAsked}

    @extend_schema(
        operation_id="search-list", parameters=[SearchAsked], responses=page_of(SearchHitOut)
    )
    def get(self, request: Request) -> Response:
        """List what fits, the best first; nothing that a list may not show who asks."""
        try:
            asked = search.ask(_typed(self.asked), request.user)
        except Refused as error:
            entry = {"message": str(error), "code": "query"}
            raise Unfit({"q": [entry]}) from error
        cut = Cursor.cut(self.asked)
        found: Found[Any] = Found() if asked.is_empty else FINDERS[self.asked["what"]](asked, cut)
        part = Part(found.rows, found.has_next, found.has_previous)
        return listed(request, part, lambda hit: hit.key, _results(found, request))


def _typed(asked: Mapping[str, Any]) -> str:
    """All of it as one would type it; filters first, for a phrase may be without its end."""
    given = [(name, str(asked[name]).replace('"', "")) for name in FILTERS if name in asked]
    return " ".join([*(f'{name}:"{value}"' for name, value in given), asked["q"]])


def _results(found: Found[Any], request: Request) -> list[dict[str, Any]]:
    said = [hit.row.pk for hit in found.rows if isinstance(hit.row, Statement)]
    whole = {one.pk: one for one in listings.by_ids(None, said)} if said else {}
    return [_result(hit, whole, request) for hit in found.rows]


def _result(hit: Hit[Any], whole: Mapping[int, Statement], request: Request) -> dict[str, Any]:
    row = hit.row
    return {
        "statement": answers.statement(whole[row.pk], request) if row.pk in whole else None,
        "debate": debate_out(row, request) if isinstance(row, Debate) else None,
        "person": answers.person(row) if isinstance(row, User) else None,
        "excerpt_html": excerpts.html(hit.excerpt),
    }
