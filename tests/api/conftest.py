"""Clients of the API that check of every answer what holds for all."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it comes without types
import pytest
from django.urls import resolve
from rest_framework.test import APIClient

from accounts import actions
from accounts.models import User
from accounts.rules import scopes_of
from debate.api.schema import document


class Client(APIClient):
    """Speaks JSON. Every refusal it gets must be a problem; headers must be as the schema says."""

    key = ""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = b"" if body is None else json.dumps(body).encode()
        return self.raw(method, path, data, "application/json" if data else "", **headers)

    def raw(self, method: str, path: str, data: Any, kind: str, **headers: str) -> Any:
        if self.key:
            headers = {"Authorization": f"Bearer {self.key}", **headers}
        answer: Any = self.generic(method, f"/api/v1/{path}", data, kind, headers=headers)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json", answer.content
            fits("Problem", answer.json())
            assert answer.json()["status"] == answer.status_code
        assert answer.has_header("Location") == (answer.status_code in (201, 202))
        if method == "GET" and answer.status_code == 200:
            name = resolve(answer.request["PATH_INFO"]).url_name
            assert answer.has_header("ETag") == tags().get(name or "", answer.has_header("ETag"))
        return answer

    def read(self, path: str) -> Any:
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.content
        return answer.json()


Enter = Callable[..., Client]


@cache
def tags() -> dict[str, bool]:
    """Whether the schema tells of an ETag, by the name of what is read."""
    reads = [one["get"] for one in document()["paths"].values() if "get" in one]
    return {
        one["operationId"]: "ETag" in one["responses"]["200"].get("headers", {}) for one in reads
    }


def fits(name: str, data: Any) -> None:
    """Fail unless the data are as the schema says of this component."""
    whole = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    jsonschema.Draft202012Validator(whole).validate(data)


@pytest.fixture
def enter(db: None) -> Enter:
    """Give a client for a visitor, or one with a token of this account with these scopes."""

    def entered(user: User | None = None, *scopes: str) -> Client:
        client = Client()
        if user is not None:
            every = [scope.value for scope in scopes_of(user)]
            chosen = scopes or every
            _, client.key = actions.create_token(user, by=user, name="test", scopes=chosen)
        return client

    return entered
