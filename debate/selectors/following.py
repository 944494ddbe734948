"""What a person follows and has muted: their own business alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import FORMER, User
from debate import rules
from debate.models import Debate, Following, Statement
from debate.models.following import Level
from debate.selectors import listings
from debate.selectors.listings import Cut, Part
from debate.text import plain

WORDS = 120


@dataclass(frozen=True, slots=True)
class Followed:
    """Something that is followed or muted: what it is called, where it stands, what changes it."""

    row: Following
    noun: str
    name: str
    address: str
    form: str
    words: str = ""


def listed(person: User, cut: Cut) -> Part[Followed]:
    """What the person follows or has muted and may see, the newest first. One query."""
    part = listings.portion(_seen(person), "-id", cut)
    rows = [_followed(row, person) for row in part.rows]
    return Part(rows, part.has_next, part.has_previous)


def level(person: User, **of: Statement | User) -> str:
    """The level of one statement (`statement=`) or person (`whom=`); '' for none. One query."""
    found = Following.objects.filter(person=person, **of).values_list("level", flat=True)
    return found.first() or ""


def _seen(person: User) -> QuerySet[Following]:
    here = Debate.objects.visible_to(person).values("pk")
    about = Q(debate__in=here) | Q(statement__debate__in=here)
    about |= Q(whom__isnull=False) & ~Q(whom__username__startswith=FORMER)
    found = Following.objects.filter(about, person=person).exclude(level=Level.STOPPED)
    return found.select_related("debate", "statement__debate", "whom__owner")


def _followed(row: Following, viewer: User) -> Followed:
    if row.debate is not None:
        return Followed(row, "debate", row.debate.question, *_places("debate", row.debate.slug))
    if row.whom is not None:
        return Followed(row, "person", row.whom.told_name, *_places("person", row.whom.username))
    assert row.statement is not None  # one of the three, as the table has it
    places = _places("statement", row.statement.pk)
    readable = rules.may_read_text(row.statement, viewer)
    words = short(row.statement.name or plain.plain(row.statement.body_html)) if readable else ""
    return Followed(row, "statement", row.statement.label, *places, words=words)


def _places(noun: str, at: str | int) -> tuple[str, str]:
    """The page of a thing, and the address of the form that follows it."""
    return reverse(f"debate:{noun}-detail", args=[at]), reverse(f"debate:{noun}-follow", args=[at])


def short(text: str, most: int = WORDS) -> str:
    """The beginning of a text, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"
