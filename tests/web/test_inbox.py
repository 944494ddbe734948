"""The inbox, what one follows, and mail, as pages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from debate.actions import following, moderation, notifying, statements
from debate.models import Debate, Following, Notification, Statement
from tests import factories

pytestmark = pytest.mark.django_db
INBOX, FOLLOWING, MAILS = "/inbox/", "/following/", "/accounts/mails/"
CANARY = "canary-of-words"


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def reply(parent: Statement, by: User) -> Statement:
    made = statements.reply(parent, by=by, kind="remark", body=f"So the {CANARY} is.")
    notifying.notify()
    return made


def shown(client: Client, address: str = INBOX) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("page", [INBOX, FOLLOWING, MAILS])
def test_a_visitor_signs_in_first_and_comes_back(client: Client, page: str) -> None:
    assert (
        client.get(page).headers["Location"] == f"/accounts/login/?next={page.replace('/', '%2F')}"
    )


def test_what_is_unread_is_counted_on_every_page_and_said_in_the_inbox(
    alices: Client, claim: Statement, bob: User
) -> None:
    assert 'class="unread"' not in shown(alices, "/")
    said = reply(claim, bob)
    assert '<span class="n">1</span>' in shown(alices, f"/d/{claim.debate.slug}/")
    page = shown(alices)
    assert "Bob remarks on S1 in S2" in page
    assert "because you were answered" in page
    assert CANARY in page
    assert f'href="/s/{said.pk}/"' in page


def test_reading_the_place_marks_it_read(alices: Client, claim: Statement, bob: User) -> None:
    said = reply(claim, bob)
    assert 'class="unread"' not in shown(alices, f"/s/{said.pk}/")
    assert "Nothing is unread" in shown(alices)
    assert "Bob remarks on S1" in shown(alices, f"{INBOX}?all=1")


def test_one_or_all_or_those_of_a_debate_are_marked_read(
    alices: Client, claim: Statement, alice: User, bob: User
) -> None:
    other = factories.PositionFactory.create(author=alice)
    for parent in (claim, claim, other, other):
        reply(parent, bob)
    newest = Notification.objects.filter(person=alice).latest("pk")
    read = f"{INBOX}read/"
    alices.post(read, {"one": newest.pk})
    alice.refresh_from_db()
    assert alice.unread_count == 3
    answer = alices.post(read, {"debate": claim.debate.slug, "of": claim.debate.slug, "all": "1"})
    assert answer.headers["Location"] == f"{INBOX}?all=1&debate={claim.debate.slug}"
    alice.refresh_from_db()
    assert alice.unread_count == 1
    alices.post(read, {})
    alice.refresh_from_db()
    assert alice.unread_count == 0


def test_the_inbox_can_be_of_one_debate_and_goes_on(
    alices: Client, claim: Statement, alice: User, bob: User
) -> None:
    other = factories.PositionFactory.create(author=alice)
    reply(other, bob)
    for _ in range(31):
        reply(claim, bob)
    page = shown(alices, f"{INBOX}?debate={other.debate.slug}")
    assert page.count("data-unread") == 1
    first = shown(alices)
    assert first.count("data-unread") == 30
    last = Notification.objects.filter(person=alice).order_by("-pk")[29].pk
    assert f"?before={last}" in first
    assert shown(alices, f"{INBOX}?before={last}").count("data-unread") == 2
    assert shown(alices, f"{INBOX}?before=nonsense&debate=nowhere").count("data-unread") == 0


def test_what_one_may_not_see_any_more_is_not_in_the_inbox(
    alices: Client, claim: Statement, bob: User, mara: User
) -> None:
    said = reply(claim, bob)
    Statement.objects.filter(pk=said.pk).update(hidden_at=said.created_at)  # told of before
    for address in (INBOX, f"{INBOX}?all=1"):
        page = shown(alices, address)
        assert CANARY not in page
        assert "Bob" not in page
    Statement.objects.filter(pk=said.pk).update(hidden_at=None)
    assert CANARY in shown(alices)
    Debate.objects.filter(pk=claim.debate_id).update(visibility="private")
    page = shown(alices)
    assert claim.debate.question not in page
    assert CANARY not in page
    assert alices.post(f"{INBOX}read/", {}).status_code == 302
    assert 'class="unread"' not in shown(alices)


def test_ones_own_hidden_words_are_told_of_to_oneself(
    alices: Client, claim: Statement, mara: User
) -> None:
    moderation.hide(claim, by=mara, reason="Rude.")
    notifying.notify()
    page = shown(alices)
    assert "S1 was hidden" in page
    assert "Mara" not in page


def test_the_inbox_takes_the_same_queries_whatever_is_in_it(
    alices: Client, claim: Statement, alice: User, bob: User
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            alices.get(f"{INBOX}?all=1")
        return len(queries)

    reply(claim, bob)
    few = cost()
    for number in range(25):
        parent = claim if number % 2 else factories.PositionFactory.create(author=alice)
        reply(parent, factories.UserFactory.create())
    assert few == cost() <= 6


@pytest.mark.parametrize("view", ["", "exchange/", "open/", "history/"])
def test_no_view_of_a_debate_takes_a_query_more_for_who_follows_and_is_told(
    view: str, alices: Client, claim: Statement, alice: User, bob: User
) -> None:
    def cost() -> int:
        alices.get(f"/d/{claim.debate.slug}/{view}")
        with CaptureQueriesContext(connection) as queries:
            page = alices.get(f"/d/{claim.debate.slug}/{view}").content.decode()
        assert page.count('class="follow"') == 1
        return len(queries)

    before = cost()
    following.follow_debate(claim.debate, by=alice, level="followed")
    Notification.objects.all().delete()
    User.objects.filter(pk=alice.pk).update(unread_count=3)
    assert cost() == before


def test_a_debate_says_whether_one_follows_it_and_nothing_of_others(
    client: Client, claim: Statement, alice: User, bob: User
) -> None:
    at = f"/d/{claim.debate.slug}/"
    for person, levels in ((alice, ("followed", "muted", "stopped")), (bob, ("muted",))):
        client.force_login(person)
        for level in levels:
            assert client.post(f"{at}following/", {"level": level}).headers["Location"] == at
    client.force_login(alice)
    page = shown(client, at)
    assert 'value="stopped"' not in page
    assert "Muted</summary>" not in page.replace('<svg class="icon icon-down"', "</summary>")
    client.force_login(bob)
    assert "</svg>Muted" in shown(client, at)
    client.logout()
    assert 'class="follow"' not in shown(client, at)


def test_statements_and_people_are_followed_from_their_pages(
    alices: Client, claim: Statement, alice: User, bob: User
) -> None:
    for at in (f"/s/{claim.pk}/", f"/u/{bob.username}/"):
        assert "</svg>Follow<" in shown(alices, at)
        answer = alices.post(f"{at}following/", {"level": "followed"})
        assert answer.headers["Location"] == at
        assert "</svg>Following<" in shown(alices, at)
    assert 'class="follow"' not in shown(alices, f"/u/{alice.username}/")
    assert alices.post(f"/u/{alice.username}/following/", {"level": "muted"}).status_code == 302
    assert Following.objects.filter(person=alice).count() == 2


def test_what_one_follows_is_listed_and_stopped_there(
    alices: Client, claim: Statement, alice: User, bob: User, rob: User
) -> None:
    for level in ("followed", "muted"):
        following.follow_debate(claim.debate, by=alice, level=level)
    following.follow_statement(claim, by=alice, level="followed")
    following.follow_person(rob, by=alice, level="followed")
    page = shown(alices, FOLLOWING)
    assert claim.debate.question in page
    assert "S1: " in page
    assert "Rob (bot)" in page
    answer = alices.post(f"/u/{rob.username}/following/", {"level": "stopped", "next": FOLLOWING})
    assert answer.headers["Location"] == FOLLOWING
    assert "Rob (bot)" not in shown(alices, FOLLOWING).split("<main")[1].split("<ul")[1]
    away = {"level": "muted", "next": "https://elsewhere.example/"}
    assert alices.post(f"/u/{bob.username}/following/", away).headers["Location"] == "/u/bob/"


def test_what_one_follows_tells_no_words_that_are_gone_or_closed(
    alices: Client, claim: Statement, his: Statement, alice: User, bob: User
) -> None:
    said = reply(his, bob)
    following.follow_statement(said, by=alice, level="followed")
    assert CANARY in shown(alices, FOLLOWING)
    statements.withdraw(said, by=bob)
    page = shown(alices, FOLLOWING)
    assert said.label in page
    assert CANARY not in page
    Debate.objects.update(visibility="private")
    assert claim.debate.question not in shown(alices, FOLLOWING)


def test_what_cannot_be_seen_cannot_be_followed(alices: Client, claim: Statement) -> None:
    Debate.objects.update(visibility="private")
    for at in (f"/d/{claim.debate.slug}/", f"/s/{claim.pk}/", "/u/nobody/"):
        assert alices.post(f"{at}following/", {"level": "followed"}).status_code == 404
    assert not Following.objects.exists()


def test_how_often_mail_comes_is_chosen_and_nonsense_comes_back(
    alices: Client, alice: User
) -> None:
    assert "No mail is sent until" in shown(alices, MAILS)
    assert alices.post(MAILS, {"pace": "weekly"}).status_code == 302
    alice.refresh_from_db()
    assert (alice.mail_pace, alice.follows_by_itself) == ("weekly", False)
    refused = alices.post(MAILS, {"pace": "hourly", "follows_by_itself": "on"})
    assert refused.status_code == 422
    assert 'href="/accounts/mails/"' in shown(alices, "/accounts/")


def test_what_no_text_has_is_looked_for_in_vain(alices: Client, debate: Debate) -> None:
    for address in (f"{INBOX}?debate=%00", f"/d/{debate.slug}/history/?by=%00"):
        assert alices.get(address).status_code == 200
    assert alices.post("/inbox/read/", {"debate": "\0"}).status_code == 302


def test_one_that_cannot_be_read_marks_nothing_else(
    alices: Client, claim: Statement, bob: User
) -> None:
    reply(claim, bob)
    alices.post("/inbox/read/", {"one": "x"})
    assert Notification.objects.filter(read_at=None).count() == 1


def test_what_is_counted_and_not_shown_can_be_marked_as_read(
    alices: Client, alice: User, claim: Statement, bob: User
) -> None:
    said = reply(claim, bob)
    Statement.objects.filter(pk=said.pk).update(hidden_at=timezone.now())
    page = alices.get(INBOX).content.decode()
    assert "Mark all as read" in page
    assert "What was unread can no longer be read" in page
    alices.post("/inbox/read/")
    alice.refresh_from_db()
    assert alice.unread_count == 0
    assert "Mark all as read" not in alices.get(INBOX).content.decode()
