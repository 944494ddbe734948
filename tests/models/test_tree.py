"""The tree as the database keeps it: paths follow from parents, and nothing moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from accounts.models import User
from debate.actions import statements
from debate.models import Debate, Statement, Turn
from debate.models.statements import DEPTH_MAX
from tests import factories


def _raw(parent: Statement, turn: Turn, ordinal: int) -> Statement:
    return Statement.objects.create(
        debate_id=parent.debate_id,
        turn=turn,
        author=turn.author,
        kind="remark",
        body="So.",
        body_html="<p>So.</p>",
        ordinal=ordinal,
        parent=parent,
    )


def _constraint(error: IntegrityError) -> str:
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))


def test_the_path_is_the_parents_path_and_the_statements_id(claim: Statement) -> None:
    made = _raw(claim, claim.turn, 9)  # type: ignore[arg-type]  # only cruxes have no turn
    made.refresh_from_db()
    root = claim.parent_id or 0
    ids = [root, claim.pk, made.pk]
    assert bytes(made.path) == b"\x00" + b"".join(i.to_bytes(4, "big") for i in ids)
    assert (made.root_id, made.depth) == (root, 2)


def test_a_line_under_a_crux_begins_with_a_one_so_that_cruxes_come_last(debate: Debate) -> None:
    crux = factories.CruxFactory.create(debate=debate)
    under = factories.SupportFactory.create(parent=crux)
    later = factories.PositionFactory.create(debate=debate)
    stored = Statement.objects.filter(debate=debate).order_by("path")
    assert list(stored.values_list("pk", flat=True))[-3:] == [later.pk, crux.pk, under.pk]
    assert all(bytes(row.path)[0] == 1 for row in stored.filter(pk__in=[crux.pk, under.pk]))


def test_what_is_said_of_path_depth_and_root_on_insert_is_overruled(claim: Statement) -> None:
    made = Statement.objects.create(
        debate=claim.debate,
        turn=claim.turn,
        author=claim.author,
        kind="remark",
        body="So.",
        body_html="<p>So.</p>",
        ordinal=9,
        parent=claim,
        path=bytes(claim.path),
        depth=40,
        root=claim,
    )
    made.refresh_from_db()
    assert bytes(made.path) == bytes(claim.path) + made.pk.to_bytes(4, "big")
    assert (made.depth, made.root_id) == (2, claim.parent_id)


def test_a_parent_of_another_debate_is_refused(claim: Statement) -> None:
    other = factories.DebateFactory.create()
    turn = factories.TurnFactory.create(debate=other)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Statement.objects.create(
            debate=other,
            turn=turn,
            author=turn.author,
            kind="remark",
            body="So.",
            body_html="<p>So.</p>",
            ordinal=1,
            parent=claim,
        )
    assert _constraint(refused.value) == "statement_parent_in_debate"


def _moves(claim: Statement) -> Iterator[dict[str, object]]:
    yield {"parent": None}
    yield {"parent": claim}
    yield {"parent": claim.replies.get()}
    yield {"parent": claim.debate.statements.get(name="Keep four weeks")}
    yield {"root": claim}
    yield {"depth": 3}
    yield {"path": b"\x00"}
    yield {"debate": factories.DebateFactory.create()}
    yield {"id": 999_999}


def test_nothing_moves_so_no_circle_can_arise(claim: Statement) -> None:
    factories.SupportFactory.create(parent=claim)
    before = Statement.objects.filter(pk=claim.pk).values().get()
    tried = 0
    for move in _moves(claim):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Statement.objects.filter(pk=claim.pk).update(**move)
        assert _constraint(refused.value) == "statement_stays", move
        tried += 1
    assert tried == 9
    assert Statement.objects.filter(pk=claim.pk).values().get() == before


def test_two_rows_never_share_a_path(claim: Statement) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE debate_statement DISABLE TRIGGER debate_statement_stay")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Statement.objects.filter(pk=claim.pk).update(path=bytes(claim.parent.path))  # type: ignore[union-attr]  # a support has a parent
    assert _constraint(refused.value) == "statement_path_once"


def test_what_was_answered_cannot_be_deleted(claim: Statement) -> None:
    assert claim.parent is not None
    with pytest.raises(ProtectedError):
        claim.parent.delete()


def test_a_line_is_500_deep_and_not_501(claim: Statement, bob: User) -> None:
    """One deeper is refused by the constraint, and with a readable reason by the action."""
    turn = claim.turn
    assert turn is not None
    deepest = claim
    for ordinal in range(claim.depth + 1, DEPTH_MAX):
        deepest = _raw(deepest, turn, ordinal + 10)
    deepest.refresh_from_db()
    last = statements.reply(deepest, by=bob, kind="remark", body="The last one.")
    assert last.depth == Statement.objects.get(pk=last.pk).depth == DEPTH_MAX
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        _raw(last, turn, 9999)
    assert _constraint(refused.value) == "statement_depth_at_most"
    with pytest.raises(ValidationError) as told:
        statements.reply(last, by=bob, kind="support", body="One too deep.")
    assert told.value.message_dict == {
        "kind": ["This line is 500 replies deep. Please answer higher up."]
    }
