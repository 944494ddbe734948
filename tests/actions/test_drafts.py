"""Keeping, ordering, dropping and publishing the points of one's next turn."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from debate.actions import drafts, statements, turns
from debate.actions.drafts import Overtaken, Wording
from debate.actions.quotations import Words
from debate.actions.statements import Point
from debate.models import Debate, DraftPoint, Event, Statement, Turn
from debate.models.debates import State, Visibility
from debate.models.drafts import DRAFT_MAX, POINTS_MAX
from debate.selectors import drafts as kept
from tests import factories


def keep(
    parent: Statement, by: User, key: str = "k1", version: int = 0, **said: Any
) -> DraftPoint:
    wording = Wording(**{"kind": "support", "body": "Because.", **said})
    return drafts.keep(parent, by=by, key=key, wording=wording, version=version)


def order(debate: Debate, user: User) -> list[str]:
    return [point.draft.key for point in kept.tray(debate, user).points]


def test_a_point_is_stored_under_its_key_and_changed_from_the_version_seen(
    claim: Statement, bob: User
) -> None:
    first = keep(claim, bob, body="Becau")
    second = keep(claim, bob, version=first.version)
    assert (first.pk, second.version, second.body) == (second.pk, 2, "Because.")
    assert keep(claim, bob, version=2).version == 2  # the same words are no change


def test_half_a_point_is_stored_as_it_is(claim: Statement, bob: User) -> None:
    draft = keep(claim, bob, kind="", on="truth", body="", quote=Words("kee"))
    assert (draft.kind, draft.on, draft.body, draft.quote) == ("", "", "", "kee")
    assert "Needs a kind" in kept.tray(claim.debate, bob).points[0].missing


def test_an_older_window_does_not_overwrite_a_newer_one(claim: Statement, bob: User) -> None:
    keep(claim, bob)
    keep(claim, bob, version=1, body="Written in the other window.")
    with pytest.raises(Overtaken) as caught:
        keep(claim, bob, version=1, body="Written in this window.")
    assert caught.value.now is not None
    assert caught.value.now.body == "Written in the other window."
    assert keep(claim, bob, version=2, body="Written in this window.").version == 3


def test_what_was_published_elsewhere_does_not_become_a_draft_again(
    claim: Statement, bob: User
) -> None:
    keep(claim, bob)
    drafts.publish(claim.debate, by=bob, keys=["k1"])
    with pytest.raises(Overtaken) as caught:
        keep(claim, bob, version=1, body="More words.")
    assert caught.value.now is None
    assert not DraftPoint.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"key": "a key"}, "key"),
        ({"key": ""}, "key"),
        ({"body": "a\0b"}, "body"),
        ({"body": "a" * (DRAFT_MAX + 1)}, "body"),
        ({"quote": Words("a\0b")}, "quote"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_field(
    claim: Statement, bob: User, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        keep(claim, bob, **said)
    assert list(caught.value.error_dict) == [field]


def test_a_turn_has_room_for_so_many_points(claim: Statement, bob: User) -> None:
    for number in range(POINTS_MAX):
        keep(claim, bob, key=f"k{number}")
    with pytest.raises(ValidationError, match="at most 50 points"):
        keep(claim, bob, key="one-more")
    drafts.drop(claim.debate, by=bob, key="k0")
    keep(claim, bob, key="one-more")
    with pytest.raises(ValidationError, match="at most 50 points"):
        drafts.put_back(claim.debate, by=bob, key="k0")
    with pytest.raises(ValidationError, match="at most 50 points"):
        keep(claim, bob, key="k0", version=1)


def test_points_are_their_authors_alone(claim: Statement, bob: User, charlie: User) -> None:
    keep(claim, bob)
    assert order(claim.debate, charlie) == []
    with pytest.raises(DraftPoint.DoesNotExist):
        drafts.drop(claim.debate, by=charlie, key="k1")
    keep(claim, charlie, body="Mine.")  # the same key is another point of somebody else
    assert kept.tray(claim.debate, bob).points[0].draft.body == "Because."


def test_points_are_moved_dropped_and_put_back_in_their_place(claim: Statement, bob: User) -> None:
    debate = claim.debate
    for key in ("a", "b", "c"):
        keep(claim, bob, key=key)
    drafts.move(debate, by=bob, key="c", steps=-1)
    assert order(debate, bob) == ["a", "c", "b"]
    drafts.move(debate, by=bob, key="a", steps=-1)
    assert order(debate, bob) == ["a", "c", "b"]
    drafts.place(debate, by=bob, key="b", at=0)
    assert order(debate, bob) == ["b", "a", "c"]
    drafts.drop(debate, by=bob, key="a")
    assert order(debate, bob) == ["b", "c"]
    drafts.put_back(debate, by=bob, key="a")
    assert order(debate, bob) == ["b", "a", "c"]


def test_what_was_dropped_long_ago_is_gone(claim: Statement, bob: User) -> None:
    keep(claim, bob, key="old")
    keep(claim, bob, key="new")
    drafts.drop(claim.debate, by=bob, key="old")
    DraftPoint.objects.filter(key="old").update(
        dropped_at=timezone.now() - drafts.UNDO - drafts.UNDO
    )
    drafts.drop(claim.debate, by=bob, key="new")
    assert [draft.key for draft in DraftPoint.objects.all()] == ["new"]


def test_points_on_several_statements_become_one_turn_in_their_order(
    claim: Statement, bob: User
) -> None:
    root = claim.parent
    assert root is not None
    keep(claim, bob, key="a", kind="objection", on="truth", quote=Words(claim.body[:9]))
    keep(root, bob, key="b", kind="question", body="How so?")
    drafts.move(claim.debate, by=bob, key="b", steps=-1)
    turn, said = drafts.publish(claim.debate, by=bob, keys=["a", "b"])
    assert [(s.kind, s.turn, s.parent) for s in said] == [
        ("question", turn, root),
        ("objection", turn, claim),
    ]
    assert said[1].quotation is not None
    assert not DraftPoint.objects.exists()
    claim.debate.refresh_from_db()
    assert claim.debate.turn_count == Turn.objects.filter(debate=claim.debate).count()
    events = Event.objects.filter(kind="statement.published", statement__in=said)
    assert events.count() == 2


def test_a_turn_is_published_whole_or_not_at_all(claim: Statement, bob: User) -> None:
    keep(claim, bob, key="good")
    keep(claim, bob, key="empty", body="  ")
    keep(claim, bob, key="elsewhere", quote=Words("words that nobody ever said here"))
    before = Statement.objects.count()
    with pytest.raises(ValidationError) as caught:
        drafts.publish(claim.debate, by=bob, keys=["elsewhere", "empty", "good"])
    assert set(caught.value.error_dict) == {"points.0.quote", "points.1.body"}
    assert Statement.objects.count() == before
    assert order(claim.debate, bob) == ["good", "empty", "elsewhere"]


def test_a_point_that_is_gone_is_named_and_nothing_is_published(
    claim: Statement, bob: User
) -> None:
    keep(claim, bob)
    with pytest.raises(ValidationError, match="One of these points is not in your turn"):
        drafts.publish(claim.debate, by=bob, keys=["k1", "k2"])
    assert order(claim.debate, bob) == ["k1"]


def test_a_statement_that_went_meanwhile_takes_no_point_and_the_words_stay(
    claim: Statement, alice: User, bob: User
) -> None:
    keep(claim, bob)
    statements.withdraw(claim, by=alice)
    assert "cannot be answered" in kept.tray(claim.debate, bob).points[0].missing
    with pytest.raises(ValidationError) as caught:
        drafts.publish(claim.debate, by=bob, keys=["k1"])
    assert "points.0.to" in caught.value.error_dict
    keep(claim, bob, version=1, body="I go on writing.")


def test_in_a_closed_debate_points_are_kept_but_not_published(claim: Statement, bob: User) -> None:
    Debate.objects.update(state=State.CLOSED)
    claim.refresh_from_db()
    keep(claim, bob)
    with pytest.raises(PermissionDenied, match="closed"):
        drafts.publish(claim.debate, by=bob, keys=["k1"])
    assert order(claim.debate, bob) == ["k1"]


def test_in_a_private_debate_strangers_keep_nothing(claim: Statement, charlie: User) -> None:
    Debate.objects.update(visibility=Visibility.PRIVATE)
    claim.refresh_from_db()
    with pytest.raises(PermissionDenied):
        keep(claim, charlie)


def test_a_turn_takes_statements_of_its_debate_only(claim: Statement, bob: User) -> None:
    other = factories.PositionFactory.create()
    points = [Point(claim, "support", "Yes."), Point(other, "support", "Yes.")]
    with pytest.raises(ValidationError) as caught:
        turns.publish(claim.debate, by=bob, points=points)
    assert set(caught.value.error_dict) == {"points.1.to"}


@pytest.mark.parametrize("number", [0, POINTS_MAX + 1])
def test_a_turn_has_one_to_fifty_points(claim: Statement, bob: User, number: int) -> None:
    with pytest.raises(ValidationError, match="1 to 50 points"):
        turns.publish(claim.debate, by=bob, points=[Point(claim, "support", "Yes.")] * number)


def test_two_points_on_one_statement_both_count(claim: Statement, bob: User) -> None:
    points = [
        Point(claim, "objection", "No.", "truth"),
        Point(claim, "concession", "Yes, though."),
    ]
    turns.publish(claim.debate, by=bob, points=points)
    claim.refresh_from_db()
    assert (claim.reply_count, claim.status, claim.agree_count) == (2, "granted", 2)


def test_words_of_an_earlier_wording_are_refused_with_the_revision_that_has_them(
    claim: Statement, alice: User, bob: User
) -> None:
    old = claim.body.split()[:4]
    keep(claim, bob, quote=Words(" ".join(old)))
    statements.edit(claim, by=alice, body="Quite another thing.", revision=1)
    with pytest.raises(ValidationError, match="stood in its revision 1"):
        drafts.publish(claim.debate, by=bob, keys=["k1"])
