"""Using up what the limits allow: the counts in the database, exact however many ask at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.limits import Budget, Left, LimitReached, of_password
from accounts.models import Spent, User

SPEND = """
    INSERT INTO accounts_spent AS s (key, used, most, ends)
    SELECT key, used, most, %(now)s + seconds * interval '1 second'
    FROM unnest(%(keys)s::text[], %(used)s::int[], %(most)s::int[], %(seconds)s::int[])
        AS asked(key, used, most, seconds)
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        used = excluded.used + CASE WHEN s.ends <= %(now)s THEN 0 ELSE s.used END,
        ends = CASE WHEN s.ends <= %(now)s THEN excluded.ends ELSE s.ends END,
        most = excluded.most
    WHERE s.ends <= %(now)s OR s.used + excluded.used <= excluded.most
    RETURNING key, used, ends
"""


def spend(budgets: Sequence[Budget]) -> list[Left]:
    """Use up what the budgets say, or raise LimitReached. One query where nothing is refused.

    Returns what is left of each.

    Exact however many ask at once: the database lets one after the other at each row. A time
    begins with the first use, and with the first one after its end.
    """
    for budget in budgets:
        if budget.amount > budget.rate.most:
            raise LimitReached(_too_much(budget), retry_after=0)
    now = timezone.now()
    asked: dict[str, Any] = {
        "now": now,
        "keys": [budget.key for budget in budgets],
        "used": [budget.amount for budget in budgets],
        "most": [budget.rate.most for budget in budgets],
        "seconds": [budget.rate.seconds for budget in budgets],
    }
    with connection.cursor() as cursor:
        cursor.execute(SPEND, asked)
        granted = {key: (used, ends) for key, used, ends in cursor.fetchall()}
    refused = [budget for budget in budgets if budget.key not in granted]
    if refused:
        give_back([budget for budget in budgets if budget.key in granted])  # it costs nothing
        ends = Spent.objects.filter(key__in=[budget.key for budget in refused])
        last = max(ends.values_list("ends", flat=True), default=now)
        wait = max(1, math.ceil((last - now).total_seconds()))
        gone = [Left(budget, 0, wait) for budget in refused]
        raise LimitReached(_enough(refused[0], wait), retry_after=wait, left=gone)
    return [_left(budget, now, granted.get(budget.key)) for budget in budgets]


def left(budgets: Sequence[Budget]) -> list[Left]:
    """What is left of the budgets; spends nothing. One query."""
    now = timezone.now()
    rows = Spent.objects.filter(key__in=[budget.key for budget in budgets], ends__gt=now)
    spent = {key: (used, ends) for key, used, ends in rows.values_list("key", "used", "ends")}
    return [_left(budget, now, spent.get(budget.key)) for budget in budgets]


def _left(budget: Budget, now: datetime, spent: tuple[int, datetime] | None) -> Left:
    used, ends = spent or (0, now)
    return Left(budget, max(0, budget.rate.most - used), math.ceil((ends - now).total_seconds()))


def give_back(budgets: Sequence[Budget]) -> None:
    """Undo a spending of a moment ago: what is refused, or was right, costs nothing."""
    for budget in budgets:
        Spent.objects.filter(key=budget.key, used__gte=budget.amount).update(
            used=F("used") - budget.amount
        )


def forget_tries(email: str, address: str) -> None:
    """Forget wrong passwords for an account, from there and from anywhere: its mail was read."""
    users = User.objects.filter(email__iexact=email).values_list("username", flat=True)
    found = [one for login in (email, *users) for one in of_password(login, address)]
    Spent.objects.filter(key__in=[one.key for one in found]).delete()


def _enough(budget: Budget, wait: int) -> str:
    enough = gettext("That is enough for now: %(rate)s are possible.")
    return f"{enough % {'rate': budget.rate.of(budget.of)}} {_in(wait)}"


def _in(wait: int) -> str:
    minutes = math.ceil(wait / 60)
    if wait < 2 * 60:
        told = ngettext("Try again in %(n)s second.", "Try again in %(n)s seconds.", wait)
        return told % {"n": wait}
    if minutes < 2 * 60:
        told = ngettext("Try again in %(n)s minute.", "Try again in %(n)s minutes.", minutes)
        return told % {"n": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext("Try again in %(n)s hour.", "Try again in %(n)s hours.", hours) % {"n": hours}


def _too_much(budget: Budget) -> str:
    if budget.rate.most == 0:
        return gettext("There are no %(what)s for this account.") % {"what": budget.of}
    told = gettext("This is too much at once: %(rate)s are possible.")
    return told % {"rate": budget.rate.of(budget.of)}


def forget_spent() -> int:
    """Remove what is over; says how many rows."""
    return Spent.objects.filter(ends__lte=timezone.now()).delete()[0]
