"""A list that is kept for all is the one that its reader would be given alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import moderation, statements
from debate.actions.quotations import Words
from debate.api import kept
from debate.models import Debate, Statement
from tests import factories
from tests.api.conftest import Client, Enter


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        client.read(path)
    return len(found)


def body_of(client: Client, path: str, pk: int) -> str | None:
    [row] = [row for row in client.read(path)["results"] if row["id"] == pk]
    found: str | None = row["body"]
    return found


def test_a_list_that_is_kept_takes_one_query_and_six_at_most_where_it_is_not(
    claim: Statement, bob: User, enter: Enter
) -> None:
    visitor, path = enter(), f"debates/{claim.debate.slug}/statements/"
    statements.reply(claim, by=bob, kind="remark", body="So.", quote=Words(claim.body[:4]))
    first = visitor.read(path)
    assert queries(visitor, path) == 1
    assert visitor.read(path) == first == enter(bob).read(path)
    assert queries(enter(bob), path) <= 3
    statements.edit(claim, by=claim.author, body="Said anew.", revision=1)
    assert queries(visitor, f"{path}?limit=1000") <= 6
    kept._answers.clear()
    assert queries(enter(bob), f"{path}?kind=support") <= 6


def test_every_change_shows_at_once(
    claim: Statement, alice: User, bob: User, mara: User, enter: Enter
) -> None:
    path = f"debates/{claim.debate.slug}/statements/"
    readers = {"visitor": enter(), "bob": enter(bob), "alice": enter(alice), "mara": enter(mara)}

    def read() -> dict[str, str | None]:
        return {name: body_of(one, path, claim.pk) for name, one in readers.items()}

    assert set(read().values()) == {claim.body}
    statements.edit(claim, by=alice, body="Said anew.", revision=1)
    assert set(read().values()) == {"Said anew."}
    moderation.hide(claim, by=mara, reason="Sets a tone.")
    for _ in range(2):
        gone = {"visitor": None, "bob": None}
        assert read() == {**gone, "alice": "Said anew.", "mara": "Said anew."}
    moderation.restore(claim, by=mara, reason="It does not.")
    assert set(read().values()) == {"Said anew."}


def test_what_quotes_what_is_gone_is_not_kept_for_all(
    claim: Statement, alice: User, bob: User, mara: User, enter: Enter
) -> None:
    statements.reply(claim, by=bob, kind="remark", body="So.", quote=Words(claim.body[:4]))
    path = f"debates/{claim.debate.slug}/statements/?limit=1&cursor=after-{claim.pk}"

    def quoted(user: User | None) -> bool:
        [row] = enter(user).read(path)["results"]
        return row["quotation"] is not None

    assert quoted(None)
    moderation.hide(claim, by=mara, reason="Sets a tone.")
    for _ in range(2):
        assert [quoted(user) for user in (alice, None, bob, mara)] == [True, False, False, True]


def test_a_private_debate_is_not_there_for_strangers_however_well_kept(
    debate: Debate, alice: User, charlie: User, enter: Enter
) -> None:
    factories.ParticipationFactory.create(debate=debate, person=alice)
    Debate.objects.filter(pk=debate.pk).update(visibility="private")
    path = f"debates/{debate.slug}/statements/"
    assert enter(alice).read(path)["results"]
    for reader in (enter(), enter(charlie)):
        assert reader.send("GET", path).status_code == 404


def test_what_is_kept_has_a_bound(
    debate: Debate, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept._answers.clear()
    path = f"debates/{debate.slug}/statements/"
    size = len(enter().send("GET", path).content)
    monkeypatch.setattr(kept, "MOST", 3 * size)
    for limit in range(2, 20):
        enter().read(f"{path}?limit={limit}")
    assert 1 <= len(kept._answers) <= 3
