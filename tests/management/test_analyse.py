"""The command that researchers use on files of their own, without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from debate.models import Debate
from tests.reasoning.debates import DATA, needs_data

PROJECT = Path(__file__).resolve().parents[2]
WEIGHTED = {"args": {"a": 0.5, "b": 0.4}, "att": [["b", "a"]], "sup": []}


def analysed(*arguments: Any, **options: Any) -> Any:
    out = StringIO()
    call_command("analyse", *arguments, stdout=out, **options)
    return json.loads(out.getvalue())


def written(folder: Path, name: str, data: Any) -> Path:
    file = folder / name
    file.write_text(data if isinstance(data, str) else json.dumps(data))
    return file


def test_of_a_framework_it_prints_labels(tmp_path: Path) -> None:
    file = written(tmp_path, "x.af", "p af 4\n1 2\n2 3\n4 4\n")
    labels = {"1": "in", "2": "out", "3": "in", "4": "undecided"}
    assert analysed(str(file)) == {"labels": labels}


@pytest.mark.parametrize(
    ("semantics", "strength"), [("qe", 0.5 - 0.5 * 0.16 / 1.16), ("dfquad", 0.3), ("euler", None)]
)
def test_of_a_weighted_graph_it_prints_strengths(
    tmp_path: Path, semantics: str, strength: float | None
) -> None:
    file = written(tmp_path, "x.json", WEIGHTED)
    found = analysed(str(file), semantics=semantics)["strengths"]
    assert found["b"] == pytest.approx(0.4)
    assert found["a"] < 0.5
    assert strength is None or found["a"] == pytest.approx(strength)


def test_of_a_file_with_several_graphs_each_is_told_under_its_name(tmp_path: Path) -> None:
    file = written(tmp_path, "x.json", {"one": WEIGHTED, "two": WEIGHTED})
    found = analysed(str(file))
    assert found["one"] == found["two"] == analysed(str(written(tmp_path, "y.json", WEIGHTED)))


def test_files_take_no_settings_and_start_no_database(tmp_path: Path) -> None:
    file, home = written(tmp_path, "x.af", "p af 1\n"), tmp_path / "home"
    unset = ("DEBUG", "SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "DJANGO_SETTINGS_MODULE")
    given = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(
        [sys.executable, "manage.py", "analyse", str(file)],
        cwd=PROJECT,
        env={**given, "CRUX_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(done.stdout) == {"labels": {"1": "in"}}, done.stderr
    assert not home.exists()


def test_of_a_marks_graph_it_prints_cruxes(tmp_path: Path) -> None:
    people = [f"p{n}" for n in range(20)]
    marks = [[one, "p", 1 if n < 10 else -1] for n, one in enumerate(people)]
    marks += [[one, "a", 1 if n < 10 else -1] for n, one in enumerate(people)]
    marks += [[one, "b", 1] for one in people]
    data = {
        "position": "p",
        "claims": ["p", "a", "b"],
        "edges": [["a", "p", "supports"], ["b", "p", "objects"]],
        "marks": marks,
    }
    [first, *_] = analysed(str(written(tmp_path, "x.json", data)))["cruxes"]
    assert first["claim"] == "a"
    assert first["swing"] > 0.05


@needs_data
def test_of_a_conversation_it_prints_groups_and_common_ground() -> None:
    found = analysed(str(DATA / "polis" / "15-per-hour-seattle"), k=2)
    assert set(found["groups"].values()) == {0, 1}
    assert found["common_ground"][0]["consensus"] > found["common_ground"][-1]["consensus"]


@needs_data
def test_whether_groups_are_stable_is_left_out_on_request() -> None:
    found = analysed(str(DATA / "polis" / "15-per-hour-seattle"), resamples=0)
    assert found["groups"]
    assert found["stability"] is None
    assert not found["stable"]


def test_a_strength_that_is_withheld_is_null(tmp_path: Path) -> None:
    ring = [[f"{camp}.{n}" for n in range(20)] for camp in range(2)]
    attacks = [[a, b] for x, y in (ring, ring[::-1]) for a in x for b in y]
    args = {name: 0.95 for camp in ring for name in camp}
    found = analysed(str(written(tmp_path, "x.json", {"args": args, "att": attacks})))
    assert set(found["strengths"].values()) == {None}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.af", "1 2", "p af N"),
        ("x.json", "[1]", "JSON object"),
        ("x.json", "{", "Expecting"),
        ("x.json", {"a": 1}, "marks graph"),
        ("x.json", {"args": {"a": 7}}, "weight from 0 to 1"),
        ("x.json", {"args": {"a": 0.5}, "att": None}, "'att' must be a list"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    tmp_path: Path, name: str, data: Any, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        analysed(str(written(tmp_path, name, data)))


def test_a_path_or_a_debate_must_be_given_and_be_there(tmp_path: Path) -> None:
    for arguments, options in (([], {}), (["x"], {"debate": "y"})):
        with pytest.raises(CommandError, match="either"):
            analysed(*arguments, **options)
    with pytest.raises(CommandError, match="No such file"):
        analysed(str(tmp_path / "nothing.af"))


def test_of_a_debate_it_prints_everything(db: None) -> None:
    call_command("seed", verbosity=0)
    found = analysed(debate=Debate.objects.get().slug)
    assert found["event"] == Debate.objects.get().event_count
    assert {name for name, label in found["labels"].items() if label == "out"} == {
        "P1",
        "S15",
        "S20",
        "S36",
    }
    assert 0 < found["strengths"]["S2"] < 1
    with pytest.raises(CommandError, match="no debate 'nowhere'"):
        analysed(debate="nowhere")
