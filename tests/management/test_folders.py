"""A folder of tables, as Polis exports them, at the command line."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from debate.models import Debate, Mark

pytestmark = pytest.mark.django_db

COMMENTS = "timestamp,comment-id,author-id,moderated,comment-body\n1000,0,7,1,Books come back.\n"
VOTES = "timestamp,comment-id,voter-id,vote\n1000,0,7,1\n2000,0,8,-1\n3000,0,9,0\n"


def test_a_folder_of_tables_is_read_like_the_archive(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(COMMENTS)
    (tmp_path / "votes.csv").write_text(VOTES)
    call_command("import_debate", str(tmp_path), "--format", "polis", stdout=StringIO())
    [debate] = Debate.objects.all()
    assert [one.body for one in debate.statements.all()] == ["Books come back."]
    truths = Mark.objects.filter(statement__debate=debate).values_list("truth", flat=True)
    assert sorted(truths) == ["agree", "disagree", "unsure"]


def test_a_folder_without_tables_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"comments\.csv"):
        call_command("import_debate", str(tmp_path), "--format", "polis")
