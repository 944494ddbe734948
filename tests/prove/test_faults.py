"""Faults put into what decides about rights, limits and hypertext: the tests notice them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.prove.conftest import PROJECT, Noted

pytestmark = pytest.mark.prove
MOST = int(os.environ.get("CRUX_FAULTS", "1000000"))
"""How many faults of each file are tried, drawn at random; all of them unless told otherwise."""
NOTICED = 0.85
RULES = ["tests/rules", "tests/accounts", "tests/actions/test_participations.py"]
MODERATION = ["tests/rules", "tests/actions/test_moderation.py", "tests/actions/test_appeals.py"]
MODERATION += ["tests/actions/test_holding.py"]
LIMITS = ["tests/accounts", "tests/actions/test_statements.py", "tests/api/test_quotas.py"]
TEXT = ["tests/text/test_markdown.py", "tests/text/test_hostile_markdown.py"]
TEXT += ["tests/text/test_drift.py"]
TEXT += [f"--deselect={TEXT[1]}::test_hostile_shapes_cost_little_and_stay_small"]
TEXT += [f"--deselect={TEXT[1]}::test_no_short_text_repeated_is_slow"]
"""What measures time is left out: that calls are noted takes some."""
FILES = {
    "debate/rules.py": [*RULES, *MODERATION[1:], "tests/actions/test_cruxes.py"],
    "debate/grammar.py": ["tests/rules", "tests/web/test_statements.py"],
    "debate/proposing.py": ["tests/rules", "tests/actions/test_proposals.py"],
    "debate/moderating.py": MODERATION,
    "debate/review.py": MODERATION,
    "accounts/rules.py": RULES,
    "accounts/limits.py": LIMITS,
    "accounts/spending.py": LIMITS,
    "debate/text/markdown.py": TEXT,
}


@pytest.mark.parametrize("file", FILES)
def test_faults_are_noticed(file: str, note: Noted, tmp_path: Path) -> None:
    result = tmp_path / "result"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.prove.faults"]
    command += ["-m", "not browser and not prove", "--faults-in", file, "--faults-to", str(result)]
    command += ["--faults-most", str(MOST), *FILES[file]]
    told = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with (tmp_path / "output").open("wb") as output:
        subprocess.run(command, cwd=PROJECT, env=told, stdout=output, stderr=output, check=False)
    found = json.loads(result.read_text())
    missed = [*found["unnoticed"], *found["uncalled"]]
    share = 1 - len(missed) / found["tried"]
    print(*missed, sep="\n")
    note(
        f"faults in {file}",
        f"{found['tried']} of {found['places']} places changed, one at a time: "
        f"{share:.0%} noticed by the tests beside it",
    )
    assert share >= NOTICED
