from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.middleware import DatabaseAway

pytestmark = pytest.mark.django_db


def test_a_process_that_answers_is_alive(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_a_process_with_a_database_is_ready(client: Client) -> None:
    assert client.get("/readyz").content == b"ok\n"


@pytest.mark.parametrize("path", ["/healthz", "/accounts/login/", "/admin/login/", "/no-such/"])
def test_every_answer_tells_the_browser_what_is_allowed(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for directive in ("base-uri", "object-src", "frame-ancestors"):
        assert f"{directive} 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_an_answer_to_somebody_known_is_kept_out_of_caches(client: Client) -> None:
    client.cookies["sessionid"] = "x"
    assert client.get("/healthz").headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/", "/search/?q=lend", "/no-such/"])
@pytest.mark.parametrize("sent", [{}, {"HX-Request": "true"}])
def test_caches_are_told_that_a_part_of_a_page_is_not_the_page(
    client: Client, path: str, sent: dict[str, str]
) -> None:
    told = client.get(path, headers=sent).headers["Vary"].split(", ")
    assert "HX-Request" in told


@pytest.mark.parametrize(
    ("path", "sent", "kind"),
    [
        ("/", {}, "text/html"),
        ("/", {"HX-Request": "true"}, "text/plain"),
        ("/api/v1/", {}, "problem+json"),
    ],
)
def test_without_a_database_people_are_asked_to_try_again(
    path: str, sent: dict[str, str], kind: str, django_assert_num_queries: Callable[[int], Any]
) -> None:
    away = DatabaseAway(lambda request: HttpResponse())
    request = RequestFactory().get(path, headers=sent)
    with django_assert_num_queries(0):
        answer = away.process_exception(request, OperationalError("gone"))
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert kind in answer.headers["Content-Type"]


def test_other_errors_are_left_alone() -> None:
    away = DatabaseAway(lambda request: HttpResponse())
    assert away.process_exception(RequestFactory().get("/"), ValueError()) is None
