"""How far people have read: noted as they read, or when they say that they have read it all.

It is nobody else's business, so it writes no event; and a debate's lock would make readers wait.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from debate.models import Debate
from debate.selectors import visits
from debate.selectors.visits import ENDS_AFTER

OFTEN = timedelta(minutes=5)
"""Who goes on reading is noted no more often, unless there is something new."""

LOOKED = """
    INSERT INTO debate_visit AS v (person_id, debate_id, since, since_at, seen, seen_at)
    VALUES (%(person)s, %(debate)s, %(newest)s, %(now)s, %(newest)s, %(now)s)
    ON CONFLICT (person_id, debate_id) DO UPDATE SET
        since = CASE WHEN v.seen_at < %(ended)s THEN v.seen ELSE v.since END,
        since_at = CASE WHEN v.seen_at < %(ended)s THEN v.seen_at ELSE v.since_at END,
        seen = greatest(v.seen, excluded.seen), seen_at = excluded.seen_at
"""
READ = """
    INSERT INTO debate_visit AS v (person_id, debate_id, since, since_at, seen, seen_at)
    VALUES (%(person)s, %(debate)s, %(up_to)s, %(now)s, %(up_to)s, %(now)s)
    ON CONFLICT (person_id, debate_id) DO UPDATE SET
        since = excluded.since, since_at = excluded.since_at,
        seen = greatest(v.seen, excluded.seen), seen_at = excluded.seen_at
"""


def look(debate: Debate, *, by: User) -> None:
    """Note that a person reads the debate; what is new stays new until their next visit.

    The debate is as selectors read it for them. Writes once a visit, and where something is new.
    """
    seen = visits.of(debate)
    now = timezone.now()
    if seen.seen_at and now - seen.seen_at < OFTEN and seen.newest <= seen.seen:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            LOOKED,
            {
                "person": by.pk,
                "debate": debate.pk,
                "newest": seen.newest,
                "now": now,
                "ended": now - ENDS_AFTER,
            },
        )


def read(debate: Debate, *, by: User, up_to: int | None = None) -> None:
    """Mark all as read, or all up to the statement with this id; raises ValidationError."""
    newest = visits.of(debate).newest
    last = newest if up_to is None else up_to
    if not 0 <= last <= newest:
        message = gettext(
            "The newest statement here is %(newest)s. Send that, an earlier one, or none."
        ) % {"newest": newest}
        raise ValidationError({"up_to": ValidationError(message, "invalid")})
    with connection.cursor() as cursor:
        cursor.execute(
            READ,
            {"person": by.pk, "debate": debate.pk, "up_to": last, "now": timezone.now()},
        )
