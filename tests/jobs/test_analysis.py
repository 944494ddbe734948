from __future__ import annotations

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from debate.actions import statements
from debate.models import Analysis, JobFailure, Statement
from tests.jobs.test_cleaning import work


def label(claim: Statement) -> str:
    return str((Analysis.objects.get().result or {})["labels"][claim.label])


@pytest.mark.django_db(transaction=True)
def test_the_worker_finds_what_has_changed_and_works_it_out(claim: Statement, bob: User) -> None:
    app.configure_task("watch").defer(timestamp=0)
    work()
    assert label(claim) == "in"
    statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    app.configure_task("watch").defer(timestamp=0)
    work()
    assert label(claim) == "out"
    assert not ProcrastinateJob.objects.exists()
    assert not JobFailure.objects.exists()
