"""Proposals as their readers may know them, what accepting one does, and how a bot's fare.

Of a proposal about what is hidden or withdrawn nobody is named and nothing is quoted, for it could
tell whose that was. The words of one that was refused or withdrawn stay with who proposed it and
who decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext

from accounts.models import Standing, User
from debate import proposing
from debate.models import Debate, Proposal, Statement
from debate.models.debates import State, Visibility
from debate.models.proposals import DECIDED, ProposalKind, ProposalState
from debate.models.statements import Kind
from debate.rules import Viewer
from debate.selectors import kinds, listings, rows
from debate.selectors.listings import Cut, Part
from debate.selectors.rows import Person
from debate.text import plain, quotations

ABOUT = 10
"""So many proposals stand on the page of a statement."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as the viewer may know it.

    `phrase` has the places {what} and {to}; `name` is the crux's, where its words are shown.
    Without `author` nobody is named. `awaits`: the viewer can decide on it; `own`: it is theirs or
    their bot's. `note` says what has changed since.
    """

    proposal: Proposal
    phrase: str
    author: Person | None
    decided_by: Person | None
    has_words: bool
    name: str
    reason: str
    decision: str
    awaits: bool
    own: bool
    note: str

    @property
    def what(self) -> Statement | None:
        """The statement it would change, or the crux that came of it."""
        return self.proposal.statement or self.proposal.made


@dataclass(frozen=True, slots=True)
class Record:
    """What became of a bot's proposals in public debates: the latest ones, and its quota."""

    accepted: int
    refused: int
    waiting: int
    quota: int

    @property
    def decided(self) -> int:
        """How many were decided on, of the latest."""
        return self.accepted + self.refused

    @property
    def rate(self) -> int | None:
        """How many of a hundred were accepted; None while nobody has decided on any."""
        return round(100 * self.accepted / self.decided) if self.decided else None


# ---- finding them
def known() -> QuerySet[Proposal]:
    """All proposals, with all that is shown of them."""
    return Proposal.objects.select_related(
        "debate",
        "author__owner",
        "decided_by__owner",
        "passage",
        "made__author",
        "statement__author",
        "statement__parent",
        "to__author",
    )


def proposal(pk: int, viewer: Viewer) -> Proposal:
    """One proposal; raises Proposal.DoesNotExist, also where its debate is not the viewer's."""
    found = known().filter(debate__in=Debate.objects.visible_to(viewer))
    one = found.get(pk=pk)
    _share_debate([one], one.debate)
    return one


def page(debate: Debate, viewer: Viewer, cut: Cut, *, show: str = "open") -> Part[Shown]:
    """The open proposals of a debate, one's `own`, or the `decided`; newest first. 3 queries."""
    found = known().filter(debate=debate)
    if show == "own":
        found = found.filter(_whose(viewer))
    elif show == "decided":
        found = found.exclude(state=ProposalState.OPEN)
    else:
        found = found.filter(state=ProposalState.OPEN)
    return _part(found, debate, viewer, cut)


def listed(debate: Debate, viewer: Viewer, cut: Cut, **fields: str | int) -> Part[Shown]:
    """Proposals for programs, newest first, with these fields; `own` those of the asker's."""
    found = known().filter(debate=debate)
    if fields.pop("own", False):
        found = found.filter(_whose(viewer))
    if about := fields.pop("about", None):
        found = found.filter(Q(statement=about) | Q(to=about))
    return _part(found.filter(**fields), debate, viewer, cut)


def _whose(viewer: Viewer) -> Q:
    return Q(author=viewer.pk) | Q(author__owner=viewer.pk) if viewer.pk else Q(pk=None)


def _part(found: QuerySet[Proposal], debate: Debate, viewer: Viewer, cut: Cut) -> Part[Shown]:
    part = listings.portion(found, "-id", cut)
    return Part(shown(part.rows, debate, viewer), part.has_next, part.has_previous)


def about(statement: Statement, viewer: Viewer) -> list[Shown]:
    """The newest proposals about a statement, the open ones first. At most 3 queries."""
    found = known().filter(Q(statement=statement) | Q(to=statement) | Q(made=statement))
    last = Case(When(state=ProposalState.OPEN, then=0), default=1)
    ordered = found.order_by(last, "-pk")
    return shown(list(ordered[:ABOUT]), statement.debate, viewer)


# ---- as the viewer may know them
def shown(found: Iterable[Proposal], debate: Debate, viewer: Viewer) -> list[Shown]:
    """Proposals of one debate as the viewer may know them. 2 queries, 3 for who is suspended."""
    read = list(found)
    _share_debate(read, debate)
    if not read:
        return []
    guide = proposing.looks_after(debate, viewer)
    of_cruxes = any(one.kind == ProposalKind.CRUX for one in read) and not guide
    asks = viewer.pk is not None and of_cruxes
    holders = proposing.holders_of(debate) if asks else frozenset()
    may = isinstance(viewer, User) and proposing.decides_in(debate, viewer)
    return [_shown(one, viewer, guide, holders, may) for one in read]


def alone(one: Proposal, viewer: Viewer) -> Shown:
    """One proposal as the viewer may know it, at the same cost."""
    return shown([one], one.debate, viewer)[0]


def _share_debate(found: Iterable[Proposal], debate: Debate) -> None:
    for one in found:
        one.debate = debate
        for statement in (one.statement, one.to, one.made):
            if statement is not None:
                statement.debate = debate


def _shown(
    one: Proposal, viewer: Viewer, guide: bool, holders: frozenset[int], may: bool
) -> Shown:
    pk = viewer.pk
    own = pk is not None and pk in (one.author_id, one.author.owner_id)
    decides = (guide and not own) or (pk is not None and pk in proposing.concerned(one, holders))
    is_named = proposing.names_people(one, viewer)
    has_words = proposing.may_read_words(one, viewer, decides=guide or decides)
    name = one.made.name if one.made else one.name
    return Shown(
        proposal=one,
        phrase=phrase(one),
        author=rows.person(one.author, {}) if is_named else None,
        decided_by=rows.person(one.decided_by, {}) if is_named and one.decided_by else None,
        has_words=has_words,
        name=name if has_words else "",
        reason=one.reason if has_words else "",
        decision=one.decision if is_named else "",
        awaits=may and decides and one.is_open and not one.is_gone,
        own=own,
        note=note(one),
    )


def note(one: Proposal) -> str:
    """What has happened since to what it is about."""
    if one.is_gone and one.state != ProposalState.ACCEPTED:
        return gettext("What it is about was removed or withdrawn since.")
    if one.state == ProposalState.OUTDATED:
        return gettext("What it is about has changed since, so that it cannot be carried out.")
    if one.is_open and one.is_edited:
        return gettext("The statement was edited since this was proposed.")
    return ""


def phrase(one: Proposal) -> str:
    """What is proposed, in a sentence without its proposer; its places are {what} and {to}."""
    kind, becomes = ProposalKind(one.kind), one.becomes
    if kind == ProposalKind.CRUX:
        return gettext("A crux: {what}") if one.made or one.name else gettext("A crux")
    if kind == ProposalKind.DUPLICATE:
        return gettext("{what} says the same as {to}")
    if kind == ProposalKind.LINK:
        return _of_link(becomes)
    told = {"one": kinds.one(becomes)}
    if kind == ProposalKind.SPLIT:
        return gettext("Words of {what} become %(one)s of their own") % told
    return gettext("{what} becomes %(one)s") % told


def _of_link(becomes: str) -> str:
    if becomes == Kind.OBJECTION:
        return gettext("{what} also objects to {to}")
    return gettext("{what} also supports {to}")


def place(one: Proposal) -> tuple[int, int] | None:
    """Where the words that a split sets apart stand now; None of others, and where they are gone.

    They are looked for more freely than a quotation: whoever accepts sees them.
    """
    if one.passage is None or one.statement is None:
        return None
    if found := rows.place_of(one.statement, one.passage):
        return found
    with suppress(LookupError, ValueError):
        again = quotations.find(plain.plain(one.statement.body_html), one.passage.exact)
        return again.start, again.end
    return None


# ---- what becomes of a bot's
def record(bot: User) -> Record:
    """What became of its proposals in public debates. Two queries.

    Of the latest on which people decided who are not new here; its owner decides on none.
    """
    public = Proposal.objects.filter(author=bot, debate__visibility=Visibility.PUBLIC)
    decided = public.filter(state__in=DECIDED).exclude(decided_by__standing=Standing.NEW)
    latest = decided.order_by("-decided_at", "-pk").values_list("state", flat=True)
    states = list(latest[: proposing.LATEST])
    accepted = states.count(ProposalState.ACCEPTED)
    refused = len(states) - accepted
    waiting = public.filter(state=ProposalState.OPEN).exclude(debate__state=State.ARCHIVED).count()
    return Record(accepted, refused, waiting, proposing.quota(accepted, refused))
