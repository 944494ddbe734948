"""Mails of what people are told: at once, or as a digest in their own morning.

What is put into a mail is marked in the same transaction, so nothing is told twice; the mail that
waits holds numbers only, and is written when it is sent (`debate.jobs.letters`), as its person may
read it then.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Min, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import sealing
from accounts.models import Mail, Pace, User
from debate import rules
from debate.actions import jobs, notifying
from debate.models import Notification

MORNING = 8
SALT = "debate.mailing.unsubscribe"


def post() -> int:
    """Put into mails all that is due; says how many mails. Done again, it finds nothing."""
    now = timezone.now()
    address = EmailAddress.objects.filter(user=OuterRef("person"), primary=True, verified=True)
    waiting = Notification.objects.filter(Exists(address), waits=True, person__is_active=True)
    oldest = waiting.values("person").annotate(oldest=Min("made_at"))
    rows = oldest.values_list(
        *("person", "oldest", "person__mail_pace", "person__time_zone", "person__mailed_until")
    )
    mails = 0
    for person, first, pace, zone, last in rows.order_by("person"):
        until = due(pace, zone, now)
        if first < until and _is_next(pace, last, until):
            mails += _post(person, now)
    return mails


def due(pace: str, zone: str, now: datetime) -> datetime:
    """Until when what has happened is told now: the latest morning, Monday's for a week."""
    if pace == Pace.AT_ONCE:
        return now
    here = now.astimezone(zone_of(zone))
    day = here.date()
    if here.hour < MORNING:
        day -= timedelta(days=1)
    if pace == Pace.WEEKLY:
        day -= timedelta(days=day.weekday())
    morning = datetime(day.year, day.month, day.day, MORNING, tzinfo=here.tzinfo)
    return morning.astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; UTC where there is none."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _is_next(pace: str, last: datetime | None, until: datetime) -> bool:
    return pace == Pace.AT_ONCE or last is None or last < until


@transaction.atomic
def _post(pk: int, now: datetime) -> int:
    """Put what waits for somebody into one mail, as they want it now; says how many: 0 or 1."""
    [person] = notifying.locked([pk])
    until = due(person.mail_pace, person.time_zone, now)
    if not _is_next(person.mail_pace, person.mailed_until, until):
        return 0
    waiting = Notification.objects.filter(person=person, waits=True, made_at__lt=until)
    ids = list(waiting.filter(read_at=None).order_by("pk").values_list("pk", flat=True))
    waiting.update(waits=False)
    if person.mail_pace != Pace.AT_ONCE:
        person.mailed_until = until
        person.save(update_fields=["mailed_until"])
    if not ids:
        return 0
    domain = urlsplit(settings.SITE_URL).hostname
    recipe = {"person": pk, "ids": ids, "message_id": make_msgid(domain=domain)}
    mail = Mail.objects.create(sealed=sealing.seal(json.dumps({"letter": recipe})))
    jobs.ask("send-mail", mail=mail.pk)
    return 1


# ---- choosing
def choose(*, by: User, pace: str, follows_by_itself: bool) -> None:
    """Say how often one gets mail, and whether taking part in a debate is following it.

    Raises PermissionDenied, ValidationError (pace).
    """
    rules.require(rules.may_follow(by))
    if pace not in Pace.values:
        message = _("Choose how often: at once, daily, weekly or never.")
        raise ValidationError({"pace": ValidationError(message, "pace")})
    with transaction.atomic():
        notifying.locked([by.pk])
        by.mail_pace, by.follows_by_itself = pace, follows_by_itself
        by.save(update_fields=["mail_pace", "follows_by_itself"])
        if pace == Pace.NEVER:
            Notification.objects.filter(person=by, waits=True).update(waits=False)


def unsubscribe(token: str) -> None:
    """End the mails of whoever the key in one of them is for; raises signing.BadSignature."""
    pk = holder(token)
    with transaction.atomic():
        for person in notifying.locked([pk]):
            person.mail_pace = Pace.NEVER
            person.save(update_fields=["mail_pace"])
            Notification.objects.filter(person=person, waits=True).update(waits=False)


def key(person: User) -> str:
    """The key to unsubscribe with, signed: it can do nothing else, and is kept nowhere."""
    return signing.Signer(salt=SALT).sign(str(person.pk))


def holder(token: str) -> int:
    """Whose key it is, by id; raises signing.BadSignature."""
    return int(signing.Signer(salt=SALT).unsign(token))
