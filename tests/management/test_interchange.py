"""Bringing debates in and out at the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError

from accounts.models import Kind, User
from debate.actions import bringing
from debate.models import Debate, Event, Import, Mark, Statement
from debate.selectors import downloads

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).resolve().parents[3] / "shared" / "seed" / "source-exchange.txt"
needs_source = pytest.mark.skipif(not SOURCE.exists(), reason="the source is not here")
TURNS = "1,7,11,20"
EXCHANGE = """\
Ann: Readers bring books back when they are asked to, so nobody needs a due date.

Bob: > Readers bring books back when they are asked to
No, that holds for the readers you know.

Ann: > the readers you know
I agree.
"""


def run(capsys: pytest.CaptureFixture[str], *args: Any, **options: Any) -> str:
    capsys.readouterr()
    call_command(*args, **options)
    return capsys.readouterr().out


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@needs_source
def test_the_preview_of_the_first_exchange_is_as_it_must_be(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ("import_debate", str(SOURCE), "--format", "exchange", "--preview", "--json")
    told = json.loads(run(capsys, *command, "--turns-at", TURNS))
    assert [turn["author"] for turn in told["turns"]] == ["A", "B", "A", "B"]
    assert [turn["paragraphs"][0] for turn in told["turns"]] == [1, 7, 12, 21]
    of = {one["line"]: one["of_line"] for one in told["quotations"]}
    assert of == {11: 8, 13: 8, 20: 12, 22: 14, 24: 14, 26: 15, 32: 18, 34: 19, 36: 19}
    assert all(one["exact"] for one in told["quotations"])
    assert told["marks"] == [{"line": 65, "of_line": 36}]
    assert told["dropped"] == list(range(38, 65))
    [problem] = told["problems"]
    assert problem["line"] == 37
    assert problem["proposal"] == "opens turn 1"
    assert set(problem) == {"line", "proposal", "candidates"}
    assert not Debate.objects.exists()
    bare = json.loads(run(capsys, *command))
    assert len({one["line"] for one in bare["quotations"]} & set(of)) >= 8


@needs_source
def test_the_first_exchange_becomes_a_debate_with_its_quotations_and_its_mark(
    capsys: pytest.CaptureFixture[str],
) -> None:
    args = ("import_debate", str(SOURCE), "--format", "exchange", "--turns-at", TURNS)
    out = run(capsys, *args, "--question", "Is it an agent?")
    debate = Debate.objects.get()
    assert "line 37" in out
    assert debate.question == "Is it an agent?"
    assert debate.source == "Plain exchange: source-exchange.txt"
    quoting = debate.statements.exclude(quotation=None)
    assert quoting.count() == 17
    mark = Mark.objects.get(statement__source__line=19)
    assert mark.truth == "agree"
    assert mark.quotation is not None
    speakers = User.objects.filter(statements__debate=debate).distinct()
    assert {one.kind for one in speakers} == {Kind.IMPORTED}
    assert not any(one.has_usable_password() for one in speakers)
    before = debate.statements.count(), User.objects.count(), Event.objects.count()
    run(capsys, *args)
    assert (debate.statements.count(), User.objects.count(), Event.objects.count()) == before
    assert Debate.objects.count() == 1


def test_a_newer_file_edits_and_adds_and_doubles_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = written(tmp_path / "talk.txt", EXCHANGE)
    run(capsys, "import_debate", str(path), "--format", "exchange")
    debate = Debate.objects.get()
    assert [one.label for one in debate.statements.order_by("pk")] == ["P1", "S1"]
    assert Mark.objects.get().truth == "agree"
    written(path, EXCHANGE.replace("know.", "know well.") + "Bob: Then we are done.\n")
    out = run(capsys, "import_debate", str(path), "--format", "exchange")
    assert "1 new, 1 changed, 1 same" in out
    assert debate.statements.count() == 3
    edited = Statement.objects.get(ordinal=1, kind="objection")
    assert edited.body.endswith("know well.")
    assert edited.revisions.count() == 1
    assert User.objects.filter(kind=Kind.IMPORTED, username__in=["ann", "bob"]).count() == 2


def test_what_is_undecided_can_be_chosen(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = written(tmp_path / "talk.txt", EXCHANGE)
    args = ("import_debate", str(path), "--format", "exchange", "--choose", "kind:L4=question")
    run(capsys, *args)
    assert Statement.objects.get(ordinal=1, parent__isnull=False).kind == "question"


def test_a_speaker_never_is_an_account_that_is_here(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, bob: User
) -> None:
    path = written(tmp_path / "talk.txt", EXCHANGE)
    run(capsys, "import_debate", str(path), "--format", "exchange")
    assert not bob.statements.exists()
    assert User.objects.filter(username="bob-2", kind=Kind.IMPORTED).exists()


@pytest.mark.parametrize("format", ["crux", "markdown", "exchange"])
def test_what_is_exported_is_read_again(
    format: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    path = tmp_path / "debate"
    call_command(
        "export_debate", debate.slug, "--format", format, "--output", str(path), "--quiet"
    )
    out = run(capsys, "export_debate", debate.slug, "--format", format, "--quiet")
    assert out == path.read_text()
    run(capsys, "import_debate", str(path), "--format", format)
    again = Debate.objects.latest("pk")
    assert again.pk != debate.pk
    if format != "exchange":
        assert shape(again) == shape(debate)
        found = sorted(Mark.objects.filter(statement__debate=again).values_list("truth", "bears"))
        mine = Mark.objects.filter(statement__debate=debate).values_list("truth", "bears")
        assert found == sorted(mine)


def shape(debate: Debate) -> list[tuple[Any, ...]]:
    rows = debate.statements.select_related("parent", "turn", "quotation").order_by("path")
    return [
        (
            one.label,
            one.kind,
            one.on,
            one.name,
            one.body,
            one.created_at,
            one.status,
            one.parent and one.parent.label,
            one.turn and one.turn.number,
            one.quotation and (one.quotation.exact, one.quotation.start),
        )
        for one in rows
    ]


def test_a_private_debate_is_brought_in_for_somebody(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, bob: User
) -> None:
    path = written(tmp_path / "talk.txt", EXCHANGE)
    private = ("--visibility", "private", "--by", bob.username)
    run(capsys, "import_debate", str(path), "--format", "exchange", *private)
    assert Debate.objects.visible_to(bob).get().visibility == "private"


def test_a_file_may_have_a_longer_name_than_is_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = written(tmp_path / f"{'long' * 60}.txt", EXCHANGE)
    run(capsys, "import_debate", str(path), "--format", "exchange")
    assert Import.objects.get().name == path.name[:200]


def test_what_the_database_refuses_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given: Any, **fields: Any) -> None:
        raise DataError("too long")

    monkeypatch.setattr(bringing, "bring", refused)
    path = written(tmp_path / "talk.txt", EXCHANGE)
    with pytest.raises(CommandError, match="cannot be kept here: too long"):
        call_command("import_debate", str(path), "--format", "exchange")


def test_an_export_that_fails_leaves_what_was_there(
    claim: Statement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, link = tmp_path / "debate.json", tmp_path / "link"
    link.symlink_to(path)
    command = ("export_debate", claim.debate.slug, "--format", "crux", "--quiet", "--output")
    with pytest.raises(CommandError, match="No such file"):
        call_command(*command, str(tmp_path / "none" / "debate.json"))
    call_command(*command, str(link))
    assert link.is_symlink()
    before = path.read_text()
    assert claim.body in before

    def broken(pieces: object) -> Iterator[bytes]:
        yield b"{"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(downloads, "chunks", broken)
    with pytest.raises(CommandError, match="No space left"):
        call_command(*command, str(path))
    assert path.read_text() == before
    assert {*tmp_path.iterdir()} == {path, link}


def test_wrong_calls_say_what_is_wrong(tmp_path: Path) -> None:
    path = written(tmp_path / "talk.txt", EXCHANGE)
    for args, told in (
        (("import_debate", str(tmp_path / "none"), "--format", "exchange"), "none"),
        (("import_debate", str(path), "--format", "crux"), "no JSON"),
        (("import_debate", str(path), "--format", "exchange", "--turns-at", "x"), "numbers"),
        (("import_debate", str(path), "--format", "exchange", "--turns-at", "99"), "line 99"),
        (("import_debate", str(path), "--format", "exchange", "--by", "zed"), "zed"),
        (("import_debate", str(path), "--format", "exchange", "--visibility", "private"), "--by"),
        (("export_debate", "nowhere", "--format", "crux"), "nowhere"),
    ):
        with pytest.raises(CommandError, match=told):
            call_command(*args)
    assert not Debate.objects.exists()
