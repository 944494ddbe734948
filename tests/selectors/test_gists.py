"""The short of an analysis changes only with what the head shows, and names what it counts."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import analysis, marks, statements
from debate.models import Analysis, Debate, Statement
from debate.selectors import debates, gists

VISITOR = AnonymousUser()


@pytest.fixture
def seed(db: None) -> Debate:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    return debate


def of(debate: Debate) -> gists.Gist:
    found = gists.of(debates.debate(debate.slug, VISITOR))
    assert found
    return found


def test_it_is_read_with_the_debate(seed: Debate) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = of(seed)
    assert len(queries) == 1
    looks = {place.look: place.reason.labels for place in found.places.values()}
    assert looks == {"challenged": ("S13", "S30"), "stands": ("S15",)}
    assert [one.label for one in found.challenged.named] == ["S15", "S20", "S36"]
    assert (found.shared.n, found.sides, found.by_groups) == (6, 2, False)
    assert found.undecided.n == found.granted.n == 0
    pks = dict(seed.statements.values_list("pk", "ordinal"))
    assert all(one.label == f"S{pks[one.pk]}" for one in found.challenged.named)


def test_before_the_first_run_there_is_none(debate: Debate) -> None:
    found = debates.debate(debate.slug, VISITOR)
    assert gists.of(found) is None
    assert gists.number(found) == 0


def test_its_number_grows_only_when_the_head_would_say_something_else(
    claim: Statement, bob: User, charlie: User
) -> None:
    def number() -> int:
        analysis.refresh(claim.debate_id)
        return gists.number(debates.debate(claim.debate.slug, VISITOR))

    first = number()
    assert first > 0
    marks.mark(claim, by=charlie, truth="unsure")
    assert number() == first
    statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    assert number() > first


def test_no_more_than_a_few_are_named_and_all_are_counted() -> None:
    claims: dict[str, Any] = {f"S{n}": {"label": "out"} for n in range(1, 2001)}
    result = {
        "claims": claims,
        "sides": {},
        "common_ground": [],
        "held": 0,
        "open": [{"point": "S1", "value": 0.1}],
        "groups": {"stable": False, "k": 0},
        "cruxes": {"computed": [], "double": [], "ranked_by": "swing"},
    }
    ids = {name: int(name[1:]) for name in claims}
    told = gists.gist(result, ids, list(claims))
    assert told["challenged"]["n"] == told["granted"]["n"] == 2000
    assert told["challenged"]["named"] == [[f"S{n}", n] for n in range(1, gists.NAMED + 1)]
    assert len(str(told)) < 1500


def test_cruxes_come_as_the_reasoning_ranks_them_and_not_by_their_swing() -> None:
    rows = [("S1", 0.1, 0.4), ("S2", 0.3, 0.2), ("S3", 0.2, 0.3)]
    found: dict[str, Any] = {"kept": True, "information": 0.1}
    computed = [{**found, "claim": c, "rank": rank, "swing": swing} for c, rank, swing in rows]
    cruxes = {"computed": computed, "double": [], "ranked_by": "swing"}
    assert gists.found({"cruxes": cruxes}) == ["S2", "S3", "S1"]
    older = [{name: one[name] for name in one if name != "rank"} for one in computed]
    assert gists.found({"cruxes": {**cruxes, "computed": older}}) == ["S1", "S2", "S3"]


def test_a_gist_names_no_one_and_says_no_words(seed: Debate) -> None:
    stored = str(Analysis.objects.get().gist)
    for body in seed.statements.values_list("body", flat=True):
        assert not [word for word in body.split() if len(word) > 9 and word in stored]
