"""Single marks: one's own, whether they ask for another look, and when a mark changed sides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import User
from debate.models import Mark, MarkChange, Quotation, Statement
from debate.models.debates import State
from debate.models.marks import Truth
from debate.models.statements import Kind
from debate.selectors import loading

HISTORY = 100
DECIDED = (Truth.AGREE, Truth.DISAGREE)
ANSWERED = ~Q(truth="", bears="")
_MARK = [f.attname for f in Mark._meta.concrete_fields if f.attname != "source"]
OWN = f"""
    SELECT {loading.columns("m", _MARK)}, {loading.columns("q", loading.QUOTATION)},
        o.id, o.ordinal
    FROM debate_mark m LEFT JOIN debate_quotation q ON q.id = m.quotation_id
    LEFT JOIN LATERAL (
        SELECT s.id, s.ordinal FROM debate_statement s
        WHERE s.parent_id = m.statement_id AND s.kind = 'objection' AND s.hidden_at IS NULL
            AND s.withdrawn_at IS NULL AND s.created_at > m.marked_at
            AND s.author_id <> m.person_id
        ORDER BY s.created_at DESC, s.id DESC LIMIT 1
    ) o ON true
    WHERE m.person_id = (SELECT %s::bigint)
        AND m.statement_id = ANY((SELECT %s::bigint[])::bigint[])
"""
"""As `looked_over` has it, without the query builder: every page asks for it.

What is asked for stands in selects of its own, so that it is planned once a connection: planned
anew for each person and fifty statements, the plan takes longer than the reading.
"""


@dataclass(frozen=True, slots=True)
class Stale:
    """Why a mark asks for another look: an edit, an objection since. False where neither came."""

    edited: bool = False
    objection: int | None = None
    label: str = ""

    def __bool__(self) -> bool:
        return self.edited or self.objection is not None


def looked_over(marks: QuerySet[Mark]) -> QuerySet[Mark]:
    """The marks with their passage, and with the newest objection that came in after each.

    Objections of the person's own do not count, nor those that are hidden or withdrawn.
    """
    newer = Statement.objects.filter(
        parent=OuterRef("statement"),
        kind=Kind.OBJECTION,
        hidden_at=None,
        withdrawn_at=None,
        created_at__gt=OuterRef("marked_at"),
    )
    newest = newer.exclude(author=OuterRef("person")).order_by("-created_at", "-id")
    return marks.select_related("quotation").annotate(
        objection=Subquery(newest.values(both=JSONObject(id="pk", ordinal="ordinal"))[:1])
    )


def only_stale(marks: QuerySet[Mark]) -> QuerySet[Mark]:
    """Of marks that were looked over, the stale ones that can still be given anew."""
    since = Q(objection__isnull=False) | Q(statement__revision__gt=F("revision"))
    there = Q(statement__hidden_at=None, statement__withdrawn_at=None)
    return marks.filter(ANSWERED, since, there).exclude(statement__debate__state=State.ARCHIVED)


def stale(mark: Mark, statement: Statement) -> Stale:
    """Whether a mark that was looked over is stale, and why; `statement` is what it is on."""
    if statement.is_gone or not (mark.truth or mark.bears):
        return Stale()
    is_edited = mark.revision < statement.revision
    if objection := vars(mark)["objection"]:
        return Stale(is_edited, objection["id"], f"S{objection['ordinal']}")
    return Stale(is_edited)


def own_mark(statement: Statement, person: User) -> Mark | None:
    """A person's mark of a statement, looked over; None where there is none. One query."""
    return own_marks(person, [statement.pk]).get(statement.pk)


def own_marks(person: User, statements: Collection[int]) -> dict[int, Mark]:
    """A person's marks of these statements, looked over, by statement. One query."""
    marks: dict[int, Mark] = {}
    for row in loading.rows(OWN, [person.pk, list(statements)]):
        mark = loading.made(Mark, _MARK, row)
        quotation = row[len(_MARK) : -2]
        mark.quotation = (
            loading.made(Quotation, loading.QUOTATION, quotation) if mark.quotation_id else None
        )
        vars(mark)["objection"] = {"id": row[-2], "ordinal": row[-1]} if row[-2] else None
        marks[mark.statement_id] = mark
    return marks


def history(mark: Mark) -> list[MarkChange]:
    """The changes of a mark that were not undone, the newest first. One query."""
    return list(mark.changes.filter(undone_at=None).order_by("-id")[:HISTORY])


def crossing(changes: Sequence[MarkChange]) -> MarkChange | None:
    """The change that took a mark to the side it is on, from the other; None without such.

    `changes` as `history` has them. Between the two sides the person may have been unsure, or
    may have cleared the mark.
    """
    if not changes or changes[0].truth not in DECIDED:
        return None
    now = changes[0].truth
    earlier = next((i for i, change in enumerate(changes) if change.truth != now), len(changes))
    before = next((c.truth for c in changes[earlier:] if c.truth in DECIDED), now)
    return changes[earlier - 1] if before != now else None
