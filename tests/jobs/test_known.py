"""The worker knows every job that anybody asks for."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from debate.actions import analysis, jobs

PROJECT = Path(__file__).resolve().parents[2]
ASKED = re.compile(r'jobs\.ask\("([^"]+)"')
ROOMS = ("accounts", "config", "debate")
SOURCES = [file for room in ROOMS for file in (PROJECT / room).rglob("*.py")]


def test_the_worker_reads_every_module_of_jobs() -> None:
    files = (PROJECT / "debate" / "jobs").glob("*.py")
    modules = {f"debate.jobs.{file.stem}" for file in files if "\n@task(" in file.read_text()}
    assert len(modules) > 5
    assert modules <= set(settings.PROCRASTINATE_IMPORT_PATHS)


def test_what_is_asked_for_by_name_is_a_job() -> None:
    """Only the worker's own process shows it: tests import modules that it may not."""
    app.perform_import_paths()
    asked = {name for file in SOURCES for name in ASKED.findall(file.read_text())}
    assert {"export", "read_import", "send-mail"} <= asked
    assert asked | {analysis.JOB} <= set(app.tasks)


def test_jobs_are_asked_for_in_one_place() -> None:
    asking = [file for file in SOURCES if "configure_task" in file.read_text()]
    assert asking == [PROJECT / "debate" / "actions" / "jobs.py"]


@pytest.mark.django_db(transaction=True)
def test_what_a_job_asks_for_waits_for_its_transaction(elsewhere: ThreadPoolExecutor) -> None:
    """As in a worker, where the queue has connections of its own."""
    waiting = ProcrastinateJob.objects.filter(task_name="export")
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()), app.open():
        with transaction.atomic():
            jobs.ask("export", export=1)
            assert not elsewhere.submit(waiting.exists).result()
        assert elsewhere.submit(waiting.exists).result()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            jobs.ask("export", export=2)
            _ = 1 // 0
    assert waiting.count() == 1
