"""Earlier wordings of a statement: who changed them, when and why, and what the change was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from django.db.models import Case, F, QuerySet, TextField, Value, When
from markupsafe import Markup

from accounts import moments
from debate import rules
from debate.models import Quotation, Revision, Statement
from debate.models.statements import GeneratedBy
from debate.rules import Viewer
from debate.text import plain
from debate.text.differences import Run, difference, shortened

MOST = 50
COMPARED = 5
QUOTED = "quoted"

To: TypeAlias = Literal["next", "now"]


@dataclass(slots=True)
class Change:
    """An edit: the number of the wording it replaced, who made it, when and why.

    `runs` say what it changed, where a list has compared the words.
    """

    number: int
    by: str
    when: str
    when_iso: str
    reason: str
    generated: str
    runs: list[Run]


@dataclass(slots=True)
class Earlier:
    """An earlier wording, and how it differs from wording number `to`.

    `quotation` is the passage marked in `body`, under the id `quoted`; `quoted_in` the statement
    that quotes it, if one does.
    """

    change: Change
    body: Markup
    to: int
    runs: list[Run]
    quotation: Quotation | None = None
    quoted_in: Statement | None = None


@dataclass(slots=True)
class Meanwhile:
    """What became of a statement after a wording: the edits since, and what they changed."""

    changes: list[Change]
    runs: list[Run]


def changes(of: Statement, viewer: Viewer) -> list[Change]:
    """The edits of a statement, the latest first; what they changed for the latest few. 2 queries.

    None where it was never edited or its words are gone from the viewer's sight.
    """
    if of.revision == 1 or not rules.may_read_text(of, viewer):
        return []
    compared = of.revision - COMPARED
    words = Case(
        When(number__gte=compared, then=F("body")), default=Value(""), output_field=TextField()
    )
    made, following = [], of.body
    for old in _kept(of).annotate(words=words)[:MOST]:
        text = old.__dict__["words"]
        made.append(_change(old))
        if old.number >= compared:
            made[-1].runs = shortened(difference(text, following))
        following = text
    return made


def earlier(
    of: Statement, number: int, viewer: Viewer, *, to: To = "now", quote: int | None = None
) -> Earlier:
    """An earlier wording, beside the newest one or the next; `quote` is the id of a quotation.

    At most 3 queries. Raises Revision.DoesNotExist, also for the newest wording and where the
    words are gone from the viewer's sight.
    """
    kept = _wordings(of, viewer, number, number + 1)
    old = _one(kept, number)
    target = _target(of, number, to)
    made = Earlier(_change(old), Markup(old.body_html), target, _runs(of, kept, number, target))
    if quote is not None:
        _mark(made, old, quote, viewer)
    return made


def compared(
    of: Statement, number: int, viewer: Viewer, *, to: To = "now"
) -> tuple[int, list[Run]]:
    """What to compare a wording with, and how it differs. At most 2 queries.

    The newest wording is compared with itself. Raises Revision.DoesNotExist.
    """
    if not rules.may_read_text(of, viewer):
        raise Revision.DoesNotExist
    target = _target(of, number, to)
    return target, _runs(of, _wordings(of, viewer, number, number + 1), number, target)


def _target(of: Statement, number: int, to: To) -> int:
    return min(number + 1, of.revision) if to == "next" else of.revision


def _runs(of: Statement, kept: dict[int, Revision], number: int, target: int) -> list[Run]:
    old, new = (
        of.body if place == of.revision else _one(kept, place).body for place in (number, target)
    )
    return difference(old, new)


def meanwhile(of: Statement, number: int, viewer: Viewer) -> Meanwhile:
    """What was changed since wording `number`. 3 queries; raises Revision.DoesNotExist."""
    old = _one(_wordings(of, viewer, number), number)
    since = [_change(row) for row in _kept(of).filter(number__gte=number)[:MOST]]
    return Meanwhile(since, shortened(difference(old.body, of.body)))


def _kept(of: Statement) -> QuerySet[Revision]:
    """The earlier wordings without their text, the latest first."""
    found = of.revisions.select_related("replaced_by").defer("body", "body_html")
    return found.order_by("-number")


def _wordings(of: Statement, viewer: Viewer, *numbers: int) -> dict[int, Revision]:
    """These earlier wordings, as far as there are such and the viewer may read them."""
    asked = [number for number in numbers if 0 < number < of.revision]
    if not asked or not rules.may_read_text(of, viewer):
        return {}
    found = of.revisions.filter(number__in=asked).select_related("replaced_by")
    return {row.number: row for row in found}


def _one(kept: dict[int, Revision], number: int) -> Revision:
    if number not in kept:
        raise Revision.DoesNotExist
    return kept[number]


def _change(old: Revision) -> Change:
    return Change(
        number=old.number,
        by=old.replaced_by.told_name,
        when=moments.minute(old.replaced_at),
        when_iso=old.replaced_at.isoformat(timespec="seconds"),
        reason=old.reason,
        generated=str(GeneratedBy(old.generated_by).label) if old.generated_by else "",
        runs=[],
    )


def _mark(made: Earlier, old: Revision, quote: int, viewer: Viewer) -> None:
    """Mark the passage in the body, unless who quotes it is gone from the viewer's sight."""
    quoting = Quotation.objects.select_related("quoted_in")
    found = quoting.filter(pk=quote, statement=old.statement_id, revision=old.number).first()
    if found is None:
        return
    quoted_in: Statement | None = getattr(found, "quoted_in", None)
    if quoted_in is not None and not rules.may_read_text(quoted_in, viewer):
        return
    span = plain.Span(found.start, found.end, 1, QUOTED)
    made.body = Markup(plain.highlight(old.body_html, [span]))
    made.quotation, made.quoted_in = found, quoted_in
