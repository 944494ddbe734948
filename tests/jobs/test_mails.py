"""Mails wait in the database, sealed, and are sent by the worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage, send_mail
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import actions
from accounts.models import Mail
from debate.models import JobFailure
from tests import mailserver
from tests.jobs.test_cleaning import work
from tests.mailserver import Catcher

pytestmark = pytest.mark.django_db(transaction=True)

TO = "ann@example.org"
SECRET = "https://crux.example.org/reset/opens-the-account/"


@pytest.fixture
def catcher(settings: Any) -> Iterator[Catcher]:
    settings.EMAIL_BACKEND = "config.mails.Queue"
    settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mailserver.running() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def post() -> None:
    send_mail("Your link \N{EM DASH} soon", f"Go to {SECRET}", "crux@example.org", [TO])


def everything() -> str:
    """All that the queue, its log and its errors hold."""
    with connection.cursor() as cursor:
        told = ""
        for table in ("procrastinate_jobs", "procrastinate_events", "debate_jobfailure"):
            cursor.execute(f"SELECT {table}::text FROM {table}")
            told += str(cursor.fetchall())
    return told + str(list(Mail.objects.values()))


def test_a_mail_is_stored_at_once_and_sent_by_the_worker(catcher: Catcher) -> None:
    post()
    assert catcher.caught == []
    waiting = everything()
    assert waiting.count("send-mail") >= 1
    assert TO not in waiting
    assert "opens-the-account" not in waiting
    work()
    [mail] = catcher.caught
    assert mail["To"] == TO
    assert SECRET in mail.get_payload(decode=True).decode()  # type: ignore[union-attr]  # bytes
    assert not Mail.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_a_mail_of_what_is_undone_is_not_sent(catcher: Catcher) -> None:
    with transaction.atomic():
        post()
        transaction.set_rollback(True)
    work()
    assert catcher.caught == []


def test_a_mail_that_nobody_takes_now_is_tried_again_and_tells_nothing(
    catcher: Catcher, caplog: pytest.LogCaptureFixture
) -> None:
    post()
    catcher.answer = f"451 <{TO}> try later"
    work()
    assert Mail.objects.count() == 1
    assert JobFailure.objects.get().error == "NotSent: The mail server answered 451."
    assert TO not in everything() + caplog.text
    catcher.answer = "250 ok"
    ProcrastinateJob.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work()
    assert len(catcher.caught) == 1
    assert not JobFailure.objects.exists()


def test_a_mail_that_is_refused_for_good_is_given_up(
    catcher: Catcher, caplog: pytest.LogCaptureFixture
) -> None:
    post()
    catcher.answer = f"550 no such user {TO}"
    work()
    assert not Mail.objects.exists()
    assert not JobFailure.objects.exists()
    assert "refused for good" in caplog.text
    assert TO not in caplog.text


def test_a_mail_server_that_is_away_is_tried_again(catcher: Catcher, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    post()
    work()
    assert Mail.objects.count() == 1
    assert JobFailure.objects.get().error.startswith("NotSent: ConnectionRefusedError")


def test_a_mail_sealed_with_a_forgotten_key_is_dropped(catcher: Catcher, settings: Any) -> None:
    post()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    post()
    work()
    assert len(catcher.caught) == 2
    post()
    settings.SECRET_KEY = "a third" * 10
    work()
    assert len(catcher.caught) == 2
    assert not Mail.objects.exists()


def test_mails_that_could_not_be_sent_go_after_two_days(catcher: Catcher) -> None:
    post()
    assert actions.forget_mails() == 0
    Mail.objects.update(made_at=timezone.now() - timedelta(days=2, minutes=1))
    assert actions.forget_mails() == 1


def test_a_mail_with_an_attachment_is_refused_while_it_is_made(catcher: Catcher) -> None:
    with pytest.raises(ValueError, match="attachments"):
        EmailMessage("s", "b", to=[TO], attachments=[("a.txt", "a", "text/plain")]).send()
