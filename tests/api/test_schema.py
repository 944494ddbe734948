from __future__ import annotations

from typing import Any

from django.urls import resolve, reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from accounts.models import User
from debate.api import urls
from debate.api.schema import document
from tests.api.conftest import Client, Enter, fits, tags

ABOUT = {"schema", "docs", "nowhere"}


def test_the_schema_is_openapi_3_1_and_valid(client: Client) -> None:
    served = client.get("/api/v1/schema/").json()
    assert served["openapi"].startswith("3.1.")
    validate_schema(served)


def test_the_schema_is_made_without_a_warning() -> None:
    document.cache_clear()
    GENERATOR_STATS.reset()
    document()
    assert not GENERATOR_STATS


def test_every_operation_says_what_can_go_wrong() -> None:
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            told = {int(status) for status in operation["responses"]}
            needed = {400, 401, 403, 503} | ({404} if "{" in path else set())
            needed |= set() if method == "get" else {409, 422, 429}
            assert needed <= told, (method, path)
            names = {parameter["name"] for parameter in operation.get("parameters", [])}
            assert ("Idempotency-Key" in names) == (method == "post")


def test_what_has_a_version_says_so() -> None:
    for path, operations in document()["paths"].items():
        if read := operations.get("get"):
            told = "ETag" in read["responses"]["200"].get("headers", {})
            names = {parameter["name"] for parameter in read.get("parameters", [])}
            assert told == ("304" in read["responses"]) == ("If-None-Match" in names), path
    assert tags()["statement-detail"]
    assert not tags()["statement-list"]


def test_every_address_is_in_the_schema() -> None:
    named = {one.name for one in urls.urlpatterns} - ABOUT
    told: set[Any] = set()
    for operations in document()["paths"].values():
        told |= {operation["operationId"] for operation in operations.values()}
    assert named <= told


def test_what_happens_at_an_address_has_the_name_it_has_in_the_pages() -> None:
    for verb in ("detail", "reply", "edit", "withdraw", "report", "mark"):
        for door in ("debate", "api"):
            assert resolve(reverse(f"{door}:statement-{verb}", args=[1]))


def test_the_docs_load_nothing_from_elsewhere(client: Client, db: None) -> None:
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert b"//" not in page.content.replace(b"http://www.w3.org", b"")
    policy = page["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert b"<style" not in page.content
    script: Any = client.get("/api/v1/docs/?script=")
    assert b"/api/v1/schema/" in script.content


def test_a_token_says_whose_it_is_and_what_it_may_do(
    bob: User, rob: User, mara: User, enter: Enter
) -> None:
    me = enter(rob).read("me/")
    fits("MeOut", me)
    scopes = ["propose", "read", "write"]
    assert (me["account"]["username"], me["token"]["scopes"]) == ("rob", scopes)
    all_of_it = ("read", "write", "report", "mark", "propose", "moderate", "read_hidden")
    no = dict.fromkeys(all_of_it, False)
    assert me["may"] == {**no, "read": True, "write": True, "propose": True}
    assert enter(bob, "mark").read("me/")["may"] == {**no, "mark": True}
    assert enter(mara, "read").read("me/")["may"]["read_hidden"]
    assert enter().send("GET", "me/").status_code == 401
