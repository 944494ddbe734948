"""The front page of the admin: deciding one by one and several at once, filters, records."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from debate.actions import moderation
from debate.models import (
    Held,
    HiddenLook,
    ModerationAct,
    PersonNote,
    Precautions,
    Report,
    SavedFilter,
    Statement,
    WatchedWord,
)
from debate.selectors import precautions
from tests import factories

pytestmark = pytest.mark.django_db
DECIDE, FILTER = "/admin/queue/", "/admin/queue/filters/"


@pytest.fixture
def report(claim: Statement, charlie: User) -> Report:
    return factories.ReportFactory.create(statement=claim, reporter=charlie, note="It is rude.")


@pytest.fixture
def door(client: Client, mara: User) -> Client:
    client.force_login(mara)
    return client


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_one_button_decides_with_a_reason_of_its_own(door: Client, report: Report) -> None:
    door.post(DECIDE, {"decide": f"report:{report.pk}:dismiss"})
    report.refresh_from_db()
    assert (report.state, ModerationAct.objects.get().reason) == ("dismissed", "It is allowed.")


def test_a_reason_is_written_or_chosen(door: Client, report: Report, claim: Statement) -> None:
    template = factories.ReasonTemplateFactory.create(text="It attacks a person.")
    key = f"report:{report.pk}"
    assert template.name in said(door.get("/admin/"))
    door.post(DECIDE, {"decide": f"{key}:hide", f"template-{key}": template.pk})
    claim.refresh_from_db()
    assert claim.hidden_at is not None
    assert ModerationAct.objects.get().reason == "It attacks a person."


def test_a_held_turn_is_published_from_the_queue(door: Client, claim: Statement) -> None:
    held = factories.HeldFactory.create(debate=claim.debate)
    assert "Because it is so." in said(door.get("/admin/"))
    door.post(DECIDE, {"decide": f"held:{held.pk}:release"})
    assert Statement.objects.filter(author=held.author).count() == 1


def test_a_first_statement_is_looked_at_once(door: Client, claim: Statement) -> None:
    first = factories.FirstStatementFactory.create(statement=claim)
    door.post(DECIDE, {"decide": f"first:{first.pk}:seen"})
    again = door.post(DECIDE, {"decide": f"first:{first.pk}:hide"}, follow=True)
    assert "Looked at, by Mara" in said(again)
    claim.refresh_from_db()
    assert claim.hidden_at is None


def test_who_comes_second_is_told_what_was_decided_and_by_whom(
    door: Client, report: Report
) -> None:
    otto = factories.UserFactory.create(name="Otto", is_staff=True)
    moderation.dismiss(report, by=otto, reason="It is allowed.")
    answer = door.post(DECIDE, {"decide": f"report:{report.pk}:hide"}, follow=True)
    assert "Dismissed, by Otto" in said(answer)
    assert "Nothing was changed by you." in said(answer)
    assert ModerationAct.objects.count() == 1


def test_what_is_refused_comes_back_as_it_was_typed(door: Client, report: Report) -> None:
    key = f"report:{report.pk}"
    answer = door.post(DECIDE, {"decide": f"{key}:hide", f"reason-{key}": "long " * 120})
    assert answer.status_code == 422
    assert "long long long" in said(answer)
    assert "at most 500" in said(answer)
    assert not ModerationAct.objects.exists()


def test_several_are_decided_at_once(door: Client, claim: Statement) -> None:
    made = [factories.ReportFactory.create(statement=claim) for _ in range(3)]
    items = [f"report:{one.pk}" for one in made[:2]]
    sent = {"several": "1", "bulk": "report:dismiss", "item": items, "bulk_reason": "Fair."}
    assert "2 decided" in said(door.post(DECIDE, sent, follow=True))
    assert sorted(Report.objects.values_list("state", flat=True)) == [
        "dismissed",
        "dismissed",
        "open",
    ]
    assert door.post(DECIDE, {"several": "1"}).status_code == 422


def test_a_narrowed_queue_stays_narrowed_and_is_saved_under_a_name(
    door: Client, report: Report, mara: User
) -> None:
    factories.HeldFactory.create()
    page = said(door.get("/admin/?kind=report"))
    assert "It is rude." in page
    assert "Because it is so." not in page
    answer = door.post(DECIDE, {"decide": f"report:{report.pk}:dismiss", "kind": "report"})
    assert answer.headers["Location"] == "/admin/?kind=report"
    door.post(FILTER, {"name": "Reports alone", "query": "kind=report"})
    kept = SavedFilter.objects.get(owner=mara)
    assert "Reports alone" in said(door.get("/admin/"))
    door.post(FILTER, {"drop": kept.pk})
    assert not SavedFilter.objects.exists()


def test_a_note_on_a_person_is_for_moderators(door: Client, alice: User) -> None:
    record = reverse("admin:person-record", args=[alice.pk])
    assert door.post(record, {"text": " "}).status_code == 422
    door.post(record, {"text": "Was asked to be kinder."})
    assert PersonNote.objects.get().person == alice
    assert "Was asked to be kinder." in said(door.get(record))
    assert "Was asked" not in said(door.get(f"/u/{alice.username}/"))


def test_a_person_is_suspended_on_their_record_and_what_is_refused_comes_back(
    door: Client, bob: User, mara: User
) -> None:
    record = reverse("admin:person-record", args=[bob.pk])
    at = reverse("admin:person-suspend", args=[bob.pk])
    refused = door.post(at, {"days": "30", "reason": " "})
    assert refused.status_code == 422
    assert '<option value="30" selected>' in said(refused)
    assert door.post(at, {"days": "9", "reason": "Rude."}).status_code == 422
    door.post(at, {"days": "30", "reason": "Rude to everybody.", "internal": "1"})
    act = ModerationAct.objects.get()
    assert (act.act, act.person, act.is_internal) == ("suspend", bob, True)
    page = said(door.get(record))
    assert "Suspended until" in page
    assert reverse("debate:act-detail", args=[act.pk]) in page
    assert "Suspended, by Mara" in said(door.post(at, {"days": "0", "reason": "Again."}))
    own = said(door.get(reverse("admin:person-record", args=[mara.pk])))
    assert "You cannot suspend yourself." in own


def test_the_queue_hides_and_suspends_in_one_decision(
    door: Client, report: Report, claim: Statement, alice: User
) -> None:
    door.post(DECIDE, {"decide": f"report:{report.pk}:suspend"})
    claim.refresh_from_db()
    alice.refresh_from_db()
    assert claim.hidden_at is not None
    assert alice.only_reads
    other = factories.RemarkFactory.create(parent=claim.parent, author=alice)
    second = factories.ReportFactory.create(statement=other)
    door.post(DECIDE, {"decide": f"report:{second.pk}:suspend"})
    other.refresh_from_db()
    assert other.hidden_at is not None
    assert ModerationAct.objects.filter(act="suspend").count() == 1


def test_precautions_and_words_are_set_in_the_admin(door: Client) -> None:
    assert door.get("/admin/debate/precautions/", follow=True).status_code == 200
    sent = {"looks_first": "0", "holds_first": "2", "holds_links": "new", "repeats": "all"}
    door.post("/admin/debate/precautions/1/change/", sent)
    assert Precautions.objects.get().holds_first == 2
    door.post("/admin/debate/watchedword/add/", {"words": "casino", "does": "refuse"})
    assert WatchedWord.objects.get().does == "refuse"
    assert precautions.now().set.holds_links == "new"
    precautions.forget()


# ---- looks at hidden words
def test_a_look_at_hidden_words_is_written_down(
    door: Client, claim: Statement, mara: User, alice: User
) -> None:
    moderation.hide(claim, by=mara, reason="Rude.")
    Client().get(f"/s/{claim.pk}/")
    own = Client()
    own.force_login(alice)
    own.get(f"/s/{claim.pk}/")
    assert not HiddenLook.objects.exists()
    for _ in range(2):
        assert claim.body in said(door.get(f"/s/{claim.pk}/"))
    look = HiddenLook.objects.get()
    assert (look.moderator, look.statement) == (mara, claim)
    assert claim.label in said(door.get("/admin/debate/hiddenlook/"))


def test_lists_of_the_admin_show_no_hidden_words(
    door: Client, claim: Statement, mara: User
) -> None:
    moderation.hide(claim, by=mara, reason="Rude.")
    assert claim.body not in said(door.get("/admin/debate/statement/"))
    assert claim.body in said(door.get(f"/admin/debate/statement/{claim.pk}/change/"))
    assert HiddenLook.objects.filter(statement=claim).count() == 1


def test_what_is_held_is_listed_for_moderators_with_its_words(
    door: Client, claim: Statement
) -> None:
    held = factories.HeldFactory.create(debate=claim.debate)
    assert Held.objects.count() == 1
    assert held.author.told_name in said(door.get("/admin/debate/held/"))
    assert "Because it is so." in said(door.get(f"/admin/debate/held/{held.pk}/change/"))
