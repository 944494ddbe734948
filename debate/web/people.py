from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.models import User
from debate.models import MarkChange
from debate.selectors import following, ledger, people, proposals
from debate.web.answers import page, signed_in

Context = dict[str, Any]
PersonView = Callable[[HttpRequest, User, int], tuple[str, Context]]
FEW, MANY = 5, 20
DEBATES = 10
PAGES = 10_000


def on_person(key: str) -> Callable[[PersonView], Callable[..., HttpResponse]]:
    """Give the view the person of its address, and the number that the query calls `key`.

    It gives back a template and what to show; an earlier name of the person leads to theirs.
    """

    def decorated(view: PersonView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def found(request: HttpRequest, username: str) -> HttpResponse:
            try:
                person = people.person(username, request.user)
                place = int(request.GET.get(key) or 0)
            except (User.DoesNotExist, ValueError) as error:
                raise Http404 from error
            if person.username != username:
                return redirect(request.resolver_match.view_name, person.username)  # type: ignore[union-attr]  # it was resolved
            template, context = view(request, person, place)
            context |= {"person": person, "is_self": request.user.pk == person.pk}
            return page(request, template, context)

        return require_safe(found)

    return decorated


@on_person("before")
def detail(request: HttpRequest, person: User, before: int) -> tuple[str, Context]:
    """A person's page; `?before=` goes on with what they said earlier."""
    user = None if request.user.pk == person.pk else signed_in(request)
    context: Context = {
        "is_in_use": people.is_in_use(person),
        "level": following.level(user, whom=person) if user else "",
        "said": people.said(person, request.user, before if request.GET.get("before") else None),
        "is_first": not request.GET.get("before"),
    }
    if context["is_first"]:
        waiting = ledger.waiting(person, request.user).order_by("pk")
        context |= _parts(request, person, 1) | {
            "record": proposals.record(person) if person.is_bot else None,
            "waiting": people.page(waiting, request.user, FEW),
            "minds": _changes(ledger.changed_by(person, request.user), 0, FEW),
            "changes": _changes(ledger.changes_of(person, request.user), 0, FEW),
        }
    return "debate/people/detail.html", context


@on_person("page")
def debates(request: HttpRequest, person: User, place: int) -> tuple[str, Context]:
    """The debates of a person, ten a page, those with the latest turns first."""
    return "debate/people/debates.html", _parts(request, person, place)


@on_person("after")
def waiting(request: HttpRequest, person: User, after: int) -> tuple[str, Context]:
    """What awaits a person, twenty a page; what waits longest comes first."""
    found = ledger.waiting(person, request.user).filter(pk__gt=after).order_by("pk")
    context = {"waiting": people.page(found, request.user, MANY), "is_first": not after}
    return "debate/people/waiting.html", context


@on_person("before")
def minds(request: HttpRequest, person: User, before: int) -> tuple[str, Context]:
    """Minds that a person changed, twenty a page, the newest first."""
    found = _changes(ledger.changed_by(person, request.user), before, MANY)
    return "debate/people/changes.html", {"found": found, "theirs": False, "is_first": not before}


@on_person("before")
def changes(request: HttpRequest, person: User, before: int) -> tuple[str, Context]:
    """Times that a person changed their mind, twenty a page, the newest first."""
    found = _changes(ledger.changes_of(person, request.user), before, MANY)
    return "debate/people/changes.html", {"found": found, "theirs": True, "is_first": not before}


def _parts(request: HttpRequest, person: User, place: int) -> Context:
    at = min(max(place, 1), PAGES)
    skip = DEBATES * (at - 1)
    found = people.parts(person, request.user, most=DEBATES + 1, skip=skip)
    return {"parts": found[:DEBATES], "more_debates": len(found) > DEBATES, "page": at}


def _changes(found: QuerySet[MarkChange], before: int, most: int) -> Context:
    """The newest changes below one, and the key that the next page is below."""
    ordered = ledger.read(found).order_by("-pk")
    read = list((ordered.filter(pk__lt=before) if before else ordered)[: most + 1])
    shown = ledger.shown(read[:most])
    return {"shown": shown, "more": shown[-1].key if len(read) > most else None}
