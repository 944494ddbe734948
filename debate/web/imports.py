"""Bringing debates in: a file or text, what was found in it, choices, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from debate import rules
from debate.actions import imports as actions
from debate.actions.refusals import Conflict
from debate.formats.outline import in_words
from debate.formats.registry import FORMATS
from debate.models import Import
from debate.models.statements import ROOTS, Kind
from debate.selectors import imports
from debate.web.answers import (
    for_people,
    is_fragment,
    page,
    refuse,
    sign_in_first,
    signed_in,
    takes_form,
)
from debate.web.import_forms import ChoicesForm, ImportForm

KINDS_SHOWN = 100
"""So many rows of the tree have a choice of kinds: more would make the page too long."""
REPLIES = [kind for kind in Kind if kind not in ROOTS]


def on_import(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the import of its address and the account; 404 where it is another's."""

    @wraps(view)
    def found(request: HttpRequest, pk: int) -> HttpResponse:
        user = signed_in(request)
        if user is None:
            return sign_in_first(request)
        try:
            made = imports.imported(pk, user)
        except Import.DoesNotExist as error:
            raise Http404 from error
        try:
            return view(request, made, user)
        except Conflict as error:  # it was written or removed meanwhile
            messages.warning(request, str(error))
            return redirect("debate:import-detail", made.pk)

    return found


@takes_form
@for_people()
def create(request: HttpRequest, user: User) -> HttpResponse:
    """The form for a file, and one's latest imports; sent, the file is read and shown."""
    rules.require(rules.may_import(user))
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data, name = form.data_and_name()
        asked = form.cleaned_data["format"]
        try:
            made = actions.start(by=user, format=asked, data=data, name=name, said=form.said())
        except ValidationError as error:
            refuse(form, error)
        else:
            return redirect("debate:import-detail", made.pk)
    context = {"form": form, "latest": imports.latest(user)}
    refused = request.method == "POST"
    return page(request, "debate/imports/create.html", context, refused=refused)


@require_safe
@on_import
def detail(request: HttpRequest, made: Import, user: User) -> HttpResponse:
    """How far an import is: while it is under way HTMX asks for that part alone."""
    return _shown(request, made, _form(made, user))


def _form(made: Import, user: User, posted: Any = None) -> ChoicesForm:
    into = made.into.slug if made.into else ""
    initial = {
        "question": made.options.get("question") or made.told.get("question", ""),
        "turns_at": ", ".join(map(str, made.options.get("turns_at", ()))),
        "visibility": made.options.get("visibility"),
        "into": into,
    }
    return ChoicesForm(posted, initial=initial, targets=imports.targets(user))


def _shown(
    request: HttpRequest,
    made: Import,
    form: ChoicesForm,
    *,
    chosen: dict[str, str] | None = None,
    refused: bool = False,
) -> HttpResponse:
    """The import: with what was chosen in a form that is refused, else what was kept."""
    context: dict[str, Any] = {
        "made": made,
        "format": FORMATS[made.format].title,
        "form": form,
        "is_stuck": imports.is_stuck(made),
        "error": in_words(made.error, gettext),
        "losses": [
            {**one, "sentence": in_words(one, gettext)} for one in made.told.get("losses", ())
        ],
        "kinds": REPLIES,
        "kinds_shown": KINDS_SHOWN,
        "chosen": made.options.get("choices", {}) if chosen is None else chosen,
    }
    if is_fragment(request):
        return page(request, "debate/imports/_state.html", context, refused=refused)
    return page(request, "debate/imports/detail.html", context, refused=refused)


@require_POST
@on_import
def change(request: HttpRequest, made: Import, user: User) -> HttpResponse:
    """Choose otherwise, and see what then comes of it; or write it, by the other button."""
    form = _form(made, user, request.POST)
    chosen = form.chosen()
    if not form.is_valid():
        return _shown(request, made, form, chosen=chosen, refused=True)
    said = form.said(chosen, form.cleaned_data["into"])
    try:
        made = actions.change(made, by=user, said=said)
    except ValidationError as error:
        refuse(form, error)
        return _shown(request, made, form, chosen=chosen, refused=True)
    return redirect("debate:import-detail", made.pk)


@require_POST
@on_import
def confirm(request: HttpRequest, made: Import, user: User) -> HttpResponse:
    """Write what the preview shows; then to the debate, or to the page that says how far it is."""
    try:
        made = actions.confirm(made, by=user)
    except ValidationError as error:
        form = _form(made, user, dict(_form(made, user).initial))
        refuse(form, error)
        return _shown(request, made, form, refused=True)
    if made.debate is not None:
        messages.success(request, gettext("The debate is brought in."))
    return redirect("debate:import-detail", made.pk)


@require_POST
@on_import
def discard(request: HttpRequest, made: Import, user: User) -> HttpResponse:
    """Forget an import and its file."""
    actions.discard(made, by=user)
    messages.success(request, gettext("The import and its file are removed."))
    return redirect("debate:import-create")
