from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from debate import rules
from debate.actions import moderation
from debate.actions import statements as actions
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Statement
from debate.models.statements import ROOTS, Kind
from debate.selectors import statements, threads
from debate.text import markdown
from debate.web.answers import (
    back_to,
    is_fragment,
    on_statement,
    once,
    page,
    refuse,
    sign_in_first,
    signed_in,
)
from debate.web.forms import EditForm, ReplyForm, ReportForm, new_key

ANSWERS = [kind for kind in Kind if kind not in ROOTS]


@require_safe
@on_statement
def detail(request: HttpRequest, statement: Statement) -> HttpResponse:
    """A statement's own page: the line that leads to it, the statement, what stands under it."""
    after = request.GET.get("after", "")
    try:
        tree = threads.under(statement, request.user, after=int(after) if after else None)
    except (ValueError, Statement.DoesNotExist) as error:
        raise Http404 from error
    user = signed_in(request)
    context = {
        "debate": statement.debate,
        "tree": tree,
        "more_at": reverse("debate:statement-detail", args=[statement.pk]),
        "may_answer": user is not None and bool(rules.may_write(statement.debate, user)),
    }
    if after and is_fragment(request):
        return page(request, "debate/statements/_more.html", context)
    context |= {
        "revisions": statements.revisions(statement, request.user),
        "refusal": _refusal(statement, user),
        "composer": _composer(statement, user, request, under="page") if user else None,
        "report_form": ReportForm(),
    }
    return page(request, "debate/statements/detail.html", context)


def _refusal(statement: Statement, user: User | None) -> str:
    """Why this person cannot answer here; empty where they can or nobody has signed in."""
    return rules.may_reply(statement, user).reason if user else ""


def _composer(
    statement: Statement,
    user: User | None,
    request: HttpRequest,
    form: ReplyForm | None = None,
    *,
    under: str = "",
) -> dict[str, Any]:
    """What the form that answers needs; what was sent comes back in it."""
    kinds = rules.what_may_answer(statement, user) if user else ANSWERS
    sent = request.POST if request.method == "POST" else request.GET
    values = {name: sent.get(name, "") for name in ReplyForm.base_fields}
    if request.method == "GET":
        values |= {"before": sent.get("prefix", ""), "after": sent.get("suffix", "")}
    values["kind"] = values["kind"] if values["kind"] in kinds else ""
    values |= {"key": values["key"] or new_key(), "under": values["under"] or under}
    if sent.get("then") == "whole":
        values |= {"quote": "", "before": "", "after": ""}
    return {
        "to": statement,
        "kinds": kinds,
        "can_miss_the_point": statement.parent_id is not None,
        "values": values,
        "errors": form.errors if form else {},
        "preview": "",
    }


@on_statement
def reply(request: HttpRequest, statement: Statement) -> HttpResponse:
    """The form that answers a statement, and its publication."""
    if request.method == "POST":
        return _reply_sent(request, statement)
    if "cancel" in request.GET:
        return HttpResponse() if is_fragment(request) else back_to(request, statement)
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    return _form(request, statement, _composer(statement, user, request))


def _reply_sent(request: HttpRequest, statement: Statement) -> HttpResponse:
    user, then = signed_in(request), request.POST.get("then")
    if then == "preview":
        return _preview(request, statement)
    if then == "whole":
        return _form(request, statement, _composer(statement, user, request))
    form = ReplyForm(request.POST)
    if user is None:
        form.add_error(None, "You are signed out. Sign in in another tab, then publish again.")
    elif form.is_valid():
        try:
            made = _publish(request, statement, user, form)
            return _replied(request, statement, made)
        except ValidationError as error:
            refuse(form, error)
        except (Conflict, PermissionDenied) as error:
            form.add_error(None, str(error))
    return _form(request, statement, _composer(statement, user, request, form), refused=True)


def _publish(request: HttpRequest, statement: Statement, user: User, form: ReplyForm) -> int:
    """Publish the reply, once for its form and words; returns the id of the statement."""
    data = form.cleaned_data

    def do() -> dict[str, int]:
        words = Words(data["quote"], data["before"], data["after"]) if data["quote"] else None
        made = actions.reply(
            statement,
            by=user,
            kind=data["kind"],
            on=data["on"] if data["kind"] == Kind.OBJECTION else "",
            body=data["body"],
            quote=words,
        )
        return {"statement": made.pk}

    return int(once(request, form, by=user, do=do)["statement"])


def _replied(request: HttpRequest, statement: Statement, made: int) -> HttpResponse:
    if not is_fragment(request):
        return redirect(f"{reverse('debate:statement-detail', args=[made])}")
    user = request.user
    answered = threads.alone(statements.statement(statement.pk, user), user)
    context = {
        "row": threads.alone(statements.statement(made, user), user),
        "parent": answered,
        "under": request.POST.get("under", ""),
        "may_answer": True,
    }
    return page(request, "debate/statements/_replied.html", context)


def _preview(request: HttpRequest, statement: Statement) -> HttpResponse:
    try:
        html = markdown.render(request.POST.get("body", ""))
    except ValueError as error:
        html = markdown.render(str(error))
    if is_fragment(request):
        return page(request, "debate/statements/_preview.html", {"html": html})
    composer = _composer(statement, signed_in(request), request) | {"preview": html}
    return _form(request, statement, composer)


def _form(
    request: HttpRequest, statement: Statement, composer: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    context = {"composer": composer, "refusal": _refusal(statement, signed_in(request))}
    return _act(request, statement, "Answer", "_composer.html", context, refused=refused)


def _act(
    request: HttpRequest,
    statement: Statement,
    word: str,
    fragment: str,
    context: dict[str, Any],
    *,
    refused: bool = False,
) -> HttpResponse:
    """What one does to a statement: the form alone for HTMX, else a page with both."""
    context |= {"debate": statement.debate, "statement": statement}
    fragment = f"debate/statements/{fragment}"
    if is_fragment(request):
        return page(request, fragment, context, refused=refused)
    context |= {"word": word, "fragment": fragment, "row": threads.alone(statement, request.user)}
    return page(request, "debate/statements/act.html", context, refused=refused)


@on_statement
def edit(request: HttpRequest, statement: Statement) -> HttpResponse:
    """The form that changes one's words, and the change."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    rules.require(rules.may_edit(statement, user))
    first = {"body": statement.body, "revision": statement.revision}
    form = EditForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            statement = actions.edit(statement, by=user, **form.cleaned_data)
            return _changed(request, statement, user)
        except ValidationError as error:
            refuse(form, error)
        except Conflict as error:
            form.data = {**request.POST.dict(), "revision": str(statement.revision)}
            form.add_error(None, f"{error} It is shown above yours.")
    now = markdown.render(statement.body) if form.is_bound else ""
    context = {"form": form, "now": now}
    return _act(request, statement, "Edit", "_edit.html", context, refused=form.is_bound)


@on_statement
def withdraw(request: HttpRequest, statement: Statement) -> HttpResponse:
    """Asks once more, then withdraws."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    rules.require(rules.may_withdraw(statement, user))
    if request.method == "POST":
        return _changed(request, actions.withdraw(statement, by=user), user)
    return _act(request, statement, "Withdraw", "_withdraw.html", {})


def _changed(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """The statement as it is now, in its place."""
    if not is_fragment(request):
        return back_to(request, statement)
    under = request.POST.get("under", "")
    if under == "page":  # much of it says what was changed
        return HttpResponse(headers={"HX-Refresh": "true"})
    row = threads.alone(statements.statement(statement.pk, user), user)
    context = {"row": row, "under": under, "may_answer": True}
    return page(request, "debate/statements/_changed.html", context)


@on_statement
def report(request: HttpRequest, statement: Statement) -> HttpResponse:
    """The form that tells the moderators, and the report."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    rules.require(rules.may_report(statement, user))
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            moderation.report(statement, by=user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        except Conflict as error:
            form.add_error(None, str(error))
        else:
            return _reported(request, statement)
    context = {"report_form": form}
    return _act(request, statement, "Report", "_report.html", context, refused=form.is_bound)


def _reported(request: HttpRequest, statement: Statement) -> HttpResponse:
    if is_fragment(request):
        return page(request, "debate/statements/_reported.html", {"statement": statement})
    messages.success(request, f"Thank you. A moderator will look at {statement.label}.")
    return back_to(request, statement)
