"""Bearer tokens for the API. Cookies do not count there, so no site can forge a request."""

from __future__ import annotations

from django.utils.translation import gettext
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import actions, freshness, rules
from accounts.models import ApiToken, User

ONE_KEY = 2  # "Bearer <key>"


class TokenAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer crux_…`; `request.auth` is then the ApiToken."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The account and token behind the header, or None; raises AuthenticationFailed."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != ONE_KEY:
            raise AuthenticationFailed(gettext("Send one key: 'Authorization: Bearer crux_…'."))
        token = _find(parts[1].decode("latin-1"))
        if token is None or not token.is_usable or not rules.may_sign_in(token.user):
            raise AuthenticationFailed(
                gettext("This token is unknown, expired, revoked or suspended.")
            )
        actions.note_use(token)
        freshness.read_as(token.user)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Tells clients how to identify themselves on a 401."""
        return 'Bearer realm="Crux"'


def _find(key: str) -> ApiToken | None:
    return (
        ApiToken.objects.select_related("user__owner").filter(digest=actions.digest(key)).first()
    )
