"""What both doors of the site ask of a request about accounts."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext

from accounts.models import User

BOTS = "bots"
"""The cookie in which a visitor's browser remembers that bots are hidden."""


def preferences(request: HttpRequest) -> dict[str, bool]:
    """What every page knows of its reader: whether bots are hidden from them."""
    user = getattr(request, "user", None)
    if isinstance(user, User):
        return {"hides_bots": user.hides_bots}
    return {"hides_bots": request.COOKIES.get(BOTS) == "hide"}


def refusal_of_password(request: HttpRequest, user: User, password: str) -> str:
    """Why this password does not prove who asks; empty where it does. Tries are counted."""
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        return gettext("Too many tries. Please wait a minute.")
    try:
        is_so = get_adapter().reauthenticate(user, password)
    except ValidationError as error:  # allauth's own limit of failed log-ins
        return " ".join(error.messages)
    return "" if is_so else gettext("This is not your password.")
