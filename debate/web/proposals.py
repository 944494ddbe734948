"""Proposals: what people and bots suggest to change in a debate, and deciding on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.http import number
from accounts.models import User
from debate import proposing, rules
from debate.actions import notifying
from debate.actions import proposals as actions
from debate.actions.proposals import Wanted
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, Proposal, Statement
from debate.models.proposals import ProposalKind
from debate.selectors import gathering, previews, proposals, statements, threads
from debate.selectors.listings import Cut
from debate.web.answers import (
    for_people,
    on_debate,
    once,
    page,
    refuse,
    sign_in_first,
    signed_in,
    takes_form,
)
from debate.web.forms import new_key
from debate.web.proposal_forms import DecisionForm, ProposalForm

PAGE = 30
SHOWS = ("open", "own", "decided")
DETAIL = "debate:proposal-detail"


def on_proposal(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the proposal of its address; 404 where there is none for the viewer."""

    @wraps(view)
    def found(request: HttpRequest, pk: int, *args: Any, **more: Any) -> HttpResponse:
        try:
            proposal = proposals.proposal(pk, request.user)
        except Proposal.DoesNotExist as error:
            raise Http404 from error
        return view(request, proposal, *args, **more)

    return found


@require_safe
@on_debate
def index(request: HttpRequest, debate: Debate) -> HttpResponse:
    """The proposals of a debate: those that wait, one's own or the decided; `?before=` goes on."""
    show, before = request.GET.get("show", "open"), number(request.GET.get("before", ""))
    if show not in SHOWS:
        raise Http404
    cut = Cut(PAGE, after=before or None)
    part = proposals.page(debate, request.user, cut, show=show)
    user = signed_in(request)
    context = {
        "debate": debate,
        "view": "proposals",
        "head": gathering.gather(debate, request.user).head,
        "rows": part.rows,
        "older": part.rows[-1].proposal.pk if part.has_next else None,
        "show": show,
        "is_first": not before,
        "may_propose": user is None or bool(proposing.may_propose(debate, user)),
    }
    return page(request, "debate/proposals/list.html", context)


# ---- proposing
@takes_form
@on_debate
def create(request: HttpRequest, debate: Debate) -> HttpResponse:
    """The form of a proposal, of the `kind` asked for and `about` a statement; and its sending."""
    user = signed_in(request)
    if request.method != "POST":
        return sign_in_first(request) if user is None else _form(request, debate, user)
    kind = _kind(request.POST.get("kind", ""), ProposalKind.CRUX)
    form = ProposalForm(kind, request.POST)
    if (made := _proposed(request, debate, user, kind, form)) is not None:
        messages.success(request, gettext("Proposed. You are told what becomes of it."))
        return redirect(DETAIL, pk=made)
    return _shown(request, debate, kind, form)


def _form(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    about = number(request.GET.get("about", ""))
    default = ProposalKind.RETYPE if about else ProposalKind.CRUX
    kind = _kind(request.GET.get("kind", ""), default)
    first = {"key": new_key()}
    if about and kind != ProposalKind.CRUX:
        first["statement"] = _about(debate, about, user).label
    return _shown(request, debate, kind, ProposalForm(kind, initial=first))


def _kind(text: str, default: ProposalKind) -> ProposalKind:
    return ProposalKind(text) if text in ProposalKind.values else default


def _about(debate: Debate, pk: int, user: User) -> Statement:
    try:
        found = statements.statement(pk, user)
    except Statement.DoesNotExist as error:
        raise Http404 from error
    if found.debate_id != debate.pk:
        raise Http404
    return found


def _proposed(
    request: HttpRequest,
    debate: Debate,
    user: User | None,
    kind: ProposalKind,
    form: ProposalForm,
) -> int | None:
    """Propose it, once for its form and words; its id, None where it was refused."""
    if user is None:
        form.add_error(
            None, gettext("You are signed out. Sign in in another tab, then send it again.")
        )
        return None
    if not form.is_valid():
        return None
    data = form.cleaned_data

    def do() -> dict[str, int]:
        sent = {name: data[name] for name in ("statement", "to") if data.get(name)}
        quote = Words(data["quote"]) if data.get("quote") else None
        wanted = Wanted(kind, **form.wanted(), quote=quote, **actions.named(debate, **sent))
        return {"proposal": actions.propose(debate, wanted, by=user, reason=data["reason"]).pk}

    try:
        return int(once(request, {"kind": str(kind), **data}, by=user, do=do)["proposal"])
    except ValidationError as error:
        refuse(form, error)
    except (Conflict, PermissionDenied) as error:
        form.add_error(None, str(error))
    return None


def _shown(
    request: HttpRequest, debate: Debate, kind: ProposalKind, form: ProposalForm
) -> HttpResponse:
    """The page of the form, with the statement it is about where that is known."""
    user = signed_in(request)
    label = str(form["statement"].value() or "") if "statement" in form.fields else ""
    try:
        about = statements.named(debate, label) if label else None
    except Statement.DoesNotExist:
        about = None
    if about is not None:
        about.debate = debate
    context = {
        "debate": debate,
        "form": form,
        "kind": str(kind),
        "kinds": ProposalKind.choices,
        "about": about,
        "row": threads.alone(about, request.user) if about else None,
        "refusal": proposing.may_propose(debate, user).reason if user else "",
    }
    return page(request, "debate/proposals/create.html", context, refused=form.is_bound)


# ---- one of them
@require_safe
@on_proposal
def detail(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """A proposal: what it would do, who proposes it and why, and what became of it."""
    if user := signed_in(request):
        notifying.look_at(proposal.pk, by=user)
    return _one(request, proposal)


def _one(
    request: HttpRequest,
    proposal: Proposal,
    *,
    accept_form: DecisionForm | None = None,
    refuse_form: DecisionForm | None = None,
) -> HttpResponse:
    user = signed_in(request)
    waits = user is not None and proposal.is_open
    shown = proposals.alone(proposal, request.user)
    context = {
        "debate": proposal.debate,
        "shown": shown,
        "preview": previews.preview(shown, request.user),
        "accept_form": accept_form or DecisionForm(auto_id="id_accept_%s"),
        "refuse_form": refuse_form or DecisionForm(auto_id="id_refuse_%s"),
        "may_accept": proposing.may_accept(proposal, user) if waits and user else None,
        "may_refuse": bool(waits and user and proposing.may_decide(proposal, user)),
        "may_withdraw": bool(waits and user and proposing.may_take_back(proposal, user)),
    }
    refused = bool(accept_form or refuse_form)
    return page(request, "debate/proposals/detail.html", context, refused=refused)


@require_POST
@on_proposal
@for_people(DETAIL)
def accept(request: HttpRequest, proposal: Proposal, user: User) -> HttpResponse:
    """Have the proposal carried out, with a reason."""
    rules.require(proposing.may_accept(proposal, user))
    form = DecisionForm(request.POST, auto_id="id_accept_%s")
    if _decided(form, lambda reason: actions.accept(proposal, by=user, reason=reason)):
        messages.success(request, gettext("Accepted and carried out."))
        return redirect(DETAIL, pk=proposal.pk)
    return _one(request, proposals.proposal(proposal.pk, user), accept_form=form)


@require_POST
@on_proposal
@for_people(DETAIL)
def refuse_it(request: HttpRequest, proposal: Proposal, user: User) -> HttpResponse:
    """Decide against the proposal, with a reason."""
    rules.require(proposing.may_decide(proposal, user))
    form = DecisionForm(request.POST, auto_id="id_refuse_%s")
    if _decided(form, lambda reason: actions.refuse(proposal, by=user, reason=reason)):
        messages.success(request, gettext("Refused. Who proposed it is told why."))
        return redirect(DETAIL, pk=proposal.pk)
    return _one(request, proposals.proposal(proposal.pk, user), refuse_form=form)


def _decided(form: DecisionForm, do: Callable[[str], Proposal]) -> bool:
    """Whether it was done; what was refused stands in the form."""
    if not form.is_valid():
        return False
    try:
        do(form.cleaned_data["reason"])
    except ValidationError as error:
        refuse(form, error)
    except Conflict as error:
        form.add_error(None, str(error))
    return form.is_valid()


@require_POST
@on_proposal
@for_people(DETAIL)
def withdraw(request: HttpRequest, proposal: Proposal, user: User) -> HttpResponse:
    """Take back what one, or one's bot, has proposed."""
    try:
        actions.withdraw(proposal, by=user)
        messages.success(request, gettext("Withdrawn."))
    except Conflict as error:
        messages.warning(request, str(error))
    return redirect(DETAIL, pk=proposal.pk)
