"""A newer file brings a debate up to date: under whom, with what it quotes, and what it cannot."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError

from accounts.models import User
from debate.actions import imports, settings, statements
from debate.actions.imports import Choices
from debate.models import Debate, Import, Link, Mark, Statement
from debate.models.events import EventKind

pytestmark = pytest.mark.django_db
TALK = "Ann: So it is, and has long been so.\n\nBob: No, it was not.\n\nAnn: It was, I saw it.\n"


def bring(by: User, text: str, format: str = "exchange") -> Import:
    """Bring a file in, under the same name each time."""
    choices = Choices(question="Is it?")
    made = imports.start(by=by, format=format, data=text.encode(), name="talk.txt", said=choices)
    assert made.state == "ready", made.error
    made = imports.confirm(made, by=by)
    assert made.state == "done", made.error
    return made


def words() -> dict[str, list[str]]:
    """What everybody has said, by name."""
    found: dict[str, list[str]] = {}
    for one in Statement.objects.order_by("pk").select_related("author"):
        found.setdefault(one.author.name, []).append(one.body)
    return found


def whys(made: Import) -> list[str]:
    return [loss["why"] for loss in made.told["losses"]]


# ---- a file that counts its lines
def test_what_stands_on_other_lines_now_stays_with_who_said_it(alice: User) -> None:
    bring(alice, TALK)
    made = bring(alice, "Carol: I come first.\n\n" + TALK)
    assert words() == {
        "Ann": ["So it is, and has long been so.", "It was, I saw it."],
        "Bob": ["No, it was not."],
        "Carol": ["I come first."],
    }
    assert made.told["done"] == {"new": 1, "changed": 0, "same": 3, "marks": 0}


def test_nobody_is_made_to_say_what_somebody_else_says_in_the_file(alice: User) -> None:
    bring(alice, TALK)
    made = bring(alice, TALK.replace("Bob: No, it was not.", "Carol: No, never."))
    assert words()["Bob"] == ["No, it was not."]
    assert "Somebody else says this in the file: it stays." in whys(made)


# ---- a file that says what its parts are called
def point(key: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "kind": "support", "body": f"Words of {key}.", "author": "ann", **more}


def brought(by: User, *points: dict[str, Any], **more: Any) -> Import:
    position = point("P1", kind="position", name="It is")
    given = {
        "format": "crux",
        "version": 1,
        "debate": {"question": "Is it?", "source_id": "it"},
        "people": [{"id": "ann", "name": "Ann"}, {"id": "bob", "name": "Bob"}],
        "points": [position, *points],
        **more,
    }
    return bring(by, json.dumps(given).replace('"1e999"', "1e999"), "crux")


def said(key: str) -> Statement:
    return Statement.objects.select_related("author", "debate").get(body=f"Words of {key}.")


S1 = point("S1", answers="P1")
S2 = point("S2", answers="S1", quote={"exact": "more of them"})
NEWER = {**S1, "body": "Other words, and more of them."}


def test_a_quotation_of_newer_words_comes_with_its_reply(alice: User) -> None:
    brought(alice, S1)
    mark = {"on": "S1", "by": "bob", "truth": "agree", "quote": {"exact": "Other words"}}
    made = brought(alice, NEWER, S2, marks=[mark])
    quotation = said("S2").quotation
    assert quotation is not None
    assert (quotation.exact, quotation.revision) == ("more of them", 2)
    of_mark = Mark.objects.get().quotation
    assert of_mark is not None
    assert (of_mark.exact, of_mark.revision) == ("Other words", 2)
    assert whys(made) == []


def test_a_quotation_of_what_reads_otherwise_here_is_told(alice: User) -> None:
    brought(alice, S1)
    known = said("S1")
    Statement.objects.filter(pk=known.pk).update(author=alice)  # so that it stays
    made = brought(alice, NEWER, S2)
    assert said("S2").quotation is None
    assert whys(made) == [
        "Somebody else says this in the file: it stays.",
        "What it quotes reads otherwise here.",
    ]


def test_a_link_to_what_was_not_taken_is_told(alice: User) -> None:
    brought(alice, S1)
    known = said("S1")
    statements.withdraw(known, by=known.author)
    links = [{"from": "S2", "to": "P1", "kind": "support"}]
    made = brought(alice, S1, point("S2", answers="S1"), links=links)
    assert "This link joins nothing that is here." in whys(made)


def test_a_link_is_an_event_and_a_second_duplicate_is_told(alice: User) -> None:
    others = [point(key, answers="P1") for key in ("S1", "S2", "S3")]
    brought(alice, *others)
    debate = Debate.objects.get()
    before = debate.event_count
    brought(alice, *others, links=[{"from": "S1", "to": "S2", "kind": "duplicate"}])
    debate.refresh_from_db()
    assert (debate.event_count, Link.objects.count()) == (before + 1, 1)
    assert debate.events.filter(kind=EventKind.STATEMENT_MERGED).count() == 1
    made = brought(alice, *others, links=[{"from": "S1", "to": "S3", "kind": "duplicate"}])
    assert whys(made) == ["It says the same as another one already."]
    assert Link.objects.get().to == said("S2")


# ---- what a debate cannot hold
@pytest.mark.parametrize(
    "more",
    [
        {"id": "S\x00"},
        {"id": "S\ud800"},
        {"source": {"x": "1e999"}},
        {"generated_by": "\x00", "gone": "hidden"},
        {"at": "0001-01-01T00:00:00Z"},
        {"wordings": [{"number": 1, "body": "Before.", "at": "0001-01-01T00:00:00Z"}]},
        {"turn": 2_147_483_647},
        {"strange\x00": 1},
    ],
)
def test_what_cannot_be_kept_is_left_out_and_the_rest_is_taken(
    alice: User, more: dict[str, Any]
) -> None:
    turns = [{"number": 1, "by": "ann"}, {"number": 2_147_483_647, "by": "ann"}]
    made = brought(alice, {**S1, **more}, turns=turns)
    assert made.told["losses"]
    debate = Debate.objects.get()
    assert debate.turn_count < 1_000
    assert debate.statements.count() == 2
    assert all(one.created_at.year > 1000 for one in debate.statements.all())


def test_what_the_database_refuses_after_all_is_told(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given: Any, **fields: Any) -> None:
        raise DataError("no")

    made = imports.start(
        by=alice, format="exchange", data=TALK.encode(), said=Choices(question="Is it?")
    )
    monkeypatch.setattr(imports, "_bring", refused)
    made = imports.confirm(made, by=alice)
    assert made.state == "failed"
    assert made.error["why"].startswith("Something in this file cannot be kept here.")


# ---- who may see it
def test_an_import_of_a_new_person_does_not_become_public(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(standing="new", is_standing_set=True)
    alice.refresh_from_db()
    bring(alice, TALK)
    debate = Debate.objects.get()
    with pytest.raises(ValidationError) as refused:
        settings.change(debate, by=alice, visibility="public")
    assert refused.value.message_dict.keys() == {"visibility"}
    User.objects.filter(pk=alice.pk).update(standing="exempt")
    alice.refresh_from_db()
    assert settings.change(debate, by=alice, visibility="public").visibility == "public"
