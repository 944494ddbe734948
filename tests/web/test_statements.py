"""The statement's page and what people do there: thin, for the depth is in tests/actions."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import locking, moderation, settings, statements, turns
from debate.actions.quotations import Words
from debate.actions.statements import Point
from debate.models import Report, Statement
from debate.web import replies
from tests import factories

HTMX = {"HX-Request": "true"}


def test_a_statement_is_shown_with_the_line_that_leads_to_it(
    client: Client, claim: Statement
) -> None:
    reply = factories.ObjectionFactory.create(parent=claim, body="They keep the best ones.")
    page = client.get(f"/s/{reply.pk}/").content.decode()
    assert "They keep the best ones." in page
    assert page.index(f'id="statement-{claim.parent_id}"') < page.index(
        f'id="statement-{claim.pk}"'
    )
    assert page.index(f'id="statement-{claim.pk}"') < page.index(f'id="statement-{reply.pk}"')


def test_a_statement_that_is_not_there_is_a_404(client: Client, db: None) -> None:
    assert client.get("/s/4711/").status_code == 404


def test_a_reply_from_the_page_leads_to_it(client: Client, claim: Statement, bob: User) -> None:
    client.force_login(bob)
    sent = {"kind": "objection", "on": "truth", "body": "No.", "quote": "bring a book back"}
    answer = client.post(f"/s/{claim.pk}/reply/", sent)
    reply = Statement.objects.get(parent=claim)
    assert answer.headers["Location"] == f"/s/{reply.pk}/"
    assert reply.quotation and reply.quotation.exact == "bring a book back"


def test_a_reply_by_htmx_brings_the_new_statement_into_the_tree(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    sent = {"kind": "support", "body": "Yes.", "under": "leaf"}
    page = client.post(f"/s/{claim.pk}/reply/", sent, headers=HTMX).content.decode()
    reply = Statement.objects.get(parent=claim)
    assert f'id="statement-{claim.pk}-branch" hx-swap-oob="outerHTML"' in page
    assert f'id="statement-{reply.pk}"' in page
    assert "<html" not in page


def test_a_refused_reply_comes_back_with_its_text_and_the_reason(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    sent = {"kind": "objection", "on": "truth", "body": "What I typed", "quote": "never said"}
    for headers in ({}, HTMX):
        answer = client.post(f"/s/{claim.pk}/reply/", sent, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "What I typed" in page
        assert "never said" in page
        assert "These words are not in this statement." in page
    assert not claim.replies.exists()


def test_words_sent_after_signing_out_come_back(client: Client, claim: Statement) -> None:
    answer = client.post(f"/s/{claim.pk}/reply/", {"kind": "remark", "body": "What I typed"})
    assert answer.status_code == 422
    assert "What I typed" in answer.content.decode()
    assert "You are signed out." in answer.content.decode()


def test_words_for_a_closed_debate_come_back(client: Client, claim: Statement, bob: User) -> None:
    claim.debate.state = "closed"
    claim.debate.save()
    client.force_login(bob)
    answer = client.post(f"/s/{claim.pk}/reply/", {"kind": "remark", "body": "What I typed"})
    assert answer.status_code == 422
    assert "What I typed" in answer.content.decode()
    assert "This debate is closed" in answer.content.decode()


def test_a_form_sent_twice_publishes_once(client: Client, claim: Statement, bob: User) -> None:
    client.force_login(bob)
    sent = {"kind": "remark", "body": "Once.", "key": "the-form's-key"}
    first = client.post(f"/s/{claim.pk}/reply/", sent | {"then": "publish"})
    second = client.post(f"/s/{claim.pk}/reply/", sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert claim.replies.count() == 1


def test_a_form_sent_again_with_other_words_publishes_these_too(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    for body in ("First.", "Second, after going back."):
        sent = {"kind": "remark", "body": body, "key": "the-form's-key"}
        assert client.post(f"/s/{claim.pk}/reply/", sent).status_code == 302
    assert {reply.body for reply in claim.replies.all()} == {
        "First.",
        "Second, after going back.",
    }


def test_a_preview_is_what_will_be_kept(claim: Statement, bob: User) -> None:
    body = "    code, it seems\r\n\r\n    more \n"
    said = statements.reply(claim, by=bob, kind="remark", body=body)
    assert replies.preview(body) == said.body_html


def test_a_preview_publishes_nothing(client: Client, claim: Statement, bob: User) -> None:
    client.force_login(bob)
    sent = {"kind": "remark", "body": "So *sure*.", "then": "preview"}
    for headers in ({}, HTMX):
        page = client.post(f"/s/{claim.pk}/reply/", sent, headers=headers).content.decode()
        assert "<em>sure</em>" in page
    assert not claim.replies.exists()


def test_an_edit_keeps_the_earlier_wording(client: Client, claim: Statement, alice: User) -> None:
    client.force_login(alice)
    sent = {"body": "Some readers bring a book back.", "revision": 1, "reason": "too strong"}
    client.post(f"/s/{claim.pk}/edit/", sent)
    page = client.get(f"/s/{claim.pk}/").content.decode()
    assert "Some readers bring a book back." in page
    assert "too strong" in page
    assert f'href="/s/{claim.pk}/revisions/1/"' in page
    earlier = client.get(f"/s/{claim.pk}/revisions/1/").content.decode()
    assert "Most readers bring a book back unasked" in earlier
    assert "too strong" in earlier


def test_the_second_of_two_edits_is_shown_the_first_and_keeps_its_words(
    client: Client, claim: Statement, alice: User
) -> None:
    statements.edit(claim, by=alice, body="The first edit.", revision=1)
    client.force_login(alice)
    sent = {"body": "The second edit.", "revision": 1}
    answer = client.post(f"/s/{claim.pk}/edit/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The first edit." in page
    assert "The second edit." in page
    again = client.post(f"/s/{claim.pk}/edit/", sent | {"revision": 2})
    assert again.status_code == 302


def test_withdrawing_asks_first_and_leaves_a_tombstone(
    client: Client, claim: Statement, alice: User
) -> None:
    client.force_login(alice)
    assert "Withdraw it" in client.get(f"/s/{claim.pk}/withdrawal/").content.decode()
    client.post(f"/s/{claim.pk}/withdrawal/")
    client.logout()
    page = client.get(f"/s/{claim.pk}/").content.decode()
    assert "withdrawn by its author" in page
    assert "bring a book back" not in page
    assert "Alice" not in page.split('<article class="statement focused')[1].split("</article>")[0]


def test_a_report_reaches_the_moderators(client: Client, claim: Statement, bob: User) -> None:
    client.force_login(bob)
    sent = {"reason": "spam", "note": "An advertisement."}
    answer = client.post(f"/s/{claim.pk}/report/", sent, headers=HTMX)
    assert "A moderator will look at" in answer.content.decode()
    assert Report.objects.get().note == "An advertisement."
    again = client.post(f"/s/{claim.pk}/report/", sent, headers=HTMX)
    assert again.status_code == 422
    assert "An advertisement." in again.content.decode()


def test_words_of_a_hidden_statement_are_gone_from_every_page(
    client: Client, claim: Statement, bob: User, mara: User
) -> None:
    words = Words("bring a book back unasked")
    reply = statements.reply(claim, by=bob, kind="support", body="So it is.", quote=words)
    moderation.hide(claim, by=mara, reason="Attacks a person.")
    addresses = ["/", f"/d/{claim.debate.slug}/", f"/s/{claim.pk}/", f"/s/{reply.pk}/"]
    for address in addresses:
        assert "bring a book back" not in client.get(address).content.decode(), address
    client.force_login(mara)
    assert "bring a book back" in client.get(f"/s/{claim.pk}/").content.decode()


def test_visitors_who_want_to_write_are_sent_to_sign_in_and_back(
    client: Client, claim: Statement
) -> None:
    answer = client.get(f"/s/{claim.pk}/reply/?kind=support")
    assert answer.headers["Location"] == (
        f"/accounts/login/?next=%2Fs%2F{claim.pk}%2Freply%2F%3Fkind%3Dsupport"
    )
    fragment = client.get(f"/s/{claim.pk}/edit/", headers=HTMX)
    assert fragment.headers["HX-Redirect"].startswith("/accounts/login/")


@pytest.mark.parametrize("how", ["closed", "archived", "locked", "locked there"])
def test_no_answer_is_offered_where_none_is_taken(
    claim: Statement, bob: User, mara: User, how: str
) -> None:
    offers = f'class="answer" href="/s/{claim.pk}/'
    reader = Client()
    reader.force_login(bob)
    at = f"/d/{claim.debate.slug}/"
    assert offers in reader.get(at).content.decode()
    if "locked" in how:
        one = claim if "there" in how else None
        locking.lock(claim.debate, statement=one, by=mara, reason="For now.")
    else:
        settings.set_state(claim.debate, by=mara, state=how)
    for client in (reader, Client()):
        for path in (at, f"{at}exchange/", f"/s/{claim.pk}/"):
            assert offers not in client.get(path).content.decode()
    assert "Sign in to answer" not in Client().get(f"/s/{claim.pk}/").content.decode()
    thread = reader.get(at).content.decode()
    assert ('class="answer"' in thread) == (how == "locked there")


def test_the_turn_of_what_was_hidden_is_not_told(
    client: Client, claim: Statement, bob: User, mara: User
) -> None:
    points = [Point(claim, "support", "One."), Point(claim, "support", "Two.")]
    turn, said = turns.publish(claim.debate, by=bob, points=points)
    assert f"Turn {turn.number}" in client.get(f"/s/{said[0].pk}/").content.decode()
    moderation.hide(said[0], by=mara, reason="Sets a tone that is not ours.")
    assert f"Turn {turn.number}" not in client.get(f"/s/{said[0].pk}/").content.decode()


def test_who_quotes_is_told_until_they_are_hidden(
    client: Client, claim: Statement, bob: User, mara: User
) -> None:
    said = statements.reply(
        claim, by=bob, kind="support", body="So.", quote=Words("bring a book back")
    )
    assert f"Support by Bob: {said.label}" in client.get(f"/s/{claim.pk}/").content.decode()
    moderation.hide(said, by=mara, reason="Sets a tone that is not ours.")
    page = client.get(f"/s/{claim.pk}/").content.decode()
    assert "Bob" not in page
    assert "data-span" not in page


def test_a_quotation_leads_to_its_passage_or_to_the_statement_but_never_to_another(
    client: Client, claim: Statement, bob: User
) -> None:
    for words in ("Most readers", "unasked within"):
        said = statements.reply(claim, by=bob, kind="support", body="So.", quote=Words(words))
    own = client.get(f"/s/{said.pk}/").content.decode()
    assert f"#statement-{claim.pk}-q2" in own
    person = client.get("/u/bob/").content.decode()
    assert f'/s/{claim.pk}/#statement-{claim.pk}"' in person
    assert f"#statement-{claim.pk}-q1" not in person


def test_a_preview_of_far_too_much_says_so_at_once(client: Client, claim: Statement) -> None:
    sent = {"then": "preview", "kind": "remark", "body": "*a* " * 500_000}
    answer = client.post(f"/s/{claim.pk}/reply/", sent)
    assert "Use at most 10,000 characters; these are 2,000,000." in answer.content.decode()
    assert len(answer.content) < 5_000_000
