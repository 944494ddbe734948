"""The small files beside a data folder, and what they tell."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from config.postgres.binaries import DatabaseUnavailable

CLOSED = 0o700


def living(data: Path) -> int | None:
    """Give the id of the server on this data folder, or None where there is none.

    A killed server that nobody has waited for (a zombie) still has its id, and after a restart of
    the machine another program may have it: both would keep PostgreSQL from starting.
    """
    try:
        pid = int(read(data / "postmaster.pid").split("\n")[0])
        os.kill(pid, 0)
    except PermissionError:
        pass
    except (ValueError, ProcessLookupError):
        return None
    process = Path("/proc") / str(pid)
    if not Path("/proc/self").exists():
        return pid
    try:
        state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        ours = (process / "cwd").samefile(data)
    except FileNotFoundError:
        return None
    except PermissionError:
        return pid
    return pid if ours and state not in "ZX" else None


@contextlib.contextmanager
def opened(folder: Path, name: str) -> Iterator[int]:
    """Open a lock file, making the folder; DatabaseUnavailable where that cannot be."""
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseUnavailable(
            f"{folder} cannot be used ({error.strerror}): run as the user it belongs to, or set "
            "CRUX_HOME to a folder of your own."
        ) from error
    try:
        yield lock
    finally:
        os.close(lock)


def is_closed(folder: Path, owner: int) -> bool:
    """Tell whether it is a real folder that nobody but its right owner can enter."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == owner
        and stat.S_IMODE(found.st_mode) == CLOSED
    )


def read(path: Path) -> str:
    """Give the file's text without the space around it, '' where there is no file."""
    try:
        return path.read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def write(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    half = path.with_name(path.name + ".tmp")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    half.write_text(text)
    half.replace(path)
