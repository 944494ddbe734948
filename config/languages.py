"""The language of an answer: the account's, else the one chosen here, else the browser's."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import get_user
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from accounts.models import User

PROGRAMS = ("/api/", "/mcp")
"""Where programs ask, by tokens: nobody's account is looked at."""


class Languages:
    """Speaks the reader's language while a request is answered.

    Programs are answered in what they ask for (Accept-Language), whatever their account reads in:
    what they show to whom is theirs to say.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the answer, with the headers that tell caches and programs of its language."""
        language = "" if request.path.startswith(PROGRAMS) else _of_account(request)
        language = language or translation.get_language_from_request(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def _of_account(request: HttpRequest) -> str:
    """What the signed-in person reads in, if they chose; who is not signed in costs no query."""
    try:
        if SESSION_KEY not in request.session:
            return ""
        request.user = user = get_user(request)  # itself: a page asks it some hundred times
    except (OperationalError, InterfaceError):  # the view finds out too, and says so
        return ""
    if not isinstance(user, User):
        return ""
    return user.language if user.language in dict(settings.LANGUAGES) else ""
