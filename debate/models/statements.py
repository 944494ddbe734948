from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from debate.models.debates import Debate
from debate.models.lengths import at_most, within
from debate.models.turns import Turn

BODY_MAX = 10_000
NAME_MAX = 60
DEPTH_MAX = 500
SHALLOW = 8
"""How deep a thread is shown before a line goes on in a page of its own."""
REASON_MAX = 500


class Kind(models.TextChoices):
    """What a statement does to what it answers."""

    POSITION = "position", gettext_lazy("Position")
    CRUX = "crux", gettext_lazy("Crux")
    SUPPORT = "support", gettext_lazy("Support")
    OBJECTION = "objection", gettext_lazy("Objection")
    QUESTION = "question", gettext_lazy("Question")
    ANSWER = "answer", gettext_lazy("Answer")
    CLARIFICATION = "clarification", gettext_lazy("Clarification")
    CONCESSION = "concession", gettext_lazy("Concession")
    REMARK = "remark", gettext_lazy("Remark")


ROOTS = (Kind.POSITION, Kind.CRUX)
CLAIMS = tuple(kind for kind in Kind if kind not in (Kind.QUESTION, Kind.CONCESSION))
BEARING = (Kind.SUPPORT, Kind.OBJECTION)
AUTHOR_AGREES = tuple(kind for kind in CLAIMS if kind != Kind.CRUX)
LETTERS = {Kind.POSITION: "P", Kind.CRUX: "C"}


class On(models.TextChoices):
    """What an objection says is wrong."""

    TRUTH = "truth", gettext_lazy("not true")
    RELEVANCE = "relevance", gettext_lazy("beside the point")
    FRAMING = "framing", gettext_lazy("wrong terms")


class Status(models.TextChoices):
    """Where a statement stands; worked out by actions.statuses, the first that fits."""

    NONE = "", ""
    HIDDEN = "hidden", gettext_lazy("Hidden")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")
    GRANTED_BESIDE = "granted without bearing", gettext_lazy("Granted, but not that it bears")
    GRANTED = "granted", gettext_lazy("Granted")
    ANSWERED = "answered", gettext_lazy("Answered")
    ASKED_ABOUT = "asked about", gettext_lazy("Asked about")
    OPEN = "open", gettext_lazy("Open")


class CruxState(models.TextChoices):
    """Settled: all sides mark the crux the same way."""

    LIVE = "live", gettext_lazy("Live")
    SETTLED = "settled", gettext_lazy("Settled")
    DROPPED = "dropped", gettext_lazy("Dropped")


class GeneratedBy(models.TextChoices):
    """How what a bot writes came about."""

    PERSON = "person", gettext_lazy("Written by a person, sent by the bot")
    ASSISTED = "assisted", gettext_lazy("Drafted by a language model, checked by a person")
    MODEL = "model", gettext_lazy("Written by a language model, unchecked")
    PROGRAM = "program", gettext_lazy("Made by a program without a language model")


class Quotation(models.Model):
    """An exact passage of a statement's plain text: both selectors of W3C Web Annotation."""

    statement = models.ForeignKey(
        "Statement", on_delete=models.CASCADE, related_name="quotations_of_it"
    )
    revision = models.PositiveIntegerField()
    exact = models.TextField()
    prefix = models.CharField(max_length=32, blank=True)
    suffix = models.CharField(max_length=32, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            within("exact", 1, BODY_MAX, name="quotation_exact_length"),
            models.CheckConstraint(
                condition=LessThan(F("start"), F("end")), name="quotation_start_before_end"
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="quotation_revision"),
        ]

    def __str__(self) -> str:
        return f"“{self.exact}”"


class Statement(models.Model):
    """Everything said, in one table for all kinds.

    `path`, `depth` and `root` follow from `parent` and are kept by a trigger: one byte (0 under a
    position, 1 under a crux), then the id of each statement from the root down in four big-endian
    bytes. Byte order is reading order. The trigger also refuses a parent of another debate and any
    later move, so a circle cannot arise.
    """

    debate = models.ForeignKey(Debate, on_delete=models.CASCADE, related_name="statements")
    turn = models.ForeignKey(
        Turn, on_delete=models.PROTECT, null=True, blank=True, related_name="statements"
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=13, choices=Kind)
    on = models.CharField(max_length=9, choices=On, blank=True)
    ordinal = models.PositiveIntegerField()
    name = models.CharField(max_length=NAME_MAX, blank=True)
    body = models.TextField(max_length=BODY_MAX)
    body_html = models.TextField(editable=False)
    revision = models.PositiveIntegerField(default=1)
    quotation = models.OneToOneField(
        Quotation, on_delete=models.PROTECT, null=True, blank=True, related_name="quoted_in"
    )
    generated_by = models.CharField(max_length=8, choices=GeneratedBy, blank=True)
    source = models.JSONField(default=dict, blank=True)

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        db_index=False,  # statement_replies begins with it
    )
    root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    path = models.BinaryField(editable=False, default=b"")
    depth = models.PositiveSmallIntegerField(editable=False, default=0)

    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    status = models.CharField(max_length=23, choices=Status, blank=True, editable=False)
    crux_state = models.CharField(max_length=7, choices=CruxState, blank=True)
    reply_count = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    open_total = models.PositiveIntegerField(default=0, editable=False)
    agree_count = models.PositiveIntegerField(default=0, editable=False)
    unsure_count = models.PositiveIntegerField(default=0, editable=False)
    disagree_count = models.PositiveIntegerField(default=0, editable=False)
    bears_count = models.PositiveIntegerField(default=0, editable=False)
    beside_count = models.PositiveIntegerField(default=0, editable=False)
    changed_minds = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("debate", "path", name="statement_path_once"),
            models.UniqueConstraint(
                "debate",
                Case(When(kind__in=ROOTS, then="kind"), default=Value("")),
                "ordinal",
                name="statement_label_once",
            ),
            models.CheckConstraint(
                condition=Q(generated_by__in=["", *GeneratedBy.values]),
                name="statement_generated_by",
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="statement_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=ROOTS, parent=None, depth=0)
                | ~Q(kind__in=ROOTS) & Q(parent__isnull=False, depth__gt=0),
                name="statement_kind_needs_parent",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.OBJECTION, on__in=On.values)
                | ~Q(kind=Kind.OBJECTION) & Q(on=""),
                name="statement_on_for_objections",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ROOTS) & ~Q(name="") | ~Q(kind__in=ROOTS) & Q(name=""),
                name="statement_name_for_roots",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.CRUX, crux_state__in=CruxState.values)
                | ~Q(kind=Kind.CRUX) & Q(crux_state=""),
                name="statement_crux_state",
            ),
            models.CheckConstraint(
                condition=Q(turn__isnull=False) | Q(kind=Kind.CRUX), name="statement_has_turn"
            ),
            models.CheckConstraint(
                condition=Q(quotation=None) | Q(parent__isnull=False),
                name="statement_quotes_parent",
            ),
            models.CheckConstraint(
                condition=Q(depth__lte=DEPTH_MAX), name="statement_depth_at_most"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="statement_status"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="statement_revision"),
            within("body", 1, BODY_MAX, name="statement_body_length"),
            at_most("name", NAME_MAX, name="statement_name_length"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index("debate", "status", "id", name="statement_by_status"),
            models.Index("debate", "id", name="statement_in_order"),
            models.Index("parent", "status", "id", name="statement_replies"),
            models.Index(
                "debate", "path", name="statement_shallow", condition=Q(depth__lte=SHALLOW)
            ),
            models.Index(
                "debate", name="statement_roots", condition=Q(parent=None), include=["id"]
            ),
            models.Index(
                "parent",
                F("created_at").desc(),
                F("id").desc(),
                name="statement_objections",
                condition=Q(kind=Kind.OBJECTION, hidden_at=None, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Short name within the debate: P1 for positions, C1 for cruxes, S1 for the rest."""
        return f"{LETTERS.get(Kind(self.kind), 'S')}{self.ordinal}"

    @property
    def is_gone(self) -> bool:
        """Whether readers see a tombstone."""
        return self.hidden_at is not None or self.withdrawn_at is not None


class Revision(models.Model):
    """A wording that an edit replaced. Revision n is the n-th; the newest is the statement's."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    body = models.TextField()
    body_html = models.TextField(editable=False)
    replaced_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=REASON_MAX, blank=True)
    generated_by = models.CharField(max_length=8, choices=GeneratedBy, blank=True)

    class Meta:
        ordering = ("number",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("statement", "number", name="revision_number_once"),
            within("body", 1, BODY_MAX, name="revision_body_length"),
        ]

    def __str__(self) -> str:
        return f"{self.statement}, revision {self.number}"
