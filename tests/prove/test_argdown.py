"""Argdown as we write it, read by @argdown/core itself: no error, and the same relations.

Needs node and a folder with the package (`npm install @argdown/core`), named in ARGDOWN_CORE.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from debate.formats.hypertext import shown
from debate.formats.outline import Outline
from tests.formats.sketches import example, outlines, written
from tests.prove.conftest import Noted

pytestmark = pytest.mark.prove
CORE = os.environ.get("ARGDOWN_CORE", "")
NODE = shutil.which("node")
DEBATES = 200
SIGNS = {"support": "support", "truth": "attack", "framing": "attack", "relevance": "undercut"}


@pytest.fixture(scope="module")
def debates() -> list[Outline]:
    """The example and 200 made by chance."""
    made = [example()]

    @given(outlines(most=14))
    @settings(
        max_examples=DEBATES, database=None, deadline=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def gather(outline: Outline) -> None:
        made.append(outline)

    gather()
    return made


def found_by_argdown(texts: list[str]) -> list[dict[str, Any]]:
    script = Path(__file__).parent / "argdown.mjs"
    done = subprocess.run(
        [str(NODE), str(script), CORE],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    listed: list[dict[str, Any]] = json.loads(done.stdout)
    return listed


def meant(outline: Outline) -> set[tuple[str, str, str]]:
    """The relations of a debate that Argdown has."""
    tree = {
        (SIGNS[one.on or one.kind], one.key, one.parent)
        for one in outline.points
        if one.parent and one.kind in ("support", "objection")
    }
    return tree | {
        (SIGNS[link.on or link.kind], link.source, link.target)
        for link in outline.links
        if link.kind in ("support", "objection")
    }


@pytest.mark.skipif(not (NODE and CORE), reason="@argdown/core is not here")
def test_argdown_reads_ours_without_an_error_and_with_the_same_relations(
    debates: list[Outline], note: Noted
) -> None:
    texts = [written("argdown", one)[0].decode() for one in debates]
    assert len(texts) > DEBATES / 2
    for outline, text, found in zip(debates, texts, found_by_argdown(texts), strict=True):
        assert found["errors"] == [], text
        assert {tuple(one) for one in found["relations"]} == meant(outline), text
        titles = {one[0] for one in (*found["statements"], *found["arguments"])}
        assert titles == {one.key for one in outline.points}, text
        said = dict((*found["statements"], *found["arguments"]))
        for point in outline.points:
            words = " ".join(shown(point.body).split())
            if not point.gone:
                assert words in [" ".join((one or "").split()) for one in said[point.key]], text
    told = f"{len(texts)} debates, no error, the same {sum(len(meant(one)) for one in debates):,}"
    note("Argdown by @argdown/core", f"{told} relations and words")
