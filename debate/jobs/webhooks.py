"""Every few seconds: what has happened is sent to the webhooks that wait for it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from debate.actions import delivering
from debate.jobs.tasks import task


@app.periodic(cron="* * * * * */3")
@task("webhooks")
def send(timestamp: int) -> None:
    """Look for it and send it; the moment it was due does not matter."""
    delivering.find()
    delivering.call()
