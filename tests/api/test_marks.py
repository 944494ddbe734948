from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from debate.models import Mark, Statement
from tests.api.conftest import Enter, fits


def test_a_person_marks_reads_the_mark_and_clears_it(
    claim: Statement, bob: User, enter: Enter
) -> None:
    client, path = enter(bob), f"statements/{claim.pk}/mark/"
    assert client.read(path)["truth"] is None
    set_ = client.send("PUT", path, {"truth": "agree", "bears": "no", "quote": "a book back"})
    assert set_.status_code == 200
    fits("MarkOut", set_.json())
    assert set_.json() == client.read(path)
    assert (set_.json()["truth"], set_.json()["bears"]) == ("agree", "no")
    assert set_.json()["quotation"]["exact"] == "a book back"
    assert set_.json()["marks"] == {
        "agree": 2,
        "unsure": 0,
        "disagree": 0,
        "bears": 0,
        "does_not_bear": 1,
    }
    cleared = client.send("PUT", path, {"truth": None}).json()
    assert (cleared["truth"], cleared["bears"]) == (None, "no")


def test_a_bot_is_told_why_it_cannot_mark(claim: Statement, rob: User, enter: Enter) -> None:
    answer = enter(rob).send("PUT", f"statements/{claim.pk}/mark/", {"truth": "agree"})
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("Bots do not mark")
    assert Mark.objects.count() == 0


def test_marking_needs_the_scope_for_it(claim: Statement, bob: User, enter: Enter) -> None:
    path = f"statements/{claim.pk}/mark/"
    answer = enter(bob, "read", "write").send("PUT", path, {"truth": "agree"})
    assert (answer.status_code, "'mark'" in answer.json()["detail"]) == (403, True)
    assert enter().send("PUT", path, {"truth": "agree"}).status_code == 401
    assert enter().send("GET", path).status_code == 401
    assert enter(bob, "mark").send("PUT", path, {"truth": "agree"}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"truth": "maybe"}, 422, "truth"),
        ({"bears": "maybe"}, 422, "bears"),
        ({"truth": True}, 400, "truth"),
        ({"truths": "agree"}, 400, "truths"),
        ({"truth": "agree", "quote": "never said"}, 422, "quote"),
    ],
)
def test_a_mark_is_refused_field_by_field(
    sent: dict[str, Any], status: int, field: str, claim: Statement, bob: User, enter: Enter
) -> None:
    answer = enter(bob).send("PUT", f"statements/{claim.pk}/mark/", sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
