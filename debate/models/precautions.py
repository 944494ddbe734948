from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from debate.models.lengths import within
from debate.models.statements import REASON_MAX

FIRST_MAX = 50
WORDS_MAX = 80


class Whose(models.TextChoices):
    """Whose statements a precaution is about."""

    NOBODY = "nobody", gettext_lazy("Nobody")
    NEW = "new", gettext_lazy("New people and their bots")
    ALL = "all", gettext_lazy("Everybody but moderators")


class Precautions(models.Model):
    """What is looked at before or after it is published: one row for the site, none as it comes.

    Private debates are for their people: nothing is held there, and nobody looks in.
    """

    holds_first = models.PositiveSmallIntegerField(
        gettext_lazy("first statements that wait"),
        default=0,
        validators=[MaxValueValidator(FIRST_MAX)],
        help_text=gettext_lazy(
            "So many first statements of a new person wait for a moderator. 0: none do."
        ),
    )
    looks_first = models.PositiveSmallIntegerField(
        gettext_lazy("first statements to look at"),
        default=3,
        validators=[MaxValueValidator(FIRST_MAX)],
        help_text=gettext_lazy(
            "So many first statements of a new person, published at once, come into the queue."
        ),
    )
    holds_links = models.CharField(
        gettext_lazy("whose statements with links wait"),
        max_length=6,
        choices=Whose,
        default=Whose.NOBODY,
    )
    repeats = models.CharField(
        gettext_lazy("who cannot say the same text again"),
        max_length=6,
        choices=Whose,
        default=Whose.NEW,
        help_text=gettext_lazy("Texts of 40 characters and more, within a week."),
    )

    class Meta:
        verbose_name = gettext_lazy("precautions")
        verbose_name_plural = gettext_lazy("precautions")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(id=1), name="precautions_one_row"),
            models.CheckConstraint(
                condition=Q(holds_links__in=Whose.values, repeats__in=Whose.values),
                name="precautions_whose",
            ),
            models.CheckConstraint(
                condition=Q(holds_first__lte=FIRST_MAX, looks_first__lte=FIRST_MAX),
                name="precautions_first_at_most",
            ),
        ]

    def __str__(self) -> str:
        return str(gettext_lazy("Precautions"))


class Does(models.TextChoices):
    """What follows from a word."""

    HOLD = "hold", gettext_lazy("Waits for a moderator")
    REFUSE = "refuse", gettext_lazy("Is refused")


class WatchedWord(models.Model):
    """A word, or several in a row, that is held or refused in what people write.

    `told` is what they are told then; empty, a sentence that names the words.
    """

    words = models.CharField(gettext_lazy("words"), max_length=WORDS_MAX, unique=True)
    does = models.CharField(
        gettext_lazy("a statement with them"), max_length=6, choices=Does, default=Does.HOLD
    )
    told = models.CharField(
        gettext_lazy("what its author is told"),
        max_length=REASON_MAX,
        blank=True,
        help_text=gettext_lazy("Say what to do instead. Empty, the words themselves are named."),
    )

    class Meta:
        verbose_name = gettext_lazy("watched word")
        verbose_name_plural = gettext_lazy("watched words")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(does__in=Does.values), name="watchedword_does"),
            within("words", 1, WORDS_MAX, name="watchedword_words_length"),
        ]

    def __str__(self) -> str:
        return self.words
