"""What is measured is what was used; tables say whether a goal is met."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.measure import goals, processes, report
from tests.measure.asking import Cost, quantile


def cost(cpu: float, queries: float = 1.0, times: tuple[float, ...] = (1.0,)) -> Cost:
    return Cost(cpu, cpu / 2, queries, list(times), 1000)


# ---- processes
def test_the_clock_of_a_process_tells_its_work_and_not_its_waiting() -> None:
    own = [os.getpid()]
    before, mine = processes.worked(own), time.process_time()
    while time.process_time() - mine < 0.05:
        pass
    time.sleep(0.1)
    spent = processes.worked(own) - before
    assert 45 <= spent <= 500
    assert spent == pytest.approx((time.process_time() - mine) * 1000, abs=20)


def test_a_process_belongs_to_its_family_and_has_used_memory() -> None:
    assert processes.family(os.getpid())[0] == os.getpid()
    assert os.getpid() in processes.family(os.getppid())
    assert processes.most_memory([os.getpid()]) > 10


def test_who_has_gone_has_used_nothing() -> None:
    gone = 2**22 + 1
    assert processes.family(gone) == [gone]
    assert processes.worked([gone]) == processes.most_memory([gone]) == 0


# ---- rows
def test_a_row_compares_rounds_and_says_whether_its_goals_are_met() -> None:
    row = goals.Ratio("a page", "ours", "raw", 2.5, 4)
    rounds: goals.Rounds = [
        {"a page": (cost(2.0), cost(1.0))},
        {"a page": (cost(3.0, 4), cost(1.0))},
    ]
    assert row.cells(rounds) == [
        "a page",
        "≤ 2.5 times raw, ≤ 4 queries",
        "1.00",
        "2.50",
        "2.50 (2.00 to 3.00)",
        "4",
        "yes",
    ]
    assert row.cells([{"a page": (cost(2.0, 5), cost(1.0))}])[-1] == "no"
    assert row.cells([{"a page": (cost(2.6), cost(1.0))}])[-1] == "no"


def test_without_the_references_only_queries_are_judged() -> None:
    row = goals.Ratio("a page", "ours", "raw", 2.5, 4)
    assert row.cells([{"a page": (cost(2.0), None)}])[2:] == ["–", "2.00", "–", "1", "yes"]
    assert (
        goals.Ratio("a page", "ours", "raw", 2.5).cells([{"a page": (cost(2.0), None)}])[-1] == "–"
    )
    assert goals.Single("a share", None, "{}", most=1).cells([])[-1] == "–"


def test_one_number_is_held_to_its_most_or_least() -> None:
    assert goals.Single("memory", 140.2, "{:.0f} MB", most=140).cells([])[1:] == [
        "≤ 140 MB",
        "–",
        "–",
        "140 MB",
        "",
        "no",
    ]
    assert goals.Single("share", 0.41, "{:.0%}", least=0.4).cells([])[-1] == "yes"


def test_the_slowest_twentieth_is_told_beside_the_middle() -> None:
    times = tuple(float(n) for n in range(1, 101))
    rounds: goals.Rounds = [{"publish": (cost(1.0, times=times), None)}]
    assert quantile(list(times), 0.5) == pytest.approx(50.5)
    assert goals.spread(rounds, "publish") == pytest.approx(95.05 / 50.5)


# ---- the docs
def test_a_table_is_put_in_its_place_and_nowhere_else(tmp_path: Path) -> None:
    file = tmp_path / "some.md"
    file.write_text("Before.\n<!-- goals -->\nold\n<!-- /goals -->\nAfter.\n")
    for _ in range(2):
        report.put("goals", report.table(("a", "b"), [(1, 2)]), file)
    table = "| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert file.read_text() == f"Before.\n<!-- goals -->\n{table}\n<!-- /goals -->\nAfter.\n"
    with pytest.raises(LookupError):
        report.put("elsewhere", "", file)


def test_the_docs_have_a_place_for_each_table() -> None:
    said = report.BENCHMARKS.read_text()
    for name in ("goals", "load"):
        assert said.count(f"<!-- {name} -->\n") == said.count(f"<!-- /{name} -->\n") == 1
