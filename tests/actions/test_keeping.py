"""Edits and new debates that wait for a moderator."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import (
    holding,
    moderation,
    notifying,
    publishing,
    reviewing,
    settings,
    sitewide,
    statements,
)
from debate.actions.debates import Stand
from debate.actions.decided import Decided
from debate.actions.refusals import Conflict, Outdated
from debate.models import Debate, Event, Held, Notification, Revision, SearchText, Statement, Turn
from debate.selectors import holding as own
from debate.selectors import notifications, precautions, queue
from debate.selectors.listings import Cut
from tests import factories
from tests.actions.precautions import setting

pytestmark = pytest.mark.django_db
STANDS = [Stand("Free", "They should be."), Stand("Paid", "They should not.")]


@pytest.fixture
def said(claim: Statement, nina: User) -> Statement:
    return statements.reply(claim, by=nina, kind="support", body="So it is.")


def edited(said: Statement, body: str, by: User, revision: int = 1) -> Statement | Held:
    return publishing.edit(
        said, by=by, body=body, revision=revision, reason="Clearer.", generated_by=""
    )


def waits(said: Statement, body: str, by: User) -> Held:
    made = edited(said, body, by)
    assert isinstance(made, Held)
    return made


def everything() -> tuple[object, ...]:
    """What somebody could see, counted."""
    rows = tuple(Debate.objects.order_by("pk").values())
    tables = (Debate, Statement, Turn, Event, SearchText, Notification, Revision)
    return (rows, *(table.objects.count() for table in tables))


# ---- edits
def test_an_edit_of_somebody_whose_words_are_held_waits_and_nothing_changes(
    said: Statement, nina: User
) -> None:
    setting(holds_first=3)
    before = everything()
    held = waits(said, "Buy this.", nina)
    said.refresh_from_db()
    assert (said.body, said.revision, everything()) == ("So it is.", 1, before)
    assert (held.why, held.state) == ("first", "waits")
    with pytest.raises(Conflict, match="waits already"):
        edited(said, "Buy that.", nina)


def test_released_it_is_its_authors_edit_with_the_reason_they_gave(
    said: Statement, nina: User, mara: User
) -> None:
    setting(holds_first=3)
    held = waits(said, "So it is, mostly.", nina)
    [item] = queue.queue(mara).items
    assert (item.said[0].before, item.said[0].body) == ("So it is.", "So it is, mostly.")
    assert item.lines == [f"An edit of {said.label}, which stays as it is until then."]
    holding.release(held, by=mara)
    said.refresh_from_db()
    assert (said.body, said.revision) == ("So it is, mostly.", 2)
    kept = Revision.objects.get(statement=said)
    assert (kept.reason, kept.replaced_by) == ("Clearer.", nina)
    last = list(Event.objects.order_by("-pk").values_list("kind", "actor")[:2])
    assert last == [("held.released", mara.pk), ("statement.edited", nina.pk)]
    with pytest.raises(Decided):
        holding.release(held, by=mara)


def test_refused_the_words_are_still_its_authors_and_they_are_told(
    said: Statement, nina: User, mara: User
) -> None:
    setting(holds_first=3)
    held = waits(said, "Buy this.", nina)
    holding.refuse(held, by=mara, reason="It sells something.")
    said.refresh_from_db()
    assert said.body == "So it is."
    [mine] = own.listed(nina, Cut(5)).rows
    assert (mine.reason, mine.points.get().body) == ("It sells something.", "Buy this.")
    notifying.notify()
    assert Notification.objects.filter(person=nina, event__kind="held.refused").exists()
    waits(said, "Otherwise.", nina)


def test_taken_back_it_makes_room_for_another(said: Statement, nina: User) -> None:
    setting(holds_first=3)
    holding.withdraw(waits(said, "Buy this.", nina), by=nina)
    waits(said, "Otherwise.", nina)


@pytest.mark.parametrize("meanwhile", ["edited", "hidden", "suspended"])
def test_what_cannot_be_edited_any_more_is_not_released(
    said: Statement, nina: User, mara: User, meanwhile: str
) -> None:
    setting(holds_first=3)
    held = waits(said, "Otherwise.", nina)
    if meanwhile == "edited":
        statements.edit(said, by=nina, body="Meanwhile.", revision=1)
    elif meanwhile == "hidden":
        moderation.hide(said, by=mara, reason="Rude.")
    else:
        sitewide.suspend(nina, by=mara, reason="Rude.")
    with pytest.raises(Conflict):
        holding.release(held, by=mara)
    held.refresh_from_db()
    assert held.state == "waits"


def test_what_an_edit_puts_in_waits_and_what_was_there_does_not(
    claim: Statement, charlie: User
) -> None:
    setting(holds_links="all")
    factories.WatchedWordFactory.create(words="casino", does="hold")
    factories.WatchedWordFactory.create(words="vinegar", does="hold")
    precautions.forget()
    body = "Casino: see https://a.example."
    said = statements.reply(claim, by=charlie, kind="remark", body=body)
    User.objects.filter(pk=charlie.pk).update(standing="member")
    charlie.refresh_from_db()
    now = edited(said, f"{body} So.", charlie)
    assert isinstance(now, Statement)
    words = edited(now, f"{body} Vinegar.", charlie, 2)
    assert isinstance(words, Held)
    assert (words.why, words.about) == ("word", "vinegar")
    holding.withdraw(words, by=charlie)
    link = edited(now, f"{body} Or https://b.example.", charlie, 2)
    assert isinstance(link, Held)
    assert link.why == "link"


def test_the_same_text_again_is_refused_in_an_edit_but_not_for_the_statement_itself(
    claim: Statement, nina: User
) -> None:
    long = "Most readers bring a book back unasked within two months, as figures say."
    said = statements.reply(claim, by=nina, kind="remark", body=long)
    other = statements.reply(claim, by=nina, kind="remark", body="Something else.")
    with pytest.raises(ValidationError, match="in these very words already"):
        edited(other, long, nina)
    assert isinstance(edited(said, f"{long.upper()}!", nina), Statement)


def test_in_a_private_debate_no_edit_waits(said: Statement, nina: User) -> None:
    setting(holds_first=3)
    Debate.objects.filter(pk=said.debate_id).update(visibility="private")
    factories.ParticipationFactory.create(debate=said.debate, person=nina)
    said = Statement.objects.select_related("debate").get(pk=said.pk)
    assert isinstance(edited(said, "Otherwise.", nina), Statement)


def test_what_cannot_be_edited_is_refused_and_not_held(
    said: Statement, nina: User, bob: User
) -> None:
    setting(holds_first=3)
    for by, body, revision, error in (
        (bob, "Otherwise.", 1, PermissionDenied),
        (nina, "Otherwise.", 7, Outdated),
        (nina, " ", 1, ValidationError),
        (nina, "So it is.", 1, ValidationError),
    ):
        with pytest.raises(error):
            edited(said, body, by, revision)
    assert not Held.objects.exists()


def test_names_and_a_debates_own_words_take_in_nothing_that_would_wait(
    crux: Statement, charlie: User, debate: Debate, alice: User
) -> None:
    User.objects.filter(pk__in=(charlie.pk, alice.pk)).update(standing="member")
    factories.WatchedWordFactory.create(words="casino", does="hold")
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    precautions.forget()
    for refused in (
        lambda: settings.rename(crux, by=User.objects.get(pk=charlie.pk), name="Casino"),
        lambda: settings.change(
            debate, by=User.objects.get(pk=alice.pk), background="At the casino."
        ),
    ):
        with pytest.raises(ValidationError, match="Say it without “casino”"):
            refused()


# ---- debates
def opened(by: User, **sent: Any) -> Debate | Held:
    said = {"question": "Should trams be free?", "positions": STANDS, **sent}
    return publishing.debate(by=by, **said)


def test_a_new_persons_debate_waits_unseen(nina: User, mara: User, bob: User) -> None:
    setting(holds_first=1)
    before = everything()
    held = opened(nina, background="In *towns*.", terms=[["Free", "Paid by taxes."]])
    assert isinstance(held, Held)
    assert everything() == before
    [item] = queue.queue(mara).items
    assert (item.debate, item.lines) == (None, ["A new debate."])
    assert [(one.word, one.name) for one in item.said] == [
        ("Debate", "Should trams be free?"),
        ("Position", "Free"),
        ("Position", "Paid"),
    ]
    assert item.said[0].body == "In *towns*.\n\nFree: Paid by taxes."
    assert [one.pk for one in own.listed(nina, Cut(5)).rows] == [held.pk]
    assert own.listed(bob, Cut(5)).rows == []


def test_released_it_is_opened_as_it_would_have_been(nina: User, bob: User, mara: User) -> None:
    sent = {"background": "In *towns*.", "terms": [["Free", "Paid by taxes."]], "bots": "none"}
    plain = opened(bob, **sent)
    setting(holds_first=1)
    held = opened(nina, **sent)
    assert isinstance(plain, Debate)
    assert isinstance(held, Held)
    holding.release(held, by=mara)
    held.refresh_from_db()
    made = held.debate
    assert made is not None
    same = "question background background_html terms visibility bots state turn_count".split()
    assert [getattr(made, name) for name in same] == [getattr(plain, name) for name in same]
    assert (made.starter, held.turn and held.turn.debate) == (nina, made)
    told = [list(one.events.values_list("kind", "actor__name")) for one in (plain, made)]
    his = [(kind, "Nina") for kind, _ in told[0]]
    assert told[1] == [*his, ("held.released", "Mara")]
    assert made.participations.get().person == nina
    notifying.notify()
    assert Notification.objects.filter(person=nina, event__kind="held.released").exists()


def test_refused_its_words_stay_its_authors_who_is_told(nina: User, mara: User) -> None:
    setting(holds_first=1)
    held = opened(nina)
    assert isinstance(held, Held)
    with pytest.raises(ValidationError):
        holding.refuse(held, by=mara, reason=" ")
    holding.refuse(held, by=mara, reason="It is no question.")
    [told] = notifications.some(nina, [Notification.objects.get(person=nina).pk])
    assert told.sentence == "What you sent, and what was held, is not published"
    [mine] = own.listed(nina, Cut(5)).rows
    assert (mine.reason, mine.opens and mine.opens["question"]) == (
        "It is no question.",
        "Should trams be free?",
    )
    with pytest.raises(Decided):
        holding.release(held, by=mara)
    assert not Debate.objects.exists()


def test_watched_words_and_links_hold_a_debate_wherever_they_stand(charlie: User) -> None:
    setting(holds_links="all")
    factories.WatchedWordFactory.create(words="casino", does="hold")
    precautions.forget()
    User.objects.filter(pk=charlie.pk).update(standing="member")
    charlie.refresh_from_db()
    for sent in (
        {"question": "Should the casino go?"},
        {"background": "It is near the casino."},
        {"terms": [["Free", "As in a casino."]]},
        {"positions": [Stand("Casino", "Yes."), Stand("Yes", "See https://a.example.")]},
    ):
        assert isinstance(opened(charlie, **sent), Held), sent
    assert isinstance(opened(charlie), Debate)


def test_a_private_debate_does_not_wait_and_a_refused_form_is_not_held(nina: User) -> None:
    setting(holds_first=1)
    assert isinstance(opened(nina, visibility="private"), Debate)
    with pytest.raises(ValidationError):
        opened(nina, question=" ")
    assert not Held.objects.exists()


# ---- what it costs
@pytest.mark.parametrize("points", [1, 3])
def test_releasing_takes_seven_queries_and_three_for_each_point(
    claim: Statement, nina: User, mara: User, points: int
) -> None:
    setting(holds_first=9)
    sent = [statements.Point(claim, "support", f"Point {number}.") for number in range(points)]
    held = publishing.turn(claim.debate, by=nina, points=sent)
    assert isinstance(held, Held)
    with CaptureQueriesContext(connection) as asked:
        reviewing.decide("held", held.pk, by=mara, act="release")
    work = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(work) <= 7 + 3 * points, "\n".join(line[:150] for line in work)
