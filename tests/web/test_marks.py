from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import marks, moderation, statements
from debate.models import Debate, Mark, Statement
from tests import factories

HTMX = {"HX-Request": "true"}


def test_a_mark_shows_in_the_counts_at_once(client: Client, claim: Statement, bob: User) -> None:
    client.force_login(bob)
    answer = client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"}, headers=HTMX)
    page = answer.content.decode()
    assert 'aria-pressed="true"' in page
    assert '<span class="n">2</span>' in page
    assert "Bob grants it" in page


def test_who_agrees_and_says_that_it_bears_does_not_grant_it_without(
    client: Client, claim: Statement, bob: User, charlie: User
) -> None:
    marks.mark(claim, by=bob, truth="agree", bears="yes")
    marks.mark(claim, by=charlie, truth="agree", bears="no")
    page = client.get(f"/s/{claim.pk}/").content.decode()
    assert "Charlie grants it, but not that it bears" in page
    assert "Bob and Charlie" not in page


def test_a_chosen_answer_sent_empty_is_cleared(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"})
    client.post(f"/s/{claim.pk}/mark/", {"bears": "no"})
    client.post(f"/s/{claim.pk}/mark/", {"truth": ""})
    mark = Mark.objects.get(person=bob)
    assert (mark.truth, mark.bears) == ("", "no")


def test_without_htmx_a_mark_leads_back_to_where_it_was_given(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    here = f"http://testserver/d/{claim.debate.slug}/"
    answer = client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"}, headers={"Referer": here})
    assert answer.headers["Location"] == f"/d/{claim.debate.slug}/#statement-{claim.pk}"
    elsewhere = {"Referer": "https://evil.example/d/x/"}
    answer = client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"}, headers=elsewhere)
    assert answer.headers["Location"] == f"/s/{claim.pk}/"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_mark_that_says_nothing_is_refused_and_clearing_none_is_told(
    client: Client, claim: Statement, bob: User, headers: dict[str, str]
) -> None:
    client.force_login(bob)
    at = f"/s/{claim.pk}/mark/"
    refused = client.post(at, {}, headers=headers)
    assert refused.status_code == 422
    assert "Nothing to change" in refused.content.decode()
    cleared = client.post(at, {"verdict": ""}, headers=headers, follow=True)
    assert cleared.status_code == 200
    assert "Your mark is cleared." in cleared.content.decode()
    assert not Mark.objects.exists()


def test_visitors_cannot_mark_and_come_back_to_the_statement(
    client: Client, claim: Statement
) -> None:
    answer = client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"})
    assert answer.headers["Location"] == f"/accounts/login/?next=%2Fs%2F{claim.pk}%2F"
    assert not Mark.objects.exists()


def test_a_verdict_that_does_not_exist_is_refused(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    for sent in ({"truth": "maybe"}, {"bears": "maybe"}, {"verdict": "maybe"}):
        assert client.post(f"/s/{claim.pk}/mark/", sent).status_code == 422
    assert not Mark.objects.exists()


def test_true_but_beside_the_point_is_one_gesture_and_so_is_taking_it_back(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    for verdict, stands in (("beside", ("agree", "no")), ("", ("", ""))):
        client.post(f"/s/{claim.pk}/mark/", {"verdict": verdict}, headers=HTMX)
        mark = Mark.objects.get()
        assert (mark.truth, mark.bears) == stands


def test_with_a_passage_a_mark_is_set_and_shown_with_a_way_to_drop_it(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    sent = {"truth": "agree", "quote": "a book back", "prefix": "bring ", "suffix": " unasked"}
    for _ in range(2):
        answer = client.post(f"/s/{claim.pk}/mark/", sent, headers=HTMX)
        assert answer["HX-Retarget"] == f"#statement-{claim.pk}-foot"
        assert "You agree with “a book back”" in answer.content.decode()
    assert Mark.objects.get().truth == "agree"
    answer = client.post(f"/s/{claim.pk}/mark/", {"drop_quote": "1", "quote": ""}, headers=HTMX)
    assert "You agree with" not in answer.content.decode()
    mark = Mark.objects.get()
    assert (mark.truth, mark.quotation) == ("agree", None)


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("words", "reason"), [("a book forward", "not in this statement"), ("e", "places")]
)
def test_a_passage_that_is_not_one_is_refused_with_the_reason(
    client: Client,
    claim: Statement,
    bob: User,
    words: str,
    reason: str,
    headers: dict[str, str],
) -> None:
    client.force_login(bob)
    sent = {"truth": "agree", "quote": words}
    answer = client.post(f"/s/{claim.pk}/mark/", sent, headers=headers)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert reason in page
    assert ("<html" in page) == (not headers)
    assert headers or f">{words}</textarea>" in page
    assert not Mark.objects.exists()


def test_without_scripts_a_passage_is_marked_in_a_form(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    page = client.get(f"/s/{claim.pk}/mark/").content.decode()
    assert 'name="quote"' in page and 'value="unsure"' in page


def test_after_a_mark_the_next_page_offers_to_undo_it(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    sent = client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"}, follow=True)
    page = sent.content.decode()
    change = Mark.objects.get().changes.get().pk
    assert "You agree." in page and f'action="/s/{claim.pk}/mark/undo/"' in page
    assert f'name="change" value="{change}"' in page
    client.post(f"/s/{claim.pk}/mark/undo/", {"change": change})
    assert Mark.objects.get().truth == ""
    again = client.post(f"/s/{claim.pk}/mark/", {"truth": "disagree"}, follow=True)
    assert "What changed your mind?" not in again.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_after_changing_sides_one_is_asked_what_did_it(
    client: Client, claim: Statement, alice: User, bob: User, headers: dict[str, str]
) -> None:
    reply = factories.ObjectionFactory.create(parent=claim, author=alice, body="It is not so.")
    factories.ObjectionFactory.create(parent=claim, author=bob, body="Words of my own.")
    client.force_login(bob)
    client.post(f"/s/{claim.pk}/mark/", {"truth": "agree"})
    sent = {"truth": "disagree"}
    answer = client.post(f"/s/{claim.pk}/mark/", sent, headers=headers, follow=True)
    assert "What changed your mind?" in answer.content.decode()
    at = f"/s/{claim.pk}/mark/because/"
    form = answer if headers else client.get(at)
    shown = form.content.decode()
    assert f'value="{reply.label}"' in shown and "Alice: It is not so." in shown
    assert "Bob: Words of my own." not in shown
    refused = client.post(at, {"because": "", "other": "S99"}, headers=headers)
    assert refused.status_code == 422
    assert 'value="S99"' in refused.content.decode()
    assert client.post(at, {"because": reply.label}, headers=headers).status_code in (200, 302)
    page = client.get(f"/s/{reply.pk}/").content.decode()
    assert "changed 1 mind" in page and "from agree to disagree" in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_undone_or_confirmed_is_told(
    client: Client, claim: Statement, bob: User, headers: dict[str, str]
) -> None:
    client.force_login(bob)
    for verb, change, reason in (
        ("undo", "x", "nothing to undo"),
        ("undo", "9" * 5000, "nothing to undo"),
        ("undo", "9" * 19, "nothing to undo"),
        ("confirmation", "", "not marked"),
    ):
        at = f"/s/{claim.pk}/mark/{verb}/"
        answer = client.post(at, {"change": change}, headers=headers, follow=True)
        assert answer.status_code == (422 if headers else 200)
        assert reason in answer.content.decode()


def test_ones_marks_are_on_one_page_with_those_to_look_at_again(
    client: Client, claim: Statement, alice: User, bob: User
) -> None:
    assert client.get("/marks/").status_code == 302
    client.force_login(bob)
    assert "You have marked nothing yet" in client.get("/marks/").content.decode()
    other = factories.SupportFactory.create(parent=claim, author=alice, body="Other words.")
    for statement in (claim, other):
        marks.mark(statement, by=bob, truth="agree")
    statements.edit(claim, by=alice, body="Quite new words.", revision=1)
    page = client.get("/marks/").content.decode()
    assert page.index("Other words.") < page.index("Quite new words.")
    assert "edited since your mark" in page
    again = client.get("/marks/?stale=1").content.decode()
    assert "Quite new words." in again and "Other words." not in again
    at, under = f"/s/{claim.pk}/mark/confirmation/", {"under": "marks"}
    confirmed = client.post(at, under, headers=HTMX).content.decode()
    assert f'id="statement-{claim.pk}"' in confirmed and "edited since" not in confirmed
    assert 'id="stale-count">1<' in again
    assert 'id="stale-count" hx-swap-oob="true">0<' in confirmed
    assert "Nothing to look at again" in client.get("/marks/?stale=1").content.decode()
    here = {"Referer": "http://testserver/marks/?stale=1"}
    back = client.post(at, under, headers=here)
    assert back["Location"] == f"/marks/?stale=1#statement-{claim.pk}"


def test_nobody_is_told_who_marked_what_is_hidden(
    client: Client, claim: Statement, bob: User, mara: User
) -> None:
    marks.mark(claim, by=bob, truth="agree")
    at = f"/s/{claim.pk}/marks/"
    assert "Bob" in client.get(at).content.decode()
    moderation.hide(claim, by=mara, reason="Out of tone.")
    assert client.get(at).status_code == 404
    client.force_login(bob)
    own = client.get("/marks/").content.decode()
    assert "Removed by moderation" in own and claim.body not in own
    client.force_login(mara)
    assert "Bob" in client.get(at).content.decode()


def test_who_is_suspended_there_is_told_so_beside_what_was_pressed(
    client: Client, claim: Statement, bob: User
) -> None:
    factories.SuspensionFactory.create(debate=claim.debate, person=bob, reason="Rude.")
    Debate.objects.filter(pk=claim.debate_id).update(suspended=[bob.pk])
    client.force_login(bob)
    sent = {"truth": "agree"}
    answer = client.post(f"/s/{claim.pk}/mark/", sent, headers=HTMX)
    assert (answer.status_code, answer["Content-Type"]) == (403, "text/plain; charset=utf-8")
    assert "You are suspended in this debate" in answer.content.decode()
    page = client.post(f"/s/{claim.pk}/mark/", sent)
    assert page.status_code == 403
    assert "Rude." in page.content.decode()
