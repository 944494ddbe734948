"""Who signs in by address: looked up in the same steps, whether or not there is an account."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.reading import ReadsAccounts


class ByAddress(ReadsAccounts, AuthenticationBackend):  # type: ignore[misc]  # allauth is not typed
    """allauth's backend, but that it reads both tables of addresses even if the first has one."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        """Give the account of an address and a password; who has confirmed it comes first."""
        people: list[User] = filter_users_by_email(email, for_login=True)
        found = EmailAddress.objects.filter(email=email.lower(), verified=True)
        sure = set(found.values_list("user_id", flat=True))
        for user in [one for one in people if one.pk in sure] or people:
            if self._check_password(user, password):
                return user
        return None
