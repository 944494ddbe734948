"""Check constraints on the length of text, in characters."""

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual


def at_most(field: str, most: int, *, name: str) -> models.CheckConstraint:
    """`field` has at most `most` characters."""
    return models.CheckConstraint(condition=LessThanOrEqual(Length(field), most), name=name)


def within(field: str, least: int, most: int, *, name: str) -> models.CheckConstraint:
    """`field` has from `least` to `most` characters."""
    return models.CheckConstraint(
        condition=models.Q(GreaterThanOrEqual(Length(field), least))
        & models.Q(LessThanOrEqual(Length(field), most)),
        name=name,
    )
