"""One's next turn: its points, stored while they are written, ordered and published together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from debate import rules
from debate.actions import drafts as actions
from debate.actions import publishing
from debate.actions.refusals import Conflict
from debate.models import Debate, DraftPoint, Held, Statement
from debate.selectors import drafts
from debate.web import composer, replies
from debate.web.answers import (
    for_people,
    is_fragment,
    on_debate,
    on_statement,
    once,
    page,
    signed_in,
    takes_form,
    waits,
)
from debate.web.composer import Composer
from debate.web.forms import new_key

STEPS = {"up": -1, "down": 1}
CONFLICT, UNAUTHORISED = 409, 401


@require_POST
@on_statement
def keep(request: HttpRequest, statement: Statement) -> HttpResponse:
    """Store a point while it is written; answers with the tray, the point's version in a header.

    409, with what is stored, where another window has stored it since; 401 when signed out.
    """
    user = signed_in(request)
    if user is None:
        return HttpResponse(gettext("You are signed out."), status=UNAUTHORISED)
    sent = composer.as_sent(statement, user, request.POST.dict())
    said, seen = composer.wording(sent.fields), composer.version(sent.fields)
    try:
        draft = actions.keep(
            statement, by=user, key=sent.fields["key"], wording=said, version=seen
        )
    except actions.Overtaken as error:
        replies.overtaken(sent, error)
        answer = page(request, "debate/drafts/_overtaken.html", {"composer": sent})
        answer.status_code = CONFLICT
        answer["Crux-Version"] = str(sent.fields["version"])
        return answer
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=422, content_type="text/plain")
    answer = _tray(request, statement.debate, user)
    answer["Crux-Version"] = str(draft.version)
    return answer


def _tray(request: HttpRequest, debate: Debate, user: User, *, dropped: str = "") -> HttpResponse:
    context = {"debate": debate, "tray": drafts.tray(debate, user), "dropped": dropped}
    return page(request, "debate/drafts/_tray.html", context)


@takes_form
@on_debate
@for_people()
def turn(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    """The page of one's next turn: all its points as one form, and what its buttons do."""
    rules.require(rules.may_take_part(debate, user))
    if request.method == "POST":
        return _sent(request, debate, user)
    return _page(request, debate, user)


def _sent(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    then, _, key = request.POST.get("then", "").partition(":")
    if then == "publish":
        return _publish(request, debate, user)
    refused = _store_all(request, debate, user)
    if refused:
        return _page(request, debate, user, refused)
    if then == "preview":
        return _page(request, debate, user, preview=key)
    try:
        _arrange(debate, user, then, key)
    except DraftPoint.DoesNotExist:
        messages.error(request, gettext("That point is not in your turn any more."))
    dropped = key if then == "drop" else ""
    if is_fragment(request):
        return _tray(request, debate, user, dropped=dropped)
    query = f"?dropped={key}" if dropped else ""
    return redirect(reverse("debate:turn-publish", args=[debate.slug]) + query)


def _arrange(debate: Debate, user: User, then: str, key: str) -> None:
    match then:
        case "up" | "down":
            actions.move(debate, by=user, key=key, steps=STEPS[then])
        case "drop":
            actions.drop(debate, by=user, key=key)
        case "back":
            actions.put_back(debate, by=user, key=key)


def _publish(request: HttpRequest, debate: Debate, user: User) -> HttpResponse:
    sent = {"key": request.POST.get("key", ""), "fields": sorted(request.POST.lists())}
    keys = request.POST.getlist("point")
    refused: dict[str, Any] = {}

    def do() -> dict[str, Any]:
        refused.update(_store_all(request, debate, user))
        if refused:
            raise Conflict
        made = publishing.drafted(debate, by=user, keys=keys)
        if isinstance(made, Held):
            return {"held": made.pk}
        return {"turn": made[0].number, "statements": [one.pk for one in made[1]]}

    sent["fields"] = [[k, v] for k, v in sent["fields"] if k != "csrfmiddlewaretoken"]
    try:
        made = once(request, sent, by=user, do=do)
    except ValidationError as error:
        refused = _by_key(error, keys)
    except PermissionDenied as error:
        refused = {"": {"__all__": [str(error)]}}
    except Conflict as error:
        refused = refused or {"": {"__all__": [str(error)]}}
    else:
        return (
            waits(request, made["held"]) if "held" in made else _published(request, debate, made)
        )
    refused = {**refused, **_store_all(request, debate, user)}
    return _page(request, debate, user, refused)


def _published(request: HttpRequest, debate: Debate, made: Mapping[str, Any]) -> HttpResponse:
    said = made["statements"]
    told = ngettext(
        "Published %(n)s point as turn %(turn)s.",
        "Published %(n)s points as turn %(turn)s.",
        len(said),
    )
    messages.success(request, told % {"n": len(said), "turn": made["turn"]})
    return redirect(f"{reverse('debate:debate-detail', args=[debate.slug])}#statement-{said[0]}")


def _by_key(error: ValidationError, keys: list[str]) -> dict[str, Any]:
    """What was refused of each point, by its key; of the turn as a whole under ''."""
    found: dict[str, Any] = {}
    for name, problems in error.error_dict.items():
        said = [message for problem in problems for message in problem.messages]
        match name.split("."):
            case ["points", number, field]:
                field = "__all__" if field == "to" else field
                found.setdefault(keys[int(number)], {})[field] = said
            case _:
                found.setdefault("", {}).setdefault("__all__", []).extend(said)
    return found


def _store_all(request: HttpRequest, debate: Debate, user: User) -> dict[str, Any]:
    """Store the points whose fields were sent; what could not be stored, by key."""
    refused: dict[str, Any] = {}
    sent = request.POST.dict()
    mine = {point.draft.key: point.draft for point in drafts.tray(debate, user).points}
    for key in request.POST.getlist("point"):
        if f"body-{key}" not in sent:
            continue
        if key not in mine:
            _give_back(refused, sent[f"body-{key}"])
            continue
        fields = {**_fields(sent, key), "key": key}
        parent = mine[key].parent
        parent.debate = debate
        try:
            actions.keep(
                parent,
                by=user,
                key=key,
                wording=composer.wording(fields),
                version=composer.version(fields),
            )
        except actions.Overtaken as error:
            refused[key] = error
        except ValidationError as error:
            refused[key] = error.message_dict
    return refused


def _give_back(refused: dict[str, Any], words: str) -> None:
    """Have the words shown of a point whose form is not there any more."""
    if words.strip():
        told = gettext("A point was published or removed in another window. You wrote: %(words)s")
        messages = refused.setdefault("", {}).setdefault("__all__", [])
        messages.append(told % {"words": words.strip()})


def _fields(sent: Mapping[str, str], key: str) -> dict[str, str]:
    names = ("kind", "on", "quote", "before", "after", "body", "version")
    return {name: sent.get(f"{name}-{key}", "") for name in names}


def _page(
    request: HttpRequest,
    debate: Debate,
    user: User,
    refused: Mapping[str, Any] | None = None,
    *,
    preview: str = "",
) -> HttpResponse:
    refused = refused or {}
    tray = drafts.tray(debate, user)
    own = drafts.own_above([point.draft for point in tray.points], user)
    forms = [composer.of_draft(point.draft, user, own=own) for point in tray.points]
    for form in forms:
        _come_back(form, request.POST.dict(), refused)
        if preview == form.fields["key"]:
            form.preview = replies.preview(form.fields["body"])
    context = {
        "debate": debate,
        "tray": tray,
        "forms": list(zip(forms, tray.points, strict=True)),
        "problems": refused.get("", {}).get("__all__", []),
        "refused": refused,
        "key": new_key(),
        "dropped": drafts.dropped(debate, user, request.GET.get("dropped", "")),
        "refusal": rules.may_write(debate, user).reason,
    }
    return page(request, "debate/drafts/turn.html", context, refused=bool(refused))


def _come_back(form: Composer, sent: Mapping[str, str], refused: Mapping[str, Any]) -> None:
    """Put what was typed back into the form of a point that was refused, with the reason."""
    key = form.fields["key"]
    if key not in refused:
        return
    if f"body-{key}" in sent:
        form.fields |= _fields(sent, key)
    if isinstance(refused[key], actions.Overtaken):
        replies.overtaken(form, refused[key])
    else:
        form.errors = refused[key]
