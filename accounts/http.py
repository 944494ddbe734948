"""What both doors of the site ask of a request about accounts."""

from __future__ import annotations

import re
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from accounts.models import User

BOTS = "bots"
"""The cookie in which a visitor's browser remembers that bots are hidden."""

CSRF = "csrfmiddlewaretoken"
SECRET = re.compile("password|csrf|code|credential")
"""Fields whose values no page gives back."""
UNSENT = "unsent"
"""Where a session keeps what a form has sent of somebody who was not signed in."""
KEPT_MOST = 100_000  # characters
DIGITS = 18
"""Of the longest id that the database has."""


def number(text: str, *, digits: int = DIGITS) -> int:
    """The number that a request sends; 0 where it is none, or has more digits."""
    return int(text) if len(text) <= digits and text.isascii() and text.isdigit() else 0


def hides_bots(request: HttpRequest) -> bool:
    """Whether bots are hidden from the reader: their account says it, or a visitor's cookie."""
    user = getattr(request, "user", None)
    if isinstance(user, User):
        return user.hides_bots
    return request.COOKIES.get(BOTS) == "hide"


def preferences(request: HttpRequest) -> dict[str, bool | str]:
    """What every page knows of its reader: whether bots are hidden from them, and their zone.

    The zone is empty where they have chosen none: a script then asks the browser.
    """
    zone = getattr(getattr(request, "user", None), "time_zone", "")
    return {"hides_bots": hides_bots(request), "zone": zone}


def goes_on_to(request: HttpRequest, otherwise: str) -> str:
    """Where the request's `next` leads, if that is a path of this site; else `otherwise`."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_here = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    # Other words are taken for the name of a page, which is not there.
    return wanted if is_here and "/" in wanted else otherwise


def refusal_of_password(request: HttpRequest, user: User, password: str) -> str:
    """Why this password does not prove who asks; empty where it does.

    Wrong ones are counted; raises LimitReached where there were enough.
    """
    is_so = get_adapter(request).reauthenticate(user, password)
    return "" if is_so else gettext("This is not your password.")


def typed(request: HttpRequest) -> dict[str, Any]:
    """What was sent by a form, to be sent again; `has_secrets` where it cannot be shown."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    return {
        "sent": [pair for pair in sent if not SECRET.search(pair[0])],
        "has_secrets": any(SECRET.search(name) for name, _ in sent if name != CSRF),
    }


def keep_unsent(request: HttpRequest) -> bool:
    """Keep the words that a form has sent in the session, through signing in; False where not.

    A word alone is not kept, as buttons and choices send it, nor more than `KEPT_MOST`.
    """
    found = typed(request)
    values = [value for _, value in found["sent"]]
    has_words = any(len(value.split()) > 1 for value in values)
    if found["has_secrets"] or not has_words or sum(map(len, values)) > KEPT_MOST:
        return False
    request.session[UNSENT] = {"at": request.get_full_path(), "sent": found["sent"]}
    return True
