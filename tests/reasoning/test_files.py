from __future__ import annotations

from typing import Any

import pytest

from debate.reasoning.files import frameworks, weighted


def test_a_framework_is_read_with_its_remarks_left_out() -> None:
    graph = frameworks.read("# an example\np af 3\n\n# the attacks\n1 2\n2 3\n")
    assert graph.claims == ("1", "2", "3")
    assert list(zip(graph.source.tolist(), graph.target.tolist(), strict=True)) == [(0, 1), (1, 2)]


@pytest.mark.parametrize(
    "text", ["", "1 2", "p af x", "p cnf 3", "p af 2\n1 3", "p af 2\n1", "p af 2\n1 2 1"]
)
def test_what_is_no_framework_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"p af N|does not name"):
        frameworks.read(text)


def test_a_weighted_graph_is_read() -> None:
    graph = weighted.read({"args": {"a": 0.5, "b": 1}, "sup": [["a", "b"]]})
    assert (graph.claims, graph.base.tolist(), graph.kind.tolist()) == (("a", "b"), [0.5, 1], [1])


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"args": ["a"]},
        {"args": {"a": 2}},
        {"args": {"a": "x"}},
        {"args": {"a": 0.5}, "att": [["a", "b"]]},
        {"args": {"a": 0.5}, "sup": [["a"]]},
        {"args": {"a": 0.5}, "att": None},
        {"args": {"a": 0.5}, "sup": 7},
        {"args": {"a": 0.5}, "sup": [[["a"], "a"]]},
    ],
)
def test_what_is_no_weighted_graph_is_refused_with_a_reason(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"weight|names"):
        weighted.read(data)
