"""Starting debates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext

from accounts.limits import Deed
from accounts.models import User
from debate import rules
from debate.actions import deeds, events, marks, outlines, statements
from debate.actions import topics as topic_actions
from debate.models import Debate, Participation, Turn
from debate.models.debates import Bots, Role, Visibility
from debate.models.events import EventKind
from debate.models.statements import NAME_MAX, Kind
from debate.text import markdown

POSITIONS_MAX = 10
PLAIN = {
    "background": "",
    "terms": [],
    "topics": [],
    "visibility": Visibility.PUBLIC.value,
    "bots": Bots.WRITE.value,
}
"""What a debate says of itself where nothing else is said."""
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
    terms: Sequence[Sequence[str]] = (),
    positions: Sequence[Stand] = (),
    topics: Sequence[str] = (),
    visibility: str = Visibility.PUBLIC,
    bots: str = Bots.WRITE,
    generated_by: str = "",
) -> Debate:
    """Open a debate with the positions on its question, the first one being the starter's own.

    The further ones are put in the other sides' words: a person then disagrees with them. Raises
    PermissionDenied; LimitReached; ValidationError by field: those of `outlines.checked`,
    positions.<index>.name, positions.<index>.body, generated_by.
    """
    rules.require(rules.may_start_debate(by))
    generated_by = events.check_generated_by(by, generated_by)
    sent = {
        "question": question,
        "background": background,
        "terms": terms,
        "topics": topics,
        "visibility": visibility,
        "bots": bots,
    }
    fields = check(by, positions, sent)
    with transaction.atomic():
        deeds.count(by, Deed.DEBATES)
        return put(fields, positions, by=by, generated_by=generated_by)


def put(
    fields: dict[str, Any], positions: Sequence[Stand], *, by: User, generated_by: str
) -> Debate:
    """Open a debate of fields that `check` gave, uncounted, within a transaction."""
    place = fields["visibility"]
    fields["topics"] = topic_actions.taken(fields["topics"], by=by, visibility=place)
    debate = _create(fields, by)
    Participation.objects.create(debate=debate, person=by, role=Role.FACILITATOR)
    events.record(debate, EventKind.DEBATE_STARTED, by=by, generated_by=generated_by)
    turn = statements.open_turn(debate, by=by)
    for index, stand in enumerate(positions):
        _take(debate, turn, stand, by, own=index == 0, generated_by=generated_by)
    events.save_counters(debate)
    return debate


def check(by: User, positions: Sequence[Stand], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The debate's own fields as they would be stored, for a preview too; writes nothing.

    Raises ValidationError by field, as `start` does, but not for topics that are not there.
    """
    problems: outlines.Problems = {}
    fields = outlines.checked(sent, by, problems)
    _check_positions(positions, by, problems)
    outlines.require_none(problems)
    return fields


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
    """The debate under a free address made from its question.

    Those that not everybody may find get an ending that nobody can guess: otherwise a question
    that is taken would tell of them.
    """
    base = slugify(fields["question"])[:60].strip("-") or "debate"
    slug = base if fields["visibility"] == Visibility.PUBLIC else f"{base}-{_ending(8)}"
    while True:
        if slug not in RESERVED_SLUGS:
            try:
                with transaction.atomic():
                    return Debate.objects.create(slug=slug, starter=by, **fields)
            except IntegrityError:
                if not Debate.objects.filter(slug=slug).exists():
                    raise
        slug = f"{base}-{_ending(8)}"


def free_slug(question: str, visibility: str) -> str:
    """An address that is free now, as a new debate would get it."""
    base = slugify(question)[:60].strip("-") or "debate"
    slug = base if visibility == Visibility.PUBLIC else f"{base}-{_ending(8)}"
    while slug in RESERVED_SLUGS or Debate.objects.filter(slug=slug).exists():
        slug = f"{base}-{_ending(8)}"
    return slug


def _ending(length: int) -> str:
    return get_random_string(length, "abcdefghijkmnpqrstuvwxyz23456789")


def _check_positions(positions: Sequence[Stand], by: User, problems: dict[str, str]) -> None:
    if not positions:
        problems["positions"] = gettext("Say at least what you hold yourself.")
    elif len(positions) > POSITIONS_MAX:
        problems["positions"] = gettext("Open with at most %(positions_max)s positions.") % {
            "positions_max": POSITIONS_MAX
        }
    for i, stand in enumerate(positions):
        needed = gettext("Give it a name.")
        outlines.text(f"positions.{i}.name", stand.name, NAME_MAX, problems, needed=needed)
        outlines.watch(f"positions.{i}.name", stand.name, by, problems)
        if refusal := statements.refusal_of_body(stand.body, by):
            problems[f"positions.{i}.body"] = refusal
