"""How this door answers: fragments for HTMX, redirects without it, forms that come back."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.http import keep_unsent
from accounts.models import User
from debate import rules
from debate.actions import idempotency
from debate.actions import visits as actions
from debate.models import Debate, Statement
from debate.selectors import debates, statements, threads, visits

log = logging.getLogger(__name__)
Further = ParamSpec("Further")
StatementView = Callable[Concatenate[HttpRequest, Statement, Further], HttpResponse]
DebateView = Callable[Concatenate[HttpRequest, Debate, Further], HttpResponseBase]
View = Callable[..., HttpResponse]
takes_form = require_http_methods(["GET", "HEAD", "POST"])
"""For views that show a form and take it."""
UNPROCESSABLE = 422
IN_PLACE = ("list", "leaf", "page")
"""Where on a page a form stands when HTMX can put what it makes in its place."""


def is_fragment(request: HttpRequest) -> bool:
    """Whether HTMX asks for a part of the page."""
    return bool(getattr(request, "htmx", None))


def on_statement(view: StatementView[Further]) -> Callable[..., HttpResponse]:
    """Give the view the statement of its address; 404 where there is none for the viewer."""

    @wraps(view)
    def found(
        request: HttpRequest, pk: int, *args: Further.args, **more: Further.kwargs
    ) -> HttpResponse:
        try:
            statement = statements.statement(pk, request.user)
        except Statement.DoesNotExist as error:
            raise Http404 from error
        return view(request, statement, *args, **more)

    return found


def on_debate(view: DebateView[Further]) -> Callable[..., HttpResponseBase]:
    """Give the view the debate of its address; 404 where there is none for the viewer."""

    @wraps(view)
    def found(
        request: HttpRequest, slug: str, *args: Further.args, **more: Further.kwargs
    ) -> HttpResponseBase:
        try:
            debate = debates.debate(slug, request.user)
        except Debate.DoesNotExist as error:
            raise Http404 from error
        return view(request, debate, *args, **more)

    return found


def for_people(back: str = "") -> Callable[[View], View]:
    """Give the view the account, after what it acts on; visitors sign in first.

    They come back to this address, or to the page called `back` of the statement or debate.
    """

    def decorated(view: View) -> View:
        @wraps(view)
        def known(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
            user = signed_in(request)
            if user is not None:
                return view(request, *args[:1], user, *args[1:], **more)
            return sign_in_first(request, _address(back, *args[:1]) if back else "")

        return known

    return decorated


def _address(page: str, of: Statement | Debate) -> str:
    return reverse(page, args=[of.slug if isinstance(of, Debate) else of.pk])


def signed_in(request: HttpRequest) -> User | None:
    """The account behind the request, None for a visitor."""
    return request.user if isinstance(request.user, User) else None


def may_answer(request: HttpRequest, debate: Debate) -> bool:
    """Whether the forms that answer are for whoever asks."""
    user = signed_in(request)
    return user is not None and bool(rules.may_write(debate, user))


def sign_in_first(request: HttpRequest, back: str = "") -> HttpResponse:
    """Send a visitor to sign in, and then to `back` or to this address.

    What they have written goes with them, and can be sent from there.
    """
    if request.method == "POST" and not is_fragment(request) and keep_unsent(request):
        told = gettext("What you wrote is kept: sign in, then send it again.")
        messages.info(request, told)
        back = reverse("debate:unsent-detail")
    query = urlencode({"next": back or request.get_full_path()})
    address = f"{reverse('account_login')}?{query}"
    if is_fragment(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def waits(request: HttpRequest, held: int) -> HttpResponse:
    """Lead to where one's words wait for a moderator, and say so."""
    told = gettext("Sent. A moderator looks at it before others see it; you are told then.")
    messages.success(request, told)
    address = f"{reverse('debate:held-list')}#held-{held}"
    if is_fragment(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def looked_for(text: str) -> str:
    """What an address asks for, without the sign that no text of the database has."""
    return text.replace("\x00", "")


def refuse(form: Form, error: ValidationError, fields: Sequence[str] | None = None) -> None:
    """Put what an action refused beside the fields it is about; the rest above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    known = form.fields if fields is None else fields
    for field, problems in error.error_dict.items():
        form.add_error(field if field in known else None, problems)


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """A page or a fragment; 422 where a form in it was refused."""
    return render(request, template, context, status=UNPROCESSABLE if refused else 200)


def looked(request: HttpRequest, debate: Debate, user: User | None) -> dict[str, Any]:
    """What a page tells of what is new, after noting that the person has looked."""
    if user is None:
        return {}
    if request.method == "GET":
        noted(lambda: actions.look(debate, by=user))
    return {"seen": visits.of(debate)}


def noted(look: Callable[[], object]) -> None:
    """Note that somebody reads a page; where nothing can be stored, they read it all the same."""
    try:
        look()
    except OperationalError as error:
        log.warning("That somebody reads was not noted: %s", error)


def act(
    request: HttpRequest,
    statement: Statement,
    word: str,
    fragment: str,
    context: dict[str, Any],
    *,
    refused: bool = False,
) -> HttpResponse:
    """What one does to a statement: the form alone for HTMX, else a page with both."""
    context |= {"debate": statement.debate, "statement": statement}
    if is_fragment(request):
        return page(request, fragment, context, refused=refused)
    context |= {"word": word, "fragment": fragment, "row": threads.alone(statement, request.user)}
    return page(request, "debate/statements/act.html", context, refused=refused)


def back_to(request: HttpRequest, statement: Statement) -> HttpResponse:
    """Redirect to where the form stood, at the statement."""
    referrer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        parts = urlsplit(referrer)
        if parts.path.startswith(("/d/", "/s/", "/marks/")) and not parts.path.endswith(VERBS):
            query = f"?{parts.query}" if parts.query else ""
            return redirect(f"{parts.path}{query}#statement-{statement.pk}")
    return redirect(f"{reverse('debate:statement-detail', args=[statement.pk])}")


def once(
    request: HttpRequest,
    sent: Mapping[str, Any],
    *,
    by: User,
    do: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Do what a form with a `key` asks for; sent twice with the same words, it is done once.

    Words changed after going back are another sending, and done as well. What is not in `sent`
    does not count: a retry may come without the button that was pressed.
    """
    if not sent["key"]:  # a form of somebody's own making
        return do()
    words = json.dumps([request.path, sent], sort_keys=True)
    digest = hashlib.sha256(words.encode()).hexdigest()
    answer, _ = idempotency.once(f"form {digest}", by=by, fingerprint=digest, do=do)
    return answer


VERBS = (
    "/reply/",
    "/edit/",
    "/name/",
    "/withdrawal/",
    "/report/",
    "/mark/",
    "/because/",
    "/reliance/",
    "/release/",
    "/drop/",
    "/resumption/",
    "/hiding/",
    "/restoration/",
)
