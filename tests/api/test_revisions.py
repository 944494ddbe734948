from __future__ import annotations

import pytest

from accounts.models import User
from debate.actions import marks, moderation, statements
from debate.models import Debate, Statement
from tests.api.conftest import Enter, fits

BODY = "Most readers bring a book back unasked within two months."
NEW = "Some readers bring a book back within two months."


@pytest.fixture
def edited(claim: Statement, alice: User) -> Statement:
    """A claim with three wordings."""
    statements.edit(claim, by=alice, body=NEW, revision=1, reason="Too strong.")
    statements.edit(claim, by=alice, body=f"{NEW} Or three.", revision=2)
    return claim


def test_a_wording_is_read_with_who_replaced_it_and_what_was_changed(
    edited: Statement, enter: Enter
) -> None:
    client, path = enter(), f"statements/{edited.pk}/revisions/"
    first = client.read(f"{path}1/")
    fits("RevisionOut", first)
    assert (first["body"], first["is_newest"], first["compared_with"]) == (BODY, False, 3)
    assert first["replaced"]["reason"] == "Too strong."
    assert first["replaced"]["by"]["username"] == "alice"
    following = client.read(f"{path}1/?to=next")
    assert following["compared_with"] == 2
    for told, words in ((first, f"{NEW} Or three."), (following, NEW)):
        runs = told["difference"]
        assert "".join(run["text"] for run in runs if run["kind"] != "inserted") == BODY
        assert "".join(run["text"] for run in runs if run["kind"] != "deleted") == words
    newest = client.read(f"{path}3/")
    assert (newest["is_newest"], newest["replaced"], newest["compared_with"]) == (True, None, 3)
    assert [run["kind"] for run in newest["difference"]] == ["equal"]
    listed = client.read(path)["results"]
    assert [row["number"] for row in listed] == [3, 2, 1]
    assert listed[2].items() <= first.items()


def test_wordings_that_are_not_there_or_not_for_the_reader_are_not_found(
    edited: Statement, alice: User, bob: User, mara: User, enter: Enter
) -> None:
    path = f"statements/{edited.pk}/revisions/"
    for number in (0, 4, 10**30):
        assert enter().send("GET", f"{path}{number}/").status_code == 404
    assert enter().send("GET", f"{path}1/?to=then").status_code == 400
    moderation.hide(Statement.objects.get(pk=edited.pk), by=mara, reason="Attack.")
    for number in (1, 2, 3):
        assert enter(bob).send("GET", f"{path}{number}/").status_code == 404
        assert enter(alice).read(f"{path}{number}/")["number"] == number
    Statement.objects.update(hidden_at=None)
    Debate.objects.update(visibility="private")
    assert enter(bob).send("GET", f"{path}1/").status_code == 404


def test_a_conflict_names_the_newest_wording(edited: Statement, alice: User, enter: Enter) -> None:
    sent = {"body": "Mine.", "revision": 1}
    answer = enter(alice).send("PATCH", f"statements/{edited.pk}/", sent)
    assert (answer.status_code, answer.json()["revision"]) == (409, 3)
    assert "edited in the meantime" in answer.json()["detail"]
    again = enter(alice).send("PATCH", f"statements/{edited.pk}/", sent | {"revision": 3})
    assert again.json()["revision"] == 4


def test_statements_say_how_many_marks_are_older_than_their_newest_wording(
    claim: Statement, alice: User, bob: User, charlie: User, mara: User, enter: Enter
) -> None:
    own, listed = f"statements/{claim.pk}/", f"debates/{claim.debate.slug}/statements/"

    def told() -> list[int]:
        found = [row for row in enter().read(listed)["results"] if row["id"] == claim.pk]
        return [row["marks_before_edit"] for row in (*found, enter().read(own))]

    for person in (bob, charlie, mara):
        marks.mark(claim, by=person, truth="agree")
    marks.mark(claim, by=mara, truth="")
    assert told() == [0, 0]
    statements.edit(claim, by=alice, body=NEW, revision=1)
    assert told() == [2, 2]
    marks.mark(claim, by=bob, truth="unsure")
    assert told() == [1, 1]


@pytest.mark.parametrize("cursor", ["after-0", "after-1", "before-9", "before-999999"])
def test_a_cursor_beyond_the_wordings_gives_an_empty_page(
    claim: Statement, enter: Enter, cursor: str
) -> None:
    page = enter().read(f"statements/{claim.pk}/revisions/?cursor={cursor}")
    assert page["results"] == []
