"""Every hour: what is past its time goes."""

from __future__ import annotations

from procrastinate.contrib.django import app

from debate.actions import cleaning
from debate.jobs.tasks import task


@app.periodic(cron="17 * * * *")
@task("clean")
def clean(timestamp: int) -> None:
    """Remove what nobody can need any more; the moment it was due does not matter."""
    cleaning.clean()
