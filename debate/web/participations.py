from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.http import number
from accounts.models import User
from debate import rules
from debate.actions import participations as actions
from debate.actions.refusals import Conflict
from debate.models import Debate, Participation
from debate.models.debates import Role
from debate.selectors import participations
from debate.web.answers import for_people, on_debate, page, refuse
from debate.web.forms import InvitationForm, MemberForm, RoleForm, new_key

PAGE = "debate:participation-list"


@require_safe
@on_debate
def people(request: HttpRequest, debate: Debate) -> HttpResponse:
    """Who looks after a debate, who takes part, who is suspended there; and the links to join by.

    `?after=` goes on with those who take part.
    """
    return shown(request, debate)


@require_POST
@on_debate
@for_people(PAGE)
def add(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    """Add somebody by username; the form comes back where it is refused."""
    form = MemberForm(request.POST, auto_id="id_member_%s")
    sent = tried(form, lambda data: actions.add(debate, by=user, **data))
    if sent is None:
        rules.require(rules.may_look_after(debate, user))
        return shown(request, debate, member_form=form)
    if sent.role == Role.FACILITATOR:
        told = gettext("%(name)s takes part now, as facilitator.")
    else:
        told = gettext("%(name)s takes part now, as participant.")
    messages.success(request, told % {"name": sent.person.shown_name})
    return redirect(PAGE, slug=debate.slug)


@require_POST
@on_debate
@for_people(PAGE)
def change(request: HttpRequest, debate: Debate, user: User, username: str) -> HttpResponse:
    """Give somebody who takes part another role."""
    rules.require(rules.may_look_after(debate, user))
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    role = form.cleaned_data["role"]
    if role == Role.FACILITATOR:
        told = gettext("%(name)s is a facilitator now.")
    else:
        told = gettext("%(name)s is a participant now.")

    def do(person: User) -> str:
        actions.change(debate, person, by=user, role=role)
        return told % {"name": person.shown_name}

    return _done(request, debate, user, username, do)


@require_POST
@on_debate
@for_people(PAGE)
def remove(request: HttpRequest, debate: Debate, user: User, username: str) -> HttpResponse:
    """Remove somebody from the people of a debate, or leave it oneself."""

    def do(person: User) -> str:
        actions.remove(debate, person, by=user)
        if person.pk == user.pk:
            return gettext("You have left “%(question)s”.") % {"question": debate.question}
        return gettext("%(shown_name)s takes part no more.") % {"shown_name": person.shown_name}

    return _done(request, debate, user, username, do)


def _done(
    request: HttpRequest,
    debate: Debate,
    user: User,
    username: str,
    do: Callable[[User], str],
) -> HttpResponse:
    """Do it to one of the people the viewer may know of, say so, and go where one may still be."""
    try:
        messages.success(request, do(participations.member(debate, username, user)))
    except Participation.DoesNotExist as error:
        raise Http404 from error
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except Conflict as error:
        messages.error(request, str(error))
    here = Debate.objects.visible_to(user).filter(pk=debate.pk).exists()
    return redirect(PAGE, slug=debate.slug) if here else redirect("debate:debate-list")


def tried(form: Form, do: Callable[[dict[str, Any]], Any]) -> Any:
    """What came of a form's words; None where its shape or the action refused them."""
    if not form.is_valid():
        return None
    try:
        return do(form.cleaned_data)
    except ValidationError as error:
        refuse(form, error)
    except Conflict as error:
        form.add_error(None, str(error))
    return None


def shown(
    request: HttpRequest,
    debate: Debate,
    *,
    member_form: MemberForm | None = None,
    invitation_form: InvitationForm | None = None,
) -> HttpResponse:
    """The page of a debate's people; 422 where one of its forms was refused."""
    after = number(request.GET.get("after", ""))
    found = participations.people(debate, request.user, after)
    fresh = InvitationForm(initial={"key": new_key()}, auto_id="id_invitation_%s")
    links = [
        (one, request.build_absolute_uri(reverse("debate:invitation-detail", args=[one.token])))
        for one in found.invitations
    ]
    context = {
        "debate": debate,
        "view": "people",
        "head": found.head,
        "people": found,
        "links": links,
        "member_form": member_form or MemberForm(auto_id="id_member_%s"),
        "invitation_form": invitation_form or fresh,
        "is_first": not after,
    }
    refused = bool(member_form or invitation_form)
    return page(request, "debate/participations/list.html", context, refused=refused)
