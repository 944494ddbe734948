from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from debate import moderating, rules
from debate.actions import notifying
from debate.actions import structure as actions
from debate.actions.refusals import Conflict, LimitReached
from debate.models import Appeal, ModerationAct
from debate.selectors import acts
from debate.web.answers import (
    for_people,
    page,
    refuse,
    sign_in_first,
    signed_in,
    takes_form,
)
from debate.web.structure_forms import AppealForm, ReasonForm, WhyForm


def on_act(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the act of its address; 404 where there is none for the viewer."""

    @wraps(view)
    def found(request: HttpRequest, pk: int, *args: Any) -> HttpResponse:
        try:
            act = acts.act(pk, request.user)
        except ModerationAct.DoesNotExist as error:
            raise Http404 from error
        return view(request, act, *args)

    return found


@require_safe
@on_act
def detail(request: HttpRequest, act: ModerationAct) -> HttpResponse:
    """An act: what was done, why, by whom; whom it concerns appeals here, moderators undo it."""
    return _shown(request, act)


def _shown(
    request: HttpRequest, act: ModerationAct, *, form: Form | None = None, decides: bool = False
) -> HttpResponse:
    user = signed_in(request)
    if user is not None and act.debate_id is None:
        notifying.look_into(act.pk, by=user)
    told = acts.told(act, request.user)
    context = {
        "told": told,
        "act": act,
        "debate": act.debate,
        "appeal_form": form if form is not None and not decides else AppealForm(),
        "decide_form": form if form is not None and decides else WhyForm(),
        "may_undo": user is not None and told.stands and bool(moderating.may_undo(act, user)),
        "may_appeal": user is not None
        and told.stands
        and told.appeal is None
        and bool(moderating.may_appeal(act, user)),
    }
    return page(request, "debate/acts/detail.html", context, refused=form is not None)


@require_safe
def own_suspension(request: HttpRequest) -> HttpResponse:
    """Lead whoever may only read to the act that says why, until when, and takes their appeal."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    act = acts.of_suspension(user)
    if act is None:
        raise Http404
    return redirect("debate:act-detail", pk=act.pk)


@takes_form
@on_act
@for_people()
def undo(request: HttpRequest, act: ModerationAct, user: User) -> HttpResponse:
    """The form that undoes an act, and the undoing."""
    rules.require(moderating.may_undo(act, user))
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            actions.undo(act, by=user, **form.cleaned_data)
            return redirect("debate:act-detail", pk=act.pk)
        except ValidationError as error:
            refuse(form, error)
        except (Conflict, PermissionDenied) as error:
            form.add_error(None, str(error))
    context = {
        "debate": act.debate,
        "form": form,
        "word": gettext("Undo: %(act)s") % {"act": acts.told(act, user).word},
        "told": gettext("All is put back as it was before, or nothing is done."),
        "at": request.path,
        "button": gettext("Undo it"),
    }
    return page(request, "debate/structure/why.html", context, refused=form.is_bound)


@require_POST
@on_act
@for_people("debate:act-detail")
def appeal(request: HttpRequest, act: ModerationAct, user: User) -> HttpResponse:
    """Appeal against an act."""
    rules.require(moderating.may_appeal(act, user))
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            actions.appeal(act, by=user, text=form.cleaned_data["text"].replace("\r\n", "\n"))
            return redirect("debate:act-detail", pk=act.pk)
        except ValidationError as error:
            refuse(form, error)
        except (Conflict, LimitReached) as error:
            form.add_error(None, str(error))
    return _shown(request, act, form=form)


@require_POST
@on_act
@for_people("debate:act-detail")
def decide(request: HttpRequest, act: ModerationAct, user: User) -> HttpResponse:
    """Let an act stand that was appealed against, or undo it."""
    appealed = Appeal.objects.filter(act=act).first()
    if appealed is None:
        raise Http404
    appealed.act = act
    rules.require(moderating.may_decide(appealed, user))
    form = WhyForm(request.POST)
    if form.is_valid():
        do = actions.overturn if request.POST.get("decision") == "overturn" else actions.uphold
        try:
            do(appealed, by=user, reason=form.cleaned_data["reason"])
            return redirect("debate:act-detail", pk=act.pk)
        except ValidationError as error:
            refuse(form, error)
        except (Conflict, PermissionDenied) as error:
            form.add_error(None, str(error))
    return _shown(request, act, form=form, decides=True)
