"""Carrying a request out once, however often it is sent.

The key is stored before the work, in the transaction of the work: a second request with the key
waits for the first at the unique constraint, then gets the first one's answer. Where the first
fails, its key goes with it, and the next one does the work.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from debate.actions.refusals import Conflict
from debate.models import IdempotencyKey

KEPT = timedelta(hours=24)
KEY_MAX = 255

CLAIM = """
    INSERT INTO debate_idempotencykey (account_id, key, fingerprint, created_at)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (account_id, key) DO NOTHING RETURNING id
"""


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
        raise ValidationError({"Idempotency-Key": f"Send 1 to {KEY_MAX} printable characters."})
    now = timezone.now()
    with transaction.atomic():
        IdempotencyKey.objects.filter(account=by, created_at__lt=now - KEPT).delete()
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [by.pk, key, fingerprint, now])
            claimed = cursor.fetchone()
        if claimed:
            answer = do()
            IdempotencyKey.objects.filter(pk=claimed[0]).update(answer=answer)
            return answer, True
        known = IdempotencyKey.objects.get(account=by, key=key)
        if known.fingerprint != fingerprint:
            raise Misuse("This Idempotency-Key was used for another request. Send a new one.")
        return dict(known.answer or {}), False
