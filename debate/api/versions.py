"""Which version of a thing a client knows: ETag, If-None-Match, and If-Match against lost updates.

An ETag is a digest of the answer, so that whatever a reader could see change changes it, but for
what counts requests (`counting` of a view).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from django.utils.translation import gettext
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from debate.actions import events
from debate.api.errors import Malformed, Overwriting

Method = Callable[..., Response]
OK = 200
KEPT = ("ETag", "Vary", "Cache-Control")


def tag(content: bytes) -> str:
    """The ETag of an answer."""
    return f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


def _tag_of(data: Any, but: Collection[str]) -> str:
    """The ETag of an answer with this data, these parts of it left out."""
    data = {name: value for name, value in data.items() if name not in but} if but else data
    return tag(JSONRenderer().render(data))


def tagged(request: Request, response: Response, but: Collection[str]) -> None:
    """Give an answer its ETag, to which some parts do not count; a 304 in its place where the
    client has the same already.
    """

    def done(rendered: Any) -> HttpResponseBase | None:
        rendered["ETag"] = now = _tag_of(response.data, but) if but else tag(rendered.content)
        known = parse_etags(request.headers.get("If-None-Match", ""))
        weak = [one.removeprefix("W/") for one in known]
        if request.method == "PATCH" or not ("*" in known or now in weak):
            return None
        headers = {name: rendered[name] for name in KEPT if name in rendered}
        return HttpResponse(status=304, headers=headers)

    response.add_post_render_callback(done)


def is_one(response: object) -> bool:
    """Whether it is an answer about one thing; lists have no ETag."""
    if not isinstance(response, Response) or response.status_code != OK:
        return False
    return isinstance(response.data, dict) and "results" not in response.data


def guarded(
    view: APIView, method: Method, debate_of: Callable[..., int | None], but: Collection[str]
) -> Method:
    """The method, done only if the thing still has one of the ETags in If-Match.

    The person and the debate, if it is in one, are locked, in the order of the actions, from the
    look to the change: two who know the same version cannot both go on from it. Raises
    Overwriting.
    """
    read: Method | None = getattr(view, "get", None)

    def done(request: Request, **at: Any) -> Response:
        if read is None or request.method == "POST":  # what is read there is a list
            message = gettext("Nothing is read at this address, so it has no ETag.")
            raise Malformed({"If-Match": [{"message": message, "code": "invalid"}]})
        known = parse_etags(request.headers["If-Match"])
        with transaction.atomic():
            _lock(request, debate_of(request, **at))
            now = _tag_of(read(request, **at).data, but)
            if "*" not in known and now not in known:
                raise Overwriting
            return method(request, **at)

    return done


def _lock(request: Request, debate: int | None) -> None:
    if isinstance(request.user, User):
        User.objects.select_for_update(no_key=True).only("pk").get(pk=request.user.pk)
    if debate is not None:
        events.locked(debate)
