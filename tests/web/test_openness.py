"""The public log, the policy, one's reports and held statements, blocking."""

from __future__ import annotations

import csv

import pytest
from django.test import Client, override_settings

from accounts.models import User
from debate.actions import following, holding, moderation
from debate.models import Debate, Held, Statement
from debate.selectors import precautions
from debate.text import tables
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(claim: Statement, mara: User) -> Statement:
    moderation.hide(claim, by=mara, reason="=HYPERLINK(1)")
    return claim


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_log_is_narrowed_by_debate_moderator_and_day(hidden: Statement) -> None:
    address = "/moderation/?"
    for query in (f"debate=/d/{hidden.debate.slug}/", "moderator=mara", "since=2020-01-01"):
        assert "HYPERLINK" in text(Client(), address + query)
    for query in ("debate=other", "moderator=alice", "until=2020-01-01", "act=restore"):
        assert "HYPERLINK" not in text(Client(), address + query)
    assert Client().get(f"{address}since=yesterday").status_code == 422


def test_the_log_as_a_table_holds_no_formula(hidden: Statement) -> None:
    answer = Client().get("/moderation/log.csv?moderator=mara")
    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert [(row["act"], row["reason"]) for row in rows] == [("hide", "'=HYPERLINK(1)")]
    assert answer.headers["Content-Type"].startswith("text/csv")


def test_the_log_as_a_table_leads_nobody_to_an_unlisted_debate(hidden: Statement) -> None:
    told = []
    for visibility in ("public", "unlisted"):
        Debate.objects.update(visibility=visibility)
        [row] = csv.DictReader(text(Client(), "/moderation/log.csv").splitlines())
        told.append((row["label"], row["statement"]))
    assert told == [(hidden.label, str(hidden.pk)), (hidden.label, "")]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "  =1", "\uff1d1"])
def test_a_cell_that_could_be_a_formula_is_made_harmless(cell: str) -> None:
    assert tables.harmless(cell) == f"'{cell}"
    assert tables.harmless("a=1") == "a=1"


def test_the_log_as_a_feed_tells_what_everybody_may_know(hidden: Statement) -> None:
    feed = text(Client(), "/moderation/feed/")
    assert "HYPERLINK" in feed
    assert hidden.body not in feed
    Debate.objects.filter(pk=hidden.debate_id).update(visibility="private")
    assert "HYPERLINK" not in text(Client(), "/moderation/feed/")


def test_the_policy_is_the_programs_until_the_site_has_its_own(tmp_path: object) -> None:
    assert "Nobody decides alone" in text(Client(), "/policy/")
    file = tmp_path / "policy.md"  # type: ignore[operator]  # a path
    file.write_text("We are *kind*.")
    with override_settings(SITE_TEXTS=str(tmp_path)):
        assert "<em>kind</em>" in text(Client(), "/policy/")


def test_a_reporter_reads_what_became_of_it(
    claim: Statement, charlie: User, mara: User, bob: User
) -> None:
    report = moderation.report(claim, by=charlie, reason="spam", note="Sells books.")
    assert "Waits for a moderator" in text(as_(charlie), "/reports/")
    moderation.hide(claim, by=mara, reason="It sells books.")
    page = text(as_(charlie), "/reports/")
    assert "Upheld" in page
    assert "It sells books." in page
    assert "Sells books." not in text(as_(bob), "/reports/")
    report.refresh_from_db()
    assert report.decided_by == mara


def test_a_held_answer_leads_to_where_it_waits_and_from_there_to_its_turn(
    claim: Statement, charlie: User, mara: User
) -> None:
    User.objects.filter(pk=charlie.pk).update(standing="new")
    factories.PrecautionsFactory.create(holds_first=1)
    precautions.forget()
    client = as_(charlie)
    sent = {"kind": "remark", "body": "So it is.", "key": "k1"}
    answer = client.post(f"/s/{claim.pk}/reply/", sent, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/waiting/#held-")
    page = answer.content.decode()
    assert "A moderator looks at it before others see it" in page
    assert "So it is." in page
    assert "So it is." not in text(Client(), f"/d/{claim.debate.slug}/")
    client.post(f"/waiting/{Held.objects.get().pk}/withdrawal/")
    assert Held.objects.get().state == "withdrawn"
    in_place = client.post(
        f"/s/{claim.pk}/reply/", {**sent, "body": "So."}, headers={"HX-Request": "true"}
    )
    assert in_place.headers["HX-Redirect"].startswith("/waiting/#held-")
    holding.release(Held.objects.get(state="waits"), by=mara)
    turn = claim.debate.turns.latest("number").number
    assert f'/exchange/?from={turn}#turn-{turn}"' in text(client, "/waiting/")
    precautions.forget()


# ---- blocking
def test_what_a_blocked_person_says_is_folded_for_who_blocked_them_alone(
    claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    address = f"/d/{claim.debate.slug}/"
    following.follow_person(alice, by=charlie, level="blocked")
    for _ in range(2):  # the second page is the kept one
        page = text(as_(charlie), address)
        assert page.count('id="statement-') > 1
        assert "data-blocked" in page
        for other in (as_(bob), as_(alice), Client()):
            assert "data-blocked" not in text(other, address)
    assert "data-blocked" in text(as_(charlie), f"/s/{claim.pk}/")
    following.follow_person(alice, by=charlie, level="stopped")
    assert "data-blocked" not in text(as_(charlie), address)


def test_with_a_person_their_bots_are_blocked(
    claim: Statement, bob: User, rob: User, charlie: User
) -> None:
    factories.RemarkFactory.create(parent=claim, author=rob)
    following.follow_person(bob, by=charlie, level="blocked")
    assert text(as_(charlie), f"/d/{claim.debate.slug}/").count("data-blocked") == 2


def test_one_blocks_on_a_persons_page_and_undoes_it_among_what_one_follows(
    alice: User, charlie: User
) -> None:
    client = as_(charlie)
    assert 'value="blocked"' in text(client, "/u/alice/")
    client.post("/u/alice/following/", {"level": "blocked"})
    charlie.refresh_from_db()
    assert charlie.blocked == [alice.pk]
    assert "Block no longer" in text(client, "/following/")
    client.post("/u/alice/following/", {"level": "stopped"})
    charlie.refresh_from_db()
    assert charlie.blocked == []


def test_only_people_are_blocked(claim: Statement, charlie: User) -> None:
    client = as_(charlie)
    client.post(f"/s/{claim.pk}/following/", {"level": "blocked"})
    assert not charlie.followings.exists()
