"""What both doors of the site ask of a request about accounts."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from accounts.models import User

BOTS = "bots"
"""The cookie in which a visitor's browser remembers that bots are hidden."""


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
