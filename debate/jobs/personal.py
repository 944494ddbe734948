"""What people want done with their own data: exported, or taken back when they leave."""

from __future__ import annotations

from debate.actions import exports
from debate.jobs.tasks import task


@task("export")
def export(export: int) -> None:
    """Gather somebody's data into files."""
    exports.gather(export)
