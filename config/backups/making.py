"""Make a backup while people write: one snapshot, from which sums and dump are both taken."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

from psycopg import Connection, IsolationLevel

from config.backups import archive, manifest, tables
from config.backups.archive import NotMade, Say
from config.backups.manifest import Manifest, Part
from config.postgres.clients import Server, major, program

ENDING = ".backup"
NAMES = re.compile(r"crux-\d{8}T\d{6}Z\.backup")
EXTENSIONS = ("pg_trgm", "unaccent")
"""Those that our migrations make; others, such as statistics, belong to the server."""
DUMP = (
    *("--format=custom", "--no-owner", "--no-privileges", "--no-unlogged-table-data"),
    *("--lock-wait-timeout=10s", *(f"--extension={name}" for name in EXTENSIONS)),
)
OFTEN = 10  # seconds between two words on how far it is
MEGABYTE = 1_000_000
SET_OUT = """
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = '10s'
"""


def in_folder(folder: Path) -> Path:
    """The name of a backup made now."""
    return folder / f"crux-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{ENDING}"


def make(server: Server, path: Path, say: Say) -> Manifest:
    """Write a backup of all that is committed now; raises NotMade or DatabaseUnavailable.

    The snapshot's transaction reads every table first, so no migration changes one meanwhile.
    """
    with server.connection() as connection, archive.new(path) as file:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        dump = program("pg_dump", major(connection))
        connection.execute(SET_OUT)
        [snapshot] = connection.execute("SELECT pg_export_snapshot()").fetchone() or [""]
        say("Reading all tables in one snapshot ...")
        told = _told(connection)
        say(f"{told.snapshot.rows:,} rows of {len(told.snapshot.sums)} tables. Dumping them ...")
        part = _dump(server, dump, snapshot, file, _progress(say))
        whole = replace(told, parts={archive.DUMP: part})
        file.writestr(archive.MANIFEST, whole.written())
    return whole


def _told(connection: Connection[Any]) -> Manifest:
    if not connection.execute("SELECT to_regclass('django_migrations')::text").fetchone() == (
        "django_migrations",
    ):
        raise NotMade("This database has no tables of Crux: there is nothing to back up.")
    applied = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name, id")
    facts = connection.execute(
        "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"'),"
        " pg_database_size(current_database())"
    )
    moment, size = facts.fetchone() or ("", 0)
    return Manifest(
        crux=manifest.version(),
        made_at=moment,
        postgresql=major(connection),
        database_bytes=size,
        migrations=list(dict.fromkeys(applied.fetchall())),
        keys=manifest.fingerprints(),
        snapshot=tables.snapshot(connection),
    )


def _dump(
    server: Server, dump: Path, snapshot: str, file: ZipFile, progress: Callable[[int], None]
) -> Part:
    """Put pg_dump's output into the file, as it comes; raises NotMade where it fails."""
    options = [*DUMP, f"--snapshot={snapshot}"]
    with tempfile.TemporaryFile() as said:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": said}
        with server.start(dump, *options, **pipes) as process:
            output: IO[bytes] = process.stdout  # type: ignore[assignment]  # it is a pipe
            part = archive.add(file, archive.DUMP, output, progress)
        if process.returncode:
            said.seek(0)
            raise NotMade(f"pg_dump failed: {said.read().decode(errors='replace').strip()}")
    return part


def _progress(say: Say) -> Callable[[int], None]:
    last = time.monotonic()

    def tell(size: int) -> None:
        nonlocal last
        if time.monotonic() > last + OFTEN:
            last = time.monotonic()
            say(f"... {size // MEGABYTE:,} MB")

    return tell


def let_go(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest backups of a folder, by their names; gives what has gone."""
    made = sorted(path for path in folder.iterdir() if NAMES.fullmatch(path.name))
    gone = made[:-keep]
    for path in gone:
        path.unlink()
    return gone
