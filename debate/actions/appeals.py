"""Appeals: whom an act concerns asks for a second look, once, and another moderator decides."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.limits import Deed
from accounts.models import User
from debate import moderating, rules
from debate.actions import acts, deeds, events, notifying, sitewide, undoing
from debate.actions.decided import Decided, told
from debate.actions.refusals import Conflict, refusal_of_short, shows
from debate.models import Appeal, ModerationAct, Report, Suspension
from debate.models.acts import APPEAL_MAX, Act, AppealState
from debate.models.events import EventKind
from debate.models.moderation import ReportState


def appeal(act: ModerationAct, *, by: User, text: str) -> Appeal:
    """Say why an act that concerns oneself should not stand.

    Raises PermissionDenied; LimitReached; ValidationError (text); Conflict where one has appealed
    before, or where the act is undone already.
    """
    with transaction.atomic():
        act = _locked(act)
        rules.require(moderating.may_appeal(act, by))
        text = _checked(text)
        if Appeal.objects.filter(act=act).exists():
            raise Conflict(gettext("You have appealed against this, and can do so once."))
        if _is_undone(act):
            raise Conflict(gettext("This is undone already."))
        deeds.count(by, Deed.REPORTS)
        made = Appeal.objects.create(act=act, person=by, text=text)
        _tell(made, EventKind.APPEAL_MADE, by)
    return made


def uphold(appeal: Appeal, *, by: User, reason: str) -> Appeal:
    """Let the act stand, and answer whom it concerns. Raises as `overturn`."""
    with transaction.atomic():
        appeal = _to_decide(appeal, by)
        if _is_undone(appeal.act):
            raise Conflict(gettext("This is undone already."))
        _decide(appeal, AppealState.UPHELD, by, acts.checked_reason(reason))
        _tell(appeal, EventKind.APPEAL_UPHELD, by)
    return appeal


def overturn(appeal: Appeal, *, by: User, reason: str) -> Appeal:
    """Undo the act, and answer whom it concerns; reports that it had upheld are dismissed.

    Raises PermissionDenied; ValidationError (reason); Conflict where it is decided already, or
    where the act cannot be undone exactly any more.
    """
    with transaction.atomic():
        appeal = _to_decide(appeal, by)
        if not (_is_undone(appeal.act) or _is_over(appeal.act)):
            undoing.take_back(appeal.act, by=by, reason=reason, alone=False)
        Report.objects.filter(
            pk__in=appeal.act.before.get("reports", []), state=ReportState.OPEN
        ).update(state=ReportState.DISMISSED)
        _decide(appeal, AppealState.OVERTURNED, by, acts.checked_reason(reason))
        _tell(appeal, EventKind.APPEAL_OVERTURNED, by)
    return appeal


def _is_undone(act: ModerationAct) -> bool:
    return ModerationAct.objects.filter(undoes=act).exists()


def _is_over(act: ModerationAct) -> bool:
    """Whether it began a suspension that has come to its end by itself."""
    held = Suspension.objects.in_force().filter(pk=act.after.get("suspension"))
    return act.act == Act.SUSPEND and not held.exists()


def _locked(act: ModerationAct) -> ModerationAct:
    """The act as it is, with its debate locked; in none, with the person's account."""
    if act.debate_id is not None:
        events.locked(act.debate_id)
    else:
        sitewide.hold(act.person)
    return ModerationAct.objects.select_related("debate", "moderator").get(pk=act.pk)


def _to_decide(appeal: Appeal, by: User) -> Appeal:
    act = _locked(appeal.act)
    found = Appeal.objects.select_for_update(of=("self",)).select_related("decided_by", "person")
    appeal = found.get(pk=appeal.pk)
    appeal.act = act
    rules.require(moderating.may_decide(appeal, by))
    about = [one for one in (act.statement, act.other) if one]
    if about:
        rules.require(moderating.stands_apart(by, *about))
    if appeal.state != AppealState.OPEN:
        decided = told(appeal.get_state_display(), appeal.decided_by, appeal.decided_at)
        said = gettext("This appeal has been decided already.")
        raise Decided(f"{said} {decided}")
    return appeal


def _decide(appeal: Appeal, state: AppealState, by: User, answer: str) -> None:
    appeal.state, appeal.answer = state, answer
    appeal.decided_by, appeal.decided_at = by, timezone.now()
    appeal.save(update_fields=["state", "answer", "decided_by", "decided_at"])


def _checked(text: str) -> str:
    refusal = refusal_of_short(text, APPEAL_MAX)
    if not refusal and not shows(text):
        refusal = gettext("Say why it should not stand.")
    if refusal:
        raise ValidationError({"text": refusal})
    return text.strip()


def _tell(appeal: Appeal, kind: EventKind, by: User) -> None:
    """Write the event; moderators read it, and who appealed is told what was decided.

    In no debate there are no events: undoing tells of itself.
    """
    act = appeal.act
    if act.debate_id is None:
        if kind == EventKind.APPEAL_UPHELD:
            notifying.tell(appeal.person, act=act)
        return
    debate = events.locked(act.debate_id)
    data = {"act": act.pk, "appeal": appeal.pk}
    events.record(debate, kind, by=by, statement=act.statement, data=data)
    events.save_counters(debate)
