"""What the site takes care of before it publishes, as moderators have set it in the admin."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.limits import LINK
from accounts.models import Standing, User
from debate.models import Debate, FirstStatement, Held, Precautions, Statement, Turn, WatchedWord
from debate.models.debates import Visibility
from debate.models.drafts import DRAFT_MAX
from debate.models.holding import HeldState
from debate.models.precautions import Does, Whose
from debate.text import words as text_of

SECONDS = 10
"""How long a process goes by what it has read: what is set in the admin holds within that."""
REPEATED = timedelta(days=7)
SHORT = 40
"""Shorter texts may be said again: 'Where does that stand?'"""
LATEST = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """What is set, and the words that are watched, as they are compared."""

    set: Precautions
    words: tuple[tuple[str, WatchedWord], ...]


_kept: list[tuple[float, Kept]] = []


def now() -> Kept:
    """What is set. 2 queries, once in ten seconds."""
    if _kept and _kept[0][0] > time.monotonic():
        return _kept[0][1]
    words = tuple((_folded(one.words), one) for one in WatchedWord.objects.order_by("words"))
    found = Kept(Precautions.objects.first() or Precautions(), words)
    _kept[:] = [(time.monotonic() + SECONDS, found)]
    return found


def forget() -> None:
    """Read it anew the next time: it was changed."""
    _kept.clear()


def concerns(by: User) -> bool:
    """Whether any of it is about this account: not moderators, nor whom they trust so far."""
    whose = by.owner if by.is_bot and by.owner else by
    return not whose.is_moderator and Standing.EXEMPT not in (by.standing, whose.standing)


def is_new(by: User) -> bool:
    """Whether the account is a new person's, or a bot of one."""
    whose = by.owner if by.is_bot and by.owner else by
    return whose.standing == Standing.NEW


def is_about(whose: str, by: User) -> bool:
    """Whether a precaution for these people is about this account."""
    return concerns(by) and (whose == Whose.ALL or (whose == Whose.NEW and is_new(by)))


def holds_in(debate: Debate) -> bool:
    """Whether anything waits in the debate: a private one is not for moderators to look into."""
    return debate.visibility != Visibility.PRIVATE


def watched(text: str, does: Does) -> WatchedWord | None:
    """The first watched words in a text of which this follows. No query but those of `now`."""
    folded = ""
    for words, one in now().words:
        if one.does == does:
            folded = folded or _folded(text)
            if words in folded:
                return one
    return None


def all_watched(text: str, does: Does) -> list[WatchedWord]:
    """All watched words in a text of which this follows. No query but those of `now`."""
    folded = _folded(text)
    return [one for words, one in now().words if one.does == does and words in folded]


def links(text: str) -> set[str]:
    """The links in a text, each as far as there is no space."""
    return {text[found.start() :].split(maxsplit=1)[0] for found in LINK.finditer(text)}


def has_link(text: str) -> bool:
    """Whether a text has a link in it."""
    return LINK.search(text) is not None


def _folded(text: str) -> str:
    """A text as it is compared: its bare words, with spaces around each.

    What is longer than any draft is refused anyway, so no more of it is looked at.
    """
    return f" {text_of.bare(text[:DRAFT_MAX])} "


def first_ones(by: User) -> int:
    """How many statements of a new person moderators have had before them. One query."""
    return FirstStatement.objects.filter(author=by).count()


def passed(by: User) -> int:
    """How many statements the account has that stand where all can read them. One query."""
    stand = Statement.objects.filter(author=by, hidden_at=None, withdrawn_at=None)
    return stand.exclude(debate__visibility=Visibility.PRIVATE).count()


def said_before(by: User, bodies: Iterable[str], but: Statement | None = None) -> Statement | None:
    """What the account has said lately in one of these very words, if anything. One query.

    `but`: not that one.
    """
    wanted = {folded for body in bodies if len(folded := _folded(body)) >= SHORT}
    if not wanted:
        return None
    since = timezone.now() - REPEATED
    mine = Statement.objects.filter(author=by, created_at__gt=since, withdrawn_at=None)
    mine = mine.exclude(pk=but.pk) if but is not None else mine
    latest = mine.only("kind", "ordinal", "body", "debate").order_by("-pk")[:LATEST]
    return next((one for one in latest if _folded(one.body) in wanted), None)


def waiting(by: User) -> int:
    """How many turns of the account wait. One query."""
    return Held.objects.filter(author=by, state=HeldState.WAITS).count()


def seconds_to_wait(debate: Debate, by: User) -> int:
    """How long the account waits until its next turn in a slow debate; 0 for now. One query."""
    pause = timedelta(minutes=debate.slow_minutes)
    latest = Turn.objects.filter(debate=debate, author=by, created_at__gt=timezone.now() - pause)
    last = latest.order_by("-created_at").values_list("created_at", flat=True).first()
    if last is None:
        return 0
    return max(1, round((last + pause - timezone.now()).total_seconds()))
