"""What a moderator is told who comes second."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext

from accounts import moments
from accounts.models import User
from debate.actions.refusals import Conflict


class Decided(Conflict):
    """Somebody else has decided it: the sentence says what, who and when."""


def told(what: str, by: User | None, when: datetime | None) -> str:
    """'Dismissed, by Mara, 25 Nov 2026, 14:02 UTC.'"""
    if by is None or when is None:
        return gettext("This was decided already: %(what)s.") % {"what": what}
    return gettext("This was decided already: %(what)s, by %(who)s, %(when)s.") % {
        "what": what,
        "who": by.told_name,
        "when": moments.minute(when),
    }
