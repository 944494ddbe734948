from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.models import User
from debate import rules
from debate.actions import participations
from debate.actions import suspensions as actions
from debate.actions.refusals import Conflict
from debate.models import Debate, Suspension
from debate.selectors import people
from debate.web.answers import for_people, on_debate, page, takes_form
from debate.web.forms import SuspensionForm
from debate.web.participations import PAGE, tried


@takes_form
@on_debate
@for_people()
def create(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    """The form that suspends somebody within a debate, and the act; `?person=` is its username."""
    rules.require(rules.may_look_after(debate, user))
    asked = {"username": request.GET.get("person", "")}
    form = SuspensionForm(request.POST if request.method == "POST" else None, initial=asked)
    if form.is_bound and (made := tried(form, lambda data: _suspended(debate, user, data))):
        messages.success(
            request,
            gettext("%(shown_name)s may only read here now.")
            % {"shown_name": made.person.shown_name},
        )
        return redirect(PAGE, slug=debate.slug)
    context = {"debate": debate, "form": form}
    return page(request, "debate/suspensions/create.html", context, refused=form.is_bound)


def _suspended(debate: Debate, user: User, data: dict[str, Any]) -> Suspension:
    person = participations.found(data["username"])
    days = int(data["days"])  # 0: until somebody ends it
    until = timezone.now() + timedelta(days=days) if days else None
    return actions.suspend(debate, person, by=user, reason=data["reason"], until=until)


@require_POST
@on_debate
@for_people(PAGE)
def end(request: HttpRequest, debate: Debate, user: User, username: str) -> HttpResponse:
    """End somebody's suspension."""
    rules.require(rules.may_look_after(debate, user))
    try:
        person = people.person(username, user)
        actions.readmit(debate, person, by=user)
        told = gettext("%(name)s may write here again.") % {"name": person.shown_name}
        messages.success(request, told)
    except User.DoesNotExist as error:
        raise Http404 from error
    except Conflict as error:
        messages.error(request, str(error))
    return redirect(PAGE, slug=debate.slug)
