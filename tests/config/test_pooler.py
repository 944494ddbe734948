"""Behind PgBouncer in transaction mode, with one connection for all."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pytest
from django.db import connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import conninfo
from pytest_django import Settings

from accounts.models import User
from config.database import addresses
from config.postgres.binaries import Account
from debate.actions import statements
from debate.models import Debate
from debate.models.events import CHANNEL
from debate.web import hub

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(PROGRAM is None, reason="no PgBouncer here"),
]
SAYS = """
[databases]
* = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
query_wait_timeout = 5
"""


@pytest.fixture
def pooler(server: str) -> Iterator[str]:
    """The URL of the tests' database through a pooler."""
    account = Account.suitable()
    folder = Path(tempfile.mkdtemp(prefix="crux-pooler-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = probe.getsockname()[1]
    known = conninfo.conninfo_to_dict(server)
    known = {"host": "127.0.0.1", "port": "5432"} | known | {"listen": str(listen)}
    (folder / "ini").write_text(SAYS.format(**known))
    for path in (folder, folder / "ini"):
        account.own(path)
    process = subprocess.Popen(
        [str(PROGRAM), "-q", str(folder / "ini")],
        user=account.uid if account.stands_in else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        name = connections["default"].settings_dict["NAME"]
        url = f"postgresql://{known['user']}@127.0.0.1:{listen}/{name}"
        wait_for(url)
        yield url
    finally:
        process.kill()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(url: str) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def wrapper(url: str, *, is_pooled: bool = True, is_prepared: bool = False) -> DatabaseWrapper:
    made = addresses.primary(
        {**dj_database_url.parse(url)},
        connections=2,
        wait=1.5,
        is_pooled=is_pooled,
        is_prepared=is_prepared,
        copied=False,
    )
    made["OPTIONS"].pop("pool")
    given: dict[str, Any] = {**connections["default"].settings_dict, **made}
    return DatabaseWrapper(given, alias="default")


@contextlib.contextmanager
def through(made: DatabaseWrapper) -> Iterator[DatabaseWrapper]:
    plain = connections["default"]
    connections["default"] = made
    try:
        yield made
    finally:
        made.close()
        connections["default"] = plain


def test_pages_are_read_and_written_by_several_who_share_one_connection(
    debate: Debate, pooler: str
) -> None:
    first, second = wrapper(pooler), wrapper(pooler)
    for turn in range(8):  # more often than a statement is said before it is prepared
        for one in (first, second):
            with through(one):
                assert User.objects.filter(username="alice").exists()
                with transaction.atomic():
                    User.objects.select_for_update().get(username="alice")
                    User.objects.filter(username="alice").update(name=f"Alice {turn}")
                assert User.objects.get(username="alice").name == f"Alice {turn}"
    assert len(list(debate.statements.all())) == 2


def test_long_lists_are_read_without_a_cursor_of_the_servers(debate: Debate, pooler: str) -> None:
    with through(wrapper(pooler)) as made:
        assert made.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]
        rows = debate.statements.iterator(chunk_size=1)
        next(rows)
        with through(wrapper(pooler)):
            assert User.objects.count() == 2
        assert len(list(rows)) == 1


def test_streams_hear_of_events_by_a_connection_of_their_own(
    debate: Debate, bob: User, pooler: str, server: str, settings: Settings
) -> None:
    name = connections["default"].settings_dict["NAME"]
    direct = conninfo.make_conninfo(server, dbname=name)
    settings.LISTENS_AT = {"conninfo": direct, **addresses.GIVES_UP}

    async def story() -> str:
        async with await hub._connect() as heard:
            await heard.execute(f"LISTEN {CHANNEL}")
            await asyncio.to_thread(write)
            async for notice in heard.notifies(timeout=10, stop_after=1):
                return notice.payload
        return ""

    def write() -> None:
        with through(wrapper(pooler)):
            hers = debate.statements.earliest("pk")
            statements.reply(hers, by=bob, kind="remark", body="Said through the pooler.")

    assert asyncio.run(story()).startswith(f"{debate.pk} ")
