"""Asking for background jobs, and what becomes of those that fail."""

from __future__ import annotations

from datetime import datetime

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from procrastinate.types import JSONValue

from accounts.models import User
from debate import rules
from debate.actions.refusals import Conflict
from debate.models import JobFailure
from debate.models.jobs import ERROR_MAX

KILLED_MOST = 10
OURS = JobManager(DjangoConnector())


def ask(name: str, *, at: datetime | None = None, **given: JSONValue) -> None:
    """Ask for a job by its name, in the transaction that is open: undone, none is asked for.

    The queue's own `app` does so on pages alone. In a worker it writes by a connection of its own,
    at once: the job could be done before there was what it is about.
    """
    configure_task(name=name, job_manager=OURS, schedule_at=at).defer(**given)


def note_failure(job: int, *, name: str, error: Exception) -> None:
    """Keep the error of a job, in place of an earlier one of the same job."""
    told = f"{type(error).__name__}: {error}".replace("\x00", "")[:ERROR_MAX]
    fields = {"name": name, "error": told, "failed_at": timezone.now()}
    JobFailure.objects.update_or_create(job=job, defaults=fields)


def forget_failure(job: int) -> None:
    """The job is done after all."""
    JobFailure.objects.filter(job=job).delete()


@transaction.atomic
def retry(failure: JobFailure, *, by: User) -> None:
    """Try a job again that was given up; raises PermissionDenied, Conflict where it was not."""
    rules.require(rules.may_see_jobs(by))
    job = ProcrastinateJob.objects.filter(pk=failure.job).first()
    if job is None:
        raise Conflict(gettext("This job is not there any more."))
    if job.status != Status.FAILED.value:
        raise Conflict(gettext("This job is not given up: it is tried again by itself."))
    app.job_manager.retry_job_by_id(job.pk, timezone.now())


def revive() -> int:
    """Put back into the queue what a worker was at when it was killed; says how many jobs.

    Given up is what has been begun more often than any job survives by chance: it may be what
    kills the workers.
    """
    stalled = list(async_to_sync(app.job_manager.get_stalled_jobs)())
    for job in stalled:
        if job.attempts >= KILLED_MOST:
            _give_up(job)
        else:
            app.job_manager.retry_job_by_id(job.id or 0, timezone.now())
    return len(stalled)


def _give_up(job: Job) -> None:
    error = RuntimeError("Its worker was killed again and again while it was at this.")
    note_failure(job.id or 0, name=job.task_name, error=error)
    finish = async_to_sync(app.job_manager.finish_job_by_id_async)
    finish(job.id or 0, Status.FAILED, delete_job=False)
