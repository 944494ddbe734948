"""What of an answer is wanted: `fields` leaves the others out, `expand` puts in what is named.

Both work on whatever an endpoint gives: a row, or a page of rows, of the shape `Endpoint.row`.
A row names statements by their ids and debates by their slugs. Expanded, these are read together
for all rows of the answer, and stand there as the lists have them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.request import Request

from debate.api import answers
from debate.api.errors import Errors, Malformed, Unfit
from debate.api.heads import debate_out
from debate.selectors import debates, listings

MEDIA = "application/vnd.crux.part+json"
"""The type of such answers, so that the schema need not say of each field that it may be away."""
ROWS_MOST = 100
Row = dict[str, Any]
Shape = type[serializers.Serializer[Any]]


def _statements(ids: Iterable[int], request: Request) -> dict[int, Row]:
    found = listings.seen(sorted(set(ids)), request.user)
    return {one.pk: answers.statement(one, request) for one in found}


def _debates(slugs: Iterable[str], request: Request) -> dict[str, Row]:
    found = debates.by_slugs(set(slugs), request.user)
    return {one.slug: debate_out(one, request) for one in found}


Read = Callable[[Iterable[Any], Request], Mapping[Any, Row]]
REFERENCES: dict[str, Read] = {
    "debate": _debates,
    **dict.fromkeys(
        ("statement", "parent", "because", "position", "claim", "to", "statements", "positions"),
        _statements,
    ),
}
"""Fields that name something, wherever they hold no more than the id or slug of it."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a request asks for; empty: all fields, and nothing expanded."""

    fields: Sequence[str] = ()
    expand: Sequence[str] = ()

    def __bool__(self) -> bool:
        """Whether the answer is another one than usual."""
        return bool(self.fields or self.expand)

    def of(self, data: Any, request: Request) -> Any:
        """The answer with these parts alone; at most 4 queries, however many rows it has."""
        is_page = isinstance(data, dict) and "results" in data
        rows = data["results"] if is_page else data if isinstance(data, list) else [data]
        if self.expand and len(rows) > ROWS_MOST:
            raise Unfit(_error("expand", gettext("Ask for at most 100 rows with this.")))
        if self.fields:
            named = {*self.fields, *self.expand}
            rows = [{name: row[name] for name in row if name in named} for row in rows]
        rows = self._expanded(rows, request)
        return (
            {**data, "results": rows} if is_page else rows if isinstance(data, list) else rows[0]
        )

    def _expanded(self, rows: list[Row], request: Request) -> list[Row]:
        wanted: dict[Read, set[Any]] = {}
        for row in rows:
            for name in self.expand:
                wanted.setdefault(REFERENCES[name], set()).update(_named(row.get(name)))
        found = {read: read(names, request) for read, names in wanted.items() if names}
        return [
            {**row, **{n: _put(row.get(n), found.get(REFERENCES[n], {})) for n in self.expand}}
            for row in rows
        ]


def _named(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _put(value: Any, found: Mapping[Any, Row]) -> Any:
    """What is named; what is not there for the reader any more stays a name."""
    if isinstance(value, list):
        return [found.get(one, one) for one in value]
    return found.get(value, value)


@cache
def choices(row: Shape) -> dict[str, list[str]]:
    """What may be asked for of such rows, by parameter."""
    fields = row().fields
    plain = [n for n, f in fields.items() if not isinstance(f, serializers.BaseSerializer)]
    found = {"fields": list(fields), "expand": [name for name in plain if name in REFERENCES]}
    return {name: allowed for name, allowed in found.items() if allowed}


def taken(sent: dict[str, str], row: Shape) -> Parts:
    """Take the two parameters out of a query; raises Malformed where there is no such field."""
    parts: dict[str, list[str]] = {}
    for name, allowed in choices(row).items():
        if name not in sent:
            continue
        parts[name] = sent.pop(name).split(",")
        unknown = [one for one in parts[name] if one not in allowed]
        if unknown:
            raise Malformed(_error(name, gettext("Name some of these, by commas."), allowed))
    return Parts(**parts)


def _error(name: str, message: str, allowed: Sequence[str] = ()) -> Errors:
    return {
        name: [{"message": message, "code": "invalid"} | ({"allowed": allowed} if allowed else {})]
    }
