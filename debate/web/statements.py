from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.models import User
from debate import proposing, rules
from debate.actions import moderation, notifying, publishing
from debate.actions import statements as actions
from debate.actions.refusals import Conflict, Outdated
from debate.models import Held, Revision, Statement
from debate.models.statements import Kind
from debate.selectors import drafts, following, proposals, revisions, statements, threads, verdicts
from debate.text import markdown
from debate.web import reliances, replies
from debate.web.answers import (
    IN_PLACE,
    act,
    back_to,
    for_people,
    is_fragment,
    looked,
    may_answer,
    noted,
    on_statement,
    page,
    refuse,
    sign_in_first,
    signed_in,
    takes_form,
    waits,
)
from debate.web.forms import DropForm, EditForm, HideForm, ReportForm

EDIT = "debate/statements/_edit.html"


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
        "may_answer": may_answer(request, statement.debate),
    }
    if after and is_fragment(request):
        return page(request, "debate/statements/_more.html", context)
    context |= looked(request, statement.debate, user)
    if user:
        noted(lambda: notifying.look(statement.pk, by=user))
        context["level"] = following.level(user, statement=statement)
    origin = statements.origin(statement, request.user)
    own = origin.own_above
    context |= {
        "origin": origin,
        "changes": revisions.changes(statement, request.user),
        "minds": verdicts.minds(statement, request.user),
        "refusal": replies.refusal(statement, user),
        "composers": replies.opened(request, statement, user, "page", own) if user else [],
        "tray": drafts.at_hand(statement.debate, user) if user else None,
        "report_form": ReportForm(),
        "rests": reliances.of(request, statement, tree.sides),
        "proposals": proposals.about(statement, request.user),
        "may_propose": user is not None and bool(proposing.may_propose_about(statement, user)),
        "drop_form": DropForm(auto_id="id_drop_%s") if _may_drop(statement, user) else None,
        **(_to_hide(statement, user) if user else {}),
    }
    return page(request, "debate/statements/detail.html", context)


def _to_hide(statement: Statement, user: User) -> dict[str, Any]:
    """What hides the statement, or shows it again, for whom may; empty for others."""
    held = rules.may_hide(statement, user)
    is_hidden = statement.hidden_at is not None
    if not held or (is_hidden and not rules.may_restore(statement, user)):
        return {"structures": bool(held)}
    form = HideForm(auto_id="id_hide_%s")
    return {"hide_form": form, "hides": not is_hidden, "structures": True}


def _may_drop(statement: Statement, user: User | None) -> bool:
    is_crux = statement.kind == Kind.CRUX
    return is_crux and user is not None and bool(rules.may_drop(statement, user))


@takes_form
@on_statement
def edit(request: HttpRequest, statement: Statement) -> HttpResponse:
    """The form that changes one's words, and the change."""
    user = signed_in(request)
    if request.method == "POST":
        return _edit_sent(request, statement, user)
    if user is None:
        return sign_in_first(request)
    rules.require(rules.may_edit(statement, user))
    first = {"body": statement.body, "revision": statement.revision}
    return act(
        request,
        statement,
        gettext("Edit %(label)s"),
        EDIT,
        {"form": _edit_form(statement, initial=first)},
    )


def _edit_form(statement: Statement, sent: QueryDict | None = None, **options: Any) -> EditForm:
    """The form, with ids of its own: several may stand in a page."""
    return EditForm(sent, auto_id=f"edit-{statement.pk}-%s", **options)


def _edit_sent(request: HttpRequest, statement: Statement, user: User | None) -> HttpResponse:
    form = _edit_form(statement, request.POST)
    if user is None:
        form.add_error(
            None, gettext("You are signed out. Sign in in another tab, then save again.")
        )
    elif user.pk != statement.author_id:
        rules.require(rules.may_edit(statement, user))
    elif request.POST.get("then") == "preview":
        return _edit_previewed(request, statement)
    elif form.is_valid() and (done := _edit_tried(request, statement, user, form)) is not None:
        return done
    return act(request, statement, gettext("Edit %(label)s"), EDIT, {"form": form}, refused=True)


def _edit_tried(
    request: HttpRequest, statement: Statement, user: User, form: EditForm
) -> HttpResponse | None:
    """The answer to an edit; None where it was refused, which the form then says."""
    try:
        return _edited(request, publishing.edit(statement, by=user, **form.cleaned_data), user)
    except Outdated:
        return _outdated(request, statements.statement(statement.pk, user), user, form)
    except ValidationError as error:
        refuse(form, error)
    except (PermissionDenied, Conflict) as error:  # closed or hidden while it was written
        form.add_error(None, str(error))
    return None


def _edited(request: HttpRequest, made: Statement | Held, user: User) -> HttpResponse:
    """The statement with its new words, or where these wait."""
    if isinstance(made, Held):
        return waits(request, made.pk)
    return _changed(request, made, user)


def _edit_previewed(request: HttpRequest, statement: Statement) -> HttpResponse:
    html = replies.preview(request.POST.get("body", ""))
    if is_fragment(request):
        return page(request, "debate/statements/_preview.html", {"html": html})
    context = {"form": _edit_form(statement, initial=request.POST.dict()), "preview": html}
    return act(request, statement, gettext("Edit %(label)s"), EDIT, context)


def _outdated(
    request: HttpRequest, statement: Statement, user: User, form: EditForm
) -> HttpResponse:
    """The form with the words that were sent, and what was changed since those they began from.

    Sent again, it replaces the newest wording. The very same words sent twice are an edit done.
    """
    sent = form.cleaned_data
    if markdown.clean(sent["body"]).strip() == statement.body:
        return _changed(request, statement, user)
    try:
        meanwhile = revisions.meanwhile(statement, sent["revision"], user)
    except Revision.DoesNotExist:  # a number of somebody's own making
        meanwhile = None
    now = {**request.POST.dict(), "revision": statement.revision}
    again = _edit_form(statement, initial=now)
    context = {"form": again, "is_outdated": True, "meanwhile": meanwhile}
    return act(request, statement, gettext("Edit %(label)s"), EDIT, context, refused=True)


@takes_form
@on_statement
@for_people()
def withdraw(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """Asks once more, then withdraws."""
    rules.require(rules.may_withdraw(statement, user))
    if request.method == "POST":
        return _changed(request, actions.withdraw(statement, by=user), user)
    return act(
        request, statement, gettext("Withdraw %(label)s"), "debate/statements/_withdraw.html", {}
    )


def _changed(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """The statement as it is now, in its place."""
    if not is_fragment(request):
        return back_to(request, statement)
    under = request.POST.get("under", "")
    if under == "page":  # much of it says what was changed
        return HttpResponse(headers={"HX-Refresh": "true"})
    if under not in IN_PLACE:
        address = reverse("debate:statement-detail", args=[statement.pk])
        return HttpResponse(headers={"HX-Redirect": address})
    row = threads.alone(statements.statement(statement.pk, user), user)
    context = {"row": row, "under": under, "may_answer": True}
    return page(request, "debate/statements/_changed.html", context)


@takes_form
@on_statement
@for_people()
def report(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """The form that tells the moderators, and the report."""
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
    fragment = "debate/statements/_report.html"
    return act(
        request, statement, gettext("Report %(label)s"), fragment, context, refused=form.is_bound
    )


def _reported(request: HttpRequest, statement: Statement) -> HttpResponse:
    if is_fragment(request):
        return page(request, "debate/statements/_reported.html", {"statement": statement})
    messages.success(
        request,
        gettext("Thank you. A moderator will look at %(label)s.") % {"label": statement.label},
    )
    return back_to(request, statement)
