"""The pages that say what went wrong: what happened, what to do next, the right status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import URLPattern, URLResolver, path
from pytest_django import Settings

from config import urls as site
from config.urls import handler429

__all__ = ["handler429"]

PAGES = ("400", "403", "403_csrf", "404", "429", "500", "503")


def refuse(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied(request.GET.get("why", ""))


def doubt(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("no such form")


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the machine")


urlpatterns: list[URLPattern | URLResolver] = [
    path("refuse/", refuse),
    path("doubt/", doubt),
    path("fail/", fail),
]
urlpatterns += site.urlpatterns


@pytest.fixture
def careless(settings: Settings) -> Client:
    """Give a client of a site with three bad pages, that looks at answers and not at errors."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "status", "said"),
    [
        ("/refuse/?why=Only+on+Sundays.", 403, "Only on Sundays."),
        ("/refuse/", 403, "Your account does not allow it here."),
        ("/doubt/", 400, "The request could not be read"),
        ("/fail/", 500, "The fault is ours"),
        ("/nowhere/", 404, "There is no such page"),
    ],
)
def test_each_error_has_its_page_and_its_status(
    careless: Client, at: str, status: int, said: str
) -> None:
    answer = careless.get(at)
    assert answer.status_code == status
    page = answer.content.decode()
    assert said in page
    assert "secret of the machine" not in page


@pytest.mark.django_db
def test_a_form_that_is_too_old_says_so() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "alice", "password": "x"})
    assert answer.status_code == 403
    assert "The form is too old" in answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_they_need_no_request_and_no_database_and_lead_on(
    name: str, db: None, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(0):
        page = render_to_string(f"{name}.html")
    assert 'rel="icon"' in page
    assert 'href="/"' in page
    assert 'action="/search/"' in page
    for way in ("/d/", "/help/"):
        assert f'href="{way}"' in page
    assert page.count("<h1") == 1
    assert f'<p class="state-code">{name[:3]}</p>' in page


@pytest.mark.django_db
def test_where_they_lead_there_is_a_page(client: Client) -> None:
    for way in ("/", "/d/", "/help/", "/about/", "/accounts/login/", "/search/?q=lend"):
        assert client.get(way).status_code == 200, way
