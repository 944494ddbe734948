from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.models import User
from debate.actions import debates as actions
from debate.selectors import cards, debates, drafts
from debate.web.answers import for_people, once, page, refuse, signed_in, takes_form
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


@takes_form
@for_people()
def create(request: HttpRequest, user: User) -> HttpResponse:
    """The form that starts a debate."""
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
