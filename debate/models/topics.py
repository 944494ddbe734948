from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.text import slugify

TOPIC_MAX = 40
DESCRIPTION_MAX = 500


def slug_of(name: str) -> str:
    """What a topic of this name has in its address; empty where it has no letter or digit.

    A function of the name alone, so that a debate's row, which holds names, leads to its topics.
    """
    # What is longer is refused; to compose it takes time with the square of the marks on a letter.
    return slugify(name[: 2 * TOPIC_MAX], allow_unicode=True)


def is_sluggable(name: str) -> bool:
    """Whether a topic of this name can have an address: some signs become many letters."""
    return 0 < len(slug_of(name)) <= 2 * TOPIC_MAX


class Topic(models.Model):
    """What debates are about. It was made with a public debate, or by a moderator: no secret."""

    slug = models.CharField(max_length=2 * TOPIC_MAX, unique=True)
    name = models.CharField(max_length=TOPIC_MAX, unique=True)
    description = models.CharField(max_length=DESCRIPTION_MAX, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
