"""Bots and tokens: who makes them, and what they may."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts import actions, rules
from accounts.models import ApiToken, Kind, User
from tests import factories


def test_a_bot_has_an_owner_and_no_password(bob: User) -> None:
    bot = actions.create_bot(by=bob, username=" Helper-1 ", name=" Helper ")
    stored = User.objects.get(pk=bot.pk)
    assert (stored.username, stored.name, stored.kind) == ("helper-1", "Helper", "bot")
    assert stored.owner == bob
    assert stored.is_bot
    assert not stored.has_usable_password()


@pytest.mark.parametrize("username", ["", "a b", "-x", "x-", "é", "x" * 41, "bob", "BOB", "a_b"])
def test_a_bots_username_is_plain_and_free(username: str, bob: User) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.create_bot(by=bob, username=username)
    assert list(refused.value.message_dict) == ["username"]
    assert not bob.bots.exists()


def test_only_people_in_use_have_bots(rob: User, bob: User) -> None:
    imported = factories.UserFactory.create(kind=Kind.IMPORTED)
    suspended = factories.UserFactory.create(is_active=False)
    for account in (rob, imported, suspended):
        with pytest.raises(PermissionDenied):
            actions.create_bot(by=account, username="another")
    assert list(bob.bots.all()) == [rob]


def test_a_person_has_at_most_ten_bots(bob: User) -> None:
    for i in range(rules.BOTS_PER_OWNER):
        actions.create_bot(by=bob, username=f"bot-of-bob-{i}")
    with pytest.raises(ValidationError, match="the most"):
        actions.create_bot(by=bob, username="one-more")
    assert bob.bots.count() == 10


def test_a_key_is_given_once_and_only_its_hash_kept(bob: User) -> None:
    token, key = actions.create_token(bob, by=bob, name=" laptop ", scopes=["write", "read"])
    stored = ApiToken.objects.values().get(pk=token.pk)
    assert key.startswith(f"crux_{token.prefix}_")
    assert len(key) > 50
    assert key not in str(stored)
    assert stored["digest"] == actions.digest(key)
    assert (stored["name"], stored["scopes"]) == ("laptop", ["read", "write"])


def test_no_two_keys_are_alike(bob: User) -> None:
    keys = {actions.create_token(bob, by=bob, name="x", scopes=["read"])[1] for _ in range(5)}
    assert len(keys) == 5


@pytest.mark.parametrize(
    ("scopes", "field"),
    [([], "scopes"), (["rule"], "scopes"), (["read", "all"], "scopes")],
)
def test_a_token_has_known_scopes(scopes: list[str], field: str, bob: User) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.create_token(bob, by=bob, name="x", scopes=scopes)
    assert list(refused.value.message_dict) == [field]


def test_a_bots_token_never_marks(bob: User, rob: User) -> None:
    with pytest.raises(ValidationError, match="mark"):
        actions.create_token(rob, by=bob, name="x", scopes=["read", "mark"])
    with pytest.raises(ValidationError, match="moderate"):
        actions.create_token(rob, by=bob, name="x", scopes=["read", "moderate"])
    assert actions.create_token(bob, by=bob, name="x", scopes=["mark"])[0].scopes == ["mark"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_token_has_a_name_of_at_most_60_characters(name: str, bob: User) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.create_token(bob, by=bob, name=name, scopes=["read"])
    assert list(refused.value.message_dict) == ["name"]


def test_a_token_ends_in_the_future(bob: User) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.create_token(bob, by=bob, name="x", scopes=["read"], expires_at=timezone.now())
    assert list(refused.value.message_dict) == ["expires_at"]


def test_tokens_are_for_oneself_and_ones_bots(alice: User, bob: User, rob: User) -> None:
    mine, _ = actions.create_token(rob, by=bob, name="x", scopes=["read"])
    for account, by in ((rob, alice), (bob, alice), (bob, rob)):
        with pytest.raises(PermissionDenied):
            actions.create_token(account, by=by, name="x", scopes=["read"])
    with pytest.raises(PermissionDenied):
        actions.revoke_token(mine, by=alice)
    actions.revoke_token(mine, by=bob)
    mine.refresh_from_db()
    assert not mine.is_usable


def test_revoking_twice_keeps_the_first_time(bob: User) -> None:
    token, _ = actions.create_token(bob, by=bob, name="x", scopes=["read"])
    actions.revoke_token(token, by=bob)
    token.refresh_from_db()
    first = token.revoked_at
    actions.revoke_token(token, by=bob)
    token.refresh_from_db()
    assert token.revoked_at == first


def test_an_account_has_at_most_twenty_tokens_that_are_not_revoked(bob: User) -> None:
    tokens = [
        actions.create_token(bob, by=bob, name="x", scopes=["read"])[0]
        for _ in range(rules.TOKENS_PER_ACCOUNT)
    ]
    with pytest.raises(ValidationError, match="Revoke one"):
        actions.create_token(bob, by=bob, name="x", scopes=["read"])
    actions.revoke_token(tokens[0], by=bob)
    actions.create_token(bob, by=bob, name="x", scopes=["read"])


def test_use_is_noted_to_the_minute(bob: User) -> None:
    token, _ = actions.create_token(bob, by=bob, name="x", scopes=["read"])
    noted = []
    start = timezone.now()
    for seconds in (0, 30, 61):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            actions.note_use(token)
        token.refresh_from_db()
        noted.append(token.last_used_at)
    assert noted[0] == noted[1] == start
    assert noted[2] == start + timedelta(seconds=61)


def test_a_bot_may_sign_in_while_it_and_its_owner_may(bob: User, rob: User) -> None:
    assert rules.may_sign_in(rob)
    bob.is_active = False
    assert not rules.may_sign_in(rob)
    bob.is_active, rob.is_active = True, False
    assert not rules.may_sign_in(rob)
