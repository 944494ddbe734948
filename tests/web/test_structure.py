"""The pages on which facilitators and moderators change how statements hang together."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from debate.actions import marks, moderation, statements, structure
from debate.models import Appeal, Link, ModerationAct, Statement
from tests import factories


@pytest.fixture
def said(claim: Statement, bob: User) -> Statement:
    return statements.reply(
        claim, by=bob, kind="objection", on="truth", body="It is not so. Nobody asked."
    )


@pytest.fixture
def door(mara: User, client: Client) -> Client:
    client.force_login(mara)
    return client


def at(name: str, pk: int) -> str:
    return reverse(f"debate:{name}", args=[pk])


def test_the_page_of_a_statement_leads_who_may_to_its_structure(
    said: Statement, door: Client, charlie: User
) -> None:
    page = door.get(at("statement-detail", said.pk)).content.decode()
    assert at("structure-detail", said.pk) in page
    shown = door.get(at("structure-detail", said.pk)).content.decode()
    for name in ("retype", "split", "move", "link", "merge", "lock"):
        assert at(f"statement-{name}", said.pk) in shown
    door.force_login(charlie)
    page = door.get(at("statement-detail", said.pk)).content.decode()
    assert at("structure-detail", said.pk) not in page
    assert door.get(at("structure-detail", said.pk)).status_code == 403


def test_only_what_can_be_done_to_its_kind_is_offered(
    hers: Statement, crux: Statement, claim: Statement, door: Client
) -> None:
    question = factories.QuestionFactory.create(parent=claim)
    offered = {hers: {"split", "link", "lock"}}
    offered[crux] = {"split", "link", "merge", "lock"}
    offered[question] = {"retype", "split", "move", "merge", "lock"}
    for one, names in offered.items():
        shown = door.get(at("structure-detail", one.pk)).content.decode()
        verbs = {"retype", "split", "move", "link", "merge", "lock"}
        assert {name for name in verbs if at(f"statement-{name}", one.pk) in shown} == names


def test_who_takes_part_in_it_is_told_that_somebody_else_can(
    said: Statement, mara: User, door: Client
) -> None:
    factories.UserFactory.create(is_staff=True)
    marks.mark(said, by=mara, truth="agree")
    shown = door.get(at("structure-detail", said.pk)).content.decode()
    assert "Another facilitator or a moderator can do it" in shown
    assert at("statement-split", said.pk) not in shown
    assert door.get(at("statement-split", said.pk)).status_code == 403


def test_a_preview_says_what_it_would_do_and_does_nothing(
    said: Statement, charlie: User, door: Client
) -> None:
    marks.mark(said, by=charlie, truth="agree")
    sent = {"exact": "Nobody asked.", "kind": "remark", "preview": "1"}
    shown = door.post(at("statement-split", said.pk), sent).content.decode()
    assert "keeps its marks" in shown
    assert "1 mark will ask for another look" in shown
    assert "Nobody asked." in shown
    assert not ModerationAct.objects.exists()
    assert Statement.objects.get(pk=said.pk).revision == 1
    sent = {"kind": "remark", "preview": "1"}
    shown = door.post(at("statement-retype", said.pk), sent).content.decode()
    assert "S2 becomes a remark." in shown
    assert "S1 was: objected to. It would be: no open point." in shown


def test_what_is_sent_is_done_and_shown_with_its_reason(said: Statement, door: Client) -> None:
    sent = {"exact": "Nobody asked.", "kind": "remark", "reason": "Two claims."}
    answer = door.post(at("statement-split", said.pk), sent)
    act = ModerationAct.objects.get()
    assert answer["Location"] == at("act-detail", act.pk)
    shown = door.get(answer["Location"]).content.decode()
    assert "S2 split; the part is S3" in shown
    assert "Two claims." in shown
    thread = door.get(reverse("debate:debate-detail", args=[said.debate.slug])).content.decode()
    assert "S3 was split off" in thread
    assert "split off from S2" in thread


def test_a_refused_form_comes_back_with_what_was_typed(said: Statement, door: Client) -> None:
    for name, sent in (
        ("merge", {"to": "S99", "reason": "The same."}),
        ("move", {"to": "S2", "reason": "The same."}),
        ("link", {"to": "P1", "kind": "objection", "on": "", "reason": "The same."}),
        ("retype", {"kind": "answer", "reason": "The same."}),
        ("split", {"exact": "Not there.", "kind": "remark", "reason": "The same."}),
        ("lock", {"reason": " "}),
    ):
        answer = door.post(at(f"statement-{name}", said.pk), sent)
        assert answer.status_code == 422, name
        if name != "lock":
            assert "The same." in answer.content.decode()
    assert not ModerationAct.objects.exists()


def test_all_acts_are_done_from_their_pages(
    said: Statement, claim: Statement, charlie: User, door: Client
) -> None:
    twin = statements.reply(claim, by=charlie, kind="objection", on="truth", body="Not so.")
    for name, sent in (
        ("merge", {"to": twin.label}),
        ("link", {"to": "P2", "kind": "support"}),
        ("move", {"to": "P2"}),
        ("lock", {}),
    ):
        answer = door.post(at(f"statement-{name}", said.pk), {**sent, "reason": "So."})
        assert answer.status_code == 302, (name, answer.content.decode())
    page = door.get(at("statement-detail", said.pk)).content.decode()
    for told in ("says the same as S3", "also supports P2", "Locked"):
        assert told in page
    link = Link.objects.get(kind="support")
    assert "Remove the link" in door.get(at("link-remove", link.pk)).content.decode()
    assert door.post(at("link-remove", link.pk), {"reason": "No."}).status_code == 302
    act = ModerationAct.objects.filter(act="merge").get()
    assert "Undo" in door.get(at("act-undo", act.pk)).content.decode()
    assert door.post(at("act-undo", act.pk), {"reason": "No."}).status_code == 302
    assert not Link.objects.exists()
    answer = door.post(at("act-undo", act.pk), {"reason": "No."})
    assert (answer.status_code, "undone already" in answer.content.decode()) == (422, True)


def test_a_debate_is_locked_and_unlocked(said: Statement, door: Client) -> None:
    address = reverse("debate:debate-lock", args=[said.debate.slug])
    around = reverse("debate:debate-change", args=[said.debate.slug])
    assert address in door.get(around).content.decode()
    assert door.post(address, {"reason": "Cool down."}).status_code == 302
    thread = door.get(reverse("debate:debate-detail", args=[said.debate.slug])).content.decode()
    assert "This debate is locked" in thread
    act = ModerationAct.objects.get()
    assert door.get(address)["Location"] == at("act-undo", act.pk)
    door.post(at("act-undo", act.pk), {"reason": "Better."})
    said.debate.refresh_from_db()
    assert not said.debate.is_locked


def test_an_author_appeals_and_another_moderator_decides(
    said: Statement, bob: User, mara: User, client: Client
) -> None:
    otto = factories.UserFactory.create(is_staff=True)
    act = moderation.hide(said, by=mara, reason="Rude.")
    client.force_login(bob)
    assert "You can appeal once" in client.get(at("act-detail", act.pk)).content.decode()
    assert client.post(at("act-appeal", act.pk), {"text": " "}).status_code == 422
    assert client.post(at("act-appeal", act.pk), {"text": "Not rude."}).status_code == 302
    assert "Not rude." in client.get(at("act-detail", act.pk)).content.decode()
    client.force_login(mara)
    shown = client.get(at("act-detail", act.pk)).content.decode()
    assert ("Not rude." in shown, "Let it stand" in shown) == (True, False)
    client.force_login(otto)
    assert "Let it stand" in client.get(at("act-detail", act.pk)).content.decode()
    sent = {"decision": "overturn", "reason": "Blunt, not rude."}
    assert client.post(at("appeal-decide", act.pk), {**sent, "reason": ""}).status_code == 422
    assert client.post(at("appeal-decide", act.pk), sent).status_code == 302
    assert (Appeal.objects.get().state, Statement.objects.get(pk=said.pk).hidden_at) == (
        "overturned",
        None,
    )
    client.logout()
    shown = client.get(at("act-detail", act.pk)).content.decode()
    assert ("Rude." in shown, "Not rude." in shown) == (True, False), "an appeal is not for all"


def test_acts_of_a_private_debate_and_internal_reasons_are_not_told(
    said: Statement, client: Client, mara: User, bob: User
) -> None:
    act = structure.retype(said, kind="remark", by=mara, reason="A sock puppet.", internal=True)
    for viewer in (None, bob):
        if viewer:
            client.force_login(viewer)
        for address in (at("act-detail", act.pk), reverse("debate:moderation-log")):
            assert "sock puppet" not in client.get(address).content.decode()
    client.logout()
    type(said.debate).objects.filter(pk=said.debate_id).update(visibility="private")
    assert client.get(at("act-detail", act.pk)).status_code == 404


def test_links_cost_a_thread_no_query(
    said: Statement, claim: Statement, mara: User, client: Client
) -> None:
    address = reverse("debate:debate-detail", args=[said.debate.slug])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    without = count()
    other = said.debate.statements.get(name="Keep four weeks")
    structure.link(said, to=other, kind="support", by=mara, reason="So.")
    assert count() == without
