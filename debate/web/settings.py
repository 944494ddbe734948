from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from debate import rules
from debate.actions import settings as actions
from debate.models import Debate, Statement
from debate.models.debates import State
from debate.selectors import settings
from debate.web.answers import act, for_people, on_debate, on_statement, page, takes_form
from debate.web.debate_forms import NameForm, SettingsForm, StateForm
from debate.web.debates import grown, refuse_named, sizes
from debate.web.participations import tried

PAGE = "debate:debate-change"
OUTLINE = ("question", "background", "terms", "topics", "visibility", "bots", "slow_minutes")
SAID = {
    State.OPEN: gettext_lazy("The debate is open again."),
    State.CLOSED: gettext_lazy("The debate is closed. Reopening undoes it."),
    State.ARCHIVED: gettext_lazy("The debate is archived. Reopening undoes it."),
}


@takes_form
@on_debate
@for_people()
def change(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    """The settings of a debate, for who looks after it; refused, they come back as typed."""
    rules.require(rules.may_look_after(debate, user))
    if request.method != "POST":
        return shown(request, debate, user)
    rules.require(rules.may_change(debate, user))
    if request.POST.get("then") == "term":
        return shown(request, debate, user, form=grown(request, SettingsForm, "term"))
    form = SettingsForm(request.POST, initial=_initial(debate), **sizes(request))
    if form.is_valid():
        try:
            actions.change(debate, by=user, **_changed(form, request.POST.get("seen", "")))
            messages.success(request, gettext("Saved. The History tells what was there before."))
            return redirect(PAGE, slug=debate.slug)
        except ValidationError as error:
            refuse_named(form, error)
    return shown(request, debate, user, form=form)


def _changed(form: SettingsForm, seen: str) -> dict[str, Any]:
    """What the person changed of what they were shown, so that nobody else's change is undone."""
    try:
        known = json.loads(seen)
    except ValueError:
        known = None
    known = known if isinstance(known, dict) else {}
    sent = form.outline()
    return {name: value for name, value in sent.items() if known.get(name) != _plain(value)}


def _plain(value: Any) -> Any:
    """A field as JSON has it, without what makes no difference."""
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        return "\n".join(value.splitlines()).strip()
    parts = [_plain(one) for one in value]
    return [one for one in parts if any(one)]


def _initial(debate: Debate) -> dict[str, Any]:
    initial = {name: getattr(debate, name) for name in OUTLINE if name != "terms"}
    for number, (term, meaning) in enumerate(debate.terms, 1):
        initial |= {f"term_{number}": term, f"meaning_{number}": meaning}
    return initial


def shown(
    request: HttpRequest,
    debate: Debate,
    user: User,
    *,
    form: SettingsForm | None = None,
    state_form: StateForm | None = None,
) -> HttpResponse:
    """The page of the settings; 422 where one of its forms was refused."""
    if form is None:
        size = sizes(request, terms=len(debate.terms) + 1)
        size["topics"] = list(dict.fromkeys([*debate.topics, *size["topics"]]))
        form = SettingsForm(initial=_initial(debate), **size)
    now = {name: _plain(getattr(debate, name)) for name in OUTLINE}
    context = {
        "debate": debate,
        "form": form,
        "seen": request.POST.get("seen", "") or json.dumps(now),
        "state_form": state_form or StateForm(initial={"outcome": debate.outcome}),
        "may_change": rules.may_change(debate, user),
        "may_reword": rules.may_reword(debate, user),
        "named": settings.named(debate, user),
    }
    refused = form.is_bound or bool(state_form)
    return page(request, "debate/debates/settings.html", context, refused=refused)


@require_POST
@on_debate
@for_people(PAGE)
def set_state(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    """Close, archive or reopen the debate."""
    form = StateForm(request.POST)
    done = tried(form, lambda data: actions.set_state(debate, by=user, **data))
    if done is None:
        rules.require(rules.may_look_after(debate, user))
        return shown(request, debate, user, state_form=form)
    messages.success(request, SAID[State(done.state)])
    return redirect(PAGE, slug=debate.slug)


@takes_form
@on_statement
@for_people()
def rename(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """The form that names a position or crux, and the act; back to the settings from there."""
    rules.require(rules.may_rename(statement, user))
    form = NameForm(request.POST or None, initial={"name": statement.name})
    if form.is_bound and tried(form, lambda data: actions.rename(statement, by=user, **data)):
        messages.success(request, gettext("Renamed."))
        if request.POST.get("from") == "settings":
            return redirect(PAGE, slug=statement.debate.slug)
        return redirect("debate:statement-detail", pk=statement.pk)
    context = {"name_form": form}
    fragment = "debate/statements/_rename.html"
    return act(request, statement, gettext("Rename"), fragment, context, refused=form.is_bound)
