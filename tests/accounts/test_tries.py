"""Wrong passwords and codes come to an end, for any number of server processes."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connections
from django.test import Client

from accounts import limits
from accounts.actions import create_token
from accounts.limits import HOUR, MINUTE, Rate, Tries
from accounts.models import Spent, User
from accounts.sealing import seal
from accounts.spending import forget_tries
from tests import factories

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def guess(login: str, password: str = "wrong", address: str = "192.0.2.1") -> int:
    given = {"login": login, "password": password}
    return Client(REMOTE_ADDR=address).post(LOGIN, given).status_code


def test_wrong_passwords_are_counted_in_the_database_for_who_is_named_and_from_where(
    bob: User,
) -> None:
    codes = []
    for _ in range(7):
        cache.clear()  # as another process has it, or one that was started again
        codes.append(guess("bob"))
    assert codes == [200] * 5 + [429] * 2
    assert guess("bob", "correct horse") == 429
    assert guess("bob@example.org", "correct horse") == 302
    assert guess("alice") == 200
    assert guess("bob", "correct horse", "192.0.2.2") == 302  # bob is not kept out by a stranger


@pytest.mark.django_db(transaction=True)
def test_of_fifty_wrong_passwords_at_once_just_five_are_looked_at(bob: User) -> None:
    def ask(number: int) -> int:
        try:
            return guess("bob", f"wrong {number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        codes = Counter(pool.map(ask, range(50)))
    assert codes == {200: 5, 429: 45}
    assert guess("bob", "correct horse") == 429


def test_right_passwords_use_nothing_up(bob: User) -> None:
    assert [guess("bob", "correct horse") for _ in range(7)] == [302] * 7
    assert set(Spent.objects.filter(most=5).values_list("used", flat=True)) == {0}


def test_wrong_passwords_for_a_name_come_to_an_end_from_anywhere(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Tries("wrong passwords", soon=Rate(5, MINUTE), long=Rate(7, HOUR))
    monkeypatch.setattr(limits, "PASSWORDS", few)
    codes = [guess("bob", address=f"192.0.2.{number}") for number in range(9)]
    assert codes == [200] * 7 + [429] * 2


def test_a_password_set_by_mail_makes_wrong_ones_forgotten(bob: User) -> None:
    for _ in range(6):
        guess("bob")
        guess("bob@example.org")
    forget_tries("bob@example.org", "192.0.2.1")
    assert guess("bob", "correct horse") == guess("bob@example.org", "correct horse") == 302


def test_every_way_of_proving_who_one_is_has_the_same_count(bob: User) -> None:
    _, key = create_token(bob, by=bob, name="t", scopes=["write"])
    header = {"Authorization": f"Bearer {key}"}
    client = Client()
    client.force_login(bob)

    def by_api() -> int:
        wrong = {"password": "wrong", "statements": "keep"}
        kind = "application/json"
        at = "/api/v1/me/"
        return client.delete(at, wrong, content_type=kind, headers=header).status_code

    def by_page() -> int:
        sent = {"password": "wrong", "statements": "keep"}
        return client.post("/accounts/deletion/", sent).status_code

    def again() -> int:
        return client.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code

    codes = []
    for way in (by_api, by_page, again, by_api, by_page, by_page, by_api, again):
        cache.clear()
        codes.append(way())
    assert codes == [422, 422, 200, 422, 422, 429, 429, 429]
    assert User.objects.get(pk=bob.pk).is_active


def test_wrong_codes_are_counted_for_the_account_wherever_they_come_from(bob: User) -> None:
    Authenticator.objects.create(user=bob, type="totp", data={"secret": seal("A" * 32)})
    codes = []
    for number in range(7):
        cache.clear()
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        client.post(LOGIN, {"login": "bob", "password": "correct horse"})
        codes.append(client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code)
    assert codes == [200] * 5 + [429] * 2
    client = Client()
    client.force_login(bob)
    assert client.post("/accounts/2fa/reauthenticate/", {"code": "000000"}).status_code == 429


def test_nobody_gets_many_mails_by_others_changes_of_address(db: None) -> None:
    codes = []
    for number in range(7):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        client.force_login(factories.UserFactory.create())
        client.post("/accounts/reauthenticate/", {"password": "correct horse"})
        sent = {"email": "Victim@example.org", "action_add": ""}
        codes.append(client.post("/accounts/email/", sent).status_code)
    assert codes == [302] * 5 + [429] * 2
