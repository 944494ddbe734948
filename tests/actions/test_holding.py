"""What waits for a moderator is in no other table, and is published as it would have been."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from debate.actions import (
    drafts,
    holding,
    keeping,
    marks,
    moderation,
    notifying,
    publishing,
    statements,
    structure,
    suspensions,
)
from debate.actions.decided import Decided
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict, LimitReached
from debate.models import (
    Debate,
    DraftPoint,
    Event,
    FirstStatement,
    Held,
    Notification,
    SearchText,
    Statement,
    Turn,
)
from debate.selectors import precautions
from tests import factories
from tests.actions.precautions import setting

pytestmark = pytest.mark.django_db
LONG = "Most readers bring a book back unasked within two months, as the figures say."


@pytest.fixture
def held(claim: Statement, nina: User, mara: User) -> Held:
    setting(holds_first=2)
    return _held(claim, nina)


def _held(to: Statement, by: User, body: str = "So it is.", **fields: object) -> Held:
    made = publishing.reply(to, by=by, kind="support", body=body, **fields)  # type: ignore[arg-type]  # quote
    assert isinstance(made, Held)
    return made


def everything() -> tuple[object, ...]:
    """What somebody could see of a debate, counted."""
    row = Debate.objects.order_by("pk").values().first()
    tables = (Statement, Turn, Event, SearchText, Notification)
    return (row, *(table.objects.count() for table in tables))


def test_as_a_site_comes_new_people_publish_at_once(claim: Statement, nina: User) -> None:
    made = publishing.reply(claim, by=nina, kind="support", body="So it is: https://a.example.")
    assert isinstance(made, Statement)
    assert not Held.objects.exists()


def test_what_is_held_changes_nothing_that_others_see(claim: Statement, nina: User) -> None:
    setting(holds_first=1)
    before = everything()
    held = _held(claim, nina, quote=Words("Most readers"))
    assert everything() == before
    assert [point.quote for point in held.points.all()] == ["Most readers"]


def test_released_it_is_published_as_it_was_written(held: Held, mara: User, nina: User) -> None:
    holding.release(held, by=mara)
    said = Statement.objects.get(author=nina)
    held.refresh_from_db()
    assert (said.body, said.turn, said.turn and said.turn.author) == ("So it is.", held.turn, nina)
    assert held.state == "released"
    kinds = list(Event.objects.order_by("number").values_list("kind", flat=True))
    assert kinds == ["statement.published", "held.released"]


def test_the_author_is_told_what_was_decided(held: Held, mara: User, nina: User) -> None:
    holding.refuse(held, by=mara, reason="It sells something.")
    notifying.notify()
    told = Notification.objects.get(person=nina)
    assert (told.reason, told.event and told.event.kind) == ("decision", "held.refused")
    assert not Notification.objects.exclude(person=nina).exists()


def test_refused_its_words_are_still_its_authors(held: Held, mara: User, nina: User) -> None:
    holding.refuse(held, by=mara, reason="It sells something.")
    held.refresh_from_db()
    assert held.reason == "It sells something."
    assert [point.body for point in held.points.all()] == ["So it is."]
    assert not Statement.objects.filter(author=nina).exists()


def test_a_refusal_has_a_reason(held: Held, mara: User) -> None:
    with pytest.raises(ValidationError):
        holding.refuse(held, by=mara, reason=" ")


def test_its_author_takes_it_back_and_nobody_else(held: Held, mara: User, nina: User) -> None:
    with pytest.raises(PermissionDenied):
        holding.withdraw(held, by=mara)
    holding.withdraw(held, by=nina)
    with pytest.raises(Decided, match="Taken back"):
        holding.release(held, by=mara)


def test_only_moderators_decide_and_not_of_their_own(held: Held, alice: User, mara: User) -> None:
    with pytest.raises(PermissionDenied):
        holding.release(held, by=alice)
    own = factories.HeldFactory.create(author=mara)
    with pytest.raises(PermissionDenied):
        holding.release(own, by=mara)


def test_who_comes_second_is_told_what_was_decided_and_by_whom(held: Held, mara: User) -> None:
    other = factories.UserFactory.create(name="Otto", is_staff=True)
    holding.release(held, by=mara)
    with pytest.raises(Decided, match="Published, by Mara"):
        holding.refuse(held, by=other, reason="No.")
    assert Statement.objects.filter(author=held.author).count() == 1


def test_what_cannot_be_published_any_more_stays_and_says_why(held: Held, mara: User) -> None:
    parent = held.points.get().parent
    assert parent is not None
    statements.withdraw(parent, by=parent.author)
    with pytest.raises(Conflict, match="withdrawn"):
        holding.release(held, by=mara)
    held.refresh_from_db()
    assert (held.state, Statement.objects.filter(author=held.author).count()) == ("waits", 0)


def test_a_bad_answer_is_refused_at_once_and_not_held(claim: Statement, nina: User) -> None:
    setting(holds_first=1)
    with pytest.raises(ValidationError) as refused:
        publishing.reply(claim, by=nina, kind="support", body="x", quote=Words("not there"))
    assert "quote" in refused.value.error_dict
    with pytest.raises(ValidationError):
        publishing.reply(claim, by=nina, kind="answer", body="No question.")
    assert not Held.objects.exists()


def test_a_turn_waits_as_a_whole_and_is_published_as_one(
    claim: Statement, hers: Statement, nina: User, mara: User
) -> None:
    setting(holds_first=1)
    for key, to in (("a", claim), ("b", hers)):
        drafts.keep(to, by=nina, key=key, wording=drafts.Wording("remark", "", f"On {key}."))
    held = publishing.drafted(claim.debate, by=nina, keys=["a", "b"])
    assert isinstance(held, Held)
    assert not DraftPoint.objects.exists()
    holding.release(held, by=mara)
    assert [one.body for one in Turn.objects.get(author=nina).statements.order_by("pk")] == [
        "On a.",
        "On b.",
    ]


def test_a_crux_waits_too(debate: Debate, nina: User, mara: User) -> None:
    setting(holds_first=1)
    held = publishing.crux(debate, by=nina, name="Unasked", body="They come back unasked.")
    assert isinstance(held, Held)
    holding.release(held, by=mara)
    crux = debate.statements.get(author=nina)
    assert (crux.kind, crux.name, crux.crux_state) == ("crux", "Unasked", "live")
    marks.mark(crux, by=nina, truth="agree")


@pytest.mark.parametrize("meanwhile", ["closed", "archived", "locked", "suspended", "refused"])
def test_a_crux_that_could_not_be_put_forward_any_more_is_not_published(
    meanwhile: str, debate: Debate, nina: User, mara: User
) -> None:
    setting(holds_first=1)
    held = publishing.crux(debate, by=nina, name="Unasked", body="They come back unasked.")
    assert isinstance(held, Held)
    if meanwhile == "suspended":
        suspensions.suspend(debate, nina, by=mara, reason="Rude.")
    elif meanwhile == "locked":
        structure.lock(debate, by=mara, reason="Heated.")
    elif meanwhile == "refused":
        factories.WatchedWordFactory.create(words="unasked", does="refuse")
        precautions.forget()
    else:
        Debate.objects.update(state=meanwhile)
    with pytest.raises(Conflict, match=meanwhile if meanwhile != "refused" else "unasked"):
        holding.release(held, by=mara)
    held.refresh_from_db()
    assert (held.state, debate.statements.filter(author=nina).count()) == ("waits", 0)


def test_after_so_many_that_stand_a_new_person_publishes(
    claim: Statement, nina: User, mara: User, bob: User
) -> None:
    setting(holds_first=2)
    for number in range(2):
        holding.release(_held(claim, nina, f"Point {number}."), by=mara)
    assert isinstance(publishing.reply(claim, by=nina, kind="remark", body="So."), Statement)
    assert isinstance(publishing.reply(claim, by=bob, kind="remark", body="So."), Statement)


def test_only_so_much_of_one_account_waits(claim: Statement, nina: User) -> None:
    setting(holds_first=1)
    for _ in range(keeping.MOST):
        factories.HeldFactory.create(author=nina, debate=claim.debate)
    with pytest.raises(Conflict, match="wait already"):
        publishing.reply(claim, by=nina, kind="remark", body="One more.")


def test_a_private_debate_holds_nothing(claim: Statement, nina: User) -> None:
    setting(holds_first=1)
    Debate.objects.filter(pk=claim.debate_id).update(visibility="private")
    factories.ParticipationFactory.create(debate=claim.debate, person=nina)
    claim.debate.refresh_from_db()
    assert isinstance(publishing.reply(claim, by=nina, kind="remark", body="So."), Statement)
    assert not FirstStatement.objects.exists()


# ---- links, words, repetition
def test_links_of_new_people_wait_where_that_is_set(
    claim: Statement, nina: User, charlie: User
) -> None:
    setting(holds_links="new")
    assert _held(claim, nina, "See https://a.example.").why == "link"
    User.objects.filter(pk=charlie.pk).update(standing="member")
    charlie.refresh_from_db()
    said = publishing.reply(claim, by=charlie, kind="remark", body="See https://a.example.")
    assert isinstance(said, Statement)
    own = publishing.reply(claim, by=nina, kind="remark", body="Without one.")
    assert isinstance(own, Statement)
    with_one = publishing.edit(own, by=nina, body="With one: https://a.example.", revision=1)
    assert isinstance(with_one, Held)


@pytest.mark.parametrize(
    "said", ["BUY  now!", "buy-now", "Buy\u00a0now", "b\u200buy now", "bu\u0301y now"]
)
def test_watched_words_are_found_however_they_are_written(
    claim: Statement, nina: User, said: str
) -> None:
    factories.WatchedWordFactory.create(words="buy now")
    precautions.forget()
    held = _held(claim, nina, f"You should {said}, friends.")
    assert (held.why, held.about) == ("word", "buy now")


def test_watched_words_are_whole_words(claim: Statement, nina: User) -> None:
    factories.WatchedWordFactory.create(words="ass", does="refuse")
    precautions.forget()
    said = publishing.reply(claim, by=nina, kind="remark", body="A class of its own.")
    assert isinstance(said, Statement)


def test_refused_words_are_refused_with_what_to_do(claim: Statement, nina: User) -> None:
    factories.WatchedWordFactory.create(words="fool", does="refuse", told="Say it kindly.")
    factories.WatchedWordFactory.create(words="idiot", does="refuse")
    precautions.forget()
    for body, told in (("A fool says so.", "Say it kindly."), ("Idiot.", "without “idiot”")):
        with pytest.raises(ValidationError, match=told):
            publishing.reply(claim, by=nina, kind="remark", body=body)
    own = publishing.reply(claim, by=nina, kind="remark", body="So.")
    assert isinstance(own, Statement)
    with pytest.raises(ValidationError, match="kindly"):
        statements.edit(own, by=nina, body="Fool!", revision=1)
    with pytest.raises(ValidationError, match="kindly"):
        publishing.crux(claim.debate, by=nina, name="The fool", body="So.")


def test_the_same_words_again_are_refused_to_new_people(
    claim: Statement, hers: Statement, nina: User
) -> None:
    publishing.reply(claim, by=nina, kind="support", body=LONG)
    with pytest.raises(ValidationError, match="these very words"):
        publishing.reply(hers, by=nina, kind="support", body=LONG.upper())
    short = [publishing.reply(to, by=nina, kind="remark", body="So.") for to in (claim, hers)]
    assert all(isinstance(one, Statement) for one in short)


def test_precautions_are_not_about_moderators_and_whom_they_trust(
    claim: Statement, mara: User, bob: User
) -> None:
    setting(holds_first=5, holds_links="all", repeats="all")
    factories.WatchedWordFactory.create(words="casino", does="refuse")
    precautions.forget()
    for person in (mara, bob):
        for _ in range(2):
            body = f"{LONG} Casino: https://a.example."
            said = publishing.reply(claim, by=person, kind="remark", body=body)
            assert isinstance(said, Statement)


def test_first_statements_come_to_be_looked_at(claim: Statement, nina: User, bob: User) -> None:
    for number in range(5):
        publishing.reply(claim, by=nina, kind="remark", body=f"Point {number}.")
    publishing.reply(claim, by=bob, kind="remark", body="So.")
    assert FirstStatement.objects.filter(author=nina).count() == 3
    assert FirstStatement.objects.count() == 3


def test_a_members_publication_asks_nothing_more(claim: Statement, charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(standing="member")
    charlie.refresh_from_db()
    precautions.now()
    plain = _queries(lambda: statements.reply(claim, by=charlie, kind="remark", body="One."))
    sent = _queries(lambda: publishing.reply(claim, by=charlie, kind="remark", body="Two."))
    assert sent == plain + 2  # a savepoint and its end


def _queries(do: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        do()
    return len(asked)


# ---- slow debates
def test_in_a_slow_debate_one_waits_between_turns(claim: Statement, charlie: User) -> None:
    Debate.objects.filter(pk=claim.debate_id).update(slow_minutes=10)
    claim.debate.refresh_from_db()
    publishing.reply(claim, by=charlie, kind="remark", body="One.")
    with pytest.raises(LimitReached, match="one turn every 10 minutes") as refused:
        publishing.reply(claim, by=charlie, kind="remark", body="Two.")
    assert 590 <= refused.value.retry_after <= 600
    Turn.objects.filter(author=charlie).update(created_at=timezone.now() - timedelta(minutes=10))
    assert publishing.reply(claim, by=charlie, kind="remark", body="Two.")


def test_who_looks_after_a_slow_debate_does_not_wait(claim: Statement, alice: User) -> None:
    factories.ParticipationFactory.create(debate=claim.debate, person=alice, role="facilitator")
    Debate.objects.filter(pk=claim.debate_id).update(slow_minutes=10)
    claim.debate.refresh_from_db()
    for _ in range(2):
        publishing.reply(claim, by=alice, kind="clarification", body="So.")


# ---- disputes
def test_a_moderator_does_not_judge_a_dispute_of_their_own(
    claim: Statement, mara: User, alice: User
) -> None:
    factories.UserFactory.create(is_staff=True)
    answered = factories.ObjectionFactory.create(parent=claim, author=mara)
    to_her = factories.ObjectionFactory.create(parent=answered, author=alice)
    reported = factories.RemarkFactory.create(parent=claim, author=alice)
    moderation.report(reported, by=mara, reason="spam")
    for statement in (claim, answered, to_her, reported):
        with pytest.raises(PermissionDenied, match="Another facilitator or a moderator"):
            moderation.hide(statement, by=mara, reason="So.")
    User.objects.filter(is_staff=True).exclude(pk=mara.pk).update(is_active=False)
    assert moderation.hide(to_her, by=mara, reason="Nobody else could.")


def test_a_turn_of_nothing_does_not_wait(claim: Statement, nina: User) -> None:
    setting(holds_first=2)
    with pytest.raises(ValidationError) as refused:
        publishing.turn(claim.debate, by=nina, points=[])
    assert refused.value.message_dict.keys() == {"points"}
    assert not Held.objects.exists()


def test_a_turn_that_would_wait_is_refused_as_one_that_would_not(
    claim: Statement, hers: Statement, alice: User, nina: User
) -> None:
    statements.withdraw(hers, by=alice)
    points = [
        statements.Point(claim, "remark", "So.", quote=Words("not there")),
        statements.Point(hers, "remark", "So."),
    ]
    both, one = {"points.0.quote", "points.1.to"}, {"points.0.quote"}
    for waits in (False, True):
        if waits:
            setting(holds_first=1)
        for sent, fields in ((points, both), (points[:1], one)):
            with pytest.raises(ValidationError) as refused:
                publishing.turn(claim.debate, by=nina, points=sent)
            assert refused.value.message_dict.keys() == fields


def test_words_with_what_no_text_has_are_refused_as_ever(claim: Statement, nina: User) -> None:
    setting(holds_first=2)
    for do in (
        lambda: publishing.reply(claim, by=nina, kind="support", body="So\x0c."),
        lambda: publishing.crux(claim.debate, by=nina, name="C", body="So\x0c."),
    ):
        with pytest.raises(ValidationError) as refused:
            do()
        assert refused.value.message_dict.keys() == {"body"}
