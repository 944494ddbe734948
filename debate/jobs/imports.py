"""Files that people bring in, where they are long."""

from __future__ import annotations

from debate.actions import imports
from debate.jobs.tasks import task


@task("read_import")
def read(pk: int) -> None:
    """Read a file, to be looked over."""
    imports.read(pk)


@task("write_import")
def write(pk: int) -> None:
    """Write what was looked over."""
    imports.write(pk)
