"""Topics, and how many debates are about each, of those a list may show the viewer."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, Count, Func

from debate.models import Debate, Topic
from debate.rules import Viewer
from debate.selectors import listings
from debate.selectors.listings import Cut, Part

MOST = 500
FEW = 12


class _Each(Func):
    """The elements of an array, a row for each."""

    function = "unnest"
    set_returning = True
    output_field = CharField()


@dataclass(frozen=True, slots=True)
class Counted:
    """A topic and the number of debates about it that lists show the viewer."""

    topic: Topic
    debates: int


def topic(slug: str) -> Topic:
    """The topic at this address; raises Topic.DoesNotExist. One query."""
    if "\x00" in slug:  # which no text of the database holds
        raise Topic.DoesNotExist
    return Topic.objects.get(slug=slug)


def counts(viewer: Viewer) -> dict[str, int]:
    """The number of debates about each topic, by its name. One query."""
    named = Debate.objects.listed_for(viewer).exclude(topics=[]).annotate(topic=_Each("topics"))
    found = named.order_by().values("topic").annotate(n=Count("pk"))
    return {row["topic"]: row["n"] for row in found}


def topics(viewer: Viewer) -> list[Counted]:
    """The topics that have debates, by name; at most 500. 2 queries."""
    counted = counts(viewer)
    found = Topic.objects.filter(name__in=counted).order_by("name")[:MOST]
    return [Counted(one, counted[one.name]) for one in found]


def largest(viewer: Viewer) -> list[tuple[str, str]]:
    """The topics with the most debates, by name: slugs and names of a dozen. 2 queries."""
    by_count = sorted(topics(viewer), key=lambda one: (-one.debates, one.topic.name))[:FEW]
    return sorted((one.topic.slug, one.topic.name) for one in by_count)


def suggested() -> list[str]:
    """Names of topics to offer who starts a debate: of most public debates first. 2 queries."""
    counted = counts(AnonymousUser())
    known = list(Topic.objects.order_by("name")[:MOST])
    known.sort(key=lambda one: (-counted.get(one.name, 0), not one.description))
    return [one.name for one in known[:FEW]]


def listed(viewer: Viewer, cut: Cut) -> Part[Counted]:
    """All topics, for programs; the cut's key is an id. 2 queries."""
    part, counted = listings.portion(Topic.objects.all(), "id", cut), counts(viewer)
    rows = [Counted(one, counted.get(one.name, 0)) for one in part.rows]
    return Part(rows, part.has_next, part.has_previous)
