from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from debate.models import Debate, Statement
from debate.selectors import moderation
from tests import factories

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()


def act(statement: Statement, **fields: Any) -> int:
    pk: int = factories.ModerationActFactory.create(statement=statement, **fields).pk
    return pk


def ids(log: moderation.Log) -> list[int]:
    return [entry.id for entry in log.entries]


def test_the_newest_act_comes_first(claim: Statement) -> None:
    first, second = act(claim), act(claim, act="restore")
    assert ids(moderation.log(NOBODY)) == [second, first]
    assert ids(moderation.log(NOBODY, moderation.Sought(act="hide"))) == [first]


def test_a_page_ends_after_fifty_acts_and_the_next_goes_on(claim: Statement, mara: User) -> None:
    made = [act(claim, moderator=mara) for _ in range(moderation.PAGE + 2)]
    page = moderation.log(NOBODY)
    assert ids(page) == made[:1:-1]
    rest = moderation.log(NOBODY, before=page.older)
    assert (ids(rest), rest.older) == (made[1::-1], None)


def test_acts_in_a_private_debate_are_for_its_people(
    claim: Statement, alice: User, charlie: User, mara: User
) -> None:
    act(claim)
    Debate.objects.filter(pk=claim.debate_id).update(visibility="private")
    factories.ParticipationFactory.create(debate=claim.debate, person=alice)
    assert len(moderation.log(alice).entries) == 1
    for viewer in (NOBODY, charlie, mara):
        assert moderation.log(viewer).entries == []


def test_an_unlisted_debate_is_named_to_its_people_only(
    claim: Statement, alice: User, charlie: User
) -> None:
    act(claim)
    Debate.objects.filter(pk=claim.debate_id).update(visibility="unlisted")
    factories.ParticipationFactory.create(debate=claim.debate, person=alice)
    [known], [unknown] = moderation.log(alice).entries, moderation.log(charlie).entries
    assert known.question == claim.debate.question
    assert (unknown.question, unknown.slug, unknown.label) == ("", "", claim.label)


@pytest.mark.parametrize("many", [1, 30])
def test_the_log_takes_one_query(
    claim: Statement, many: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for _ in range(many):
        act(claim)
    with django_assert_num_queries(1):
        moderation.log(NOBODY)


def test_a_case_takes_six_queries_at_most(
    claim: Statement, mara: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for _ in range(5):
        factories.SupportFactory.create(parent=claim)
    statement = Statement.objects.select_related("author__owner", "debate", "quotation").get(
        pk=claim.pk
    )
    with django_assert_max_num_queries(6):
        found = moderation.case(statement, mara)
    assert (len(found.line), len(found.replies), found.reply_count) == (1, 5, 5)


def test_until_the_last_day_there_is_nothing_is_left_out(claim: Statement) -> None:
    made = act(claim)
    assert ids(moderation.log(NOBODY, moderation.Sought(until=date.max))) == [made]
