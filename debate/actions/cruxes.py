"""Putting cruxes forward, dropping them and taking them up again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.limits import Deed
from accounts.models import User
from debate import rules
from debate.actions import deeds, events, precautions, settling, statements
from debate.actions.refusals import Conflict, refusal_of_short, shows
from debate.models import Debate, Drop, Proposal, Statement
from debate.models.events import EventKind
from debate.models.statements import NAME_MAX, REASON_MAX, CruxState, Kind
from debate.text import markdown


def put_forward(
    debate: Debate, *, by: User, name: str, body: str, generated_by: str = ""
) -> Statement:
    """Put a claim forward as what the debate turns on, as a turn of its own.

    Its author counts as agreeing with it only by a mark. Raises PermissionDenied; LimitReached;
    ValidationError by field (name, body, generated_by).
    """
    with transaction.atomic():
        debate = events.locked(debate.pk)
        rules.require(rules.may_write(debate, by))
        generated_by = events.check_generated_by(by, generated_by)
        check(name, body, by)
        deeds.count(by, Deed.STATEMENTS)
        crux = put(debate, name, body, by=by, said_so=generated_by)
        events.save_counters(debate)
    return crux


def put_forward_for(debate: Debate, proposal: Proposal) -> Statement:
    """Publish a crux of a locked debate that was proposed and accepted: its proposer's, no turn's.

    What it says has been checked. It is counted as what its proposer proposed.
    """
    crux = statements.publish(
        debate,
        author=proposal.author,
        kind=Kind.CRUX,
        name=proposal.name,
        body=proposal.body,
        crux_state=CruxState.LIVE,
        generated_by=proposal.generated_by,
    )
    events.record(
        debate,
        EventKind.STATEMENT_PUBLISHED,
        by=proposal.author,
        statement=crux,
        generated_by=proposal.generated_by,
    )
    events.save_counters(debate)
    return crux


def put(debate: Debate, name: str, body: str, *, by: User, said_so: str) -> Statement:
    """Publish a crux that was checked in a locked debate; the caller saves the counters."""
    crux = statements.publish(
        debate,
        turn=statements.open_turn(debate, by=by),
        author=by,
        kind=Kind.CRUX,
        name=" ".join(markdown.clean(name).split()),
        body=markdown.clean(body).strip(),
        crux_state=CruxState.LIVE,
        generated_by=said_so,
    )
    events.record(
        debate, EventKind.STATEMENT_PUBLISHED, by=by, statement=crux, generated_by=said_so
    )
    return crux


def check(name: str, body: str, by: User) -> None:
    """Raise ValidationError by field (name, body) where this cannot be put forward."""
    if problems := refusal_of(name, body, by):
        raise ValidationError(dict(problems))


def refusal_of(name: str, body: str, by: User) -> dict[str, str]:
    """Why a crux of this account cannot be called and worded so, by field; empty where it can."""
    problems: dict[str, str] = {}
    if refusal := refusal_of_short(name, NAME_MAX):
        problems["name"] = refusal
    elif not shows(name):
        problems["name"] = gettext("Give it a name of a few words.")
    elif refusal := precautions.refusal_of_words(by, name):
        problems["name"] = refusal
    if refusal := statements.refusal_of_body(body, by):
        problems["body"] = refusal
    return problems


def drop(crux: Statement, *, by: User, reason: str, generated_by: str = "") -> Drop:
    """Say that the debate does not turn on a crux after all, and why; what was said to it stays.

    Raises PermissionDenied; ValidationError by field (reason, generated_by); Conflict where it
    is dropped already.
    """
    with transaction.atomic():
        debate, crux = _fresh(crux)
        rules.require(rules.may_drop(crux, by))
        generated_by = events.check_generated_by(by, generated_by)
        reason = _checked_reason(reason)
        if crux.crux_state == CruxState.DROPPED:
            raise Conflict(gettext("This crux is dropped already."))
        made = Drop.objects.create(crux=crux, person=by, reason=reason)
        _set(debate, crux, CruxState.DROPPED, EventKind.CRUX_DROPPED, by, generated_by)
    return made


def take_up(crux: Statement, *, by: User, generated_by: str = "") -> Statement:
    """Take a dropped crux up again: it is live or settled, as the marks say by now.

    Raises PermissionDenied; ValidationError by field (generated_by); Conflict where it is not
    dropped.
    """
    with transaction.atomic():
        debate, crux = _fresh(crux)
        rules.require(rules.may_drop(crux, by))
        generated_by = events.check_generated_by(by, generated_by)
        if crux.crux_state != CruxState.DROPPED:
            raise Conflict(gettext("This crux is not dropped."))
        crux.drops.filter(taken_up_at=None).update(taken_up_at=timezone.now())
        state = settling.states_of(debate, [crux.pk])[crux.pk]
        _set(debate, crux, state, EventKind.CRUX_TAKEN_UP, by, generated_by)
    return crux


def _checked_reason(reason: str) -> str:
    refusal = refusal_of_short(reason, REASON_MAX)
    if not refusal and not shows(reason):
        refusal = gettext("Give a reason: everyone can read it with the crux.")
    if refusal:
        raise ValidationError({"reason": refusal})
    return markdown.clean(reason).strip()


def _set(
    debate: Debate, crux: Statement, state: str, kind: EventKind, by: User, generated_by: str
) -> None:
    crux.crux_state = state
    crux.save(update_fields=["crux_state"])
    data = {"state": state}
    events.record(debate, kind, by=by, statement=crux, data=data, generated_by=generated_by)
    events.save_counters(debate)


def _fresh(crux: Statement) -> tuple[Debate, Statement]:
    """The locked debate of a crux, and the crux as it is under the lock."""
    debate = events.locked(crux.debate_id)
    crux = Statement.objects.get(pk=crux.pk)
    crux.debate = debate
    return debate, crux
