"""Bearer tokens: which are let in, as whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts import actions
from accounts.authentication import TokenAuthentication
from accounts.models import ApiToken, User

DOOR = TokenAuthentication()


def _request(header: str | None) -> Request:
    headers = {} if header is None else {"Authorization": header}
    return Request(APIRequestFactory().get("/", headers=headers))


@pytest.fixture
def key(rob: User, bob: User) -> str:
    return actions.create_token(rob, by=bob, name="x", scopes=["read"])[1]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_good_key_lets_its_account_in(scheme: str, key: str, rob: User) -> None:
    found = DOOR.authenticate(_request(f"{scheme} {key}"))
    token = ApiToken.objects.get()
    assert found == (rob, token)
    assert token.last_used_at is not None


@pytest.mark.parametrize("header", [None, "", "Basic cm9iOng=", "Token abc"])
def test_without_a_bearer_key_nobody_is_let_in_or_sent_away(header: str | None) -> None:
    assert DOOR.authenticate(_request(header)) is None


@pytest.mark.parametrize(
    "rest", ["", " ", " {key} {key}", " x{key}", " {key}x", " \xff\xfe", " é"]
)
def test_what_is_not_one_known_key_is_sent_away(rest: str, key: str) -> None:
    with pytest.raises(AuthenticationFailed):
        DOOR.authenticate(_request("Bearer" + rest.format(key=key)))


def test_the_hash_that_is_kept_is_no_key(key: str) -> None:
    with pytest.raises(AuthenticationFailed):
        DOOR.authenticate(_request(f"Bearer {ApiToken.objects.get().digest}"))


@pytest.mark.parametrize("what", ["revoked", "expired", "bot suspended", "owner suspended"])
def test_a_key_that_ended_is_sent_away_at_once(what: str, key: str, rob: User, bob: User) -> None:
    assert DOOR.authenticate(_request(f"Bearer {key}"))
    if what == "revoked":
        actions.revoke_token(ApiToken.objects.get(), by=bob)
    elif what == "expired":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        account = rob if what == "bot suspended" else bob
        User.objects.filter(pk=account.pk).update(is_active=False)
    with pytest.raises(AuthenticationFailed):
        DOOR.authenticate(_request(f"Bearer {key}"))


def test_a_refused_key_is_not_noted_as_used(key: str, bob: User) -> None:
    actions.revoke_token(ApiToken.objects.get(), by=bob)
    with pytest.raises(AuthenticationFailed):
        DOOR.authenticate(_request(f"Bearer {key}"))
    assert ApiToken.objects.get().last_used_at is None


def test_one_look_at_the_database_finds_the_account_and_its_owner(
    key: str, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    DOOR.authenticate(_request(f"Bearer {key}"))
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's callable
        DOOR.authenticate(_request(f"Bearer {key}"))


def test_clients_are_told_how_to_identify_themselves() -> None:
    assert DOOR.authenticate_header(_request(None)) == 'Bearer realm="Crux"'
