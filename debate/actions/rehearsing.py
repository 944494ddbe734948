"""What an act would do, found out by doing it and taking all of it back at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext, ngettext

from debate.models import ModerationAct, Statement
from debate.models.acts import Act
from debate.models.statements import Kind, Status
from debate.selectors import kinds

UNSAID = "–"
"""The reason of a rehearsal where none is given yet."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What an act would do: in sentences, and the statements with the words they would have."""

    lines: list[str]
    texts: list[tuple[str, str]]


def rehearse(do: Callable[[], ModerationAct], *concerned: Statement) -> Effects:
    """Carry an act out, tell what came of it, and undo the transaction. Raises what `do` raises.

    `concerned` are statements whose status may change, besides those of the act.
    """
    with transaction.atomic():
        before = _seen(concerned)
        act = do()
        told = _told(act)
        after = _seen(concerned)
        lines = [told, *_changes(before, after), *_marks(act)]
        effects = Effects([line for line in lines if line], _texts(act))
        transaction.set_rollback(True)
    return effects


def _seen(concerned: tuple[Statement, ...]) -> dict[str, Statement]:
    found = Statement.objects.filter(pk__in=[one.pk for one in concerned])
    return {one.label: one for one in found.order_by("pk")}


def _told(act: ModerationAct) -> str:
    one, other = act.statement, act.other
    said = {
        "label": act.label,
        "other": other.label if other else "",
        "kind": kinds.one(one.kind) if one else "",
    }
    told = {
        Act.RETYPE: gettext("%(label)s becomes %(kind)s."),
        Act.LINK: gettext("%(label)s is linked to %(other)s, and counts there like an answer."),
        Act.MERGE: gettext("%(label)s and %(other)s count as one. Both keep their words."),
        Act.LOCK: gettext("Nobody can answer or edit %(label)s, or what stands under it."),
        Act.SPLIT: gettext("%(label)s keeps its marks; %(other)s is new and has none."),
    }.get(Act(act.act), "")
    if act.act == Act.LOCK and one is None:
        return gettext("Nobody can answer or edit anything in this debate.")
    return _moved(act) if act.act == Act.MOVE and one else told % said


def _moved(act: ModerationAct) -> str:
    one = Statement.objects.get(pk=act.statement_id or 0)
    path = bytes(one.path)
    under = Statement.objects.filter(
        debate=one.debate_id, path__gt=path, path__lt=path + b"\xff\xff\xff\xff"
    )
    n = under.count()
    told = ngettext(
        "%(label)s and %(n)s statement under it come to stand under %(other)s.",
        "%(label)s and %(n)s statements under it come to stand under %(other)s.",
        n,
    ) % {"label": one.label, "n": n, "other": act.other.label if act.other else ""}
    if act.before.get("quotation") and not act.after.get("quotation"):
        told += " " + gettext("The words it quotes are not there: its quotation rests meanwhile.")
    return told


def _changes(before: dict[str, Statement], after: dict[str, Statement]) -> list[str]:
    """Whose status another one would be, by label."""
    return [
        gettext("%(label)s was: %(before)s. It would be: %(after)s.")
        % {
            "label": label,
            "before": _status(before[label]),
            "after": _status(one),
        }
        for label, one in after.items()
        if before[label].status != one.status
    ]


def _status(one: Statement) -> str:
    if one.status == Status.ANSWERED and one.kind not in (Kind.OBJECTION, Kind.QUESTION):
        return gettext("objected to")
    return str(one.get_status_display()) or gettext("no open point")


def _marks(act: ModerationAct) -> list[str]:
    """How many marks would ask for another look."""
    if act.act != Act.SPLIT or act.statement is None:
        return []
    n = act.statement.marks.exclude(truth="", bears="").count()
    if not n:
        return []
    told = ngettext(
        "%(n)s mark will ask for another look.", "%(n)s marks will ask for another look.", n
    )
    return [told % {"n": n}]


def _texts(act: ModerationAct) -> list[tuple[str, str]]:
    if act.act != Act.SPLIT or act.statement is None or act.other is None:
        return []
    whole = Statement.objects.get(pk=act.statement.pk)
    return [(one.label, one.body_html) for one in (whole, act.other)]
