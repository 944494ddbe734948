from __future__ import annotations

import re
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from debate import rules
from debate.models import Debate
from debate.models.events import CONFIDENTIAL, INTERNAL, EventKind
from debate.selectors import events
from debate.web.answers import is_fragment, looked, on_debate, page, signed_in

NUMBER = re.compile("[0-9]{0,9}")
WORDS = {
    EventKind.DEBATE_STARTED: "Debate started",
    EventKind.DEBATE_CHANGED: "Debate changed",
    EventKind.DEBATE_CLOSED: "Closed",
    EventKind.DEBATE_REOPENED: "Reopened",
    EventKind.DEBATE_ARCHIVED: "Archived",
    EventKind.STATEMENT_PUBLISHED: "Published",
    EventKind.STATEMENT_EDITED: "Edited",
    EventKind.STATEMENT_RENAMED: "Renamed",
    EventKind.STATEMENT_WITHDRAWN: "Withdrawn",
    EventKind.STATEMENT_REPORTED: "Reported",
    EventKind.STATEMENT_HIDDEN: "Hidden",
    EventKind.STATEMENT_RESTORED: "Restored",
    EventKind.REPORT_DISMISSED: "Report dismissed",
    EventKind.MARK_SET: "Marked",
    EventKind.RELIANCE_DECLARED: "Reliance declared",
    EventKind.RELIANCE_CHANGED: "Reliance changed",
    EventKind.RELIANCE_RELEASED: "Reliance taken back",
    EventKind.CRUX_DROPPED: "Crux dropped",
    EventKind.CRUX_TAKEN_UP: "Crux taken up again",
    EventKind.CRUX_SETTLED: "Crux settled",
    EventKind.CRUX_REOPENED: "Crux reopened",
    EventKind.FACILITATOR_NAMED: "Facilitator named",
    EventKind.FACILITATOR_ENDED: "Facilitator no more",
    EventKind.PARTICIPANT_ADDED: "Participant added",
    EventKind.PARTICIPANT_JOINED: "Joined by a link",
    EventKind.PARTICIPANT_REMOVED: "Participant removed",
    EventKind.PARTICIPANT_LEFT: "Participant left",
    EventKind.PERSON_SUSPENDED: "Suspended here",
    EventKind.PERSON_READMITTED: "Suspension ended",
    EventKind.INVITATION_MADE: "Link made",
    EventKind.INVITATION_REVOKED: "Link revoked",
}


@require_safe
@on_debate
def history(request: HttpRequest, debate: Debate) -> HttpResponse:
    """What happened in a debate, newest first; `?before=` goes on below an event.

    `?kind=` and `?by=` (a username) leave some out.
    """
    kind, by = request.GET.get("kind", ""), request.GET.get("by", "").strip().lstrip("@")
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
