"""A Thread put together from what is kept for all is the one drawn for its reader alone."""

from __future__ import annotations

import re
import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts import actions as accounts
from accounts.models import User
from debate.actions import analysis, drafts, marks, moderation, statements
from debate.actions.quotations import Words
from debate.models import Debate
from debate.selectors import debates, threads
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


VIEWS = ("exchange", "open", "history", "standing", "cruxes", "common-ground", "map")


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_kept_for_visitors_is_what_would_be_drawn(
    client: Client, lively: Debate, view: str
) -> None:
    analysis.refresh(lively.pk)
    path = f"/d/{lively.slug}/{view}/"
    drawn = client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.content == drawn.content
    assert {*answer.headers} == {*drawn.headers}
    assert len(asked) == 1  # the debate's row


@pytest.mark.parametrize("view", VIEWS)
def test_a_change_and_a_new_analysis_are_shown_to_visitors_at_once(
    client: Client, lively: Debate, bob: User, view: str
) -> None:
    path = f"/d/{lively.slug}/{view}/"
    client.get(path)
    claim = lively.statements.get(kind="support", ordinal=5)
    statements.reply(claim, by=bob, kind="objection", on="truth", body="Said just now.")
    _is_as_drawn(client, path)
    analysis.refresh(lively.pk)
    _is_as_drawn(client, path)


def _is_as_drawn(client: Client, path: str) -> None:
    shown = client.get(path).content.decode()
    kept._pages.clear()
    assert MOMENT.sub("", shown) == MOMENT.sub("", client.get(path).content.decode())


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_kept_for_visitors_is_theirs_alone(
    client: Client, lively: Debate, alice: User, view: str
) -> None:
    path = f"/d/{lively.slug}/{view}/"
    plain = client.get(path).content
    client.cookies["bots"] = "hide"
    assert b'data-bots="hidden"' in client.get(path).content
    assert b'data-bots="hidden"' not in plain
    german = client.get(path, headers={"Accept-Language": "de"}).content.decode()
    assert '<html lang="de"' in german
    client.force_login(alice)
    assert "Alice" in client.get(path).content.decode()
    client.logout()
    assert client.get(path).content == plain


def test_what_is_told_one_visitor_is_not_kept(client: Client, lively: Debate, alice: User) -> None:
    path = f"/d/{lively.slug}/history/"
    plain = client.get(path).content
    client.force_login(alice)
    client.post("/accounts/logout/")
    told = client.get(path).content.decode()
    assert "signed out" in told
    assert client.get(path).content == plain


def test_a_page_with_a_token_in_it_is_not_kept(rf: RequestFactory, lively: Debate) -> None:
    @kept.for_visitors
    def view(request: HttpRequest, debate: Debate) -> HttpResponse:
        return HttpResponse(get_token(request))

    def ask() -> bytes:
        request = rf.get("/d/x/history/")
        request.user = AnonymousUser()
        return view(request, debates.debate(lively.slug, request.user)).content

    assert ask() != ask()
