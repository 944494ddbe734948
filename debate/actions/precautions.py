"""What is looked at before something is published: what is refused, and what has to wait."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from accounts.models import User
from debate import rules
from debate.actions.refusals import LimitReached
from debate.models import Debate
from debate.models.holding import Why
from debate.models.precautions import Does
from debate.selectors import precautions

MINUTE = 60
Reason = tuple[Why, str]
"""Why something waits, and what was found in it."""


def refusal_of_words(by: User, text: str) -> str:
    """Why this account cannot say these words here; empty where it can."""
    found = precautions.watched(text, Does.REFUSE) if precautions.concerns(by) else None
    if found is None:
        return ""
    return found.told or _without(found.words)


def refusal_of_edit(by: User, before: str, after: str) -> str:
    """Why an edit cannot put this in: what would have to wait has to be a statement of its own."""
    if not precautions.concerns(by):
        return ""
    found = precautions.watched(after, Does.HOLD)
    if found is not None and precautions.watched(before, Does.HOLD) != found:
        return found.told or _without(found.words)
    links = precautions.is_about(precautions.now().set.holds_links, by)
    if links and precautions.has_link(after) and not precautions.has_link(before):
        return gettext("A link would wait for a moderator. Say it in a statement of its own.")
    return ""


def _without(words: str) -> str:
    return gettext("Say it without “%(words)s”.") % {"words": words}


def check(debate: Debate, bodies: Sequence[str], *, by: User) -> Reason | None:
    """Why this has to wait before it is published there; None where it need not.

    Raises LimitReached where the debate is slow; ValidationError (body) for what was said before.
    Nothing is asked of the database but for new people, and what `precautions.now` needs.
    """
    _require_pause(debate, by)
    if not precautions.concerns(by):
        return None
    if precautions.is_about(precautions.now().set.repeats, by):
        _require_new(by, bodies)
    return _reason(by, bodies) if precautions.holds_in(debate) else None


def _require_pause(debate: Debate, by: User) -> None:
    if not debate.slow_minutes or rules.may_look_after(debate, by):
        return
    wait = precautions.seconds_to_wait(debate, by)
    if wait:
        slow = ngettext(
            "This debate is slow: one turn every minute.",
            "This debate is slow: one turn every %(n)s minutes.",
            debate.slow_minutes,
        ) % {"n": debate.slow_minutes}
        minutes = -(-wait // MINUTE)
        again = ngettext(
            "Yours can be sent in a minute.", "Yours can be sent in %(n)s minutes.", minutes
        ) % {"n": minutes}
        raise LimitReached(f"{slow} {again}", retry_after=wait)


def _require_new(by: User, bodies: Sequence[str]) -> None:
    said = precautions.said_before(by, bodies)
    if said is not None:
        told = gettext(
            "You have said this in these very words already, as %(label)s. "
            "Answer there, or say what is new."
        )
        raise ValidationError({"body": told % {"label": said.label}})


def _reason(by: User, bodies: Sequence[str]) -> Reason | None:
    settings = precautions.now().set
    for body in bodies:
        if found := precautions.watched(body, Does.HOLD):
            return Why.WORD, found.words
        if precautions.is_about(settings.holds_links, by) and precautions.has_link(body):
            return Why.LINK, ""
    if settings.holds_first and precautions.is_new(by):
        stand = precautions.passed(by)
        if stand < settings.holds_first:
            return Why.FIRST, str(stand + 1)
    return None
