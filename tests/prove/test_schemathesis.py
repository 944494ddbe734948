"""schemathesis against the running server: every operation, with and without a token."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from accounts import limits
from accounts.limits import Door, Rate
from tests import streams
from tests.prove.conftest import Noted
from tests.rights import world

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

CASES = int(os.environ.get("CASES", "200"))
"""Of each operation, besides those of the phases `examples` and `coverage`."""
CONFIG = Path(__file__).with_name("schemathesis.toml")
ANY = Rate(10**9, 60)
WHO = ("visitor", "facilitator", "moderator")


@pytest.mark.parametrize("who", WHO)
def test_every_operation_keeps_to_the_schema(
    who: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, note: Noted
) -> None:
    monkeypatch.setattr(limits, "WRITES", Door(ANY, ANY, ANY))
    monkeypatch.setenv("DEBUG", "1")
    key = world.build().who[who].key
    with streams.running() as site:
        done = _run(site.url, key, tmp_path)
    told = (tmp_path / "output").read_text()
    assert done.returncode == 0, told[-20_000:]
    [operations] = re.findall(r"Tested: (\d+)", told)
    [cases] = re.findall(r"(\d+) generated", told)
    note(
        f"schemathesis, {who}",
        f"{operations} operations, {cases} requests, all checks, stateful too: "
        "0 server errors, 0 violations of the schema, 0 ignored authorisations",
    )


def _run(url: str, key: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    command = [str(Path(sys.executable).with_name("st")), "--config-file", str(CONFIG), "run"]
    command += [f"{url}/api/v1/schema/", "--checks", "all", "--max-examples", str(CASES)]
    command += ["--continue-on-failure", "--suppress-health-check", "all", "--seed", "7"]
    command += os.environ.get("ST", "").split()
    if key:
        command += ["--header", f"Authorization: Bearer {key}"]
    with (folder / "output").open("wb") as output:
        return subprocess.run(
            command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, check=False
        )
