"""Proposing changes of a debate, and deciding on what others proposed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import limits
from accounts.limits import Deed
from accounts.models import User
from debate import proposing, rules
from debate.actions import (
    cruxes,
    deeds,
    events,
    outdating,
    precautions,
    quotations,
    retyping,
    splitting,
    structure,
)
from debate.actions.decided import Decided, told
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict, LimitReached, refusal_of_short, shows
from debate.models import Debate, Proposal, Quotation, Statement
from debate.models.debates import State
from debate.models.events import EventKind
from debate.models.proposals import ProposalKind, ProposalState
from debate.models.statements import REASON_MAX
from debate.proposing import Change
from debate.selectors import proposals, statements
from debate.selectors.precautions import holds_in
from debate.text import markdown, plain

FIELDS = {"kind": "becomes", "exact": "quote", "into": "to"}
"""What the fields of the acts are called here."""
TELLS = {
    ProposalState.ACCEPTED: EventKind.PROPOSAL_ACCEPTED,
    ProposalState.REFUSED: EventKind.PROPOSAL_REFUSED,
    ProposalState.WITHDRAWN: EventKind.PROPOSAL_WITHDRAWN,
}


Problems = dict[str, Any]
"""By field: words, or what an action refused."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change as somebody asks for it; `quote` names the words that a split sets apart."""

    kind: str
    statement: Statement | None = None
    to: Statement | None = None
    becomes: str = ""
    on: str = ""
    quote: Words | None = None
    name: str = ""
    body: str = ""


def named(debate: Debate, **names: str) -> dict[str, Any]:
    """The statements that labels or addresses name, by field; raises ValidationError by field."""
    found, problems = {}, {}
    for field, text in names.items():
        try:
            found[field] = statements.named(debate, text)
        except Statement.DoesNotExist:
            problems[field] = gettext("Choose a statement of this debate, such as S16.")
    if problems:
        raise ValidationError(dict(problems))
    return found


def propose(
    debate: Debate, wanted: Wanted, *, by: User, reason: str, generated_by: str = ""
) -> Proposal:
    """Suggest a change of the debate, for those whom it concerns to decide.

    Raises PermissionDenied; LimitReached; ValidationError by field (kind, statement, to, becomes,
    on, quote, name, body, reason, generated_by); Conflict where the same waits already, and for
    bots where it was refused.
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(proposing.may_propose(debate, by))
        generated_by = events.check_generated_by(by, generated_by)
        made = _drafted(debate, wanted, by, reason)
        _require_new(made)
        _count(by)
        made.generated_by = generated_by
        if made.passage:
            made.passage.save()
        made.save()
        _tell(debate, made, EventKind.PROPOSAL_MADE, by=by, generated_by=generated_by)
    return made


def _drafted(debate: Debate, wanted: Wanted, by: User, reason: str) -> Proposal:
    """The proposal, not stored yet; raises as `propose` does."""
    statement, to = _fresh(debate, wanted.statement), _fresh(debate, wanted.to)
    if statement is not None:
        rules.require(proposing.may_propose_about(statement, by))
    change = Change(
        kind=wanted.kind,
        statement=statement,
        to=to,
        becomes=wanted.becomes,
        on=_on(wanted, statement),
        name=wanted.name.strip(),
        body=wanted.body.strip(),
        has_quote=bool(wanted.quote and wanted.quote.exact.strip()),
    )
    problems: Problems = {**proposing.refusal_of(change)}
    if change.kind == ProposalKind.CRUX and not problems:
        problems |= cruxes.refusal_of(wanted.name, wanted.body, by)
    if statement is not None and not problems:
        problems |= _refusal_of_act(statement, change)
    problems |= _refusal_of_reason(reason)
    for field, text in (("body", f"{wanted.name} {wanted.body}"), ("reason", reason)):
        problems |= _refusal_of_words(debate, field, text, by)
    passage = None
    if change.has_quote and statement and wanted.quote and "quote" not in problems:
        passage = _passage(statement, wanted.quote, problems)
    if problems:
        raise ValidationError(dict(problems))
    return _made(debate, change, passage, by, reason)


def _on(wanted: Wanted, statement: Statement | None) -> str:
    """What an objection says is wrong; of a part, unless it is said, as the act has it."""
    if wanted.kind == ProposalKind.SPLIT and statement is not None:
        return splitting.default_on(statement, wanted.becomes, wanted.on)
    return wanted.on


def _refusal_of_act(statement: Statement, change: Change) -> Problems:
    """Why the act would be refused to the statement's own author, by our fields."""
    kind, author = change.becomes, statement.author
    found: dict[str, str] = {}
    if change.kind == ProposalKind.RETYPE:
        found = retyping.refusal(statement, kind, change.on, author)
    elif change.kind == ProposalKind.SPLIT:
        parent = splitting.answered(statement, kind, None)
        found = splitting.refusal(statement, parent, kind, change.on, author)
    return {FIELDS.get(name, name): words for name, words in found.items()}


def _made(
    debate: Debate, change: Change, passage: Quotation | None, by: User, reason: str
) -> Proposal:
    body = markdown.clean(change.body).strip()
    return Proposal(
        debate=debate,
        kind=change.kind,
        statement=change.statement,
        revision=change.statement.revision if change.statement else None,
        to=change.to,
        becomes=change.becomes,
        on=change.on,
        passage=passage,
        name=" ".join(markdown.clean(change.name).split()),
        body=body,
        body_html=markdown.render(body) if body else "",
        reason=markdown.clean(reason).strip(),
        author=by,
        digest=_digest(change, passage),
    )


def _passage(statement: Statement, words: Words, problems: Problems) -> Quotation | None:
    """The passage that is to stand alone; what is wrong with it goes to the problems."""
    try:
        found = quotations.passage(statement, words)
        splitting.pieces(statement, found.exact, found.start)
    except ValidationError as error:
        problems |= {FIELDS.get(name, name): told for name, told in error.error_dict.items()}
        return None
    return found


def _digest(change: Change, passage: Quotation | None) -> str:
    """The same for proposals that come to the same: of words without case and spacing."""
    ids = [one.pk if one else 0 for one in (change.statement, change.to)]
    if change.kind == ProposalKind.DUPLICATE:
        ids.sort()
    start = passage.start if passage else None
    becomes = None if passage else (change.becomes, change.on)
    words = " ".join(change.body.lower().split())
    told = json.dumps([change.kind, ids, becomes, start, words])
    return hashlib.sha256(told.encode()).hexdigest()


def _require_new(made: Proposal) -> None:
    same = Proposal.objects.filter(debate=made.debate, digest=made.digest)
    if waiting := same.filter(state=ProposalState.OPEN).first():
        raise Conflict(
            gettext("This is proposed already, as number %(n)s, and waits for a decision.")
            % {"n": waiting.pk}
        )
    refused = same.filter(state=ProposalState.REFUSED, revision=made.revision)
    if made.author.is_bot and refused.exists():
        raise Conflict(gettext("This was proposed before and refused, and nothing has changed."))


def _count(by: User) -> None:
    """Count it against what the account may do; of bots against their quota."""
    if not by.is_bot or limits.level(by) is None:
        deeds.count(by, Deed.PROPOSALS)
        return
    most = proposals.record(by).quota
    open_ones = Proposal.objects.filter(author=by, state=ProposalState.OPEN)
    waiting = open_ones.exclude(debate__state=State.ARCHIVED).count()
    if waiting >= proposing.OPEN_DAYS * most:
        raise LimitReached(
            gettext("%(n)s proposals of this bot wait for a decision, which is the most.")
            % {"n": waiting},
            retry_after=0,
        )
    deeds.count(by, Deed.PROPOSALS, most=most)


def accept(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Carry out what somebody proposed; the proposal names what came of it in `made`.

    A crux is published outside a turn, as its proposer's. Raises PermissionDenied;
    ValidationError by field (reason, and those of what is carried out); Conflict where it is
    decided already, or cannot be carried out any more.
    """
    with transaction.atomic():
        debate, proposal = _locked(proposal)
        rules.require(proposing.may_accept(proposal, by))
        reason = _checked_reason(reason)
        _require_open(proposal)
        if proposal.is_gone:
            raise Conflict(gettext("What it is about was removed or withdrawn."))
        made = _carried_out(debate, proposal, by=by, reason=reason)
        debate = events.locked(debate.pk)  # as the act has left it
        _close(debate, proposal, ProposalState.ACCEPTED, by=by, reason=reason, made=made)
        if proposal.kind == ProposalKind.SPLIT:
            shortened = Statement.objects.get(pk=proposal.statement_id or 0)
            outdating.with_passage(debate, shortened, by=by)
            events.save_counters(debate)
    return proposal


def _carried_out(debate: Debate, proposal: Proposal, *, by: User, reason: str) -> Statement | None:
    """Do what is proposed, in a locked debate; the statement that came of it, if one did."""
    statement, to, kind, on = proposal.statement, proposal.to, proposal.becomes, proposal.on
    if statement is None:
        return cruxes.put_forward_for(debate, proposal)
    if proposal.kind == ProposalKind.SPLIT:
        start, end = proposals.place(proposal) or (0, 0)
        words = plain.plain(statement.body_html)[start:end]
        return structure.split(
            statement,
            exact=words,
            start=start,
            kind=kind,
            on=on,
            by=by,
            reason=reason,
            proposed=True,
        ).other
    if to is None:
        structure.retype(statement, kind=kind, on=on, by=by, reason=reason, proposed=True)
    elif proposal.kind == ProposalKind.LINK:
        structure.link(statement, to=to, kind=kind, on=on, by=by, reason=reason, proposed=True)
    else:
        structure.merge(statement, into=to, by=by, reason=reason, proposed=True)
    return None


def refuse(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    """Decide against what somebody proposed.

    Raises PermissionDenied; ValidationError by field (reason); Conflict where it is decided.
    """
    with transaction.atomic():
        debate, proposal = _locked(proposal)
        rules.require(proposing.may_decide(proposal, by))
        reason = _checked_reason(reason)
        _require_open(proposal)
        _close(debate, proposal, ProposalState.REFUSED, by=by, reason=reason)
    return proposal


def withdraw(proposal: Proposal, *, by: User, generated_by: str = "") -> Proposal:
    """Take back what one, or one's bot, has proposed.

    Raises PermissionDenied; ValidationError by field (generated_by); Conflict where it is decided.
    """
    with transaction.atomic():
        debate, proposal = _locked(proposal)
        rules.require(proposing.may_take_back(proposal, by))
        generated_by = events.check_generated_by(by, generated_by)
        _require_open(proposal)
        take_back(debate, proposal, by=by, generated_by=generated_by)
        events.save_counters(debate)
    return proposal


def take_back(debate: Debate, proposal: Proposal, *, by: User, generated_by: str = "") -> None:
    """Withdraw an open proposal of a locked debate, unasked; the caller saves the counters."""
    proposal.state, proposal.decided_at = ProposalState.WITHDRAWN, timezone.now()
    proposal.save(update_fields=["state", "decided_at"])
    _record(debate, proposal, EventKind.PROPOSAL_WITHDRAWN, by=by, generated_by=generated_by)


def _close(
    debate: Debate,
    proposal: Proposal,
    state: ProposalState,
    *,
    by: User,
    reason: str,
    made: Statement | None = None,
) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.decision, proposal.made = reason, made
    proposal.save(update_fields=["state", "decided_by", "decided_at", "decision", "made"])
    _tell(debate, proposal, TELLS[state], by=by)


def _tell(
    debate: Debate, proposal: Proposal, kind: EventKind, *, by: User, generated_by: str = ""
) -> None:
    _record(debate, proposal, kind, by=by, generated_by=generated_by)
    events.save_counters(debate)


def _record(
    debate: Debate, proposal: Proposal, kind: EventKind, *, by: User, generated_by: str = ""
) -> None:
    events.record(
        debate,
        kind,
        by=by,
        statement=proposal.statement or proposal.made,
        data={"proposal": proposal.pk, "proposes": proposal.kind},
        generated_by=generated_by,
    )


def _require_open(proposal: Proposal) -> None:
    if not proposal.is_open:
        label = str(ProposalState(proposal.state).label)
        said = gettext("This proposal does not wait any more: it is %(state)s.")
        decided = told(label, proposal.decided_by, proposal.decided_at)
        raise Decided(f"{said % {'state': label.lower()}} {decided}")


def _checked_reason(reason: str) -> str:
    if problems := _refusal_of_reason(reason):
        raise ValidationError(dict(problems))
    return markdown.clean(reason).strip()


def _refusal_of_reason(reason: str) -> Problems:
    refusal = refusal_of_short(reason, REASON_MAX)
    if not refusal and not shows(reason):
        refusal = gettext("Give a reason: everyone can read it with the proposal.")
    return {"reason": refusal} if refusal else {}


def _refusal_of_words(debate: Debate, field: str, text: str, by: User) -> Problems:
    """What would have to wait is refused: proposals are read by all at once."""
    told = precautions.refusal_of_words(by, text)
    told = told or (precautions.refusal_of_edit(by, "", text) if holds_in(debate) else "")
    return {field: told} if told else {}


def _locked(proposal: Proposal) -> tuple[Debate, Proposal]:
    """The locked debate of a proposal, and the proposal as it is under the lock."""
    debate = events.locked(proposal.debate_id)
    proposal = proposals.known().get(pk=proposal.pk)
    proposal.debate = debate
    for one in (proposal.statement, proposal.to):
        if one is not None:
            one.debate = debate
    return debate, proposal


def _fresh(debate: Debate, statement: Statement | None) -> Statement | None:
    """The statement as it is under the lock; of this debate, the doors see to it."""
    if statement is None:
        return None
    found = Statement.objects.select_related("author", "parent__author")
    one = found.get(pk=statement.pk, debate=debate)
    one.debate = debate
    return one
