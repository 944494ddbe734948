"""Tools that read: each gives what the API gives at its address, and nothing more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it comes without types
import pytest
from django.test import Client

from accounts.models import User
from debate.actions import statements
from debate.mcp import outlines
from debate.models import Debate, Statement
from tests import factories
from tests.mcp.conftest import Enter, Program

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "mcp.md"
READS = {
    "who_am_i": "me/",
    "list_debates": "debates/",
    "search": "search/?q=readers",
    "where_it_stands": "debates/{slug}/analysis/",
    "list_cruxes": "debates/{slug}/cruxes/",
    "list_open_points": "debates/{slug}/open/",
    "list_events": "debates/{slug}/events/",
    "list_proposals": "debates/{slug}/proposals/",
}
ALL = {*READS, "read_debate", "read_statement", "propose", "reply", "mark"}


def of_api(program: Program, path: str) -> Any:
    return Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {program.key}"})


def lean(data: Any) -> Any:
    if isinstance(data, list):
        return [lean(one) for one in data]
    if isinstance(data, dict):
        return {k: lean(v) for k, v in data.items() if k not in ("body_html", "links")}
    return data


def objected(claim: Statement, by: User) -> Statement:
    return statements.reply(
        claim, by=by, kind="objection", on="relevance", body="So what?", generated_by="model"
    )


def test_the_server_says_what_it_is(enter: Enter, rob: User) -> None:
    asked = {"capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    hello = enter(rob).ask("initialize", {"protocolVersion": "2025-06-18", **asked})
    assert hello["serverInfo"]["name"] == "crux"
    assert "read_debate" in hello["instructions"]
    assert hello["capabilities"]["tools"]


def test_each_tool_says_what_it_does_and_takes(enter: Enter, rob: User) -> None:
    tools = {one["name"]: one for one in enter(rob).ask("tools/list")["tools"]}
    assert tools.keys() == ALL
    guide = GUIDE.read_text()
    assert [name for name in ALL if f"`{name}`" not in guide] == []
    for name, tool in tools.items():
        schema = tool["inputSchema"]
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["additionalProperties"] is False
        assert len(tool["description"]) > 40, name
        assert tool["annotations"]["readOnlyHint"] is (name not in ("propose", "reply", "mark"))
    reply = tools["reply"]["inputSchema"]
    assert reply["required"] == ["statement", "kind", "body"]
    assert "objection" in reply["properties"]["kind"]["enum"]
    assert "position" not in reply["properties"]["kind"]["enum"]
    assert all("description" in one for one in reply["properties"].values())


@pytest.mark.parametrize("name", READS)
def test_a_tool_gives_what_the_api_gives(
    enter: Enter, rob: User, claim: Statement, crux: Statement, name: str
) -> None:
    objected(claim, rob)
    factories.ProposalFactory.create(debate=claim.debate)
    program, of_debate = enter(rob), {"debate": claim.debate.slug}
    arguments: dict[str, Any] = of_debate if "{slug}" in READS[name] else {}
    arguments |= {"q": "readers"} if name == "search" else {}
    wanted = lean(of_api(program, READS[name].format(**of_debate, slug=claim.debate.slug)).json())
    found = program.get(name, **arguments)
    if "results" in wanted:
        assert found["results"] == wanted["results"] != []
        assert found["next"] is None
    else:
        found.pop("limits", None)  # which the API counts on
        wanted.pop("limits", None)
        assert found.keys() == wanted.keys()


def test_events_are_followed_by_their_numbers(enter: Enter, rob: User, claim: Statement) -> None:
    program = enter(rob)
    objected(claim, rob)
    objected(claim, rob)
    every = program.get("list_events", debate=claim.debate.slug)["results"]
    rest = program.get("list_events", debate=claim.debate.slug, after=every[0]["number"])
    assert rest["results"] == every[1:] != []
    everywhere = program.get("list_events")["results"]
    assert program.get("list_events", after=everywhere[-1]["place"])["results"] == []


def test_a_debate_is_read_as_an_outline(enter: Enter, rob: User, claim: Statement) -> None:
    by_bot = objected(claim, rob)
    factories.RemarkFactory.create(parent=claim, body="Word " * 80)
    text = enter(rob).get("read_debate", debate=claim.debate.slug)
    first, *lines = text.splitlines()
    assert first == f"# {claim.debate.question}"
    [own] = [line for line in lines if claim.label in line]
    assert own == f"  - {claim.label} [support, id {claim.pk}, 1 agree] Alice: {claim.body}"
    [its] = [line for line in lines if f"[objection (relevance), id {by_bot.pk}" in line]
    assert its.endswith("] Rob (bot): So what?")
    [long] = [line for line in lines if "Word Word" in line]
    assert long.startswith("    - ")
    assert long.endswith("…")


def test_a_long_outline_goes_on(
    enter: Enter, rob: User, claim: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlines, "LINES", 2)
    program, slug = enter(rob), claim.debate.slug
    text = program.get("read_debate", debate=slug)
    assert "It goes on: ask for the outline with the cursor after-" in text
    cursor = text.split("the cursor ")[1].rstrip(".")
    rest = program.get("read_debate", debate=slug, cursor=cursor)
    assert "P2" in rest
    assert claim.label not in rest


def test_a_debate_is_read_as_markdown_and_by_its_head(
    enter: Enter, rob: User, claim: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, slug = enter(rob), claim.debate.slug
    text = program.get("read_debate", debate=slug, form="markdown")
    assert claim.body in text
    head = program.get("read_debate", debate=slug, form="head")
    assert head["question"] == claim.debate.question
    assert [one["label"] for one in head["positions"]] == ["P1", "P2"]
    monkeypatch.setattr(outlines, "BYTES_MOST", 100)
    short = program.get("read_debate", debate=slug, form="markdown")
    assert len(short) < 200
    assert short.rstrip().endswith("read single statements.)")


def test_a_statement_is_read_with_its_replies(enter: Enter, rob: User, claim: Statement) -> None:
    replies = [factories.RemarkFactory.create(parent=claim) for _ in range(3)]
    program = enter(rob)
    found = program.get("read_statement", statement=claim.pk, limit=2)
    assert found["statement"]["body"] == claim.body
    assert "body_html" not in found["statement"]
    assert [one["id"] for one in found["replies"]["results"]] == [one.pk for one in replies[:2]]
    cursor = found["replies"]["next"]
    rest = program.get("read_statement", statement=claim.pk, limit=2, cursor=cursor)
    assert [one["id"] for one in rest["replies"]["results"]] == [replies[2].pk]


def test_debates_come_a_page_at_a_time(enter: Enter, rob: User) -> None:
    made: list[Debate] = [factories.DebateFactory.create() for _ in range(3)]
    program = enter(rob)
    first = program.get("list_debates", limit=2)
    rest = program.get("list_debates", limit=2, cursor=first["next"])
    slugs = [one["slug"] for one in first["results"] + rest["results"]]
    assert sorted(slugs) == sorted(one.slug for one in made)
    assert program.get("list_debates", yours=True)["results"] == []
