"""The Map as a page and as a file."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from debate.actions import analysis, moderation, statements
from debate.models import Debate, Statement
from tests import factories

SVG = "{http://www.w3.org/2000/svg}"


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def seed(db: None) -> Debate:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    return debate


def test_the_page_draws_every_statement_and_tells_the_same_as_a_list(
    client: Client, seed: Debate
) -> None:
    page = read(client, f"/d/{seed.slug}/map/")
    drawing = page[page.index('<svg class="argmap"') :]
    drawing = drawing[: drawing.index("</section>")]
    outline = page[page.index('id="outline"') :]
    for one in seed.statements.all():
        assert drawing.count(f'href="/s/{one.pk}/"') == 1
        assert f'href="/s/{one.pk}/">{one.label}</a>' in outline
    assert outline.count("<ol") == outline.count("</ol>")
    assert outline.count("<li") == outline.count("</li>")
    assert 'style="' not in drawing
    assert "<script" not in drawing


def test_the_file_stands_alone(client: Client, seed: Debate) -> None:
    answer = client.get(f"/d/{seed.slug}/map.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Disposition"] == f'attachment; filename="{seed.slug}.svg"'
    root = ElementTree.fromstring(answer.content)
    assert root.find(f"{SVG}title").text == seed.question  # type: ignore[union-attr]  # it is there
    symbols = {one.get("id") for one in root.iter(f"{SVG}symbol")}
    used = {one.get("href") for one in root.iter(f"{SVG}use")}
    assert used
    assert used <= {f"#{name}" for name in symbols}
    assert {link.get("href", "")[:18] for link in root.iter(f"{SVG}a")} == {"http://testserver/"}
    assert not [one for one in root.iter() if one.get("style") or one.tag.endswith("style")]


def test_zoom_works_without_a_script(client: Client, debate: Debate) -> None:
    def wide(query: str) -> str:
        found = re.search(r'<svg class="argmap"[^>]* width="([^"]+)"', read(client, at + query))
        return found[1] if found else ""

    at = f"/d/{debate.slug}/map/"
    own = float(wide(""))
    assert float(wide("?zoom=50")) == pytest.approx(own / 2)
    assert float(wide("?zoom=200")) == pytest.approx(own * 2)
    assert wide("?zoom=fit") == "100%"
    for odd in ("0", "-1", "x", "99999999999999999999", "50.5"):
        assert float(wide(f"?zoom={odd}")) == own
    assert "zoom=75#map" in read(client, at)
    assert "zoom=150#map" in read(client, at)


def test_a_map_from_a_statement_on_leads_back_to_the_whole(
    client: Client, debate: Debate, claim: Statement
) -> None:
    page = read(client, f"/d/{debate.slug}/map/?at={claim.pk}")
    assert page.count('class="card"') == 1
    assert f"From {claim.label} on." in page
    assert f'href="/d/{debate.slug}/map.svg?at={claim.pk}"' in page


@pytest.mark.parametrize("at", ["x", "0", "-1", "99999999999999999999", ""])
def test_an_address_that_means_nothing_is_not_there(
    client: Client, debate: Debate, at: str
) -> None:
    assert client.get(f"/d/{debate.slug}/map/?at={at}").status_code == 404
    assert client.get(f"/d/{debate.slug}/map.svg?at={at}").status_code == 404


def test_no_map_begins_with_a_statement_of_another_debate(
    client: Client, debate: Debate, claim: Statement
) -> None:
    other = factories.DebateFactory.create()
    assert client.get(f"/d/{other.slug}/map/?at={claim.pk}").status_code == 404


def test_neither_page_nor_file_tells_what_is_gone_or_private(
    client: Client, debate: Debate, claim: Statement, bob: User, mara: User, charlie: User
) -> None:
    gone = statements.reply(claim, by=bob, kind="objection", on="truth", body="Utter rubbish.")
    moderation.hide(gone, by=mara, reason="Rude.")
    for person in (None, bob, mara):
        if person:
            client.force_login(person)
        for path in ("map/", "map.svg"):
            assert "rubbish" not in read(client, f"/d/{debate.slug}/{path}")
    Debate.objects.update(visibility="private")
    client.force_login(charlie)
    for path in ("map/", "map.svg", f"map/?at={claim.pk}"):
        assert client.get(f"/d/{debate.slug}/{path}").status_code == 404


def test_markup_in_words_stays_words(client: Client, debate: Debate, bob: User) -> None:
    his = debate.statements.get(author=bob)
    statements.reply(his, by=bob, kind="support", body='`<script>x</script>` & "so" ]]>')
    for path in ("map/", "map.svg"):
        page = read(client, f"/d/{debate.slug}/{path}")
        assert "&lt;script&gt;x" in page
        assert "<script>x" not in page
    ElementTree.fromstring(read(client, f"/d/{debate.slug}/map.svg"))


def test_a_debate_in_which_nothing_is_said_yet_has_an_empty_map(client: Client, db: None) -> None:
    debate = factories.DebateFactory.create()
    assert "card-box" not in read(client, f"/d/{debate.slug}/map/")
    assert "card-box" not in read(client, f"/d/{debate.slug}/map.svg")
