"""What one follows and has muted: the page of it, and the forms that change it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import goes_on_to, number
from accounts.models import User
from debate.actions import following as actions
from debate.models import Debate, Statement
from debate.models.following import Level
from debate.selectors import following, people
from debate.selectors.listings import Cut
from debate.web.answers import (
    for_people,
    on_debate,
    on_statement,
    page,
    sign_in_first,
    signed_in,
)

PAGE = 50


@require_safe
@never_cache
def followed(request: HttpRequest) -> HttpResponse:
    """What one follows and has muted, the newest first; `?before=` goes on."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    before = number(request.GET.get("before", ""))
    part = following.listed(user, Cut(PAGE, after=before or None))
    context = {"part": part, "is_first": not before}
    return page(request, "debate/following/list.html", context)


@require_POST
@on_debate
@for_people("debate:debate-detail")
def debate(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    """Follow a debate, mute it, or stop."""
    back = reverse("debate:debate-detail", args=[debate.slug])
    return _done(request, back, lambda level: actions.follow_debate(debate, by=user, level=level))


@require_POST
@on_statement
@for_people("debate:statement-detail")
def statement(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """Follow what is said under a statement, mute it, or stop."""
    back = reverse("debate:statement-detail", args=[statement.pk])
    return _done(
        request, back, lambda level: actions.follow_statement(statement, by=user, level=level)
    )


@require_POST
def person(request: HttpRequest, username: str) -> HttpResponse:
    """Follow somebody, mute them, or stop."""
    try:
        whom = people.person(username, request.user)
    except User.DoesNotExist as error:
        raise Http404 from error
    back = reverse("debate:person-detail", args=[whom.username])
    user = signed_in(request)
    if user is None:
        return sign_in_first(request, back)
    return _done(request, back, lambda level: actions.follow_person(whom, by=user, level=level))


def _done(request: HttpRequest, back: str, do: Callable[[str], None]) -> HttpResponse:
    """Do it, say so, and go back to where the form stood."""
    level = request.POST.get("level", "")
    try:
        do(level)
        messages.success(request, SAID[Level(level)]())
    except PermissionDenied as error:
        messages.error(request, str(error))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(goes_on_to(request, back))


SAID: dict[Level, Callable[[], str]] = {
    Level.FOLLOWED: lambda: _("You follow it. What is new is told in your inbox."),
    Level.STOPPED: lambda: _("You do not follow it any more."),
    Level.MUTED: lambda: _("Muted: nothing of it is told to you."),
    Level.BLOCKED: lambda: _("Blocked: what they say is folded for you, and not told to you."),
}
