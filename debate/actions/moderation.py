"""Reporting statements; hiding and restoring them. Every act is logged with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.limits import Deed
from accounts.models import User
from debate import moderating, review, rules
from debate.actions import acts, deeds, events, outdating, settling, statuses
from debate.actions.acts import Done
from debate.actions.decided import Decided, told
from debate.actions.refusals import Conflict, refusal_of_short
from debate.models import Debate, ModerationAct, Report, Statement
from debate.models.acts import Act
from debate.models.events import EventKind
from debate.models.moderation import NOTE_MAX, ReportReason, ReportState
from debate.models.statements import Status

UPHOLD = """
    UPDATE debate_report SET state = 'upheld', decided_by_id = %(by)s, decided_at = %(now)s
    WHERE statement_id = %(statement)s AND state = 'open' RETURNING id
"""


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


def hide(statement: Statement, *, by: User, reason: str, internal: bool = False) -> ModerationAct:
    """Take a statement's words and author from everyone's sight but its author's and moderators'.

    Moderators may, and facilitators in their debates, who then do not read it either, where they
    stand apart. Upholds the open reports of it. Raises PermissionDenied, ValidationError (reason),
    Conflict.
    """
    with transaction.atomic():
        statement, reason = _begin(statement, by, reason, rules.may_hide)
        return _hide(statement, by, reason, internal)


def _hide(statement: Statement, by: User, reason: str, internal: bool) -> ModerationAct:
    if statement.hidden_at is not None:
        raise _hidden_already(statement)
    now = timezone.now()
    upheld = {"now": now, "by": by.pk, "statement": statement.pk}
    ids = sorted(one.pk for one in Report.objects.raw(UPHOLD, upheld))
    after = put_hidden(statement, now, by=by)
    done = Done(before={"hidden_at": None, "reports": ids}, after=after)
    return _log(Act.HIDE, EventKind.STATEMENT_HIDDEN, done, statement, by, reason, internal)


def _hidden_already(statement: Statement) -> Decided:
    said = gettext("This statement is hidden already.")
    last = statement.acts.filter(act=Act.HIDE).select_related("moderator").first()
    who = told(last.get_act_display(), last.moderator, last.created_at) if last else ""
    return Decided(f"{said} {who}".strip())


def uphold(report: Report, *, by: User, reason: str, internal: bool = False) -> ModerationAct:
    """Hide what was reported, as `hide`; Decided where the report was decided meanwhile."""
    rules.require(review.may_review(by))
    reason = acts.checked_reason(reason)
    with transaction.atomic():
        debates = Debate.objects.select_for_update(of=("self",), no_key=True)
        debate = debates.get(statements__reports=report.pk)
        statement = _require_open(report).statement
        statement.debate = debate
        rules.require(moderating.stands_apart(by, statement))
        return _hide(statement, by, reason, internal)


def _require_open(report: Report) -> Report:
    """The report as it is, of a locked debate; raises Decided where somebody has decided it."""
    now = Report.objects.select_related("decided_by", "statement__author__owner").get(pk=report.pk)
    if now.state != ReportState.OPEN:
        raise Decided(told(now.get_state_display(), now.decided_by, now.decided_at))
    return now


def restore(
    statement: Statement, *, by: User, reason: str, internal: bool = False
) -> ModerationAct:
    """Show a hidden statement again, as it was. Raises as `hide`."""
    with transaction.atomic():
        statement, reason = _begin(statement, by, reason, rules.may_restore)
        if statement.hidden_at is None:
            raise Conflict(gettext("This statement is not hidden."))
        before = {"hidden_at": statement.hidden_at.isoformat()}
        if hid := statement.acts.standing().filter(act=Act.HIDE).first():
            acts.close_appeal(hid, by=by, reason=reason, internal=internal)
        done = Done(before=before, after=put_hidden(statement, None, by=by))
        event = EventKind.STATEMENT_RESTORED
        return _log(Act.RESTORE, event, done, statement, by, reason, internal)


def dismiss(report: Report, *, by: User, reason: str, internal: bool = False) -> ModerationAct:
    """Close a report and leave the statement as it is. Raises as `hide`."""
    with transaction.atomic():
        statement, reason = _begin(report.statement, by, reason, _moderates)
        waiting = Report.objects.filter(pk=report.pk, state=ReportState.OPEN)
        decided = {"decided_by": by, "decided_at": timezone.now()}
        if not waiting.update(state=ReportState.DISMISSED, **decided):
            _require_open(report)
        done = Done(before={"reports": [report.pk]}, data={"report": report.pk})
        event = EventKind.REPORT_DISMISSED
        return _log(Act.DISMISS, event, done, statement, by, reason, internal)


def _moderates(statement: Statement, by: User) -> rules.Answer:
    return (
        rules.YES if rules.may_moderate(by) else rules.no(gettext("Only moderators may do this."))
    )


def _begin(
    statement: Statement, by: User, reason: str, may: Callable[[Statement, User], rules.Answer]
) -> tuple[Statement, str]:
    """The statement under the lock, and the reason; raises PermissionDenied, ValidationError."""
    debate = events.locked(statement.debate_id)
    statement = acts.fresh(statement, debate)
    rules.require(may(statement, by))
    reason = acts.checked_reason(reason)
    rules.require(moderating.stands_apart(by, statement))
    return statement, reason


def _log(
    act: Act,
    event: EventKind,
    done: Done,
    statement: Statement,
    by: User,
    reason: str,
    internal: bool,
) -> ModerationAct:
    done = done._replace(goes_on=True)
    made = acts.log(
        act,
        event,
        done,
        debate=statement.debate,
        statement=statement,
        by=by,
        reason=reason,
        internal=internal,
    )
    settle(statement, by)
    return made


def settle(statement: Statement, by: User) -> None:
    """Bring the cruxes up to date after a statement went or came back, behind its event."""
    if statement.is_gone:
        outdating.with_statement(statement.debate, statement, by=by)
    settling.settle_after(statement.debate, statement, by=by)
    events.save_counters(statement.debate)


def put_hidden(statement: Statement, when: datetime | None, *, by: User) -> dict[str, str | None]:
    """Store since when a statement is hidden, with its statuses; says so for the log."""
    was_open, statement.hidden_at = statement.status == Status.OPEN, when
    if when is None:
        statement.save(update_fields=["hidden_at"])
        statuses.refresh(statement.debate, statement.pk)
    else:
        statement.status = Status.HIDDEN
        statement.save(update_fields=["hidden_at", "status"])
        statuses.count_open(statement.debate, statement.root_id, -int(was_open))
    statuses.refresh(statement.debate, statement.parent_id)
    return {"hidden_at": when.isoformat() if when else None}


# ---- undoing
def undo_hiding(
    act: ModerationAct, statement: Statement | None, debate: Debate, by: User
) -> tuple[EventKind, Done]:
    """Put back since when a statement is hidden, and the reports that hiding it has upheld."""
    was, now = act.before.get("hidden_at"), act.after.get("hidden_at")
    is_now = statement.hidden_at.isoformat() if statement and statement.hidden_at else None
    if statement is None or not act.after or is_now != now:
        raise Conflict(gettext("It was hidden or restored again since. Undo that first."))
    if act.act == Act.HIDE:  # a moderator may have had it hidden again
        rules.require(rules.may_restore(statement, by))
    _reopen(act, ReportState.UPHELD)
    put_hidden(statement, datetime.fromisoformat(was) if was else None, by=by)
    return EventKind.STATEMENT_HIDDEN if was else EventKind.STATEMENT_RESTORED, Done()


def undo_dismissal(
    act: ModerationAct, statement: Statement | None, debate: Debate, by: User
) -> tuple[EventKind, Done]:
    """Let the report wait again."""
    _reopen(act, ReportState.DISMISSED)
    return EventKind.REPORT_REOPENED, Done()


def _reopen(act: ModerationAct, state: ReportState) -> None:
    """Let the reports wait again that an act decided; raises Conflict where one was made anew."""
    decided = Report.objects.filter(pk__in=act.before.get("reports", []))
    if decided.exclude(state=state).exists():
        raise Conflict(gettext("A report of it was decided again since. Undo that first."))
    anew = Report.objects.filter(
        statement=act.statement_id, state=ReportState.OPEN, reporter__in=decided.values("reporter")
    )
    if anew.exists():
        raise Conflict(gettext("It was reported anew by the same person. Decide that first."))
    decided.update(state=ReportState.OPEN, decided_by=None, decided_at=None)


def _fresh(statement: Statement, debate: Debate) -> Statement:
    statement = Statement.objects.get(pk=statement.pk)
    statement.debate = debate
    return statement
