from __future__ import annotations

from accounts.models import User
from debate.actions import moderation, statements
from debate.models import Statement
from tests.api.conftest import Enter, fits


def test_why_tells_label_strength_and_what_would_change_them(
    claim: Statement, bob: User, enter: Enter
) -> None:
    said = statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    answer = enter().read(f"statements/{claim.pk}/why/")
    fits("ToldOut", answer)
    result = answer["result"]
    assert (result["label"], result["why"], result["standing"]) == (
        "out",
        "challenged",
        [said.label],
    )
    assert {"how": "settled_out", "claim": said.label, "label": "in"} in result["changes"]
    assert answer["statements"][said.label] == said.pk


def test_what_if_tells_what_would_move(claim: Statement, bob: User, enter: Enter) -> None:
    said = statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    answer = enter().read(f"statements/{said.pk}/what-if/?settled=out")
    fits("ToldOut", answer)
    moved = {one["claim"]: one["after"] for one in answer["result"]["labels"]["claims"]}
    assert moved == {claim.label: "in"}
    path = f"statements/{said.pk}/what-if/"
    assert enter().read(path)["result"]["settled"] == "in"
    assert enter().send("GET", f"{path}?settled=true").status_code in (400, 422)


def test_of_what_is_hidden_nothing_is_told(
    claim: Statement, bob: User, mara: User, enter: Enter
) -> None:
    said = statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    moderation.hide(said, by=mara, reason="Rude.")
    for path in ("why/", "what-if/?settled=in"):
        assert enter().send("GET", f"statements/{said.pk}/{path}").status_code == 404
        assert said.label not in str(enter(mara).read(f"statements/{claim.pk}/{path}"))
