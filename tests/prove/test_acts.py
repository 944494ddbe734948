"""Five hundred random acts and undos, after which all is as before but the log."""

from __future__ import annotations

import pytest

from accounts.models import User
from debate.models import Debate
from tests.actions import acting
from tests.prove.conftest import Noted

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
MANY = 500


def test_after_500_random_acts_and_undos_every_row_is_as_before(
    debate: Debate, alice: User, bob: User, charlie: User, mara: User, note: Noted
) -> None:
    acting.world(debate, [alice, bob, charlie])
    done = acting.run(debate, mara, examples=30, steps=50)
    carried_out = sum(done.values()) - done["refused"]
    assert carried_out >= MANY, done
    assert done["undo"] > 0
    told = ", ".join(f"{number} {name}" for name, number in sorted(done.items()))
    note("Random acts and undos, all undone", f"every row but the log's as before ({told})")
