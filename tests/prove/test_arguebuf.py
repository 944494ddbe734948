"""AIF and Kialo as we write them, loaded by arguebuf: the same claims, joined in the same way.

Needs a Python with the package (`pip install arguebuf`), named in ARGUEBUF_PYTHON.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from debate.formats.hypertext import shown
from debate.formats.losses import GONE
from debate.formats.outline import ROOTS, Outline, Point
from tests.formats.sketches import example, outlines, written
from tests.prove.conftest import Noted

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(not os.environ.get("ARGUEBUF_PYTHON"), reason="arguebuf is not here"),
]
DEBATES = 100
SCHEMED = {"support": "Support", "objection": "Attack", "clarification": "Rephrase"}
SCRIPT = """
import io, json, sys, warnings
warnings.simplefilter("ignore")
import arguebuf
from arguebuf.load import aif as load_aif, kialo as load_kialo
found = []
for name, text in json.load(sys.stdin):
    if name == "aif":
        graph = load_aif(json.loads(text))
    else:
        graph = load_kialo(io.StringIO(text))
    schemes = graph.scheme_nodes
    found.append({
        "claims": {key: node.text for key, node in graph.atom_nodes.items()},
        "schemes": {key: type(node.scheme).__name__ for key, node in schemes.items()},
        "edges": [[edge.source.id, edge.target.id] for edge in graph.edges.values()],
    })
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module")
def debates() -> list[Outline]:
    """The example and some made by chance."""
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


def loaded(name: str, texts: list[str]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [os.environ["ARGUEBUF_PYTHON"], "-c", SCRIPT],
        input=json.dumps([[name, text] for text in texts]),
        capture_output=True,
        text=True,
        check=True,
    )
    listed: list[dict[str, Any]] = json.loads(done.stdout)
    return listed


def joined(found: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Which claim does what to which, by the ids of claims and, for undercuts, of schemes."""
    schemes = found["schemes"]
    into = {(a, b) for a, b in found["edges"] if b in schemes and a not in schemes}
    out = {(a, b) for a, b in found["edges"] if a in schemes}
    return {(schemes[s], claim, b) for claim, s in into for a, b in out if a == s}


def words(point: Point) -> str:
    return GONE.get(point.gone) or shown(point.body)


def test_arguebuf_loads_our_aif_with_the_same_structure(
    debates: list[Outline], note: Noted
) -> None:
    texts = [written("aif", one)[0].decode() for one in debates]
    for outline, found in zip(debates, loaded("aif", texts), strict=True):
        points = list(outline.points)
        base = {point.key: 10 * n for n, point in enumerate(points, 1)}
        schemed = {one.key for one in points if one.parent and one.kind in SCHEMED}
        assert list(found["claims"].values()) == [words(one) for one in points]
        meant = set()
        for one in points:
            if one.key in schemed:
                undercuts = one.on == "relevance" and one.parent in schemed
                target = base[one.parent] + (4 if undercuts else 1)
                meant.add((SCHEMED[one.kind], str(base[one.key] + 1), str(target)))
        for link in (one for one in outline.links if one.kind in SCHEMED):
            ends = str(base[link.source] + 1), str(base[link.target] + 1)
            meant.add((SCHEMED[link.kind], *ends))
        assert joined(found) == meant
    note("AIF and Kialo by arguebuf", f"{len(debates)} debates load with the same structure")


def test_arguebuf_loads_our_kialo_text_with_the_same_structure(debates: list[Outline]) -> None:
    kept = [one for one in debates if any(point.kind in ROOTS for point in one.points)]
    texts = [written("kialo", one)[0].decode() for one in kept]
    for outline, text, found in zip(kept, texts, loaded("kialo", texts), strict=True):
        held: dict[str, Point] = {}
        for point in outline.points:
            if point.kind in ROOTS or (point.kind in STANCES and point.parent in held):
                held[point.key] = point
        roots = sum(point.kind in ROOTS for point in held.values())
        assert len(found["claims"]) == len(held) + (roots > 1), text
        ends = [x for x in outline.links if x.kind in STANCES]
        links = [x for x in ends if x.source in held and x.target in held]
        kinds = [one.kind for one in held.values()] + [one.kind for one in links]
        meant = [SCHEMED[kind] for kind in kinds if kind in STANCES]
        stances = [kind for kind in found["schemes"].values() if kind != "Rephrase"]
        assert sorted(stances) == sorted(meant), text


STANCES = ("support", "objection")
