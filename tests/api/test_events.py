from __future__ import annotations

import pytest

from accounts.models import User
from debate.actions import marks, moderation, statements
from debate.models import Debate, Statement
from tests.api.conftest import Enter, fits


@pytest.fixture
def said(debate: Debate, alice: User, bob: User) -> Statement:
    position = debate.statements.get(author=bob)
    return statements.reply(position, by=alice, kind="support", body="Readers bring them back.")


def test_a_program_follows_a_debate_by_number(
    debate: Debate, said: Statement, bob: User, enter: Enter
) -> None:
    client, path = enter(), f"debates/{debate.slug}/events/"
    page = client.read(path)
    fits("EventPage", page)
    last = page["results"][-1]
    assert (last["kind"], last["label"], last["actor"]["username"]) == (
        "statement.published",
        "S1",
        "alice",
    )
    assert client.read(f"{path}?after={last['number']}")["results"] == []
    marks.mark(said, by=bob, truth="agree", bears="no")
    [new] = client.read(f"{path}?after={last['number']}")["results"]
    assert (new["number"], new["truth"], new["bears"]) == (last["number"] + 1, "agree", "no")
    assert client.read(f"{path}?by=bob&kind=mark.set")["results"] == [new]
    first = client.read(f"{path}?limit=1")
    rest = client.read(first["next"].partition("/api/v1/")[2])
    assert rest["results"] == [new]


def test_events_name_nobody_on_what_is_gone(
    debate: Debate, said: Statement, bob: User, mara: User, enter: Enter
) -> None:
    marks.mark(said, by=bob, truth="agree")
    moderation.report(said, by=bob, reason="spam", note="")
    moderation.hide(said, by=mara, reason="Spam.")
    told = enter(bob).read(f"debates/{debate.slug}/events/")["results"]
    assert [(one["kind"], one["actor"], one["truth"]) for one in told[:-1]] == [
        ("statement.published", None, None),
        ("mark.set", None, None),
    ]
    assert (told[-1]["kind"], told[-1]["actor"]["username"]) == ("statement.hidden", "mara")
    assert told[-1]["number"] == told[-2]["number"] + 2
    everything = enter(mara).read(f"debates/{debate.slug}/events/")["results"]
    assert [one["kind"] for one in everything][2] == "statement.reported"
    assert all(one["actor"] for one in everything)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "kind=told", "cursor=first"])
def test_what_is_asked_wrongly_is_said(debate: Debate, enter: Enter, query: str) -> None:
    answer = enter().send("GET", f"debates/{debate.slug}/events/?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (
        400,
        [query.split("=", maxsplit=1)[0]],
    )


def test_a_private_debate_has_no_events_or_open_points_for_strangers(
    debate: Debate, charlie: User, enter: Enter
) -> None:
    Debate.objects.update(visibility="private")
    for name in ("events", "open"):
        for client in (enter(), enter(charlie)):
            assert client.send("GET", f"debates/{debate.slug}/{name}/").status_code == 404
