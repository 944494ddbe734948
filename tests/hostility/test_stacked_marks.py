"""A letter with very many marks costs no door more than other words of that length."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from accounts import names
from accounts.models import User
from debate.formats.fitting.words import Mending
from debate.formats.outline import Loss
from debate.models import Statement
from debate.models.topics import slug_of
from debate.text import markdown
from tests import factories
from tests.cpu import costs
from tests.hostility.test_doors import all_forms

pytestmark = pytest.mark.django_db
STACK = "a" + "\u0301\u0316" * 15_000
"""To put these in order takes 0.4 s and more, and four times that where they are twice as many."""
MANY = "a" + "\u0301\u0316" * 500_000
SECONDS = 0.35


def test_no_field_of_any_door_puts_them_in_order() -> None:
    slow = []
    for form in all_forms():
        found = form.send(STACK)
        if found.status >= 500 or not costs(SECONDS, partial(form.send, STACK)):
            slow.append((form.name, found.status))
    assert slow == []


@pytest.mark.parametrize(
    "path", ["/search/", "/api/v1/search/", "/d/", "/d/public/", "/moderation/"]
)
def test_no_question_does(path: str) -> None:
    given = dict.fromkeys(("q", "person", "by", "topic", "debate", "moderator"), STACK)
    assert Client().get(path, given).status_code < 500
    assert costs(SECONDS, lambda: Client().get(path, given))


def test_a_megabyte_of_them_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="30 marks"):
        markdown.clean(MANY)
    assert names.problem(names.tidy(MANY))
    assert slug_of(MANY)
    assert costs(2, lambda: (names.tidy(MANY), slug_of(MANY)))


@pytest.mark.parametrize("standing", ["new", "member"])
def test_nor_does_what_is_compared_with_what_was_said_before(
    standing: str, claim: Statement, bob: User
) -> None:
    User.objects.filter(pk=bob.pk).update(standing=standing, is_standing_set=True)
    own = factories.SupportFactory.create(parent=claim, author=bob)
    door = Client()
    door.force_login(bob)
    for path, sent in (
        (f"/s/{claim.pk}/reply/", {"kind": "remark", "body": MANY}),
        (f"/s/{own.pk}/edit/", {"revision": 1, "body": MANY}),
    ):
        assert door.post(path, sent).status_code == 422
        assert costs(4, partial(door.post, path, sent))


def test_an_import_goes_without_those_that_are_too_many_and_says_so() -> None:
    lost: list[Loss] = []
    kept = Mending(lost.append, timezone.now()).text("q" + "\u0301" * 99, 200, "background")
    assert kept == "q" + "\u0301" * markdown.MARKS_MAX
    assert [(one.what, one.sentence) for one in lost] == [
        ("background", "Characters that are no text were left out.")
    ]
