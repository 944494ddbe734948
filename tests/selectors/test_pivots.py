"""What a debate turns on, for its page."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from debate.actions import analysis, marks, reliances, structure
from debate.models import Analysis, Debate, Statement
from debate.selectors import gists, pivots
from tests import camps


def test_what_the_marks_show_comes_as_the_reasoning_ranks_it(db: None) -> None:
    made = camps.two_camps()
    hinge, shared = made.said["hinge"], made.said["shared"]
    stored = Analysis.objects.get(debate=made.debate)
    result = stored.result or {}
    row = next(one for one in result["cruxes"]["computed"] if gists.is_found(one))
    result["cruxes"]["computed"] = [
        {**row, "claim": one.label, "statement": one.pk, "rank": rank, "swing": swing}
        for one, rank, swing in ((hinge, 0.1, 0.4), (shared, 0.3, 0.2))
    ]
    stored.result = result
    stored.save()
    page = pivots.pivots(made.debate, AnonymousUser())
    assert [one.row.label for one in page.found] == [shared.label, hinge.label]


def test_positions_that_rest_on_two_who_say_the_same_rest_on_one(
    debate: Debate,
    hers: Statement,
    his: Statement,
    crux: Statement,
    twin: Statement,
    alice: User,
    bob: User,
    mara: User,
) -> None:
    structure.merge(twin, into=crux, by=mara, reason="The same.")
    reliances.rely(hers, by=alice, claim=crux, words="It would go.")
    reliances.rely(his, by=bob, claim=twin, words="It would go.")
    analysis.refresh(debate.pk)
    page = pivots.pivots(debate, AnonymousUser())
    assert [one.row.id for one in page.both] == [crux.pk]
    assert [side.label for side in page.both[0].relied] == [hers.label]
    assert [one.row.id for one in page.relied] == [twin.pk]
    marks.mark(crux, by=alice, truth="agree")
    marks.mark(twin, by=bob, truth="disagree")
    analysis.refresh(debate.pk)
    page = pivots.pivots(debate, AnonymousUser())
    assert [one.row.id for one in page.double] == [crux.pk]
    assert [hinge.claim for hinge in page.head.hinges] == [crux]
    assert not page.both
