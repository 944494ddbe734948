"""Starting debates."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import debates
from debate.actions.debates import Stand
from debate.models import Debate, Event, Mark, Participation, Statement
from debate.models.debates import Visibility

QUESTION = "Should the town library lend without any due date?"
MINE = Stand("Lend until asked back", "Readers bring books back.")
THEIRS = Stand("Keep four weeks", "A date is kind to the next reader.")


def test_the_first_position_is_the_starters_own_and_the_others_are_not(alice: User) -> None:
    debate = debates.start(by=alice, question=QUESTION, positions=[MINE, THEIRS])
    mine, theirs = debate.statements.order_by("ordinal")
    assert (mine.label, theirs.label) == ("P1", "P2")
    assert not mine.marks.exists()
    assert theirs.marks.get().truth == "disagree"
    assert (mine.agree_count, mine.disagree_count) == (1, 0)
    assert (theirs.agree_count, theirs.disagree_count) == (0, 1)
    assert (mine.status, theirs.status) == ("", "")


def test_a_new_debate_has_a_facilitator_one_turn_and_its_events(alice: User) -> None:
    debate = debates.start(by=alice, question=QUESTION, positions=[MINE, THEIRS])
    stored = Debate.objects.get(pk=debate.pk)
    assert Participation.objects.get(debate=stored).role == "facilitator"
    assert set(stored.statements.values_list("turn__number", flat=True)) == {1}
    assert (stored.position_count, stored.turn_count, stored.statement_count) == (2, 1, 0)
    kinds = list(Event.objects.filter(debate=stored).values_list("number", "kind"))
    assert kinds == [
        (1, "debate.started"),
        (2, "statement.published"),
        (3, "statement.published"),
        (4, "mark.set"),
    ]
    assert stored.event_count == 4


def test_two_debates_with_one_question_get_two_addresses(alice: User) -> None:
    slugs = {debates.start(by=alice, question=QUESTION, positions=[MINE]).slug for _ in "123"}
    assert len(slugs) == 3
    assert "should-the-town-library-lend-without-any-due-date" in slugs


@pytest.mark.parametrize("question", ["New", "  new! "])
def test_a_debate_never_takes_the_address_of_the_form(question: str, alice: User) -> None:
    slug = debates.start(by=alice, question=question, positions=[MINE]).slug
    assert slug != "new"
    assert slug.startswith("new-")


def test_a_question_without_latin_letters_has_an_address_too(alice: User) -> None:
    slugs = [
        debates.start(by=alice, question=question, positions=[MINE]).slug
        for question in ("図書館に返却期限は必要か?", "Нужен ли срок?", "؟" * 300)
    ]
    assert slugs[0] == "debate"
    assert len(set(slugs)) == 3
    assert all(len(slug) <= 80 for slug in slugs)


def test_texts_are_stored_clean(alice: User) -> None:
    debate = debates.start(
        by=alice,
        question=" Should  it\nbe? ",
        background="One\r\n\r\n*two*",
        topics=[" public  life ", ""],
        positions=[Stand(" Cafe\u0301 \n first ", " Yes.\r\n")],
    )
    stored = Debate.objects.get(pk=debate.pk)
    position = stored.statements.get()
    assert stored.question == "Should it be?"
    assert stored.background == "One\n\n*two*"
    assert "<em>two</em>" in stored.background_html
    assert stored.topics == ["public life"]
    assert (position.name, position.body) == ("Café first", "Yes.")


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"question": " "}, ["question"]),
        ({"question": "x" * 301}, ["question"]),
        ({"question": "\x00"}, ["question"]),
        ({"question": "\u200b"}, ["question"]),
        ({"background": "x" * 10_001}, ["background"]),
        ({"topics": list("abcdef")}, ["topics"]),
        ({"topics": ["x" * 41]}, ["topics"]),
        ({"topics": ["\x00"]}, ["topics"]),
        ({"topics": ["?!"]}, ["topics"]),
        ({"visibility": "secret"}, ["visibility"]),
        ({"bots": "all"}, ["bots"]),
        ({"terms": [("Date", "")]}, ["terms.0.meaning"]),
        ({"terms": [("", ""), ("x" * 61, "x" * 501)]}, ["terms.0.term", "terms.0.meaning"]),
        ({"terms": [("A", "b")] * 21}, ["terms"]),
        ({"positions": []}, ["positions"]),
        ({"positions": [MINE] * 11}, ["positions"]),
        (
            {"positions": [MINE, Stand("", "")], "question": ""},
            ["question", "positions.1.name", "positions.1.body"],
        ),
        (
            {"positions": [Stand("x" * 61, "x" * 10_001)]},
            ["positions.0.name", "positions.0.body"],
        ),
        ({"positions": [Stand("A", "\x00")]}, ["positions.0.body"]),
        ({"positions": [Stand("A", "\u200b")]}, ["positions.0.body"]),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_stored(
    changed: dict[str, Any], fields: list[str], alice: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        debates.start(by=alice, **{"question": QUESTION, "positions": [MINE], **changed})
    assert list(refused.value.message_dict) == fields
    assert not Debate.objects.exists()


def test_an_address_tells_nothing_of_debates_that_are_not_public(alice: User) -> None:
    hidden = debates.start(
        by=alice, question=QUESTION, positions=[MINE], visibility=Visibility.UNLISTED
    )
    shown = debates.start(by=alice, question=QUESTION, positions=[MINE])
    assert re.fullmatch(rf"{shown.slug}-[a-z0-9]{{8}}", hidden.slug)
    assert debates.start(by=alice, question=QUESTION, positions=[MINE]).slug != shown.slug


def test_a_suspended_account_starts_nothing(alice: User) -> None:
    alice.is_active = False
    with pytest.raises(PermissionDenied):
        debates.start(by=alice, question=QUESTION, positions=[MINE])


def test_a_bot_says_how_it_came_about_and_neither_holds_nor_marks(rob: User) -> None:
    with pytest.raises(ValidationError) as refused:
        debates.start(by=rob, question=QUESTION, positions=[MINE])
    assert list(refused.value.message_dict) == ["generated_by"]
    debate = debates.start(
        by=rob, question=QUESTION, positions=[MINE, THEIRS], generated_by="assisted"
    )
    assert not Mark.objects.exists()
    assert set(Statement.objects.values_list("agree_count", "generated_by")) == {(0, "assisted")}
    told = Event.objects.filter(debate=debate).values_list("generated_by", flat=True)
    assert set(told) == {"assisted"}
