"""New since the last visit: what is marked, counted, cleared, and what a page costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from debate.models import Debate, Statement, Visit
from tests import factories

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=2)


def page(client: Client, debate: Debate, query: str = "") -> str:
    answer = client.get(f"/d/{debate.slug}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def is_new(html: str, statement: Statement) -> bool:
    article = html.split(f'id="statement-{statement.pk}" ')[1].split("</article>", maxsplit=1)[0]
    return "data-new" in article.split(">")[0] and '<span class="new">new</span>' in article


def test_nothing_is_new_on_a_first_visit(client: Client, claim: Statement, charlie: User) -> None:
    client.force_login(charlie)
    html = page(client, claim.debate)
    assert "data-new" not in html
    assert "new since" not in html
    assert Visit.objects.get().seen == claim.pk


def test_what_others_said_since_is_new_until_the_visit_after(
    client: Client, claim: Statement, alice: User, charlie: User
) -> None:
    client.force_login(charlie)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        page(client, claim.debate)
        left = timezone.now()
        clock.shift(LATER)
        said = factories.ObjectionFactory.create(parent=claim, author=alice)
        for _ in range(2):
            html = page(client, claim.debate)
            assert is_new(html, said)
            assert not is_new(html, claim)
            assert "1 new since" in html
            assert f'datetime="{left.isoformat(timespec="seconds")}"' in html
            clock.shift(timedelta(minutes=20))
        clock.shift(LATER)
        assert "data-new" not in page(client, claim.debate)


@pytest.mark.parametrize("view", ["", "exchange/", "open/", "history/", "?kind=objection"])
def test_every_view_tells_what_is_new_and_leads_back_when_it_is_read(
    client: Client, claim: Statement, alice: User, charlie: User, view: str
) -> None:
    client.force_login(charlie)
    at = f"/d/{claim.debate.slug}/"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        page(client, claim.debate)
        clock.shift(LATER)
        said = factories.ObjectionFactory.create(parent=claim, author=alice)
        html = page(client, claim.debate, view)
        assert "1 new since" in html
        assert view == "history/" or is_new(html, said)
        answer = client.post(f"{at}visit/", headers={"Referer": f"http://testserver{at}{view}"})
        assert answer["Location"] == f"{at}{view.split('?', maxsplit=1)[0]}"
        assert "new since" not in page(client, claim.debate, view)


def test_what_comes_while_one_reads_is_new(
    client: Client, claim: Statement, alice: User, charlie: User
) -> None:
    client.force_login(charlie)
    page(client, claim.debate)
    said = factories.ObjectionFactory.create(parent=claim, author=alice)
    assert is_new(page(client, claim.debate), said)


def test_own_and_gone_statements_are_not_new(
    client: Client, claim: Statement, alice: User, charlie: User
) -> None:
    client.force_login(charlie)
    page(client, claim.debate)
    factories.ObjectionFactory.create(parent=claim, author=charlie)
    gone = factories.ObjectionFactory.create(parent=claim, author=alice)
    Statement.objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now(), status="withdrawn")
    html = page(client, claim.debate)
    assert "data-new" not in html
    assert "new since" not in html


def test_all_is_marked_as_read_up_to_what_the_page_showed(
    client: Client, claim: Statement, alice: User, charlie: User
) -> None:
    client.force_login(charlie)
    page(client, claim.debate)
    first = factories.ObjectionFactory.create(parent=claim, author=alice)
    assert f'name="up_to" value="{first.pk}"' in page(client, claim.debate)
    second = factories.ObjectionFactory.create(parent=claim, author=alice)
    answer = client.post(f"/d/{claim.debate.slug}/visit/", {"up_to": first.pk})
    assert answer["Location"] == f"/d/{claim.debate.slug}/"
    html = page(client, claim.debate)
    assert not is_new(html, first)
    assert is_new(html, second)
    client.post(f"/d/{claim.debate.slug}/visit/", {"up_to": "all"})
    assert "data-new" not in page(client, claim.debate)


def test_a_visitor_has_no_visits_and_signs_in_to_have_them(
    client: Client, claim: Statement
) -> None:
    page(client, claim.debate)
    assert not Visit.objects.exists()
    answer = client.post(f"/d/{claim.debate.slug}/visit/")
    assert answer["Location"].startswith("/accounts/login/")


def test_a_private_debate_has_no_visits_for_strangers(
    client: Client, claim: Statement, charlie: User
) -> None:
    Debate.objects.update(visibility="private")
    client.force_login(charlie)
    assert client.post(f"/d/{claim.debate.slug}/visit/").status_code == 404
    assert not Visit.objects.exists()


def test_reading_on_writes_nothing_and_a_kept_page_takes_four_queries(
    client: Client, claim: Statement, charlie: User
) -> None:
    client.force_login(charlie)
    page(client, claim.debate)
    with CaptureQueriesContext(connection) as queries:
        page(client, claim.debate)
    assert len(queries) <= 4
    assert not [q for q in queries if not q["sql"].strip().startswith("SELECT")]


def test_the_pages_of_statements_and_continued_trees_mark_what_is_new(
    client: Client, claim: Statement, alice: User, charlie: User
) -> None:
    client.force_login(charlie)
    page(client, claim.debate)
    said = factories.ObjectionFactory.create(parent=claim, author=alice)
    html = client.get(f"/s/{claim.pk}/").content.decode()
    assert is_new(html, said)
    assert "1 new since" in html
    assert is_new(page(client, claim.debate, f"?after={claim.pk}"), said)


def test_a_member_sees_of_a_kept_page_what_is_their_own(
    client: Client, claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    """Bob's page is drawn from what was kept for Charlie."""
    own = factories.ObjectionFactory.create(parent=claim, author=bob)
    asked = factories.QuestionFactory.create(parent=own, author=alice)
    factories.MarkFactory.create(statement=claim, person=bob, truth="agree")
    client.force_login(charlie)
    charlies = page(client, claim.debate)
    assert 'aria-pressed="true"' not in charlies
    bobs_client = Client()
    bobs_client.force_login(bob)
    bobs = page(bobs_client, claim.debate)

    def article(html: str, statement: Statement) -> str:
        return html.split(f'id="statement-{statement.pk}" ')[1].split("</article>", maxsplit=1)[0]

    assert 'aria-pressed="true"' in article(bobs, claim)
    assert f"/s/{own.pk}/edit/" in article(bobs, own)
    assert "awaits you" in article(bobs, asked)
    assert "awaits Bob" in article(charlies, asked)
    assert f"/s/{own.pk}/edit/" not in charlies
    assert page(client, claim.debate).count('aria-pressed="true"') == 0


def test_no_two_people_share_a_token_of_a_kept_page(
    client: Client, claim: Statement, bob: User, charlie: User
) -> None:
    tokens = []
    for person in (bob, charlie):
        client.force_login(person)
        html = page(client, claim.debate)
        found = {part.split('"')[0] for part in html.split('csrfmiddlewaretoken" value="')[1:]}
        assert all(len(token) == 64 for token in found)
        tokens.append(found)
    assert not tokens[0] & tokens[1]


def test_an_author_and_a_moderator_read_what_is_hidden_and_nobody_after_them(
    client: Client, claim: Statement, alice: User, mara: User, charlie: User
) -> None:
    secret = factories.ObjectionFactory.create(parent=claim, author=alice, body="Secret words.")
    factories.ModerationActFactory.create(statement=secret, moderator=mara)
    Statement.objects.filter(pk=secret.pk).update(hidden_at=timezone.now(), status="hidden")
    for person, reads in ((alice, True), (mara, True), (charlie, False), (alice, True)):
        client.force_login(person)
        assert ("Secret words." in page(client, claim.debate)) is reads
    client.logout()
    assert "Secret words." not in page(client, claim.debate)
