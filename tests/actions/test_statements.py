from __future__ import annotations

from accounts.models import User
from debate.actions import statements
from debate.actions.quotations import Words
from debate.models import Statement


def test_a_reply_is_placed_under_what_it_answers(claim: Statement, bob: User) -> None:
    reply = statements.reply(
        claim, by=bob, kind="objection", on="truth", body="They do not.",
        quote=Words("bring a book back unasked"),
    )
    stored = Statement.objects.get(pk=reply.pk)
    assert bytes(stored.path) == bytes(reply.path) == bytes(claim.path) + reply.pk.to_bytes(4, "big")
    assert (stored.depth, stored.root_id) == (2, claim.parent_id)
    assert stored.status == "open"
    claim.refresh_from_db()
    assert claim.status == "answered"
