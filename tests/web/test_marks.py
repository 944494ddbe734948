from __future__ import annotations

from django.test import Client

from accounts.models import User
from debate.models import Mark, Statement

HTMX = {"HX-Request": "true"}


def test_a_mark_shows_in_the_counts_at_once(client: Client, claim: Statement, bob: User) -> None:
    client.force_login(bob)
    answer = client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"}, headers=HTMX)
    page = answer.content.decode()
    assert 'aria-pressed="true"' in page
    assert '<span class="n">2</span>' in page
    assert "Bob grants it" in page


def test_a_chosen_answer_sent_empty_is_cleared(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"})
    client.post(f"/s/{claim.pk}/mark/", {"bears": "no"})
    client.post(f"/s/{claim.pk}/mark/", {"truth": ""})
    mark = Mark.objects.get(person=bob)
    assert (mark.truth, mark.bears) == ("", "no")


def test_without_htmx_a_mark_leads_back_to_where_it_was_given(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    here = f"http://testserver/d/{claim.debate.slug}/"
    answer = client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"}, headers={"Referer": here})
    assert answer.headers["Location"] == f"/d/{claim.debate.slug}/#statement-{claim.pk}"
    elsewhere = {"Referer": "https://evil.example/d/x/"}
    answer = client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"}, headers=elsewhere)
    assert answer.headers["Location"] == f"/s/{claim.pk}/"


def test_visitors_cannot_mark_and_come_back_to_the_statement(
    client: Client, claim: Statement
) -> None:
    answer = client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"})
    assert answer.headers["Location"] == f"/accounts/login/?next=%2Fs%2F{claim.pk}%2F"
    assert not Mark.objects.exists()


def test_a_verdict_that_does_not_exist_is_refused(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    assert client.post(f"/s/{claim.pk}/mark/", {"truth": "maybe"}).status_code == 403
