"""Ends of lines and signs for terminals in names and headers: none in a log, none in a mail."""

from __future__ import annotations

import re
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User
from debate.actions import following, notifying, statements
from debate.jobs import letters
from debate.models import Debate
from tests.hostility.test_secrets import Ear, ear
from tests.rights import world

pytestmark = pytest.mark.django_db
__all__ = ["ear"]  # a fixture
BROKEN = "So\r\nBcc: everybody@evil.example\r\n\r\n\x1b[31mred\x07 \u2028\x85X-Sent: yes"
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
HEADERS = {
    *("content-type", "mime-version", "subject", "from", "to", "date", "message-id"),
    *("list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "reply-to", "list-id"),
    *("content-transfer-encoding", "precedence", "references", "in-reply-to"),
}


def check(message: Any) -> None:
    """A mail has the headers that it is given, and none that its words would add."""
    sent = message.message().as_bytes()
    read = BytesParser(policy=policy.default).parsebytes(sent)
    assert {name.lower() for name in read.keys()} <= HEADERS
    assert read["bcc"] is None
    assert "everybody@evil.example" not in message.recipients()
    assert not CONTROLS.search(sent.partition(b"\n\n")[0].decode("latin-1").replace("\n", ""))
    assert len(message.subject.splitlines()) == 1


def test_no_mail_has_a_header_of_somebodys_making() -> None:
    there = world.build()
    place = there.places["public"]
    author, member = there.who["author"].person, there.who["member"].person
    assert author is not None
    assert member is not None
    following.follow_debate(place.debate, by=member, level="followed")
    statements.reply(place.claim, by=author, kind="remark", body="So.")
    notifying.notify()
    Debate.objects.update(question=BROKEN)
    User.objects.update(name=BROKEN[:60])
    EmailAddress.objects.update_or_create(
        user=member, defaults={"email": member.email, "primary": True, "verified": True}
    )
    ids = list(member.notifications.values_list("pk", flat=True))
    for some in (ids[:1], ids):
        letter = letters.letter(person=member.pk, ids=some, message_id="<1@m.example>")
        assert letter is not None
        check(letter)


@pytest.mark.parametrize("field", ["email", "username", "login"])
def test_no_form_of_accounts_sends_a_mail_elsewhere(field: str) -> None:
    User.objects.create_user("mona", "mona@m.example", "correct horse", name=BROKEN[:60])
    sent = {"username": "mona2", "email": "mona@m.example", "password1": "a long enough one"}
    broken = f"mona@m.example{BROKEN}"
    for path in ("/accounts/password/reset/", "/accounts/signup/", "/accounts/login/"):
        Client().post(path, {**sent, field: broken})
        Client().post(path, sent)
    for message in mail.outbox:
        check(message)
        assert message.to == ["mona@m.example"]
    assert mail.outbox


def test_no_line_of_the_log_is_of_somebodys_making(ear: Ear) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    ugly = "/x%0a2026-11-26 INFO all is well%1b[31m%0d%00%e2%80%a8"
    headers = {"User-Agent": "a\x1b[31mb\x07", "Referer": "/\x1b[2J", "X-Forwarded-For": "\x1b[1m"}
    for path in (ugly, f"/d/{ugly[2:]}/", f"/accounts/login/?next={ugly}", f"/u/{ugly[2:]}/"):
        client.get(path, headers=headers)
        client.post(path, {"login": BROKEN, "password": BROKEN}, headers=headers)
    client.post("/accounts/login/", {"login": BROKEN, "password": BROKEN})
    client.post("/accounts/password/reset/", {"email": BROKEN})
    assert len(ear.lines) > 3
    for line in ear.lines:
        assert not CONTROLS.search(line), ascii(line)
        assert "all is well" not in line
        assert "\n" not in line.split("\nTraceback")[0], ascii(line)
