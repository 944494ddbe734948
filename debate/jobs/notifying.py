"""Every minute: people are told of what happened, in the inbox and, where it is due, by mail."""

from __future__ import annotations

from procrastinate.contrib.django import app

from debate.actions import mailing, notifying, ordering
from debate.jobs.tasks import task


@app.periodic(cron="* * * * *")
@task("notify")
def notify(timestamp: int) -> None:
    """Tell of it; the moment it was due does not matter."""
    ordering.place()
    try:
        notifying.notify()
    finally:
        mailing.post()
