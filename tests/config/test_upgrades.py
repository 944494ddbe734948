"""Migrations give way, can be undone, and leave the release before able to run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate as of_django
from django.db import connection, models, transaction
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from config.backups import making, restoring
from config.management.commands import migrate
from tests import migrating
from tests.databases import empty, instead, quiet, schema, server_of


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


# ---- the release before
def test_since_the_latest_release_nothing_was_taken_from_the_one_before(
    loader: MigrationLoader,
) -> None:
    found = [
        (f"{app}.{name}", told)
        for app, name in migrating.newer(loader)
        for told in migrating.complaints(
            loader.get_migration(app, name),
            migrating.before(loader, (app, name)),
            migrating.released(loader),
        )
    ]
    unknown = [one for one in found if one not in migrating.ALLOWED]
    assert unknown == [], "see docs/upgrading.md, and tests/migrating.py for exceptions"
    assert set(migrating.ALLOWED) <= set(found), "an exception that nothing needs any more"


def test_what_is_called_released_is_there(loader: MigrationLoader) -> None:
    assert set(migrating.RELEASED.items()) <= set(migrating.ours(loader))
    assert {app for app, _ in migrating.ours(loader)} == set(migrating.OURS)


def told(*made: Operation) -> str:
    """What is said of a migration of debates."""
    loader = MigrationLoader(None)
    kind = type("Made", (Migration,), {"operations": list(made)})
    state, known = loader.project_state(), loader.project_state()
    return "; ".join(migrating.complaints(kind("0999_made_up", "debate"), state, known))


TEXT: models.TextField[str, str] = models.TextField(default="")


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (operations.AddField("debate", "mood", TEXT), "give db_default"),
        (operations.RemoveField("debate", "question"), "still reads it"),
        (operations.RenameField("debate", "question", "asked"), "still reads it"),
        (operations.RenameModel("Debate", "Quarrel"), "still reads it"),
        (operations.DeleteModel("Topic"), "still reads it"),
        (operations.AlterModelTable("debate", "other"), "still reads it"),
        (operations.AlterField("event", "place", models.BigIntegerField()), "writes NULL"),
        (operations.AlterField("debate", "slug", models.TextField()), "another type"),
        (operations.AlterField("debate", "slug", models.SlugField(max_length=9)), "longer ones"),
        (operations.AlterField("debate", "question", models.CharField(unique=True)), "the same"),
        (
            operations.AddConstraint(
                "debate", models.CheckConstraint(condition=models.Q(pk__gt=0), name="x")
            ),
            "may refuse",
        ),
        (operations.RunSQL("SELECT 1", "SELECT 1"), "knows what it does"),
        (operations.RunSQL("SELECT 1"), "cannot be undone"),
        (operations.RunPython(print), "cannot be undone"),
    ],
)
def test_what_would_break_the_release_before_is_found(operation: Operation, words: str) -> None:
    assert words in told(operation)


def test_what_the_release_before_does_not_notice_is_let_through() -> None:
    key: tuple[str, Any] = ("id", models.BigAutoField(primary_key=True))
    assert (
        told(
            operations.AddField("debate", "mood", models.TextField(db_default="")),
            operations.AddField("debate", "mended_at", models.DateTimeField(null=True)),
            operations.CreateModel("Mood", [key]),
            operations.AddField("mood", "words", TEXT),
            operations.RemoveConstraint("event", "event_kind"),
            operations.AlterField("debate", "question", models.CharField(max_length=9_999)),
            operations.AddIndex("debate", models.Index(fields=["question"], name="x")),
        )
        == ""
    )


# ---- there and back (all of them, and at their size: tests/prove/test_migrations.py)
def test_the_newest_migration_of_each_app_can_be_undone_and_done_again(
    db: None, tmp_path: Path, loader: MigrationLoader
) -> None:
    making.make(server_of(), tmp_path / "whole.backup", quiet)
    with empty("steps") as server, instead(server):
        restoring.restore(server, tmp_path / "whole.backup", quiet)
        whole = schema(server)
        for app in migrating.OURS:
            *_, earlier, newest = [node for node in migrating.ours(loader) if node[0] == app]
            MigrationExecutor(connection).migrate([earlier])
            MigrationExecutor(connection).migrate([newest])
        call_command("migrate", verbosity=0)
        assert schema(server) == whole
    assert len(whole) > 500


# ---- giving way
@pytest.mark.django_db(transaction=True)
def test_a_migration_gives_way_to_who_holds_a_table_and_tries_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(migrate, "WAIT", "50ms")
    monkeypatch.setattr(migrate, "PAUSE", 0.01)
    tries: list[float] = []

    def alter(*args: Any, **options: Any) -> None:
        tries.append(time.monotonic())
        if len(tries) == 3:
            holder.rollback()
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE debate_topic IN ACCESS EXCLUSIVE MODE")

    monkeypatch.setattr(of_django.Command, "handle", lambda self, **options: _atomic(alter))
    with server_of().connection() as holder:
        holder.execute("LOCK TABLE debate_topic IN ROW EXCLUSIVE MODE")
        call_command("migrate")
        assert len(tries) == 3
        holder.execute("LOCK TABLE debate_topic IN ROW EXCLUSIVE MODE")
        with pytest.raises(CommandError, match="A table was in use"):
            call_command("migrate")
    assert len(tries) == 3 + migrate.TRIES
    assert "tried again" in capsys.readouterr().err
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db(transaction=True)
def test_who_writes_to_a_debate_waits_for_a_migration_and_who_reads_does_not() -> None:
    with server_of().connection() as other, migrate.Editor(connection):
        assert other.execute("SELECT count(*) FROM debate_debate").fetchone() == (0,)
        other.rollback()
        other.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("SELECT 1 FROM debate_debate FOR UPDATE")
        other.rollback()


@pytest.mark.django_db(transaction=True)
def test_an_index_that_is_made_beside_writers_is_not_given_up_halfway() -> None:
    with connection.cursor() as cursor:
        with migrate.Editor(connection, atomic=False):
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("0",)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == (migrate.WAIT,)
        cursor.execute("RESET lock_timeout")


def _atomic(what: Any) -> None:

    with transaction.atomic():
        what()
