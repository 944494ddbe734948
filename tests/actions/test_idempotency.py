"""A request with a key is carried out once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import idempotency, statements
from debate.actions.refusals import Conflict
from debate.models import IdempotencyKey, Statement

THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Work:
    """Something to do that counts how often it was done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> dict[str, Any]:
        self.done += 1
        return {"done": self.done}

    def refuse(self) -> dict[str, Any]:
        self.done += 1
        raise PermissionDenied("No.")


def test_the_second_request_gets_the_first_ones_answer(alice: User) -> None:
    work = Work()
    first = idempotency.once("k", by=alice, fingerprint="f", do=work)
    second = idempotency.once("k", by=alice, fingerprint="f", do=work)
    assert (first, second, work.done) == (({"done": 1}, True), ({"done": 1}, False), 1)


def test_another_request_under_the_key_is_a_conflict(alice: User) -> None:
    work = Work()
    idempotency.once("k", by=alice, fingerprint="f", do=work)
    with pytest.raises(idempotency.Misuse) as refused:
        idempotency.once("k", by=alice, fingerprint="g", do=work)
    assert isinstance(refused.value, Conflict)
    assert work.done == 1


def test_keys_are_each_accounts_own(alice: User, bob: User) -> None:
    work = Work()
    for person in (alice, bob):
        idempotency.once("k", by=person, fingerprint=person.username, do=work)
    assert work.done == 2


def test_what_failed_leaves_its_key_free(alice: User) -> None:
    work = Work()
    with pytest.raises(PermissionDenied):
        idempotency.once("k", by=alice, fingerprint="f", do=work.refuse)
    assert not IdempotencyKey.objects.exists()
    assert idempotency.once("k", by=alice, fingerprint="g", do=work) == ({"done": 2}, True)


def test_what_failed_half_way_leaves_nothing_behind(claim: Statement, bob: User) -> None:
    def half() -> dict[str, Any]:
        statements.reply(claim, by=bob, kind="remark", body="Half.")
        raise Conflict

    with pytest.raises(Conflict):
        idempotency.once("k", by=bob, fingerprint="f", do=half)
    assert not claim.replies.exists()


@pytest.mark.parametrize(("hours", "done"), [(23.9, 1), (24.1, 2)])
def test_a_key_is_kept_for_24_hours(hours: float, done: int, alice: User) -> None:
    work = Work()
    with time_machine.travel(THEN, tick=False):
        idempotency.once("k", by=alice, fingerprint="f", do=work)
    with time_machine.travel(THEN + timedelta(hours=hours), tick=False):
        idempotency.once("k", by=alice, fingerprint="f", do=work)
    assert work.done == done


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "\x00", "\ud800"])
def test_a_key_is_1_to_255_printable_characters(key: str, alice: User) -> None:
    with pytest.raises(ValidationError):
        idempotency.once(key, by=alice, fingerprint="f", do=Work())


@pytest.mark.parametrize("key", ["x" * 255, "clé 1"])
def test_any_printable_key_will_do(key: str, alice: User) -> None:
    assert idempotency.once(key, by=alice, fingerprint="f", do=Work())[1]
