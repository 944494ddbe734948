from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.models import User
from debate import rules
from debate.actions import cruxes as actions
from debate.actions import publishing
from debate.actions.refusals import Conflict
from debate.models import Debate, Held, Statement
from debate.web import replies
from debate.web.answers import (
    act,
    for_people,
    is_fragment,
    on_debate,
    on_statement,
    once,
    page,
    refuse,
    sign_in_first,
    signed_in,
    takes_form,
    waits,
)
from debate.web.forms import CruxForm, DropForm, new_key


@takes_form
@on_debate
def create(request: HttpRequest, debate: Debate) -> HttpResponse:
    """The form that puts a crux forward, its preview, and its publication."""
    user, then = signed_in(request), request.POST.get("then")
    if user is None and request.method != "POST":
        return sign_in_first(request)
    if then == "preview":
        return _preview(request, debate)
    form = CruxForm(request.POST if request.method == "POST" else None, initial={"key": new_key()})
    made = _put_forward(request, debate, user, form) if request.method == "POST" else None
    if made and "held" in made:
        return waits(request, made["held"])
    if made:
        messages.success(
            request, gettext("Put forward. Say whether it is true, and what rests on it.")
        )
        return redirect("debate:statement-detail", pk=made["statement"])
    return _form(request, debate, form, refused=form.is_bound)


def _put_forward(
    request: HttpRequest, debate: Debate, user: User | None, form: CruxForm
) -> dict[str, int] | None:
    """Send the crux, once for its form and words; what it is now, None where it was refused."""
    if user is None:
        form.add_error(
            None, gettext("You are signed out. Sign in in another tab, then publish again.")
        )
        return None
    if not form.is_valid():
        return None
    data = form.cleaned_data

    def do() -> dict[str, int]:
        made = publishing.crux(debate, by=user, name=data["name"], body=data["body"])
        return {"held" if isinstance(made, Held) else "statement": made.pk}

    try:
        return once(request, data, by=user, do=do)
    except ValidationError as error:
        refuse(form, error)
    except (Conflict, PermissionDenied) as error:
        form.add_error(None, str(error))
    return None


def _preview(request: HttpRequest, debate: Debate) -> HttpResponse:
    html = replies.preview(request.POST.get("body", ""))
    if is_fragment(request):
        return page(request, "debate/statements/_preview.html", {"html": html})
    return _form(request, debate, CruxForm(initial=request.POST.dict()), preview=html)


def _form(
    request: HttpRequest,
    debate: Debate,
    form: CruxForm,
    *,
    preview: str = "",
    refused: bool = False,
) -> HttpResponse:
    user = signed_in(request)
    refusal = rules.may_write(debate, user).reason if user else ""
    context = {"debate": debate, "form": form, "refusal": refusal, "preview": preview}
    return page(request, "debate/cruxes/create.html", context, refused=refused)


@takes_form
@on_statement
@for_people()
def drop(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """The form that drops a crux with a reason, and the act."""
    rules.require(rules.may_drop(statement, user))
    form = DropForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.drop(statement, by=user, reason=form.cleaned_data["reason"])
            return _to(statement)
        except ValidationError as error:
            refuse(form, error)
        except Conflict as error:
            form.add_error(None, str(error))
    fragment, context = "debate/cruxes/_drop.html", {"drop_form": form}
    return act(
        request, statement, gettext("Drop %(label)s"), fragment, context, refused=form.is_bound
    )


@require_POST
@on_statement
@for_people("debate:statement-detail")
def take_up(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """Take a dropped crux up again."""
    try:
        actions.take_up(statement, by=user)
    except Conflict as error:
        messages.warning(request, str(error))
    return _to(statement)


def _to(statement: Statement) -> HttpResponse:
    return redirect("debate:statement-detail", pk=statement.pk)
