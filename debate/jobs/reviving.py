"""Every few minutes: jobs whose worker was killed are tried again."""

from __future__ import annotations

from procrastinate.contrib.django import app

from debate.actions import jobs
from debate.jobs.tasks import task


@app.periodic(cron="*/5 * * * *")
@task("revive")
def revive(timestamp: int) -> None:
    """Look for them; the moment it was due does not matter."""
    jobs.revive()
