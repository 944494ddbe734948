"""Every second: debates that have changed are worked out anew."""

from __future__ import annotations

from procrastinate.contrib.django import app

from debate.actions import analysis
from debate.jobs.tasks import task


@app.periodic(cron="* * * * * *")
@task("watch")
def watch(timestamp: int) -> None:
    """Look for them; the moment it was due does not matter."""
    analysis.ask()


@task(analysis.JOB)
def analyse(debate: int) -> None:
    """Work out one debate."""
    analysis.refresh(debate)
