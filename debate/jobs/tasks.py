"""How a job is carried out: tried again with growing waits, and its errors noted for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from debate.actions import jobs

RETRY = RetryStrategy(max_attempts=5, exponential_wait=6)
"""After 6 and 36 seconds, 4 and 22 minutes, 2 hours; then a person must look at it."""


def task(name: str) -> Callable[[Callable[..., object]], Task[..., None, Any]]:
    """Make a function a job of this name; being done twice or at once must do no harm.

    No locks of the queue: a job whose worker was killed would hold one for ever.
    """

    def made(do: Callable[..., object]) -> Task[..., None, Any]:
        @app.task(name=name, retry=RETRY, pass_context=True)
        def run(context: JobContext, /, **given: Any) -> None:
            job = context.job.id or 0
            try:
                do(**given)
            except Exception as error:
                jobs.note_failure(job, name=name, error=error)
                raise
            jobs.forget_failure(job)

        return run

    return made
