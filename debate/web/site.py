"""Pages about the site itself: help, about, terms, privacy."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from debate.models.statements import Kind
from debate.selectors import examples, texts
from debate.web.answers import page


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How a debate is read and written: each kind by an example, marks, cruxes, keys, Markdown."""
    found = examples.examples()
    context = {"examples": found, "crux": found.get((Kind.CRUX, ""))}
    return page(request, "debate/site/help.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this site is and who runs it."""
    return _text(request, "about")


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """What holds for whoever writes here."""
    return _text(request, "terms")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of people."""
    return _text(request, "privacy")


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """What moderators do, by which rules, and what can be done against it."""
    return _text(request, "policy")


def _text(request: HttpRequest, name: str) -> HttpResponse:
    context = {"name": name, "text": texts.text(name, get_language() or "")}
    return page(request, f"debate/site/{name}.html", context)
