"""A backup made while people write comes back whole; what is damaged or does not fit does not."""

from __future__ import annotations

import json
import os
import stat
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from allauth.socialaccount.models import SocialApp
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import FileField, Max
from django.test import Client
from procrastinate.contrib.django import app
from psycopg import Connection

from accounts.models import User
from config.backups import archive, making, manifest, restoring, tables
from config.backups.archive import DUMP, MANIFEST, NotMade
from config.backups.manifest import Manifest, NotRestored
from config.postgres import DatabaseUnavailable
from config.postgres.clients import Server, program
from debate.actions import ordering, statements
from debate.models import Debate, Event, Statement
from tests import factories, lives
from tests.databases import empty, instead, loosely, quiet, schema, server_of

Copies = dict[str, str]


# ---- the drill
def copies(opened: Connection[Any]) -> Copies:
    """A digest of every table's rows as COPY writes them: a witness of its own."""
    opened.execute(tables.ONE_FORM)
    found = {}
    for name, _ in opened.execute(tables.TABLES).fetchall():
        with opened.cursor().copy(f"COPY {name} TO STDOUT") as rows:
            lines = b"".join(bytes(block) for block in rows).splitlines()
        found[name] = sha256(b"\n".join(sorted(lines))).hexdigest()
    return found


def fill_the_rest(life: lives.Life) -> None:
    """A row in each table that a person's life has none in."""
    for name in (
        *("FormerName", "Spent", "Mail", "Analysis", "AnalysisPoint", "Export", "ExportPart"),
        *("JobFailure", "Link", "Precautions", "ReasonTemplate", "SearchWord", "SentUpTo"),
        *("Topic", "WatchedWord"),
    ):
        getattr(factories, f"{name}Factory").create()
    Group.objects.create(name="all").permissions.add(Permission.objects.order_by("pk")[0])
    SocialApp.objects.create(provider="openid_connect", name="Elsewhere", client_id="c")
    app.configure_task("leave").defer(account=life.bot.pk, withdraw=False)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        cursor.execute("INSERT INTO procrastinate_periodic_defers (task_name) VALUES ('drill')")


@pytest.fixture
def queue(transactional_db: None) -> Iterator[None]:
    """Empty the queue's other tables afterwards, which belong to no model."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("DELETE FROM procrastinate_periodic_defers")


class Writer(threading.Thread):
    """Somebody who publishes one reply after another until told to stop."""

    def __init__(self, parent: Statement, by: User) -> None:
        super().__init__(daemon=True)
        self.parent, self.by = parent, by
        self.count = 0
        self.enough = threading.Event()

    def run(self) -> None:
        while not self.enough.is_set():
            words = f"Written meanwhile, {self.count}."
            statements.reply(self.parent, by=self.by, kind="remark", body=words)
            self.count += 1
        connection.close()

    def wait_for(self, count: int) -> None:
        until = time.monotonic() + 30
        while self.count < count and self.is_alive():
            assert time.monotonic() < until
            time.sleep(0.01)

    def stop(self) -> None:
        self.enough.set()
        self.join(30)


def test_what_was_backed_up_while_people_wrote_comes_back_as_it_was(
    queue: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = lives.lived()
    fill_the_rest(life)
    User.objects.filter(pk=life.other.pk).update(standing="exempt")
    witness: Copies = {}
    read = tables.snapshot

    def watched(opened: Connection[Any]) -> tables.Snapshot:
        witness.update(copies(opened))
        return read(opened)

    monkeypatch.setattr(tables, "snapshot", watched)
    path = tmp_path / "drill.backup"
    position = life.debate.statements.get(name="No")
    writer = Writer(position, User.objects.get(pk=life.other.pk))
    writer.start()
    writer.wait_for(2)
    before = writer.count
    call_command("backup", str(path), verbosity=0)
    during = writer.count - before
    writer.stop()
    assert during > 0, "nobody wrote meanwhile"
    told = restoring.look(path)
    assert [name for name, told in told.snapshot.sums.items() if told == tables.NOTHING] == []
    assert told.snapshot.left_out == ["public.accounts_spent"]
    monkeypatch.undo()
    with empty("drill") as server:
        restoring.restore(server, path, quiet)
        with server.connection() as opened:
            assert copies(opened) == {**witness, "public.accounts_spent": sha256().hexdigest()}
        with server.connection() as opened:
            assert tables.snapshot(opened).sums == told.snapshot.sums
        assert loosely(schema(server)) == loosely(schema(server_of()))
        with instead(server):
            assert before <= of_the_writer().count() <= writer.count
            is_in_use(life)
    assert of_the_writer().count() == writer.count


def of_the_writer() -> Any:
    return Statement.objects.filter(body__startswith="Written meanwhile")


def is_in_use(life: lives.Life) -> None:
    """People sign in, publish by a page, and numbers go on where they were."""
    debate = Debate.objects.get(pk=life.debate.pk)
    counted = debate.statements.exclude(kind__in=["position", "crux"])
    assert debate.statement_count == counted.count()
    last = Event.objects.aggregate(Max("pk"))["pk__max"]
    ordering.place()
    placed = Event.objects.aggregate(Max("place"))["place__max"]
    browser = Client()
    entered = browser.post("/accounts/login/", {"login": "stranger", "password": lives.PASSWORD})
    assert entered.status_code == 302
    position = debate.statements.get(name="Yes")
    answer = browser.post(f"/s/{position.pk}/reply/", {"kind": "remark", "body": "I am back."})
    assert answer.status_code == 302, answer.content
    said = Statement.objects.get(body="I am back.")
    event = Event.objects.get(statement=said)
    ordering.place()
    assert (event.number, event.pk) > (debate.event_count, last)
    assert event.number == debate.event_count + 1
    assert Event.objects.get(pk=event.pk).place > placed
    assert bytes(said.path)[:-4] == bytes(position.path)


# ---- what is refused
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
