from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.http import number
from accounts.models import User
from debate import grammar, rules
from debate.actions import reliances as actions
from debate.actions.refusals import Conflict
from debate.models import Reliance, Statement
from debate.selectors import reliances, sides, statements, threads
from debate.selectors.sides import Side, Sides
from debate.web.answers import (
    act,
    for_people,
    is_fragment,
    on_statement,
    page,
    refuse,
    signed_in,
    takes_form,
)
from debate.web.forms import RelianceForm

SAID = ("words", "now", "otherwise")


def of(
    request: HttpRequest,
    claim: Statement,
    among: Sides | None,
    form: RelianceForm | None = None,
    **more: Any,
) -> dict[str, Any] | None:
    """What rests on a claim, and the form for one's own word; None where nothing can rest on it.

    One query.
    """
    if claim.is_gone or not grammar.takes_truth(claim) or among is None:
        return None
    user = signed_in(request)
    groups, own = reliances.on(claim, among.sides, user)
    held = _held(claim, user, among)
    form = form or _form_for(request, held, own)
    return {
        "claim": claim,
        "groups": groups,
        "own": own,
        "lapsed": _lapsed(own, held, among),
        "held": held,
        "sides": [side for side in among.sides if side.position.pk != claim.pk],
        "form": form,
        "open": form.is_bound and bool(form.errors),
        "refusal": rules.may_mark(claim, user).reason if user else "",
        **more,
    }


def _held(claim: Statement, user: User | None, among: Sides) -> list[Side]:
    """The positions of this person's that may rest on the claim."""
    holding = among.holding.get(user.pk, []) if user else []
    own = [side for side in among.sides if side.position.pk in holding]
    return [side for side in own if side.position.pk != claim.pk]


def _lapsed(own: dict[int, Reliance], held: list[Side], among: Sides) -> list[Side]:
    """The positions one said it of, and holds no more."""
    holds = {side.position.pk for side in held}
    said = [side for side in among.sides if side.position.pk in own]
    return [side for side in said if side.position.pk not in holds]


def _form_for(request: HttpRequest, held: list[Side], own: dict[int, Reliance]) -> RelianceForm:
    """The form with what one said before, of the position asked for or of one's only one."""
    asked = request.GET.get("position", "")
    chosen = next((side for side in held if str(side.position.pk) == asked), None)
    if chosen is None and len(held) == 1:
        chosen = held[0]
    if chosen is None:
        return RelianceForm()
    known = own.get(chosen.position.pk)
    said = {name: getattr(known, name) for name in SAID} if known else {}
    return RelianceForm(initial={"position": chosen.position.pk, **said})


@takes_form
@on_statement
@for_people()
def rely(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """The form that says that a position of one's own rests on the claim, and the saying."""
    if request.method != "POST":
        return _form(request, statement, user)
    form = RelianceForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            position = _position(statement, data["position"])
            actions.rely(position, by=user, claim=statement, **{name: data[name] for name in SAID})
            return _done(request, statement, user, gettext("Saved."))
        except ValidationError as error:
            refuse(form, error)
    return _form(request, statement, user, form)


def _position(claim: Statement, pk: int | None) -> Statement:
    if position := reliances.position(claim, pk):
        return position
    raise actions.not_held()


def _form(
    request: HttpRequest, statement: Statement, user: User, form: RelianceForm | None = None
) -> HttpResponse:
    refused = form is not None
    rests = of(request, statement, sides.of_debate(statement.debate_id, [user.pk]), form)
    if rests is None:
        raise Http404
    if is_fragment(request):
        return page(request, "debate/cruxes/_rests.html", {"rests": rests}, refused=refused)
    fragment, context = "debate/cruxes/_rely.html", {"rests": rests}
    return act(
        request, statement, gettext("What rests on %(label)s"), fragment, context, refused=refused
    )


@require_POST
@on_statement
@for_people("debate:statement-detail")
def release(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """Take back that a position of one's own rests on the claim; HTMX is offered an undo."""
    try:
        position = _position(statement, number(request.POST.get("position", "")))
        known = reliances.own(statement, user).get(position.pk)
        actions.release(position, by=user, claim=statement)
    except (Conflict, ValidationError):  # it is back already
        return _done(request, statement, user, gettext("There was nothing to take back."))
    return _done(request, statement, user, gettext("Taken back."), known)


def _done(
    request: HttpRequest,
    statement: Statement,
    user: User,
    word: str,
    undo: Reliance | None = None,
) -> HttpResponse:
    if not is_fragment(request):
        messages.success(request, word)
        return redirect(f"{reverse('debate:statement-detail', args=[statement.pk])}#rests")
    among = sides.of_debate(statement.debate_id, [user.pk])
    rests = of(request, statement, among, word=word, undo=undo)
    row = threads.alone(statements.statement(statement.pk, user), user)
    return page(request, "debate/cruxes/_relied.html", {"rests": rests, "row": row})
