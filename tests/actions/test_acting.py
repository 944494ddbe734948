"""Random acts and undos: after undoing all, every row but the log's is as before."""

from __future__ import annotations

import pytest

from accounts.models import User
from debate.models import Debate
from tests.actions import acting


@pytest.fixture
def furnished(debate: Debate, alice: User, bob: User, charlie: User) -> Debate:
    return acting.world(debate, [alice, bob, charlie])


def test_after_random_acts_all_that_is_undone_is_as_before(furnished: Debate, mara: User) -> None:
    done = acting.run(furnished, mara, examples=4, steps=20)
    assert sum(done.values()) >= 40, done
    assert done["undone at last"] >= 5, done
