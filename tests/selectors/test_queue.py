"""The queue: what comes into it, in which order, with what beside it, and what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from debate import rules
from debate.actions import appeals, moderation, proposals, reviewing, sitewide, structure
from debate.models import Debate, ModerationAct, Report, Statement
from debate.selectors import patterns, queue
from debate.selectors.queue import Wanted
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(claim: Statement, charlie: User) -> Report:
    return factories.ReportFactory.create(statement=claim, reporter=charlie, note="It is rude.")


def keys(found: queue.Queue) -> list[str]:
    return [item.key for item in found.items]


def test_all_kinds_come_in_one_line_the_oldest_first(
    report: Report, claim: Statement, mara: User
) -> None:
    now = timezone.now()
    held = factories.HeldFactory.create(debate=claim.debate, made_at=now - timedelta(days=2))
    remark = factories.RemarkFactory.create(parent=claim)
    first = factories.FirstStatementFactory.create(
        statement=remark, made_at=now - timedelta(days=1)
    )
    found = queue.queue(mara)
    assert keys(found) == [f"held:{held.pk}", f"first:{first.pk}", f"report:{report.pk}"]
    assert [(one.kind, one.waiting) for one in found.counts] == [
        ("report", 1),
        ("held", 1),
        ("first", 1),
        ("appeal", 0),
        ("proposal", 0),
    ]
    assert (found.waiting, found.since) == (3, held.made_at)


def test_an_item_has_its_context_and_what_is_known_of_its_author(
    claim: Statement, alice: User, bob: User, charlie: User, mara: User
) -> None:
    quoted = factories.QuotationFactory.create(
        statement=claim, exact="Most readers", start=0, end=12
    )
    said = factories.ObjectionFactory.create(parent=claim, author=bob, quotation=quoted)
    beside = factories.RemarkFactory.create(parent=claim, author=alice, body="Beside it.")
    gone = factories.RemarkFactory.create(parent=claim, author=bob, body="Gone.")
    moderation.hide(gone, by=mara, reason="Rude.")
    reviewing.note(bob, by=mara, text="Was asked to be kinder.")
    factories.ReportFactory.create(statement=said, reporter=charlie, note="He is rude.")
    [item] = queue.queue(mara).items
    [shown] = item.said
    assert shown.parent is not None
    assert (shown.quote, shown.parent.statement, item.note) == (
        "Most readers",
        claim,
        "He is rude.",
    )
    assert [one.statement for one in shown.beside] == [beside]
    assert item.record is not None
    assert (item.record.said, item.record.hidden, item.record.notes) == (3, 1, 1)
    assert item.record.note == "Was asked to be kinder."


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), 2),
        (Wanted(kind="report"), 1),
        (Wanted(why="spam"), 1),
        (Wanted(why="word"), 1),
        (Wanted(why="nothing"), 0),
        (Wanted(person="alice"), 1),
        (Wanted(days=1), 1),
        (Wanted(debate="nowhere"), 0),
        (Wanted(kind="held", person="alice"), 0),
    ],
)
def test_the_queue_is_narrowed(
    report: Report, claim: Statement, mara: User, wanted: Wanted, found: int
) -> None:
    old = timezone.now() - timedelta(days=2)
    factories.HeldFactory.create(debate=claim.debate, why="word", about="casino", made_at=old)
    assert len(queue.queue(mara, wanted).items) == found


def test_what_is_decided_or_gone_does_not_wait(
    report: Report, claim: Statement, bob: User, mara: User
) -> None:
    said = factories.RemarkFactory.create(parent=claim, author=bob)
    factories.FirstStatementFactory.create(statement=said)
    moderation.hide(said, by=mara, reason="Rude.")
    moderation.dismiss(report, by=mara, reason="It is allowed.")
    assert queue.queue(mara).waiting == 0


def test_what_cannot_be_decided_in_an_archive_waits_for_it_to_be_reopened(
    claim: Statement, alice: User, mara: User
) -> None:
    factories.ProposalFactory.create(debate=claim.debate)
    structure.retype(claim, kind="remark", by=mara, reason="So.")
    appeals.appeal(ModerationAct.objects.get(act="retype"), by=alice, text="It is not.")
    moderation.hide(claim, by=mara, reason="Spam.")
    hidden = appeals.appeal(ModerationAct.objects.get(act="hide"), by=alice, text="It is not.")
    assert queue.queue(mara).waiting == 3
    Debate.objects.filter(pk=claim.debate_id).update(state="archived")
    assert keys(queue.queue(mara)) == [f"appeal:{hidden.pk}"]


def test_of_a_private_debate_only_what_was_reported_comes_and_without_context(
    report: Report, claim: Statement, mara: User
) -> None:
    factories.HeldFactory.create(debate=claim.debate)
    factories.FirstStatementFactory.create(statement=factories.RemarkFactory.create(parent=claim))
    Debate.objects.filter(pk=claim.debate_id).update(visibility="private")
    [item] = queue.queue(mara).items
    assert (item.key, item.alone, item.said[0].parent) == (f"report:{report.pk}", True, None)


def test_pages_of_the_queue_follow_each_other(claim: Statement, mara: User) -> None:
    for _ in range(queue.PAGE + 3):
        factories.ReportFactory.create(statement=claim)
    first, second = queue.queue(mara), queue.queue(mara, page=2)
    assert (len(first.items), first.has_next) == (queue.PAGE, True)
    assert (len(second.items), second.has_next) == (3, False)
    assert not set(keys(first)) & set(keys(second))


def test_an_appeal_comes_with_the_act_its_words_and_whose_it_is(
    claim: Statement, alice: User, mara: User
) -> None:
    act = moderation.hide(claim, by=mara, reason="Rude.")
    made = appeals.appeal(act, by=alice, text="It is not.")
    with rules.noting_looks() as looks:
        [item] = queue.queue(mara).items
    assert (item.key, item.title) == (f"appeal:{made.pk}", "Appeal: S1 hidden")
    assert (item.author, item.note, item.lines) == (alice, "It is not.", ["Mara did it: Rude."])
    assert item.said[0].body == claim.body
    assert looks == {(mara.pk, claim.pk)}
    assert [choice.act for choice in item.choices] == ["uphold", "overturn"]
    assert keys(queue.queue(mara, Wanted(why="act-hide"))) == [item.key]
    assert keys(queue.queue(mara, Wanted(why="act-move"))) == []


def test_an_appeal_against_a_suspension_of_the_site_is_in_no_debate(bob: User, mara: User) -> None:
    act = sitewide.suspend(bob, by=mara, reason="Rude.")
    appeals.appeal(act, by=User.objects.get(pk=bob.pk), text="It was not me.")
    [item] = queue.queue(mara).items
    assert (item.debate, item.said, item.author) == (None, [], bob)
    assert item.title == "Appeal: Bob suspended from the whole site"
    assert keys(queue.queue(mara, Wanted(person="bob", kind="appeal"))) == [item.key]


def test_a_proposal_comes_with_what_it_would_change(
    claim: Statement, his: Statement, bob: User, mara: User
) -> None:
    wanted = proposals.Wanted("link", claim, to=his, becomes="support")
    made = proposals.propose(claim.debate, wanted, by=bob, reason="It bears on both.")
    [item] = queue.queue(mara).items
    assert (item.key, item.title) == (f"proposal:{made.pk}", f"S1 also supports {his.label}")
    assert ([one.statement for one in item.said], item.note) == (
        [claim, his],
        "It bears on both.",
    )
    assert keys(queue.queue(mara, Wanted(why="proposal-link", days=0))) == [item.key]
    Debate.objects.filter(pk=claim.debate_id).update(visibility="private")
    assert queue.queue(mara).items == []


def test_a_crux_that_is_proposed_comes_with_its_words(debate: Debate, mara: User) -> None:
    factories.ProposalFactory.create(debate=debate)
    [item] = queue.queue(mara).items
    assert (item.title, item.said[0].body) == ("A crux: “Books come back”", "They do.")


# ---- patterns
def test_reports_used_as_a_weapon_stand_out_with_their_numbers(
    claim: Statement, alice: User, bob: User, charlie: User, mara: User
) -> None:
    for _ in range(4):
        said = factories.RemarkFactory.create(parent=claim, author=bob)
        made = factories.ReportFactory.create(statement=said, reporter=charlie)
        moderation.dismiss(made, by=mara, reason="It is allowed.")
    said = factories.RemarkFactory.create(parent=claim, author=bob)
    factories.ReportFactory.create(statement=said, reporter=charlie)
    for _ in range(2):
        factories.ReportFactory.create(statement=said)
    lines = [line for item in queue.queue(mara).items for line in item.lines]
    assert "Of 4 decided reports by Charlie, 4 were dismissed." in lines
    assert "5 of 5 reports by Charlie are about Bob; 4 were dismissed." in lines
    assert "3 people reported Bob within a day." in lines
    assert "5 of 5 reports by Charlie in this debate are under P1." in lines


def test_a_first_report_has_no_pattern(report: Report) -> None:
    [one] = patterns.annotated(Report.objects.filter(pk=report.pk))
    assert patterns.lines(one) == []


# ---- what it costs
def test_ten_thousand_reports_take_twelve_queries_and_a_decision_ten(
    debate: Debate, claim: Statement, bob: User, mara: User
) -> None:
    people = User.objects.bulk_create(
        User(username=f"r{n}", name=f"Reader {n}") for n in range(100)
    )
    said = [factories.RemarkFactory.create(parent=claim, author=bob) for _ in range(100)]
    Report.objects.bulk_create(
        Report(statement=one, reporter=person, reason="spam") for one in said for person in people
    )
    factories.HeldFactory.create(debate=debate, made_at=timezone.now() - timedelta(days=9))
    first = factories.RemarkFactory.create(parent=claim, author=bob)
    early = timezone.now() - timedelta(days=8)
    factories.FirstStatementFactory.create(statement=first, made_at=early)
    factories.AppealFactory.create(created_at=early)
    factories.ProposalFactory.create(debate=debate, created_at=early)
    own = factories.ReportFactory.create(created_at=early)
    Debate.objects.filter(pk=own.statement.debate_id).update(visibility="private")
    factories.ReasonTemplateFactory.create()
    factories.SavedFilterFactory.create(owner=mara)
    factories.UserFactory.create(is_staff=True)
    door = Client()
    door.force_login(mara)
    with CaptureQueriesContext(connection) as asked:
        page = door.get("/admin/")
    assert page.context["queue"].waiting == 10_005
    assert len(asked) <= 12, "\n".join(one["sql"][:120] for one in asked)
    report = Report.objects.filter(statement__parent=claim).order_by("pk")[0]
    for act in ("dismiss", "hide"):
        with CaptureQueriesContext(connection) as asked:
            reviewing.decide("report", report.pk, by=mara, act=act, reason="So.")
        work = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
        print(act, len(work))
        assert len(work) <= 10, "\n".join(line[:140] for line in work)
        report = Report.objects.filter(state="open", statement__parent=claim).order_by("pk")[1]
