from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import cruxes, marks, moderation, reliances, statements
from debate.models import Debate, Reliance, Statement
from debate.selectors.threads import PAGE
from tests import factories

HTMX = {"HX-Request": "true"}
SAID = {"name": "Books come back", "body": "They *do*."}


def test_no_field_has_the_id_of_another_where_one_may_report_drop_and_hide(
    client: Client, crux: Statement, alice: User
) -> None:
    factories.ParticipationFactory.create(debate=crux.debate, person=alice, role="facilitator")
    client.force_login(alice)
    ids = re.findall(r' id="(id_[^"]+)"', client.get(f"/s/{crux.pk}/").content.decode())
    assert {"id_note", "id_drop_reason", "id_hide_reason"} <= set(ids)
    assert len(ids) == len(set(ids))


# ---- putting forward
def test_a_crux_sent_twice_is_put_forward_once(
    client: Client, debate: Debate, alice: User
) -> None:
    client.force_login(alice)
    address = f"/d/{debate.slug}/cruxes/new/"
    again = [client.post(address, {**SAID, "key": "one"}).headers["Location"] for _ in range(2)]
    crux = debate.statements.get(kind="crux")
    assert again == [f"/s/{crux.pk}/"] * 2
    assert "Put forward." in client.get(again[0]).content.decode()


def test_a_preview_puts_nothing_forward(client: Client, debate: Debate, alice: User) -> None:
    client.force_login(alice)
    for headers in ({}, HTMX):
        address = f"/d/{debate.slug}/cruxes/new/"
        answer = client.post(address, {**SAID, "then": "preview"}, headers=headers)
        assert answer.status_code == 200
        assert "They <em>do</em>." in answer.content.decode()
    assert not debate.statements.filter(kind="crux").exists()


def test_a_refused_crux_comes_back_with_its_words(
    client: Client, debate: Debate, alice: User
) -> None:
    address = f"/d/{debate.slug}/cruxes/new/"
    assert client.get(address).headers["Location"].startswith("/accounts/login/")
    signed_out = client.post(address, SAID)
    empty = client.post(address)
    assert (empty.status_code, "You are signed out." in empty.content.decode()) == (422, True)
    client.force_login(alice)
    assert client.post(address).status_code == 422
    nameless = client.post(address, {**SAID, "name": ""})
    Debate.objects.update(state="closed")
    closed = client.post(address, SAID)
    for answer, reason in (
        (signed_out, "You are signed out."),
        (nameless, "Give it a name of a few words."),
        (closed, "This debate is closed"),
    ):
        page = answer.content.decode()
        assert answer.status_code == 422
        assert reason in page and "They *do*." in page
    assert "This debate is closed" in client.get(address).content.decode()


# ---- on the Thread
def test_the_thread_leads_to_the_form_and_shows_how_each_side_stands(
    client: Client, debate: Debate, crux: Statement, alice: User, bob: User
) -> None:
    client.force_login(alice)
    marks.mark(crux, by=alice, truth="agree")
    page = client.get(f"/d/{debate.slug}/").content.decode()
    assert f'href="/d/{debate.slug}/cruxes/new/"' in page
    card = page.split(f'id="statement-{crux.pk}-stances"')[1].split("</article>")[0]
    assert "1 agrees" in card and "nobody has marked it" in card
    assert f'href="/s/{crux.pk}/reliance/"' in card
    assert ">Live</li>" in card


def test_cruxes_beyond_what_a_page_has_room_for_are_behind_a_link(
    client: Client, debate: Debate, alice: User
) -> None:
    for place, page in (("", "Thread"), ("cruxes/", "Cruxes")):
        assert "All cruxes" not in client.get(f"/d/{debate.slug}/{place}").content.decode(), page
    for number in range(PAGE):
        cruxes.put_forward(debate, by=alice, name=f"Name {number}", body=f"Words {number}.")
    page = client.get(f"/d/{debate.slug}/").content.decode()
    room = PAGE - debate.statements.filter(kind="position").count()
    assert page.count('class="node crux-node"') == room
    assert f'<span class="n">{room}+</span>' in page
    assert f'href="/d/{debate.slug}/?kind=crux#thread">All cruxes' in page
    factories.CruxFactory.create(debate=debate, author=alice)
    assert "?kind=crux#thread" in client.get(f"/d/{debate.slug}/cruxes/").content.decode()


def test_a_mark_on_a_crux_brings_the_stances_with_it(
    client: Client, crux: Statement, alice: User
) -> None:
    client.force_login(alice)
    answer = client.post(f"/s/{crux.pk}/mark/", {"truth": "disagree"}, headers=HTMX)
    fragment = answer.content.decode()
    assert f'id="statement-{crux.pk}-stances" hx-swap-oob="true"' in fragment
    assert "1 disagrees" in fragment


@pytest.fixture
def double(crux: Statement, debate: Debate) -> Statement:
    """A crux on which Alice and Bob rely, marking it oppositely."""
    positions = debate.statements.filter(kind="position").order_by("path")
    for position, truth in zip(positions, ("agree", "disagree"), strict=True):
        marks.mark(crux, by=position.author, truth=truth)
        reliances.rely(position, by=position.author, claim=crux, words="would go")
    return crux


def test_nobody_is_told_what_a_position_that_is_gone_was_called(
    client: Client, debate: Debate, double: Statement, charlie: User, mara: User
) -> None:
    hidden, withdrawn = (
        factories.PositionFactory.create(debate=debate, author=charlie, name=f"Canary {n}")
        for n in range(2)
    )
    thread = f"/d/{debate.slug}/"
    assert "Canary 0 has not said." in client.get(thread).content.decode()
    moderation.hide(hidden, by=mara, reason="Attack.")
    statements.withdraw(withdrawn, by=charlie)
    for address in (thread, f"/s/{double.pk}/", f"/s/{double.pk}/marks/", "/"):
        assert "Canary" not in client.get(address).content.decode(), address
    page = client.get(thread).content.decode()
    assert "P3 has not said." in page and "P4 has not said." in page
    client.force_login(charlie)
    assert "Canary 0 has not said." in client.get(thread).content.decode()


def test_dropped_cruxes_come_last_with_the_reason_and_no_form(
    client: Client, debate: Debate, crux: Statement, charlie: User
) -> None:
    last = factories.CruxFactory.create(debate=debate, name="Another one")
    cruxes.drop(crux, by=charlie, reason="A matter of <words>.")
    client.force_login(charlie)
    page = client.get(f"/d/{debate.slug}/").content.decode()
    places = [page.index(f'id="statement-{one.pk}"') for one in (last, crux)]
    assert places == sorted(places)
    assert page.index("1 dropped crux") < places[1]
    assert "A matter of &lt;words&gt;." in page
    assert f"/s/{crux.pk}/reliance/" not in page
    assert f"Take {crux.label} up again" in client.get(f"/s/{crux.pk}/").content.decode()


def test_the_reason_goes_with_the_words_of_a_crux_that_is_gone(
    client: Client, debate: Debate, crux: Statement, charlie: User
) -> None:
    cruxes.drop(crux, by=charlie, reason="It says canary.")
    Statement.objects.filter(pk=crux.pk).update(hidden_at=crux.created_at)
    Debate.objects.update(event_count=99)
    for address in (f"/d/{debate.slug}/", f"/s/{crux.pk}/"):
        page = client.get(address).content.decode()
        assert "canary" not in page and "/u/charlie/" not in page


def test_the_thread_of_the_seed_takes_at_most_twelve_queries(client: Client, alice: User) -> None:
    call_command("seed", verbosity=0)
    client.force_login(alice)
    debate = Debate.objects.get()
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/d/{debate.slug}/")
    assert len(queries) <= 12


# ---- reliances
def test_the_page_of_a_claim_shows_who_relies_on_it(
    client: Client, hers: Statement, claim: Statement, alice: User
) -> None:
    reliances.rely(hers, by=alice, claim=claim, now=80, otherwise=30, words="would <go>")
    page = client.get(f"/s/{claim.pk}/").content.decode()
    rests = page.split('id="rests"')[1].split("</section>")[0]
    assert "holds P1 at 80, otherwise at 30: <q>would &lt;go&gt;</q>" in rests
    assert "Take back" not in rests
    thread = client.get(f"/d/{claim.debate.slug}/").content.decode()
    assert f'href="/s/{claim.pk}/#rests">P1 rests on it</a>' in thread
    client.force_login(alice)
    own = client.get(f"/s/{claim.pk}/").content.decode()
    assert "Take back" in own and 'value="80"' in own


def test_who_holds_nothing_is_told_how_to_hold_a_position(
    client: Client, claim: Statement, hers: Statement, charlie: User
) -> None:
    client.force_login(charlie)
    page = client.get(f"/s/{claim.pk}/reliance/").content.decode()
    assert "mark it <em>Agree</em>" in page
    assert f'href="/s/{hers.pk}/"' in page


def test_who_holds_two_positions_chooses_and_the_one_asked_for_is_chosen(
    client: Client, debate: Debate, claim: Statement, hers: Statement, bob: User
) -> None:
    marks.mark(hers, by=bob, truth="agree")
    client.force_login(bob)
    first = client.get(f"/s/{claim.pk}/reliance/").content.decode()
    assert f'value="{hers.pk}">' in first
    reliances.rely(hers, by=bob, claim=claim, words="would go")
    page = client.get(f"/s/{claim.pk}/reliance/?position={hers.pk}").content.decode()
    assert f'value="{hers.pk}" checked' in page and 'value="would go"' in page


def test_a_refused_reliance_comes_back_open_with_its_words(
    client: Client, claim: Statement, hers: Statement, alice: User
) -> None:
    client.force_login(alice)
    sent = {"position": hers.pk, "words": "would go", "now": "80"}
    for headers in ({}, HTMX):
        answer = client.post(f"/s/{claim.pk}/reliance/", sent, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="would go"' in page and 'value="80"' in page
        assert "Give both numbers, or neither." in page
        assert 'role="alert" tabindex="-1"' in page
    nonsense = client.post(f"/s/{claim.pk}/reliance/", {**sent, "now": "many"})
    assert (nonsense.status_code, "Enter a whole number." in nonsense.content.decode()) == (
        422,
        True,
    )
    assert not Reliance.objects.exists()


def test_what_was_said_shows_in_the_margin_at_once_and_goes_with_it(
    client: Client, claim: Statement, hers: Statement, alice: User, bob: User
) -> None:
    his = claim.debate.statements.get(name="Keep four weeks")
    marks.mark(claim, by=bob, truth="disagree")
    reliances.rely(his, by=bob, claim=claim, words="would go")
    client.force_login(alice)
    sent = {"position": hers.pk, "words": "would go"}
    margins = [
        client.post(f"/s/{claim.pk}/{verb}/", sent, headers=HTMX)
        .content.decode()
        .split(f'id="statement-{claim.pk}-margin" hx-swap-oob="true"')[1]
        for verb in ("reliance", "release")
    ]
    assert "P1 rests on it" in margins[0] and "Double crux" in margins[0]
    assert "P2 rests on it" in margins[1] and "Double crux" not in margins[1]
    assert "P1 rests on it" not in margins[1]


def test_a_number_without_end_names_no_position(
    client: Client, claim: Statement, alice: User
) -> None:
    client.force_login(alice)
    for verb, status in (("release", 200), ("reliance", 422)):
        sent = {"position": "9" * 5000, "words": "would go"}
        answer = client.post(f"/s/{claim.pk}/{verb}/", sent, headers=HTMX)
        assert answer.status_code == status


def test_what_was_taken_back_is_undone_with_one_press(
    client: Client, claim: Statement, hers: Statement, alice: User
) -> None:
    client.force_login(alice)
    reliances.rely(hers, by=alice, claim=claim, now=80, otherwise=0)
    answer = client.post(f"/s/{claim.pk}/release/", {"position": hers.pk}, headers=HTMX)
    fragment = answer.content.decode()
    assert "Taken back." in fragment and ">Undo</button>" in fragment
    assert 'name="otherwise" value="0"' in fragment
    again = client.post(f"/s/{claim.pk}/release/", {"position": hers.pk}, headers=HTMX)
    assert "nothing to take back" in again.content.decode()


def test_what_one_said_of_a_position_one_has_left_can_be_taken_back(
    client: Client, claim: Statement, hers: Statement, alice: User
) -> None:
    reliances.rely(hers, by=alice, claim=claim, words="would go")
    marks.mark(hers, by=alice, truth="disagree")
    client.force_login(alice)
    page = client.get(f"/s/{claim.pk}/").content.decode()
    assert "You do not hold P1 now" in page and "Take back" in page
    assert "What rests on it" not in page


def test_a_question_has_nothing_resting_on_it(
    client: Client, hers: Statement, alice: User
) -> None:
    question = factories.QuestionFactory.create(parent=hers)
    client.force_login(alice)
    assert 'id="rests"' not in client.get(f"/s/{question.pk}/").content.decode()
    assert client.get(f"/s/{question.pk}/reliance/").status_code == 404
