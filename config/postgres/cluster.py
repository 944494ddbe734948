"""One data folder and its server: made, started, recovered after a crash, shared, stopped."""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.postgres.binaries import Account, Binaries, DatabaseUnavailable, find
from config.postgres.files import is_closed, living, opened, read, write

NAME = "crux"  # of the role and of the database
BUILTIN_LOCALES = 17  # the first version that has them
PORT = 5432  # only names the socket: no network address is listened on
LONGEST_PLACE = 70  # bytes; the whole path of a socket may have about 104
PATIENCE = 60  # seconds, for recovery and for backends that outlive a killed server
LONGEST_LOG = 5_000_000  # bytes
FOR_ROOT = Path("/var/lib")  # where the stand-in for root cannot reach the project's folder


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL of our own under `folder`; without `durable` a crash may lose data."""

    folder: Path
    durable: bool = True

    @property
    def dsn(self) -> str:
        """Give the address of the database, which is right once `ensure` has run."""
        password = read(self.folder / "password")
        host = read(self.folder / "socket-folder")
        return f"postgresql://{NAME}:{password}@/{NAME}?host={quote(host, safe='')}&port={PORT}"

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """Keep the server running for as long as anybody is in this context; gives the DSN."""
        with opened(self.folder, "users") as users:
            try:
                with self._locked():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    dsn = self._ensure()
                yield dsn
            finally:
                fcntl.flock(users, fcntl.LOCK_UN)
                self._stop_unless_used(users)

    def ensure(self) -> str:
        """Start the server unless it runs, recovering it after a crash; gives the DSN."""
        with self._locked():
            return self._ensure()

    def stop(self) -> None:
        """Stop the server if it runs, whoever uses it."""
        with self._locked():
            self._stop()

    def remove(self) -> None:
        """Stop the server and remove everything that it has, the data too."""
        self.stop()
        for folder in (read(self.folder / "socket-folder"), self.place, self.folder):
            shutil.rmtree(folder or self.place, ignore_errors=True)

    def postmaster(self) -> int | None:
        """Give the process id of the running server, or None."""
        return living(self.data)

    # ---- where things are

    @cached_property
    def place(self) -> Path:
        """Give the folder of the data: `folder`, or one that the stand-in for root can reach."""
        if not self.account.stands_in or self.account.reaches(self.folder):
            return self.folder
        name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        place = FOR_ROOT / f"crux-{name}"
        place.mkdir(mode=0o711, parents=True, exist_ok=True)
        return place

    @property
    def data(self) -> Path:
        """Give the data folder of the server."""
        return self.place / "data"

    @cached_property
    def account(self) -> Account:
        """Give the user that the server runs as."""
        return Account.suitable()

    @cached_property
    def binaries(self) -> Binaries:
        """Give the programs; raises DatabaseUnavailable where there are none."""
        return find(self.account, copies=self.place)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with opened(self.folder, "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    # ---- make and start (all of it under the lock)

    def _ensure(self) -> str:
        if not self._answers():
            if not (self.data / "PG_VERSION").exists():
                self._make()
            self._start()
        return self.dsn

    def _answers(self) -> bool:
        host = read(self.folder / "socket-folder")
        if not host or living(self.data) is None:
            return False
        return self.binaries.call("pg_isready", "-q", "-h", host, "-p", str(PORT)).returncode == 0

    def _make(self) -> None:
        """Make the data folder: whole or not at all."""
        half, words = self.place / "data.half", self.place / "password.half"
        shutil.rmtree(half, ignore_errors=True)
        password = secrets.token_urlsafe(24)
        write(words, password)
        self.account.own(words)
        half.mkdir(mode=0o700)
        self.account.own(half)
        try:
            self.binaries.run("initdb", "-D", half, "--pwfile", words, *self._initdb_options())
        finally:
            words.unlink()
        with (half / "postgresql.conf").open("a") as conf:
            conf.write("include 'crux.conf'\n")
        write(self.folder / "password", password)
        half.rename(self.data)

    def _initdb_options(self) -> list[str]:
        words = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if self.binaries.major < BUILTIN_LOCALES:
            words = ["--locale=C.UTF-8"]
        words += [] if self.durable else ["--no-sync"]
        return ["-U", NAME, "-A", "scram-sha-256", "-E", "UTF8", *words]

    def _start(self) -> None:
        """Start the server, waiting for what a killed one has left behind."""
        self._check_ours()
        self._clear_stale()
        self._write_conf()
        deadline = time.monotonic() + PATIENCE
        log = self._log()
        while True:
            begun = log.stat().st_size
            done = self.binaries.call(
                "pg_ctl", "start", "-w", "-t", str(PATIENCE), "-D", self.data, "-l", log
            )
            if done.returncode == 0:
                break
            said = log.read_bytes()[begun:].decode(errors="replace")
            if "still in use" not in said or time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    f"PostgreSQL does not start: {done.stderr.strip()}\n{said[-2000:]}"
                )
            time.sleep(0.2)
        self._make_database()

    def _log(self) -> Path:
        """Give the server's log, begun anew when it has grown long."""
        log = self.place / "log"
        if not log.exists() or log.stat().st_size > LONGEST_LOG:
            write(log, "")
            self.account.own(log)
        return log

    def _check_ours(self) -> None:
        """Raise DatabaseUnavailable where user, password or version do not fit the data."""
        owner = self.data.stat().st_uid
        if owner != self.account.uid:
            raise DatabaseUnavailable(
                f"{self.data} belongs to user {owner}, and PostgreSQL would run as user "
                f"{self.account.uid}: run as the user who began it, or set CRUX_HOME."
            )
        if not read(self.folder / "password"):
            raise DatabaseUnavailable(
                f"{self.data} is still there, but its password, which was in {self.folder}, is "
                "not: move the data folder away to begin anew."
            )
        made = read(self.data / "PG_VERSION")
        if made != str(self.binaries.major):
            raise DatabaseUnavailable(
                f"{self.data} was made by PostgreSQL {made}, and here is "
                f"{self.binaries.version}: use version {made}, or move the folder away."
            )

    def _clear_stale(self) -> None:
        """Remove what a server that is gone has left, and stop one whose socket is gone.

        PostgreSQL would believe the ids in these files also where they are a zombie's or another
        program's. What still uses the data keeps it from starting by the shared memory it holds.
        """
        self._stop()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        known = Path(read(self.folder / "socket-folder"))
        if is_closed(known, self.account.uid):
            for socket in known.glob(".s.PGSQL.*"):
                socket.unlink()

    def _write_conf(self) -> None:
        lines = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": f'"{self._socket_folder()}"',
            "unix_socket_permissions": "0777",  # the folder around it is closed
            "shared_preload_libraries": "pg_stat_statements",
            "shared_buffers": "128MB",
            "max_connections": "100",
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
            # beside a long test it would find tables empty, and plans would be made for that
            "autovacuum": "on" if self.durable else "off",
        }
        text = "".join(f"{name} = '{_quoted(value)}'\n" for name, value in lines.items())
        path = self.data / "crux.conf"
        write(path, text)
        self.account.own(path)

    def _socket_folder(self) -> Path:
        """Give a closed folder for the socket, the last one if it can be: the DSN names it."""
        known = read(self.folder / "socket-folder")
        folder = Path(known) if known else self._new_socket_folder()
        with contextlib.suppress(FileExistsError, FileNotFoundError):
            folder.mkdir(mode=0o700)
            self.account.own(folder)
        if not is_closed(folder, self.account.uid):
            folder = self._new_socket_folder()
        write(self.folder / "socket-folder", str(folder))
        return folder

    def _new_socket_folder(self) -> Path:
        """Make a closed folder with a name that is short enough."""
        if len(os.fsencode(self.place)) <= LONGEST_PLACE:
            parent = self.place
        else:
            parent = Path(tempfile.gettempdir())
        folder = Path(tempfile.mkdtemp(prefix="crux-", dir=parent))
        self.account.own(folder)
        return folder

    def _make_database(self) -> None:
        """Make the database where it is not there yet, and its statistics of statements."""
        server = self.dsn.replace(f"/{NAME}?", "/postgres?")
        with psycopg.connect(server, autocommit=True) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [NAME]
            ).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {NAME}")
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    # ---- stop

    def _stop_unless_used(self, users: int) -> None:
        with self._locked():
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._stop()

    def _stop(self) -> None:
        if living(self.data) is not None:
            self.binaries.run(
                "pg_ctl", "stop", "-w", "-t", str(PATIENCE), "-m", "fast", "-D", self.data
            )


def _quoted(value: str) -> str:
    """Give the value as it stands between quotes in PostgreSQL's settings."""
    return value.replace("\\", "\\\\").replace("'", "''")
