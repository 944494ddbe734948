"""Starting debates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext

from accounts.limits import Deed
from accounts.models import User
from accounts.moments import number
from debate import rules
from debate.actions import deeds, events, marks, statements
from debate.actions.refusals import refusal_of_short, shows
from debate.models import Debate, Participation, Turn
from debate.models.debates import BACKGROUND_MAX, QUESTION_MAX, TOPICS_MAX, Role, Visibility
from debate.models.events import EventKind
from debate.models.statements import NAME_MAX, Kind
from debate.text import markdown

POSITIONS_MAX = 10
TOPIC_MAX = 40
RESERVED_SLUGS = frozenset({"new"})


@dataclass(frozen=True, slots=True)
class Stand:
    """A position to open with: its short name and what it says."""

    name: str
    body: str


def start(
    *,
    by: User,
    question: str,
    background: str = "",
    positions: Sequence[Stand] = (),
    topics: Sequence[str] = (),
    visibility: str = Visibility.PUBLIC,
    generated_by: str = "",
) -> Debate:
    """Open a debate with the positions on its question, the first one being the starter's own.

    The further ones are put in the other sides' words: a person then disagrees with them.
    Raises PermissionDenied; LimitReached; ValidationError by field (question, background, topics,
    visibility, positions.<index>.name, positions.<index>.body, generated_by).
    """
    rules.require(rules.may_start_debate(by))
    generated_by = events.check_generated_by(by, generated_by)
    fields = _checked(by, question, background, positions, topics, visibility)
    with transaction.atomic():
        deeds.count(by, Deed.DEBATES)
        debate = _create(fields, by)
        Participation.objects.create(debate=debate, person=by, role=Role.FACILITATOR)
        events.record(debate, EventKind.DEBATE_STARTED, by=by, generated_by=generated_by)
        turn = statements.open_turn(debate, by=by)
        for index, stand in enumerate(positions):
            _take(debate, turn, stand, by, own=index == 0, generated_by=generated_by)
        events.save_counters(debate)
    return debate


def _take(
    debate: Debate, turn: Turn, stand: Stand, by: User, *, own: bool, generated_by: str
) -> None:
    position = statements.publish(
        debate,
        turn=turn,
        author=by,
        kind=Kind.POSITION,
        name=" ".join(markdown.clean(stand.name).split()),
        body=markdown.clean(stand.body).strip(),
        generated_by=generated_by,
    )
    events.record(
        debate,
        EventKind.STATEMENT_PUBLISHED,
        by=by,
        statement=position,
        generated_by=generated_by,
    )
    if not own and not by.is_bot:
        marks.put(debate, position, by=by, truth="disagree")


def _create(fields: dict[str, Any], by: User) -> Debate:
    """The debate under a free address made from its question."""
    base = slugify(fields["question"])[:60].strip("-") or "debate"
    slug = base
    while True:
        if slug not in RESERVED_SLUGS:
            try:
                with transaction.atomic():
                    return Debate.objects.create(slug=slug, starter=by, **fields)
            except IntegrityError:
                if not Debate.objects.filter(slug=slug).exists():
                    raise
        slug = f"{base}-{get_random_string(4, 'abcdefghijkmnpqrstuvwxyz23456789')}"


def _checked(
    by: User,
    question: str,
    background: str,
    positions: Sequence[Stand],
    topics: Sequence[str],
    visibility: str,
) -> dict[str, Any]:
    """The debate's own fields as stored; raises ValidationError, for the positions too."""
    problems: dict[str, str] = {}
    question = _text(
        "question", question, QUESTION_MAX, problems, needed=gettext("Ask a question.")
    )
    background = _text("background", background, BACKGROUND_MAX, problems)
    topics = [" ".join(topic.split()) for topic in topics if topic.strip()]
    if len(topics) > TOPICS_MAX or any(refusal_of_short(topic, TOPIC_MAX) for topic in topics):
        problems["topics"] = gettext(
            "Use at most %(topics_max)s topics of at most %(topic_max)s characters."
        ) % {"topics_max": TOPICS_MAX, "topic_max": TOPIC_MAX}
    if visibility not in (Visibility.PUBLIC, Visibility.UNLISTED):
        problems["visibility"] = gettext("Choose public or unlisted.")
    _check_positions(positions, by, problems)
    if problems:
        raise ValidationError(dict(problems))
    return {
        "question": " ".join(question.split()),
        "background": background,
        "background_html": markdown.render(background) if background else "",
        "topics": topics,
        "visibility": visibility,
    }


def _check_positions(positions: Sequence[Stand], by: User, problems: dict[str, str]) -> None:
    if not positions:
        problems["positions"] = gettext("Say at least what you hold yourself.")
    elif len(positions) > POSITIONS_MAX:
        problems["positions"] = gettext("Open with at most %(positions_max)s positions.") % {
            "positions_max": POSITIONS_MAX
        }
    for i, stand in enumerate(positions):
        _text(
            f"positions.{i}.name",
            stand.name,
            NAME_MAX,
            problems,
            needed=gettext("Give it a name."),
        )
        if refusal := statements.refusal_of_body(stand.body, by):
            problems[f"positions.{i}.body"] = refusal


def _text(field: str, text: str, most: int, problems: dict[str, str], *, needed: str = "") -> str:
    try:
        text = markdown.clean(text).strip()
    except ValueError as error:
        problems[field] = str(error)
        return ""
    if needed and not shows(text):
        problems[field] = needed
    elif len(text) > most:
        problems[field] = gettext("Use at most %(most)s characters; these are %(count)s.") % {
            "most": number(most),
            "count": number(len(text)),
        }
    return text
