"""A letter with very many marks costs no door more than other words of that length."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.utils import timezone

from accounts import names
from debate.formats.fitting.words import Mending
from debate.formats.outline import Loss
from debate.models.topics import slug_of
from debate.text import markdown
from tests.hostility.test_doors import all_forms

pytestmark = pytest.mark.django_db
STACK = "a" + "\u0301\u0316" * 15_000
"""To put these in order takes 0.4 s and more, and four times that where they are twice as many."""
MANY = "a" + "\u0301\u0316" * 500_000
SECONDS = 0.35


def spent(begun: float) -> float:
    return time.process_time() - begun


def test_no_field_of_any_door_puts_them_in_order() -> None:
    slow = []
    for form in all_forms():
        begun = time.process_time()
        found = form.send(STACK)
        if spent(begun) > SECONDS or found.status >= 500:
            slow.append((form.name, found.status, spent(begun)))
    assert slow == []


@pytest.mark.parametrize(
    "path", ["/search/", "/api/v1/search/", "/d/", "/d/public/", "/moderation/"]
)
def test_no_question_does(path: str) -> None:
    begun = time.process_time()
    given = dict.fromkeys(("q", "person", "by", "topic", "debate", "moderator"), STACK)
    assert Client().get(path, given).status_code < 500
    assert spent(begun) < SECONDS


def test_a_megabyte_of_them_is_refused_at_once() -> None:
    begun = time.process_time()
    with pytest.raises(ValueError, match="30 marks"):
        markdown.clean(MANY)
    assert names.problem(names.tidy(MANY))
    assert slug_of(MANY)
    assert spent(begun) < 2


def test_an_import_goes_without_those_that_are_too_many_and_says_so() -> None:
    lost: list[Loss] = []
    kept = Mending(lost.append, timezone.now()).text("q" + "\u0301" * 99, 200, "background")
    assert kept == "q" + "\u0301" * markdown.MARKS_MAX
    assert [(one.what, one.sentence) for one in lost] == [
        ("background", "Characters that are no text were left out.")
    ]
