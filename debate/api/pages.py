"""Lists, a page at a time: {"next", "previous", "results"}, with a cursor in the addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api.answers import site
from debate.api.errors import Unfit
from debate.api.inputs import Asked, Text
from debate.selectors.listings import Cut, Part

LIMIT = 50
LIMIT_MOST = 100
CURSOR = "(after|before)-[0-9]{1,18}"
USE_OURS = gettext_lazy("Use a cursor from 'next' or 'previous' of this list.")

Row = TypeVar("Row")


class PageAsked(Asked):
    """Which page of a list."""

    limit = serializers.IntegerField(min_value=1, max_value=LIMIT_MOST, default=LIMIT)
    cursor = Text(
        required=False,
        validators=[RegexValidator(f"^{CURSOR}$", USE_OURS, "cursor")],
        help_text="As it stands in `next` and `previous`.",
    )


class Cursor:
    """Turning cursors into cuts and back. A cursor names the row that its page begins beside."""

    @staticmethod
    def cut(asked: dict[str, Any]) -> Cut:
        """The page that is asked for."""
        cursor = asked.get("cursor")
        if not cursor:
            return Cut(asked["limit"])
        side, _, key = cursor.partition("-")
        return Cut(asked["limit"], **{side: int(key)})


def no_such_place() -> Unfit:
    """What to raise where a cursor leads nowhere, or no longer."""
    return Unfit({"cursor": [{"message": str(USE_OURS), "code": "cursor"}]})


def listed(
    request: Request,
    part: Part[Row],
    key: Callable[[Row], int],
    results: Sequence[dict[str, Any]],
) -> Response:
    """The page as a response; `key` gives a row's key in cursors."""
    return Response(paged(request, part, key, results))


def paged(
    request: Request,
    part: Part[Row],
    key: Callable[[Row], int],
    results: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """The page as it is sent."""
    following = f"after-{key(part.rows[-1])}" if part.has_next else None
    preceding = f"before-{key(part.rows[0])}" if part.has_previous else None
    return {
        "next": _address(request, following),
        "previous": _address(request, preceding),
        "results": results,
    }


def _address(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = urlencode({**request.query_params.dict(), "cursor": cursor})
    return f"{site(request)}{request.path}?{query}"


@cache
def page_of(row: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The schema of a page of such rows; one and the same for all lists of them."""
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
        "results": row(many=True),
    }
    return inline_serializer(f"{row.__name__.removesuffix('Out')}Page", fields)
