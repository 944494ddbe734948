"""Each migration of ours goes forth, back and forth on a full database, while people write."""

from __future__ import annotations

import io
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg.sql import SQL, Identifier

from config.postgres import Cluster
from config.postgres.clients import Server
from tests import migrating
from tests.databases import instead, schema
from tests.prove.conftest import Noted

pytestmark = [pytest.mark.prove, pytest.mark.django_db]

STATEMENTS = int(os.environ.get("CRUX_STATEMENTS", "100000"))
WRITERS = 4
PAUSE = 0.02  # seconds between two writes of a writer
LONGEST = 60.0  # seconds for a migration
BEGINNINGS = ("0001_initial",)
"""Which make the first tables: what is before them is no site, and nobody writes to it."""


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[Server]:
    """A server of its own, which keeps what it says it has kept."""
    cluster = Cluster(tmp_path / "cluster")
    try:
        with cluster.running() as dsn:
            yield Server.at(dsn)
    finally:
        cluster.remove()


@dataclass(eq=False)
class Writer(threading.Thread):
    """Publishes as the code before a migration does: it names the columns that it knows."""

    server: Server
    numbers: Iterator[int]
    stopped: threading.Event
    waits: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        with self.server.connection() as opened:
            self.copies = [
                self._copy(opened, "debate_statement", "ordinal"),
                self._copy(opened, "debate_event", "number"),
            ]

    def _copy(self, opened: psycopg.Connection[Any], table: str, number: str) -> Any:
        found = opened.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attname NOT IN ('id', 'place', %s)",
            [table, number],
        )
        names = SQL(", ").join(Identifier(name) for (name,) in found)
        return SQL(
            "INSERT INTO {table} ({number}, {names}) SELECT %(number)s, {names} FROM {table}"
            " WHERE id = (SELECT max(id) FROM {table} WHERE kind = ANY (%(kinds)s))"
        ).format(table=Identifier(table), number=Identifier(number), names=names)

    def run(self) -> None:
        with self.server.connection() as opened:
            while not self.stopped.is_set():
                begun = time.monotonic()
                try:
                    with opened.transaction():
                        self._write(opened, next(self.numbers))
                except psycopg.Error as error:
                    self.failed.append(str(error).splitlines()[0])
                self.waits.append(time.monotonic() - begun)
                time.sleep(PAUSE)

    def _write(self, opened: psycopg.Connection[Any], number: int) -> None:
        opened.execute("SELECT 1 FROM debate_debate ORDER BY id LIMIT 1 FOR UPDATE")
        told = {"number": number, "kinds": ["support", "objection", "statement.published"]}
        for copy in self.copies:
            opened.execute(copy, told)
        opened.execute(
            "UPDATE debate_statement SET reply_count = reply_count + 1"
            " WHERE id = (SELECT min(id) FROM debate_statement)"
        )
        opened.execute("UPDATE debate_debate SET event_count = %s", [number])


@dataclass
class Step:
    """What came of one migration."""

    name: str
    forth: float
    back: float
    writes: int
    wait: float
    failed: list[str]
    tries: int


def newest_first() -> Iterator[migrating.Known]:
    """In which order they are undone: those of accounts as soon as nothing needs them."""
    loader = MigrationLoader(connection)
    left = migrating.ours(loader)
    while left:
        needed = {parent.key for node in left for parent in loader.graph.node_map[node].parents}
        node = sorted(set(left) - needed)[0]
        left.remove(node)
        if node[1] not in BEGINNINGS:
            yield node


def step(server: Server, node: migrating.Known, numbers: Iterator[int]) -> Step:
    """Undo the newest migration, do it while people write, undo it again; schemas are equal."""
    whole = schema(server)
    back = undo(node)
    less = schema(server)
    assert less != whole or not changes_tables(node), node
    stopped, said = threading.Event(), io.StringIO()
    writers = [Writer(server, numbers, stopped) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    time.sleep(0.5)
    begun = time.monotonic()
    call_command("migrate", *node, verbosity=0, stderr=said)
    forth = time.monotonic() - begun
    time.sleep(0.5)
    stopped.set()
    for writer in writers:
        writer.join(60)
    assert schema(server) == whole, node
    undo(node)
    assert schema(server) == less, node
    waits = [wait for writer in writers for wait in writer.waits]
    failed = [words for writer in writers for words in writer.failed]
    tries = said.getvalue().count("tried again")
    return Step(".".join(node), forth, back, len(waits), max(waits), failed, tries)


def changes_tables(node: migrating.Known) -> bool:
    with connection.schema_editor(collect_sql=True) as editor:
        loader = MigrationLoader(connection)
        migration = loader.get_migration(*node)
        migration.apply(loader.project_state(node, at_end=False), editor)
    return any(line and not line.startswith("--") for line in editor.collected_sql)


def undo(node: migrating.Known) -> float:
    """Undo this migration and no other; gives the seconds."""
    executor = MigrationExecutor(connection)
    app = [known for known in migrating.ours(executor.loader) if known[0] == node[0]]
    target = [app[app.index(node) - 1]]
    assert [one.name for one, _ in executor.migration_plan(target)] == [node[1]]
    begun = time.monotonic()
    executor.migrate(target)
    return time.monotonic() - begun


def test_each_migration_goes_back_and_forth_while_people_write(
    durable: Server, note: Noted
) -> None:
    with instead(durable):
        call_command("migrate", verbosity=0)
        call_command("fill", statements=STATEMENTS, verbosity=0)
        numbers = count(10 * STATEMENTS + 1_000_000)
        steps = [step(durable, node, numbers) for node in newest_first()]
        newer = {".".join(node) for node in migrating.newer(MigrationLoader(connection))}
    for one in steps:
        print(replace(one, failed=[]), Counter(one.failed))
    slowest = max(steps, key=lambda one: one.forth)
    failing = [one for one in steps if one.failed]
    note(
        "migrations back and forth under writes",
        f"{len(steps)} migrations on {STATEMENTS:,} statements, schema equal each time; forth "
        f"{slowest.forth:.1f} s at most ({slowest.name}), back {max(s.back for s in steps):.1f} s;"
        f" {sum(s.writes for s in steps):,} writes meanwhile, {sum(len(s.failed) for s in steps)} "
        f"failed in {', '.join(s.name for s in failing) or 'none'} (all from before there was a "
        f"release), the longest took {max(s.wait for s in steps):.1f} s; tables in use "
        f"{sum(s.tries for s in steps)} times",
    )
    assert slowest.forth <= LONGEST
    assert max(one.back for one in steps) <= LONGEST
    assert not [one for one in failing if one.name in newer]


def test_all_migrations_go_back_to_nothing_and_forth_again(durable: Server, note: Noted) -> None:
    with instead(durable):
        call_command("migrate", verbosity=0)
        whole = schema(durable)
        MigrationExecutor(connection).migrate([(app, None) for app in migrating.OURS])
        with durable.connection() as opened:
            left = opened.execute(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'S')"
                " AND relname ~ '^(accounts|debate)_'"
                " UNION ALL SELECT proname FROM pg_proc WHERE proname ~ '^(crux|debate)_'"
            ).fetchall()
        assert left == []
        call_command("migrate", verbosity=0)
        assert schema(durable) == whole
    note(
        "migrations back to nothing", f"and forth again: {len(whole)} statements of SQL, all equal"
    )
