"""Acts one by one, as whoever may read them; links of a statement; locks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accounts.models import User
from debate import moderating, rules
from debate.models import Appeal, Debate, Link, ModerationAct, Statement, Suspension
from debate.models.acts import Act
from debate.rules import Viewer
from debate.selectors import kinds

WORDLESS = ("body", "body_html", "source")
MOST = 50


@dataclass(frozen=True, slots=True)
class Told:
    """An act as a viewer may know it: `word` says what was done to what.

    `appeal` only for who appealed and who decides: moderators, and who looks after the debate.
    `may_decide`: whether the viewer decides it. `leads_on`: whether they are led to the statements
    and so to the debate: where it is named to them, they did it, or they look after the debate.
    """

    act: ModerationAct
    word: str
    reason: str
    undone: ModerationAct | None
    undoes: ModerationAct | None
    appeal: Appeal | None
    may_decide: bool
    is_named: bool
    leads_on: bool
    until: datetime | None = None
    """When a suspension from the whole site ends by itself."""

    @property
    def stands(self) -> bool:
        """Whether the act holds, and is one that can be undone."""
        return self.undone is None and self.act.act != Act.UNDO


def _read() -> QuerySet[ModerationAct]:
    found = ModerationAct.objects.select_related(
        "debate", "moderator", "person", "statement__author__owner", "other", "undoes"
    )
    return found.defer(*(f"{one}__{name}" for one in ("statement", "other") for name in WORDLESS))


def act(pk: int, viewer: Viewer) -> ModerationAct:
    """An act that the viewer may know of; raises ModerationAct.DoesNotExist. One query.

    In private debates acts are for their people, and for whom they concern.
    """
    seen = Q(debate=None) | Q(debate__in=Debate.objects.visible_to(viewer))
    if viewer.pk is not None:
        seen |= Q(person=viewer.pk)
    return _read().filter(seen, pk=pk).get()


def told(one: ModerationAct, viewer: Viewer) -> Told:
    """What the viewer may know of an act. At most 5 queries."""
    user = viewer if isinstance(viewer, User) else None
    looks_after = user is not None and (
        rules.may_moderate(user)
        or (one.debate is not None and rules.is_facilitator(one.debate, user))
    )
    appeal = Appeal.objects.filter(act=one).select_related("person", "decided_by").first()
    if appeal is not None:
        appeal.act = one
    reads = appeal is not None and (looks_after or viewer.pk == appeal.person_id)
    named = one.debate is not None and (
        (user is not None and user.pk == one.person_id)
        or Debate.objects.listed_for(viewer).filter(pk=one.debate_id or 0).exists()
    )
    return Told(
        act=one,
        word=word(one),
        reason=one.reason
        if moderating.may_read_reason(one, viewer, looks_after=looks_after)
        else "",
        undone=ModerationAct.objects.filter(undoes=one).select_related("moderator").first(),
        undoes=one.undoes,
        appeal=appeal if reads else None,
        may_decide=bool(
            appeal and user and appeal.state == "open" and moderating.may_decide(appeal, user)
        ),
        is_named=named,
        leads_on=named or looks_after or viewer.pk == one.moderator_id,
        until=_until(one),
    )


def _until(one: ModerationAct) -> datetime | None:
    ends = one.after.get("until")
    return datetime.fromisoformat(ends) if ends else None


def of_suspension(user: User) -> ModerationAct | None:
    """The act that keeps the account, or its owner, from writing anywhere now; else None.

    2 queries, none for whom nothing does.
    """
    held = Suspension.objects.keeping(user)
    if held is None:
        return None
    found = ModerationAct.objects.standing().filter(act=Act.SUSPEND, debate=None)
    return found.filter(person=held.person_id, after__suspension=held.pk).first()


def word(one: ModerationAct) -> str:
    """What was done to what: 'S4 moved under P2', 'Bob suspended'. No query."""
    about = one.undoes or one
    said = {
        "label": one.label,
        "other": one.other.label if one.other else "",
        "name": one.person.shown_name if one.person and about.act == Act.SUSPEND else "",
        "kind": kinds.one(one.after["kind"]) if one.act == Act.RETYPE and one.after else "",
        "act": about.get_act_display(),
    }
    if one.act == Act.UNDO:
        return (gettext("%(label)s%(name)s: undone, was: %(act)s") % said).lstrip(": ")
    if one.act == Act.LOCK and not one.label:
        return gettext("Debate locked")
    if one.act == Act.SUSPEND and one.debate_id is None:
        return gettext("%(name)s suspended from the whole site") % said
    return _words()[Act(one.act)] % said


def _words() -> dict[Act, str]:
    return {
        Act.HIDE: gettext("%(label)s hidden"),
        Act.RESTORE: gettext("%(label)s restored"),
        Act.DISMISS: gettext("Report of %(label)s dismissed"),
        Act.LOCK: gettext("%(label)s locked"),
        Act.MOVE: gettext("%(label)s moved under %(other)s"),
        Act.RETYPE: gettext("%(label)s is now %(kind)s"),
        Act.LINK: gettext("%(label)s linked to %(other)s"),
        Act.UNLINK: gettext("Link of %(label)s to %(other)s removed"),
        Act.SPLIT: gettext("%(label)s split; the part is %(other)s"),
        Act.MERGE: gettext("%(label)s merged with %(other)s, which says the same"),
        Act.SUSPEND: gettext("%(name)s suspended"),
    }


def on(statement: Statement, viewer: User) -> list[ModerationAct]:
    """The acts on a statement, newest first, each with `word` and `is_undone`. One query."""
    about = Q(statement=statement) | Q(other=statement)
    found = list(_read().filter(about).select_related("undone_by").order_by("-pk")[:MOST])
    for one in found:
        vars(one)["word"] = word(one)
    return found


def links(statement: Statement) -> list[Link]:
    """The links of a statement, both ways. One query."""
    around = Link.objects.filter(Q(statement=statement) | Q(to=statement))
    found = around.select_related("statement", "to").order_by("pk")
    words = [f"{end}__{name}" for end in ("statement", "to") for name in WORDLESS]
    return list(found.defer(*words)[:MOST])


def link(pk: int, viewer: Viewer) -> Link | None:
    """A link in a debate that the viewer sees; None without such. One query."""
    seen = Debate.objects.visible_to(viewer)
    found = Link.objects.filter(pk=pk, statement__debate__in=seen)
    return found.select_related("statement__debate", "statement__author", "to").first()


def lock_of(debate: Debate) -> ModerationAct | None:
    """The act by which the whole debate is locked now; None where it is not. One query at most."""
    if not debate.is_locked:
        return None
    return debate.acts.standing().filter(act=Act.LOCK, label="").first()
