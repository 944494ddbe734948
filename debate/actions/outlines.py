"""What a debate says of itself: question, background, terms, topics, and who may do what there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accounts.models import User
from accounts.moments import number
from debate.actions import precautions
from debate.actions.refusals import (
    refusal_of_long,
    refusal_of_short,
    refusal_of_signs,
    shows,
)
from debate.models.debates import (
    BACKGROUND_MAX,
    MEANING_MAX,
    QUESTION_MAX,
    SLOW_MAX,
    TERM_MAX,
    TERMS_MAX,
    TOPICS_MAX,
    Bots,
    Visibility,
)
from debate.models.topics import TOPIC_MAX, is_sluggable, slug_of
from debate.text import markdown

Problems = dict[str, str]
Pair = Sequence[str]


def checked(sent: Mapping[str, Any], by: User, problems: Problems) -> dict[str, Any]:
    """The fields of a debate as they are stored, of those that are sent.

    What is wrong goes into `problems` by field: question, background, terms (terms.<index>.term,
    terms.<index>.meaning), topics, visibility, bots, slow_minutes. Whether topics are there
    is not asked yet.
    """
    fields: dict[str, Any] = {}
    for name, value in sent.items():
        fields |= _CHECKS[name](value, by, problems)
    return fields


def text(field: str, given: str, most: int, problems: Problems, *, needed: str = "") -> str:
    """A text as it is stored; what is wrong with it goes into `problems`."""
    try:
        given = markdown.clean(given).strip()
    except markdown.Unwritable as error:
        problems[field] = refusal_of_signs(error)
        return ""
    if needed and not shows(given):
        problems[field] = needed
    elif len(given) > most:
        problems[field] = refusal_of_long(given, most)
    return given


def _question(given: str, by: User, problems: Problems) -> dict[str, Any]:
    question = text("question", given, QUESTION_MAX, problems, needed=gettext("Ask a question."))
    watch("question", question, by, problems)
    return {"question": " ".join(question.split())}


def _background(given: str, by: User, problems: Problems) -> dict[str, Any]:
    background = text("background", given, BACKGROUND_MAX, problems)
    watch("background", background, by, problems)
    shown = "" if "background" in problems else html(background)
    return {"background": background, "background_html": shown}


def watch(field: str, given: str, by: User, problems: Problems) -> None:
    """Put into `problems` that there are refused words in it, unless it is wrong already."""
    refusal = "" if field in problems else precautions.refusal_of_words(by, given)
    if refusal:
        problems[field] = refusal


def html(source: str) -> str:
    """The HTML of Markdown that may be empty."""
    return markdown.render(source) if source else ""


def _terms(given: Sequence[Pair], by: User, problems: Problems) -> dict[str, Any]:
    pairs = [pair for pair in given if any(shows(part) for part in pair)]
    if len(pairs) > TERMS_MAX:
        problems["terms"] = gettext("Explain at most %(most)s terms.") % {"most": TERMS_MAX}
    return {"terms": [_term(i, *pair, by=by, problems=problems) for i, pair in enumerate(pairs)]}


def _term(index: int, term: str, meaning: str, *, by: User, problems: Problems) -> list[str]:
    at = f"terms.{index}"
    watch(f"{at}.term", term, by, problems)
    watch(f"{at}.meaning", meaning, by, problems)
    parts = (
        ("term", term, TERM_MAX, gettext("Write the term.")),
        ("meaning", meaning, MEANING_MAX, gettext("Say what it means here.")),
    )
    return [
        " ".join(text(f"{at}.{part}", given, most, problems, needed=needed).split())
        for part, given, most, needed in parts
    ]


def _topics(given: Sequence[str], by: User, problems: Problems) -> dict[str, Any]:
    names = [" ".join(name.split()) for name in given if name.strip()]
    names = list({slug_of(name): name for name in names}.values())
    if len(names) > TOPICS_MAX or any(refusal_of_short(name, TOPIC_MAX) for name in names):
        problems["topics"] = gettext(
            "Use at most %(count)s topics of at most %(most)s characters."
        ) % {"count": TOPICS_MAX, "most": TOPIC_MAX}
    elif not all(is_sluggable(name) for name in names):
        problems["topics"] = gettext("A topic has letters or digits in it.")
    for name in names:
        watch("topics", name, by, problems)
    kept = [] if "topics" in problems else names
    return {"topics": [markdown.clean(name) for name in kept]}


def _visibility(given: str, by: User, problems: Problems) -> dict[str, Any]:
    if given not in Visibility.values:
        problems["visibility"] = gettext("Choose public, unlisted or private.")
    elif given == Visibility.PRIVATE and by.is_bot:
        problems["visibility"] = gettext("Private debates are started by people. Choose another.")
    return {"visibility": given}


def _bots(given: str, by: User, problems: Problems) -> dict[str, Any]:
    if given not in Bots.values:
        problems["bots"] = gettext(
            "Choose whether bots may write, only propose, or not take part."
        )
    return {"bots": given}


def _slow(given: int, by: User, problems: Problems) -> dict[str, Any]:
    if not 0 <= given <= SLOW_MAX:
        problems["slow_minutes"] = gettext("Choose 0 to %(most)s minutes.") % {
            "most": number(SLOW_MAX)
        }
    return {"slow_minutes": given}


_CHECKS: dict[str, Callable[[Any, User, Problems], dict[str, Any]]] = {
    "question": _question,
    "background": _background,
    "terms": _terms,
    "topics": _topics,
    "visibility": _visibility,
    "bots": _bots,
    "slow_minutes": _slow,
}


def require_none(problems: Problems) -> None:
    """Go on where nothing is wrong; raise ValidationError by field otherwise."""
    if problems:
        raise ValidationError(dict(problems))
