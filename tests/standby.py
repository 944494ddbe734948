"""A streaming replica of a server, as an administrator would make one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.conninfo import make_conninfo

from config import postgres
from config.postgres.binaries import Account, Binaries, DatabaseUnavailable, find

WITHIN = 30.0  # seconds
PORT = 5432


@contextlib.contextmanager
def standby(dsn: str, *, listen: str = "") -> Iterator[str]:
    """Keep a replica of the server running; gives the DSN of the same database there.

    `dsn` is the primary's, of a role that may replicate; DatabaseUnavailable where it may not.
    """
    account = Account.suitable()
    home = Path(tempfile.mkdtemp(prefix="crux-standby-"))
    account.own(home)
    binaries = find(account, copies=postgres.testing().place)
    data = home / "data"
    try:
        source = make_conninfo(dsn, dbname="replication", application_name="standby")
        backup(binaries, source, data)
        start(binaries, data, home, listen)
        yield at_socket(dsn, home)
    finally:
        binaries.call("pg_ctl", "stop", "-m", "immediate", "-D", data)
        shutil.rmtree(home, ignore_errors=True)


def backup(binaries: Binaries, source: str, data: Path) -> None:
    """Copy a running server, with what makes the copy follow it."""
    options = ["-D", str(data), "-X", "stream", "-R", "-c", "fast", "-d", source]
    binaries.run("pg_basebackup", *options)


def start(binaries: Binaries, data: Path, sockets: Path, listen: str = "") -> None:
    """Start a server on the data, with its socket in a folder of its own."""
    says = {
        "listen_addresses": listen,
        "port": str(PORT),
        "unix_socket_directories": str(sockets),
        "fsync": "off",
        "hot_standby_feedback": "on",
        "wal_retrieve_retry_interval": "100ms",
    }
    options = " ".join(f"-c {name}='{value}'" for name, value in says.items())
    log = sockets / "log"
    done = binaries.call("pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options)
    if done.returncode:
        raise DatabaseUnavailable(f"{done.stderr}\n{log.read_text()[-2000:]}")


def at_socket(dsn: str, folder: Path) -> str:
    """The same database at a server whose socket is there."""
    known = psycopg.conninfo.conninfo_to_dict(dsn)
    user, password, name = known["user"], known["password"], known["dbname"]
    host = quote(os.fspath(folder), safe="")
    return f"postgresql://{user}:{password}@/{name}?host={host}&port={PORT}"


def caught_up(primary: str, replica: str) -> None:
    """Wait until the replica has all that the primary has written by now."""
    with psycopg.connect(primary) as there:
        there.execute("SELECT pg_logical_emit_message(true, 'test', 'here')")
        position = one(there, "SELECT pg_current_wal_insert_lsn()")
    with psycopg.connect(replica, autocommit=True) as here:
        until = time.monotonic() + WITHIN
        while not one(here, f"SELECT pg_last_wal_replay_lsn() >= '{position}'"):
            assert time.monotonic() < until, "the replica does not follow"
            time.sleep(0.02)


def one(connection: psycopg.Connection[tuple[object, ...]], question: str) -> object:
    row = connection.execute(question).fetchone()
    assert row
    return row[0]
