from __future__ import annotations

from django.core.management import call_command

from accounts.models import User
from debate.actions import analysis, moderation, statements
from debate.models import Debate, Statement
from tests import factories
from tests.api.conftest import Enter, fits


def test_the_map_has_every_statement_and_what_it_answers(enter: Enter, db: None) -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    answer = enter().read(f"debates/{debate.slug}/map/")
    fits("MapOut", answer)
    assert {one["statement"] for one in answer["nodes"]} == {
        one.pk for one in debate.statements.all()
    }
    lines = {(one["from"], one["to"]) for one in answer["edges"] if one["kind"] == "answers"}
    assert lines == {
        (one.label, one.parent.label)
        for one in debate.statements.select_related("parent")
        if one.parent
    }
    assert {"from": "C1", "to": "P1", "kind": "carries"} in answer["edges"]
    out = {one["label"] for one in answer["nodes"] if one["standing"] == "out"}
    assert out == {"P1", "S15", "S20", "S36"}
    assert answer["svg"].endswith(f"/d/{debate.slug}/map.svg")


def test_a_map_from_a_statement_on_is_of_its_own_debate(claim: Statement, enter: Enter) -> None:
    slug = claim.debate.slug
    answer = enter().read(f"debates/{slug}/map/?at={claim.pk}")
    assert [one["statement"] for one in answer["nodes"]] == [claim.pk]
    other = factories.DebateFactory.create()
    assert enter().send("GET", f"debates/{other.slug}/map/?at={claim.pk}").status_code == 404
    assert enter().send("GET", f"debates/{slug}/map/?at=x").status_code == 400


def test_what_is_gone_has_no_words(claim: Statement, mara: User, bob: User, enter: Enter) -> None:
    gone = statements.reply(claim, by=bob, kind="objection", on="truth", body="Utter rubbish.")
    moderation.hide(gone, by=mara, reason="Rude.")
    answer = enter(bob).read(f"debates/{claim.debate.slug}/map/")
    [node] = [one for one in answer["nodes"] if one["statement"] == gone.pk]
    assert (node["words"], node["standing"], node["hidden"]) == (None, None, True)
    assert "rubbish" not in str(answer)


def test_a_debate_in_which_nothing_is_said_yet_has_an_empty_map(db: None, enter: Enter) -> None:
    debate = factories.DebateFactory.create()
    answer = enter().read(f"debates/{debate.slug}/map/")
    fits("MapOut", answer)
    assert answer["nodes"] == answer["edges"] == []
