"""Databases beside the one of the tests, on the same server, and Django led to them."""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections.abc import Iterator

import psycopg
from django.db import connection, connections

from config.postgres.clients import Server, major, program

DJANGOS = {
    "dbname": "NAME",
    "user": "USER",
    "password": "PASSWORD",
    "host": "HOST",
    "port": "PORT",
}


def quiet(words: str) -> None:
    """Say nothing."""


def server_of(name: str = "") -> Server:
    """Where the tests' database is, or the one of that name beside it."""
    parameters = connection.get_connection_params()
    return Server.of({**parameters, **({"dbname": name} if name else {})})


@contextlib.contextmanager
def empty(ending: str) -> Iterator[Server]:
    """An empty database beside the tests' own, which goes again."""
    name = f"{connection.settings_dict['NAME']}_{ending}"
    with server_of("postgres").connection(autocommit=True) as root:
        drop = psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
            psycopg.sql.Identifier(name)
        )
        root.execute(drop)
        root.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        try:
            yield server_of(name)
        finally:
            root.execute(drop)


@contextlib.contextmanager
def instead(server: Server) -> Iterator[None]:
    """Lead Django to another database meanwhile."""
    own = connections["default"]
    other = own.copy()
    there = {**psycopg.conninfo.conninfo_to_dict(server.address), "password": server.password}
    for name, called in DJANGOS.items():
        other.settings_dict[called] = there.get(name, "")
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = own


def schema(server: Server) -> list[str]:
    """All that pg_dump tells of a schema, in any order of columns; statements apart."""
    with server.connection() as opened:
        dump = program("pg_dump", major(opened))
    options = ("--schema-only", "--no-owner", "--no-privileges", "--restrict-key=tests")
    with server.start(dump, *options, stdout=subprocess.PIPE) as process:
        text = process.communicate()[0].decode()
    assert process.returncode == 0
    return normal(text)


SAME = (  # a list of texts is told in another way once it has been dumped and read again
    (r"\(('(?:[^']|'')*'::character varying)\)::text", r"\1"),
    (r"\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)*)\]\)::text\[\]", r"ARRAY[\1]"),
)


def normal(text: str) -> list[str]:
    """The statements of a schema, sorted; in a table's, columns are sorted too.

    A column that goes and comes back is the last one of its table then, which nothing reads.
    """
    for told, plainly in SAME:
        text = re.sub(told, plainly, text)
    statements = []
    for statement in text.split(";\n"):
        lines = [line for line in statement.splitlines() if line and not line.startswith("--")]
        if lines and lines[0].startswith("CREATE TABLE"):
            inner = sorted(line.rstrip(",") for line in lines[1:-1])
            lines = [lines[0], *inner, lines[-1]]
        statements.append("\n".join(lines))
    return sorted(filter(None, statements))


def loosely(statements: list[str]) -> list[str]:
    """The same without parentheses, of which there are others after a dump and a restore."""
    return [re.sub(r"[()]", "", statement) for statement in statements]
