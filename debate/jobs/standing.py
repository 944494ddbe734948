"""Every hour: people's standing follows from what they have done."""

from __future__ import annotations

from procrastinate.contrib.django import app

from debate.actions import standing
from debate.jobs.tasks import task


@app.periodic(cron="37 * * * *")
@task("standing")
def work_out(timestamp: int) -> None:
    """Work it out; the moment it was due does not matter."""
    standing.refresh()
