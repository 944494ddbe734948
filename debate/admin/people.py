"""The record of a person, for moderators: notes on them, suspending them from the whole site."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import moments
from accounts.http import goes_on_to
from accounts.models import User
from debate import moderating
from debate.actions import reviewing, sitewide
from debate.actions.refusals import Conflict
from debate.selectors import acts, records

UNPROCESSABLE = 422
PERIODS = {
    "1": gettext_lazy("A day"),
    "7": gettext_lazy("A week"),
    "30": gettext_lazy("30 days"),
    "365": gettext_lazy("A year"),
    "0": gettext_lazy("For good"),
}
"""For how many days somebody is suspended; 0: without an end."""


@never_cache
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """What moderators know of a person, and the forms that note something and suspend them."""
    by: Any = request.user
    person = _found(pk)
    if request.method != "POST":
        return _shown(request, person)
    try:
        reviewing.note(person, by=by, text=request.POST.get("text", ""))
    except ValidationError as error:
        return _shown(request, person, problem=" ".join(error.messages))
    return redirect(goes_on_to(request, reverse("admin:person-record", args=[pk])))


@require_POST
@never_cache
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend a person from the whole site; what is refused comes back as it was typed."""
    by: Any = request.user
    person, sent = _found(pk), request.POST
    days = sent.get("days", "")
    try:
        if days not in PERIODS:
            raise ValidationError(gettext("Choose for how long."))
        until = timezone.now() + timedelta(days=int(days)) if days != "0" else None
        reason, internal = sent.get("reason", "").replace("\r\n", "\n"), "internal" in sent
        sitewide.suspend(person, by=by, reason=reason, until=until, internal=internal)
    except ValidationError as error:
        return _shown(request, person, refused=" ".join(error.messages))
    except (Conflict, PermissionDenied) as error:
        return _shown(request, person, refused=str(error))
    told = gettext("%(name)s may only read now.") % {"name": person.told_name}
    messages.success(request, told)
    return redirect("admin:person-record", pk)


def _found(pk: int) -> User:
    try:
        return User.objects.select_related("owner").get(pk=pk)
    except User.DoesNotExist as error:
        raise Http404 from error


def _shown(
    request: HttpRequest, person: User, *, problem: str = "", refused: str = ""
) -> HttpResponse:
    by: Any = request.user
    sent = request.POST
    context = {
        **admin.site.each_context(request),
        "title": gettext("Record of %(name)s") % {"name": person.told_name},
        "person": person,
        "record": records.records([person.pk])[person.pk],
        "notes": records.notes(person),
        "reports": records.reports(person, by),
        "acts": records.acts(person, by),
        "problem": problem,
        "text": sent.get("text", ""),
        "suspended": acts.of_suspension(person),
        "until": moments.minute(person.suspended_until) if person.suspended_until else "",
        "may_suspend": moderating.may_suspend(person, by),
        "refused": refused,
        "periods": list(PERIODS.items()),
        "days": sent.get("days", "7"),
        "reason": sent.get("reason", ""),
        "internal": "internal" in sent,
    }
    status = UNPROCESSABLE if problem or refused else 200
    return TemplateResponse(request, "admin/debate/record.html", context, status=status)
