"""Small faults put into functions, one at a time: do the tests notice? (Mutation testing.)

A plugin of pytest: `-p tests.prove.faults --faults-in FILE --faults-to RESULT tests...`. The tests
run once as they are, and it is noted which functions of the file each of them calls. Then for
each fault a forked process runs those that call the changed function, the most special first,
until one fails. Forking spares setting a database up each time. What runs when the file is read,
outside functions or in one called there, is left alone: others have taken it over by then.
"""

from __future__ import annotations

import ast
import functools
import gc
import json
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from django.db import connections

LIMIT = 120  # seconds for all tests of a fault; what takes longer is noticed as well
MOST_TESTS = 200
OTHER: dict[type[ast.AST], type[Any]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


class Change(ast.NodeTransformer):
    """Changes the place with a number, of all places within functions that can be changed."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.inside = 0
        self.at_import: set[str] = set()
        self.line = 0
        self.what = ""

    def _is_it(self, node: ast.expr | ast.stmt, what: str) -> bool:
        if not self.inside:
            return False
        self.left -= 1
        if self.left == -1:
            self.line, self.what = node.lineno, what
        return self.left == -1

    def visit_Module(self, node: ast.Module) -> ast.AST:
        """All of it but functions that are called outside of functions."""
        outside = [one for one in node.body if not isinstance(one, ast.FunctionDef | ast.ClassDef)]
        calls = (one for part in outside for one in ast.walk(part) if isinstance(one, ast.Call))
        self.at_import = {one.func.id for one in calls if isinstance(one.func, ast.Name)}
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """What it does, without its annotations and what decorates it."""
        if node.name in self.at_import:
            return node
        self.inside += 1
        node.body = [self.visit(one) for one in node.body]
        self.inside -= 1
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """What is assigned, without the annotation."""
        node.value = self.visit(node.value) if node.value else None
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """The other way round, or with the border on the other side."""
        self.generic_visit(node)
        if type(node.ops[0]) in OTHER and self._is_it(node, type(node.ops[0]).__name__):
            node.ops[0] = OTHER[type(node.ops[0])]()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """'or' for 'and'."""
        self.generic_visit(node)
        if self._is_it(node, type(node.op).__name__):
            node.op = OTHER[type(node.op)]()
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Minus for plus."""
        self.generic_visit(node)
        if type(node.op) in OTHER and self._is_it(node, type(node.op).__name__):
            node.op = OTHER[type(node.op)]()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Without 'not'."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and self._is_it(node, "not"):
            return node.operand
        return node

    def _visit_choice(self, node: ast.If | ast.IfExp | ast.While) -> ast.AST:
        self.generic_visit(node)
        if self._is_it(node, type(node).__name__):
            node.test = ast.UnaryOp(ast.Not(), node.test)
        return node

    visit_If = visit_IfExp = visit_While = _visit_choice

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """True for False, and one more."""
        if isinstance(node.value, int) and self._is_it(node, repr(node.value)):
            other = not node.value if isinstance(node.value, bool) else node.value + 1
            return ast.copy_location(ast.Constant(other), node)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Without what is called for its effect."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Call) and self._is_it(node, "call"):
            return ast.copy_location(ast.Pass(), node)
        return node


def places(source: str) -> int:
    """How many places of a source can be changed."""
    change = Change(sys.maxsize)
    change.visit(ast.parse(source))
    return sys.maxsize - change.left


def changed(file: Path, number: int) -> tuple[Change, CodeType]:
    """The file's code with a fault in it."""
    change = Change(number)
    tree = ast.fix_missing_locations(change.visit(ast.parse(file.read_text())))
    return change, compile(tree, str(file), "exec", dont_inherit=True)


def functions(code: CodeType) -> Iterator[CodeType]:
    """The code of all functions in it, those within others too."""
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from functions(one)


def put(file: Path, code: CodeType) -> None:
    """Have all functions of the file do what the code says."""
    new = {(one.co_qualname, one.co_firstlineno): one for one in functions(code)}
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename == str(file):
            key = (one.__code__.co_qualname, one.__code__.co_firstlineno)
            one.__code__ = new.get(key, one.__code__)
        elif isinstance(one, functools._lru_cache_wrapper):
            one.cache_clear()


def around(source: str, line: int) -> str:
    """The name of the outermost function, with its class, that has the line."""
    name = ""
    for node in ast.walk(ast.parse(source)):
        of = [node] if isinstance(node, ast.FunctionDef) else []
        owner = ""
        if isinstance(node, ast.ClassDef):
            owner, of = f"{node.name}.", [o for o in node.body if isinstance(o, ast.FunctionDef)]
        for one in of:
            if one.lineno <= line <= (one.end_lineno or 0) and (owner or not name):
                name = f"{owner}{one.name}"
    return name


# ---- the plugin
def pytest_addoption(parser: pytest.Parser) -> None:
    """Say which file, how many faults at most, and where the result goes."""
    parser.addoption("--faults-in")
    parser.addoption("--faults-most", type=int, default=sys.maxsize)
    parser.addoption("--faults-to")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the tests as they are, then with each fault; writes which faults they do not notice."""
    file = Path(session.config.getoption("--faults-in")).resolve()
    source = file.read_text()
    calls = {item: called for item, called in _as_it_is(session.items, file) if called}
    dice = random.Random(7)
    there = range(places(source))
    chosen = sorted(dice.sample(there, min(len(there), session.config.getoption("--faults-most"))))
    unnoticed, uncalled = [], []
    for number in chosen:
        change, code = changed(file, number)
        name = around(source, change.line)
        callers = [item for item, called in calls.items() if any(_is_in(c, name) for c in called)]
        callers.sort(key=lambda item: len(calls[item]))
        told = f"{change.line} {name}: {change.what}"
        if not callers:
            uncalled.append(told)
        elif not _notice(callers[:MOST_TESTS], file, code):
            unnoticed.append(told)
        print("fault", told, "UNNOTICED" if told in (*unnoticed, *uncalled) else "", flush=True)
    result = {
        "places": len(there),
        "tried": len(chosen),
        "unnoticed": unnoticed,
        "uncalled": uncalled,
    }
    Path(session.config.getoption("--faults-to")).write_text(json.dumps(result))
    return True


def _is_in(called: str, name: str) -> bool:
    return called == name or called.startswith(f"{name}.")


def _as_it_is(
    items: Sequence[pytest.Item], file: Path
) -> Iterator[tuple[pytest.Item, frozenset[str]]]:
    """Each test, passed, with the functions of the file that it calls."""
    for item, following in zip(items, [*items[1:], items[0]], strict=True):
        called: set[str] = set()
        sys.setprofile(_noting(str(file), called))
        reports = runtestprotocol(item, nextitem=following, log=False)
        sys.setprofile(None)
        if any(one.failed for one in reports):
            pytest.exit(f"{item.nodeid} fails without any fault.", 1)
        yield item, frozenset(called)


def _noting(file: str, called: set[str]) -> Callable[[FrameType, str, object], None]:
    def note(frame: FrameType, event: str, about: object) -> None:
        if event == "call" and frame.f_code.co_filename == file:
            called.add(frame.f_code.co_qualname)

    return note


def _notice(items: Sequence[pytest.Item], file: Path, code: CodeType) -> bool:
    """Whether one of the tests fails with this code, in a process of its own."""
    connections.close_all()
    child = os.fork()
    if not child:
        signal.alarm(LIMIT)
        put(file, code)
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            if any(one.failed for one in runtestprotocol(item, nextitem=following, log=False)):
                os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] != 0
