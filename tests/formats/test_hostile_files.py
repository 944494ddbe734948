"""Hostile files: each is refused or read, with clear words, in two seconds and little memory."""

from __future__ import annotations

import time

import pytest

from debate.formats.outline import Options, Unreadable
from debate.formats.registry import FORMATS, READ
from tests.formats import hostile, hostile_texts
from tests.formats.hostile import Made

SECONDS, MEGABYTES = 2.0, 100
FILES = {**hostile.FILES, **hostile_texts.FILES}
CASES = [
    pytest.param(name, made, id=f"{name}: {what}")
    for name, files in FILES.items()
    for what, made in files.items()
]


def forget_peak() -> None:
    """Have the kernel measure anew from what there is now."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def high_water() -> float:
    with open("/proc/self/status") as file:
        [line] = [line for line in file if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def test_there_are_enough_hostile_files() -> None:
    assert len(CASES) >= 240
    assert set(FILES) == set(READ)


@pytest.mark.parametrize(("name", "made"), CASES)
def test_a_hostile_file_is_refused_or_read_in_time(name: str, made: Made) -> None:
    data = made()
    forget_peak()
    before = high_water()
    begun = time.process_time()
    try:
        found = FORMATS[name].reader()(data, Options())
        assert all(loss.sentence for loss in found.losses)
        points = list(found.outline.points)
        keys = {point.key for point in points}
        assert len(keys) == len(points) > 0
        seen: set[str] = set()
        for point in points:
            assert not point.parent or point.parent in seen, "parents come first"
            seen.add(point.key)
        for link in found.outline.links:
            assert link.source in keys and link.target in keys
        for mark in found.outline.marks:
            assert mark.point in keys
    except Unreadable as error:
        assert str(error).endswith(".") or "%" not in str(error)
    taken = time.process_time() - begun
    assert taken < SECONDS
    assert high_water() - before < MEGABYTES
