from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

HERE = "https://maps.example.org"
ASK = {"Origin": HERE, "Access-Control-Request-Method": "POST"}
AT = "/api/v1/debates/"


def allowed(client: Client, path: str = AT, **headers: str) -> str | None:
    answer = client.get(path, headers={"Origin": HERE, **headers})
    return answer.headers.get("Access-Control-Allow-Origin")


def test_no_page_of_another_site_reads_the_api_at_first(client: Client, db: None) -> None:
    assert allowed(client) is None
    assert "Access-Control-Allow-Origin" not in client.options(AT, headers=ASK).headers


def test_pages_of_the_named_sites_use_the_api_and_no_page(
    client: Client, db: None, settings: Any
) -> None:
    settings.CORS_ORIGINS = [HERE]
    assert allowed(client) == HERE
    assert allowed(client, Origin="https://evil.example.org") is None
    assert allowed(client, "/") is None
    before = client.options(AT, headers=ASK)
    assert (before.status_code, before.content) == (204, b"")
    assert "Idempotency-Key" in before["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in before.headers
    answer = client.get(AT, headers={"Origin": HERE})
    assert "Origin" in answer["Vary"]
    assert "ETag" in answer["Access-Control-Expose-Headers"]


@pytest.mark.django_db
def test_a_star_names_all_sites(client: Client, settings: Any) -> None:
    settings.CORS_ORIGINS = ["*"]
    assert allowed(client) == HERE


@pytest.mark.django_db
def test_pages_of_the_named_sites_use_mcp(client: Client, settings: Any) -> None:
    settings.CORS_ORIGINS = [HERE]
    asked = {**ASK, "Access-Control-Request-Headers": "authorization, mcp-protocol-version"}
    before = client.options("/mcp", headers=asked)
    assert (before.status_code, before["Access-Control-Allow-Origin"]) == (204, HERE)
    assert "Mcp-Protocol-Version" in before["Access-Control-Allow-Headers"]
