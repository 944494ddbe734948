"""What is not undone, since what it would put back cannot be there any more."""

from __future__ import annotations

import pytest

from accounts.models import User
from debate.actions import statements, structure
from debate.actions.refusals import Conflict
from debate.models import Debate, Link, Statement


def test_a_link_that_could_not_be_made_any_more_does_not_come_back(
    claim: Statement, debate: Debate, bob: User, mara: User
) -> None:
    other = debate.statements.get(name="Keep four weeks")
    said = statements.reply(claim, by=bob, kind="remark", body="It is so elsewhere.")
    structure.link(said, to=other, kind="support", by=mara, reason="It says so.")
    gone = structure.unlink(Link.objects.get(), by=mara, reason="It does not.")
    structure.retype(said, kind="question", by=mara, reason="It asks.")
    with pytest.raises(Conflict, match="Only claims are linked"):
        structure.undo(gone, by=mara, reason="It does.")
    assert not Link.objects.exists()


def test_a_split_is_not_undone_where_the_words_of_the_part_would_go_too(
    claim: Statement, bob: User, mara: User
) -> None:
    words = "It is not so.\n\nNobody asked."
    double = statements.reply(claim, by=bob, kind="objection", on="truth", body=words)
    act = structure.split(double, exact="Nobody asked.", kind="remark", by=mara, reason="Two.")
    statements.withdraw(double, by=double.author)
    with pytest.raises(Conflict, match="hidden or withdrawn"):
        structure.undo(act, by=mara, reason="No.")
    assert Statement.objects.filter(pk=act.other_id or 0).exists()
