"""Where mail of what one is told goes."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import User


def address(person: User) -> str:
    """The person's address, if they have confirmed it; else ''. One query."""
    found = EmailAddress.objects.filter(user=person, primary=True, verified=True)
    return found.values_list("email", flat=True).first() or ""
