"""The mail of what somebody is told, written when it is sent: as they may read it then."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Pace, User
from debate.actions import mailing
from debate.selectors import mails, notifications
from debate.selectors.notifications import Notice

MOST = 50
"""How many notices a mail tells; the inbox has the others."""


def letter(*, person: int, ids: Sequence[int], message_id: str) -> EmailMultiAlternatives | None:
    """The mail about these notifications, in the person's language and time zone.

    None where they want or may read nothing of it now, have read or muted all of it, or have no
    address that they confirmed.
    """
    to = User.objects.filter(pk=person, is_active=True).exclude(mail_pace=Pace.NEVER).first()
    address = mails.address(to) if to else ""
    if to is None or not address:
        return None
    with (
        translation.override(to.language or settings.LANGUAGE_CODE),
        timezone.override(mailing.zone_of(to.time_zone)),
    ):
        told = notifications.some(to, ids)
        return _written(to, address, told, message_id) if told else None


def _written(
    to: User, address: str, told: Sequence[Notice], message_id: str
) -> EmailMultiAlternatives:
    stop = site(reverse("debate:unsubscription-detail", args=[mailing.key(to)]))
    context: dict[str, Any] = {
        "debates": _by_debate(told[:MOST]),
        "more": len(told) - len(told[:MOST]),
        "inbox": site(reverse("debate:notification-list")),
        "choose": site(reverse("debate:mail-choose")),
        "stop": stop,
        "language": translation.get_language(),
    }
    mail = EmailMultiAlternatives(
        _subject(told),
        render_to_string("debate/notifications/mail.txt", context),
        to=[address],
        headers={
            "Message-ID": message_id,
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(
        render_to_string("debate/notifications/_mail.html", context), "text/html"
    )
    return mail


def _subject(told: Sequence[Notice]) -> str:
    """What happened, where it is one thing; else how much."""
    if len(told) == 1:
        about = f": {told[0].debate.question}" if told[0].debate else ""
        words = f"{told[0].sentence}{about}"
    else:
        words = ngettext("%(num)d new notice", "%(num)d new notices", len(told)) % {
            "num": len(told)
        }
        day = date_format(timezone.localtime(), "DATE_FORMAT")
        words = _("%(words)s, %(day)s") % {"words": words, "day": day}
    line = "".join(sign if sign.isprintable() else " " for sign in words)
    return settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + " ".join(line.split())


def _by_debate(told: Sequence[Notice]) -> list[dict[str, Any]]:
    grouped = groupby(told, lambda notice: notice.debate)
    home = reverse("debate:home-detail")
    return [
        {
            "question": debate.question if debate else _("The whole site"),
            "address": site(
                reverse("debate:debate-detail", args=[debate.slug]) if debate else home
            ),
            "notices": [_line(notice) for notice in notices],
        }
        for debate, notices in grouped
    ]


def _line(notice: Notice) -> dict[str, str]:
    happened = timezone.localtime(notice.happened_at)
    return {
        "sentence": notice.sentence,
        "because": notice.because,
        "words": notice.words,
        "address": site(notice.address),
        "when": date_format(happened, "DATETIME_FORMAT"),
    }


def site(path: str) -> str:
    """The whole address of a page: there is no request to ask."""
    return f"{settings.SITE_URL}{path}"
