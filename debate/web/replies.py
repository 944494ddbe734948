"""Answering one statement: the form, its draft, and its publication."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from debate import rules
from debate.actions import drafts, publishing
from debate.actions.refusals import Conflict, refusal_of_long, refusal_of_signs
from debate.models import DraftPoint, Held, Statement
from debate.models.drafts import DRAFT_MAX
from debate.models.statements import BODY_MAX, Kind
from debate.selectors import drafts as kept
from debate.selectors import statements as found
from debate.selectors import threads
from debate.text import markdown
from debate.web import composer
from debate.web.answers import (
    IN_PLACE,
    act,
    back_to,
    is_fragment,
    on_statement,
    once,
    page,
    refuse,
    sign_in_first,
    signed_in,
    takes_form,
    waits,
)
from debate.web.composer import Composer
from debate.web.forms import ReplyForm


@takes_form
@on_statement
def reply(request: HttpRequest, statement: Statement) -> HttpResponse:
    """The forms that answer a statement; and what their buttons do."""
    if request.method == "POST":
        return _sent(request, statement)
    if "cancel" in request.GET:
        return HttpResponse() if is_fragment(request) else back_to(request, statement)
    user = signed_in(request)
    if user is None:
        return sign_in_first(request)
    return form(request, statement, opened(request, statement, user))


def opened(
    request: HttpRequest,
    statement: Statement,
    user: User,
    under: str = "",
    own: Collection[int] | None = None,
) -> list[Composer]:
    """The forms that a person finds under a statement: those of their drafts, or an empty one.

    `own` are the ids of their statements above it, where they are known already.
    """
    asked = request.GET.dict()
    if not asked.get("kind") and not asked.get("quote"):
        mine = kept.of_statement(statement, user)
        for draft in mine:
            draft.parent = statement
        where = asked.get("under") or under
        if mine:
            own = kept.own_above(mine, user) if own is None else own
            return [composer.of_draft(draft, user, under=where, own=own) for draft in mine]
    return [composer.fresh(statement, user, asked, under, own)]


def form(
    request: HttpRequest,
    statement: Statement,
    composers: list[Composer],
    *,
    refused: bool = False,
) -> HttpResponse:
    """The forms, alone for HTMX, else on a page with what they answer."""
    user = signed_in(request)
    context: dict[str, Any] = {"composers": composers, "refusal": refusal(statement, user)}
    if user and not is_fragment(request):
        context["tray"] = kept.tray(statement.debate, user)
    fragment = "debate/drafts/_composers.html"
    return act(request, statement, gettext("Answer %(label)s"), fragment, context, refused=refused)


def refusal(statement: Statement, user: User | None) -> str:
    """Why this person cannot answer here; empty where they can or nobody has signed in."""
    return rules.may_reply(statement, user).reason if user else ""


def _sent(request: HttpRequest, statement: Statement) -> HttpResponse:
    user, then = signed_in(request), request.POST.get("then")
    if then == "preview":
        return _preview(request, statement)
    sent = composer.as_sent(statement, user, request.POST.dict())
    checked = ReplyForm(request.POST)
    if user is None:
        checked.add_error(
            None, gettext("You are signed out. Sign in in another tab, then send it again.")
        )
    elif checked.is_valid():
        do = {"keep": _keep, "drop": _drop, "open": _open, "whole": _whole}.get(
            str(then), _publish
        )
        answer = _tried(checked, sent, lambda: do(request, statement, user, sent))
        if answer is not None:
            return answer
    sent.errors = checked.errors
    return form(request, statement, [sent], refused=True)


def _tried(
    checked: ReplyForm, sent: Composer, do: Callable[[], HttpResponse]
) -> HttpResponse | None:
    """What `do` answers; None where it refused, and then the form says why."""
    try:
        return do()
    except ValidationError as error:
        refuse(checked, error)
    except drafts.Overtaken as error:
        overtaken(sent, error)
    except DraftPoint.DoesNotExist:
        checked.add_error(None, gettext("This point is not there any more. Send it as a new one."))
    except (Conflict, PermissionDenied) as error:
        checked.add_error(None, str(error))
    return None


def overtaken(sent: Composer, error: drafts.Overtaken) -> None:
    """Show what another window has stored beside what was sent; sent again, this one holds."""
    sent.theirs, sent.is_gone = error.now, error.now is None
    sent.fields["version"] = error.now.version if error.now else 0


def _publish(
    request: HttpRequest, statement: Statement, user: User, sent: Composer
) -> HttpResponse:
    """Publish the point alone, once for its form and words."""
    fields, seen = sent.fields, sent.fields["version"]

    def do() -> dict[str, int]:
        if composer.version(fields):
            _store(statement, user, sent)
        said = composer.wording(fields)
        made = publishing.reply(
            statement, by=user, kind=said.kind, on=said.on, body=said.body, quote=said.quote
        )
        drafts.forget(statement.debate, by=user, key=fields["key"])
        return {"held" if isinstance(made, Held) else "statement": made.pk}

    try:
        made = once(request, fields, by=user, do=do)
    except (ValidationError, PermissionDenied):
        fields["version"] = seen  # refused, and undone in the database: the words shall stay
        if composer.version(fields):
            _store(statement, user, sent)
        raise
    if "held" in made:
        return waits(request, int(made["held"]))
    return _replied(request, statement, user, int(made["statement"]), fields["under"])


def _store(statement: Statement, user: User, sent: Composer) -> None:
    said, seen = composer.wording(sent.fields), composer.version(sent.fields)
    key = sent.fields["key"]
    draft = drafts.keep(statement, by=user, key=key, wording=said, version=seen)
    sent.fields["version"] = draft.version


def _replied(
    request: HttpRequest, statement: Statement, user: User, made: int, under: str
) -> HttpResponse:
    address = reverse("debate:statement-detail", args=[made])
    if not is_fragment(request):
        return redirect(address)
    if under not in IN_PLACE:
        return HttpResponse(headers={"HX-Redirect": address})
    context = {
        "debate": statement.debate,
        "row": threads.alone(found.statement(made, user), user),
        "parent": threads.alone(found.statement(statement.pk, user), user),
        "under": under,
        "may_answer": True,
        "tray": kept.tray(statement.debate, user),
    }
    return page(request, "debate/statements/_replied.html", context)


def _keep(request: HttpRequest, statement: Statement, user: User, sent: Composer) -> HttpResponse:
    """Add the point to one's next turn, to be published with others."""
    _store(statement, user, sent)
    if not is_fragment(request):
        return redirect("debate:turn-publish", slug=statement.debate.slug)
    context = {"statement": statement, "composer": sent, "word": _word(sent.fields["kind"])}
    return _with_tray(request, "debate/drafts/_kept.html", statement, user, context)


def _drop(request: HttpRequest, statement: Statement, user: User, sent: Composer) -> HttpResponse:
    """Close the form; what is in it can be put back for a day."""
    key, has_words = sent.fields["key"], bool(sent.fields["body"].strip())
    if has_words or composer.version(sent.fields):
        _store(statement, user, sent)
        drafts.drop(statement.debate, by=user, key=key)
    if not is_fragment(request):
        turn = reverse("debate:turn-publish", args=[statement.debate.slug])
        return redirect(f"{turn}?dropped={key}") if has_words else back_to(request, statement)
    context = {"statement": statement, "composer": sent, "has_words": has_words}
    return _with_tray(request, "debate/drafts/_dropped.html", statement, user, context)


def _open(request: HttpRequest, statement: Statement, user: User, sent: Composer) -> HttpResponse:
    """Put a dropped point back, in its form."""
    draft = drafts.put_back(statement.debate, by=user, key=sent.fields["key"])
    draft.parent = statement
    context = {"composer": composer.of_draft(draft, user, under=sent.fields["under"])}
    return _with_tray(request, "debate/drafts/_opened.html", statement, user, context)


def _whole(request: HttpRequest, statement: Statement, user: User, sent: Composer) -> HttpResponse:
    """Take the quoted words out of the form, and of what is stored: the tray publishes that."""
    sent.fields |= {"quote": "", "before": "", "after": ""}
    if sent.fields["body"].strip() or composer.version(sent.fields):
        _store(statement, user, sent)
    if not is_fragment(request):
        return form(request, statement, [sent])
    return _with_tray(request, "debate/drafts/_opened.html", statement, user, {"composer": sent})


def _with_tray(
    request: HttpRequest, template: str, statement: Statement, user: User, context: dict[str, Any]
) -> HttpResponse:
    context |= {"debate": statement.debate, "tray": kept.tray(statement.debate, user)}
    return page(request, template, context)


def _word(kind: str) -> str:
    return str(Kind(kind).label) if kind in Kind.values else gettext("Point")


def _preview(request: HttpRequest, statement: Statement) -> HttpResponse:
    html = preview(request.POST.get("body", ""))
    if is_fragment(request):
        return page(request, "debate/statements/_preview.html", {"html": html})
    sent = composer.as_sent(statement, signed_in(request), request.POST.dict())
    sent.preview = html
    return form(request, statement, [sent])


def preview(body: str) -> str:
    """The safe HTML of a body as it would be kept, or of the reason why there is none."""
    if len(body) > DRAFT_MAX:
        return markdown.render(refusal_of_long(body, BODY_MAX))
    try:
        return markdown.render(markdown.clean(body).strip())
    except markdown.Unwritable as error:
        return markdown.render(refusal_of_signs(error))
