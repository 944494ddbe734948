"""The protocol's own client, over HTTP, with the site under a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from django.db import connection
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from accounts import actions
from accounts.models import User
from debate.models import Statement
from tests import factories, streams
from tests.streams import Site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with streams.running() as site:
        yield site


def key_of(person: User) -> str:
    scopes = ["read", "write", "propose"]
    return actions.create_token(person, by=person.owner or person, name="t", scopes=scopes)[1]


def bearer(key: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=60)


def open_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_protocols_own_client_reads_answers_and_proposes(
    site: Site, rob: User, claim: Statement, mode: str
) -> None:
    other, key = factories.SupportFactory.create(parent=claim.parent), key_of(rob)
    slug = claim.debate.slug

    async def story() -> None:
        async with bearer(key) as http:
            transport = streamable_http_client(f"{site.url}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                names = {one.name for one in (await client.list_tools()).tools}
                assert {"read_debate", "reply", "propose"} <= names

                async def use(name: str, **arguments: Any) -> Any:
                    found = await client.call_tool(name, arguments)
                    assert not found.is_error, found.content
                    return found

                outline = (await use("read_debate", debate=slug)).content[0].text
                assert f"id {claim.pk}" in outline
                said = await use(
                    "reply",
                    statement=claim.pk,
                    kind="question",
                    body="Where?",
                    generated_by="model",
                    quote="bring a book back unasked",
                    key="one",
                )
                made = said.structured_content["id"]
                read = await use("read_statement", statement=claim.pk)
                assert [o["id"] for o in read.structured_content["replies"]["results"]] == [made]
                await use(
                    "propose",
                    debate=slug,
                    kind="duplicate",
                    statement=other.pk,
                    to=claim.pk,
                    reason="The same.",
                    generated_by="model",
                )
                for name in ("list_proposals", "list_open_points", "list_cruxes", "list_events"):
                    await use(name, debate=slug)
                for name in ("who_am_i", "list_debates"):
                    await use(name)
                await use("search", q="readers")
                await use("where_it_stands", debate=slug)
                wrong = await client.call_tool(
                    "reply", {"statement": claim.pk, "kind": "shout", "body": "x"}
                )
                assert wrong.is_error
                many = [client.call_tool("read_debate", {"debate": slug}) for _ in range(12)]
                assert not any(one.is_error for one in await asyncio.gather(*many))

    asyncio.run(story())
    assert claim.replies.get().author == rob
    assert claim.debate.proposals.get().author == rob
    assert open_connections() <= 4, "connections are given back"


def test_without_a_token_the_client_is_told_to_bring_one(site: Site, debate: Any) -> None:
    async def story() -> httpx2.Response:
        async with httpx2.AsyncClient() as http:
            message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
            return await http.post(f"{site.url}/mcp", json=message)

    answer = asyncio.run(story())
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
