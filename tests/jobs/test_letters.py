"""Mails of what people are told, as a mail server gets them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection, connections
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Mail, Pace, User
from debate.actions import following, leaving, mailing, moderation, notifying, statements
from debate.jobs import notifying as job
from debate.models import Debate, Notification, Statement
from tests import factories, mailserver
from tests.jobs.test_cleaning import work
from tests.mailserver import Catcher

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
CANARY = "canary-of-words"


@pytest.fixture
def catcher(settings: Any) -> Iterator[Catcher]:
    settings.EMAIL_BACKEND = "config.mails.Queue"
    settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.SITE_URL = "https://crux.example.org"
    with mailserver.running() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def wants(person: User, pace: str, **more: str) -> User:
    """A person with a confirmed address who wants mail so often."""
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    for name, value in {"mail_pace": pace, **more}.items():
        setattr(person, name, value)
    person.save()
    return person


def reply(parent: Statement, by: User, body: str = f"So the {CANARY} is.") -> Statement:
    return statements.reply(parent, by=by, kind="remark", body=body)


def tick() -> int:
    """What the job does each minute, and the worker after it; how many mails were made."""
    notifying.notify()
    made = mailing.post()
    work()
    return made


def part(mail: Message, kind: str) -> str:
    [found] = [one for one in mail.walk() if one.get_content_type() == kind]
    return found.get_payload(decode=True).decode()  # type: ignore[union-attr]  # bytes


def at(moment: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))


def test_a_mail_at_once_says_what_happened_why_and_where(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.AT_ONCE)
    said = reply(claim, bob)
    assert tick() == 1
    [mail] = catcher.caught
    assert mail["To"] == "alice@example.org"
    assert "Bob remarks on S1 in S2" in str(mail["Subject"])
    for kind in ("text/plain", "text/html"):
        text = part(mail, kind)
        assert f"https://crux.example.org/s/{said.pk}/" in text
        assert "because you were answered" in text
        assert CANARY in text
    assert tick() == 0
    assert len(catcher.caught) == 1


def test_the_job_of_each_minute_tells_and_mails(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.AT_ONCE)
    reply(claim, bob)
    app.configure_task(job.notify.name).defer(timestamp=0)
    work()
    assert len(catcher.caught) == 1
    assert not ProcrastinateJob.objects.exists()


def test_a_digest_comes_in_the_morning_of_ones_own_zone_once_a_day(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.DAILY, time_zone="Asia/Kathmandu")  # 5 hours 45 minutes ahead
    with time_machine.travel(at("2026-11-25 21:30", "Asia/Kathmandu"), tick=False):
        reply(claim, bob), reply(claim, bob)
        assert tick() == 0
    with time_machine.travel(at("2026-11-26 07:59", "Asia/Kathmandu"), tick=False):
        assert tick() == 0
    with time_machine.travel(at("2026-11-26 08:00", "Asia/Kathmandu"), tick=False):
        assert tick() == 1
        reply(claim, bob)
        assert tick() == 0
    with time_machine.travel(at("2026-11-26 23:00", "Asia/Kathmandu"), tick=False):
        assert tick() == 0
    with time_machine.travel(at("2026-11-27 08:01", "Asia/Kathmandu"), tick=False):
        assert tick() == 1
    first, second = (part(mail, "text/plain") for mail in catcher.caught)
    assert first.count("because you were answered") == 2
    assert "9:30 p.m." in first  # as it was where she is
    assert second.count("because you were answered") == 1


def test_the_clock_of_summer_is_minded(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.DAILY, time_zone="Europe/Berlin")
    with time_machine.travel(datetime(2026, 7, 1, 3, tzinfo=UTC), tick=False):
        reply(claim, bob)
        assert tick() == 0
    with time_machine.travel(datetime(2026, 7, 1, 6, tzinfo=UTC), tick=False):
        assert tick() == 1


def test_a_weekly_digest_comes_on_monday(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.WEEKLY, time_zone="America/New_York")
    for moment, mails in (
        ("2026-11-24 12:00", 0),
        ("2026-11-29 23:59", 0),
        ("2026-11-30 07:59", 0),
        ("2026-11-30 08:00", 1),
        ("2026-12-01 08:00", 0),
        ("2026-12-07 09:00", 1),
    ):
        with time_machine.travel(at(moment, "America/New_York"), tick=False):
            assert tick() == mails, moment
            reply(claim, bob)


def test_a_mail_is_in_the_language_of_its_reader(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.DAILY, language="de", time_zone="Europe/Berlin")
    with time_machine.travel(at("2026-03-03 21:15", "Europe/Berlin"), tick=False):
        reply(claim, bob), reply(claim, bob)
        tick()
    with time_machine.travel(at("2026-03-04 08:05", "Europe/Berlin"), tick=False):
        tick()
    [mail] = catcher.caught
    assert "3. März 2026 21:15" in part(mail, "text/plain")
    assert '<html lang="de">' in part(mail, "text/html")
    subject = str(mail["Subject"])
    assert "4. M" in subject or "utf-8" in subject


def test_one_click_ends_the_mails_of_who_is_signed_out(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.AT_ONCE)
    reply(claim, bob)
    tick()
    [mail] = catcher.caught
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = "".join(str(mail["List-Unsubscribe"]).split()).strip("<>")
    address = address.removeprefix("https://crux.example.org")
    program = Client(enforce_csrf_checks=True)
    asked = program.get(address)
    assert asked.status_code == 200
    alice.refresh_from_db()
    assert alice.mail_pace == Pace.AT_ONCE
    assert '<button type="submit"' in asked.content.decode()
    assert program.get(address[:-2] + "x/").status_code == 404
    assert program.post(address[:-2] + "x/").status_code == 404
    done = program.post(address, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    alice.refresh_from_db()
    assert alice.mail_pace == Pace.NEVER
    reply(claim, bob)
    assert tick() == 0
    assert len(catcher.caught) == 1
    assert alice.email not in asked.content.decode() + done.content.decode()


def hidden(said: Statement, by: User, moderator: User) -> None:
    moderation.hide(said, by=moderator, reason="Rude.")


def withdrawn(said: Statement, by: User, moderator: User) -> None:
    statements.withdraw(said, by=by)


def private(said: Statement, by: User, moderator: User) -> None:
    Debate.objects.filter(pk=said.debate_id).update(visibility="private")


@pytest.mark.parametrize("go", [hidden, withdrawn, private])
@pytest.mark.parametrize("when", ["before the mail is made", "while it waits"])
def test_what_the_reader_may_not_see_is_in_no_mail(
    go: Callable[[Statement, User, User], None],
    when: str,
    catcher: Catcher,
    claim: Statement,
    alice: User,
    bob: User,
    mara: User,
) -> None:
    wants(alice, Pace.AT_ONCE)
    elsewhere = factories.RemarkFactory.create(
        parent=factories.PositionFactory.create(author=alice), author=alice
    )
    said = reply(claim, bob)
    reply(elsewhere, bob, "Seen all the same.")
    notifying.notify()
    assert Notification.objects.filter(person=alice).count() == 2
    if when == "while it waits":
        assert mailing.post() == 1
    go(said, bob, mara)
    tick()
    [mail] = catcher.caught
    text = part(mail, "text/plain") + part(mail, "text/html")
    assert "Seen all the same." in text  # the control
    assert CANARY not in text
    assert f"/s/{said.pk}/" not in text
    if go is private:
        assert claim.debate.question not in text.replace(elsewhere.debate.question, "", 2)


def test_a_mail_with_nothing_left_is_not_sent(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.AT_ONCE)
    said = reply(claim, bob)
    notifying.notify()
    assert mailing.post() == 1
    statements.withdraw(said, by=bob)
    work()
    assert catcher.caught == []
    assert not Mail.objects.exists()


@pytest.mark.parametrize("how", ["read", "blocked", "muted", "muted above"])
def test_what_is_read_or_muted_while_the_mail_waits_is_not_in_it(
    how: str, catcher: Catcher, claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    wants(alice, Pace.AT_ONCE)
    reply(claim, bob)
    elsewhere = factories.PositionFactory.create(author=alice)
    reply(elsewhere, charlie, "Wanted all the same.")
    notifying.notify()
    assert mailing.post() == 1
    if how == "read":
        notifying.read(by=alice, debate=claim.debate.slug)
    elif how == "blocked":
        following.follow_person(bob, by=alice, level="blocked")
    elif how == "muted":
        following.follow_debate(claim.debate, by=alice, level="muted")
    else:
        following.follow_statement(claim, by=alice, level="muted")
    work()
    [mail] = catcher.caught
    text = part(mail, "text/plain") + part(mail, "text/html")
    assert "Wanted all the same." in text
    assert CANARY not in text


def test_what_waits_tells_nobody_and_is_tried_again_as_it_is_then(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.AT_ONCE)
    reply(claim, bob)
    other = reply(claim, bob, "And this.")
    catcher.answer = "451 later"
    tick()
    assert CANARY not in str(list(Mail.objects.values()))
    statements.withdraw(other, by=bob)
    catcher.answer = "250 ok"
    ids = [str(mail["Message-ID"]) for mail in catcher.caught]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    assert tick() == 0
    [mail] = [one for one in catcher.caught if str(one["Message-ID"]) not in ids]
    assert CANARY in part(mail, "text/plain")
    assert "And this." not in part(mail, "text/plain")
    assert not Mail.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.parametrize(
    "case", ["unconfirmed", "never", "left", "switched off", "read", "muted", "a bot"]
)
def test_no_mail_goes_to_whom_it_must_not(
    case: str, catcher: Catcher, claim: Statement, alice: User, bob: User, rob: User
) -> None:
    wants(alice, Pace.NEVER if case == "never" else Pace.AT_ONCE)
    wants(rob, Pace.AT_ONCE)
    if case == "unconfirmed":
        EmailAddress.objects.filter(user=alice).update(verified=False)
    said = statements.reply(claim, by=rob, kind="remark", body="By a bot.", generated_by="program")
    if case == "a bot":
        reply(said, alice)
        alice.mail_pace = Pace.NEVER
        alice.save()
    notifying.notify()
    if case == "left":
        leaving.leave(by=alice, withdraw=False)
    elif case == "switched off":
        User.objects.filter(pk=alice.pk).update(is_active=False)
    elif case == "read":
        notifying.read(by=alice)
    elif case == "muted":
        following.follow_statement(claim, by=alice, level="muted")
    tick()
    assert catcher.caught == []


def test_two_that_post_at_once_make_one_mail(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.AT_ONCE)
    reply(claim, bob)
    notifying.notify()

    def post() -> int:
        try:
            return mailing.post()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        made = [found.result() for found in [pool.submit(post) for _ in range(8)]]
    assert sum(made) == 1
    work()
    assert len(catcher.caught) == 1


def test_who_wants_mail_again_is_not_told_of_all_before(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.DAILY)
    reply(claim, bob)
    notifying.notify()
    mailing.choose(by=alice, pace=Pace.NEVER, follows_by_itself=True)
    mailing.choose(by=alice, pace=Pace.AT_ONCE, follows_by_itself=True)
    assert tick() == 0
    reply(claim, bob)
    assert tick() == 1
    assert part(catcher.caught[0], "text/plain").count("because") == 1


def test_a_long_mail_ends_and_leads_to_the_inbox(
    catcher: Catcher, claim: Statement, alice: User, bob: User
) -> None:
    wants(alice, Pace.AT_ONCE)
    for _ in range(53):
        reply(claim, bob)
    tick()
    text = part(catcher.caught[0], "text/plain")
    assert text.count("because you were answered") == 50
    assert "3 more are in your inbox" in text


def test_mornings_are_right_on_every_day_of_the_week() -> None:
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "no such zone"):
        for hours in range(24 * 8):
            now = MONDAY.replace(hour=0) + timedelta(hours=hours)
            day, week = (mailing.due(pace, zone, now) for pace in (Pace.DAILY, Pace.WEEKLY))
            here = mailing.zone_of(zone)
            assert day.astimezone(here).hour == week.astimezone(here).hour == 8
            assert week.astimezone(here).weekday() == 0
            assert 0 <= (now - day).total_seconds() < 86_400
            assert 0 <= (now - week).total_seconds() < 7 * 86_400
