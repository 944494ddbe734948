"""A client that sends messages of the protocol, one by one, to the site in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from accounts import actions
from accounts.models import User
from accounts.rules import scopes_of

ACCEPT = "application/json, text/event-stream"
VERSION = "2025-06-18"


@dataclass
class Result:
    """What a tool gave."""

    text: str
    data: Any
    is_error: bool


@dataclass
class Program:
    """A client with a token, if any."""

    key: str = ""

    def post(self, body: Any, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Accept": ACCEPT, "MCP-Protocol-Version": VERSION}
        given |= {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return Client(raise_request_exception=False).generic(
            "POST", "/mcp", raw, content_type="application/json", headers={**given, **headers}
        )

    def ask(self, method: str, params: dict[str, Any] | None = None, **headers: str) -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        answer = self.post(message, **headers)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "application/json"
        said = answer.json()
        assert "result" in said, said
        return said["result"]

    def tool(self, tool: str, **arguments: Any) -> Result:
        found = self.ask("tools/call", {"name": tool, "arguments": arguments})
        text = "\n".join(part["text"] for part in found["content"])
        return Result(text, found.get("structuredContent"), found.get("isError", False))

    def get(self, tool: str, **arguments: Any) -> Any:
        """What a tool gives that must succeed."""
        found = self.tool(tool, **arguments)
        assert not found.is_error, found.text
        if found.data is not None:
            assert json.loads(found.text) == found.data
        return found.text if found.data is None else found.data

    def refused(self, tool: str, **arguments: Any) -> Result:
        found = self.tool(tool, **arguments)
        assert found.is_error, found.text
        return found


Enter = Callable[..., Program]


@pytest.fixture
def enter(db: None) -> Enter:
    """Give a program with a token of this account with these scopes; without one none."""

    def entered(user: User | None = None, *scopes: str) -> Program:
        if user is None:
            return Program()
        every = [scope.value for scope in scopes_of(user)]
        owner = user.owner or user
        _, key = actions.create_token(user, by=owner, name="m", scopes=list(scopes) or every)
        return Program(key)

    return entered
