from __future__ import annotations

import re
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from debate import rules
from debate.models import Debate
from debate.models.events import CONFIDENTIAL, INTERNAL, EventKind
from debate.selectors import events
from debate.web import kept
from debate.web.answers import is_fragment, looked, looked_for, on_debate, page, signed_in

NUMBER = re.compile("[0-9]{0,9}")
WORDS = {
    EventKind.DEBATE_STARTED: gettext_lazy("Debate started"),
    EventKind.DEBATE_CHANGED: gettext_lazy("Debate changed"),
    EventKind.DEBATE_CLOSED: gettext_lazy("Closed"),
    EventKind.DEBATE_REOPENED: gettext_lazy("Reopened"),
    EventKind.DEBATE_ARCHIVED: gettext_lazy("Archived"),
    EventKind.STATEMENT_PUBLISHED: gettext_lazy("Published"),
    EventKind.STATEMENT_EDITED: gettext_lazy("Edited"),
    EventKind.STATEMENT_RENAMED: gettext_lazy("Renamed"),
    EventKind.STATEMENT_WITHDRAWN: gettext_lazy("Withdrawn"),
    EventKind.STATEMENT_REPORTED: gettext_lazy("Reported"),
    EventKind.STATEMENT_HIDDEN: gettext_lazy("Hidden"),
    EventKind.STATEMENT_RESTORED: gettext_lazy("Restored"),
    EventKind.REPORT_DISMISSED: gettext_lazy("Report dismissed"),
    EventKind.MARK_SET: gettext_lazy("Marked"),
    EventKind.RELIANCE_DECLARED: gettext_lazy("Reliance declared"),
    EventKind.RELIANCE_CHANGED: gettext_lazy("Reliance changed"),
    EventKind.RELIANCE_RELEASED: gettext_lazy("Reliance taken back"),
    EventKind.CRUX_DROPPED: gettext_lazy("Crux dropped"),
    EventKind.CRUX_TAKEN_UP: gettext_lazy("Crux taken up again"),
    EventKind.CRUX_SETTLED: gettext_lazy("Crux settled"),
    EventKind.CRUX_REOPENED: gettext_lazy("Crux reopened"),
    EventKind.PROPOSAL_MADE: gettext_lazy("Proposed"),
    EventKind.PROPOSAL_ACCEPTED: gettext_lazy("Proposal accepted"),
    EventKind.PROPOSAL_REFUSED: gettext_lazy("Proposal refused"),
    EventKind.PROPOSAL_WITHDRAWN: gettext_lazy("Proposal withdrawn"),
    EventKind.PROPOSAL_OUTDATED: gettext_lazy("Proposal outdated"),
    EventKind.FACILITATOR_NAMED: gettext_lazy("Facilitator named"),
    EventKind.FACILITATOR_ENDED: gettext_lazy("Facilitator no more"),
    EventKind.PARTICIPANT_ADDED: gettext_lazy("Participant added"),
    EventKind.PARTICIPANT_JOINED: gettext_lazy("Joined by a link"),
    EventKind.PARTICIPANT_REMOVED: gettext_lazy("Participant removed"),
    EventKind.PARTICIPANT_LEFT: gettext_lazy("Participant left"),
    EventKind.PERSON_SUSPENDED: gettext_lazy("Suspended here"),
    EventKind.PERSON_READMITTED: gettext_lazy("Suspension ended"),
    EventKind.STATEMENT_RETYPED: gettext_lazy("Kind changed"),
    EventKind.STATEMENT_MOVED: gettext_lazy("Moved"),
    EventKind.STATEMENT_SPLIT: gettext_lazy("Split"),
    EventKind.STATEMENT_REJOINED: gettext_lazy("Put together again"),
    EventKind.STATEMENT_LINKED: gettext_lazy("Linked"),
    EventKind.STATEMENT_UNLINKED: gettext_lazy("Link removed"),
    EventKind.STATEMENT_MERGED: gettext_lazy("Merged as a duplicate"),
    EventKind.STATEMENT_UNMERGED: gettext_lazy("No duplicate any more"),
    EventKind.STATEMENT_LOCKED: gettext_lazy("Line locked"),
    EventKind.STATEMENT_UNLOCKED: gettext_lazy("Line unlocked"),
    EventKind.DEBATE_LOCKED: gettext_lazy("Debate locked"),
    EventKind.DEBATE_UNLOCKED: gettext_lazy("Debate unlocked"),
    EventKind.REPORT_REOPENED: gettext_lazy("Report waits again"),
    EventKind.APPEAL_MADE: gettext_lazy("Appealed"),
    EventKind.APPEAL_UPHELD: gettext_lazy("Act stands"),
    EventKind.APPEAL_OVERTURNED: gettext_lazy("Act overturned"),
    EventKind.HELD_RELEASED: gettext_lazy("Held turn published"),
    EventKind.HELD_REFUSED: gettext_lazy("Held turn refused"),
    EventKind.INVITATION_MADE: gettext_lazy("Link to join made"),
    EventKind.INVITATION_REVOKED: gettext_lazy("Link to join revoked"),
}


@require_safe
@on_debate
@kept.for_visitors
def history(request: HttpRequest, debate: Debate) -> HttpResponse:
    """What happened in a debate, newest first; `?before=` goes on below an event.

    `?kind=` and `?by=` (a username) leave some out.
    """
    kind = request.GET.get("kind", "")
    by = looked_for(request.GET.get("by", "")).strip().lstrip("@")
    before = request.GET.get("before", "")
    closed = CONFIDENTIAL if signed_in(request) else (*CONFIDENTIAL, *INTERNAL)
    kinds = [
        (value.value, word)
        for value, word in WORDS.items()
        if rules.may_moderate(request.user) or value not in closed
    ]
    if (kind and kind not in dict(kinds)) or not NUMBER.fullmatch(before):
        raise Http404
    found = events.history(
        debate, request.user, kind=kind, by=by, before=int(before) if before else None
    )
    chosen = {name: value for name, value in (("kind", kind), ("by", by)) if value}
    context = {
        "debate": debate,
        "view": "history",
        "head": found.head,
        "history": found,
        "kinds": kinds,
        "kind": kind,
        "by": by,
        "is_first": not before,
        "first_at": f"{request.path}?{urlencode(chosen)}" if chosen else request.path,
        "older_at": f"{request.path}?{urlencode({**chosen, 'before': found.older})}",
    }
    if is_fragment(request):
        return page(request, "debate/events/_events.html", context)
    context |= looked(request, debate, signed_in(request))
    return page(request, "debate/events/list.html", context)
