"""Removing what is past its time: keys, points, exports, sessions, mails; nothing said."""

from __future__ import annotations

from django.utils import timezone

from accounts.actions import forget_mails, forget_unconfirmed
from accounts.sessions import forget_ended
from accounts.spending import forget_spent
from debate.actions import delivering, drafts, idempotency, leaving, notifying
from debate.models import DraftPoint, Export, IdempotencyKey, Import
from debate.models.imports import ImportState
from debate.selectors import exports, imports


def clean() -> dict[str, int]:
    """Remove it, and say how many rows of each; run twice, the second finds nothing."""
    now = timezone.now()
    keys = IdempotencyKey.objects.filter(created_at__lt=now - idempotency.KEPT)
    points = DraftPoint.objects.filter(dropped_at__lt=now - drafts.UNDO)
    old = now - exports.KEPT
    past = Export.objects.filter(finished_at__lt=old) | Export.objects.filter(moved_at__lt=old)
    waiting = Import.objects.exclude(state=ImportState.DONE)
    files = waiting.filter(moved_at__lt=now - imports.KEPT)
    return {
        "imports": files.delete()[0],
        "keys": keys.delete()[0],
        "points": points.delete()[0],
        "exports": past.delete()[1].get("debate.Export", 0),
        "late": leaving.forget_late_rows(),
        "unconfirmed": forget_unconfirmed(),
        "sessions": forget_ended(),
        "limits": forget_spent(),
        "mails": forget_mails(),
        "notifications": notifying.forget(),
        "deliveries": delivering.forget(),
    }
