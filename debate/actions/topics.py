"""Topics: those that debates bring in, and what moderators make of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext

from accounts.limits import Deed
from accounts.models import User
from debate import rules
from debate.actions import deeds
from debate.actions.refusals import Conflict, refusal_of_short
from debate.models import Topic
from debate.models.debates import Visibility
from debate.models.topics import DESCRIPTION_MAX, TOPIC_MAX, is_sluggable, slug_of
from debate.text import markdown

REPLACE = """
    UPDATE debate_debate SET topics = CASE WHEN topics @> ARRAY[%(new)s]::varchar[]
        THEN array_remove(topics, %(old)s) ELSE array_replace(topics, %(old)s, %(new)s) END
    WHERE topics @> ARRAY[%(old)s]::varchar[]
"""


def taken(names: Sequence[str], *, by: User, visibility: str) -> list[str]:
    """The names as the topics have them, those that are new made now; for a debate being written.

    New ones come with public debates only, since everybody sees topics. Raises ValidationError
    (topics); LimitReached.
    """
    wanted = {slug_of(name): name for name in names}
    there = _known(wanted)
    fresh = [name for slug, name in wanted.items() if slug not in there]
    if fresh:
        _require_new(fresh, by, visibility)
        deeds.count(by, Deed.TOPICS, len(fresh))
        return known(names)
    return [there[slug] for slug in wanted]


def known(names: Sequence[str]) -> list[str]:
    """The names as the topics have them, new ones made, unasked: for what a site brings itself."""
    wanted = {slug_of(name): name for name in names}
    fresh = [Topic(slug=slug, name=name) for slug, name in wanted.items()]
    Topic.objects.bulk_create(fresh, ignore_conflicts=True)
    found = _known(wanted)
    return [found[slug] for slug in wanted]


def _known(wanted: dict[str, str]) -> dict[str, str]:
    return dict(Topic.objects.filter(slug__in=wanted).values_list("slug", "name"))


def _require_new(fresh: Sequence[str], by: User, visibility: str) -> None:
    answer = rules.may_make_topics(by)
    if answer and visibility != Visibility.PUBLIC:
        answer = rules.no("Topics are for everybody to see, so new ones come with public debates.")
    if not answer:
        names = ", ".join(f"“{name}”" for name in fresh)
        told = gettext("There is no topic %(names)s yet.") % {"names": names}
        raise ValidationError({"topics": f"{told} {answer.reason}"})


def make(*, by: User, name: str, description: str = "") -> Topic:
    """Make a topic, as a moderator.

    Raises PermissionDenied; ValidationError by field (name, description); Conflict where it is.
    """
    _require_moderator(by)
    name, slug, description = checked(name, description)
    with transaction.atomic():
        topic, is_new = Topic.objects.get_or_create(
            slug=slug, defaults={"name": name, "description": description}
        )
    if not is_new:
        raise Conflict(gettext("There is a topic “%(name)s” already.") % {"name": topic.name})
    return topic


def change(topic: Topic, *, by: User, name: str, description: str) -> Topic:
    """Rename and describe a topic, in all its debates; with another's name it becomes that one.

    Raises PermissionDenied; ValidationError by field (name, description).
    """
    _require_moderator(by)
    name, slug, description = checked(name, description)
    with transaction.atomic():
        topic = Topic.objects.select_for_update().get(pk=topic.pk)
        other = Topic.objects.exclude(pk=topic.pk).filter(slug=slug).first()
        if other is not None:
            _replace(topic.name, other.name)
            topic.delete()
            return other
        _replace(topic.name, name)
        topic.name, topic.slug, topic.description = name, slug, description
        topic.save()
    return topic


def remove(topic: Topic, *, by: User) -> None:
    """Remove a topic, also from its debates. Raises PermissionDenied."""
    _require_moderator(by)
    with transaction.atomic():
        _replace(topic.name, None)
        topic.delete()


def _replace(old: str, new: str | None) -> None:
    if old == new:
        return
    with connection.cursor() as cursor:
        if new is None:
            removal = "UPDATE debate_debate SET topics = array_remove(topics, %(old)s) WHERE "
            cursor.execute(removal + "topics @> ARRAY[%(old)s]::varchar[]", {"old": old})
        else:
            cursor.execute(REPLACE, {"old": old, "new": new})


def _require_moderator(by: User) -> None:
    if not rules.may_moderate(by):
        raise PermissionDenied(gettext("Only moderators look after topics."))


def checked(name: str, description: str) -> tuple[str, str, str]:
    """Name, slug and description as they are stored; raises ValidationError by field."""
    problems = {}
    if refusal := refusal_of_short(name, TOPIC_MAX):
        problems["name"] = refusal
    elif not is_sluggable(name):
        problems["name"] = gettext("A topic has letters or digits in it.")
    if refusal := refusal_of_short(description, DESCRIPTION_MAX):
        problems["description"] = refusal
    if problems:
        raise ValidationError(dict(problems))
    name = " ".join(markdown.clean(name).split())
    return name, slug_of(name), markdown.clean(description).strip()
