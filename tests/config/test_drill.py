"""The drill: every table has rows, somebody writes, a backup is made, restored, and used."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from allauth.socialaccount.models import SocialApp
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.db.models import Max
from django.test import Client
from procrastinate.contrib.django import app
from psycopg import Connection

from accounts.models import User
from config.backups import restoring, tables
from debate.actions import ordering, statements
from debate.models import Debate, Event, Statement
from tests import factories, lives
from tests.databases import empty, instead, loosely, quiet, schema, server_of

Copies = dict[str, str]


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
