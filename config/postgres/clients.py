"""PostgreSQL's programs for a database that somebody else serves: pg_dump, pg_restore, psql."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.postgres.binaries import PASSED_ON, DatabaseUnavailable, candidates

KEYWORDS = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
THOUSANDS = 10_000  # of a server's version number, for each major one


@dataclass(frozen=True)
class Server:
    """Where a database is, and the password, which no command line ever holds."""

    address: str
    password: str = field(repr=False)

    @classmethod
    def at(cls, dsn: str) -> "Server":
        """Give the server of an address."""
        return cls.of(conninfo_to_dict(dsn))

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "Server":
        """Give the server of a connection's parameters; what libpq does not know is left out."""
        known = {name: value for name, value in parameters.items() if name in KEYWORDS}
        password = known.pop("password", None) or ""
        return cls(make_conninfo(**known), str(password))

    @contextlib.contextmanager
    def connection(self, *, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
        """Open a connection of its own; DatabaseUnavailable with what goes wrong meanwhile."""
        try:
            with psycopg.connect(
                self.address, autocommit=autocommit, password=self.password or None
            ) as opened:
                yield opened
        except psycopg.Error as error:
            raise DatabaseUnavailable(f"The database says: {error}".strip()) from error

    def start(self, program: Path, *arguments: str, **pipes: Any) -> subprocess.Popen[bytes]:
        """Start one of the programs on this database."""
        address = f"--dbname={self.address}"
        return start(program, address, *arguments, password=self.password, **pipes)


def start(
    program: Path, *arguments: str, password: str = "", **pipes: Any
) -> subprocess.Popen[bytes]:
    """Start a program with libpq's variables, and with none of our secrets but the password."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in (*PASSED_ON, "HOME") or name.startswith("PG")
    }
    secret = {"PGPASSWORD": password} if password else {}
    environment = {**kept, **secret, "LC_ALL": "C"}
    return subprocess.Popen([str(program), *arguments], env=environment, **pipes)


def major(connection: psycopg.Connection[Any]) -> int:
    """The major version of the server that the connection leads to."""
    return connection.info.server_version // THOUSANDS


def program(name: str, wanted: int) -> Path:
    """The program of that major version; DatabaseUnavailable where there is none.

    A newer pg_dump writes what an older server does not understand, so it has to be the same.
    """
    for folder in (*candidates(), *_on_the_path(name)):
        if _major(folder / name) == wanted:
            return folder / name
    raise DatabaseUnavailable(
        f"The server is PostgreSQL {wanted}, and no {name} of that version is here. Install it "
        f"(Debian: `apt install postgresql-client-{wanted}`), or name its folder in POSTGRES_BIN."
    )


def _on_the_path(name: str) -> list[Path]:
    found = shutil.which(name)
    return [Path(found).resolve().parent] if found else []


def _major(program: Path) -> int:
    """The major version that the program says it is of, or 0."""
    with contextlib.suppress(OSError):
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        if found := re.search(r"\) (\d+)", done.stdout):
            return int(found[1])
    return 0
