from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.http import number
from accounts.models import User
from debate.actions import debates as actions
from debate.actions import publishing
from debate.actions.refusals import Conflict
from debate.models import Held, Topic
from debate.models.debates import State, Visibility
from debate.selectors import cards, debates, drafts, topics
from debate.selectors.debates import ACTIVE, ORDERS, Order, Wanted
from debate.selectors.listings import Cut, NoSuchPlace
from debate.selectors.sides import letter
from debate.text import markdown
from debate.web.answers import (
    for_people,
    once,
    page,
    refuse,
    sign_in_first,
    signed_in,
    takes_form,
    waits,
)
from debate.web.debate_forms import DebateForm, OutlineForm, count_positions, count_terms
from debate.web.forms import new_key

PER_PAGE = 20
AT_HOME = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the open debate with the latest turn, a few more, and where to begin."""
    user = signed_in(request)
    part = debates.listed(request.user, Wanted(), ACTIVE, Cut(AT_HOME))
    rows = sorted(part.rows, key=lambda debate: debate.state != State.OPEN)
    first = rows[:1]
    rest = [debate for debate in part.rows if debate not in first]
    context = {
        "cards": cards.cards([*first, *rest], request.user),
        "more": part.has_next,
        "topics": topics.largest(request.user),
        "waiting": drafts.waiting(user) if user else [],
    }
    return page(request, "debate/debates/home.html", context)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The debates: `?sort=`, `?state=`, `?topic=`, `?whose=yours`; `?after=` goes on."""
    slug = request.GET.get("topic", "")
    return listed(request, topic_of(slug) if slug else None)


def topic_of(slug: str) -> Topic:
    """The topic of an address; 404 where there is none."""
    try:
        return topics.topic(slug)
    except Topic.DoesNotExist as error:
        raise Http404 from error


def listed(request: HttpRequest, topic: Topic | None) -> HttpResponse:
    """The list as the address asks for it, of all debates or of a topic's."""
    asked = request.GET
    yours, state = asked.get("whose") == "yours", asked.get("state", "")
    if yours and signed_in(request) is None:
        return sign_in_first(request)
    wanted = Wanted(topic.name if topic else "", state if state in State.values else "", yours)
    order = ORDERS.get(asked.get("sort", ""), ACTIVE)
    after = number(asked.get("after", ""))
    try:
        part = debates.listed(request.user, wanted, order, Cut(PER_PAGE, after=after or None))
    except NoSuchPlace as error:
        raise Http404 from error
    counts = debates.counts(request.user, wanted)
    context = {
        "cards": cards.cards(part.rows, request.user),
        "further": part.rows[-1].pk if part.has_next else None,
        "is_first": not after,
        "counts": counts,
        "total": counts[wanted.state] if wanted.state else sum(counts.values()),
        "topic": topic,
        "topics": topics.largest(request.user),
        "wanted": wanted,
        "order": order,
        "orders": list(ORDERS.values()),
        "states": State.choices,
        "link": Link(topic, wanted, order),
    }
    return page(request, "debate/debates/list.html", context)


class Link:
    """Makes the address of the list with something else asked for: `link(state="open")`."""

    def __init__(self, topic: Topic | None, wanted: Wanted, order: Order) -> None:
        self.asked = {
            "whose": "yours" if wanted.yours else "",
            "topic": topic.slug if topic else "",
            "state": wanted.state,
            "sort": "" if order is ACTIVE else order.name,
        }

    def __call__(self, **other: str) -> str:
        """The query, '?' alone for the whole list."""
        asked = {name: value for name, value in (self.asked | other).items() if value}
        return f"?{urlencode(asked)}"


# ---- starting one
@takes_form
@for_people()
def create(request: HttpRequest, user: User) -> HttpResponse:
    """The form that starts a debate, with a preview; further positions and terms on demand."""
    then = request.POST.get("then", "")
    if request.method == "POST" and then in ("position", "term"):
        return _shown(request, grown(request, DebateForm, then))
    form = DebateForm(request.POST or None, initial={"key": new_key()}, **sizes(request))
    if not form.is_bound or not form.is_valid():
        return _shown(request, form)
    try:
        if then == "preview":
            return _shown(request, form, preview=_preview(form, user))
        made = _start(request, form, user)
    except ValidationError as error:
        refuse_named(form, error)
        return _shown(request, form)
    except Conflict as error:  # too much waits already
        form.add_error(None, str(error))
        return _shown(request, form)
    if "held" in made:
        return waits(request, int(made["held"]))
    slug = str(made["slug"])
    if form.cleaned_data["visibility"] == Visibility.PRIVATE:
        messages.success(request, gettext("Your debate is private. Add or invite people here."))
        return redirect("debate:participation-list", slug=slug)
    return redirect("debate:debate-detail", slug=slug)


def _shown(
    request: HttpRequest, form: DebateForm, *, preview: dict[str, Any] | None = None
) -> HttpResponse:
    context = {"form": form, "preview": preview}
    refused = form.is_bound and preview is None
    return page(request, "debate/debates/create.html", context, refused=refused)


def sizes(request: HttpRequest, **more: Any) -> dict[str, Any]:
    """How many fields a form of a debate needs for what was sent, and its topics."""
    sent = request.POST
    chosen = dict.fromkeys([*topics.suggested(), *sent.getlist("topics")])
    return {"terms": count_terms(sent), "topics": list(chosen), **more} | (
        {"positions": count_positions(sent)} if request.path.endswith("/new/") else {}
    )


def grown(request: HttpRequest, form: type[OutlineForm], then: str) -> Any:
    """The form again with what was typed, and one more position or term."""
    size = sizes(request)
    size["terms" if then == "term" else "positions"] += 1
    typed = {**request.POST.dict(), "topics": request.POST.getlist("topics")}
    return form(initial=typed, **size)


def _stands(form: DebateForm) -> list[actions.Stand]:
    return [actions.Stand(name, body) for name, body in form.stands()]


def _start(request: HttpRequest, form: DebateForm, user: User) -> dict[str, Any]:
    """Start the debate, once for its form and words; its `slug`, or the id of what is `held`."""

    def do() -> dict[str, Any]:
        made = publishing.debate(by=user, positions=_stands(form), **form.outline())
        return {"held": made.pk} if isinstance(made, Held) else {"slug": made.slug}

    return once(request, form.cleaned_data, by=user, do=do)


def _preview(form: DebateForm, user: User) -> dict[str, Any]:
    """The debate as it would be shown."""
    stands = _stands(form)
    fields = actions.check(user, stands, form.outline())
    shown = [
        (letter(i), stand.name, markdown.render(markdown.clean(stand.body).strip()))
        for i, stand in enumerate(stands)
    ]
    return {**fields, "stands": shown}


def refuse_named(form: OutlineForm, error: ValidationError) -> None:
    """What an action says of `positions.0.name`, said of the form's field."""
    if hasattr(error, "error_dict"):
        error = ValidationError({form.field_of(k): v for k, v in error.error_dict.items()})
    refuse(form, error)
