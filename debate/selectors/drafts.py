"""The points of somebody's next turn, as their tray shows them. Nobody else's are ever read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext

from accounts.models import User
from accounts.moments import number
from debate import grammar, rules
from debate.models import Debate, DraftPoint, Statement
from debate.models.drafts import KEY
from debate.models.statements import BODY_MAX, Kind, On
from debate.selectors import visits
from debate.selectors.rows import short_date
from debate.text import plain, quotations

EXCERPT = 140


@dataclass(frozen=True, slots=True)
class TrayPoint:
    """A point of the tray; `missing` says what it lacks before it can be published."""

    draft: DraftPoint
    word: str
    gloss: str
    name: str
    quote: str
    excerpt: str
    missing: str
    saved: str


@dataclass(frozen=True, slots=True)
class Tray:
    """What a person has for their next turn in a debate."""

    debate: Debate
    points: list[TrayPoint]

    @property
    def key(self) -> str:
        """A key for publishing just these points once: it changes whenever one of them does."""
        seen = [(point.draft.pk, point.draft.version) for point in self.points]
        return hashlib.sha256(repr(seen).encode()).hexdigest()

    @property
    def ready(self) -> list[TrayPoint]:
        """The points that lack nothing."""
        return [point for point in self.points if not point.missing]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A debate in which a person has points that they have not published."""

    debate: Debate
    points: int


def tray(debate: Debate, user: User) -> Tray:
    """The points a person keeps in a debate, in their order. One query."""
    found = DraftPoint.objects.filter(author=user, debate=debate, dropped_at=None)
    drafts = list(found.select_related("parent__author"))
    return Tray(debate, [_point(draft, user) for draft in drafts])


def at_hand(debate: Debate, user: User) -> Tray:
    """As `tray`, of a debate that was just read for this person. A query only where it has any."""
    return tray(debate, user) if visits.of(debate).has_points else Tray(debate, [])


def of_statement(statement: Statement, user: User) -> list[DraftPoint]:
    """The points a person keeps that answer this statement. One query."""
    return list(
        DraftPoint.objects.filter(
            author=user, debate=statement.debate_id, parent=statement, dropped_at=None
        )
    )


def dropped(debate: Debate, user: User, key: str) -> str:
    """The key of a point that can be put back, '' where there is none. At most one query."""
    found = DraftPoint.objects.filter(author=user, debate=debate, key=key)
    return key if KEY.fullmatch(key) and found.exclude(dropped_at=None).exists() else ""


def own_above(points: Sequence[DraftPoint], user: User) -> set[int]:
    """The person's own statements above those that the points answer. One query."""
    above = {pk for point in points for pk in grammar.ancestor_ids(point.parent)}
    return set(Statement.objects.filter(pk__in=above, author=user).values_list("pk", flat=True))


def waiting(user: User) -> list[Waiting]:
    """The debates in which a person has unpublished points, at most 20. One query."""
    mine = DraftPoint.objects.filter(author=user, debate=OuterRef("pk"), dropped_at=None)
    number = mine.order_by().values("debate").annotate(n=Count("pk")).values("n")
    own = DraftPoint.objects.filter(author=user, dropped_at=None).values("debate")
    found = Debate.objects.visible_to(user).filter(pk__in=own).annotate(points=Subquery(number))
    debates = found.order_by("-last_turn_at")
    return [Waiting(debate, vars(debate)["points"]) for debate in debates[:20]]


def _point(draft: DraftPoint, user: User) -> TrayPoint:
    parent = draft.parent
    readable = rules.may_read_text(parent, user)
    return TrayPoint(
        draft=draft,
        word=str(Kind(draft.kind).label) if draft.kind else gettext("Point"),
        gloss=str(On(draft.on).label) if draft.on else "",
        name=parent.author.told_name if readable else "",
        quote=_excerpt(draft.quote) if readable else "",
        excerpt=_excerpt(draft.body),
        missing=_missing(draft),
        saved=short_date(draft.saved_at),
    )


def _excerpt(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT].rstrip()}…"


def _missing(draft: DraftPoint) -> str:
    """What a point lacks, in words that say what to do; the rest the action finds out."""
    if draft.parent.is_gone:
        return gettext("%(label)s was removed or withdrawn, so it cannot be answered") % {
            "label": draft.parent.label
        }
    if not draft.kind:
        return gettext("Needs a kind: object, support, ask …")
    if draft.kind == Kind.OBJECTION and not draft.on:
        return gettext("Say what is wrong with it")
    if not draft.body.strip():
        return gettext("Needs your words")
    if len(draft.body.strip()) > BODY_MAX:
        return gettext("Too long: at most %(body_max)s characters") % {
            "body_max": number(BODY_MAX)
        }
    if draft.quote and not _is_there(draft):
        return gettext("The quoted words are not in %(label)s as it now stands") % {
            "label": draft.parent.label
        }
    return ""


def _is_there(draft: DraftPoint) -> bool:
    text = plain.plain(draft.parent.body_html)
    try:
        quotations.find(text, draft.quote, prefix=draft.before, suffix=draft.after)
    except (LookupError, ValueError):
        return False
    return True
