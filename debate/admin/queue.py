"""The front page of the admin: the queue, and what is decided in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import http
from debate.actions import reviewing
from debate.actions.refusals import Conflict
from debate.admin import people
from debate.models import ReasonTemplate
from debate.selectors import queue, sources
from debate.selectors.items import Item
from debate.selectors.queue import Wanted
from debate.selectors.sources import SOURCES

UNPROCESSABLE = 422
DIGITS = 9
ASKED = ("kind", "why", "debate", "person", "days", "page")


@dataclass(frozen=True, slots=True)
class Card:
    """An item as the page draws it, with what was typed for it and why it was refused."""

    item: Item
    reason: str
    template: str
    problem: str


def front(request: HttpRequest, problems: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the front page needs: a page of the queue, templates and saved filters."""
    user: Any = request.user
    asked = _asked(request)
    found = queue.queue(user, _wanted(asked), number(asked.get("page", ""), least=1))
    typed = request.POST
    cards = [
        Card(
            item,
            typed.get(f"reason-{item.key}", ""),
            typed.get(f"template-{item.key}", ""),
            (problems or {}).get(item.key, ""),
        )
        for item in found.items
    ]
    templates, saved = queue.kept(user)
    narrow = {name: value for name, value in asked.items() if name != "page"}
    return {
        "queue": found,
        "cards": cards,
        "templates": templates,
        "saved": saved,
        "asked": asked,
        "narrow": urlencode(narrow),
        "here": urlencode(asked),
        "pages": {
            "newer": urlencode({**narrow, "page": found.page - 1}) if found.page > 1 else "",
            "older": urlencode({**narrow, "page": found.page + 1}) if found.has_next else "",
        },
        "whys": [pair for source in SOURCES.values() for pair in source.whys],
        "bulk": _bulk_choices(found.items),
        "problem": (problems or {}).get("", ""),
        "bulk_reason": typed.get("bulk_reason", ""),
    }


def _bulk_choices(items: Sequence[Item]) -> list[tuple[str, str]]:
    """What can be done to several at once: the acts of the kinds that are on the page."""
    acts = {
        f"{item.kind}:{choice.act}": f"{SOURCES[item.kind].word}: {choice.word}"
        for item in items
        for choice in item.choices
    }
    return list(acts.items())


def _asked(request: HttpRequest) -> dict[str, str]:
    sent = request.POST if request.method == "POST" else request.GET
    asked = {name: sent.get(name, "").strip()[:80] for name in ASKED}
    return {name: value for name, value in asked.items() if value}


def _wanted(asked: Mapping[str, str]) -> Wanted:
    kind = asked.get("kind", "")
    return Wanted(
        kind=kind if kind in SOURCES else "",
        why=asked.get("why", ""),
        debate=asked.get("debate", ""),
        person=asked.get("person", ""),
        days=number(asked.get("days", "")),
    )


def number(text: str, *, least: int = 0) -> int:
    """The number that was sent; `least` where it is none, or too long."""
    return max(http.number(text, digits=DIGITS), least)


# ---- deciding
@require_POST
@never_cache
def decide(request: HttpRequest) -> HttpResponse:
    """Decide one item, or those that are ticked; what is refused comes back as it was typed."""
    wanted = _chosen(request)
    problems: dict[str, str] = {} if wanted else {"": gettext("Choose items, and what to do.")}
    done = 0
    for key, act, reason in wanted:
        problem = _decided(request, key, act, reason)
        done += problem is None
        if problem:
            problems[key if "decide" in request.POST else ""] = problem
    if done:
        told = ngettext("%(n)s decided.", "%(n)s decided.", done) % {"n": done}
        messages.success(request, told)
    if problems:
        answer: HttpResponse = admin.site.index(request, front(request, problems))
        answer.status_code = UNPROCESSABLE
        return answer
    return redirect(f"{reverse('admin:index')}?{urlencode(_asked(request))}")


def _chosen(request: HttpRequest) -> list[tuple[str, str, str]]:
    """What the form asks for: keys of items, acts, and reasons."""
    sent = request.POST
    if one := sent.get("decide", ""):
        key, _, act = one.rpartition(":")
        given = _reason(sent.get(f"reason-{key}", ""), sent.get(f"template-{key}", ""))
        return [(key, act, given)]
    kind, _, act = sent.get("bulk", "").partition(":")
    given = _reason(sent.get("bulk_reason", ""), sent.get("bulk_template", ""))
    keys = [key for key in sent.getlist("item") if key.startswith(f"{kind}:")]
    return [(key, act, given) for key in keys] if act else []


def _reason(typed: str, template: str) -> str:
    """The reason that was written, else the one that was chosen."""
    if typed.strip() or not template:
        return typed.replace("\r\n", "\n")
    found = ReasonTemplate.objects.filter(pk=number(template)).first()
    return found.text if found else ""


def _decided(request: HttpRequest, key: str, act: str, reason: str) -> str | None:
    """Decide an item; why not, where it was refused, '' where somebody else has been there."""
    user: Any = request.user
    kind, _, pk = key.partition(":")
    reason = reason or sources.default_reason(kind, act)
    try:
        reviewing.decide(kind, number(pk), by=user, act=act, reason=reason)
    except Conflict as error:
        told = gettext("%(conflict)s Nothing was changed by you.") % {"conflict": error}
        messages.warning(request, told)
        return ""
    except PermissionDenied as error:
        return str(error)
    except ValidationError as error:
        return " ".join(error.messages)
    except ObjectDoesNotExist:
        return gettext("This item is not there any more.")
    return None


# ---- saved filters
@require_POST
@never_cache
def keep_filter(request: HttpRequest) -> HttpResponse:
    """Save the narrowing of the queue under a name, or forget a saved one."""
    user: Any = request.user
    if drop := request.POST.get("drop", ""):
        reviewing.drop_filter(by=user, pk=number(drop))
    else:
        query = request.POST.get("query", "")
        try:
            reviewing.save_filter(by=user, name=request.POST.get("name", ""), query=query)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect(f"{reverse('admin:index')}?{request.POST.get('query', '')[:300]}")


SITE: Any = admin.site  # `config.moderation.Moderation`
SITE.furnish(
    front,
    [
        ("queue-decide", "queue/", decide),
        ("queue-filter", "queue/filters/", keep_filter),
        ("person-record", "record/<int:pk>/", people.record),
        ("person-suspend", "record/<int:pk>/suspension/", people.suspend),
    ],
)
