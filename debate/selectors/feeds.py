"""What is published in public, newest first, for feeds: as a visitor may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from debate.models import Debate, Statement
from debate.models.debates import Visibility
from debate.selectors import people

MOST = 50
THERE = {"hidden_at": None, "withdrawn_at": None, "debate__visibility": Visibility.PUBLIC}
HIGHEST = b"\xff" * 5
"""Behind all that is under a path: no id is as high."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A feed: what it is of, where that stands, when it began, and what was said."""

    title: str
    address: str
    began: datetime
    statements: list[Statement]


def of_debate(slug: str) -> Stream:
    """The latest statements of a public debate; raises Debate.DoesNotExist. 2 queries."""
    debate = Debate.objects.get(slug=slug, visibility=Visibility.PUBLIC)
    found = _latest(debate.statements.all())
    at = reverse("debate:debate-detail", args=[slug])
    return Stream(debate.question, at, debate.created_at, found)


def of_statement(pk: int) -> Stream:
    """The latest that was said under a statement; raises Statement.DoesNotExist. 2 queries."""
    public = Statement.objects.filter(debate__visibility=Visibility.PUBLIC)
    top = public.select_related("debate").get(pk=pk)
    path = bytes(top.path)
    under = Statement.objects.filter(debate=top.debate, path__gt=path, path__lt=path + HIGHEST)
    title = _("Under %(label)s: %(question)s") % {
        "label": top.label,
        "question": top.debate.question,
    }
    at = reverse("debate:statement-detail", args=[pk])
    return Stream(title, at, top.created_at, _latest(under))


def of_person(username: str) -> Stream:
    """The latest that somebody said in public debates; raises User.DoesNotExist. 2 queries."""
    person = people.person(username, AnonymousUser())
    said = people.statements(person, AnonymousUser())
    at = reverse("debate:person-detail", args=[username])
    return Stream(person.told_name, at, person.date_joined, _latest(said))


def _latest(found: QuerySet[Statement]) -> list[Statement]:
    about = found.filter(**THERE).select_related("author__owner", "parent", "debate")
    return list(about.defer("body", "parent__body", "parent__body_html").order_by("-pk")[:MOST])
