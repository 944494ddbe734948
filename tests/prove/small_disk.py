"""A database on a small disk of its own, kept going as `make run` keeps one, until SIGTERM.

`disk` runs this module in a mount namespace, so that the disks (tmpfs) go with its last process.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from config import launch
from config.postgres import PROJECT, Cluster
from config.postgres.cluster import NAME, PORT

DISKS = ("data", "wal", "log", "temp")
MOUNT = 'mount -t tmpfs -o mode=755,size="$1" t "$0/$at"'
MOUNTS = f"for at in {' '.join(DISKS)}; do {MOUNT}; done; shift"
SEGMENT, LEAST, MOST = 1, 5, 48  # MB of the write-ahead log: one file, all at least and at most
RESERVE = 4  # MB of each disk of the database: with less nothing is stored
HTTPS = {"X-Forwarded-Proto": "https"}


class Small(Cluster):
    """A database whose write-ahead log is on a disk of its own, and little."""

    @property
    def log_folder(self) -> Path:
        return self.folder.parents[1] / "wal" / "log"

    def _initdb_options(self) -> list[str]:
        self.log_folder.mkdir(mode=0o700)
        self.account.own(self.log_folder)
        words = [f"--wal-segsize={SEGMENT}", f"--waldir={self.log_folder}"]
        return [*super()._initdb_options(), *words]

    def _write_conf(self) -> None:
        super()._write_conf()
        with (self.data / "crux.conf").open("a") as conf:
            conf.write(f"max_wal_size = '{MOST}MB'\nmin_wal_size = '{LEAST}MB'\n")


def main() -> None:
    """Keep the database of the folder of the command line going."""
    cluster = Small(Path(sys.argv[1]))
    cluster.ensure()
    (cluster.folder / "ready").touch()
    launch._on_signals(launch._stop)
    try:
        while True:
            if not cluster.postmaster():
                launch._revive(cluster)
            time.sleep(launch.LOOK)
    except launch.Stopped:
        pass
    finally:
        cluster.stop()


@dataclass
class Disk:
    """The folder as the site sees it, and the process in whose namespace it is."""

    at: Path
    process: subprocess.Popen[bytes]
    key: str = field(default_factory=lambda: secrets.token_urlsafe(50))

    def seen(self, path: str) -> Path:
        """A path of it from outside."""
        return Path(f"/proc/{self.process.pid}/root{self.at}/{path}")

    @property
    def dsn(self) -> str:
        """The address of the database from outside."""
        password = self.seen("data/cluster/password").read_text().strip()
        host = self.seen("data/cluster/socket-folder").read_text().strip()
        host = quote(f"/proc/{self.process.pid}/root{host}", safe="")
        return f"postgresql://{NAME}:{password}@/{NAME}?host={host}&port={PORT}"

    def environment(self) -> dict[str, str]:
        """What the site is told: as in production."""
        return {
            "DEBUG": "0",
            "DATABASE_URL": self.dsn,
            "SECRET_KEY": self.key,
            "ALLOWED_HOSTS": "127.0.0.1",
            "EMAIL_URL": "submission://mail.example.org",
            "PROXIES": "1",
            "ADDRESS_WRITES": "10000000",
            "TMPDIR": f"{self.at}/temp",
            "DISKS": f"{self.at}/data,{self.at}/wal",
            "DISK_RESERVE": str(RESERVE),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def inside(self, *command: str, log: str) -> list[str]:
        """The command, run where the disks are; what it says goes into a file there."""
        said = ["sh", "-c", f'exec "$@" >>{self.at}/{log} 2>&1', "sh"]
        return ["nsenter", "-t", str(self.process.pid), "-m", f"--wd={PROJECT}", *said, *command]

    def manage(self, *arguments: str) -> str:
        """What a command of the site says."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env={**os.environ, **self.environment(), "TMPDIR": "/tmp"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def used(self, which: str) -> int:
        """How many bytes of a disk are used."""
        found = os.statvfs(self.seen(which))
        return (found.f_blocks - found.f_bfree) * found.f_frsize

    def left(self, which: str) -> int:
        """How many bytes of a disk are free."""
        found = os.statvfs(self.seen(which))
        return found.f_bavail * found.f_frsize

    def fill(self, which: str) -> None:
        """Fill a disk, with what others give back meanwhile."""
        ballast = self.seen(f"{which}/ballast")
        with contextlib.suppress(OSError), ballast.open("ab", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)

    def free(self, which: str) -> None:
        """Give the room back."""
        self.seen(f"{which}/ballast").unlink(missing_ok=True)


@contextlib.contextmanager
def disk(size: str) -> Iterator[Disk]:
    """Give four disks of this size: `data` with a running database on it, `wal`, `log`, `temp`."""
    at = Path(tempfile.mkdtemp(prefix="crux-", dir="/var/tmp"))
    at.chmod(0o711)
    for name in DISKS:
        (at / name).mkdir()
    script = f'{MOUNTS}; exec "$@"'
    command = ["unshare", "-m", "--propagation", "private", "sh", "-ec", script, str(at), size]
    command += [sys.executable, "-m", "tests.prove.small_disk", f"{at}/data/cluster"]
    environment = {**os.environ, "DEBUG": "1"}
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, process_group=0)
    made = Disk(at, process)
    try:
        until = time.monotonic() + 120
        while not made.seen("data/cluster/ready").exists():
            assert process.poll() is None and time.monotonic() < until, "no database"
            time.sleep(0.1)
        yield made
    finally:
        _end(made)


def _end(made: Disk) -> None:
    """Stop the database, by force where it must be, and forget the folder."""
    for name in DISKS:
        with contextlib.suppress(OSError):
            made.free(name)
    with contextlib.suppress(OSError, ValueError):
        pid = int(made.seen("data/cluster/data/postmaster.pid").read_text().split()[0])
        made.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            made.process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    made.process.kill()
    made.process.wait()
    shutil.rmtree(made.at, ignore_errors=True)


if __name__ == "__main__":
    main()
