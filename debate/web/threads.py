"""The Thread view: a debate's tree in an order, continued, or narrowed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from accounts.models import User
from debate.actions import visits as actions
from debate.models import Debate, Statement
from debate.selectors import drafts, heads, sides, statements, threads
from debate.selectors.filters import Wanted, matches
from debate.selectors.orders import OLDEST, ORDERS, Order
from debate.selectors.threads import Thread
from debate.web import kept
from debate.web.answers import (
    for_people,
    is_fragment,
    looked,
    may_answer,
    on_debate,
    page,
    signed_in,
)
from debate.web.forms import FilterForm

MAIN = "debate/debates/_main.html"
FOLLOW = "debate/following/_debate.html"


@require_safe
@on_debate
def detail(request: HttpRequest, debate: Debate) -> HttpResponse:
    """The Thread view of a debate; `?after=` continues one tree behind a row."""
    order = ORDERS.get(request.GET.get("sort", ""), OLDEST)
    if any(request.GET.get(name) for name in FilterForm.base_fields):
        return _filtered(request, debate, order)
    if "at" in request.GET:
        return _around(request, debate)
    if "after" in request.GET:
        return _continued(request, debate, order)
    user = signed_in(request)
    context: dict[str, Any] = {"debate": debate, "main": Markup(kept.MAIN)}
    if user is None:
        main = _kept(request, debate, order).html({})
    else:
        main = _main(request, debate, order, user)
        context |= {"tray": drafts.at_hand(debate, user), **looked(request, debate, user)}
    whole = render_to_string("debate/debates/detail.html", context, request)
    return HttpResponse(kept.around(whole, main))


def _main(request: HttpRequest, debate: Debate, order: Order, user: User) -> bytes:
    """The page as this person sees it: what is kept for all, with their own rows in it."""
    kept_page = _kept(request, debate, order)
    if not threads.is_alike(kept_page.thread, user):
        thread = threads.thread(debate, user, order)
        return render_to_string(MAIN, _context(request, debate, thread, order), request).encode()
    rows = threads.personal(kept_page.thread, debate, user)
    own = {}
    if rows:
        context = {"rows": rows, "may_answer": may_answer(request, debate), **_slot(request)}
        own = kept.articles(render_to_string("debate/statements/_own_rows.html", context))
    follow = render_to_string(FOLLOW, {"debate": debate, **_slot(request)})
    return kept_page.html(own, get_token(request), follow)


def _kept(request: HttpRequest, debate: Debate, order: Order) -> kept.Kept:
    answers_too = may_answer(request, debate)

    def draw() -> tuple[Thread, str]:
        thread = threads.for_all(debate, order)
        context = _context(request, debate, thread, order) | _slot(request)
        context["follow_slot"] = Markup(kept.FOLLOW)
        with timezone.override(None):  # it is kept for readers in all zones
            return thread, render_to_string(MAIN, context)

    return kept.page(
        debate, (get_language(), order.name, request.user.is_authenticated, answers_too), draw
    )


def _slot(request: HttpRequest) -> dict[str, Any]:
    """What stands in a kept page for the person and their token: it has nothing of theirs."""
    field = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    return {
        "user": {"is_authenticated": request.user.is_authenticated},
        "csrf_input": Markup(field).format(kept.CSRF),
    }


def _context(request: HttpRequest, debate: Debate, thread: Thread, order: Order) -> dict[str, Any]:
    return {
        "debate": debate,
        "thread": thread,
        "view": "thread",
        "head": heads.head(debate, thread.sides, thread.hinges, thread.reading.viewer),
        "order": order,
        "orders": ORDERS,
        "form": FilterForm(),
        "sides": thread.sides.sides,
        "may_answer": may_answer(request, debate),
    }


def _continued(request: HttpRequest, debate: Debate, order: Order) -> HttpResponse:
    try:
        last = statements.statement(int(request.GET["after"]), request.user)
        root = statements.statement(last.root_id or last.pk, request.user)
        if order is OLDEST:
            tree = threads.under(root, request.user, after=last.pk)
        else:
            tree = threads.behind(last, root, request.user, order)
    except (ValueError, Statement.DoesNotExist) as error:
        raise Http404 from error
    if root.debate_id != debate.pk:
        raise Http404
    user = signed_in(request)
    context = {"debate": debate, "tree": tree, "order": order}
    context["may_answer"] = may_answer(request, debate)
    if is_fragment(request):
        return page(request, "debate/statements/_more.html", context)
    context["tray"] = drafts.at_hand(debate, user) if user else None
    return page(request, "debate/debates/continued.html", context | looked(request, debate, user))


def _around(request: HttpRequest, debate: Debate) -> HttpResponse:
    """The Thread around a statement: its line, what is under it, the replies next to it."""
    try:
        statement = statements.statement(int(request.GET["at"]), request.user)
    except (ValueError, Statement.DoesNotExist) as error:
        raise Http404 from error
    if statement.debate_id != debate.pk:
        raise Http404
    user = signed_in(request)
    context: dict[str, Any] = {
        "debate": debate,
        "at": statement,
        "tree": threads.around(statement, request.user),
        "may_answer": may_answer(request, debate),
        "tray": drafts.at_hand(debate, user) if user else None,
    }
    return page(request, "debate/debates/around.html", context | looked(request, debate, user))


def _filtered(request: HttpRequest, debate: Debate, order: Order) -> HttpResponse:
    """What the reader looks for, in its line; a filter that cannot be comes back with why."""
    form = FilterForm(request.GET)
    after = request.GET.get("after", "")
    context = _filter_context(request, debate, order, form)
    if form.is_valid():
        try:
            wanted, behind = Wanted(**form.cleaned_data), int(after) if after else None
            found = matches(debate, request.user, wanted, order, behind)
        except (ValueError, Statement.DoesNotExist) as error:
            raise Http404 from error
        context |= {"matches": found, "sides": found.sides.sides}
        if after and is_fragment(request):
            return page(request, "debate/statements/_matches.html", context)
    else:
        context["sides"] = sides.of_debate(debate.pk, []).sides
    user = signed_in(request)
    context |= looked(request, debate, user)
    context["tray"] = drafts.at_hand(debate, user) if user else None
    return page(request, "debate/debates/filtered.html", context, refused=not form.is_valid())


def _filter_context(
    request: HttpRequest, debate: Debate, order: Order, form: FilterForm
) -> dict[str, Any]:
    query = request.GET.copy()
    for name in ("after", "sort"):
        query.pop(name, None)
    return {
        "debate": debate,
        "form": form,
        "order": order,
        "orders": ORDERS,
        "query": query.urlencode(),
        "may_answer": may_answer(request, debate),
    }


@require_POST
@on_debate
@for_people("debate:debate-detail")
def visit(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    """Mark all as read, and go back to the view it was pressed in."""
    address = reverse("debate:debate-detail", args=[debate.slug])
    try:
        up_to = request.POST.get("up_to", "")
        actions.read(debate, by=user, up_to=int(up_to) if up_to else None)
    except (ValueError, ValidationError):  # a form of somebody's own making
        actions.read(debate, by=user)
    came_from = request.headers.get("Referer", "")
    is_here = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    path = urlsplit(came_from).path if is_here else ""
    return redirect(path if path.startswith(address) else address)
