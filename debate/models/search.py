from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from debate.models.debates import Debate
from debate.models.statements import Kind, Statement, Status

WORD_MAX = 40


class SearchText(models.Model):
    """The words by which a statement is found, or a debate, where `statement` is None.

    Kept by triggers, so that no write can forget it: an edit replaces the words, and what is
    hidden or withdrawn has no row. A row of its own, because a statement's row changes with every
    mark and reply, and its words do not. What one can filter by stands beside the words.
    """

    debate = models.ForeignKey(Debate, on_delete=models.CASCADE, related_name="+")
    statement = models.OneToOneField(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=13, choices=Kind, blank=True)
    status = models.CharField(max_length=23, choices=Status, blank=True)
    by_bot = models.BooleanField()
    words = SearchVectorField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "debate", condition=Q(statement=None), name="searchtext_once_a_debate"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What is new waits in a short list, so that publishing is quick; it is put in its
            # places some fifty statements at a time.
            GinIndex(
                fields=["words"],
                fastupdate=True,
                gin_pending_list_limit=256,
                name="searchtext_words",
            ),
        ]

    def __str__(self) -> str:
        return f"words of {self.statement_id or self.debate_id}"


class SearchWord(models.Model):
    """A word of public debates, and in how many texts it is: what a slip may have meant.

    Worked out anew every hour from what is public and there, and from nothing else.
    """

    word = models.CharField(max_length=WORD_MAX, primary_key=True, db_collation="C")
    count = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(OpClass(F("word"), name="gin_trgm_ops"), name="searchword_alike"),
        ]

    def __str__(self) -> str:
        return self.word
