"""Carrying a request out once, however often it is sent.

The key is stored before the work, in the transaction of the work: a second request with the key
waits for the first at the unique constraint, then gets the first one's answer. Where the first
fails, its key goes with it, and the next one does the work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from debate.actions.refusals import Conflict
from debate.models import IdempotencyKey

KEPT = timedelta(hours=24)
KEY_MAX = 255

CLAIM = """
    INSERT INTO debate_idempotencykey AS known (account_id, key, fingerprint, created_at)
    VALUES (%(account)s, %(key)s, %(fingerprint)s, %(now)s)
    ON CONFLICT (account_id, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, created_at = excluded.created_at, answer = NULL
        WHERE known.created_at < %(kept)s
    RETURNING id
"""
SWEEP = 100
"""One request in so many removes the account's keys that are too old to matter."""


class Misuse(Conflict):
    """The key was used for another request."""


def once(
    key: str, *, by: User, fingerprint: str, do: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """Do the work unless it was done under this key; returns its answer and whether it was new.

    `fingerprint` is a digest of the request; Misuse where the key came with another one.
    Whatever `do` raises goes on, and the key stays free. Answers must be JSON.
    """
    if not 0 < len(key) <= KEY_MAX or not key.isprintable():
        raise ValidationError(
            {
                "Idempotency-Key": gettext("Send 1 to %(key_max)s printable characters.")
                % {"key_max": KEY_MAX}
            }
        )
    now = timezone.now()
    with transaction.atomic():
        claimed = _claim(by, key, fingerprint, now)
        if claimed is not None:
            answer = do()
            IdempotencyKey.objects.filter(pk=claimed).update(answer=answer)
            if claimed % SWEEP == 0:
                _sweep(by, now)
            return answer, True
        known = IdempotencyKey.objects.get(account=by, key=key)
        if known.fingerprint != fingerprint:
            raise Misuse(
                gettext("This Idempotency-Key was used for another request. Send a new one.")
            )
        if known.answer is None:
            raise Conflict(
                gettext("This was carried out; its answer named somebody who has left.")
            )
        return dict(known.answer), False


def forget_answers(words: Collection[str]) -> int:
    """Empty the answers kept for others in which one of the words stands; says how many.

    Their keys stay, so that nothing is carried out twice: a retry gets a Conflict.
    """
    named = "|".join(re.escape(word) for word in words)
    kept = IdempotencyKey.objects.annotate(text=Cast("answer", TextField()))
    found = kept.filter(text__iregex=rf"(?<!\w)({named})(?!\w)")
    return IdempotencyKey.objects.filter(pk__in=found.values("pk")).update(answer=None)


def _sweep(by: User, now: datetime) -> None:
    """Remove an account's old keys, but for those that somebody is just claiming again."""
    old = IdempotencyKey.objects.filter(account=by, created_at__lt=now - KEPT)
    free = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
    IdempotencyKey.objects.filter(pk__in=list(free)).delete()


def _claim(by: User, key: str, fingerprint: str, now: datetime) -> int | None:
    """The id of the key's row where it is free, or so old that it is free again."""
    fields: dict[str, Any] = {"account": by.pk, "key": key, "fingerprint": fingerprint}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, fields | {"now": now, "kept": now - KEPT})
        claimed = cursor.fetchone()
    return claimed[0] if claimed else None
