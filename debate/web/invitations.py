from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from debate import rules
from debate.actions import invitations as actions
from debate.models import Debate, Invitation
from debate.selectors import invitations
from debate.web.answers import for_people, on_debate, once, page, sign_in_first, signed_in
from debate.web.forms import InvitationForm
from debate.web.participations import PAGE, shown, tried


@require_POST
@on_debate
@for_people(PAGE)
def create(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    """Make a link to join by; the form comes back where it is refused."""
    form = InvitationForm(request.POST, auto_id="id_invitation_%s")

    def once_made(data: dict[str, Any]) -> dict[str, int]:
        asked = {name: data[name] for name in ("role", "uses", "note", "shows_question")}

        def do() -> dict[str, int]:
            made = actions.create(debate, by=user, days=int(data["days"]), **asked)
            return {"invitation": made.pk}

        return once(request, data, by=user, do=do)

    made = tried(form, once_made)
    if made is None:
        rules.require(rules.may_look_after(debate, user))
        return shown(request, debate, invitation_form=form)
    messages.success(request, gettext("The link is made. Copy it and send it to whom you invite."))
    return redirect(f"{reverse(PAGE, args=[debate.slug])}#invitation-{made['invitation']}")


@require_POST
@on_debate
@for_people(PAGE)
def revoke(request: HttpRequest, debate: Debate, user: User, pk: int) -> HttpResponse:
    """End a link at once."""
    try:
        actions.revoke(debate, pk, by=user)
    except Invitation.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, gettext("The link is revoked. Who joined by it stays."))
    return redirect(PAGE, slug=debate.slug)


@never_cache
@require_safe
def detail(request: HttpRequest, token: str) -> HttpResponse:
    """What a link leads to; the same 404 for all links that are not good for whoever opens it."""
    found = _good(request, token)
    user = signed_in(request)
    context = {
        "invitation": found,
        "joins": user is not None and bool(rules.may_join(user)),
        "takes_part": user is not None and invitations.takes_part(found.debate, user),
    }
    return page(request, "debate/invitations/detail.html", context)


@never_cache
@require_POST
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Join the debate of a link; visitors sign in or up first, and come back to it."""
    _good(request, token)
    user = signed_in(request)
    if user is None:
        return sign_in_first(request, reverse("debate:invitation-detail", args=[token]))
    try:
        debate = actions.join(token, by=user)
    except Invitation.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, gettext("You take part now."))
    return redirect("debate:debate-detail", slug=debate.slug)


def _good(request: HttpRequest, token: str) -> Invitation:
    try:
        return invitations.invitation(token, request.user)
    except Invitation.DoesNotExist as error:
        raise Http404 from error
