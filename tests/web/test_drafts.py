"""The page of one's next turn, and storing its points: thin, for the depth is in tests/actions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from debate.actions import drafts, moderation
from debate.actions.drafts import Wording
from debate.actions.quotations import Words
from debate.models import Debate, DraftPoint, Statement
from debate.models.debates import Visibility
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def bobs(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def keep(parent: Statement, by: User, key: str, body: str = "Because.") -> DraftPoint:
    return drafts.keep(parent, by=by, key=key, wording=Wording("support", "", body))


def turn(debate: Debate) -> str:
    return f"/d/{debate.slug}/turn/"


def fields(*drafts_: DraftPoint, **changed: str) -> dict[str, Any]:
    """What the page of the turn sends of these points; `changed` by `field_key`."""
    sent: dict[str, Any] = {"key": "page-1", "point": [draft.key for draft in drafts_]}
    for draft in drafts_:
        for name in ("kind", "on", "body", "quote", "before", "after", "version"):
            value = changed.get(f"{name}_{draft.key}", getattr(draft, name))
            sent[f"{name}-{draft.key}"] = value
    return sent


def test_a_point_is_stored_while_it_is_written(
    bobs: Client, claim: Statement, debate: Debate
) -> None:
    sent = {"key": "k1", "kind": "support", "body": "Beca"}
    answer = bobs.post(f"/s/{claim.pk}/points/", sent, headers=HTMX)
    assert answer.headers["Crux-Version"] == "1"
    assert "1 point" in answer.content.decode()
    answer = bobs.post(f"/s/{claim.pk}/points/", {**sent, "body": "Because.", "version": "1"})
    assert answer.headers["Crux-Version"] == "2"
    older = bobs.post(f"/s/{claim.pk}/points/", {**sent, "body": "Other words", "version": "1"})
    assert older.status_code == 409
    assert "Because." in older.content.decode()
    assert DraftPoint.objects.get().body == "Because."


def test_storing_needs_a_session_and_something_that_can_be_stored(
    client: Client, claim: Statement, bob: User
) -> None:
    assert client.post(f"/s/{claim.pk}/points/", {"key": "k"}).status_code == 401
    client.force_login(bob)
    refused = client.post(f"/s/{claim.pk}/points/", {"key": "k", "body": "a" * 50_000})
    assert refused.status_code == 422
    assert "at most 40,000" in refused.content.decode()


def test_a_point_is_added_to_the_turn_and_found_again(
    bobs: Client, claim: Statement, debate: Debate, bob: User
) -> None:
    sent = {"key": "k1", "kind": "objection", "on": "truth", "body": "No.", "then": "keep"}
    answer = bobs.post(f"/s/{claim.pk}/reply/", sent)
    assert answer.headers["Location"] == turn(debate)
    page = bobs.get(turn(debate)).content.decode()
    assert ">No.</textarea>" in page
    assert ">No.</textarea>" in bobs.get(f"/s/{claim.pk}/").content.decode()
    assert "1 point of yours" in bobs.get("/").content.decode()
    assert "Your next turn" in bobs.get(f"/d/{debate.slug}/").content.decode()


def test_nobody_else_sees_a_point(client: Client, claim: Statement, bob: User, mara: User) -> None:
    keep(claim, bob, "k1", "Canary in a draft")
    addresses = ["/", f"/d/{claim.debate.slug}/", f"/s/{claim.pk}/", turn(claim.debate)]
    for user in (None, mara):
        if user:
            client.force_login(user)
        for address in addresses:
            assert "Canary" not in client.get(address).content.decode()


def test_visitors_sign_in_first_and_strangers_find_no_private_turn(
    client: Client, debate: Debate, charlie: User
) -> None:
    assert "/accounts/login/" in client.get(turn(debate)).headers["Location"]
    Debate.objects.update(visibility=Visibility.PRIVATE)
    client.force_login(charlie)
    assert client.get(turn(debate)).status_code == 404


def test_every_button_of_the_page_stores_all_points_first(
    bobs: Client, claim: Statement, debate: Debate, bob: User
) -> None:
    one, two = keep(claim, bob, "one"), keep(claim, bob, "two")
    sent = fields(one, two, body_one="First, changed.", body_two="Second, changed.")
    answer = bobs.post(turn(debate), {**sent, "then": "up:two"})
    assert answer.headers["Location"] == turn(debate)
    points = DraftPoint.objects.all()
    assert [(p.key, p.body) for p in points] == [
        ("two", "Second, changed."),
        ("one", "First, changed."),
    ]
    shown = bobs.post(turn(debate), {"then": "preview:one"}).content.decode()
    assert "<p>First, changed.</p>" in shown


def test_a_removed_point_can_be_put_back(
    bobs: Client, claim: Statement, debate: Debate, bob: User
) -> None:
    keep(claim, bob, "one")
    page = bobs.post(turn(debate), {"then": "drop:one"}, follow=True).content.decode()
    assert 'value="back:one"' in page
    bobs.post(turn(debate), {"then": "back:one"})
    assert "Because." in bobs.get(turn(debate)).content.decode()
    gone = bobs.post(turn(debate), {"then": "drop:none"}, follow=True).content.decode()
    assert "not in your turn any more" in gone


def test_a_turn_is_published_once_however_often_it_is_sent(
    bobs: Client, claim: Statement, debate: Debate, bob: User
) -> None:
    one, two = keep(claim, bob, "one"), keep(claim, bob, "two")
    sent = {**fields(one, two, body_one="Changed at the last moment."), "then": "publish"}
    answers = [bobs.post(turn(debate), sent) for _ in range(2)]
    said = list(Statement.objects.filter(parent=claim).order_by("pk"))
    assert [s.body for s in said] == ["Changed at the last moment.", "Because."]
    for answer in answers:
        assert answer.headers["Location"] == f"/d/{debate.slug}/#statement-{said[0].pk}"
    assert not DraftPoint.objects.exists()


def test_a_refused_turn_comes_back_whole_with_the_reasons_and_is_stored(
    bobs: Client, claim: Statement, debate: Debate, bob: User
) -> None:
    one, two = keep(claim, bob, "one"), keep(claim, bob, "two")
    sent = fields(one, two, quote_one="never said here", body_two="Second, changed.")
    answer = bobs.post(turn(debate), {**sent, "then": "publish"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "These words are not in this statement" in page
    assert "never said here" in page
    assert "Second, changed." in page
    assert not Statement.objects.filter(parent=claim).exists()
    assert DraftPoint.objects.get(key="two").body == "Second, changed."


def test_two_windows_keep_each_others_words(
    bobs: Client, claim: Statement, debate: Debate, bob: User
) -> None:
    seen = keep(claim, bob, "one", "As both windows saw it.")
    drafts.keep(
        claim, by=bob, key="one", wording=Wording("support", "", "Of the other window."), version=1
    )
    sent = {**fields(seen, body_one="Of this window."), "then": "publish"}
    answer = bobs.post(turn(debate), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Of the other window." in page
    assert ">Of this window.</textarea>" in page
    assert 'name="version-one" value="2"' in page
    assert not Statement.objects.filter(parent=claim).exists()


def test_words_for_a_point_that_is_gone_are_given_back(
    client: Client, claim: Statement, bob: User
) -> None:
    client.force_login(bob)
    sent = {"point": ["gone"], "body-gone": "Rewritten meanwhile.", "then": "save"}
    answer = client.post(f"/d/{claim.debate.slug}/turn/", sent)
    assert answer.status_code == 422
    assert "You wrote: Rewritten meanwhile." in answer.content.decode()


def test_publishing_one_point_alone_takes_it_out_of_the_turn(
    bobs: Client, claim: Statement, debate: Debate, bob: User
) -> None:
    keep(claim, bob, "one")
    keep(claim, bob, "two")
    sent = {"key": "one", "version": "1", "kind": "support", "body": "Because.", "under": "leaf"}
    page = bobs.post(f"/s/{claim.pk}/reply/", sent, headers=HTMX).content.decode()
    assert 'id="tray"' in page
    assert [draft.key for draft in DraftPoint.objects.all()] == ["two"]


def test_cancelling_removes_the_point_with_a_way_back(
    bobs: Client, claim: Statement, debate: Debate
) -> None:
    sent = {"key": "k", "kind": "support", "body": "Words.", "then": "drop"}
    page = bobs.post(f"/s/{claim.pk}/reply/", sent, headers=HTMX).content.decode()
    assert "Put it back" in page
    back = bobs.post(f"/s/{claim.pk}/reply/", {**sent, "then": "open"}, headers=HTMX)
    assert ">Words.</textarea>" in back.content.decode()
    plain = bobs.post(f"/s/{claim.pk}/reply/", {**sent, "version": "1"})
    assert plain.headers["Location"] == f"{turn(debate)}?dropped=k"
    blank = bobs.post(f"/s/{claim.pk}/reply/", {"key": "b", "then": "drop"}, headers=HTMX)
    assert "Put it back" not in blank.content.decode()


def test_the_page_of_a_turn_takes_as_many_queries_for_one_point_as_for_many(
    bobs: Client,
    claim: Statement,
    bob: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    keep(claim, bob, "k0")
    with django_assert_max_num_queries(7) as one:
        bobs.get(turn(claim.debate))
    for number in range(1, 9):
        deeper = factories.SupportFactory.create(parent=claim)
        drafts.keep(
            deeper,
            by=bob,
            key=f"k{number}",
            wording=Wording("support", "", "So.", Words(deeper.body[:8])),
        )
    with django_assert_max_num_queries(len(one)):
        bobs.get(turn(claim.debate))


def test_a_draft_does_not_go_on_telling_words_that_were_hidden(
    bobs: Client, claim: Statement, debate: Debate, bob: User, mara: User
) -> None:
    words = Words(claim.body.split(".")[0])
    drafts.keep(claim, by=bob, key="k", wording=Wording("support", "", "My own.", words))
    moderation.hide(claim, by=mara, reason="Sets a tone that is not ours.")
    for address in (turn(debate), f"/s/{claim.pk}/reply/", f"/d/{debate.slug}/"):
        page = bobs.get(address).content.decode()
        assert "My own." in page
        assert words.exact not in page


def test_publishing_says_so_only_of_what_it_publishes(
    bobs: Client, claim: Statement, debate: Debate
) -> None:
    def publish() -> None:
        page = bobs.get(f"/d/{debate.slug}/").content.decode()
        form = page.split("data-turn>")[1]
        key = form.split('name="key" value="')[1].split('"')[0]
        bobs.post(turn(debate), {"key": key, "point": ["k1"], "then": "publish"})

    sent = {"key": "k1", "kind": "support", "body": "First words.", "version": "0"}
    bobs.post(f"/s/{claim.pk}/points/", sent)
    publish()
    gone = bobs.post(f"/s/{claim.pk}/points/", {**sent, "body": "Other words.", "version": "1"})
    assert gone.status_code == 409
    bobs.post(
        f"/s/{claim.pk}/points/",
        {**sent, "body": "Other words.", "version": gone.headers["Crux-Version"]},
    )
    publish()
    said = Statement.objects.filter(parent=claim).order_by("pk")
    assert [s.body for s in said] == ["First words.", "Other words."]


def test_a_refused_publication_leaves_its_words_stored_and_can_be_sent_again(
    bobs: Client, claim: Statement
) -> None:
    sent = {"key": "k9", "kind": "", "body": "First words.", "version": ""}
    bobs.post(f"/s/{claim.pk}/points/", sent)
    sent |= {"body": "Changed words.", "version": "1"}
    refused = bobs.post(f"/s/{claim.pk}/reply/", sent)
    assert refused.status_code == 422
    assert DraftPoint.objects.get().body == "Changed words."
    version = refused.content.decode().split('name="version" value="')[1].split('"')[0]
    again = bobs.post(f"/s/{claim.pk}/reply/", {**sent, "kind": "support", "version": version})
    assert again.status_code == 302
    assert not DraftPoint.objects.exists()


def test_a_point_whose_storing_was_never_answered_is_not_left_behind(
    bobs: Client, claim: Statement
) -> None:
    sent = {"key": "k9", "kind": "support", "body": "Words.", "version": ""}
    bobs.post(f"/s/{claim.pk}/points/", sent)
    bobs.post(f"/s/{claim.pk}/reply/", sent)
    assert not DraftPoint.objects.exists()


def test_answering_the_whole_takes_the_quoted_words_out_of_what_is_stored(
    bobs: Client, claim: Statement
) -> None:
    sent = {"key": "k9", "kind": "support", "body": "Words.", "quote": "Most readers"}
    bobs.post(f"/s/{claim.pk}/points/", sent)
    sent |= {"body": "Changed words.", "version": "1", "then": "whole"}
    answer = bobs.post(f"/s/{claim.pk}/reply/", sent, headers=HTMX).content.decode()
    assert "<blockquote" not in answer
    assert 'name="version" value="2"' in answer
    assert 'id="tray"' in answer
    draft = DraftPoint.objects.get()
    assert (draft.body, draft.quote) == ("Changed words.", "")
    page = bobs.post(f"/s/{claim.pk}/reply/", {**sent, "version": "2"}).content.decode()
    assert ">Changed words.</textarea>" in page
    assert "Your next turn" in page


def test_answering_the_whole_when_signed_out_stores_nothing_and_gives_all_of_it_back(
    client: Client, claim: Statement
) -> None:
    sent = {"key": "k9", "kind": "support", "body": "Words.", "quote": "Most readers"}
    answer = client.post(f"/s/{claim.pk}/reply/", {**sent, "then": "whole"}, headers=HTMX)
    assert answer.status_code == 422
    assert ">Words.</textarea>" in answer.content.decode()


BAD = ["\0", "9" * 5000, "x" * 50_000, "../", "foo", "k\u202e"]


@pytest.mark.parametrize("field", ["key", "kind", "on", "body", "quote", "before", "version"])
@pytest.mark.parametrize("value", BAD, ids=range(len(BAD)))
def test_no_field_of_a_point_can_break_the_site(
    bobs: Client, claim: Statement, debate: Debate, bob: User, field: str, value: str
) -> None:
    sent = {"key": "k", "kind": "support", "body": "So.", "quote": "Most", field: value}
    for address in (f"/s/{claim.pk}/points/", f"/s/{claim.pk}/reply/"):
        for then in ("keep", "publish", "preview", "drop", "open", "whole"):
            for headers in ({}, HTMX):
                answer = bobs.post(address, {**sent, "then": then}, headers=headers)
                assert answer.status_code < 500
    key = keep(claim, bob, "own").key
    page = {"point": key, f"body-{key}": "So.", f"{field}-{key}": value, "key": value}
    assert bobs.post(turn(debate), {**page, "then": "publish"}).status_code < 500
    assert bobs.get(turn(debate), {"dropped": value}).status_code == 200
