"""The settings of a debate in the pages: what is shown, kept, refused and told in the History."""

from __future__ import annotations

import html as text
import re

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import settings, statements
from debate.models import Debate, Statement
from tests import factories


@pytest.fixture
def own(debate: Debate, alice: User) -> Debate:
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    return debate


@pytest.fixture
def door(own: Debate, alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def seen(page: str) -> str:
    return text.unescape(re.search(r'name="seen" value="([^"]*)"', page)[1])  # type: ignore[index]  # it is there


def form(debate: Debate, **other: str) -> dict[str, str]:
    sent = {name: getattr(debate, name) for name in ("question", "background", "visibility")}
    return {**sent, "bots": debate.bots, "term_1": "", "meaning_1": "", **other}


def test_settings_are_saved_and_the_history_tells_them(door: Client, own: Debate) -> None:
    at = f"/d/{own.slug}/settings/"
    page = door.get(at).content.decode()
    sent = form(
        own, question="Should it lend?", term_1="Date", meaning_1="A day.", seen=seen(page)
    )
    assert door.post(at, sent).headers["Location"] == at
    told = door.get(f"/d/{own.slug}/history/").content.decode()
    assert "changed the debate: question, terms" in told
    assert f"before: “{own.question}”" in told
    assert "A day." in door.get(f"/d/{own.slug}/").content.decode()


def test_somebody_elses_change_in_the_meantime_stays(
    door: Client, own: Debate, mara: User
) -> None:
    at = f"/d/{own.slug}/settings/"
    shown = seen(door.get(at).content.decode())
    settings.change(own, by=mara, question="Hers?", terms=[("A", "B")], topics=["Books"])
    assert door.post(at, form(own, background="Mine.", seen=shown)).status_code == 302
    stored = Debate.objects.get(pk=own.pk)
    assert (stored.question, stored.background) == ("Hers?", "Mine.")
    assert (stored.terms, stored.topics) == ([["A", "B"]], ["Books"])


def test_refused_settings_come_back_as_typed(door: Client, own: Debate) -> None:
    at = f"/d/{own.slug}/settings/"
    sent = form(own, question="", term_1="Date", meaning_1="", background="Typed.", seen="x")
    answer = door.post(at, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ask a question." in page and "Typed." in page and 'value="Date"' in page
    answer = door.post(at, form(own, term_1="Date", seen="{}"))
    assert answer.status_code == 422
    assert "Say what it means here." in answer.content.decode()


def test_another_term_comes_without_javascript(door: Client, own: Debate) -> None:
    at = f"/d/{own.slug}/settings/"
    sent = form(own, question="Typed?", term_1="A", meaning_1="B", then="term", seen="{}")
    page = door.post(at, sent).content.decode()
    assert 'name="term_2"' in page and 'value="Typed?"' in page
    assert not own.events.filter(kind="debate.changed").exists()


def test_the_way_to_the_settings_is_shown_to_who_looks_after_the_debate(
    door: Client, own: Debate, bob: User, mara: User
) -> None:
    link = f'href="/d/{own.slug}/settings/"'
    for path in ("", "history/", "people/"):
        assert link in door.get(f"/d/{own.slug}/{path}").content.decode(), path
    for user, is_shown in ((bob, False), (mara, True), (None, False)):
        client = Client()
        if user:
            client.force_login(user)
        assert (link in client.get(f"/d/{own.slug}/").content.decode()) is is_shown
    client.force_login(bob)
    assert client.get(f"/d/{own.slug}/settings/").status_code == 403


def test_a_debate_is_archived_with_an_outcome_and_reopened(door: Client, own: Debate) -> None:
    at = f"/d/{own.slug}/state/"
    door.post(at, {"state": "archived", "outcome": "Both *grant* it."})
    for view in ("", "exchange/", "open/", "history/", "people/"):
        page = Client().get(f"/d/{own.slug}/{view}").content.decode()
        assert "Both <em>grant</em> it." in page, view
        assert "archived: it can only be read" in page, view
    page = door.get(f"/d/{own.slug}/settings/").content.decode()
    assert 'name="question"' not in page and "Reopen it" in page
    assert door.post(at, {"state": "open"}).status_code == 302
    page = Client().get(f"/d/{own.slug}/").content.decode()
    assert "Both <em>grant</em>" not in page
    assert "Both *grant* it." in door.get(f"/d/{own.slug}/settings/").content.decode()


def test_a_closed_debate_says_what_it_still_takes(door: Client, own: Debate) -> None:
    door.post(f"/d/{own.slug}/state/", {"state": "closed"})
    assert (
        "it takes no new statements or edits" in Client().get(f"/d/{own.slug}/").content.decode()
    )
    page = door.get(f"/d/{own.slug}/settings/").content.decode()
    assert "Reopen it to change its words." in page
    again = door.post(f"/d/{own.slug}/state/", {"state": "closed"})
    assert again.status_code == 422
    assert "closed already" in again.content.decode()


def test_an_outcome_too_long_comes_back(door: Client, own: Debate) -> None:
    long = "So it is. " * 600
    answer = door.post(f"/d/{own.slug}/state/", {"state": "archived", "outcome": long})
    assert answer.status_code == 422
    assert "Use at most 5,000 characters" in answer.content.decode()
    assert "So it is. So it is." in answer.content.decode()


def test_a_position_is_renamed_and_the_old_name_told_while_it_may_be_read(
    door: Client, own: Debate, his: Statement, hers: Statement, bob: User
) -> None:
    sent = {"name": "Keep five weeks", "from": "settings"}
    answer = door.post(f"/s/{his.pk}/name/", sent)
    assert answer.headers["Location"] == f"/d/{own.slug}/settings/"
    history = f"/d/{own.slug}/history/"
    assert "before: “Keep four weeks”" in Client().get(history).content.decode()
    page = door.get(f"/s/{hers.pk}/").content.decode()
    assert f'href="/s/{hers.pk}/name/"' in page
    assert door.post(f"/s/{hers.pk}/name/", {"name": ""}).status_code == 422
    assert door.post(f"/s/{hers.pk}/name/", {"name": "Mine"}).headers["Location"].endswith("/")
    statements.withdraw(his, by=bob)
    assert "Keep four weeks" not in Client().get(history).content.decode()
    told = Client().get(f"/api/v1/debates/{own.slug}/events/?kind=statement.renamed").json()
    assert [one["changed"] for one in told["results"]] == [
        [],
        [{"field": "name", "before": "Lend until asked back"}],
    ]


def test_every_write_of_an_archive_is_refused_with_the_reason(
    door: Client, own: Debate, claim: Statement
) -> None:
    door.post(f"/d/{own.slug}/state/", {"state": "archived"})
    at = f"/s/{claim.pk}"
    for address, sent in (
        (f"{at}/reply/", {"kind": "remark", "body": "So."}),
        (f"{at}/edit/", {"body": "Else.", "revision": "1"}),
        (f"{at}/withdrawal/", {}),
        (f"/s/{claim.parent_id}/mark/", {"truth": "agree"}),
        (f"/s/{claim.parent_id}/name/", {"name": "So"}),
        (f"{at}/reliance/", {"position": str(claim.parent_id), "words": "would go"}),
        (f"/d/{own.slug}/cruxes/new/", {"name": "A", "body": "B"}),
        (f"/d/{own.slug}/settings/", form(own, question="Else?")),
        (f"/d/{own.slug}/state/", {"state": "archived"}),
    ):
        answer = door.post(address, sent)
        assert answer.status_code in (403, 422), address
        page = answer.content.decode()
        assert "archived: it can only be read" in page or "archived already" in page, address
