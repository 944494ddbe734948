"""The views of a debate as pages: one head, tabs, parts for HTMX, few queries, little weight."""

from __future__ import annotations

import gzip
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import leaving, moderation, participations, statements
from debate.models import Debate, Mark
from tests import factories

HTMX = {"HX-Request": "true"}
VIEWS = {"": "Thread", "exchange/": "Exchange", "open/": "Open points", "history/": "History"}
CURRENT = re.compile(r'aria-current="page">([A-Z][a-z ]*[a-z])')
LARGEST = 100_000


def read(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("signed_in", [False, True])
def test_every_view_has_the_same_head_and_says_which_it_is(
    client: Client, alice: User, signed_in: bool
) -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    if signed_in:
        client.force_login(alice)
    for path, word in VIEWS.items():
        page = read(client, f"/d/{debate.slug}/{path}")
        assert CURRENT.findall(page) == [word]
        assert debate.question in page
        assert "A system becomes an agent toward the real world" in page
        assert page.count('class="side"') == 2
        assert 'Open points <span class="n">9</span>' in page


def test_the_exchange_of_the_seed_has_its_four_turns(client: Client, db: None) -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    page = read(client, f"/d/{debate.slug}/exchange/")
    assert re.findall(r'id="turn-(\d+)"', page) == ["1", "2", "3", "4"]
    for statement in debate.statements.exclude(turn=None):
        assert page.count(f'id="statement-{statement.pk}"') == 1
    page = read(client, f"/d/{debate.slug}/exchange/?from=4")
    assert re.findall(r'id="turn-(\d+)"', page) == ["4"]
    assert "?before=4" in page


def test_the_open_points_of_the_seed_are_those_of_its_map(client: Client, db: None) -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    page = read(client, f"/d/{debate.slug}/open/")
    shown = set(re.findall(r'<article class="statement[^>]* id="statement-(\d+)"', page))
    assert shown == {str(one.pk) for one in debate.statements.filter(status="open")}
    assert len(shown) == 9
    assert "9 await" in page


def test_the_history_leads_to_no_page_of_who_has_left(
    client: Client, debate: Debate, bob: User, mara: User
) -> None:
    participations.add(debate, by=mara, username="bob", role="facilitator")
    leaving.leave(by=bob, withdraw=False)
    page = read(client, f"/d/{debate.slug}/history/")
    assert "made a facilitator of former member" in page
    assert "/u/_" not in page


def test_views_without_anything_say_so(client: Client, debate: Debate, alice: User) -> None:
    assert "No open points" in read(client, f"/d/{debate.slug}/open/")
    his = debate.statements.exclude(author=alice)[0]
    factories.QuestionFactory.create(parent=his, author=alice)
    client.force_login(alice)
    assert "Nothing awaits you." in read(client, f"/d/{debate.slug}/open/")
    assert "No open point fits" in read(
        client, f"/d/{debate.slug}/open/?awaits=others&after=9999999"
    )
    assert "No such turn" in read(client, f"/d/{debate.slug}/exchange/?from=99")
    imported = factories.CruxFactory.create(turn=None).debate
    assert "Nothing was said in turns" in read(client, f"/d/{imported.slug}/exchange/")
    assert "Nothing of that kind" in read(client, f"/d/{debate.slug}/history/?by=nobody")


@pytest.mark.parametrize(
    "address",
    [
        "exchange/?from=x",
        "exchange/?before=-1",
        "open/?kind=support",
        "open/?side=x",
        "open/?awaits=you",
        "open/?after=99999999999",
        "history/?kind=told",
        "history/?kind=statement.reported",
        "history/?before=x",
    ],
)
def test_an_address_that_means_nothing_is_not_there(
    client: Client, debate: Debate, address: str
) -> None:
    assert client.get(f"/d/{debate.slug}/{address}").status_code == 404


def test_the_views_of_a_private_debate_do_not_exist_for_strangers(
    client: Client, debate: Debate, charlie: User
) -> None:
    Debate.objects.update(visibility="private")
    for person in (None, charlie):
        if person:
            client.force_login(person)
        for path in VIEWS:
            assert client.get(f"/d/{debate.slug}/{path}").status_code == 404


def test_no_view_tells_what_is_hidden_nor_whose_it_is(
    client: Client, debate: Debate, charlie: User, alice: User, mara: User
) -> None:
    hers = debate.statements.get(author=alice)
    gone = statements.reply(hers, by=charlie, kind="objection", on="truth", body="Utter rubbish.")
    statements.edit(gone, by=charlie, body="Utter nonsense.", revision=1, reason="Kinder words")
    factories.QuestionFactory.create(parent=gone, author=alice)
    moderation.hide(gone, by=mara, reason="Rude.")
    client.force_login(alice)
    for path in VIEWS:
        page = read(client, f"/d/{debate.slug}/{path}")
        for told in ("Charlie", "charlie", "rubbish", "nonsense", "Kinder words"):
            assert told not in page, (path, told)


def test_a_statement_leads_to_its_turn_unless_that_would_tell_whose_it_was(
    client: Client, debate: Debate, charlie: User, mara: User
) -> None:
    said = statements.reply(debate.statements.all()[0], by=charlie, kind="remark", body="Perhaps.")
    link = f"/d/{debate.slug}/exchange/?from=3#turn-3"
    assert link in read(client, f"/s/{said.pk}/")
    assert 'id="turn-3"' in read(client, link.partition("#")[0])
    moderation.hide(said, by=mara, reason="Idle.")
    assert "#turn-" not in read(client, f"/s/{said.pk}/")


def test_htmx_gets_only_what_comes_next(client: Client, alice: User) -> None:
    call_command("fill", statements=400, verbosity=0)
    client.force_login(alice)
    for path in ("exchange/", "open/", "history/"):
        address = f"/d/filled/{path}"
        page = read(client, address)
        more = re.findall(r'hx-get="(/d/filled/(?:exchange|open|history)/[^"]*)"', page)
        assert len(more) == 1, path
        part = read(client, more[0].replace("&amp;", "&"), **HTMX)
        assert "<html" not in part
        assert "debate-head" not in part
        names = re.compile(r' id="((?:statement|event)-\d+)"')
        assert names.findall(part)
        assert not set(names.findall(part)) & set(names.findall(page))
        assert len(gzip.compress(part.encode(), 6)) < LARGEST


def test_every_view_takes_the_same_few_queries_and_little_weight_at_any_size(
    alice: User, db: None
) -> None:
    call_command("fill", statements=100, slug="small", verbosity=0)
    call_command("fill", statements=1_000, slug="large", verbosity=0)
    counts: dict[tuple[str, bool], set[int]] = {}
    for person in (None, alice):
        for slug in ("small", "large"):
            for path in ("exchange/", "open/", "history/"):
                client = Client()
                if person:
                    client.force_login(person)
                with CaptureQueriesContext(connection) as queries:
                    page = read(client, f"/d/{slug}/{path}")
                counts.setdefault((path, person is None), set()).add(len(queries))
                assert len(gzip.compress(page.encode(), 6)) < LARGEST
    assert all(len(found) == 1 and max(found) <= 15 for found in counts.values()), counts


def test_marking_without_javascript_leads_back_to_the_view(
    client: Client, debate: Debate, alice: User, bob: User
) -> None:
    his = debate.statements.get(author=bob)
    put = factories.ObjectionFactory.create(parent=debate.statements.get(author=alice), author=bob)
    client.force_login(alice)
    for path in ("exchange/", "open/"):
        page = f"http://testserver/d/{debate.slug}/{path}"
        for one in (his, put):
            answer = client.post(
                f"/s/{one.pk}/mark/", {"truth": "unsure"}, headers={"Referer": page}
            )
            assert answer.headers["Location"] == f"/d/{debate.slug}/{path}#statement-{one.pk}"
    assert Mark.objects.filter(person=alice).count() == 2
