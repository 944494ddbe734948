"""What would have to wait, or is refused, finds no other way out."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from debate.actions import proposals, publishing, settings
from debate.actions.debates import Stand
from debate.actions.proposals import Wanted
from debate.models import Debate, FirstStatement, Precautions, Statement
from debate.selectors import precautions
from tests import factories
from tests.actions.precautions import setting

pytestmark = pytest.mark.django_db


def test_what_stood_in_private_does_not_come_out_past_what_would_wait(nina: User) -> None:
    stand = Stand("It should", "Gardens want it daily.")
    made = publishing.debate(by=nina, question="Rain?", positions=[stand], visibility="private")
    assert isinstance(made, Debate)
    setting(holds_first=1)
    assert precautions.passed(nina) == 0
    with pytest.raises(ValidationError, match="look at this first"):
        settings.change(made, by=nina, visibility="public")
    Precautions.objects.update(holds_first=0)
    precautions.forget()
    settings.change(made, by=nina, visibility="public")


def test_a_proposal_has_no_words_that_would_wait(claim: Statement, nina: User) -> None:
    setting(holds_links="new")
    factories.WatchedWordFactory.create(words="idiot", does="refuse")
    precautions.forget()
    for body, reason, field in (
        ("See https://a.example/", "It rests on it.", "body"),
        ("They do.", "You idiot.", "reason"),
    ):
        with pytest.raises(ValidationError) as refused:
            wanted = Wanted("crux", name="Books come back", body=body)
            proposals.propose(claim.debate, wanted, by=nina, reason=reason)
        assert list(refused.value.message_dict) == [field]


def test_the_positions_of_a_new_persons_debate_come_to_be_looked_at(nina: User) -> None:
    setting(looks_first=2)
    stands = [Stand(f"Number {n}", "So it is.") for n in range(3)]
    made = publishing.debate(by=nina, question="Rain?", positions=stands)
    assert isinstance(made, Debate)
    assert FirstStatement.objects.filter(author=nina).count() == 2


def test_refused_words_are_refused_in_terms_topics_and_names_too(nina: User) -> None:
    factories.WatchedWordFactory.create(words="idiot", does="refuse")
    precautions.forget()
    with pytest.raises(ValidationError) as refused:
        publishing.debate(
            by=nina,
            question="Rain?",
            terms=[("Idiot", "somebody")],
            topics=["Idiot"],
            positions=[Stand("An idiot decides", "So it is.")],
        )
    assert set(refused.value.message_dict) == {"terms.0.term", "topics", "positions.0.name"}


@pytest.mark.parametrize("name", ["\u09df" * 60, "x" * 61])
def test_a_name_is_measured_as_it_is_stored(claim: Statement, alice: User, name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        publishing.crux(claim.debate, by=alice, name=name, body="They do.")
    assert list(refused.value.message_dict) == ["name"]


@pytest.mark.parametrize("name", ["\ufdfa" * 5, "\ufb03" * 27])
def test_a_topic_whose_address_would_be_too_long_is_refused(alice: User, name: str) -> None:
    stand = Stand("It should", "Gardens want it daily.")
    with pytest.raises(ValidationError) as refused:
        publishing.debate(by=alice, question="Rain?", positions=[stand], topics=[name])
    assert list(refused.value.message_dict) == ["topics"]
