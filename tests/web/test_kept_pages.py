"""A Thread put together from what is kept for all is the one drawn for its reader alone."""

from __future__ import annotations

import re
import time

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import actions as accounts
from accounts.models import User
from debate.actions import drafts, marks, moderation, statements
from debate.actions.quotations import Words
from debate.models import Debate
from debate.selectors import threads
from debate.web import kept

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
MOMENT = re.compile(r'data-new[^>]*|"nonce-[^"]*"|As of <time[^>]*>[^<]*')


@pytest.fixture
def lively(db: None, alice: User, bob: User, mara: User) -> Debate:
    """The seed debate, with acts of two members and of a moderator."""
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    said = {statement.label: statement for statement in debate.statements.all()}
    marks.mark(said["P1"], by=alice, truth="agree")
    marks.mark(said["S5"], by=alice, truth="agree", quote=Words("an agent is free to act"))
    marks.mark(said["S5"], by=bob, truth="disagree", bears="no")
    own = statements.reply(said["S5"], by=alice, kind="objection", on="truth", body="Not yet.")
    statements.reply(own, by=bob, kind="question", body="Since when?")
    statements.reply(said["S4"], by=bob, kind="support", body="As I have seen.")
    marks.mark(own, by=bob, truth="agree")
    statements.edit(own, by=alice, body="Not so far.", revision=1)
    moderation.hide(said["S13"], by=mara, reason="Sets a tone that is not ours.")
    wording = drafts.Wording("support", "", "Canary of a draft.")
    drafts.keep(said["S6"], by=alice, key="k", wording=wording)
    return debate


def page(debate: Debate, user: User | None) -> str:
    client = Client()
    if user:
        client.force_login(user)
    html = client.get(f"/d/{debate.slug}/").content.decode()
    return MOMENT.sub("", TOKEN.sub("", html))


def test_what_is_kept_is_what_would_be_drawn_for_each_reader(
    lively: Debate,
    alice: User,
    bob: User,
    charlie: User,
    mara: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers = [alice, bob, None, charlie, mara, alice, bob, None, mara, charlie]
    for user in readers:
        page(lively, user)  # the visit is noted, and pages are kept
    warm = [page(lively, user) for user in readers]
    monkeypatch.setattr(threads, "is_alike", lambda *_: False)
    for user, html in zip(readers, warm, strict=True):
        if user is not None:
            kept._pages.clear()
            assert html == page(lively, user), user
        for canary in ("Canary of a draft.",):
            assert (canary in html) == (user == alice)


def test_a_new_name_is_everywhere_within_a_minute(
    client: Client, lively: Debate, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = ("", "exchange/", "history/", "open/")
    pages = [f"/d/{lively.slug}/{view}" for view in views]
    assert all("Alice" in client.get(page).content.decode() for page in pages)
    accounts.rename(alice, by=alice, username="zoe", name="Zoe of the Library")
    now = time.monotonic() + kept.SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: now)
    for page in [*pages, "/u/zoe/"]:
        shown = client.get(page).content.decode()
        assert "Zoe of the Library" in shown, page
        assert "Alice" not in shown, page
