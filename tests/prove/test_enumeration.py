"""Nobody learns from an answer, or from its time, whether an address has an account.

Real hashing is made cheaper here, but stays dearer than the limit: a hash left out would show.
"""

from __future__ import annotations

import math
import os
import re
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any
from unittest import mock

import numpy as np
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
CHANCE = 0.01
"""Ranks of the times that chance alone would give less often than this are a difference."""
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
    settings.ENTRANCE_STEP = 0.1  # as much more than hashing as in production
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


def compared(sent: Sent, pairs: int, start: int = 0) -> tuple[list[float], list[float]]:
    """The times for addresses with and without an account, asked about in turns."""
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
    return times[here], times[gone]


def apart(some: Sequence[float], others: Sequence[float]) -> float:
    """The milliseconds between the medians."""
    return abs(statistics.median(some) - statistics.median(others))


def chance(some: Sequence[float], others: Sequence[float]) -> float:
    """How often chance alone would put the ranks of the two as far apart, or farther.

    The test of Mann and Whitney (1947), two-sided, by the normal distribution, with the usual
    corrections for ties and continuity.
    """
    _, places, ties = np.unique([*some, *others], return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[places]
    n, m = len(some), len(others)
    u = ranks[:n].sum() - n * (n + 1) / 2
    tied = float((ties**3 - ties).sum()) / ((n + m) * (n + m - 1))
    z = (abs(u - n * m / 2) - 0.5) / math.sqrt(n * m / 12 * (n + m + 1 - tied))
    return math.erfc(max(z, 0.0) / math.sqrt(2))


@pytest.mark.parametrize("sent", [reset, log_in, log_in_by_name, sign_up])
def test_an_address_with_an_account_gets_the_answer_of_one_without(
    sent: Sent, note: Noted
) -> None:
    people(PAIRS + 10)
    compared(sent, 10, start=PAIRS)  # what is loaded once
    known, unknown = compared(sent, PAIRS)
    p = chance(known, unknown)
    name = f"Whether an address has an account: {sent.__name__.replace('_', ' ')}"
    medians = f"{statistics.median(known):.1f} and {statistics.median(unknown):.1f} ms"
    note(name, f"{PAIRS} each: same bytes; medians {medians}; rank test p = {p:.2f}")
    assert apart(known, unknown) <= LIMIT, medians
    assert p > CHANCE, (p, medians)


def test_a_step_left_out_for_one_of_them_would_show(settings: Any) -> None:
    settings.ENTRANCE_STEP = 0
    people(60)
    begun = time.perf_counter()
    make_password(PASSWORD)
    assert (time.perf_counter() - begun) * 1000 > LIMIT
    with mock.patch.object(Join, "_rehearse"):
        known, unknown = compared(sign_up, 60)
    assert apart(known, unknown) > LIMIT
    assert chance(known, unknown) < CHANCE


MAY = [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45]
MAY += [115, 37]
AUGUST = [39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73]
AUGUST += [76, 118, 84, 85]
"""Ozone in New York, 1973 (Chambers and others, 1983): the example of R's `wilcox.test`."""


def test_the_rank_test_gives_the_figures_that_are_known() -> None:
    assert chance(MAY, AUGUST) == pytest.approx(0.0001208, abs=5e-8)
    assert chance([19, 22, 16, 29, 24], [20, 11, 17, 12]) == pytest.approx(0.111347, abs=5e-7)
    assert chance(MAY, MAY) == 1.0
