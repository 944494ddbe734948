"""Nobody learns from an answer, or from its time, whether an address has an account.

Real hashing is made cheaper here, but stays dearer than the limit: a hash left out would show.
"""

from __future__ import annotations

import os
import re
import statistics
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.core.cache import cache
from django.test import Client

from accounts.entrance import Join
from accounts.models import User
from tests.prove.conftest import Noted

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

PAIRS = int(os.environ.get("CRUX_PROOF_PAIRS", "1000"))
LIMIT = 5.0  # ms between the medians
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=|")[A-Za-z0-9]{64}"')
PASSWORD = "violet-marmot-9"


class Cheaper(PBKDF2PasswordHasher):
    """PBKDF2, with iterations for some 12 ms."""

    iterations = 60_000


@pytest.fixture(autouse=True)
def as_in_production(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Cheaper"]
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.EMAIL_BACKEND = "config.mails.Queue"
    cache.clear()


def here(number: int) -> str:
    return f"here{number:05}@example.org"


def gone(number: int) -> str:
    return f"gone{number:05}@example.org"


def people(count: int, start: int = 0) -> None:
    """Make accounts with confirmed addresses."""
    secret = make_password(PASSWORD)
    numbers = range(start, start + count)
    users = User.objects.bulk_create(
        User(username=f"here-{n}", email=here(n), password=secret) for n in numbers
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in users
    )


Sent = Callable[[str, int], tuple[str, dict[str, str]]]


def reset(mail: str, number: int) -> tuple[str, dict[str, str]]:
    return "/accounts/password/reset/", {"email": mail}


def log_in(mail: str, number: int) -> tuple[str, dict[str, str]]:
    return "/accounts/login/", {"login": mail, "password": "a wrong one"}


def log_in_by_name(mail: str, number: int) -> tuple[str, dict[str, str]]:
    name = f"{mail[:4]}-{number}"
    return "/accounts/login/", {"login": name, "password": "a wrong one"}


def sign_up(mail: str, number: int) -> tuple[str, dict[str, str]]:
    name = f"new-{mail[:4]}-{number}"
    both = {"password1": PASSWORD, "password2": PASSWORD}
    return "/accounts/signup/", {"username": name, "email": mail, **both}


def asked(sent: Sent, mail: str, number: int) -> tuple[float, object]:
    """How long a form takes for an address, in ms, and all that its sender can see."""
    path, data = sent(mail, number)
    client = Client(REMOTE_ADDR=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
    begun = time.perf_counter()
    answer = client.post(path, data)
    took = (time.perf_counter() - begun) * 1000
    place = answer.headers.get("Location", "")
    pages = [answer, *([client.get(place)] if place else [])]
    words = [
        TOKEN.sub("", page.content.decode()).replace(data.get("login", mail), "IT")
        for page in pages
    ]
    headers = sorted(name for name in answer.headers if name != "Content-Length")
    return took, ([page.status_code for page in pages], place, words, headers)


def compared(sent: Sent, pairs: int, start: int = 0) -> tuple[float, float]:
    """The medians for addresses with and without an account, asked about in turns."""
    times: dict[Callable[[int], str], list[float]] = {here: [], gone: []}
    seen = set()
    for number in range(start, start + pairs):
        turns = (here, gone) if number % 2 else (gone, here)
        for kind in turns:
            took, shown = asked(sent, kind(number), number)
            times[kind].append(took)
            seen.add(repr(shown))
    assert len(seen) == 1, [*seen][:2]
    assert [len(found) for found in times.values()] == [pairs, pairs]
    return statistics.median(times[here]), statistics.median(times[gone])


@pytest.mark.parametrize("sent", [reset, log_in, log_in_by_name, sign_up])
def test_an_address_with_an_account_gets_the_answer_of_one_without(
    sent: Sent, note: Noted
) -> None:
    people(PAIRS + 10)
    compared(sent, 10, start=PAIRS)  # what is loaded once
    known, unknown = compared(sent, PAIRS)
    name = f"Whether an address has an account: {sent.__name__.replace('_', ' ')}"
    note(name, f"{PAIRS} each: same bytes; medians {known:.1f} and {unknown:.1f} ms")
    assert abs(known - unknown) <= LIMIT, (known, unknown)


def test_a_step_left_out_for_one_of_them_would_show() -> None:
    people(60)
    begun = time.perf_counter()
    make_password(PASSWORD)
    assert (time.perf_counter() - begun) * 1000 > LIMIT
    with mock.patch.object(Join, "_rehearse"):
        known, unknown = compared(sign_up, 60)
    assert abs(known - unknown) > LIMIT
