"""Every hour: the words that a slip may have meant follow from what is said."""

from __future__ import annotations

from procrastinate.contrib.django import app

from debate.actions import search
from debate.jobs.tasks import task


@app.periodic(cron="7 * * * *")
@task("search-words")
def work_out(timestamp: int) -> None:
    """Work them out; the moment it was due does not matter."""
    search.refresh()
