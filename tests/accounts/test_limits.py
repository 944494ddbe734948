"""Limits hold exactly, for account, token and address; by standing; and lose nothing typed."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts import limits
from accounts.actions import create_token
from accounts.limits import HOUR, MINUTE, Budget, Deed, Door, LimitReached, Rate
from accounts.models import Spent, Standing, User
from accounts.spending import forget_spent, spend
from debate.actions import moderation, statements, turns
from debate.actions.statements import Point
from debate.models import Debate, Statement
from tests import factories

PROJECT = Path(__file__).resolve().parents[2]


def used(budget: Budget) -> int:
    """How often it can be spent before it is refused."""
    for number in range(1000):
        try:
            spend([budget])
        except LimitReached:
            return number
    raise AssertionError("never refused")


def fresh(account: User, to: Standing) -> User:
    account.standing = to
    account.save()
    return account


# ---- exactly
@pytest.mark.django_db
def test_a_budget_is_used_up_after_just_so_many_and_full_again_after_its_time() -> None:
    budget = Budget("k", Rate(5, MINUTE), "tries")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert used(budget) == 5
        clock.shift(timedelta(seconds=59))
        with pytest.raises(
            LimitReached, match=r"5 tries a minute .* Try again in 1 second\."
        ) as it:
            spend([budget])
        assert it.value.retry_after == 1
        clock.shift(timedelta(seconds=1))
        assert used(budget) == 5


@pytest.mark.django_db
def test_several_are_spent_in_one_query_and_what_is_over_is_forgotten() -> None:
    budgets = [Budget(name, Rate(9, HOUR), "things", 2) for name in "abc"]
    with CaptureQueriesContext(connection) as queries:
        spend(budgets)
    assert len(queries) == 1
    assert set(Spent.objects.values_list("used", flat=True)) == {2}
    with pytest.raises(LimitReached, match="too much at once") as it:
        spend([Budget("d", Rate(9, HOUR), "things", 10)])
    assert it.value.retry_after == 0
    assert forget_spent() == 0
    Spent.objects.filter(key="a").update(ends=timezone.now())
    assert forget_spent() == 1


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_get_just_what_there_is(client: Client) -> None:
    budget = Budget("k", Rate(37, HOUR), "tries")
    granted = []

    def ask() -> None:
        try:
            spend([budget])
            granted.append(1)
        except LimitReached:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 37


@pytest.mark.django_db(transaction=True)
def test_a_thousand_requests_with_forged_addresses_get_just_what_there_is(
    claim: Statement, bob: User, settings: Settings
) -> None:
    settings.ADDRESS_WRITES = 23
    before = claim.debate.event_count
    clients = [Client() for _ in range(50)]
    for one in clients:
        one.force_login(bob)
    codes: list[int] = []

    def ask(number: int, one: Client) -> None:
        try:
            for turn in range(20):
                address = f"203.0.{turn}.{number}"
                forged = {"X-Forwarded-For": address, "X-Real-Ip": address}
                body = {"kind": "remark", "body": f"Word {number} of {turn}."}
                codes.append(one.post(f"/s/{claim.pk}/reply/", body, headers=forged).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=pair) for pair in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [302] * 23 + [429] * 977
    assert Debate.objects.get(pk=claim.debate_id).event_count == before + 23


# ---- by address
@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("unix", "unix", True),
    ],
)
def test_an_address_is_what_one_line_has(one: str, other: str, alike: bool) -> None:
    assert (limits.network(one) == limits.network(other)) == alike


@pytest.mark.django_db
def test_behind_our_own_proxies_the_address_is_what_the_last_of_them_saw(
    client: Client, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ADDRESS_WRITES = 2

    def code(told: str) -> int:
        return client.post("/d/new/", headers={"X-Forwarded-For": told}).status_code

    assert [code(f"10.9.8.{n}, 192.0.2.1") for n in range(3)] == [302, 302, 429]
    assert code("192.0.2.2") == 302


def test_no_key_tells_whose_it_is() -> None:
    asked: Any = {"account": None, "token": None, "sent": {"email": "bob@example.org"}}
    budgets = limits.of_request("account_email", address="192.0.2.1", **asked)
    budgets += limits.of_password("bob@example.org", "192.0.2.1")
    assert len({budget.key for budget in budgets}) == 4
    assert all(len(b.key) == 40 and int(b.key, 16) for b in budgets)


# ---- doors
@pytest.mark.django_db
def test_an_account_and_a_token_are_counted_apart(
    claim: Statement, bob: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh(bob, Standing.TRUSTED)
    monkeypatch.setattr(limits, "WRITES", Door(account=Rate(2, MINUTE), token=Rate(1, MINUTE)))
    made = [create_token(bob, by=bob, name="t", scopes=["read", "mark"]) for _ in range(3)]
    keys = [key for _, key in made]
    codes = [
        client.put(
            f"/api/v1/statements/{claim.pk}/mark/",
            {"truth": "agree"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        ).status_code
        for key in (keys[0], keys[0], keys[1], keys[2])
    ]
    assert codes == [200, 429, 200, 429]


# ---- nothing typed is lost
@pytest.mark.django_db
def test_what_was_typed_comes_back_and_can_be_sent_again(
    client: Client, claim: Statement, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh(bob, Standing.TRUSTED)
    client.force_login(bob)
    monkeypatch.setattr(limits, "WRITES", Door(account=Rate(0, MINUTE)))
    typed = {"kind": "remark", "body": "Long <thought> & typed.", "key": "abc"}
    answer = client.post(f"/s/{claim.pk}/reply/", typed)
    assert answer.status_code == 429
    html = answer.content.decode()
    assert "Long &lt;thought&gt; &amp; typed." in html
    assert 'name="key" value="abc"' in html
    assert f'action="/s/{claim.pk}/reply/"' in html
    plain = client.post(f"/s/{claim.pk}/reply/", typed, headers={"HX-Request": "true"})
    assert plain.status_code == 429
    assert plain.content.decode() == "There are no requests for this account."


@pytest.mark.django_db
def test_a_page_that_refuses_gives_no_password_back(client: Client, bob: User) -> None:
    for _ in range(6):
        answer = client.post("/accounts/login/", {"login": "bob", "password": "my canary"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "my canary" not in answer.content.decode()
    assert "Send it again" not in answer.content.decode()


# ---- by standing
@pytest.mark.django_db
def test_each_standing_may_do_what_the_table_says(claim: Statement, bob: User) -> None:
    for to, level in limits.BY_STANDING.items():
        fresh(bob, to)
        for deed in Deed:
            [budget] = limits.of_deed(bob, deed)
            assert budget is not None
            assert budget.rate == level.rate(deed)
    assert limits.of_deed(fresh(bob, Standing.EXEMPT), Deed.STATEMENTS) == []
    bot = factories.BotFactory.create(owner=bob, standing=Standing.TRUSTED)
    assert limits.level(bot) is limits.BOT
    moderator = factories.UserFactory.create(is_staff=True, standing=Standing.NEW)
    assert limits.level(moderator) is limits.BY_STANDING[Standing.TRUSTED]


@pytest.mark.django_db
def test_a_turn_counts_each_of_its_statements_and_a_refused_one_none(
    claim: Statement, bob: User
) -> None:
    fresh(bob, Standing.NEW)
    point = Point(claim, "remark", "One thing.")
    turns.publish(claim.debate, by=bob, points=[point] * 15)
    with pytest.raises(LimitReached, match="20 statements an hour"):
        turns.publish(claim.debate, by=bob, points=[point] * 6)
    turns.publish(claim.debate, by=bob, points=[point] * 5)
    with pytest.raises(LimitReached):
        statements.reply(claim, by=bob, kind="remark", body="One more.")
    assert claim.debate.statements.filter(author=bob, kind="remark").count() == 20


@pytest.mark.django_db
def test_edits_reports_and_debates_are_counted(
    client: Client, claim: Statement, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = Rate(0, HOUR)
    none = limits.Level(no, no, no, no, no, no, links=0)
    monkeypatch.setitem(limits.BY_STANDING, Standing.NEW, none)
    fresh(alice, Standing.NEW)
    fresh(bob, Standing.NEW)
    with pytest.raises(LimitReached, match="no edits"):
        statements.edit(claim, by=claim.author, body="Else.", revision=1)
    with pytest.raises(LimitReached, match="no reports"):
        moderation.report(claim, by=bob, reason="spam")
    client.force_login(bob)
    started = {"question": "Why?", "own_name": "So", "own_body": "So.", "visibility": "public"}
    answer = client.post("/d/new/", started)
    assert answer.status_code == 429
    assert 'name="own_body"' in answer.content.decode()
    crux = {"name": "It", "body": "It turns on this."}
    assert client.post(f"/d/{claim.debate.slug}/cruxes/new/", crux).status_code == 429


@pytest.mark.django_db
def test_new_people_put_few_links_into_a_statement(
    client: Client, claim: Statement, bob: User
) -> None:
    fresh(bob, Standing.NEW)
    client.force_login(bob)
    three = "See https://a.example, http://b.example and www.c.example."
    answer = client.post(f"/s/{claim.pk}/reply/", {"kind": "remark", "body": three})
    assert answer.status_code == 422
    assert "There are 3 links in this; the most for you is 2" in answer.content.decode()
    assert "www.c.example" in answer.content.decode()
    fresh(bob, Standing.MEMBER)
    answer = client.post(f"/s/{claim.pk}/reply/", {"kind": "remark", "body": three})
    assert answer.status_code == 302


@pytest.mark.django_db
def test_all_bots_of_a_new_person_do_together_what_the_person_may(
    claim: Statement, bob: User
) -> None:
    fresh(bob, Standing.NEW)
    bots = [factories.BotFactory.create(owner=bob, standing="new") for _ in range(3)]
    published = 0
    with pytest.raises(LimitReached, match="for all your bots"):
        for number in range(60):
            statements.reply(
                claim,
                by=bots[number % 3],
                kind="remark",
                body=f"So {number}.",
                generated_by="program",
            )
            published += 1
    assert published == 20
    linked = "See https://a.example, http://b.example and www.c.example."
    assert "the most for you is 2" in limits.refusal_of_links(bots[0], linked)
    fresh(bob, Standing.MEMBER)
    assert limits.refusal_of_links(bots[0], linked) == ""


# ---- the docs
def rows_of_the_docs() -> list[str]:
    """The tables as docs/limits.md has them."""
    levels = {str(standing.label): one for standing, one in limits.BY_STANDING.items()}
    levels["Bot"] = limits.BOT
    whose = {"new": "a new person", "member": "a member", "trusted": "a trusted person"}
    levels |= {
        f"All bots of {whose[standing]}": one for standing, one in limits.BOTS_TOGETHER.items()
    }
    rows = [
        f"| {word} | {one.statements} | {one.edits} | {one.reports} | {one.debates} "
        f"| {one.topics} | {one.proposals} | {one.links} |"
        for word, one in levels.items()
    ]
    rows += [
        f"| {step.standing.label} | {step.days} | {step.statements} | {step.agreed_by} "
        f"| {step.hidden_most} |"
        for step in limits.STEPS
    ]
    for name, door in {"all others": limits.WRITES, **limits.DOORS}.items():
        named = ", ".join(f"{rate} for one {field}" for field, rate in door.names.items())
        rows.append(f"| {name} | {door.account} | {door.token} | {door.address} | {named} |")
    for tries in (limits.PASSWORDS, limits.CODES):
        rows.append(f"| {tries.of} | {tries.soon} | {tries.long} |")
    return rows


def test_the_docs_show_the_tables() -> None:
    lines = (PROJECT / "docs" / "limits.md").read_text().splitlines()
    assert [row for row in rows_of_the_docs() if row not in lines] == []
