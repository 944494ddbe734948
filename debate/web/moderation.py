from __future__ import annotations

import csv
from collections.abc import Callable
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.http import number
from accounts.models import User
from debate import rules
from debate.actions import moderation as actions
from debate.actions.refusals import Conflict
from debate.models import ModerationAct, Statement
from debate.models.acts import Act
from debate.selectors import moderation
from debate.selectors.listings import Cut
from debate.selectors.moderation import Sought
from debate.text import tables
from debate.web.answers import act as act_page
from debate.web.answers import (
    for_people,
    on_statement,
    page,
    refuse,
    sign_in_first,
    signed_in,
    takes_form,
)
from debate.web.debate_forms import LogForm
from debate.web.forms import HideForm

REPORTS = 30
MOST = 10_000
COLUMNS = (
    *("when", "act", "statement", "label", "person", "debate", "question", "moderator"),
    "reason",
)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The moderators' acts for all to read, narrowed as the form says; `?before=` goes on."""
    form = LogForm(request.GET)
    sought = Sought(**form.sought()) if form.is_valid() else Sought()
    before = request.GET.get("before", "")
    try:
        found = moderation.log(request.user, sought, before=int(before) if before else None)
    except ValueError as error:
        raise Http404 from error
    kept = {name: request.GET.get(name, "") for name in form.fields}
    context = {
        "log": found,
        "form": form,
        "act": sought.act,
        "acts": [("", gettext("All")), *Act.choices],
        "is_first": not before,
        "kept": urlencode({name: value for name, value in kept.items() if value}),
        "others": urlencode({n: value for n, value in kept.items() if value and n != "act"}),
    }
    return page(request, "debate/moderation/log.html", context, refused=not form.is_valid())


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The log as CSV, narrowed as the page is; the newest of it, at most 10,000 acts."""
    form = LogForm(request.GET)
    sought = Sought(**form.sought()) if form.is_valid() else Sought()
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="moderation-log.csv"'
    writer = csv.writer(answer)
    writer.writerow(COLUMNS)
    for one in moderation.log(request.user, sought, most=MOST).entries:
        about = (one.leads_to or "", one.label, one.person, one.slug, one.question)
        row = (one.when.isoformat(), one.act, *about, one.moderator, one.reason)
        writer.writerow(tables.harmless(str(cell)) for cell in row)
    return answer


@require_safe
def own_reports(request: HttpRequest) -> HttpResponse:
    """What one has reported, and what became of it; `?before=` goes on."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    before = number(request.GET.get("before", ""))
    part = moderation.own_reports(user, Cut(REPORTS, after=before or None))
    context = {"part": part, "is_first": not before}
    return page(request, "debate/moderation/reports.html", context)


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
        except (Conflict, PermissionDenied) as error:  # whoever takes part in it may not
            form.add_error(None, str(error))
    fragment, context = (
        "debate/moderation/_decide.html",
        {"hide_form": form, "hides": do is actions.hide},
    )
    return act_page(request, statement, word, fragment, context, refused=form.is_bound)
