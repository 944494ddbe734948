"""The map of a debate: everything has its card, words of nobody who is gone, and few queries."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import analysis, marks, moderation, reliances, statements
from debate.models import Debate, Statement
from debate.selectors import maps
from debate.selectors.maps import Card, Map
from debate.text.widths import SANS, SERIF, width
from tests import factories

pytestmark = pytest.mark.django_db


def by_label(found: Map) -> dict[str, Card]:
    return {card.label: card for card in found.cards}


@pytest.fixture
def seed(db: None) -> Debate:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    return debate


def test_every_statement_of_the_seed_has_a_card_where_it_belongs(seed: Debate) -> None:
    found = maps.map_of(seed)
    assert {card.id for card in found.cards} == {one.pk for one in seed.statements.all()}
    assert (found.left_out, found.total) == (0, len(found.cards))
    cards = {card.id: card for card in found.cards}
    for one in seed.statements.exclude(parent=None):
        assert cards[one.pk].x > cards[one.parent_id or 0].x
    assert {card.label for card in found.cards if card.is_open} == {
        one.label for one in seed.statements.filter(status="open")
    }


def test_cards_tell_standing_and_strength_and_what_positions_rest_on(seed: Debate) -> None:
    cards = by_label(maps.map_of(seed))
    challenged = {label for label, card in cards.items() if card.looks == "challenged"}
    assert challenged == {"P1", "S15", "S20", "S36"}
    assert cards["S1"].standing_word == "Stands"
    assert cards["S1"].shade is not None
    assert cards["S7"].shade is None  # a concession is no claim
    assert set(cards["C1"].rests_on_it) == {"P1", "P2"}
    assert ("C1", "P1") in maps.map_of(seed).links


def test_words_fit_their_cards(seed: Debate) -> None:
    found = maps.map_of(seed)
    for card in found.cards:
        size = maps.ROOT_TEXT if card.is_root else maps.TEXT
        room = found.card_width - maps.BAND - maps.RIGHT
        assert all(width(line.words, SERIF, size) <= room for line in card.lines)
        assert all(line.down < card.height for line in card.lines)
        assert maps.ICON + width(card.head, SANS, maps.HEAD) <= found.card_width - maps.RIGHT
        end = card.gloss_at + width(card.head_gloss, SANS, maps.GLOSS)
        assert not card.head_gloss or end <= found.card_width - maps.RIGHT


def test_what_is_gone_keeps_its_place_without_words_and_names(
    debate: Debate, hers: Statement, alice: User, bob: User, mara: User
) -> None:
    hidden = statements.reply(hers, by=bob, kind="objection", on="truth", body="Utter rubbish.")
    own = statements.reply(hidden, by=alice, kind="support", body="Such nonsense.")
    moderation.hide(hidden, by=mara, reason="Rude.")
    statements.withdraw(own, by=alice)
    cards = {card.id: card for card in maps.map_of(debate).cards}
    assert cards[own.pk].x > cards[hidden.pk].x
    for pk, gone in ((hidden.pk, "hidden"), (own.pk, "withdrawn")):
        card = cards[pk]
        assert (card.gone, card.who, card.side, card.standing) == (gone, "", "", "")
        told = str(card)
        assert "rubbish" not in told
        assert "nonsense" not in told
        assert "Bob" not in told
        assert "Alice" not in told


def test_a_stale_analysis_tells_nothing_of_what_is_hidden_since(
    debate: Debate, hers: Statement, bob: User, alice: User, mara: User
) -> None:
    said = statements.reply(hers, by=bob, kind="objection", on="truth", body="No.")
    marks.mark(hers, by=alice, truth="agree")
    reliances.rely(hers, claim=said, by=alice, words="It would go.")
    analysis.refresh(debate.pk)
    assert by_label(maps.map_of(debate))[said.label].rests_on_it == [hers.label]
    moderation.hide(said, by=mara, reason="Rude.")
    found = maps.map_of(debate)
    card = by_label(found)[said.label]
    assert (card.standing, card.shade, card.n, card.rests_on_it) == ("", None, 0, [])
    assert not card.is_crux
    assert found.links == []


def test_a_map_begins_with_a_statement_where_one_is_asked_for(
    debate: Debate, claim: Statement
) -> None:
    answer = factories.ObjectionFactory.create(parent=claim, author=claim.author)
    found = maps.map_of(debate, claim)
    assert [card.id for card in found.cards] == [claim.pk, answer.pk]
    assert found.cards[0].x == maps.map_of(debate).cards[0].x


def test_long_texts_and_markup_are_cut_cleanly(debate: Debate, hers: Statement, bob: User) -> None:
    body = "[word](https://example.org/a-very-long-address-of-a-page) *another* " * 60
    said = statements.reply(hers, by=bob, kind="support", body=body)
    card = by_label(maps.map_of(debate))[said.label]
    assert card.text.startswith("word another word another")
    assert card.text.endswith(" …")
    assert "<" not in card.text
    assert len(card.lines) == maps.LINES[0][1]


def test_a_map_takes_few_queries_however_large_the_debate_is(
    debate: Debate, hers: Statement
) -> None:
    analysis.refresh(debate.pk)

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            maps.map_of(debate)
        return len(queries)

    before = counted()
    for _ in range(30):
        factories.ObjectionFactory.create(parent=hers)
    assert counted() == before == 5


def test_a_large_debate_is_folded_and_numbers_say_where(db: None) -> None:
    call_command("fill", statements=700, verbosity=0, stdout=StringIO())
    debate = Debate.objects.get()
    found = maps.map_of(debate)
    assert len(found.cards) == maps.MOST
    assert found.left_out == debate.statements.count() - maps.MOST
    assert sum(card.folded for card in found.cards) == found.left_out
    folded = max(found.cards, key=lambda card: card.folded)
    below = maps.map_of(debate, debate.statements.get(pk=folded.id))
    assert folded.folded < below.total
    there = {card.id for card in found.cards}
    assert all(card.parent is None or card.parent in there for card in found.cards)
