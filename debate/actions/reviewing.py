"""Working through the queue: deciding what waits, notes on people, looks at hidden words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from debate import moderating, review, rules
from debate.actions import appeals, holding, moderation, proposals, sitewide
from debate.actions.decided import Decided, told
from debate.actions.refusals import refusal_of_short, shows
from debate.models import (
    Appeal,
    FirstStatement,
    Held,
    HiddenLook,
    PersonNote,
    Proposal,
    Report,
    SavedFilter,
)
from debate.models.holding import FirstState
from debate.models.moderation import NOTE_MAX
from debate.models.reviewing import FILTER_MAX, TEMPLATE_NAME_MAX

LOOKED_LATELY = timedelta(hours=1)
"""A look is noted once in so long."""
FILTERS_MAX = 30
WEEK = timedelta(days=7)
Decide = Callable[[int, User, str], Any]
"""Decides the item with this id, by whom and why."""


# ---- deciding
def decide(kind: str, pk: int, *, by: User, act: str, reason: str = "") -> None:
    """Decide an item of the queue, once whoever tries.

    Raises PermissionDenied; ValidationError (act, reason); Decided and Conflict as the acts do;
    ObjectDoesNotExist where there is no such item.
    """
    rules.require(review.may_review(by))
    do = DECISIONS.get((kind, act))
    if do is None:
        raise ValidationError({"act": gettext("Choose what to do.")})
    do(pk, by, reason)


def _uphold(pk: int, by: User, reason: str) -> None:
    moderation.uphold(Report(pk=pk), by=by, reason=reason)


def _dismiss(pk: int, by: User, reason: str) -> None:
    moderation.dismiss(_report(pk), by=by, reason=reason)


def _report(pk: int) -> Report:
    return Report.objects.select_related("statement").get(pk=pk)


def _release(pk: int, by: User, reason: str) -> None:
    holding.release(_held(pk), by=by, reason=reason)


def _refuse(pk: int, by: User, reason: str) -> None:
    holding.refuse(_held(pk), by=by, reason=reason)


def _held(pk: int) -> Held:
    return Held.objects.select_related("author").get(pk=pk)


def _seen(pk: int, by: User, reason: str) -> None:
    with transaction.atomic():
        first = _waiting(pk)
        rules.require(moderating.stands_apart(by, first.statement))
        _settle(first, by)


def _hide_first(pk: int, by: User, reason: str) -> None:
    with transaction.atomic():
        first = _waiting(pk)
        moderation.hide(first.statement, by=by, reason=reason)
        _settle(first, by)


def _waiting(pk: int) -> FirstStatement:
    """A first statement to look at, locked; raises Decided where somebody has."""
    rows = FirstStatement.objects.select_for_update(of=("self",), no_key=True)
    first = rows.select_related("statement", "decided_by").get(pk=pk)
    if first.state != FirstState.WAITS:
        raise Decided(told(first.get_state_display(), first.decided_by, first.decided_at))
    return first


def _settle(first: FirstStatement, by: User) -> None:
    first.state, first.decided_by, first.decided_at = FirstState.SEEN, by, timezone.now()
    first.save(update_fields=["state", "decided_by", "decided_at"])


def _uphold_act(pk: int, by: User, reason: str) -> None:
    appeals.uphold(_appeal(pk), by=by, reason=reason)


def _overturn(pk: int, by: User, reason: str) -> None:
    appeals.overturn(_appeal(pk), by=by, reason=reason)


def _appeal(pk: int) -> Appeal:
    return Appeal.objects.select_related("act").get(pk=pk)


def _accept(pk: int, by: User, reason: str) -> None:
    proposals.accept(Proposal.objects.get(pk=pk), by=by, reason=reason)


def _refuse_proposal(pk: int, by: User, reason: str) -> None:
    proposals.refuse(Proposal.objects.get(pk=pk), by=by, reason=reason)


def _suspending(do: Decide, whose: str, of: type[Model]) -> Decide:
    """Also suspend who wrote it for a week; of a bot its owner, who answers for it.

    `whose` leads from the item, `of` its table, to the account. Who is suspended stays so.
    """

    def both(pk: int, by: User, reason: str) -> None:
        found: Any = of._default_manager.filter(pk=pk)
        [author, owner] = found.values_list(whose, f"{whose}__owner").get()
        with transaction.atomic():
            person = sitewide.hold(User(pk=owner or author))  # before any debate: their order
            do(pk, by, reason)
            if sitewide.in_force(person) is None:
                until = timezone.now() + WEEK
                sitewide.suspend(person, by=by, reason=reason, until=until)

    return both


DECISIONS: dict[tuple[str, str], Decide] = {
    ("report", "hide"): _uphold,
    ("report", "dismiss"): _dismiss,
    ("report", "suspend"): _suspending(_uphold, "statement__author", Report),
    ("held", "release"): _release,
    ("held", "refuse"): _refuse,
    ("held", "suspend"): _suspending(_refuse, "author", Held),
    ("first", "seen"): _seen,
    ("first", "hide"): _hide_first,
    ("first", "suspend"): _suspending(_hide_first, "author", FirstStatement),
    ("appeal", "uphold"): _uphold_act,
    ("appeal", "overturn"): _overturn,
    ("proposal", "accept"): _accept,
    ("proposal", "refuse"): _refuse_proposal,
}
"""By the kind of an item and the act, as `selectors.queue` offers them. More kinds are added here
and there: a `Source` that finds what waits, and what each of its acts does."""


# ---- around it
def note(person: User, *, by: User, text: str) -> PersonNote:
    """Note something on a person, for moderators. Raises PermissionDenied; ValidationError."""
    rules.require(review.may_review(by))
    refusal = refusal_of_short(text, NOTE_MAX)
    if not refusal and not shows(text):
        refusal = gettext("Write a note.")
    if refusal:
        raise ValidationError({"text": refusal})
    return PersonNote.objects.create(person=person, author=by, text=text.strip())


def note_looks(looks: Collection[tuple[int, int]]) -> None:
    """Write down which moderators were shown the words of which hidden or withdrawn statements.

    2 queries at most.
    """
    since = timezone.now() - LOOKED_LATELY
    about = {statement for _, statement in looks}
    lately = HiddenLook.objects.filter(statement__in=about, looked_at__gt=since)
    new = sorted(set(looks) - set(lately.values_list("moderator", "statement")))
    HiddenLook.objects.bulk_create(
        HiddenLook(moderator_id=by, statement_id=statement) for by, statement in new
    )


def save_filter(*, by: User, name: str, query: str) -> SavedFilter:
    """Keep a narrowing of the queue under a name, one's own; the same name replaces it.

    Raises PermissionDenied; ValidationError (name).
    """
    rules.require(review.may_review(by))
    name = " ".join(name.split())
    if not shows(name) or refusal_of_short(name, TEMPLATE_NAME_MAX):
        message = gettext("Give it a name of at most %(most)s characters.")
        raise ValidationError({"name": message % {"most": TEMPLATE_NAME_MAX}})
    known = SavedFilter.objects.filter(owner=by)
    if known.exclude(name=name).count() >= FILTERS_MAX:
        raise ValidationError({"name": gettext("Remove a saved filter first.")})
    kept = {"query": query[:FILTER_MAX]}
    return SavedFilter.objects.update_or_create(owner=by, name=name, defaults=kept)[0]


def drop_filter(*, by: User, pk: int) -> None:
    """Forget a saved filter of one's own."""
    SavedFilter.objects.filter(owner=by, pk=pk).delete()
