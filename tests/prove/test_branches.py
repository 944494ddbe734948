"""The tests beside it take every branch of what decides about rights, limits and hypertext.

coverage.py is no part of the project: `pip install --target FOLDER coverage`, and then
`COVERAGE=FOLDER make prove ARGS=tests/prove/test_branches.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.prove.conftest import PROJECT, Noted
from tests.prove.test_faults import FILES

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif("not COVERAGE", reason="coverage.py is not here: COVERAGE=<its folder>"),
]
COVERAGE = os.environ.get("COVERAGE", "")
READ = (*FILES, "accounts/names.py", "debate/calling.py", "debate/text/plain.py")
MORE = ("tests/text/test_plain_text.py", "tests/text/test_highlight.py")


def test_every_branch_is_taken(note: Noted, tmp_path: Path) -> None:
    tests = {test for named in FILES.values() for test in named} | set(MORE)
    told = {**os.environ, "PYTHONPATH": COVERAGE, "COVERAGE_FILE": str(tmp_path / "data")}
    measured = [sys.executable, "-m", "coverage", "run", "--branch", f"--include={','.join(READ)}"]
    measured += ["-m", "pytest", "-q", "-m", "not browser and not prove", *sorted(tests)]
    report = [sys.executable, "-m", "coverage", "json", "-o", str(tmp_path / "report")]
    with (tmp_path / "output").open("wb") as output:
        for command in (measured, report):
            subprocess.run(
                command, cwd=PROJECT, env=told, stdout=output, stderr=output, check=True
            )
    found = json.loads((tmp_path / "report").read_text())
    missed = {
        file: (one["missing_lines"], one["missing_branches"])
        for file, one in found["files"].items()
        if one["missing_lines"] or one["missing_branches"]
    }
    total = found["totals"]
    note(
        "branches",
        f"{total['covered_branches']} of {total['num_branches']} branches and "
        f"{total['covered_lines']} of {total['num_statements']} lines of {len(found['files'])} "
        "files that decide about rights, limits and hypertext are taken by the tests beside them",
    )
    assert set(found["files"]) == set(READ)
    assert total["num_branches"] > 300
    assert missed == {}
