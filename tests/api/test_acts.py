"""Acts on how statements hang together, for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts import actions as accounts
from accounts.models import User
from debate.actions import moderation, statements
from debate.models import Debate, Link, ModerationAct, Statement
from tests import factories


@pytest.fixture
def said(claim: Statement, bob: User) -> Statement:
    return statements.reply(
        claim, by=bob, kind="objection", on="truth", body="It is not so. Nobody asked."
    )


def door(person: User, *scopes: str) -> Client:
    scopes = scopes or ("read", "write", "moderate")
    _, key = accounts.create_token(person, by=person, name="acts", scopes=scopes)
    return Client(headers={"Authorization": f"Bearer {key}"})


def send(client: Client, address: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{address}", body, content_type="application/json")


def test_every_act_answers_with_itself_and_is_undone(
    said: Statement, claim: Statement, charlie: User, mara: User
) -> None:
    client = door(mara)
    twin = statements.reply(claim, by=charlie, kind="objection", on="truth", body="Not so.")
    root = said.debate.statements.get(name="Keep four weeks")
    at = f"statements/{said.pk}"
    sent: list[tuple[str, dict[str, Any], int | None]] = [
        (f"{at}/kind/", {"kind": "objection", "on": "framing"}, None),
        (f"{at}/links/", {"to": root.pk, "kind": "support"}, root.pk),
        (f"{at}/merges/", {"into": twin.pk}, twin.pk),
        (f"{at}/locks/", {}, None),
        (f"{at}/moves/", {"to": root.pk}, root.pk),
        (f"debates/{said.debate.slug}/locks/", {"internal": True}, None),
    ]
    made = []
    for address, body, other in sent:
        answer = send(client, address, **body, reason="So.")
        assert answer.status_code == 201, (address, answer.json())
        assert (answer.json()["other"], answer.json()["undone_by"]) == (other, None)
        made.append(answer.json()["id"])
    assert Client().get(f"/api/v1/acts/{made[-1]}/").json()["reason"] is None
    for pk in reversed(made):
        answer = send(client, f"acts/{pk}/undoing/", reason="No.")
        assert (answer.status_code, answer.json()["undoes"]) == (201, pk)
    again = send(client, f"acts/{made[0]}/undoing/", reason="No.")
    assert again.status_code == 409
    assert not Link.objects.exists()


def test_a_split_tells_the_part_and_a_link_is_removed(said: Statement, mara: User) -> None:
    client = door(mara)
    at = f"statements/{said.pk}"
    answer = send(client, f"{at}/splits/", exact="Nobody asked.", kind="remark", reason="Two.")
    part = Statement.objects.get(pk=answer.json()["other"])
    assert (answer.status_code, part.body) == (201, "Nobody asked.")
    root = said.debate.statements.get(name="Keep four weeks")
    made = send(client, f"{at}/links/", to=root.pk, kind="support", reason="So.").json()
    link = Link.objects.get(kind="support")
    assert made["link"] == link.pk
    here = Client().get(f"/api/v1/{at}/links/").json()
    there = Client().get(f"/api/v1/statements/{root.pk}/links/").json()
    assert [(one["statement"], one["kind"], one["to"]) for one in here] == [
        (part.pk, "part", said.pk),
        (said.pk, "support", root.pk),
    ]
    assert (there, there[0]["on"]) == ([here[1]], None)
    answer = send(client, f"links/{link.pk}/removal/", reason="No.")
    assert (answer.status_code, answer.json()["act"]) == (201, "unlink")
    assert send(client, f"links/{link.pk}/removal/", reason="No.").status_code == 404


def test_an_act_leads_nobody_to_an_unlisted_debate(
    said: Statement, bob: User, charlie: User, mara: User
) -> None:
    Debate.objects.update(visibility="unlisted")
    root = said.debate.statements.get(name="Keep four weeks")
    made = send(
        door(mara), f"statements/{said.pk}/links/", to=root.pk, kind="support", reason="So."
    ).json()
    locked = send(door(mara), f"debates/{said.debate.slug}/locks/", reason="So.").json()
    ends, nowhere = (said.pk, root.pk, Link.objects.get().pk), (None, None, None)
    for client, led in (
        (door(mara), ends),
        (door(bob), ends),
        (door(charlie), nowhere),
        (Client(), nowhere),
    ):
        told = client.get(f"/api/v1/acts/{made['id']}/").json()
        assert (told["statement"], told["other"], told["link"]) == led
        assert told["label"] == said.label
    assert Client().get(f"/api/v1/acts/{locked['id']}/").json()["debate"] is None


def test_what_is_refused_names_its_field_and_needs_the_scope(
    said: Statement, bob: User, mara: User
) -> None:
    at = f"statements/{said.pk}"
    for name, body, field in (
        ("kind", {"kind": "answer"}, "kind"),
        ("splits", {"exact": "Not there.", "kind": "remark"}, "exact"),
        ("moves", {"to": 999_999}, "to"),
        ("merges", {"into": said.pk}, "into"),
        ("links", {"to": said.pk, "kind": "support"}, "to"),
    ):
        answer = send(door(mara), f"{at}/{name}/", **body, reason="So.")
        assert answer.status_code == 422, name
        assert field in answer.content.decode()
    assert send(door(mara, "write"), f"{at}/locks/", reason="So.").status_code == 403
    assert send(door(bob), f"{at}/locks/", reason="So.").status_code == 403
    assert not ModerationAct.objects.exists()


def test_an_appeal_is_made_once_and_decided_by_another(
    said: Statement, bob: User, mara: User
) -> None:
    otto = door(factories.UserFactory.create(is_staff=True))
    act = moderation.hide(said, by=mara, reason="Rude.")
    at = f"acts/{act.pk}"
    answer = send(door(bob), f"{at}/appeal/", text="Not rude.")
    assert (answer.status_code, answer.json()["appeal"]["state"]) == (201, "open")
    assert send(door(bob), f"{at}/appeal/", text="Not rude.").status_code == 409
    assert Client().get(f"/api/v1/{at}/").json()["appeal"] is None
    assert send(door(mara), f"{at}/decision/", decision="uphold", reason="So.").status_code == 403
    assert send(otto, f"{at}/decision/", decision="no", reason="So.").status_code == 422
    answer = send(otto, f"{at}/decision/", decision="overturn", reason="Blunt.")
    assert (answer.status_code, answer.json()["appeal"]["state"]) == (201, "overturned")
