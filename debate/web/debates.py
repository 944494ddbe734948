from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from debate.actions import debates as actions
from debate.models import Debate, Statement
from debate.selectors import cards, debates, drafts, heads, statements, threads
from debate.web import kept
from debate.web.answers import (
    is_fragment,
    may_answer,
    on_debate,
    once,
    page,
    refuse,
    sign_in_first,
    signed_in,
)
from debate.web.forms import DebateForm, new_key

PER_PAGE = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Home: the debates, the latest turn first."""
    found = Paginator(debates.debates(request.user), PER_PAGE).get_page(request.GET.get("page"))
    user = signed_in(request)
    context = {
        "page": found,
        "cards": cards.cards(list(found), request.user),
        "waiting": drafts.waiting(user) if user else [],
    }
    return page(request, "debate/debates/list.html", context)


@require_safe
@on_debate
def detail(request: HttpRequest, debate: Debate) -> HttpResponse:
    """The Thread view of a debate; `?after=` continues one tree behind a row."""
    if "after" in request.GET:
        return _continued(request, debate)
    if signed_in(request) is not None:
        return page(request, "debate/debates/detail.html", _thread(request, debate))

    def main() -> str:
        return render_to_string("debate/debates/_main.html", _thread(request, debate), request)

    context = {"debate": debate, "main": kept.main(debate, main)}
    return page(request, "debate/debates/detail.html", context)


def _thread(request: HttpRequest, debate: Debate) -> dict[str, Any]:
    thread = threads.thread(debate, request.user)
    user = signed_in(request)
    return {
        "debate": debate,
        "tray": drafts.tray(debate, user) if user else None,
        "thread": thread,
        "view": "thread",
        "head": heads.head(thread.sides, thread.hinges, request.user),
        "may_answer": may_answer(request, debate),
    }


def _continued(request: HttpRequest, debate: Debate) -> HttpResponse:
    try:
        last = statements.statement(int(request.GET["after"]), request.user)
        root = statements.statement(last.root_id or last.pk, request.user)
        tree = threads.under(root, request.user, after=last.pk)
    except (ValueError, Statement.DoesNotExist) as error:
        raise Http404 from error
    if root.debate_id != debate.pk:
        raise Http404
    user = signed_in(request)
    context = {"debate": debate, "tree": tree, "may_answer": may_answer(request, debate)}
    context["tray"] = drafts.tray(debate, user) if user and not is_fragment(request) else None
    whole = "debate/debates/continued.html"
    return page(
        request, "debate/statements/_more.html" if is_fragment(request) else whole, context
    )


def create(request: HttpRequest) -> HttpResponse:
    """The form that starts a debate."""
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    form = DebateForm(request.POST or None, initial={"key": new_key()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> dict[str, str]:
            return {"slug": actions.start(by=user, **_debate_fields(data)).slug}

        try:
            made = once(request, data, by=user, do=do)
            return redirect("debate:debate-detail", slug=made["slug"])
        except ValidationError as error:
            refuse(form, _as_form_fields(error))
    context = {"form": form}
    return page(request, "debate/debates/create.html", context, refused=form.is_bound)


def _debate_fields(data: dict[str, str]) -> dict[str, Any]:
    stands = [actions.Stand(data["own_name"], data["own_body"])]
    if data["other_name"].strip() or data["other_body"].strip():
        stands.append(actions.Stand(data["other_name"], data["other_body"]))
    kept = ("question", "background", "visibility")
    return {"positions": stands, **{field: data[field] for field in kept}}


def _as_form_fields(error: ValidationError) -> ValidationError:
    """What the action says of positions, said of the form's fields."""
    names = {
        f"positions.{i}.{part}": f"{whose}_{part}"
        for i, whose in enumerate(("own", "other"))
        for part in ("name", "body")
    }
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError({names.get(k, k): v for k, v in error.error_dict.items()})
