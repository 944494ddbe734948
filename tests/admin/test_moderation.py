from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from debate import rules
from debate.actions import moderation
from debate.models import Debate, Event, ModerationAct, Report, Statement
from tests import factories

pytestmark = pytest.mark.django_db

QUEUE = "/admin/debate/report/"
INSULT = "Only a fool would say so."


@pytest.fixture
def insult(claim: Statement, bob: User) -> Statement:
    place = {"exact": "Most readers", "start": 0, "end": 12}
    quoted = factories.QuotationFactory.create(statement=claim, **place)
    said = {"body": INSULT, "quotation": quoted}
    return factories.ObjectionFactory.create(parent=claim, author=bob, **said)


@pytest.fixture
def report(insult: Statement, charlie: User) -> Report:
    return moderation.report(insult, by=charlie, reason="attack", note="He calls me a fool.")


@pytest.fixture
def door(client: Client, mara: User) -> Client:
    client.force_login(mara)
    return client


def decide(door: Client, row: Report | Statement, act: str, reason: str = "It attacks.") -> int:
    name = f"admin:debate_{row._meta.model_name}_change"
    answer = door.post(reverse(name, args=[row.pk]), {"act": act, "reason": reason})
    return answer.status_code


def page(door: Client, row: Report | Statement) -> str:
    name = f"admin:debate_{row._meta.model_name}_change"
    return door.get(reverse(name, args=[row.pk])).content.decode()


# ---- a report in its context
def test_a_report_shows_the_statement_in_its_context(
    door: Client, report: Report, insult: Statement, alice: User, mara: User
) -> None:
    reply = "Well, there is something in it."
    factories.SupportFactory.create(parent=insult, author=alice, body=reply)
    other = factories.SupportFactory.create(parent=insult.parent, author=insult.author)
    moderation.hide(other, by=mara, reason="Sells books.")
    shown = page(door, report)
    for words in (
        insult.debate.question,
        INSULT,
        "Most readers",
        "Attacks a person",
        "He calls me a fool.",
        "Charlie",
        "Lend until asked back",
        "Well, there is something in it.",
        "Sells books.",
    ):
        assert words in shown


def test_the_queue_begins_with_the_oldest_open_report(
    door: Client, report: Report, claim: Statement, bob: User, charlie: User, mara: User
) -> None:
    old = moderation.report(claim, by=bob, reason="spam")
    Report.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=3))
    done = moderation.report(claim, by=charlie, reason="spam")
    Report.objects.filter(pk=done.pk).update(created_at=timezone.now() - timedelta(days=9))
    moderation.dismiss(done, by=mara, reason="It is no advertising.")
    answer = door.get(QUEUE)
    rows = answer.context["cl"].result_list
    assert [row.pk for row in rows] == [old.pk, report.pk, done.pk]
    assert "3\N{NO-BREAK SPACE}days" in answer.content.decode()


def test_the_front_page_says_how_many_reports_wait(door: Client, report: Report) -> None:
    assert "1 item waits" in door.get("/admin/").content.decode()


def test_a_report_from_a_private_debate_can_be_judged_and_the_rest_of_it_not_seen(
    door: Client, report: Report, insult: Statement, claim: Statement
) -> None:
    Debate.objects.filter(pk=claim.debate_id).update(visibility="private")
    assert INSULT in page(door, report)
    assert INSULT in page(door, insult)
    assert door.get(reverse("admin:debate_statement_change", args=[claim.pk])).status_code == 404
    assert claim.debate.question not in door.get("/admin/debate/debate/").content.decode()


def test_of_a_private_debate_neither_the_context_of_a_report_nor_other_acts_are_seen(
    door: Client, report: Report, insult: Statement, claim: Statement, alice: User
) -> None:
    for text in ("Above all, no.", "Below that, yes."):
        factories.RemarkFactory.create(parent=insult, author=alice, body=text)
    other = factories.RemarkFactory.create(parent=claim, author=insult.author)
    act = factories.ModerationActFactory.create(statement=other, reason="Told to few.")
    assert act.reason in page(door, report)
    Debate.objects.filter(pk=claim.debate_id).update(visibility="private")
    shown = page(door, report)
    assert "you see what was reported in it" in shown
    for words in (claim.body, "Above all", act.reason):
        assert words not in shown
    log = reverse("admin:debate_moderationact_changelist")
    for address in (log, f"{log}?q=Told"):
        assert act.reason not in door.get(address).content.decode().replace('value="Told"', "")
    own_page = reverse("admin:debate_moderationact_change", args=[act.pk])
    assert door.get(own_page, follow=True).content.decode().count(act.reason) == 0


def test_a_private_debate_is_not_named_to_moderators_who_are_not_in_it(
    door: Client, report: Report, insult: Statement, mara: User
) -> None:
    debate = insult.debate
    act = factories.ModerationActFactory.create(statement=insult)
    look = factories.HiddenLookFactory.create(statement=insult)
    nouns = ("report", "moderationact", "hiddenlook", "statement")
    places = [reverse(f"admin:debate_{noun}_changelist") for noun in nouns]
    places += [
        reverse(f"admin:debate_{row._meta.model_name}_change", args=[row.pk])
        for row in (report, act, look, insult)
    ]

    def named() -> list[str]:
        return [at for at in places if debate.question in door.get(at).content.decode()]

    assert named() == places
    Debate.objects.filter(pk=debate.pk).update(visibility="private")
    for place in places:
        shown = door.get(place).content.decode()
        assert debate.question not in shown, place
        assert f"/d/{debate.slug}/" not in shown, place
        assert "A private debate" in shown, place
    factories.ParticipationFactory.create(debate=debate, person=mara)
    assert named() == places


@pytest.mark.parametrize("given", ["²", "9" * 5000], ids=["no digit", "too many digits"])
def test_what_is_no_debate_narrows_no_list(door: Client, insult: Statement, given: str) -> None:
    answer = door.get(reverse("admin:debate_statement_changelist"), {"debate": given})
    assert answer.status_code == 200
    assert insult in answer.context["cl"].result_list


# ---- deciding
def test_a_moderator_hides_a_reported_statement(
    door: Client, report: Report, insult: Statement, bob: User, charlie: User, mara: User
) -> None:
    assert decide(door, report, "hide") == 302
    report.refresh_from_db()
    insult.refresh_from_db()
    assert report.state == "upheld"
    assert not rules.may_read_text(insult, charlie)
    assert rules.may_read_text(insult, bob)
    assert rules.may_read_text(insult, mara)
    assert INSULT in page(door, report)
    where = [reverse("debate:statement-detail", args=[insult.pk])]
    where.append(reverse("debate:debate-detail", args=[insult.debate.slug]))
    for reader in (Client(), Client()):
        for address in (*where, "/moderation/"):
            assert INSULT not in reader.get(address).content.decode()
    assert "It attacks." in Client().get("/moderation/").content.decode()


def test_a_moderator_dismisses_a_report_and_the_statement_stays(
    door: Client, report: Report, insult: Statement, charlie: User
) -> None:
    assert decide(door, report, "dismiss", "It is rude, but about the claim.") == 302
    report.refresh_from_db()
    insult.refresh_from_db()
    assert (report.state, insult.hidden_at) == ("dismissed", None)
    assert rules.may_read_text(insult, charlie)


def test_a_hidden_statement_is_restored_on_its_own_page(door: Client, insult: Statement) -> None:
    assert decide(door, insult, "hide") == 302
    assert decide(door, insult, "restore", "The author has a point.") == 302
    insult.refresh_from_db()
    assert insult.hidden_at is None
    assert list(ModerationAct.objects.values_list("act", flat=True)) == ["restore", "hide"]


def test_without_a_reason_nothing_is_done(door: Client, report: Report) -> None:
    events = Event.objects.count()
    assert decide(door, report, "hide", "  ") == 422
    assert not ModerationAct.objects.exists()
    assert Event.objects.count() == events


def test_a_reason_that_is_too_long_comes_back_as_it_was_typed(
    door: Client, report: Report
) -> None:
    address = reverse("admin:debate_report_change", args=[report.pk])
    answer = door.post(address, {"act": "hide", "reason": "long " * 120})
    assert answer.status_code == 422
    assert "long long long" in answer.content.decode()
    assert "at most 500" in answer.content.decode()


def test_a_statement_has_no_report_of_its_own_to_dismiss(door: Client, insult: Statement) -> None:
    assert decide(door, insult, "dismiss") == 422


def test_an_act_that_is_none_is_refused(door: Client, report: Report) -> None:
    assert decide(door, report, "burn") == 422


def test_a_moderator_who_comes_second_is_told(
    door: Client, report: Report, insult: Statement, mara: User
) -> None:
    moderation.hide(insult, by=factories.UserFactory.create(is_staff=True), reason="It attacks.")
    address = reverse("admin:debate_report_change", args=[report.pk])
    answer = door.post(address, {"act": "hide", "reason": "It attacks."}, follow=True)
    assert "hidden already" in answer.content.decode()
    assert ModerationAct.objects.count() == 1


def test_a_case_costs_the_same_however_deep_it_lies(
    door: Client, insult: Statement, alice: User, django_assert_max_num_queries: object
) -> None:
    deep = insult
    for _ in range(16):
        deep = factories.SupportFactory.create(parent=deep, author=alice)
    with django_assert_max_num_queries(12):  # type: ignore[operator]  # a fixture
        assert "6 more between" in page(door, deep)
