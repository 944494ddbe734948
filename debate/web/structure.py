from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from debate import moderating, rules
from debate.actions import rehearsing
from debate.actions import structure as actions
from debate.actions.refusals import Conflict
from debate.models import Debate, Link, ModerationAct, Statement
from debate.models.statements import CLAIMS, Kind
from debate.selectors import acts, statements, threads
from debate.web.answers import for_people, on_debate, on_statement, page, refuse, takes_form
from debate.web.composer import ANSWERS
from debate.web.structure_forms import LinkForm, ReasonForm, RetypeForm, SplitForm, ToForm

Data = Mapping[str, Any]
Do = Callable[[Statement, User, Data], ModerationAct]


@dataclass(frozen=True, slots=True)
class Verb:
    """An act on a statement as its page shows it. `kinds`: of which statements it can be done."""

    name: str
    word: str | Promise
    told: str | Promise
    form: type[Form]
    do: Do
    kinds: Collection[str] = tuple(Kind)


@require_safe
@on_statement
@for_people()
def detail(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
    """What can be done to how a statement hangs together with others, and what was done."""
    rules.require(moderating.may_lock(statement.debate, user))
    context = {
        "debate": statement.debate,
        "statement": statement,
        "row": threads.alone(statement, user),
        "verbs": [] if statement.is_gone else _verbs(statement),
        "links": acts.links(statement),
        "acts": acts.on(statement, user),
        "party": moderating.stands_apart(user, statement).reason,
    }
    return page(request, "debate/structure/detail.html", context)


def _verbs(statement: Statement) -> list[Verb]:
    return [verb for verb in VERBS.values() if statement.kind in verb.kinds]


def view(name: str) -> Callable[..., HttpResponse]:
    """The view of one act: its form, what it would do, and the act."""

    @takes_form
    @on_statement
    @for_people()
    def shown(request: HttpRequest, statement: Statement, user: User) -> HttpResponse:
        rules.require(moderating.may_restructure(statement, user))
        rules.require(moderating.stands_apart(user, statement))
        verb = VERBS[name]
        form = verb.form(request.POST or None, initial=_initial(statement))
        do = partial(verb.do, statement, user)
        effects, made = _tried(request, form, do, _around(statement))
        if made is not None:
            return redirect("debate:act-detail", pk=made.pk)
        context = {
            "debate": statement.debate,
            "statement": statement,
            "row": threads.alone(statement, user),
            "verb": verb,
            "form": form,
            "effects": effects,
        }
        refused = form.is_bound and effects is None
        return page(request, "debate/structure/act.html", context, refused=refused)

    return shown


def _initial(statement: Statement) -> dict[str, Any]:
    return {"kind": statement.kind, "on": statement.on}


def _around(statement: Statement) -> list[Statement]:
    return [one for one in (statement, statement.parent) if one is not None]


def _tried(
    request: HttpRequest, form: Form, do: Callable[[Data], ModerationAct], around: list[Statement]
) -> tuple[rehearsing.Effects | None, ModerationAct | None]:
    """What the act would do, or the act; neither where it is refused, with the form saying why."""
    previews = "preview" in request.POST
    if not form.is_bound or not _is_valid(form, previews):
        return None, None
    data = form.cleaned_data
    try:
        if previews:
            data = {**data, "reason": data["reason"].strip() or rehearsing.UNSAID}
            return rehearsing.rehearse(partial(do, data), *around), None
        return None, do(data)
    except ValidationError as error:
        refuse(form, error)
    except Conflict as error:
        form.add_error(None, str(error))
    return None, None


def _is_valid(form: Form, previews: bool) -> bool:
    """Whether the form will do; to look at what would happen takes no reason."""
    reason = form.fields["reason"]
    reason.required = not previews
    valid = form.is_valid()
    reason.required = True
    return valid


def _to(statement: Statement, data: Data) -> Statement:
    try:
        return statements.named(statement.debate, data["to"])
    except Statement.DoesNotExist as error:
        message = gettext(
            "There is no such statement in this debate. Write its label, such as S16."
        )
        raise ValidationError({"to": message}) from error


def _why(data: Data) -> dict[str, Any]:
    return {"reason": data["reason"], "internal": data["internal"]}


def _retype(one: Statement, by: User, data: Data) -> ModerationAct:
    return actions.retype(one, kind=data["kind"], on=data["on"], by=by, **_why(data))


def _split(one: Statement, by: User, data: Data) -> ModerationAct:
    beneath = {"beside": False, "beneath": True}.get(data["place"])
    said = {"exact": data["exact"], "kind": data["kind"], "on": data["on"]}
    return actions.split(one, beneath=beneath, by=by, **said, **_why(data))


def _link(one: Statement, by: User, data: Data) -> ModerationAct:
    to = _to(one, data)
    return actions.link(one, to=to, kind=data["kind"], on=data["on"], by=by, **_why(data))


def _merge(one: Statement, by: User, data: Data) -> ModerationAct:
    into = _to(one, data)
    try:
        return actions.merge(one, into=into, by=by, **_why(data))
    except ValidationError as error:
        problems = error.error_dict
        raise ValidationError({"to" if k == "into" else k: v for k, v in problems.items()}) from (
            error
        )


def _move(one: Statement, by: User, data: Data) -> ModerationAct:
    return actions.move(one, to=_to(one, data), by=by, **_why(data))


def _lock(one: Statement, by: User, data: Data) -> ModerationAct:
    return actions.lock(one.debate, statement=one, by=by, **_why(data))


VERBS = {
    "retype": Verb(
        "retype",
        gettext_lazy("Change its kind"),
        gettext_lazy("It objects, and is marked as a remark; or the other way round."),
        RetypeForm,
        _retype,
        ANSWERS,
    ),
    "split": Verb(
        "split",
        gettext_lazy("Split it"),
        gettext_lazy("It makes two claims: one passage becomes a statement of its own."),
        SplitForm,
        _split,
    ),
    "move": Verb(
        "move",
        gettext_lazy("Move it"),
        gettext_lazy("It answers something else: it comes to stand there, with all under it."),
        ToForm,
        _move,
        ANSWERS,
    ),
    "link": Verb(
        "link",
        gettext_lazy("Link it"),
        gettext_lazy("It also supports or objects to another statement."),
        LinkForm,
        _link,
        CLAIMS,
    ),
    "merge": Verb(
        "merge",
        gettext_lazy("Merge it as a duplicate"),
        gettext_lazy("It says the same as another statement. Both keep their words."),
        ToForm,
        _merge,
        [kind for kind in Kind if kind != Kind.POSITION],
    ),
    "lock": Verb(
        "lock",
        gettext_lazy("Lock it"),
        gettext_lazy("Nobody answers or edits it, or what stands under it, for now."),
        ReasonForm,
        _lock,
    ),
}


def on_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the link of its address; 404 where there is none for the viewer."""

    @wraps(view)
    def found(request: HttpRequest, pk: int) -> HttpResponse:
        link = acts.link(pk, request.user)
        if link is None:
            raise Http404
        return view(request, link)

    return found


@takes_form
@on_link
@for_people()
def unlink(request: HttpRequest, link: Link, user: User) -> HttpResponse:
    """The form that takes a link away, and the act."""
    rules.require(moderating.may_restructure(link.statement, user))
    form = ReasonForm(request.POST or None)
    _, made = _tried(request, form, lambda data: actions.unlink(link, by=user, **_why(data)), [])
    if made is not None:
        return redirect("debate:act-detail", pk=made.pk)
    context = {
        "debate": link.statement.debate,
        "form": form,
        "word": gettext("Remove the link from %(label)s to %(other)s")
        % {"label": link.statement.label, "other": link.to.label},
        "at": request.path,
        "button": gettext("Remove it"),
    }
    return page(request, "debate/structure/why.html", context, refused=form.is_bound)


@takes_form
@on_debate
@for_people()
def lock(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    """The form that locks the whole debate, and the act; where it is locked, the way to undo."""
    rules.require(moderating.may_lock(debate, user))
    held = acts.lock_of(debate)
    if held is not None:
        return redirect("debate:act-undo", pk=held.pk)
    form = ReasonForm(request.POST or None)
    _, made = _tried(request, form, lambda data: actions.lock(debate, by=user, **_why(data)), [])
    if made is not None:
        return redirect("debate:act-detail", pk=made.pk)
    context = {
        "debate": debate,
        "form": form,
        "word": gettext("Lock the debate"),
        "told": gettext("Nobody publishes or edits anything in it until somebody unlocks it."),
        "at": request.path,
        "button": gettext("Lock it"),
    }
    return page(request, "debate/structure/why.html", context, refused=form.is_bound)
