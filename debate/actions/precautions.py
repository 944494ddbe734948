"""What is looked at before something is published: what is refused, and what has to wait."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from accounts.models import User
from debate import rules
from debate.actions.refusals import LimitReached
from debate.models import Debate, Statement
from debate.models.debates import Visibility
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
    """Why a name or a text of a debate cannot become this: what would have to wait is refused."""
    found = _put_in(by, before, after)
    if found is None:
        return ""
    if found[0] == Why.LINK:
        return gettext("A link would wait for a moderator. Say it in a statement of its own.")
    return _without(found[1])


def _put_in(by: User, before: str, after: str) -> Reason | None:
    """What an edit puts in that has to wait: watched words, links; None where there is nothing."""
    if not precautions.concerns(by):
        return None
    known = precautions.all_watched(before, Does.HOLD)
    for one in precautions.all_watched(after, Does.HOLD):
        if one not in known:
            return Why.WORD, one.words
    waits = precautions.is_about(precautions.now().set.holds_links, by)
    if waits and precautions.links(after) - precautions.links(before):
        return Why.LINK, ""
    return None


def check_edit(statement: Statement, body: str, *, by: User) -> Reason | None:
    """Why an edit has to wait before anybody reads it; None where it need not.

    Of what was there already nothing follows. Raises ValidationError (body) for what was said
    before. Nothing is asked of the database but for new people, and what `precautions.now` needs.
    """
    if not precautions.concerns(by):
        return None
    if precautions.is_about(precautions.now().set.repeats, by):
        _require_new(by, [body], but=statement)
    if not precautions.holds_in(statement.debate):
        return None
    return _put_in(by, statement.body, body) or _among_first(by)


def check_debate(bodies: Sequence[str], *, by: User, visibility: str) -> Reason | None:
    """Why a new debate has to wait before anybody finds it; None where it need not."""
    if not precautions.concerns(by) or visibility == Visibility.PRIVATE:
        return None
    return _reason(by, bodies)


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


def _require_new(by: User, bodies: Sequence[str], but: Statement | None = None) -> None:
    said = precautions.said_before(by, bodies, but)
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
    return _among_first(by)


def _among_first(by: User) -> Reason | None:
    first = precautions.now().set.holds_first
    if first and precautions.is_new(by):
        stand = precautions.passed(by)
        if stand < first:
            return Why.FIRST, str(stand + 1)
    return None
