from __future__ import annotations

import json
import time

import numpy as np
import pytest

from debate.reasoning.files import frameworks
from debate.reasoning.graph import OBJECTS, UNDERCUTS, Edge, Graph, build
from debate.reasoning.standing import IN, OUT, UNDECIDED, stand
from tests.reasoning.debates import DATA, framework, needs_data, tree, undercut

FAST = 0.050  # seconds


def grounded(names: list[str], attacks: set[tuple[str, str]]) -> dict[str, int]:
    """The grounded labelling as Dung has it: what is attacked only by what is out is in."""
    labels = dict.fromkeys(names, UNDECIDED)
    attackers = {name: {one for one, other in attacks if other == name} for name in names}
    while True:
        found = dict(labels)
        for name in names:
            against = [labels[one] for one in attackers[name]]
            if all(label == OUT for label in against):
                found[name] = IN
            elif IN in against:
                found[name] = OUT
        if found == labels:
            return labels
        labels = found


def flat(graph: Graph) -> dict[str, int]:
    """The labels of the same debate with its edges as arguments, without undercuts.

    'not c' is attacked by claim c and attacks the edges that begin at c.
    """
    names = list(graph.claims)
    attacks: set[tuple[str, str]] = set()
    for claim in graph.claims:
        attacks.add((claim, f"not {claim}"))
    for edge, (source, target, kind) in enumerate(
        zip(graph.source.tolist(), graph.target.tolist(), graph.kind.tolist(), strict=True)
    ):
        attacks.add((f"not {graph.claims[source]}", f"edge {edge}"))
        if kind == OBJECTS:
            attacks.add((f"edge {edge}", graph.claims[target]))
        elif kind == UNDERCUTS:
            attacks.add((f"edge {edge}", f"edge {target}"))
    edges = [f"edge {edge}" for edge in range(len(graph.source))]
    return grounded([*names, *(f"not {name}" for name in names), *edges], attacks)


def labels(graph: Graph) -> dict[str, int]:
    return dict(zip(graph.claims, stand(graph).claims.tolist(), strict=True))


def test_labels_are_the_grounded_ones_on_a_thousand_random_graphs() -> None:
    undecided = 0
    for seed in range(1000):
        graph = framework(seed)
        pairs = zip(graph.source.tolist(), graph.target.tolist(), strict=True)
        expected = grounded(list(graph.claims), {(str(a), str(b)) for a, b in pairs})
        assert labels(graph) == expected, seed
        undecided += UNDECIDED in expected.values()
    assert undecided > 200


def test_undercuts_do_what_their_flattened_form_does_in_a_thousand_debates() -> None:
    told = 0
    for seed in range(1000):
        graph = undercut(seed)
        expected = flat(graph)
        found = stand(graph)
        assert labels(graph) == {name: expected[name] for name in graph.claims}, seed
        edges = [expected[f"edge {edge}"] for edge in range(len(graph.source))]
        assert found.edges.tolist() == edges, seed
        without = build(graph.claims, [e for e in _edges(graph) if e.kind == "objects"])
        told += labels(without) != labels(graph)
    assert told > 200


def _edges(graph: Graph) -> list[Edge]:
    kinds = {1: "supports", OBJECTS: "objects", UNDERCUTS: "undercuts"}
    rows = zip(graph.source.tolist(), graph.target.tolist(), graph.kind.tolist(), strict=True)
    return [
        Edge(graph.claims[source], t if kind == UNDERCUTS else graph.claims[t], kinds[kind])
        for source, t, kind in rows
    ]


@needs_data
def test_frameworks_of_competitions_come_out_as_expected() -> None:
    expected = json.loads((DATA / "grounded" / "expected.json").read_text())
    assert len(expected) > 3
    for row in expected:
        graph = frameworks.read((DATA / "grounded" / row["file"]).read_text())
        assert (graph.size, len(graph.source)) == (row["args"], row["attacks"])
        found = stand(graph).claims
        counts = [int((found == label).sum()) for label in (IN, OUT, UNDECIDED)]
        assert counts == [row["in_"], row["out"], row["undec"]], row["file"]


def test_an_argument_that_attacks_itself_is_undecided() -> None:
    assert labels(build("ab", [Edge("a", "a", "objects")])) == {"a": UNDECIDED, "b": IN}


def test_supports_do_not_change_a_label() -> None:
    met = [Edge("b", "a", "objects"), Edge("c", "a", "supports"), Edge("d", "c", "objects")]
    assert labels(build("abcd", met)) == {"a": OUT, "b": IN, "c": OUT, "d": IN}


def test_an_undercut_takes_the_edge_and_leaves_the_claim() -> None:
    graph = build("abc", [Edge("b", "a", "objects"), Edge("c", 0, "undercuts")])
    found = stand(graph)
    assert labels(graph) == {"a": IN, "b": IN, "c": IN}
    assert (found.edges.tolist(), found.undercut.tolist()) == ([OUT, IN], [True, False])


def test_edges_onto_what_is_no_claim_are_dropped_with_what_hangs_on_them() -> None:
    edges = [
        Edge("c", 1, "undercuts"),
        Edge("b", "question", "objects"),
        Edge("b", "a", "objects"),
    ]
    graph = build("abc", [*edges, Edge("c", 0, "undercuts")])
    assert graph.kind.tolist() == [OBJECTS]
    assert labels(graph) == {"a": OUT, "b": IN, "c": IN}


def test_what_is_settled_moves_for_nothing() -> None:
    graph = build("abc", [Edge("b", "a", "objects"), Edge("c", "b", "objects")])
    settled = stand(graph, settled={1: IN}).claims.tolist()
    assert settled == [OUT, IN, IN]
    assert stand(graph, settled={2: OUT}).claims.tolist() == [OUT, IN, OUT]


@pytest.mark.parametrize("size", [10_000])
def test_ten_thousand_claims_take_fifty_milliseconds_at_most(size: int) -> None:
    chain = build(
        [str(n) for n in range(size)],
        [Edge(str(n + 1), str(n), "objects") for n in range(size - 1)],
    )
    for graph in (tree(size), chain):
        took = []
        for _ in range(5):
            begun = time.process_time()
            found = stand(graph)
            took.append(time.process_time() - begun)
        assert min(took) <= FAST
        assert not np.any(found.claims == UNDECIDED)
        assert len(np.unique(found.claims)) == len({IN, OUT})
