"""Quotations through ten thousand edits: an exact slice of a wording in sight, or flagged."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from tests.anchoring import Edit, follow, stories
from tests.prove.conftest import Noted

pytestmark = pytest.mark.prove

EDITS = 10_000


def test_quotations_are_never_wrong_through_ten_thousand_edits(note: Noted) -> None:
    seen: Counter[str] = Counter()
    started = time.monotonic()

    @settings(max_examples=EDITS, deadline=None, suppress_health_check=list(HealthCheck))
    @given(stories)
    def follow_one(story: tuple[str, int, int, list[Edit]]) -> None:
        seen.update(follow(*story))

    while seen.total() < EDITS:
        follow_one()
    took = time.monotonic() - started
    assert min(seen["found"], seen["flagged"]) > EDITS / 10
    note(
        "quotations through random edits (accents, emoji, right-to-left)",
        f"{seen.total()} edits: {seen['found']} times found again in the newest wording, "
        f"{seen['flagged']} times shown as from the earlier one, 0 wrong; {took:.0f} s",
    )
