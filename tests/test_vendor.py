"""Other people's files in static/vendor are the ones that were checked in."""

from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "static" / "vendor"
SUMS = [line.split() for line in (VENDOR / "SHA256SUMS").read_text().splitlines()]


@pytest.mark.parametrize(("digest", "name"), SUMS)
def test_a_vendored_file_is_unchanged(digest: str, name: str) -> None:
    assert sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_every_vendored_script_has_its_digest() -> None:
    assert {path.name for path in VENDOR.glob("*.js")} == {name for _, name in SUMS}


def test_pages_load_the_vendored_scripts_that_are_there() -> None:
    shell = (ROOT / "templates" / "_assets.html").read_text()
    assert all(f"vendor/{name}" in shell for _, name in SUMS)


def test_every_vendored_folder_carries_its_licences() -> None:
    for folder, licence in [
        ("vendor", "LICENSE-htmx.txt"),
        ("img", "LICENSE-lucide.txt"),
        ("fonts", "LICENSE-source-sans-3.txt"),
        ("fonts", "LICENSE-source-serif-4.txt"),
    ]:
        assert (ROOT / "static" / folder / licence).read_text().strip()
