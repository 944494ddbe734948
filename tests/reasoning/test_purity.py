"""The reasoning needs arrays, graphs and the standard library, and nothing else."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOM = Path(__file__).resolve().parents[2] / "debate" / "reasoning"
ALLOWED = {*sys.stdlib_module_names, "numpy", "rustworkx", "debate.reasoning"}
UNKNOWING = {"datetime", "time", "random", "os", "socket", "subprocess", "threading"}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield node.module or ""


def test_the_reasoning_imports_nothing_but_arrays_graphs_and_the_standard_library() -> None:
    seen = 0
    for file in ROOM.rglob("*.py"):
        for name in imported(file):
            parts = name.split(".")
            room = ".".join(parts[:2]) if parts[0] == "debate" else parts[0]
            assert room in ALLOWED, (file.name, name)
            assert room not in UNKNOWING, (file.name, name)
            seen += 1
    assert seen > 50


def test_no_function_of_the_reasoning_calls_itself() -> None:
    for file in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef):
                calls = (one for one in ast.walk(node) if isinstance(one, ast.Call))
                names = {one.func.id for one in calls if isinstance(one.func, ast.Name)}
                assert node.name not in names, (file.name, node.name)
