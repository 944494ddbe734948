"""The worker knows every job that anybody asks for."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django import app

from debate.actions import analysis

PROJECT = Path(__file__).resolve().parents[2]
ASKED = re.compile(r'(?:configure_task|_set_going)\((?:made, )?"([^"]+)"')


def test_the_worker_reads_every_module_of_jobs() -> None:
    files = (PROJECT / "debate" / "jobs").glob("*.py")
    modules = {f"debate.jobs.{file.stem}" for file in files if "\n@task(" in file.read_text()}
    assert len(modules) > 5
    assert modules <= set(settings.PROCRASTINATE_IMPORT_PATHS)


def test_what_is_asked_for_by_name_is_a_job() -> None:
    """Only the worker's own process shows it: tests import modules that it may not."""
    app.perform_import_paths()
    sources = [*(PROJECT / "debate").rglob("*.py"), *(PROJECT / "config").rglob("*.py")]
    asked = {name for file in sources for name in ASKED.findall(file.read_text())}
    assert {"export", "read_import", "send-mail"} <= asked
    assert asked | {analysis.JOB} <= set(app.tasks)
