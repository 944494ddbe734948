"""Backups are whole or not there; what is damaged or does not fit is not restored."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import FileField

from config.backups import archive, making, manifest, restoring, tables
from config.backups.archive import DUMP, MANIFEST, NotMade
from config.backups.manifest import Manifest, NotRestored
from config.postgres import DatabaseUnavailable
from config.postgres.clients import Server, program
from tests.databases import empty, instead, quiet, server_of


@pytest.fixture(scope="module")
def made(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A backup of the tests' database, with what migrations have put there."""
    path = tmp_path_factory.mktemp("backups") / "made.backup"
    with django_db_blocker.unblock():
        making.make(server_of(), path, quiet)
    return path


@pytest.fixture
def target(made: Path, db: None) -> Iterator[Any]:
    with empty("target") as server:
        yield server


def is_empty(server: Any) -> bool:
    with server.connection() as opened:
        return not tables.held(opened)


def changed(made: Path, path: Path, told: Manifest) -> Path:
    """The backup, which tells something else of itself."""
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w") as file:
        file.writestr(DUMP, source.read(DUMP))
        file.writestr(MANIFEST, told.written())
    return path


def test_only_its_owner_reads_a_backup_and_nothing_is_left_beside_it(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert list(made.parent.iterdir()) == [made]


def test_no_key_and_no_password_is_in_what_it_tells_of_itself(made: Path) -> None:
    text = zipfile.ZipFile(made).read(MANIFEST).decode()
    password = connection.settings_dict["PASSWORD"]
    assert settings.SECRET_KEY not in text
    assert not password or password not in text
    assert set(json.loads(text)["keys"]) == set(manifest.SEALED)


def test_no_password_is_on_the_command_line_of_a_program(
    made: Path, target: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All who have an account on the machine read command lines."""
    lines: list[str] = []
    started = subprocess.Popen

    def noted(command: list[str], **more: Any) -> subprocess.Popen[bytes]:
        lines.append(" ".join(map(str, command)))
        return started(command, **more)

    monkeypatch.setattr(subprocess, "Popen", noted)
    making.make(server_of(), tmp_path / "again.backup", quiet)
    restoring.restore(target, made, quiet)
    password = server_of().password
    assert password
    assert any("pg_dump" in line for line in lines) and any("pg_restore" in line for line in lines)
    assert not [line for line in lines if password in line]


def test_a_file_that_is_there_is_left_as_it_is(made: Path, db: None) -> None:
    held = made.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(made))
    assert made.read_bytes() == held
    assert list(made.parent.iterdir()) == [made]


def test_a_backup_that_fails_leaves_no_file(db: None, tmp_path: Path) -> None:
    with empty("nothing") as server, pytest.raises(NotMade, match="nothing to back up"):
        making.make(server, tmp_path / "none.backup", quiet)
    with pytest.raises(NotMade, match="pg_dump failed"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "DUMP", ("--format=nonsense",))
        making.make(server_of(), tmp_path / "none.backup", quiet)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_no_file(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotMade, match="No space left"):
        making.make(server_of(), tmp_path / "none.backup", quiet)
    assert list(tmp_path.iterdir()) == []


def test_who_stops_it_is_told_so_and_no_file_is_left(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(archive, "add", stopped)
    with pytest.raises(CommandError, match="Stopped: no backup was made"):
        call_command("backup", str(tmp_path), "--keep=3")
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_is_being_changed_or_a_server_that_is_away_is_told(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "SET_OUT", "SET LOCAL lock_timeout = '50ms'")
    with server_of().connection() as holder, pytest.raises(DatabaseUnavailable, match="lock time"):
        holder.execute("LOCK TABLE debate_topic IN ACCESS EXCLUSIVE MODE")
        making.make(server_of(), tmp_path / "none.backup", quiet)
    away = Server.at(f"host={tmp_path} dbname=none")
    with pytest.raises(DatabaseUnavailable, match="The database says"):
        making.make(away, tmp_path / "none.backup", quiet)
    assert list(tmp_path.iterdir()) == []


def test_programs_of_another_version_are_not_taken() -> None:
    with pytest.raises(DatabaseUnavailable, match="postgresql-client-9`"):
        program("pg_dump", 9)


def test_of_a_folder_the_newest_are_kept_and_strangers_are_left(tmp_path: Path) -> None:
    names = [f"crux-2026010{day}T000000Z.backup" for day in range(1, 6)]
    for name in (*names, "mine.backup"):
        (tmp_path / name).touch()
    gone = making.let_go(tmp_path, 2)
    assert [path.name for path in gone] == names[:3]
    assert {path.name for path in tmp_path.iterdir()} == {*names[3:], "mine.backup"}
    assert making.NAMES.fullmatch(making.in_folder(tmp_path).name)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_flipped_byte_is_noticed_before_anything_is_written(
    made: Path, target: Any, tmp_path: Path, place: float
) -> None:
    with zipfile.ZipFile(made) as file:
        info = file.getinfo(DUMP)
    damaged = bytearray(made.read_bytes())
    damaged[info.header_offset + 64 + int(info.file_size * place)] ^= 1
    path = tmp_path / "damaged.backup"
    path.write_bytes(damaged)
    with pytest.raises(NotRestored, match="damaged"):
        restoring.restore(target, path, quiet)
    assert is_empty(target)


def test_a_file_that_is_cut_off_or_none_of_ours_is_refused(made: Path, tmp_path: Path) -> None:
    cut, other = tmp_path / "cut.backup", tmp_path / "other.backup"
    cut.write_bytes(made.read_bytes()[:-100])
    other.write_text("not a backup")
    for path in (cut, other):
        with pytest.raises(CommandError, match="damaged, or cut off"):
            call_command("restore", "--check", str(path))
    with pytest.raises(CommandError, match="No such file"):
        call_command("restore", "--check", str(tmp_path / "none.backup"))


def test_what_tells_of_itself_must_be_readable(made: Path, tmp_path: Path) -> None:
    told = restoring.look(made)
    strange = changed(made, tmp_path / "strange.backup", replace(told, format=99))
    with pytest.raises(NotRestored, match="format 99"):
        restoring.look(strange)
    with pytest.raises(NotRestored, match="cannot be read"):
        manifest.read(b'{"format": 1}')


def test_a_row_that_is_not_the_snapshots_undoes_the_whole_restore(
    made: Path, target: Any, tmp_path: Path
) -> None:
    told = restoring.look(made)
    sums = {**told.snapshot.sums, "public.django_content_type": "1:2:3"}
    other = replace(told, snapshot=replace(told.snapshot, sums=sums))
    path = changed(made, tmp_path / "other.backup", other)
    with pytest.raises(
        NotRestored, match=r"other than in the snapshot: public\.django_content_ty"
    ):
        restoring.restore(target, path, quiet)
    assert is_empty(target)


def test_a_dump_that_ends_too_soon_is_not_taken_for_a_whole_one(
    made: Path, target: Any, tmp_path: Path
) -> None:
    told = restoring.look(made)
    with zipfile.ZipFile(made) as source:
        half = source.read(DUMP)[: told.parts[DUMP].bytes // 2]
    part = manifest.Part(len(half), sha256(half).hexdigest())
    path = tmp_path / "half.backup"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(DUMP, half)
        file.writestr(MANIFEST, replace(told, parts={DUMP: part}).written())
    with pytest.raises(NotRestored, match="Nothing was restored"):
        restoring.restore(target, path, quiet)
    assert is_empty(target)


def test_a_database_that_is_not_empty_is_left_alone(made: Path, db: None) -> None:
    with pytest.raises(CommandError, match=r"is not empty, it has .*\d+ tables"):
        call_command("restore", str(made))


def test_another_crux_postgresql_or_key_is_refused_with_what_to_do(
    made: Path, target: Any, tmp_path: Path
) -> None:
    told = restoring.look(made)
    newer = [*told.migrations, ("debate", "9999_of_tomorrow")]
    for name, other, words in (
        ("crux", replace(told, crux="0.0.1"), r"It is of Crux 0\.0\.1.*check 0\.0\.1 out"),
        ("newer", replace(told, migrations=newer), "newer Crux.*9999_of_tomorrow"),
        ("major", replace(told, postgresql=9), "PostgreSQL 9, and this server"),
        ("key", replace(told, keys={}), "SECRET_KEY is not the one.*mails that wait"),
    ):
        path = changed(made, tmp_path / name, other)
        with pytest.raises(NotRestored, match=f"(?s){words}"):
            restoring.restore(target, path, quiet)
        assert is_empty(target)


def test_a_former_key_is_as_good_and_another_one_can_be_chosen(made: Path, settings: Any) -> None:
    told = restoring.look(made)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert list(manifest.other_keys(told)) == []
    settings.SECRET_KEY_FALLBACKS = []
    assert "SECRET_KEY is not the one" in "".join(manifest.other_keys(told))
    restoring.refuse(told, told.postgresql, "", True)


def test_a_backup_from_before_a_migration_says_what_is_left_to_do(
    made: Path, target: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = restoring.look(made)
    path = changed(made, tmp_path / "older", replace(told, migrations=told.migrations[:-2]))
    with instead(target):
        call_command("restore", str(path))
        words = capsys.readouterr().out
    assert "every table has the checksum that it had" in words
    assert "2 migrations are to be applied" in words
    assert f"leave_again --since {told.made_at}" in words


def test_nothing_of_the_site_lies_in_files() -> None:

    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    assert [field for field in fields if isinstance(field, FileField)] == []
    assert settings.MEDIA_ROOT == ""


def test_each_extension_that_a_migration_makes_is_in_the_backup() -> None:
    project = Path(__file__).resolve().parents[2]
    made = {
        line.split("EXTENSION IF NOT EXISTS ")[1].split(";")[0].strip()
        for app in ("accounts", "debate")
        for file in (project / app / "migrations").glob("*.py")
        for line in file.read_text().splitlines()
        if "CREATE EXTENSION" in line
    }
    assert made == set(making.EXTENSIONS)
