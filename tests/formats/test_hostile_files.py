"""Hostile files: each is refused or read, with clear words, in two seconds and little memory."""

from __future__ import annotations

import builtins
import os
import zipfile
from collections.abc import Callable
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import NoReturn

import pytest

from debate.formats.outline import Options, Unreadable
from debate.formats.registry import FORMATS, READ
from tests.cpu import costs
from tests.formats import hostile, hostile_texts
from tests.formats.hostile import COMMENTS, VOTES, Made

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
    assert costs(SECONDS, lambda: read_or_refused(name, data))
    assert high_water() - before < MEGABYTES


def read_or_refused(name: str, data: bytes) -> None:
    """Read a file, whatever it is; what comes out is sound, and a refusal is a sentence."""
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


# ---- names that climb out of an archive
CLIMBS = (
    *("../", "../../", "../" * 9, "/", "//", "./../", "a/../../", "/../", "//../", "C:/"),
    *("C:../", "C:/../", "//host/share/", "//host/share/../", "~/../", "..//../"),
)
SEPARATORS = ("/", "\\")
DISGUISES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percents": lambda name: name.replace(".", "%2e").replace("/", "%2f").replace("\\", "%5c"),
    "percents twice": lambda name: name.replace(".", "%252e").replace("/", "%252f"),
    "wide letters": lambda name: name.translate(
        str.maketrans("./\\:", "\uff0e\uff0f\uff3c\uff1a")
    ),
    "longer than UTF-8": lambda name: name.replace(".", "\xc0\xae").replace("/", "\xc0\xaf"),
    "zeros": lambda name: name.replace("..", "..\0"),
    "spaces and signs unseen": lambda name: name.replace("..", ".\u200b. "),
}
NAMES = sorted(
    {
        disguise(climb.replace("/", separator)) + "comments.csv"
        for climb, separator, disguise in product(CLIMBS, SEPARATORS, DISGUISES.values())
    }
)


def named(name: str) -> bytes:
    """A conversation of Polis, one of whose files has this name, whatever is in it."""
    pipe = BytesIO()
    with zipfile.ZipFile(pipe, "w") as archive:
        archive.writestr("votes.csv", VOTES)
        info = zipfile.ZipInfo("x")
        info.filename = name  # past what the constructor mends
        archive.writestr(info, COMMENTS)
    return pipe.getvalue()


def test_there_are_names_enough_that_climb() -> None:
    assert len(NAMES) >= 140
    assert sum(os.path.normpath(name).startswith(("..", "/")) for name in NAMES) >= 9


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_no_name_in_an_archive_is_a_place_on_the_disk(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def opened(*given: object, **more: object) -> NoReturn:
        raise AssertionError(given)

    read, data = FORMATS["polis"].reader(), named(name)
    inside = tmp_path.joinpath(*"abcdefghij")
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    with monkeypatch.context() as patched:
        for owner, act in ((builtins, "open"), (os, "open"), (os, "mkdir"), (os, "symlink")):
            patched.setattr(owner, act, opened)
        try:
            bodies = [point.body for point in read(data, Options()).outline.points]
            assert "Hello" in bodies
        except Unreadable:
            assert "\0" in name or not name.endswith(("/comments.csv", "\\comments.csv"))
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
