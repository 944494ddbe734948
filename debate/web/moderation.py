from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.models import User
from debate import rules
from debate.actions import moderation as actions
from debate.actions.refusals import Conflict
from debate.models import ModerationAct, Statement
from debate.models.acts import Act
from debate.selectors import moderation
from debate.web.answers import act as act_page
from debate.web.answers import for_people, on_statement, page, refuse, takes_form
from debate.web.forms import HideForm


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The moderators' acts for all to read; `?act=` picks one kind, `?before=` goes on."""
    act = request.GET.get("act", "")
    before = request.GET.get("before", "")
    try:
        found = moderation.log(request.user, act=act, before=int(before) if before else None)
    except ValueError as error:
        raise Http404 from error
    context = {
        "log": found,
        "act": act if act in Act.values else "",
        "acts": [("", "All"), *Act.choices],
        "is_first": not before,
    }
    return page(request, "debate/moderation/log.html", context)


@takes_form
@on_statement
@for_people()
def hide(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """The form that hides a statement with a reason, and the act."""
    rules.require(rules.may_hide(statement, user))
    return _decided(request, statement, user, gettext("Hide %(label)s"), actions.hide)


@takes_form
@on_statement
@for_people()
def restore(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """The form that shows a hidden statement again, and the act."""
    rules.require(rules.may_restore(statement, user))
    return _decided(request, statement, user, gettext("Restore %(label)s"), actions.restore)


def _decided(
    request: HttpRequest,
    statement: Statement,
    user: User,
    word: str,
    do: Callable[..., ModerationAct],
) -> HttpResponse:
    form = HideForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            do(statement, by=user, reason=form.cleaned_data["reason"])
            return redirect("debate:statement-detail", pk=statement.pk)
        except ValidationError as error:
            refuse(form, error)
        except Conflict as error:
            form.add_error(None, str(error))
    fragment, context = (
        "debate/moderation/_decide.html",
        {"hide_form": form, "hides": do is actions.hide},
    )
    return act_page(request, statement, word, fragment, context, refused=form.is_bound)
