"""The kinds of items of the review queue: what waits of each, and how it is read.

What their acts do, `actions.reviewing.DECISIONS` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext, gettext_lazy

from debate import moderating
from debate.models import (
    Appeal,
    FirstStatement,
    Held,
    HeldPoint,
    ModerationAct,
    Proposal,
    Report,
)
from debate.models.acts import Act, AppealState
from debate.models.debates import State, Visibility
from debate.models.holding import FirstState, HeldState, Why
from debate.models.moderation import ReportReason, ReportState
from debate.models.proposals import ProposalKind, ProposalState
from debate.selectors import acts, items, patterns, proposals
from debate.selectors.items import OF_STATEMENT, Choice, Item, Said, Source


def _reports() -> QuerySet[Any]:
    return Report.objects.filter(state=ReportState.OPEN).annotate(opened=F("created_at"))


def _load_reports(ids: Sequence[int]) -> list[Item]:
    about = [f"statement__{part}" for part in OF_STATEMENT]
    found = patterns.annotated(Report.objects.filter(pk__in=ids))
    return [
        Item(
            "report", one.pk, one.created_at, one.get_reason_display(), one.statement.debate,
            one.statement.author, [items.said(one.statement)], OF_REPORTS,
            patterns.lines(one), one.note, one.reporter,
        )
        for one in found.select_related("reporter", *about)
    ]  # fmt: skip


def _held() -> QuerySet[Any]:
    found = Held.objects.filter(state=HeldState.WAITS)
    return found.exclude(debate__visibility=Visibility.PRIVATE).annotate(opened=F("made_at"))


def _load_held(ids: Sequence[int]) -> list[Item]:
    about = ("held__debate", "held__author__owner", "parent__author__owner", "edits__author")
    points: dict[int, list[HeldPoint]] = {}
    for point in HeldPoint.objects.filter(held__in=ids).select_related(*about):
        points.setdefault(point.held_id, []).append(point)
    return [_held_item(of[0].held, of) for of in points.values()]


def _held_item(held: Held, points: Sequence[HeldPoint]) -> Item:
    said = _outline(held.opens) if held.opens else []
    said += [
        Said(
            point.kind, point.get_kind_display(), point.name, point.body, point.quote,
            items.brief(point.parent) if point.parent else None, statement=point.edits,
            before=point.edits.body if point.edits else "",
        )
        for point in points
    ]  # fmt: skip
    return Item(
        "held", held.pk, held.made_at, held.get_why_display(), held.debate, held.author, said,
        OF_HELD, list(_about_held(held, points[0])), points[0].note,
    )  # fmt: skip


def _about_held(held: Held, first: HeldPoint) -> Iterator[str]:
    if held.opens:
        yield gettext("A new debate.")
    if first.edits:
        told = gettext("An edit of %(label)s, which stays as it is until then.")
        yield told % {"label": first.edits.label}
    if held.why == Why.WORD:
        yield gettext("It says “%(words)s”.") % {"words": held.about}


def _outline(opens: dict[str, Any]) -> list[Said]:
    """What a debate that waits says of itself."""
    terms = "\n".join(f"{term}: {meaning}" for term, meaning in opens.get("terms", ()))
    body = "\n\n".join(part for part in (opens.get("background", ""), terms) if part)
    return [Said("debate", gettext("Debate"), opens["question"], body, "", None)]


def _firsts() -> QuerySet[Any]:
    there = FirstStatement.objects.filter(
        state=FirstState.WAITS, statement__hidden_at=None, statement__withdrawn_at=None
    )
    private = Q(statement__debate__visibility=Visibility.PRIVATE)
    return there.exclude(private).annotate(opened=F("made_at"))


def _load_firsts(ids: Sequence[int]) -> list[Item]:
    about = [f"statement__{part}" for part in OF_STATEMENT]
    found = FirstStatement.objects.filter(pk__in=ids).select_related(*about)
    return [
        Item(
            "first", one.pk, one.made_at, str(FIRST), one.statement.debate,
            one.statement.author, [items.said(one.statement)], OF_FIRSTS,
        )
        for one in found
    ]  # fmt: skip


def _appeals() -> QuerySet[Any]:
    found = Appeal.objects.filter(state=AppealState.OPEN).annotate(opened=F("created_at"))
    archived = Q(act__debate__state=State.ARCHIVED) & ~Q(act__act__in=moderating.ALWAYS)
    found = found.exclude(archived)  # they wait for it to be reopened
    return found.annotate(why=Concat(Value("act-"), "act__act"))


def _load_appeals(ids: Sequence[int]) -> list[Item]:
    of_act = ("debate", "moderator", "person", "other", "undoes")
    about = [f"act__{one}" for one in of_act]
    about += [f"act__statement__{part}" for part in OF_STATEMENT]
    found = Appeal.objects.filter(pk__in=ids).select_related("person", *about)
    return [
        Item(
            "appeal", one.pk, one.created_at,
            gettext("Appeal: %(act)s") % {"act": acts.word(one.act)},
            one.act.debate, one.person,
            [items.said(one.act.statement)] if one.act.statement else [], OF_APPEALS,
            [_done(one.act)], one.text,
        )
        for one in found
    ]  # fmt: skip


def _done(act: ModerationAct) -> str:
    said = {"who": act.moderator.told_name, "reason": act.reason}
    return gettext("%(who)s did it: %(reason)s") % said


def _proposals() -> QuerySet[Any]:
    found = Proposal.objects.filter(state=ProposalState.OPEN).annotate(opened=F("created_at"))
    found = found.exclude(debate__visibility=Visibility.PRIVATE)
    found = found.exclude(debate__state=State.ARCHIVED)
    return found.annotate(why=Concat(Value("proposal-"), "kind"))


def _load_proposals(ids: Sequence[int]) -> list[Item]:
    about = ("statement__parent__author__owner", "statement__author__owner", "to__author__owner")
    found = proposals.known().filter(pk__in=ids).select_related(*about, "statement__quotation")
    return [
        Item(
            "proposal", one.pk, one.created_at, str(proposals.phrase(one)).format(**_labels(one)),
            one.debate, one.author, _proposed(one), OF_PROPOSALS,
            [note] if (note := proposals.note(one)) else [], one.reason,
        )
        for one in found
    ]  # fmt: skip


def _labels(one: Proposal) -> dict[str, str]:
    what = one.statement.label if one.statement else f"“{one.name}”"
    return {"what": what, "to": one.to.label if one.to else ""}


def _proposed(one: Proposal) -> list[Said]:
    """The crux that is proposed; else what it is about, with the passage of a split."""
    if one.statement is None:
        crux = ProposalKind.CRUX
        return [Said(crux, str(crux.label), one.name, one.body, "", None)]
    about = [items.said(two) for two in (one.statement, one.to) if two is not None]
    if one.passage is not None:
        about[0] = replace(about[0], quote=one.passage.exact)
    return about


FIRST = gettext_lazy("Published, among the first of a new person")
SUSPEND = gettext_lazy("Hide it, and suspend its author for a week")
RUDE = gettext_lazy("It breaks the rules of debate.")
OF_REPORTS = (
    Choice("hide", gettext_lazy("Hide it"), "h", RUDE),
    Choice("dismiss", gettext_lazy("Dismiss the report"), "d", gettext_lazy("It is allowed.")),
    Choice("suspend", SUSPEND, "s", RUDE),
)
OF_HELD = (
    Choice("release", gettext_lazy("Publish it"), "p"),
    Choice("refuse", gettext_lazy("Do not publish it"), "n", gettext_lazy("It cannot stand so.")),
    Choice(
        "suspend", gettext_lazy("Do not publish it, and suspend its author for a week"), "s", RUDE
    ),
)
OF_FIRSTS = (
    Choice("seen", gettext_lazy("It is fine"), "f"),
    Choice("hide", gettext_lazy("Hide it"), "h", RUDE),
    Choice("suspend", SUSPEND, "s", RUDE),
)
OF_APPEALS = (
    Choice(
        "uphold", gettext_lazy("Let it stand"), "l",
        gettext_lazy("A second moderator has looked at it, and it stands."),
    ),
    Choice(
        "overturn", gettext_lazy("Undo it"), "u",
        gettext_lazy("A second moderator has looked at it, and it is undone."),
    ),
)  # fmt: skip
OF_PROPOSALS = (
    Choice("accept", gettext_lazy("Accept it"), "a", gettext_lazy("It makes this clearer.")),
    Choice("refuse", gettext_lazy("Refuse it"), "r", gettext_lazy("It does not fit.")),
)
APPEALABLE = (
    Act.HIDE, Act.LOCK, Act.MOVE, Act.RETYPE, Act.LINK, Act.UNLINK, Act.SPLIT, Act.MERGE,
    Act.SUSPEND,
)  # fmt: skip
SOURCES: dict[str, Source] = {
    "report": Source(
        gettext_lazy("Reports"), _reports, _load_reports, "statement__debate",
        "statement__author", "reason", ReportReason.choices, OF_REPORTS,
    ),
    "held": Source(
        gettext_lazy("Held statements"), _held, _load_held, "debate", "author", "why",
        Why.choices, OF_HELD,
    ),
    "first": Source(
        gettext_lazy("First statements"), _firsts, _load_firsts, "statement__debate", "author",
        choices=OF_FIRSTS,
    ),
    "appeal": Source(
        gettext_lazy("Appeals"), _appeals, _load_appeals, "act__debate", "person", "why",
        [(f"act-{one}", one.label) for one in APPEALABLE], OF_APPEALS,
    ),
    "proposal": Source(
        gettext_lazy("Proposals"), _proposals, _load_proposals, "debate", "author", "why",
        [(f"proposal-{one}", one.label) for one in ProposalKind], OF_PROPOSALS,
    ),
}  # fmt: skip
"""What comes into the queue, by kind, in the order of the filters."""


def default_reason(kind: str, act: str) -> str:
    """The reason that is given where a moderator gives none; empty where there is none."""
    choices = SOURCES[kind].choices if kind in SOURCES else ()
    return next((str(one.default) for one in choices if one.act == act), "")
