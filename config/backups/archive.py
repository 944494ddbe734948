"""The file of a backup: a ZIP of a dump and its manifest, so that `unzip` and pg_restore read it.

It is not compressed, as the dump is, and is written and read in one stream, however large it is.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from config.backups.manifest import Manifest, NotRestored, Part, read

DUMP = "database.dump"
MANIFEST = "manifest.json"
HALF = ".part"
CHUNK = 1 << 20
ONLY_OURS = 0o600
Say = Callable[[str], None]


class NotMade(Exception):
    """There is no backup; the message says why and what to do."""


@contextlib.contextmanager
def new(path: Path) -> Iterator[ZipFile]:
    """Write a file that only its owner may read, whole or not at all; NotMade where one is there.

    It gets its name once it lies on the disk for good, and never takes the place of another.
    """
    half = path.with_name(f".{path.name}{HALF}")
    try:
        _refuse_taken(path)
        file = os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OURS), "wb")
    except FileExistsError:
        raise NotMade(f"{half} is there: another backup is written, or one was killed.") from None
    except OSError as error:
        raise NotMade(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with file:
            with ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        _name(half, path)
    except OSError as error:
        raise NotMade(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        half.unlink(missing_ok=True)


def _refuse_taken(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise NotMade(f"{path} is there already, and is left as it is: give another name.")


def _name(half: Path, path: Path) -> None:
    """Give the file its name, unless somebody else has taken it meanwhile."""
    try:
        os.link(half, path)
    except FileExistsError:
        _refuse_taken(path)
    except OSError:  # a disk without links
        _refuse_taken(path)
        half.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def add(archive: ZipFile, name: str, source: IO[bytes], say: Callable[[int], None]) -> Part:
    """Put a stream into the file; tells the bytes so far, and gives what it has become."""
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
            size += len(chunk)
            say(size)
    return Part(size, digest.hexdigest())


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    """Open a backup to read it; raises NotRestored where it is none, or is cut off."""
    with contextlib.ExitStack() as stack:
        with _as_damaged(str(path)):
            archive = stack.enter_context(ZipFile(path))
            told = read(archive.read(MANIFEST))
        yield archive, told


def check(archive: ZipFile, manifest: Manifest) -> None:
    """Read all of it once; raises NotRestored where a part is not what it was."""
    if DUMP not in manifest.parts:
        raise NotRestored("There is no database in this backup.")
    for name, part in manifest.parts.items():
        with _as_damaged(str(archive.filename)):
            found = _read_through(archive, name)
        if found != part:
            raise NotRestored(f"{name} in the backup is damaged: it has another checksum.")


def _read_through(archive: ZipFile, name: str) -> Part:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Part(size, digest.hexdigest())


@contextlib.contextmanager
def _as_damaged(path: str) -> Iterator[None]:
    """Tell what goes wrong while a file is read."""
    try:
        yield
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise NotRestored(
            f"{path} is not a whole backup: damaged, or cut off ({error})."
        ) from None
    except OSError as error:
        raise NotRestored(f"{path} cannot be read: {error.strerror}.") from error
