from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from debate.models.lengths import at_most, within
from debate.models.topics import TOPIC_MAX, slug_of

SLUG_MAX = 80
QUESTION_MAX = 300
BACKGROUND_MAX = 10_000
TOPICS_MAX = 5
TERMS_MAX = 20
TERM_MAX = 60
MEANING_MAX = 500
OUTCOME_MAX = 5_000
SLOW_MAX = 1440
"""In minutes: a day."""


class State(models.TextChoices):
    """Closed: no new statements or edits. Archived: read only."""

    OPEN = "open", gettext_lazy("Open")
    CLOSED = "closed", gettext_lazy("Closed")
    ARCHIVED = "archived", gettext_lazy("Archived")


class Visibility(models.TextChoices):
    """Unlisted: by link only. Private: for its people only."""

    PUBLIC = "public", gettext_lazy("Public")
    UNLISTED = "unlisted", gettext_lazy("Unlisted")
    PRIVATE = "private", gettext_lazy("Private")


class Bots(models.TextChoices):
    """What bots may do in a debate."""

    WRITE = "write", gettext_lazy("May write")
    PROPOSE = "propose", gettext_lazy("May only propose")
    NONE = "none", gettext_lazy("May not take part")


class DebateQuerySet(models.QuerySet["Debate"]):
    """Which debates exist for whom."""

    def visible_to(self, viewer: User | AnonymousUser) -> Self:
        """The debates that exist for the viewer: private ones only for their people."""
        if viewer.pk is None:
            return self.exclude(visibility=Visibility.PRIVATE)
        taking_part = Participation.objects.filter(debate=OuterRef("pk"), person=viewer.pk)
        return self.filter(~Q(visibility=Visibility.PRIVATE) | Exists(taking_part))

    def seen(self, pairs: Collection[tuple[int, int | None]]) -> set[tuple[int, int | None]]:
        """`visible_to` for many at once: of pairs of debate and viewer those that exist.

        Two queries at most; a viewer is a person's id, or None.
        """
        asked = {debate for debate, _ in pairs}
        found = self.filter(pk__in=asked).values_list("pk", "visibility")
        private = {pk for pk, visibility in found if visibility == Visibility.PRIVATE}
        open_ones = {pk for pk, _ in found} - private
        people = Participation.objects.filter(
            debate__in=private, person__in={person for _, person in pairs if person}
        )
        within = set(people.values_list("debate_id", "person_id")) if private else set()
        return {pair for pair in pairs if pair[0] in open_ones or pair in within}

    def listed_for(self, viewer: User | AnonymousUser) -> Self:
        """The debates a list may show the viewer: unlisted ones only to their people."""
        if viewer.pk is None:
            return self.filter(visibility=Visibility.PUBLIC)
        taking_part = Participation.objects.filter(debate=OuterRef("pk"), person=viewer.pk)
        return self.filter(Q(visibility=Visibility.PUBLIC) | Exists(taking_part))


class Debate(models.Model):
    """One question, and everything said on it. Counters move in the transaction that writes.

    `terms` are pairs of a word and what it means here; `topics` the names of topics, which
    actions.topics keeps as the topics have them; `outcome` is what came of it, once archived.
    """

    slug = models.SlugField(max_length=SLUG_MAX, unique=True)
    question = models.CharField(max_length=QUESTION_MAX)
    background = models.TextField(blank=True, max_length=BACKGROUND_MAX)
    background_html = models.TextField(blank=True, editable=False)
    terms = ArrayField(
        ArrayField(models.CharField(max_length=MEANING_MAX), size=2), default=list, blank=True
    )
    topics = ArrayField(models.CharField(max_length=TOPIC_MAX), default=list, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    outcome = models.TextField(blank=True, max_length=OUTCOME_MAX)
    outcome_html = models.TextField(blank=True, editable=False)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    bots = models.CharField(max_length=7, choices=Bots, default=Bots.WRITE)
    slow_minutes = models.PositiveSmallIntegerField(default=0)
    """How long one waits between one's turns; 0 where nobody does."""
    starter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="debates_started")
    source = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_turn_at = models.DateTimeField(default=timezone.now)

    position_count = models.PositiveIntegerField(default=0, editable=False)
    crux_count = models.PositiveIntegerField(default=0, editable=False)
    statement_count = models.PositiveIntegerField(default=0, editable=False)
    open_count = models.PositiveIntegerField(default=0, editable=False)
    turn_count = models.PositiveIntegerField(default=0, editable=False)
    event_count = models.PositiveIntegerField(default=0, editable=False)
    suspended = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    is_locked = models.BooleanField(default=False, editable=False)
    locked = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    """The ids of statements under which, and in which, nothing is written for now."""

    objects = DebateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            within("question", 1, QUESTION_MAX, name="debate_question_length"),
            at_most("background", BACKGROUND_MAX, name="debate_background_length"),
            at_most("outcome", OUTCOME_MAX, name="debate_outcome_length"),
            models.CheckConstraint(
                condition=Q(terms__len__lte=TERMS_MAX), name="debate_terms_at_most"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="debate_state"),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="debate_visibility"
            ),
            models.CheckConstraint(condition=Q(bots__in=Bots.values), name="debate_bots"),
            models.CheckConstraint(
                condition=Q(slow_minutes__lte=SLOW_MAX), name="debate_slow_minutes"
            ),
            models.CheckConstraint(
                condition=Q(topics__len__lte=TOPICS_MAX), name="debate_topics_at_most"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["visibility", "-last_turn_at", "-id"], name="debate_newest_first"
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def topic_links(self) -> list[tuple[str, str]]:
        """The topics as pairs of slug and name. No query."""
        return [(slug_of(name), name) for name in self.topics]


class Role(models.TextChoices):
    """What a person is in a debate."""

    FACILITATOR = "facilitator", gettext_lazy("Facilitator")
    PARTICIPANT = "participant", gettext_lazy("Participant")


class Participation(models.Model):
    """A person's role in a debate; who started it is its first facilitator."""

    debate = models.ForeignKey(Debate, on_delete=models.CASCADE, related_name="participations")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="participations")
    role = models.CharField(max_length=11, choices=Role, default=Role.PARTICIPANT)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("debate", "person", name="participation_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="participation_role"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.debate}: {self.role}"
