"""One at a time: by a session's lock, behind a pooler by a transaction's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django import Settings

from debate.actions.alone import alone

HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
WHAT = 70_007


def is_ours() -> bool:
    with alone(WHAT, 1) as ours:
        return ours


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pooled", [False, True])
def test_one_at_a_time_and_by_a_transaction_behind_a_pooler(
    settings: Settings, elsewhere: ThreadPoolExecutor, pooled: bool
) -> None:
    settings.IS_POOLED = pooled
    with alone(WHAT, 1) as ours:
        assert ours
        assert connection.in_atomic_block is pooled
        assert elsewhere.submit(is_ours).result() is False
    with connection.cursor() as cursor:
        cursor.execute(HELD, [WHAT])
        assert cursor.fetchone() == (0,)
    assert elsewhere.submit(is_ours).result() is True
