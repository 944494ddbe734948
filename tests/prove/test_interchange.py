"""A debate of 10,000 statements out and in again, and 200 of random acts, byte for byte."""

from __future__ import annotations

import time
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command

from debate.formats.fitting import fit
from debate.formats.outline import Options
from debate.formats.registry import FORMATS, WRITTEN
from debate.models import Debate
from debate.selectors import downloads, outlines
from tests.actions.test_taking import exported, taken_in, undone, wandered
from tests.prove.conftest import Noted

pytestmark = [pytest.mark.django_db, pytest.mark.prove]
MANY = 10_000
GROWTH = (
    1_500_000  # bytes more, for twice the statements: their labels, where a format has its own
)
DEBATES = 200


def written(debate: Debate, format: str) -> tuple[int, int]:
    """How large the file is, and how much memory it took at most to write it."""
    tracemalloc.start()
    size = 0
    try:
        outline = outlines.outline(debate)
        for piece in downloads.chunks(FORMATS[format].writer()(outline, lambda loss: None)):
            size += len(piece)
        return size, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_ten_thousand_statements_go_out_in_constant_memory_and_come_in(note: Noted) -> None:
    with undone():
        for slug, size in (("small", MANY // 2), ("large", MANY)):
            call_command("fill", statements=size, slug=slug, verbosity=0)
        small, large = (Debate.objects.get(slug=slug) for slug in ("small", "large"))
        told, grown = [], {}
        for format in WRITTEN:
            (_, least), (size, most) = written(small, format), written(large, format)
            told.append(
                f"{format} {size / 1e6:.1f} MB in {most / 1e6:.1f} MB "
                f"(half of it: {least / 1e6:.1f})"
            )
            grown[format] = most - least
        assert max(grown.values()) < GROWTH, told
        data = exported(large)
    begun = time.monotonic()
    again = _taken(data)
    took = time.monotonic() - begun
    assert took < 60
    assert again.statement_count == large.statement_count
    note("10,000 statements out and in", f"{'; '.join(told)}; Crux JSON in: {took:.0f} s")


def _taken(data: bytes) -> Any:
    fitted = fit(FORMATS["crux"].reader()(data, Options()), Options(), datetime.now(UTC))
    assert fitted.losses == []
    return taken_in(data)


def test_debates_of_random_acts_come_out_as_they_went_in(note: Noted) -> None:
    for seed in range(DEBATES):
        with undone():
            with undone():
                first = exported(wandered(seed, 60))
            assert exported(taken_in(first)) == first, seed
    note("Round trip of our JSON", f"{DEBATES} debates of 60 random acts each: byte-identical")
