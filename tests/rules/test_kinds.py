"""The table of kinds: what may answer what, said once more by hand and compared."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from accounts.models import User
from debate import grammar
from debate.models import Debate, Statement
from debate.models.statements import Kind
from tests import factories

ROOTS = ("position", "crux")
CLAIMS = ("position", "crux", "support", "objection", "answer", "clarification", "remark")
PARENTS = (*CLAIMS, "question", "concession")
REPLIES = (
    ("support", ""),
    ("objection", "truth"),
    ("objection", "relevance"),
    ("objection", "framing"),
    ("question", ""),
    ("answer", ""),
    ("clarification", ""),
    ("concession", ""),
    ("remark", ""),
)


def _allowed(kind: str, on: str, parent: str, writer: str) -> bool:
    """The design's table, row by row."""
    if on == "relevance":
        return parent not in ROOTS
    if kind == "answer":
        return parent == "question"
    if kind == "clarification":
        return writer in ("author", "asked above")
    if kind == "concession":
        return writer in ("asked above", "other") and parent != "question"
    return True


@pytest.fixture
def parents(debate: Debate, alice: User, charlie: User) -> dict[str, Statement]:
    """One statement of each kind by Charlie, the replies under Alice's position."""
    top = debate.statements.get(name="Lend until asked back")
    question = factories.QuestionFactory.create(parent=top, author=alice)
    made: dict[str, Statement] = {}
    for kind in PARENTS:
        fields: dict[str, Any] = {"name": "A root"} if kind in ROOTS else {"parent": top}
        fields |= {"on": "truth"} if kind == "objection" else {}
        fields |= {"crux_state": "live"} if kind == "crux" else {}
        fields |= {"parent": question} if kind == "answer" else {}
        made[kind] = factories.StatementFactory.create(
            debate=debate, author=charlie, kind=kind, **fields
        )
    return made


def test_every_cell_of_the_table_of_kinds_is_as_designed(
    parents: dict[str, Statement], alice: User, bob: User, charlie: User, rob: User
) -> None:
    writers = {"author": charlie, "asked above": alice, "other": bob, "bot": rob}
    cells = 0
    for (kind, on), parent, writer in itertools.product(REPLIES, PARENTS, writers):
        if writer == "asked above" and parent in ROOTS:
            continue  # nothing stands above a root
        refusal = grammar.refusal_of_reply(parents[parent], writers[writer], kind, on)
        expected = _allowed(kind, on, parent, writer)
        assert (not refusal) == expected, (kind, on, parent, writer, refusal)
        cells += 1
    assert cells == 9 * (9 * 4 - 2)


def test_forms_offer_exactly_the_kinds_that_the_table_allows(
    parents: dict[str, Statement], alice: User, bob: User, charlie: User, rob: User
) -> None:
    for parent, user in itertools.product(parents.values(), (alice, bob, charlie, rob)):
        offered = grammar.what_may_answer(parent, user)
        assert len(offered) == len(set(offered))
        fit = {
            kind
            for kind in Kind
            if not grammar.refusal_of_reply(
                parent, user, kind, "truth" if kind == Kind.OBJECTION else ""
            )
        }
        assert set(offered) == fit, (parent.kind, user.username)


def test_a_bot_clarifies_its_own_statement_but_concedes_nothing(
    debate: Debate, rob: User, alice: User
) -> None:
    own = factories.SupportFactory.create(parent=debate.statements.all()[0], author=rob)
    assert not grammar.refusal_of_reply(own, rob, "clarification", "")
    assert "kind" in grammar.refusal_of_reply(own, rob, "concession", "")
    assert not grammar.refusal_of_reply(own, alice, "concession", "")


def test_what_was_said_far_below_ones_own_can_be_clarified(claim: Statement, bob: User) -> None:
    deep = claim
    for _ in range(4):
        deep = factories.SupportFactory.create(parent=deep, author=bob)
    assert grammar.may_clarify(deep, claim.author)
    assert grammar.ancestor_ids(deep)[:2] == [claim.parent_id, claim.pk]
    assert len(grammar.ancestor_ids(deep)) == deep.depth


@pytest.mark.parametrize("kind", ["position", "crux", "", "rant", "Support"])
def test_what_is_no_kind_of_reply_is_refused(kind: str, claim: Statement, bob: User) -> None:
    assert list(grammar.refusal_of_reply(claim, bob, kind, "")) == ["kind"]


@pytest.mark.parametrize("on", ["", "style", "TRUTH"])
def test_an_objection_says_what_is_wrong_in_one_of_three_ways(
    on: str, claim: Statement, bob: User
) -> None:
    assert list(grammar.refusal_of_reply(claim, bob, "objection", on)) == ["on"]


@pytest.mark.parametrize("kind", ["support", "question", "remark", "clarification"])
def test_only_an_objection_says_what_is_wrong(kind: str, claim: Statement, alice: User) -> None:
    assert list(grammar.refusal_of_reply(claim, alice, kind, "truth")) == ["on"]


def test_truth_is_marked_on_claims_and_bearing_on_supports_and_objections(
    parents: dict[str, Statement],
) -> None:
    assert {k for k, s in parents.items() if grammar.takes_truth(s)} == set(CLAIMS)
    assert {k for k, s in parents.items() if grammar.takes_bearing(s)} == {"support", "objection"}
