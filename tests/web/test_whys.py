"""Why? and What if? as pages."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from debate.actions import analysis, marks, moderation, reliances, statements, structure
from debate.models import Debate, Statement
from tests import factories


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def said(db: None) -> dict[str, Statement]:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    return {one.label: one for one in debate.statements.all()}


def test_every_statement_of_the_seed_has_both_pages(
    client: Client, said: dict[str, Statement]
) -> None:
    for label, one in said.items():
        page = read(client, f"/s/{one.pk}/why/")
        assert f'Why does <a href="/s/{one.pk}/">{label}</a>' in page
        assert "None" not in re.sub(r"<[^>]+>", " ", page)
    page = read(client, f"/s/{said['S20'].pk}/why/")
    assert "Challenged" in page
    assert "What would change it" in page
    assert f'action="/s/{said["S20"].pk}/what-if/"' in page


def test_what_if_shows_what_would_move_from_what_to_what(
    client: Client, debate: Debate, hers: Statement, bob: User
) -> None:
    said = statements.reply(hers, by=bob, kind="objection", on="truth", body="It does not.")
    assert "Show what would move" in read(client, f"/s/{said.pk}/what-if/")
    page = read(client, f"/s/{said.pk}/what-if/?settled=out")
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "1 other claim would stand otherwise." in words
    assert re.search(rf"{hers.label} .{{0,200}}Challenged → then Stands", words)
    assert "Every other claim would stand where it stands now." in read(
        client, f"/s/{said.pk}/what-if/?settled=in"
    )


def test_of_what_few_have_marked_no_strength_is_told_and_a_reliance_is_called_one(
    client: Client, hers: Statement, claim: Statement, alice: User
) -> None:
    for _ in range(2):
        marks.mark(hers, by=factories.UserFactory.create(), truth="agree")
    factories.SupportFactory.create(parent=hers, author=alice, body="And so.")
    reliances.rely(hers, by=alice, claim=claim, now=80, otherwise=60)

    def words() -> str:
        page = read(client, f"/s/{hers.pk}/why/")
        return " ".join(re.sub(r"<[^>]+>", " ", page).split())

    assert "itself" not in words()
    assert "strengthens it: bearing 50 of 100; without it" in words()
    assert "bearing 50 of 100; counted at 50 of 100, as a further point of one author;" in words()
    assert "those who rest it on this would move by 20 of 100; without it" in words()
    for _ in range(2):
        marks.mark(claim, by=factories.UserFactory.create(), truth="agree")
    assert re.search(r"strengthens it: itself \d+ of 100; bearing 50 of 100; without it", words())


def test_an_answer_that_means_nothing_is_not_there(client: Client, claim: Statement) -> None:
    assert client.get(f"/s/{claim.pk}/what-if/?settled=perhaps").status_code == 404


def test_a_question_has_no_standing(client: Client, said: dict[str, Statement]) -> None:
    assert "It has no standing" in read(client, f"/s/{said['S9'].pk}/why/")
    assert "It has no standing" in read(client, f"/s/{said['S9'].pk}/what-if/?settled=in")


def test_what_was_merged_leads_to_what_it_says_the_same_as(
    client: Client, claim: Statement, bob: User, mara: User
) -> None:
    twin = factories.SupportFactory.create(parent=claim.parent, author=bob)
    structure.merge(twin, into=claim, by=mara, reason="The same.")
    for page in ("why/", "what-if/?settled=in"):
        told = client.get(f"/s/{twin.pk}/{page}").content.decode()
        assert f'the same as <a href="/s/{claim.pk}/">{claim.label}</a>' in told
        assert "It has no standing" not in told


def test_neither_tells_what_is_gone_or_private(
    client: Client, debate: Debate, claim: Statement, bob: User, mara: User, charlie: User
) -> None:
    gone = statements.reply(claim, by=bob, kind="objection", on="truth", body="Utter rubbish.")
    moderation.hide(gone, by=mara, reason="Rude.")
    for path in ("why/", "what-if/", "what-if/?settled=out"):
        assert client.get(f"/s/{gone.pk}/{path}").status_code == 404
        assert "rubbish" not in read(client, f"/s/{claim.pk}/{path}")
    Debate.objects.update(visibility="private")
    client.force_login(charlie)
    for path in ("why/", "what-if/", "what-if/?settled=out"):
        assert client.get(f"/s/{claim.pk}/{path}").status_code == 404
