"""Reporting statements; hiding and restoring them. Every act is logged with its reason."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.limits import Deed
from accounts.models import User
from debate import review, rules
from debate.actions import deeds, events, settling, statuses
from debate.actions.decided import Decided, told
from debate.actions.refusals import Conflict, refusal_of_short
from debate.models import Debate, ModerationAct, Report, Statement
from debate.models.events import EventKind
from debate.models.moderation import NOTE_MAX, Act, ReportReason, ReportState
from debate.models.statements import REASON_MAX, Status


def report(
    statement: Statement, *, by: User, reason: str, note: str = "", generated_by: str = ""
) -> Report:
    """Tell the moderators what is wrong with a statement.

    Raises PermissionDenied; LimitReached; ValidationError by field (reason, note, generated_by);
    Conflict where one's earlier report of it still waits.
    """
    with transaction.atomic():
        debate = events.locked(statement.debate_id)
        statement = _fresh(statement, debate)
        rules.require(rules.may_report(statement, by))
        generated_by = events.check_generated_by(by, generated_by)
        _check_report(reason, note)
        waiting = Report.objects.filter(statement=statement, reporter=by, state=ReportState.OPEN)
        if waiting.exists():
            raise Conflict(
                gettext("You have reported this statement, and a moderator will look at it.")
            )
        deeds.count(by, Deed.REPORTS)
        made = Report.objects.create(
            statement=statement, reporter=by, reason=reason, note=note.strip()
        )
        events.record(
            debate,
            EventKind.STATEMENT_REPORTED,
            by=by,
            statement=statement,
            generated_by=generated_by,
        )
        events.save_counters(debate)
    return made


def _check_report(reason: str, note: str) -> None:
    problems: dict[str, str] = {}
    if reason not in ReportReason.values:
        problems["reason"] = gettext("Choose what is wrong with it.")
    if refusal := refusal_of_short(note, NOTE_MAX):
        problems["note"] = refusal
    elif reason == ReportReason.OTHER and not note.strip():
        problems["note"] = gettext("Say in a few words what is wrong.")
    if problems:
        raise ValidationError(dict(problems))


def hide(statement: Statement, *, by: User, reason: str) -> ModerationAct:
    """Take a statement's words and author from everyone's sight but its author's and moderators'.

    Moderators may, and facilitators in their debates, who then do not read it either. Upholds the
    open reports of it. Raises PermissionDenied, ValidationError (reason), Conflict.
    """
    with transaction.atomic():
        debate, statement = _for_moderation(statement, by, reason, rules.may_hide)
        return _hide(debate, statement, by, reason)


def _hide(debate: Debate, statement: Statement, by: User, reason: str) -> ModerationAct:
    if statement.hidden_at is not None:
        raise _hidden_already(statement)
    was_open = statement.status == Status.OPEN
    statement.hidden_at, statement.status = timezone.now(), Status.HIDDEN
    statuses.count_open(debate, statement.root_id, -int(was_open))
    waiting = statement.reports.filter(state=ReportState.OPEN)
    waiting.update(state=ReportState.UPHELD, decided_by=by, decided_at=statement.hidden_at)
    return _act(debate, statement, Act.HIDE, EventKind.STATEMENT_HIDDEN, by, reason)


def _hidden_already(statement: Statement) -> Decided:
    said = gettext("This statement is hidden already.")
    last = statement.acts.filter(act=Act.HIDE).select_related("moderator").first()
    who = told(last.get_act_display(), last.moderator, last.created_at) if last else ""
    return Decided(f"{said} {who}".strip())


def uphold(report: Report, *, by: User, reason: str) -> ModerationAct:
    """Hide what was reported, as `hide`; Decided where the report was decided meanwhile."""
    rules.require(review.may_review(by))
    _check_reason(reason)
    with transaction.atomic():
        debates = Debate.objects.select_for_update(of=("self",), no_key=True)
        debate = debates.get(statements__reports=report.pk)
        statement = _require_open(report).statement
        statement.debate = debate
        rules.require(review.may_judge(statement, by))
        return _hide(debate, statement, by, reason)


def _require_open(report: Report) -> Report:
    """The report as it is, of a locked debate; raises Decided where somebody has decided it."""
    now = Report.objects.select_related("decided_by", "statement").get(pk=report.pk)
    if now.state != ReportState.OPEN:
        raise Decided(told(now.get_state_display(), now.decided_by, now.decided_at))
    return now


def restore(statement: Statement, *, by: User, reason: str) -> ModerationAct:
    """Show a hidden statement again, as it was. Raises as `hide`."""
    with transaction.atomic():
        debate, statement = _for_moderation(statement, by, reason, rules.may_restore)
        if statement.hidden_at is None:
            raise Conflict(gettext("This statement is not hidden."))
        statement.hidden_at = None
        return _act(debate, statement, Act.RESTORE, EventKind.STATEMENT_RESTORED, by, reason)


def dismiss(report: Report, *, by: User, reason: str) -> ModerationAct:
    """Close a report and leave the statement as it is. Raises as `hide`."""
    with transaction.atomic():
        debate, statement = _for_moderation(report.statement, by, reason, _moderates)
        waiting = Report.objects.filter(pk=report.pk, state=ReportState.OPEN)
        decided = {"decided_by": by, "decided_at": timezone.now()}
        if not waiting.update(state=ReportState.DISMISSED, **decided):
            _require_open(report)
        data = {"report": report.pk}
        return _act(debate, statement, Act.DISMISS, EventKind.REPORT_DISMISSED, by, reason, data)


def _moderates(statement: Statement, by: User) -> rules.Answer:
    return (
        rules.YES if rules.may_moderate(by) else rules.no(gettext("Only moderators may do this."))
    )


def _for_moderation(
    statement: Statement,
    by: User,
    reason: str,
    may: Callable[[Statement, User], rules.Answer],
) -> tuple[Debate, Statement]:
    rules.require(may(statement, by))
    _check_reason(reason)
    rules.require(review.may_judge(statement, by))
    debate = events.locked(statement.debate_id)
    return debate, _fresh(statement, debate)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError(
            {"reason": gettext("Give a reason: everyone can read it in the log.")}
        )
    if refusal := refusal_of_short(reason, REASON_MAX):
        raise ValidationError({"reason": refusal})


def _act(
    debate: Debate,
    statement: Statement,
    act: Act,
    event: EventKind,
    by: User,
    reason: str,
    data: dict[str, int] | None = None,
) -> ModerationAct:
    if act != Act.DISMISS:
        statement.save(update_fields=["hidden_at", "status"])
        if act != Act.HIDE:
            statuses.refresh(debate, statement.pk)
        statuses.refresh(debate, statement.parent_id)
    events.record(debate, event, by=by, statement=statement, data=data)
    settling.settle_after(debate, statement, by=by)
    events.save_counters(debate)
    return ModerationAct.objects.create(
        act=act, statement=statement, moderator=by, reason=reason.strip()
    )


def _fresh(statement: Statement, debate: Debate) -> Statement:
    statement = Statement.objects.get(pk=statement.pk)
    statement.debate = debate
    return statement
