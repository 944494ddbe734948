"""Moments and numbers in words of the reader's language, in the zone that is active."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, pgettext


def day(moment: date) -> str:
    """A day, short: 18 Nov 2026."""
    told = _local(moment)
    return _day(get_language(), told.year, told.month, told.day)


@lru_cache(maxsize=1024)  # a page says the same few days of all its statements
def _day(language: str | None, *parts: int) -> str:
    return date_format(date(*parts), pgettext("format of a date", "j M Y"))


def whole_day(moment: date) -> str:
    """A day with the whole name of its month: 18 November 2026."""
    return date_format(_local(moment), pgettext("format of a date", "j F Y"))


def month(moment: date) -> str:
    """A month: November 2026."""
    return date_format(_local(moment), pgettext("format of a date", "F Y"))


def minute(moment: datetime) -> str:
    """A day and a minute: 18 Nov 2026, 14:05 UTC."""
    return date_format(_local(moment), pgettext("format of a date", "j M Y, H:i T"))


def whole_minute(moment: datetime) -> str:
    """A minute of a day with the whole name of its month: 18 November 2026, 14:05 UTC."""
    return date_format(_local(moment), pgettext("format of a date", "j F Y, H:i T"))


def minute_first(moment: datetime) -> str:
    """A minute and its day: 14:05 UTC, 18 Nov 2026."""
    return date_format(_local(moment), pgettext("format of a date", "H:i T, j M Y"))


def _local(moment: date) -> date:
    return timezone.localtime(moment) if isinstance(moment, datetime) else moment


def number(value: int) -> str:
    """A number: 12,345."""
    return number_format(value, force_grouping=True)
