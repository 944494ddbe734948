"""The Thread in an order and narrowed: links that can be shared, forms, what they cost."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.models import Debate, Statement
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def html(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_the_order_of_a_thread_is_a_link(client: Client, claim: Statement) -> None:
    later = factories.RemarkFactory.create(parent=claim.parent)
    at = f"/d/{claim.debate.slug}/"

    def comes_first(page: str) -> int:
        places = {pk: page.index(f'id="statement-{pk}"') for pk in (claim.pk, later.pk)}
        return min(places, key=places.__getitem__)

    assert comes_first(html(client, at)) == claim.pk
    newest = html(client, f"{at}?sort=newest")
    assert comes_first(newest) == later.pk
    assert f'href="{at}?sort=newest#thread" aria-current="true"' in newest
    assert comes_first(html(client, f"{at}?sort=nonsense")) == claim.pk


def test_a_sorted_thread_goes_on_in_its_order(client: Client) -> None:
    call_command("fill", statements=600, depth=60, slug="f", stdout=StringIO())
    page = html(client, "/d/f/?sort=newest")
    after = page.split('href="/d/f/?after=')[1].split("&")[0]
    more = client.get(f"/d/f/?after={after}&sort=newest", headers=HTMX).content.decode()
    assert "sort=newest" in page.split('href="/d/f/?after=')[1][:40]
    first = int(more.split('<article class="statement" id="statement-')[1].split('"')[0])
    assert first < int(after)


def test_a_filter_is_a_link_with_its_form_filled_in(
    client: Client, claim: Statement, bob: User
) -> None:
    no = factories.ObjectionFactory.create(parent=claim, author=bob)
    page = html(client, f"/d/{claim.debate.slug}/?kind=objection&status=open&side=b&person=Bob")
    assert "1 statement matches" in page
    assert f'id="statement-{no.pk}"' in page
    assert f'id="statement-{claim.pk}"' not in page
    for choice in ('value="objection" selected', 'value="open" selected', 'value="b" selected'):
        assert choice in page
    assert 'name="person" value="Bob"' in page
    assert f'href="/d/{claim.debate.slug}/#thread">Clear the filter' in page


def test_an_empty_form_is_the_whole_thread(client: Client, claim: Statement) -> None:
    page = html(client, f"/d/{claim.debate.slug}/?kind=&status=&bots=&side=&person=")
    assert "Clear the filter" not in page
    assert f'id="statement-{claim.pk}"' in page


def test_nothing_found_says_so(client: Client, claim: Statement) -> None:
    page = html(client, f"/d/{claim.debate.slug}/?person=nobody")
    assert "0 statements match" in page
    assert "Nothing matches" in page


def test_a_filter_that_cannot_be_comes_back_with_the_reason(
    client: Client, claim: Statement
) -> None:
    page = html(client, f"/d/{claim.debate.slug}/?kind=shout&person=Bob", 422)
    assert "Select a valid choice" in page
    assert 'name="person" value="Bob"' in page
    assert "Clear the filter" in page
    assert "A side is a letter" in html(client, f"/d/{claim.debate.slug}/?side=Alice", 422)


def test_further_matches_come_by_link_and_as_a_fragment(client: Client) -> None:
    call_command("fill", statements=400, slug="f", stdout=StringIO())
    page = html(client, "/d/f/?kind=objection&sort=newest")
    to = page.split('<a class="button button-quiet" href="')[1].split('"')[0].replace("&amp;", "&")
    assert to.startswith("/d/f/?kind=objection&sort=newest&after=")
    assert "<html" in html(client, to)
    more = client.get(to, headers=HTMX).content.decode()
    assert "<html" not in more
    assert "statement" in more
    html(client, "/d/f/?kind=objection&after=999999999", 404)
    html(client, "/d/f/?kind=objection&after=x", 404)


def test_a_filter_takes_a_fixed_number_of_queries(client: Client, alice: User) -> None:
    client.force_login(alice)
    counts = set()
    for slug, size in (("small", 100), ("large", 1500)):
        call_command("fill", statements=size, slug=slug, stdout=StringIO())
        address = f"/d/{slug}/?kind=objection&side=a&bots=hide"
        html(client, address)
        with CaptureQueriesContext(connection) as queries:
            html(client, address)
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 15


def test_a_private_debate_is_not_filtered_for_strangers(
    client: Client, claim: Statement, charlie: User
) -> None:
    Debate.objects.update(visibility="private")
    client.force_login(charlie)
    html(client, f"/d/{claim.debate.slug}/?kind=support", 404)


def test_a_link_into_a_thread_opens_it_around_the_statement(client: Client, alice: User) -> None:
    call_command("fill", statements=700, depth=300, slug="f", stdout=StringIO())
    deepest = Statement.objects.order_by("-depth")[0]
    wide = Statement.objects.filter(depth=1, reply_count__gt=3).order_by("-reply_count")[0]
    middle = wide.replies.order_by("pk")[1]
    root = Statement.objects.get(replies=wide)
    client.force_login(alice)
    for one in (deepest, middle, wide, root):
        page = html(client, f"/d/f/?at={one.pk}#statement-{one.pk}")
        assert f'<article class="statement" id="statement-{one.pk}"' in page
        assert page.count(f'id="statement-{one.pk}"') == 1
        with CaptureQueriesContext(connection) as queries:
            html(client, f"/d/f/?at={one.pk}")
        assert len(queries) <= 15
    beside = html(client, f"/d/f/?at={middle.pk}")
    for sibling in wide.replies.order_by("pk")[:3]:
        assert f'id="statement-{sibling.pk}"' in beside
    assert f'id="statement-{wide.parent_id}"' in beside


def test_a_link_into_another_debate_leads_nowhere(client: Client, claim: Statement) -> None:
    other = factories.DebateFactory.create()
    for address in (f"/d/{other.slug}/?at={claim.pk}", f"/d/{claim.debate.slug}/?at=x"):
        html(client, address, 404)
    Debate.objects.filter(pk=claim.debate_id).update(visibility="private")
    html(client, f"/d/{claim.debate.slug}/?at={claim.pk}", 404)


def test_a_statement_leads_back_to_where_it_stands(client: Client, claim: Statement) -> None:
    at = f"/d/{claim.debate.slug}/?at={claim.pk}#statement-{claim.pk}"
    assert f'href="{at}" data-back' in html(client, f"/s/{claim.pk}/")
