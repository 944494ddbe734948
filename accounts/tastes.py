"""In which language and time zone somebody reads: a part of the write path of accounts."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import User


def set_tastes(
    account: User, *, by: User, language: str | None = None, time_zone: str | None = None
) -> None:
    """Say in which language and time zone somebody reads; '' is the browser's, None leaves it.

    Raises PermissionDenied, ValidationError (language, time_zone).
    """
    if not rules.may_set_tastes(account, by):
        raise PermissionDenied(_("People choose these for themselves."))
    chosen = {"language": language, "time_zone": time_zone}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    if chosen.get("language") and language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("Choose one of the languages.")})
    if chosen.get("time_zone") and time_zone not in rules.zones():
        raise ValidationError(
            {"time_zone": _("Choose a place of the IANA time zones, such as Europe/Berlin.")}
        )
    for name, value in chosen.items():
        setattr(account, name, value)
    account.save(update_fields=chosen)
