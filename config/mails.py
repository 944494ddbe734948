"""Mails are sent by the worker: no answer takes longer, or fails, for a mail.

So time does not tell either whether an address has an account. What waits is sealed in the
database; the job knows its number only, so that no address stands in the queue or in a log.
"""

from __future__ import annotations

import json
import logging
import smtplib
from collections.abc import Sequence
from email.utils import make_msgid
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from accounts import sealing
from accounts.models import Mail
from debate.actions import jobs
from debate.jobs import letters
from debate.jobs.tasks import task

log = logging.getLogger(__name__)
JOB = "send-mail"
FIELDS = ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to")
GIVEN_UP = 500  # and above: the server of the other side will never take it


class NotSent(Exception):
    """The mail is tried again; says nothing of what it was or whose."""


class Queue(BaseEmailBackend):
    """The backend of all mail: it stores what is to be sent, and asks the worker to send it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store the mails and their jobs, with the transaction that they are sent in."""
        for message in email_messages:
            mail = Mail.objects.create(sealed=sealing.seal(json.dumps(_parts(message))))
            jobs.ask(JOB, mail=mail.pk)
        return len(email_messages)


def _parts(message: EmailMessage) -> dict[str, Any]:
    if message.attachments:
        raise ValueError("Mails with attachments cannot wait.")
    parts = {name: getattr(message, name) for name in FIELDS}
    alternatives = [tuple(one) for one in getattr(message, "alternatives", [])]
    # tried again, it is the same mail to whoever gets it twice
    headers = {"Message-ID": make_msgid(domain=_domain()), **message.extra_headers}
    return {**parts, "alternatives": alternatives, "headers": headers}


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"


@task(JOB)
def send(mail: int) -> None:
    """Send a mail that waits, and forget it; once it is gone, do nothing.

    Killed between the two, it may be sent twice. Raises NotSent where it is worth another try.
    """
    row = Mail.objects.filter(pk=mail).first()
    if row is None:
        return
    try:
        message = _message(json.loads(sealing.unseal(row.sealed)))
        if message is not None:
            get_connection(settings.MAIL_BACKEND).send_messages([message])
    except InvalidToken:
        log.error("Mail %s was sealed with a key that is not known any more.", mail)
    except smtplib.SMTPRecipientsRefused as error:
        _refused(mail, [code for code, _ in error.recipients.values()])
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"{type(error).__name__} {getattr(error, 'smtp_code', '')}") from None
    row.delete()


def _message(parts: dict[str, Any]) -> EmailMessage | None:
    """The mail; of what people are told it is written only now. None where nothing is left."""
    if "letter" in parts:
        return letters.letter(**parts["letter"])
    return EmailMultiAlternatives(**parts)


def _refused(mail: int, codes: list[int]) -> None:
    """Give a mail up that nobody will ever take; raises NotSent otherwise."""
    if min(codes) < GIVEN_UP:
        raise NotSent(f"The mail server answered {min(codes)}.") from None
    log.warning("Mail %s was refused for good: %s.", mail, codes)
