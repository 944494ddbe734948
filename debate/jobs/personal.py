"""What people want done with their own data: exported, or taken back when they leave."""

from __future__ import annotations

from debate.actions import exports, leaving
from debate.jobs.tasks import task


@task("export")
def export(export: int) -> None:
    """Gather somebody's data into files."""
    exports.gather(export)


@task("leave")
def leave(account: int, withdraw: bool) -> None:
    """Do what is left to do for somebody who has left."""
    leaving.finish(account, withdraw=withdraw)
