"""Edits as people meet them: the form, two at once, the pages of earlier wordings."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import marks, moderation, statements
from debate.actions.quotations import Words
from debate.models import Debate, Revision, Statement
from tests import factories

HTMX = {"HX-Request": "true"}
HEADERS = pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
BODY = "Most readers bring a book back unasked within two months."
NEW = "Some readers bring a book back within two months."


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_a_revision_is_shown_with_what_replaced_it(
    client: Client, claim: Statement, alice: User
) -> None:
    statements.edit(claim, by=alice, body=NEW, revision=1, reason="Too <strong>.")
    statements.edit(claim, by=alice, body=f"{NEW} Or three.", revision=2)
    page = text(client, f"/s/{claim.pk}/revisions/1/")
    assert BODY in page
    assert "Too &lt;strong&gt;." in page
    assert "by Alice" in page
    assert '<del><span class="vh">[taken out: </span>Most<span class="vh">]</span></del>' in page
    assert "Or three." in page
    following = text(client, f"/s/{claim.pk}/revisions/1/?to=next")
    assert "[put in: </span>Some" in following
    assert "Or three." not in following
    newest = client.get(f"/s/{claim.pk}/revisions/3/")
    assert newest.headers["Location"] == f"/s/{claim.pk}/"
    for nowhere in (
        "revisions/4/",
        "revisions/0/",
        f"revisions/{10**30}/",
        "revisions/1/?quote=x",
    ):
        text(client, f"/s/{claim.pk}/{nowhere}", 404)


def test_a_quotation_whose_words_are_gone_leads_to_the_revision_that_has_them(
    client: Client, claim: Statement, alice: User, bob: User
) -> None:
    words = Words("bring a book back unasked")
    reply = statements.reply(claim, by=bob, kind="remark", body="So.", quote=words)
    moved = f"I hold this: {BODY}"
    statements.edit(claim, by=alice, body=moved, revision=1)
    addresses = (f"/s/{reply.pk}/", f"/s/{claim.pk}/", f"/d/{claim.debate.slug}/")
    for address in addresses:
        page = text(client, address)
        assert "quoted from revision" not in page
        assert f'#statement-{claim.pk}-q1"' in page
        assert f'id="statement-{claim.pk}-q1" data-span="1">bring a book back unasked<' in page
    statements.edit(claim, by=alice, body=NEW, revision=2)
    href = f"/s/{claim.pk}/revisions/1/?quote={reply.quotation_id}#quoted"
    for address in addresses:
        page = text(client, address)
        assert f'href="{href}">quoted from revision 1</a>' in page
        assert "<mark" not in page
    page = text(client, href)
    assert '<mark id="quoted" data-span="1">bring a book back unasked</mark>' in page
    assert f'<a href="/s/{reply.pk}/">{reply.label}</a>' in page
    statements.edit(claim, by=alice, body=BODY, revision=3)
    assert "quoted from revision" not in text(client, f"/s/{reply.pk}/")


def test_earlier_wordings_are_as_private_as_the_statement(
    client: Client, claim: Statement, alice: User, bob: User, charlie: User, mara: User
) -> None:
    words = Words("bring a book back unasked")
    reply = statements.reply(claim, by=bob, kind="remark", body="So.", quote=words)
    statements.edit(claim, by=alice, body=NEW, revision=1, reason="Canary.")
    own = f"/s/{claim.pk}/revisions/1/"
    moderation.hide(Statement.objects.get(pk=claim.pk), by=mara, reason="Attacks a person.")
    for address in (f"{own}?quote={reply.quotation_id}", f"{own}?to=next"):
        text(client, address, 404)
    for address in (f"/s/{claim.pk}/", f"/s/{reply.pk}/", f"/d/{claim.debate.slug}/"):
        page = text(client, address)
        assert "Canary" not in page
        assert "a book back" not in page
    client.force_login(mara)
    assert "a book back" in text(client, own)
    Debate.objects.update(visibility="private")
    Statement.objects.update(hidden_at=None)
    client.force_login(charlie)
    text(client, own, 404)


def test_visitors_see_an_edit_at_once_on_the_thread(
    client: Client, claim: Statement, alice: User, bob: User
) -> None:
    """The page is kept for them only until something changes."""
    marks.mark(claim, by=bob, truth="agree")
    position = Statement.objects.get(pk=claim.parent_id or 0)
    address = f"/d/{claim.debate.slug}/"
    assert BODY in text(client, address)
    statements.edit(claim, by=alice, body=NEW, revision=1)
    statements.edit(position, by=alice, body="Lend as long as people like.", revision=1)
    page = text(client, address)
    assert BODY not in page
    assert NEW in page
    for edited, words in ((claim, "edited since its only mark"), (position, "edited")):
        link = f'id="statement-{edited.pk}-edited" href="/s/{edited.pk}/#revisions">{words}</a>'
        assert link in page


def test_a_mark_made_again_is_no_older_one(
    client: Client, claim: Statement, alice: User, bob: User
) -> None:
    marks.mark(claim, by=bob, truth="agree")
    statements.edit(claim, by=alice, body=NEW, revision=1)
    client.force_login(bob)
    assert "edited since its only mark" in text(client, f"/s/{claim.pk}/")
    answer = client.post(f"/s/{claim.pk}/mark/", {"truth": "disagree"}, headers=HTMX)
    assert '#revisions" hx-swap-oob="true">edited</a>' in answer.content.decode()


# ---- the form
@HEADERS
def test_the_edit_form_says_what_becomes_of_marks_and_previews(
    client: Client, claim: Statement, alice: User, headers: dict[str, str]
) -> None:
    client.force_login(alice)
    at = f"/s/{claim.pk}/edit/"
    form = client.get(at, headers=headers).content.decode()
    assert "Marks stay, and are shown as made before this edit." in form
    sent = {"body": "So *sure*.", "reason": "Because.", "revision": 1, "then": "preview"}
    answer = client.post(at, sent, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<em>sure</em>" in page
    assert headers or ("So *sure*.</textarea>" in page and 'value="Because."' in page)
    assert not Revision.objects.exists()


@HEADERS
def test_of_two_edits_at_once_the_second_is_shown_the_difference_and_keeps_its_words(
    client: Client, claim: Statement, alice: User, headers: dict[str, str]
) -> None:
    statements.edit(claim, by=alice, body=NEW, revision=1, reason="Too strong.")
    statements.edit(claim, by=alice, body=f"{NEW} Or three.", revision=2)
    client.force_login(alice)
    at = f"/s/{claim.pk}/edit/"
    sent = {"body": "My long considered words.", "reason": "My reason.", "revision": 1}
    answer = client.post(at, sent, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ("<html" in page) == (not headers)
    assert "This statement was edited in the meantime" in page
    assert "[taken out: </span>Most<" in page
    assert "[put in: </span>Some<" in page
    assert "[put in: </span> Or three.<" in page
    assert "Too strong." in page
    assert "My long considered words.</textarea>" in page
    assert 'value="My reason."' in page
    assert 'name="revision" value="3"' in page
    assert Statement.objects.get(pk=claim.pk).body == f"{NEW} Or three."
    again = client.post(at, sent | {"revision": 3}, headers=headers)
    assert again.status_code == (200 if headers else 302)
    assert Statement.objects.get(pk=claim.pk).body == "My long considered words."
    assert [r.body for r in claim.revisions.all()] == [BODY, NEW, f"{NEW} Or three."]


def test_a_third_edit_between_is_shown_too(client: Client, claim: Statement, alice: User) -> None:
    client.force_login(alice)
    at, sent = f"/s/{claim.pk}/edit/", {"body": "Mine.", "revision": 1}
    statements.edit(claim, by=alice, body=NEW, revision=1)
    assert client.post(at, sent).status_code == 422
    statements.edit(claim, by=alice, body=f"{NEW} Or three.", revision=2)
    page = client.post(at, sent | {"revision": 2}).content.decode()
    assert "[put in: </span> Or three.<" in page
    assert "[put in: </span>Some<" not in page
    assert "Mine.</textarea>" in page


@HEADERS
def test_the_same_edit_sent_twice_is_done_once_and_is_no_conflict(
    client: Client, claim: Statement, alice: User, headers: dict[str, str]
) -> None:
    client.force_login(alice)
    sent = {"body": "One line.\r\n\r\nAnother. ", "revision": 1}
    first, second = (client.post(f"/s/{claim.pk}/edit/", sent, headers=headers) for _ in "12")
    assert first.status_code == second.status_code
    assert second.status_code in (200, 302)
    assert Statement.objects.get(pk=claim.pk).revision == 2


def test_a_revision_of_ones_own_making_gets_the_newest_wording_and_the_words_back(
    client: Client, claim: Statement, alice: User
) -> None:
    client.force_login(alice)
    for revision in ("7", str(10**30)):
        answer = client.post(f"/s/{claim.pk}/edit/", {"body": "Mine.", "revision": revision})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "As it stands now" in page
        assert "Mine.</textarea>" in page


def test_words_for_what_was_closed_hidden_or_signed_out_of_meanwhile_come_back(
    client: Client, claim: Statement, alice: User, mara: User
) -> None:
    sent = {"body": "My long considered words.", "revision": 1}

    def refused() -> str:
        answer = client.post(f"/s/{claim.pk}/edit/", sent)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "My long considered words.</textarea>" in page
        return page

    assert "You are signed out." in refused()
    client.force_login(alice)
    Debate.objects.update(state="closed")
    assert "This debate is closed" in refused()
    Debate.objects.update(state="open")
    moderation.hide(claim, by=mara, reason="Attack.")
    assert "was removed or withdrawn" in refused()


def test_an_edit_by_a_bot_says_how_it_came_about(
    client: Client, claim: Statement, rob: User
) -> None:
    own = factories.SupportFactory.create(parent=claim, author=rob)
    statements.edit(own, by=rob, body=NEW, revision=1, generated_by="model")
    for address in (f"/s/{own.pk}/", f"/s/{own.pk}/revisions/1/"):
        assert "Written by a language model, unchecked" in text(client, address)
