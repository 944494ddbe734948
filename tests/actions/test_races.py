"""Many at once: nothing lost, nothing twice, no number left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from threading import Lock
from typing import Any

import pytest
from django.db import connections

from accounts.models import User
from debate.actions import drafts, idempotency, marks, moderation, reviewing, statements
from debate.actions.decided import Decided
from debate.actions.refusals import Conflict, Outdated
from debate.models import Debate, DraftPoint, Event, ModerationAct, Report, Revision, Statement
from debate.models.drafts import POINTS_MAX
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(jobs: Sequence[Callable[[], Any]], *, threads: int = 16) -> list[Any]:
    """What each job returned or raised; all start as near together as threads can."""

    def run(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, jobs, timeout=30))


def test_twenty_replies_to_one_statement_are_numbered_without_gaps(
    claim: Statement, bob: User, charlie: User
) -> None:
    def say(i: int) -> Callable[[], Statement]:
        person = (bob, charlie)[i % 2]
        return lambda: statements.reply(claim, by=person, kind="question", body=f"Why, {i}?")

    before = Debate.objects.get(pk=claim.debate_id)
    made = _at_once([say(i) for i in range(20)], threads=20)
    assert all(isinstance(one, Statement) for one in made), made
    after = Debate.objects.get(pk=claim.debate_id)
    for model, name in ((Event, "number"), (Statement, "turn__number")):
        numbers = model._default_manager.filter(debate=after).exclude(**{name: None})
        values = sorted(set(numbers.values_list(name, flat=True)))
        assert values == list(range(1, len(values) + 1)), name
    ordinals = sorted(one.ordinal for one in made)
    assert ordinals == list(range(before.statement_count + 1, before.statement_count + 21))
    assert after.open_count == before.open_count + 20
    claim.refresh_from_db()
    assert (claim.reply_count, claim.status) == (20, "asked about")
    root = Statement.objects.get(replies=claim)
    assert (root.total, root.open_total) == (21, 20)


def test_of_two_editors_exactly_one_meets_a_conflict(claim: Statement, alice: User) -> None:
    for round_ in range(1, 6):
        edits = [
            partial(statements.edit, claim, by=alice, body=f"{which} {round_}.", revision=round_)
            for which in "ab"
        ]
        results = _at_once(edits, threads=2)
        assert {type(one) for one in results} == {Outdated, Statement}
    assert Statement.objects.get(pk=claim.pk).revision == 6
    assert Revision.objects.filter(statement=claim).count() == 5


def test_fifty_identical_requests_store_one_statement(claim: Statement, bob: User) -> None:
    def reply() -> dict[str, Any]:
        said = statements.reply(claim, by=bob, kind="remark", body="Once.")
        return {"id": said.pk}

    def send() -> tuple[dict[str, Any], bool]:
        return idempotency.once("the key", by=bob, fingerprint="f", do=reply)

    answers = _at_once([send] * 50, threads=25)
    said = claim.replies.get()
    assert [answer for answer, _ in answers] == [{"id": said.pk}] * 50
    assert sum(is_new for _, is_new in answers) == 1


def test_whoever_waited_for_a_request_that_failed_does_the_work(bob: User) -> None:
    first = Lock()

    def work() -> dict[str, Any]:
        if first.acquire(blocking=False):
            raise Conflict
        return {}

    results = _at_once(
        [lambda: idempotency.once("k", by=bob, fingerprint="f", do=work)] * 10, threads=10
    )
    assert sum(isinstance(one, Conflict) for one in results) == 1
    assert results.count(({}, True)) == 1
    assert results.count(({}, False)) == 8


def test_eight_people_who_mark_at_once_are_all_counted(claim: Statement) -> None:
    people = [factories.UserFactory.create() for _ in range(8)]

    def toggle(person: User) -> Callable[[], None]:
        def run() -> None:
            for truth in ("agree", "disagree", "unsure", "agree"):
                marks.mark(claim, by=person, truth=truth, bears="yes")

        return run

    results = _at_once([toggle(person) for person in people], threads=8)
    assert results == [None] * 8
    claim.refresh_from_db()
    assert (claim.agree_count, claim.bears_count, claim.status) == (9, 8, "granted")
    assert (claim.unsure_count, claim.disagree_count) == (0, 0)
    numbers = list(Event.objects.filter(debate=claim.debate_id).values_list("number", flat=True))
    assert numbers == list(range(1, 33))


def test_one_person_who_marks_twice_at_once_has_one_mark(claim: Statement, bob: User) -> None:
    verdicts = [
        partial(marks.mark, claim, by=bob, truth=truth) for truth in ("agree", "disagree") * 5
    ]
    results = _at_once(verdicts, threads=10)
    assert not [one for one in results if isinstance(one, Exception)]
    mark = claim.marks.get()
    said = list(mark.changes.values_list("truth", flat=True))
    assert said[-1] == mark.truth
    assert all(before != after for before, after in pairwise(said))


def test_one_person_reports_once_however_often_they_press(claim: Statement, bob: User) -> None:
    results = _at_once([lambda: moderation.report(claim, by=bob, reason="spam")] * 6, threads=6)
    assert sum(isinstance(one, Report) for one in results) == 1
    assert sum(isinstance(one, Conflict) for one in results) == 5


def test_acts_of_all_kinds_at_once_lock_nobody_out(
    claim: Statement, alice: User, bob: User, charlie: User, mara: User
) -> None:
    jobs: list[Callable[[], Any]] = []
    for _ in range(6):
        jobs += [
            lambda: statements.reply(claim, by=bob, kind="objection", on="truth", body="No."),
            lambda: marks.mark(claim, by=charlie, truth="agree"),
            lambda: moderation.hide(claim, by=mara, reason="Chance."),
            lambda: moderation.restore(claim, by=mara, reason="Chance."),
            lambda: moderation.report(claim, by=charlie, reason="spam"),
            lambda: statements.reply(claim, by=bob, kind="concession", body="Yes."),
        ]
    raised = {type(one).__name__ for one in _at_once(jobs) if isinstance(one, Exception)}
    assert raised <= {"PermissionDenied", "Conflict", "Decided"}
    debate = Debate.objects.get(pk=claim.debate_id)
    assert debate.events.count() == debate.event_count


def test_of_many_windows_storing_a_point_from_one_version_one_wins_and_the_others_are_told(
    claim: Statement, bob: User
) -> None:
    def store(number: int, version: int) -> Callable[[], DraftPoint]:
        wording = drafts.Wording("support", "", f"Window {number}, {version}.")
        return partial(drafts.keep, claim, by=bob, key="k", wording=wording, version=version)

    for version in range(4):
        results = _at_once([store(number, version) for number in range(8)], threads=8)
        told = [one for one in results if isinstance(one, drafts.Overtaken)]
        assert (len(told), len(results)) == (7, 8), results
    assert DraftPoint.objects.get(author=bob).version == 4


def test_points_stored_at_once_never_become_too_many(claim: Statement, bob: User) -> None:
    def store(key: str) -> Callable[[], DraftPoint]:
        wording = drafts.Wording("support", "", "So.")
        return partial(drafts.keep, claim, by=bob, key=key, wording=wording)

    for number in range(POINTS_MAX - 3):
        store(f"k{number}")()
    results = _at_once([store(f"late{number}") for number in range(12)], threads=12)
    assert sum(isinstance(one, DraftPoint) for one in results) == 3
    assert DraftPoint.objects.filter(author=bob).count() == POINTS_MAX


def test_a_turn_sent_twice_at_once_is_published_once(claim: Statement, bob: User) -> None:
    for key in ("a", "b"):
        wording = drafts.Wording("support", "", f"Point {key}.")
        drafts.keep(claim, by=bob, key=key, wording=wording)
    send = partial(drafts.publish, claim.debate, by=bob, keys=["a", "b"])
    results = _at_once([send] * 6, threads=6)
    assert sum(isinstance(one, tuple) for one in results) == 1, results
    assert claim.replies.filter(author=bob).count() == 2


def test_of_two_moderators_at_one_item_one_decides_and_the_other_is_told(
    claim: Statement, charlie: User, mara: User
) -> None:
    otto = factories.UserFactory.create(name="Otto", is_staff=True)
    rounds = 200
    made = [factories.ReportFactory.create(statement=claim) for _ in range(rounds)]

    def decide(report: Report, by: User) -> Callable[[], Any]:
        return lambda: reviewing.decide(
            "report", report.pk, by=by, act="dismiss", reason="It is allowed."
        )

    jobs = [decide(report, by) for report in made for by in (mara, otto)]
    done = _at_once(jobs, threads=2)
    pairs = [done[2 * n : 2 * n + 2] for n in range(rounds)]
    assert [sum(one is None for one in pair) for pair in pairs] == [1] * rounds
    for report, pair in zip(made, pairs, strict=True):
        report.refresh_from_db()
        [told] = [one for one in pair if one is not None]
        assert isinstance(told, Decided), told
        assert report.decided_by is not None
        assert f"Dismissed, by {report.decided_by.name}" in str(told)
    assert ModerationAct.objects.count() == rounds
