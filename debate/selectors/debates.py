"""Debates as lists and single ones."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from debate.models import Debate, Participation, Turn
from debate.models.debates import State, Visibility
from debate.rules import Viewer
from debate.selectors import visits
from debate.selectors.listings import Cut, NoSuchPlace, Part

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def debate(slug: str, viewer: Viewer) -> Debate:
    """The debate at this address, and what of it the viewer has seen; raises DoesNotExist."""
    return _visible(visits.debate("slug", slug, viewer), viewer)


def of_statement(debate_id: int, viewer: Viewer) -> Debate:
    """As `debate`, by id."""
    return _visible(visits.debate("id", debate_id, viewer), viewer)


def _visible(found: Debate, viewer: Viewer) -> Debate:
    """The debate, if the viewer may see it: only of a private one that has to be asked."""
    is_private = found.visibility == Visibility.PRIVATE
    if is_private and not Debate.objects.visible_to(viewer).filter(pk=found.pk).exists():
        raise Debate.DoesNotExist
    return found


def version(debate: Debate) -> Hashable:
    """What changes when anything in the debate does, and so keeps what was made of it."""
    fields = (field.attname for field in debate._meta.concrete_fields)
    return repr([getattr(debate, field) for field in fields])


def by_slugs(slugs: Collection[str], viewer: Viewer) -> QuerySet[Debate]:
    """Those of the debates at these addresses that exist for the viewer. One query."""
    return (
        Debate.objects.visible_to(viewer).filter(slug__in=slugs).select_related("starter__owner")
    )


# ---- the list of debates
@dataclass(frozen=True, slots=True)
class Order:
    """An order of the list, from the most to the least; `word` says what comes first."""

    name: str
    word: StrPromise
    field: str


ORDERS = {
    order.name: order
    for order in (
        Order("active", gettext_lazy("Latest turn"), "last_turn_at"),
        Order("newest", gettext_lazy("Newest"), "id"),
        Order("statements", gettext_lazy("Most statements"), "statement_count"),
        Order("open", gettext_lazy("Most open points"), "open_count"),
    )
}
ACTIVE = ORDERS["active"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which debates: about a topic (its name), in a state, those of the viewer; empty: all."""

    topic: str = ""
    state: str = ""
    yours: bool = False


def found(viewer: Viewer, wanted: Wanted) -> QuerySet[Debate]:
    """The debates that a list may show the viewer, of those wanted, in any state."""
    listed = Debate.objects.listed_for(viewer)
    if wanted.yours:
        own = Participation.objects.filter(debate=OuterRef("pk"), person=viewer.pk)
        said = Turn.objects.filter(debate=OuterRef("pk"), author=viewer.pk)
        visible = Debate.objects.visible_to(viewer)
        listed = visible.filter(Q(Exists(own)) | Q(Exists(said)) | Q(starter=viewer.pk))
    return listed.filter(topics__contains=[wanted.topic]) if wanted.topic else listed


def listed(viewer: Viewer, wanted: Wanted, order: Order, cut: Cut) -> Part[Debate]:
    """A page of the list; the cut's key is an id.

    One query, one more to go on from a row. Raises NoSuchPlace where that is not the viewer's to
    see.
    """
    rows = found(viewer, wanted).select_related("starter__owner")
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    backwards = cut.before is not None
    key = cut.before if backwards else cut.after
    if key is not None:
        rows = rows.filter(_beyond(viewer, order, key, backwards))
    names = (order.field, "id") if backwards else (f"-{order.field}", "-id")
    read = list(rows.order_by(*dict.fromkeys(names))[: cut.limit + 1])
    more, page = len(read) > cut.limit, read[: cut.limit]
    if backwards:
        page.reverse()
        return Part(page, bool(page), more)
    return Part(page, more, key is not None and bool(page))


def _beyond(viewer: Viewer, order: Order, key: int, backwards: bool) -> Q:
    """What stands behind the row with this id, or before it, by where that stands now."""
    seen = Debate.objects.visible_to(viewer).filter(pk=key)
    place = seen.values_list(order.field, flat=True).first()
    if place is None:
        raise NoSuchPlace
    beyond = "gt" if backwards else "lt"
    same = Q(**{order.field: place, f"id__{beyond}": key})
    return Q(**{f"{order.field}__{beyond}": place}) | same


def counts(viewer: Viewer, wanted: Wanted) -> dict[str, int]:
    """How many of the debates wanted are in each state. One query."""
    by_state = found(viewer, wanted).order_by().values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(State.values, 0) | dict(by_state)
