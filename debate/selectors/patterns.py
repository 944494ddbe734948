"""Whether reports are used as a weapon: what stands out, in sentences with their numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext

from debate.models import Report
from debate.models.moderation import ReportState

DISMISSED = 3
"""So many dismissed reports of somebody's stand out, where they are half of them or more."""
TARGETED = 3
"""So many reports of one person by another."""
CROWD = 3
"""So many people who report one person within a day."""
UNDER = 4
"""So many reports in a debate, of which four in five are of statements under one position."""
SHARE = 0.8


def annotated(found: QuerySet[Report]) -> QuerySet[Any]:
    """Reports with the numbers that `lines` tells of."""
    by_them = Report.objects.filter(reporter=OuterRef("reporter"))
    decided = by_them.exclude(state=ReportState.OPEN)
    of_author = Q(statement__author=OuterRef("statement__author"))
    here = by_them.filter(statement__debate=OuterRef("statement__debate"))
    since = timezone.now() - timedelta(days=1)
    crowd = Report.objects.filter(of_author, created_at__gt=since)
    is_dismissed = Q(state=ReportState.DISMISSED)
    root = Coalesce(OuterRef("statement__root"), OuterRef("statement"))
    under = here.filter(Q(statement__root=root) | Q(statement=root))
    return found.annotate(
        by_them=_number(by_them, "reporter"),
        decided=_number(decided, "reporter"),
        dismissed=_number(decided.filter(is_dismissed), "reporter"),
        of_author=_number(by_them.filter(of_author), "reporter"),
        of_author_dismissed=_number(by_them.filter(of_author, is_dismissed), "reporter"),
        crowd=_number(crowd, "statement__author", of="reporter"),
        here=_number(here, "reporter"),
        under=_number(under, "reporter"),
    ).select_related("statement__root")


def _number(found: QuerySet[Any], by: str, *, of: str = "pk") -> Coalesce:
    counted = found.order_by().values(by).annotate(n=Count(of, distinct=of != "pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def lines(one: Any) -> list[str]:
    """What stands out around a report that `annotated` has read; nothing where nothing does."""
    reporter, author = one.reporter.told_name, one.statement.author.told_name
    told = []
    if one.dismissed >= DISMISSED and 2 * one.dismissed >= one.decided:
        words = gettext("Of %(n)s decided reports by %(who)s, %(dismissed)s were dismissed.")
        told.append(words % {"n": one.decided, "who": reporter, "dismissed": one.dismissed})
    if one.of_author >= TARGETED:
        words = gettext(
            "%(n)s of %(all)s reports by %(who)s are about %(whom)s; %(dismissed)s were dismissed."
        )
        numbers = {"n": one.of_author, "all": one.by_them, "dismissed": one.of_author_dismissed}
        told.append(words % {**numbers, "who": reporter, "whom": author})
    if one.crowd >= CROWD:
        words = gettext("%(n)s people reported %(whom)s within a day.")
        told.append(words % {"n": one.crowd, "whom": author})
    if one.here >= UNDER and one.under >= SHARE * one.here:
        root = one.statement.root or one.statement
        words = gettext("%(n)s of %(all)s reports by %(who)s in this debate are under %(label)s.")
        numbers = {"n": one.under, "all": one.here, "label": root.label}
        told.append(words % {**numbers, "who": reporter})
    return told
