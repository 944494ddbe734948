"""Why? and What if? of a statement: of the debate as it is, with words of nobody who is gone."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import analysis, marks, moderation, statements
from debate.models import Analysis, Debate, Statement
from debate.selectors import whys
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(db: None) -> dict[str, Statement]:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    return {one.label: one for one in debate.statements.all()}


def test_of_the_seed_what_is_challenged_would_stand_if_its_objection_did_not(
    said: dict[str, Statement],
) -> None:
    found = whys.why(said["S20"]).found
    assert found is not None
    assert found["label"] == "out"
    for one in found["changes"]:
        if one["how"] == "settled_out":
            told = whys.what_if(said[one["claim"]], "out").found
            assert told is not None
            moved = {row["claim"]: row["after"] for row in told["labels"]["claims"]}
            assert moved["S20"] == "in"
    assert found["changes"] or found["together"]


def test_every_claim_of_the_seed_has_its_why_with_the_words_of_what_it_names(
    said: dict[str, Statement],
) -> None:
    stored = Analysis.objects.get().result
    assert stored is not None
    for label, claim in stored["claims"].items():
        told = whys.why(said[label])
        assert told.found is not None
        assert told.found["label"] == claim["label"]
        assert told.found["strength"] == pytest.approx(claim["strength"])
        named = {one["claim"] for one in (*told.found["objections"], *told.found["reasons"])}
        assert named <= set(told.said)
        assert all(told.ids[name] == said[name].pk for name in named)


def test_a_double_crux_is_called_one(said: dict[str, Statement]) -> None:
    for label in ("C1", "C2"):
        found = whys.why(said[label]).found
        assert found is not None
        assert found["declared"] == "double"


def test_questions_and_what_is_gone_have_no_standing(
    said: dict[str, Statement], mara: User
) -> None:
    assert whys.why(said["S9"]).found is None
    assert whys.what_if(said["S9"], "in").found is None
    moderation.hide(said["S10"], by=mara, reason="Rude.")
    assert whys.why(said["S10"]).found is None


def test_nothing_names_what_is_hidden_since_the_analysis(
    debate: Debate, hers: Statement, bob: User, alice: User, mara: User
) -> None:
    gone = statements.reply(hers, by=bob, kind="objection", on="truth", body="Utter rubbish.")
    analysis.refresh(debate.pk)
    assert "rubbish" in str(whys.why(hers).said)
    moderation.hide(gone, by=mara, reason="Rude.")
    told = whys.why(hers)
    assert gone.label not in str(told.found)
    assert "rubbish" not in str(told.said)


def test_it_is_of_the_debate_as_it_is_now(debate: Debate, hers: Statement, bob: User) -> None:
    analysis.refresh(debate.pk)
    statements.reply(hers, by=bob, kind="objection", on="truth", body="No.")
    told = whys.why(hers)
    debate.refresh_from_db()
    assert told.found is not None
    assert (told.found["label"], told.event) == ("out", debate.event_count)


def test_asking_stores_nothing(debate: Debate, hers: Statement, alice: User) -> None:
    marks.mark(hers, by=alice, truth="agree")
    analysis.refresh(debate.pk)
    before = list(Analysis.objects.values()), list(Statement.objects.values())
    with CaptureQueriesContext(connection) as queries:
        whys.what_if(hers, "out")
    assert all(query["sql"].lstrip().upper().startswith("SELECT") for query in queries)
    assert before == (list(Analysis.objects.values()), list(Statement.objects.values()))


@pytest.mark.parametrize("ask", [whys.why, lambda one: whys.what_if(one, "out")])
def test_both_take_few_queries_however_much_was_said(
    debate: Debate, hers: Statement, ask: object
) -> None:
    assert callable(ask)
    factories.ObjectionFactory.create(parent=hers)
    analysis.refresh(debate.pk)

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            ask(hers)
        return len(queries)

    before = counted()
    for _ in range(20):
        factories.ObjectionFactory.create(parent=hers)
    assert counted() == before == 7
