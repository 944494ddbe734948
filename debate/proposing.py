"""Who may propose and decide, what can be proposed, and how much of it a bot may.

A proposal is decided by a person, and never by who proposed it: so two people want what is done.
Who looks after the debate decides, also where they are a party to it; and the authors concerned:
of the statement that it changes; for a crux, of the positions. A bot speaks with its owner's
voice: neither decides on what the other proposed, and what the bot wrote concerns the owner.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from accounts.models import User
from debate import grammar, rules
from debate.models import Debate, Proposal, Statement
from debate.models.debates import Bots, State
from debate.models.proposals import ProposalKind, ProposalState
from debate.models.statements import BEARING, CLAIMS, ROOTS, Kind
from debate.rules import Answer, Viewer, no

MOST = 40
LATEST = 100
"""So many of a bot's latest proposals on which somebody decided make its rate."""
OPEN_DAYS = 2
KINDS = tuple(kind for kind in Kind if kind not in ROOTS)
"""What another kind, or the new part of a split, can be."""


def may_propose(debate: Debate, user: User) -> Answer:
    """Whether the account may propose a change of the debate: members and bots, while it is open.

    Bots also where they may not write, unless the debate keeps them out.
    """
    if debate.state == State.ARCHIVED:
        return no("This debate is archived: it can only be read.")
    if debate.state == State.CLOSED:
        return no("This debate is closed: it takes no proposals.")
    if debate.is_locked:
        return no("This debate is locked: nothing is written here for now.")
    if user.is_bot and debate.bots == Bots.NONE:
        return no("Bots may not take part in this debate.")
    return rules.may_take_part(debate, user)


def may_propose_about(statement: Statement, user: User) -> Answer:
    """Whether the account may propose something about a statement that is there."""
    if statement.is_gone:
        return no("This statement was removed or withdrawn, so nothing can be proposed about it.")
    if rules.is_locked(statement):
        return no("This part of the debate is locked: nothing is written here for now.")
    return may_propose(statement.debate, user)


def may_decide(proposal: Proposal, user: User) -> Answer:
    """Whether the account may refuse the proposal, and accept it while the debate is open."""
    if user.is_bot:
        return no("Bots do not decide on proposals: that is for people to do.")
    if proposal.debate.state == State.ARCHIVED:
        return no("This debate is archived: it can only be read.")
    if voice(proposal.author) == user.pk:
        return no("Somebody else decides on what you or your bot proposed.")
    if not looks_after(proposal.debate, user) and user.pk not in concerned(proposal):
        return no("Facilitators, moderators and the authors of what it would change decide on it.")
    return rules.may_take_part(proposal.debate, user)


def decides_in(debate: Debate, user: User) -> bool:
    """What `may_decide` asks of an account in a debate that it sees, for all proposals at once.

    No query but for who is suspended.
    """
    if user.is_bot or debate.state == State.ARCHIVED or not rules.may_act(user):
        return False
    return rules.suspension(debate, user) is None


def may_accept(proposal: Proposal, user: User) -> Answer:
    """Whether the account may have the proposal carried out."""
    if proposal.debate.state == State.CLOSED:
        return no("This debate is closed, so nothing in it can be changed. It can be reopened.")
    if proposal.debate.is_locked and proposal.kind == ProposalKind.CRUX:
        return no("This debate is locked: nothing is written here for now.")
    return may_decide(proposal, user)


def may_take_back(proposal: Proposal, user: User) -> Answer:
    """Whether the account may withdraw the proposal: whose it is, or whose bot's."""
    if user.pk not in (proposal.author_id, proposal.author.owner_id):
        return no("Only who made a proposal may withdraw it.")
    if proposal.debate.state == State.ARCHIVED:
        return no("This debate is archived: it can only be read.")
    return rules.may_take_part(proposal.debate, user)


def looks_after(debate: Debate, viewer: Viewer) -> bool:
    """Whether the viewer is a facilitator of the debate or a moderator. One query at most."""
    if not isinstance(viewer, User):
        return False
    return rules.may_moderate(viewer) or rules.is_facilitator(debate, viewer)


def concerned(proposal: Proposal, holders: frozenset[int] | None = None) -> frozenset[int]:
    """The people whose words it would change, but for who proposed it; as ids.

    `holders` are the authors of the positions, where they are known; else a crux takes a query.
    """
    if proposal.statement is not None:
        found = frozenset({voice(proposal.statement.author)})
    else:
        found = holders_of(proposal.debate) if holders is None else holders
    return found - {voice(proposal.author)}


def holders_of(debate: Debate) -> frozenset[int]:
    """Who has put the positions of the debate that are there, as ids of people. One query."""
    there = debate.statements.filter(kind=Kind.POSITION, hidden_at=None, withdrawn_at=None)
    return frozenset(
        owner or author for author, owner in there.values_list("author", "author__owner")
    )


def voice(account: User) -> int:
    """The id of the person who speaks there: of a bot its owner."""
    return account.owner_id or account.pk


def names_people(proposal: Proposal, viewer: Viewer) -> bool:
    """Whether the viewer may know who proposed and who decided: all it is about is there.

    Otherwise it could tell who wrote what is hidden or withdrawn.
    """
    about = (proposal.statement, proposal.to, proposal.made)
    return all(rules.may_read_text(one, viewer) for one in about if one is not None)


def may_read_words(proposal: Proposal, viewer: Viewer, *, decides: bool) -> bool:
    """Whether the viewer reads why, and the words of a crux: all while it is open or accepted.

    What was refused or withdrawn stays with its proposer and those who decide, as nobody could
    hide it otherwise. `decides` says that the viewer does.
    """
    if not names_people(proposal, viewer):
        return False
    stands = proposal.state in (ProposalState.OPEN, ProposalState.ACCEPTED)
    own = viewer.pk is not None and viewer.pk in (proposal.author_id, proposal.author.owner_id)
    return stands or own or decides


# ---- what can be proposed
@dataclass(frozen=True, slots=True)
class Change:
    """What a proposal would change; what of it a kind needs, `refusal_of` says."""

    kind: str
    statement: Statement | None = None
    to: Statement | None = None
    becomes: str = ""
    on: str = ""
    name: str = ""
    body: str = ""
    has_quote: bool = False


NEEDS = {
    ProposalKind.CRUX: {"name", "body"},
    ProposalKind.RETYPE: {"statement", "becomes"},
    ProposalKind.SPLIT: {"statement", "becomes", "quote"},
    ProposalKind.LINK: {"statement", "to", "becomes"},
    ProposalKind.DUPLICATE: {"statement", "to"},
}
TAKES_ON = (ProposalKind.RETYPE, ProposalKind.SPLIT, ProposalKind.LINK)


def refusal_of(change: Change) -> dict[str, str]:
    """Why this cannot be proposed, by field; empty where it can.

    The words of a crux are judged as all words are; the acts know more of what they can do.
    """
    if change.kind not in ProposalKind.values:
        return {"kind": gettext("Choose what you propose.")}
    kind = ProposalKind(change.kind)
    problems = _refusal_of_fields(kind, change)
    if problems or change.statement is None:
        return problems
    return {
        ProposalKind.RETYPE: _refusal_of_retype,
        ProposalKind.SPLIT: _refusal_of_kind,
        ProposalKind.LINK: _refusal_of_link,
        ProposalKind.DUPLICATE: _refusal_of_duplicate,
    }[kind](change.statement, change)


def _refusal_of_fields(kind: ProposalKind, change: Change) -> dict[str, str]:
    """What is missing, and what such a proposal does not have."""
    sent = {
        "statement": change.statement is not None,
        "to": change.to is not None,
        "quote": change.has_quote,
        **{name: bool(getattr(change, name)) for name in ("becomes", "name", "body")},
    }
    missing = {
        "statement": gettext("Say which statement it is about."),
        "to": gettext("Say which other statement you mean."),
        "becomes": gettext("Choose a kind."),
        "quote": gettext("Copy the words that are to stand alone."),
        "name": gettext("Give it a name of a few words."),
        "body": gettext("Write what you have to say."),
    }
    problems = {name: missing[name] for name in sorted(NEEDS[kind]) if not sent[name]}
    useless = gettext("Such a proposal does not have this.")
    problems |= {
        name: useless for name, given in sent.items() if given and name not in NEEDS[kind]
    }
    if change.on and (kind not in TAKES_ON or change.becomes != Kind.OBJECTION):
        problems["on"] = gettext("Only an objection says what is wrong.")
    return problems


def _refusal_of_retype(statement: Statement, change: Change) -> dict[str, str]:
    if (statement.kind, statement.on) == (change.becomes, change.on):
        return {"becomes": gettext("It is that already.")}
    return _refusal_of_kind(statement, change)


def _refusal_of_kind(statement: Statement, change: Change) -> dict[str, str]:
    """Whether it can stand there, the acts know."""
    known = change.becomes in KINDS
    return {} if known else {"becomes": gettext("Choose a kind that answers something.")}


def _refusal_of_link(statement: Statement, change: Change) -> dict[str, str]:
    problems = _refusal_of_pair(statement, change)
    to = change.to
    if problems or to is None:
        return problems
    if not {statement.kind, to.kind} <= set(CLAIMS):
        problems["to"] = gettext("Only claims are linked: neither questions nor concessions.")
    if change.becomes not in BEARING:
        problems["becomes"] = gettext("Say whether it supports or objects.")
    else:
        problems |= grammar.refusal_of_on(to, change.becomes, change.on)
    if not problems and (to.pk, change.becomes) == (statement.parent_id, statement.kind):
        problems["to"] = gettext("It does that already.")
    return problems


def _refusal_of_duplicate(statement: Statement, change: Change) -> dict[str, str]:
    problems = _refusal_of_pair(statement, change)
    to = change.to
    if problems or to is None:
        return problems
    if _sort(statement) != _sort(to):
        return {"to": gettext("Only statements of one sort say the same.")}
    if statement.kind == Kind.POSITION:
        return {"to": gettext("Positions are not merged: people choose between them.")}
    if statement.pk in grammar.ancestor_ids(to) or to.pk in grammar.ancestor_ids(statement):
        return {"to": gettext("One of them answers the other, so they do not say the same.")}
    return {}


def _sort(statement: Statement) -> str:
    """Positions, cruxes, questions and concessions are sorts of their own, all else is claims."""
    is_claim = statement.kind in CLAIMS and statement.kind not in ROOTS
    return "claim" if is_claim else statement.kind


def _refusal_of_pair(statement: Statement, change: Change) -> dict[str, str]:
    to = change.to
    if to is None or to.debate_id != statement.debate_id:
        return {"to": gettext("Choose a statement of this debate.")}
    if to.pk == statement.pk:
        return {"to": gettext("Choose another statement: this is the same one.")}
    if to.is_gone:
        return {"to": gettext("That statement was removed or withdrawn.")}
    return {}


# ---- how much a bot may
def quota(accepted: int, refused: int) -> int:
    """How many proposals a bot may make in a day, by what became of its latest ones.

    40 * p², rounded down, and at least 1, where p = (accepted + 1) / (accepted + refused + 2).
    """
    return max(1, MOST * (accepted + 1) ** 2 // (accepted + refused + 2) ** 2)
