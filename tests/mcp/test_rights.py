"""Who gets in, and that nobody gets more than in the API: scopes, limits, what is not for all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from accounts import actions, limits
from accounts.limits import MINUTE, Door, Rate
from accounts.models import ApiToken, User
from debate.actions import moderation, statements
from debate.models import Debate, Statement
from tests import factories
from tests.mcp.conftest import ACCEPT, VERSION, Enter, Program

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
READING = (
    *("list_debates", "list_events", "search", "read_statement", "read_debate"),
    *("where_it_stands", "list_cruxes", "list_open_points", "list_proposals"),
)


def test_without_a_token_nobody_gets_in(enter: Enter) -> None:
    answer = enter().post(LIST)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Crux"'
    assert answer["Content-Type"] == "application/problem+json"


def revoke(bob: User, rob: User) -> None:
    for token in ApiToken.objects.all():
        actions.revoke_token(token, by=bob)


def switch_off(bob: User, rob: User) -> None:
    User.objects.filter(pk=rob.pk).update(is_active=False)


def switch_owner_off(bob: User, rob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)


@pytest.mark.parametrize("act", [revoke, switch_off, switch_owner_off])
def test_a_token_that_ended_ends_here(
    enter: Enter, bob: User, rob: User, act: Callable[[User, User], None]
) -> None:
    program = enter(rob)
    assert program.post(LIST).status_code == 200
    act(bob, rob)
    answer = program.post(LIST)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Crux"')
    assert Program("crux_no").post(LIST).status_code == 401


def test_a_session_opens_nothing(client: Client, bob: User) -> None:
    client.force_login(bob, backend="accounts.reading.Accounts")
    answer = client.post("/mcp", json.dumps(LIST), content_type="application/json")
    assert answer.status_code == 401


def test_there_are_no_streams_and_no_sessions_to_end(enter: Enter, rob: User) -> None:
    bearer = {"Authorization": f"Bearer {enter(rob).key}", "Accept": ACCEPT}
    for method in ("GET", "DELETE", "PUT"):
        answer = Client().generic(method, "/mcp", headers=bearer)
        assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")


def test_a_tool_needs_the_scope_of_what_it_does(
    enter: Enter, bob: User, rob: User, claim: Statement
) -> None:
    said = {"statement": claim.pk, "kind": "remark", "body": "x", "generated_by": "model"}
    change: dict[str, Any] = {
        "debate": claim.debate.slug,
        "kind": "retype",
        "reason": "So.",
        "becomes": "remark",
    }
    change |= {"statement": claim.pk, "generated_by": "model"}
    reader, writer, proposer = (enter(rob, scope) for scope in ("read", "write", "propose"))
    assert "'write'" in reader.refused("reply", **said).text
    assert "'propose'" in reader.refused("propose", **change).text
    assert "'write'" in proposer.refused("reply", **said).text
    assert "'propose'" in writer.refused("propose", **change).text
    assert "'read'" in writer.refused("read_statement", statement=claim.pk).text
    assert "'mark'" in enter(bob, "read").refused("mark", statement=claim.pk, truth="agree").text
    assert writer.get("reply", **said)
    assert proposer.get("propose", **change)


def told(program: Program, debate: Debate, statement: Statement, words: str) -> str:
    """Everything that the tools that read tell of a debate."""
    slug, parts = debate.slug, []
    arguments: dict[str, dict[str, Any]] = {
        "list_debates": {},
        "list_events": {},
        "search": {"q": words},
        "read_statement": {"statement": statement.pk},
    }
    for name in READING:
        parts.append(program.tool(name, **arguments.get(name, {"debate": slug})).text)
    for form in ("markdown", "head"):
        parts.append(program.tool("read_debate", debate=slug, form=form).text)
    parts.append(program.tool("list_events", debate=slug).text)
    if statement.parent_id:
        parts.append(program.tool("read_statement", statement=statement.parent_id).text)
    return "\n".join(parts)


def test_a_private_debate_is_not_there_for_strangers(
    enter: Enter, alice: User, rob: User, claim: Statement
) -> None:
    Debate.objects.filter(pk=claim.debate_id).update(visibility="private")
    factories.ParticipationFactory.create(debate=claim.debate, person=alice)
    debate, mine, other = claim.debate, enter(alice), enter(rob)
    assert claim.body in told(mine, debate, claim, "readers")
    seen = told(other, debate, claim, "readers")
    assert claim.body not in seen
    assert debate.question not in seen
    nothing = other.refused("read_statement", statement=987654)
    assert other.refused("read_statement", statement=claim.pk).text == nothing.text
    nothing = other.refused("read_debate", debate="nowhere")
    assert other.refused("read_debate", debate=debate.slug).text == nothing.text
    said = {"kind": "remark", "body": "x", "generated_by": "model"}
    wrong = other.refused("reply", statement=claim.pk, **said)
    assert wrong.text == other.refused("reply", statement=987654, **said).text


def hidden(claim: Statement, alice: User, mara: User) -> None:
    moderation.hide(claim, by=mara, reason="Off.")


def withdrawn(claim: Statement, alice: User, mara: User) -> None:
    statements.withdraw(claim, by=alice)


@pytest.mark.parametrize("make", [hidden, withdrawn])
def test_words_that_are_gone_are_told_by_no_tool(
    enter: Enter, alice: User, rob: User, mara: User, hers: Statement, make: Any
) -> None:
    words = "Canaries bring every book back singing."
    claim = factories.SupportFactory.create(parent=hers, author=alice, body=words)
    assert words in told(enter(rob), claim.debate, claim, "canaries")
    make(claim, alice, mara)
    assert "anaries" not in told(enter(rob), claim.debate, claim, "singing")


def test_a_held_answer_is_told_by_no_tool(
    enter: Enter, alice: User, charlie: User, claim: Statement
) -> None:
    User.objects.filter(pk=charlie.pk).update(standing="new")
    factories.PrecautionsFactory.create(holds_first=1)
    words = "Canaries bring every book back singing."
    made = enter(charlie).get("reply", statement=claim.pk, kind="remark", body=words)
    assert made["waits"] is True
    assert words not in told(enter(alice), claim.debate, claim, "singing")


NOTHING, PLENTY = Rate(0, MINUTE), Rate(10_000, MINUTE)


@pytest.mark.parametrize("counted", ["account", "token", "address"])
def test_the_limits_of_the_api_hold(
    enter: Enter, rob: User, claim: Statement, counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = {name: NOTHING if name == counted else PLENTY for name in ("account", "token", "address")}
    monkeypatch.setattr(limits, "WRITES", Door(of["account"], of["token"], of["address"]))
    monkeypatch.setattr("django.conf.settings.ADDRESS_WRITES", of["address"].most)
    User.objects.filter(pk=rob.pk).update(standing="trusted")
    said = {"statement": claim.pk, "kind": "remark", "body": "x", "generated_by": "model"}
    wrong = enter(rob).refused("reply", **said)
    assert wrong.data["status"] == 429
    assert enter(rob).get("read_statement", statement=claim.pk)


def test_who_has_done_enough_is_told_when_to_go_on(
    enter: Enter, rob: User, claim: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRITES", Door(token=Rate(1, MINUTE)))
    said = {"statement": claim.pk, "kind": "remark", "body": "x", "generated_by": "model"}
    program = enter(rob)
    program.get("reply", **said)
    wrong = program.refused("reply", **said, key="again")
    assert wrong.data["status"] == 429
    assert "Try again in" in wrong.text


def test_requests_of_other_sites_pages_and_for_other_hosts_are_refused(
    enter: Enter, rob: User, settings: Any
) -> None:
    program = enter(rob)
    assert program.post(LIST, Origin="https://evil.example").status_code == 403
    assert program.post(LIST, Origin="http://testserver").status_code == 200
    assert program.post(LIST, Host="evil.example").status_code == 400
    settings.CORS_ORIGINS = ["https://tool.example"]
    assert program.post(LIST, Origin="https://tool.example").status_code == 200
    assert program.post(LIST, Origin="https://evil.example").status_code == 403
    settings.ALLOWED_HOSTS = [".crux.example"]
    assert program.post(LIST, Host="de.crux.example:8443").status_code == 200


RAW: dict[str, Any] = {
    "nothing": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "a batch": json.dumps([LIST, LIST]).encode(),
    "bytes": b"\xff\xfe\x00",
    "depth": b"[" * 100_000,
    "deep arguments": b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search",'
    b'"arguments":{"q":' + b"[" * 5000 + b"]" * 5000 + b"}}}",
    "no method": {"jsonrpc": "2.0", "id": 1},
    "an unknown method": {"jsonrpc": "2.0", "id": 1, "method": "shout", "params": {}},
    "no such version": {"jsonrpc": "1.0", "id": 1, "method": "tools/list"},
    "a large number": b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"ping"}',
    "no name": {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {}},
    "arguments of another shape": {
        **{"jsonrpc": "2.0", "id": 1, "method": "tools/call"},
        "params": {"name": "search", "arguments": [1]},
    },
    "a stream": {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": {}},
    "half a character": b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":'
    b'"read_debate","arguments":{"debate":"\\ud800"}}}',
    "a notification": {"jsonrpc": "2.0", "method": "notifications/initialized"},
    "a cancellation": {
        **{"jsonrpc": "2.0", "method": "notifications/cancelled"},
        "params": {"requestId": 1},
    },
    "an answer": {"jsonrpc": "2.0", "id": 1, "result": {}},
}


@pytest.mark.parametrize("version", [VERSION, "2025-11-25", "2026-07-28", "x", ""])
@pytest.mark.parametrize("case", RAW)
def test_no_message_breaks_it(enter: Enter, rob: User, case: str, version: str) -> None:
    answer = enter(rob).post(RAW[case], **{"MCP-Protocol-Version": version})
    assert answer.status_code < 500, answer.content
    assert b"Traceback" not in answer.content


def test_what_is_too_large_or_of_another_kind_is_refused(enter: Enter, rob: User) -> None:
    program = enter(rob)
    assert program.post(b" " * 1_600_000 + b"{}").status_code == 413
    assert program.post(LIST, **{"Content-Type": "text/plain"}).status_code < 500
    assert program.post(LIST, Accept="text/html").status_code == 406


def test_without_a_database_a_tool_says_so(
    enter: Enter, rob: User, claim: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any, **named: Any) -> None:
        raise OperationalError("away")

    program = enter(rob)
    monkeypatch.setattr("debate.api.statements.answers.statement", away)
    wrong = program.refused("read_statement", statement=claim.pk)
    assert "database" in wrong.text


def test_a_fault_of_ours_is_logged_and_not_told(
    enter: Enter,
    rob: User,
    claim: Statement,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*args: Any, **named: Any) -> None:
        raise KeyError("secret")

    program = enter(rob)
    monkeypatch.setattr("debate.mcp.tools.outlines.read", broken)
    wrong = program.refused("read_debate", debate=claim.debate.slug)
    assert "secret" not in wrong.text
    assert "logged" in wrong.text
    assert "read_debate" in caplog.text
