"""Put a backup back into an empty database: all of it, as it was, or nothing."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Generator
from functools import partial
from itertools import chain
from pathlib import Path
from subprocess import DEVNULL, PIPE
from threading import Thread
from typing import IO, Any
from zipfile import ZipFile

from config.backups import archive, manifest, tables
from config.backups.archive import CHUNK, Say
from config.backups.manifest import Manifest, NotRestored
from config.postgres.clients import Server, major, program, start

UNPACK = ("--file=-", "--no-owner", "--no-privileges")
RUN = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-")
LONGEST = 1_000  # characters of what a program complains of


def look(path: Path) -> Manifest:
    """Read a backup through; raises NotRestored where it is damaged."""
    with archive.opened(path) as (file, told):
        archive.check(file, told)
    return told


def restore(server: Server, path: Path, say: Say, *, other_key: bool = False) -> Manifest:
    """Restore into the database, which has to be empty; raises NotRestored, and leaves it so.

    What came out is compared with the snapshot in the transaction that restores it.
    """
    with archive.opened(path) as (file, told):
        with server.connection() as connection:
            version, name = major(connection), connection.info.dbname
            held = tables.held(connection)
        refuse(told, version, f"{name} is not empty, it has {held}" if held else "", other_key)
        say("Checking the file ...")
        archive.check(file, told)
        say(f"Restoring {told.snapshot.rows:,} rows of {told.made_at}, and comparing them ...")
        _write(server, file, told, version)
    with server.connection(autocommit=True) as connection:
        connection.execute("ANALYZE")
    return told


def refuse(told: Manifest, version: int, held: str, other_key: bool) -> None:
    """Raise NotRestored with all that stands against it."""
    found = list(manifest.misfits(told, version))
    if held:
        found.append(f"The database {held}. Make a new one, and name it in DATABASE_URL.")
    if not other_key and (others := list(manifest.other_keys(told))):
        found += [*others, "Set the keys that were kept apart, or give --other-key to lose that."]
    if found:
        raise NotRestored("Nothing was restored:\n- " + "\n- ".join(found))


def _write(server: Server, file: ZipFile, told: Manifest, version: int) -> None:
    """Let psql do what pg_restore says, and commit only where all of it came out right.

    Whatever ends before that leaves psql without the word to commit.
    """
    compare = (tables.differences(told.snapshot) + "COMMIT;\n").encode()
    with tempfile.TemporaryFile() as said:
        pipes: dict[str, Any] = {"stdin": PIPE, "stdout": DEVNULL, "stderr": said}
        psql = server.start(program("psql", version), *RUN, **pipes)
        into: IO[bytes] = psql.stdin  # type: ignore[assignment]  # it is a pipe
        script = _script(file, version)
        try:
            with contextlib.suppress(BrokenPipeError):  # it has ended, and said why
                into.writelines(chain([b"BEGIN;\n"], script, [compare]))
                into.flush()
        except BaseException:
            psql.kill()  # what it was given so far may end with a part of a statement
            raise
        finally:
            psql.communicate()
            script.close()
        if psql.returncode:
            raise NotRestored(f"Nothing was restored. {_said(said)}")


def _script(file: ZipFile, version: int) -> Generator[bytes]:
    """What pg_restore makes of the dump, as it comes; raises NotRestored where it fails."""
    with tempfile.TemporaryFile() as said:
        pipes: dict[str, Any] = {"stdin": PIPE, "stdout": PIPE, "stderr": said}
        with start(program("pg_restore", version), *UNPACK, **pipes) as process:
            output: IO[bytes] = process.stdout  # type: ignore[assignment]  # it is a pipe
            feeding = Thread(target=_feed, args=(file, process.stdin), daemon=True)
            feeding.start()
            try:
                yield from iter(partial(output.read, CHUNK), b"")
            finally:
                output.close()
                feeding.join()
        if process.returncode:
            raise NotRestored(f"Nothing was restored. pg_restore failed: {_said(said)}")


def _feed(file: ZipFile, target: IO[bytes]) -> None:
    """Hand the dump to pg_restore, which fails by itself where it ends too soon."""
    with contextlib.suppress(BrokenPipeError), file.open(archive.DUMP) as source:
        shutil.copyfileobj(source, target, CHUNK)
    with contextlib.suppress(OSError):
        target.close()


def _said(said: IO[bytes]) -> str:
    """What a program complained of first, which is why it stopped."""
    said.seek(0)
    words = said.read().decode(errors="replace")
    return words[max(0, words.find("ERROR")) :][:LONGEST].strip()
