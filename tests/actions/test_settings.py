"""Looking after a debate: changing what it says, naming its parts, its state."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.limits import LimitReached
from accounts.models import Standing, User
from debate.actions import drafts, marks, settings, statements
from debate.actions.refusals import Conflict
from debate.models import Debate, Event, Rewording, Statement, Topic
from tests import factories

ARCHIVED = "archived: it can only be read"


@pytest.fixture
def own(debate: Debate, alice: User) -> Debate:
    """The debate, which Alice facilitates."""
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    return debate


def last(debate: Debate) -> Event:
    return debate.events.latest("number")


def test_words_are_changed_in_one_event_that_keeps_those_before(own: Debate, alice: User) -> None:
    settings.change(own, by=alice, terms=[("Date", "A day in a month.")])
    before = own.question
    settings.change(
        own,
        by=alice,
        question="Should  it lend?",
        background="Since *1901*.",
        terms=[["Due date", "The day on which a book is wanted back."]],
        bots="none",
    )
    stored = Debate.objects.get(pk=own.pk)
    assert stored.question == "Should it lend?"
    assert "<em>1901</em>" in stored.background_html
    assert stored.terms == [["Due date", "The day on which a book is wanted back."]]
    event = last(own)
    assert (event.kind, event.actor) == ("debate.changed", alice)
    assert event.data == {"fields": ["question", "background", "terms", "bots"]}
    assert event.number == stored.event_count
    kept = dict(event.rewordings.values_list("field", "before"))
    assert kept == {"question": before, "background": "", "terms": "Date: A day in a month."}


def test_what_is_there_already_changes_nothing(own: Debate, alice: User) -> None:
    settings.change(own, by=alice, question=f" {own.question} ", visibility="public", topics=[])
    assert not own.events.filter(kind="debate.changed").exists()


def test_topics_are_those_there_are_or_made_by_who_is_not_new(own: Debate, alice: User) -> None:
    factories.TopicFactory.create(name="Public Life", slug="public-life")
    settings.change(own, by=alice, topics=["public life", "Books"])
    assert Debate.objects.get(pk=own.pk).topics == ["Public Life", "Books"]
    alice.standing = Standing.NEW
    with pytest.raises(ValidationError, match="no topic “Trams” yet"):
        settings.change(own, by=alice, topics=["Trams"])
    settings.change(own, by=alice, topics=["books"])
    assert last(own).rewordings.get().before == "Public Life, Books"
    assert set(Topic.objects.values_list("slug", flat=True)) == {"public-life", "books"}


def test_a_private_debate_brings_in_no_topic(own: Debate, alice: User) -> None:
    Debate.objects.filter(pk=own.pk).update(visibility="private")
    with pytest.raises(ValidationError, match="for everybody to see"):
        settings.change(own, by=alice, topics=["Layoffs at Acme"])
    with pytest.raises(ValidationError, match="for everybody to see"):
        settings.change(own, by=alice, topics=["Layoffs at Acme"], visibility="unlisted")
    assert not Topic.objects.exists()


def test_new_topics_are_counted(own: Debate, alice: User) -> None:
    alice.standing = Standing.MEMBER
    settings.change(own, by=alice, topics=["One", "Two", "Three"])
    with pytest.raises(LimitReached, match="3 new topics a day"):
        settings.change(own, by=alice, topics=["One", "Four"])
    assert Topic.objects.count() == 3


@pytest.mark.parametrize("words", [{"question": "Else?"}, {"background": "B"}, {"terms": ["ab"]}])
def test_a_closed_debate_keeps_its_words_and_an_archive_everything(
    own: Debate, alice: User, words: dict[str, Any]
) -> None:
    settings.set_state(own, by=alice, state="closed")
    with pytest.raises(PermissionDenied, match="closed: it takes no edits"):
        settings.change(own, by=alice, **words)
    settings.change(own, by=alice, visibility="unlisted")
    settings.set_state(own, by=alice, state="archived")
    for fields in (words, {"visibility": "public"}):
        with pytest.raises(PermissionDenied, match=ARCHIVED):
            settings.change(own, by=alice, **fields)


@pytest.mark.parametrize("who", ["bob", "charlie", "rob"])
def test_who_does_not_look_after_it_changes_nothing(
    own: Debate, bob: User, charlie: User, rob: User, who: str
) -> None:
    by = {"bob": bob, "charlie": charlie, "rob": rob}[who]
    with pytest.raises(PermissionDenied):
        settings.change(own, by=by, question="Else?")
    with pytest.raises(PermissionDenied):
        settings.set_state(own, by=by, state="closed")
    assert not Rewording.objects.exists()


def test_a_moderator_looks_after_any_debate(own: Debate, mara: User) -> None:
    settings.change(own, by=mara, question="Should it lend?")
    settings.set_state(own, by=mara, state="closed")
    assert last(own).actor == mara


def test_from_private_and_to_it_only_before_others_spoke(
    own: Debate, alice: User, bob: User, claim: Statement
) -> None:
    settings.change(own, by=alice, visibility="private")
    settings.change(own, by=alice, visibility="unlisted")
    marks.mark(claim, by=bob, truth="agree")
    settings.change(own, by=alice, visibility="public")
    with pytest.raises(ValidationError, match="Others have said something"):
        settings.change(own, by=alice, visibility="private")
    Debate.objects.filter(pk=own.pk).update(visibility="private")
    for visibility in ("public", "unlisted"):
        with pytest.raises(ValidationError, match="Others have said something"):
            settings.change(own, by=alice, visibility=visibility)


def test_a_debate_does_not_become_private_over_words_of_others_that_wait(
    own: Debate, alice: User, bob: User
) -> None:
    held = factories.HeldFactory.create(debate=own, author=bob)
    settings.change(own, by=alice, visibility="unlisted")
    with pytest.raises(ValidationError, match="Others have said something"):
        settings.change(own, by=alice, visibility="private")
    held.delete()
    settings.change(own, by=alice, visibility="private")


# ---- states
def test_a_debate_is_closed_archived_and_reopened_by_events(own: Debate, alice: User) -> None:
    settings.set_state(own, by=alice, state="closed")
    settings.set_state(own, by=alice, state="archived", outcome="Both *grant* it.")
    stored = Debate.objects.get(pk=own.pk)
    assert (stored.state, stored.outcome) == ("archived", "Both *grant* it.")
    assert "<em>grant</em>" in stored.outcome_html
    settings.set_state(own, by=alice, state="open")
    settings.set_state(own, by=alice, state="archived", outcome="Nothing.")
    assert last(own).rewordings.get().before == "Both *grant* it."
    kinds = own.events.order_by("number").values_list("kind", flat=True)
    assert list(kinds)[-4:] == [
        "debate.closed",
        "debate.archived",
        "debate.reopened",
        "debate.archived",
    ]


def test_a_state_that_it_has_is_a_conflict_and_an_outcome_is_for_archives(
    own: Debate, alice: User
) -> None:
    with pytest.raises(Conflict, match="open already"):
        settings.set_state(own, by=alice, state="open")
    for sent in (
        {"state": "closed", "outcome": "So."},
        {"state": "shut"},
        {"state": "archived", "outcome": "x" * 5001},
        {"state": "archived", "outcome": "\x00"},
    ):
        with pytest.raises(ValidationError):
            settings.set_state(own, by=alice, **sent)
    assert Debate.objects.get(pk=own.pk).state == "open"


def test_an_archive_refuses_every_write_and_says_why(
    own: Debate, alice: User, claim: Statement
) -> None:
    position = own.statements.get(name="Lend until asked back")
    wording = drafts.Wording("support", "", "So.")
    drafts.keep(position, by=alice, key="k", wording=wording)
    settings.set_state(own, by=alice, state="archived")
    deeds = [
        lambda: statements.reply(position, by=alice, kind="remark", body="So."),
        lambda: statements.edit(claim, by=alice, body="So.", revision=1),
        lambda: statements.withdraw(claim, by=alice),
        lambda: marks.mark(position, by=alice, truth="agree"),
        lambda: settings.rename(position, by=alice, name="So"),
    ]
    for deed in deeds:
        with pytest.raises(PermissionDenied, match=ARCHIVED):
            deed()


# ---- names
def test_a_name_is_changed_by_its_author_or_who_looks_after_the_debate(
    own: Debate, alice: User, bob: User, charlie: User, his: Statement
) -> None:
    settings.rename(his, by=bob, name="Keep  five weeks")
    settings.rename(his, by=alice, name="Keep six weeks")
    his.refresh_from_db()
    assert (his.name, his.revision) == ("Keep six weeks", 1)
    event = last(own)
    assert (event.kind, event.statement, event.data) == ("statement.renamed", his, {})
    assert event.rewordings.get().before == "Keep five weeks"
    with pytest.raises(PermissionDenied):
        settings.rename(his, by=charlie, name="Mine")


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "\x00", "Keep four weeks", "\u200b"])
def test_a_name_that_cannot_be_is_refused(
    own: Debate, bob: User, his: Statement, name: str
) -> None:
    with pytest.raises(ValidationError):
        settings.rename(his, by=bob, name=name)


def test_what_has_no_name_or_is_gone_is_not_renamed(
    own: Debate, alice: User, bob: User, claim: Statement, his: Statement
) -> None:
    with pytest.raises(PermissionDenied, match="Only positions and cruxes"):
        settings.rename(claim, by=alice, name="So")
    statements.withdraw(his, by=bob)
    with pytest.raises(PermissionDenied, match="withdrawn"):
        settings.rename(his, by=alice, name="So")


def test_changes_are_counted_as_edits(own: Debate, alice: User, his: Statement) -> None:
    alice.standing = Standing.NEW
    for number in range(20):
        settings.change(own, by=alice, question=f"Is it {number}?")
    with pytest.raises(LimitReached, match="edits"):
        settings.rename(his, by=alice, name="So")
    with pytest.raises(LimitReached, match="edits"):
        settings.set_state(own, by=alice, state="closed")
