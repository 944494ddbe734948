"""Lines of the History, in the reader's language.

A phrase has the places of who did it, of what it was done to and of a link to go on by; the page
fills them in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from accounts.models import User
from debate.models import Event, Rewording, Statement
from debate.models.events import OF_PROPOSALS, OF_STRUCTURE, EventKind
from debate.models.links import LinkKind
from debate.models.marks import Bears, Truth
from debate.models.proposals import ProposalKind
from debate.selectors import kinds


@dataclass(frozen=True, slots=True)
class Told:
    """An event as a viewer may know it: `actor` is None where nobody is named.

    `named` has the statements it is about by id: its own, and those of its data. `person` is whom
    an act about people concerns; `before` what stood there before a change.
    """

    event: Event
    actor: User | None
    data: dict[str, Any]
    named: Mapping[int, Statement]
    reason: str = ""
    person: User | None = None
    before: Sequence[Rewording] = ()

    @property
    def statement(self) -> Statement | None:
        """What it happened to; None for the debate as a whole."""
        return self.named.get(self.event.statement_id or 0)


Link = tuple[str, str]
Phrase = tuple[str, Link | None]
"""What happened, with its places; a label and an address to go on to."""

RELIANCES = {
    EventKind.RELIANCE_DECLARED: gettext_lazy("{who} declared a reliance on {what} for {link}"),
    EventKind.RELIANCE_CHANGED: gettext_lazy("{who} changed a reliance on {what} for {link}"),
    EventKind.RELIANCE_RELEASED: gettext_lazy("{who} took back a reliance on {what} for {link}"),
}
PLAIN = {
    EventKind.DEBATE_STARTED: gettext_lazy("{who} started the debate"),
    EventKind.DEBATE_CLOSED: gettext_lazy("{who} closed the debate"),
    EventKind.DEBATE_REOPENED: gettext_lazy("{who} reopened the debate"),
    EventKind.DEBATE_ARCHIVED: gettext_lazy("{who} archived the debate"),
    EventKind.STATEMENT_RENAMED: gettext_lazy("{who} renamed {what}"),
    EventKind.STATEMENT_EDITED: gettext_lazy("{who} edited {what}"),
    EventKind.STATEMENT_WITHDRAWN: gettext_lazy("{who} withdrew {what}"),
    EventKind.STATEMENT_REPORTED: gettext_lazy("{who} reported {what}"),
    EventKind.STATEMENT_HIDDEN: gettext_lazy("{who} hid {what}: {link}"),
    EventKind.STATEMENT_RESTORED: gettext_lazy("{who} restored {what}"),
    EventKind.STATEMENT_PUBLISHED: gettext_lazy("{who} published {what}"),
    EventKind.REPORT_DISMISSED: gettext_lazy("{who} dismissed a report on {what}"),
    EventKind.REPORT_REOPENED: gettext_lazy("{who} reopened a report on {what}"),
    EventKind.APPEAL_MADE: gettext_lazy("{who} appealed against an act: {link}"),
    EventKind.APPEAL_UPHELD: gettext_lazy("{who} let an act stand on appeal: {link}"),
    EventKind.APPEAL_OVERTURNED: gettext_lazy("{who} undid an act on appeal: {link}"),
    EventKind.STATEMENT_RETYPED: gettext_lazy("{who} changed the kind of {what}: {link}"),
    EventKind.STATEMENT_MOVED: gettext_lazy("{who} moved {what}: {link}"),
    EventKind.STATEMENT_SPLIT: gettext_lazy("{who} split {what}: {link}"),
    EventKind.STATEMENT_REJOINED: gettext_lazy("{who} put {what} together again: {link}"),
    EventKind.STATEMENT_LINKED: gettext_lazy("{who} linked {what}: {link}"),
    EventKind.STATEMENT_UNLINKED: gettext_lazy("{who} removed a link of {what}: {link}"),
    EventKind.STATEMENT_MERGED: gettext_lazy("{who} merged {what} as a duplicate: {link}"),
    EventKind.STATEMENT_UNMERGED: gettext_lazy("{who} parted {what} from its duplicate: {link}"),
    EventKind.STATEMENT_LOCKED: gettext_lazy("{who} locked {what}: {link}"),
    EventKind.STATEMENT_UNLOCKED: gettext_lazy("{who} unlocked {what}: {link}"),
    EventKind.DEBATE_LOCKED: gettext_lazy("{who} locked the debate: {link}"),
    EventKind.DEBATE_UNLOCKED: gettext_lazy("{who} unlocked the debate: {link}"),
    EventKind.RELIANCE_DECLARED: gettext_lazy("{who} declared a reliance on {what}"),
    EventKind.RELIANCE_CHANGED: gettext_lazy("{who} changed a reliance on {what}"),
    EventKind.RELIANCE_RELEASED: gettext_lazy("{who} took back a reliance on {what}"),
    EventKind.CRUX_DROPPED: gettext_lazy("{who} dropped {what}"),
    EventKind.CRUX_TAKEN_UP: gettext_lazy("{who} took up {what} again"),
    EventKind.CRUX_SETTLED: gettext_lazy("{what} was settled"),
    EventKind.CRUX_REOPENED: gettext_lazy("{what} was reopened"),
    EventKind.INVITATION_MADE: gettext_lazy("{who} made a link to join by"),
    EventKind.INVITATION_REVOKED: gettext_lazy("{who} revoked a link to join by"),
    EventKind.HELD_RELEASED: gettext_lazy("{who} published what had waited, of {link}"),
    EventKind.HELD_REFUSED: gettext_lazy("{who} did not publish what had waited, of {link}"),
}
PROPOSALS = {
    EventKind.PROPOSAL_MADE: gettext_lazy("{who} proposed for {what}: {link}"),
    EventKind.PROPOSAL_ACCEPTED: gettext_lazy("{who} accepted a proposal for {what}: {link}"),
    EventKind.PROPOSAL_REFUSED: gettext_lazy("{who} refused a proposal for {what}: {link}"),
    EventKind.PROPOSAL_WITHDRAWN: gettext_lazy("{who} withdrew a proposal for {what}: {link}"),
    EventKind.PROPOSAL_OUTDATED: gettext_lazy("A proposal for {what} is outdated: {link}"),
}
PROPOSALS_OF_CRUXES = {
    EventKind.PROPOSAL_MADE: gettext_lazy("{who} proposed {link}"),
    EventKind.PROPOSAL_ACCEPTED: gettext_lazy("{who} accepted {link} that was proposed: {what}"),
    EventKind.PROPOSAL_REFUSED: gettext_lazy("{who} refused {link} that was proposed"),
    EventKind.PROPOSAL_WITHDRAWN: gettext_lazy("{who} withdrew the proposal of {link}"),
    EventKind.PROPOSAL_OUTDATED: gettext_lazy("The proposal of {link} is outdated"),
}
PROPOSED = {
    ProposalKind.CRUX: gettext_lazy("a crux"),
    ProposalKind.RETYPE: gettext_lazy("another kind"),
    ProposalKind.SPLIT: gettext_lazy("a split"),
    ProposalKind.LINK: gettext_lazy("a link"),
    ProposalKind.DUPLICATE: gettext_lazy("a duplicate"),
}
OF_ACTS = {
    EventKind.STATEMENT_MOVED: gettext_lazy("now under %(label)s"),
    EventKind.STATEMENT_SPLIT: gettext_lazy("a part of it is %(label)s"),
    EventKind.STATEMENT_MERGED: gettext_lazy("it says the same as %(label)s"),
}
"""What came of acts with a second statement."""
TOLD_BY_ACT = (
    *OF_STRUCTURE,
    EventKind.DEBATE_LOCKED,
    EventKind.DEBATE_UNLOCKED,
    EventKind.APPEAL_MADE,
    EventKind.APPEAL_UPHELD,
    EventKind.APPEAL_OVERTURNED,
)
FIELDS = {
    "question": gettext_lazy("question"),
    "background": gettext_lazy("background"),
    "terms": gettext_lazy("terms"),
    "topics": gettext_lazy("topics"),
    "visibility": gettext_lazy("who may take part"),
    "bots": gettext_lazy("what bots may do"),
    "slow_minutes": gettext_lazy("how long one waits between turns"),
    "outcome": gettext_lazy("outcome"),
}
OF_ONESELF = {
    EventKind.FACILITATOR_NAMED: gettext_lazy("{who} became a facilitator"),
    EventKind.FACILITATOR_ENDED: gettext_lazy("{who} ended their own role as facilitator"),
    EventKind.PARTICIPANT_JOINED: gettext_lazy("{who} joined by a link"),
    EventKind.PARTICIPANT_LEFT: gettext_lazy("{who} left"),
}
OF_ANOTHER = {
    EventKind.FACILITATOR_NAMED: gettext_lazy("{who} made a facilitator of {link}"),
    EventKind.FACILITATOR_ENDED: gettext_lazy("{who} ended the role as facilitator of {link}"),
    EventKind.PARTICIPANT_ADDED: gettext_lazy("{who} added {link}"),
    EventKind.PARTICIPANT_REMOVED: gettext_lazy("{who} removed {link}"),
    EventKind.PERSON_SUSPENDED: gettext_lazy("{who} suspended {link}"),
    EventKind.PERSON_READMITTED: gettext_lazy("{who} ended the suspension of {link}"),
}


def phrase(one: Told) -> Phrase:
    """How the History tells of an event."""
    kind = EventKind(one.event.kind)
    if one.person:
        return _about(one, one.person)
    if kind in OF_PROPOSALS:
        return _proposing(one, kind)
    if kind == EventKind.DEBATE_CHANGED:
        fields = ", ".join(str(FIELDS[name]) for name in one.data["fields"])
        return gettext("{who} changed the debate: %(fields)s") % {"fields": fields}, None
    return _about_statement(one, kind)


def _about_statement(one: Told, kind: EventKind) -> Phrase:
    if kind == EventKind.MARK_SET:
        return _marking(one)
    if kind == EventKind.STATEMENT_PUBLISHED and one.statement:
        return _publishing(one.statement)
    if kind == EventKind.STATEMENT_EDITED and one.actor and one.statement:
        return _editing(one, one.statement)
    if kind in RELIANCES and one.data:
        return str(RELIANCES[kind]), _link(one.named.get(one.data["position"]))
    return str(PLAIN[kind]), _by_act(one, kind)


def _by_act(one: Told, kind: EventKind) -> Link | None:
    """What came of an act, leading to its page; None for what is no act."""
    if kind in TOLD_BY_ACT and "act" in one.data:
        return _done(one, kind), f"/moderation/acts/{one.data['act']}/"
    if to := one.named.get(one.data.get("to") or 0):  # as a newer file says
        return _done(one, kind), f"/s/{to.pk}/"
    if kind in TOLD_BY_ACT or kind == EventKind.STATEMENT_HIDDEN:
        return gettext("the moderation log says why"), "/moderation/"
    return None


def _done(one: Told, kind: EventKind) -> str:
    """What came of an act, as the words that lead to it: 'under S4', 'it also supports P2'."""
    to = one.named.get(one.data.get("to") or 0)
    said = {"label": to.label if to else ""}
    if kind == EventKind.STATEMENT_RETYPED:
        return gettext("now %(one)s") % {"one": kinds.one(one.data["kind"])}
    if kind == EventKind.STATEMENT_LINKED and to:
        told = one.data["kind"] == LinkKind.SUPPORT
        return (
            gettext("it also supports %(label)s")
            if told
            else gettext("it also objects to %(label)s")
        ) % said
    told_of = OF_ACTS.get(kind)
    return str(told_of) % said if told_of and to else gettext("why")


def _about(one: Told, whom: User) -> Phrase:
    """'{who} made a facilitator of' Bob; '{who} left'; '{who} suspended' Bob '(attacks)'."""
    kind = EventKind(one.event.kind)
    if one.actor == whom:
        return str(OF_ONESELF[kind]), None
    told = str(OF_ANOTHER.get(kind) or PLAIN[kind])
    link: Link | None = (whom.shown_name, f"/u/{whom.username}/")
    if whom.is_former:  # there is no page of theirs any more
        told, link = told.replace("{link}", _kept(whom.shown_name)), None
    return f"{told} ({_kept(one.reason)})" if one.reason else told, link


def _proposing(one: Told, kind: EventKind) -> Phrase:
    """'{who} proposed for {what}:' another kind; '{who} proposed' a crux."""
    proposes = ProposalKind(one.event.data["proposes"])
    link = (str(PROPOSED[proposes]), f"/proposals/{one.event.data['proposal']}/")
    told = PROPOSALS_OF_CRUXES if proposes == ProposalKind.CRUX else PROPOSALS
    return str(told[kind]), link


def _publishing(about: Statement) -> Phrase:
    """'{who} published {what}, an objection to' S4."""
    link = _link(about.parent)
    if link:
        told = gettext("{who} published {what}, %(one)s to {link}")
    else:
        told = gettext("{who} published {what}, %(one)s")
    return told % {"one": kinds.one(about.kind)}, link


def _editing(one: Told, about: Statement) -> Phrase:
    """'{who} edited {what} (said more plainly):' what changed."""
    address = f"/s/{about.pk}/revisions/{one.data['revision'] - 1}/?to=next"
    link = (gettext("what changed"), address)
    if not one.reason:
        return gettext("{who} edited {what}: {link}"), link
    told = gettext("{who} edited {what} (%(reason)s): {link}")
    return told % {"reason": _kept(one.reason)}, link


def _marking(one: Told) -> Phrase:
    """'{who} marked {what}: agrees, does not bear', cleared, undid, or why a mind was changed."""
    if one.actor is None:
        return gettext("{who} marked {what}"), None
    truth, bears = one.data.get("truth", ""), one.data.get("bears", "")
    answers = [str(kind(value).label) for kind, value in ((Truth, truth), (Bears, bears)) if value]
    said = {"said": ", ".join(answers)}
    if "because" in one.event.data:
        return _turning(one)
    if "undone" in one.data and answers:
        return gettext("{who} undid a mark on {what}: now %(said)s") % said, None
    if "undone" in one.data:
        return gettext("{who} undid a mark on {what}: now no mark"), None
    if answers:
        return gettext("{who} marked {what}: %(said)s") % said, None
    return gettext("{who} cleared their mark on {what}"), None


def _turning(one: Told) -> Phrase:
    if one.event.data["because"] is None:
        return gettext("{who} took back what changed their mind on {what}"), None
    because = _link(one.named.get(one.data.get("because", 0)))
    if because:
        return gettext("{who} changed their mind on {what} because of {link}"), because
    return gettext("{who} changed their mind on {what}"), None


def _link(statement: Statement | None) -> Link | None:
    return (statement.label, f"/s/{statement.pk}/") if statement else None


def _kept(words: str) -> str:
    """Words of people, in which nothing is a place."""
    return words.replace("{", "{{").replace("}", "}}")
