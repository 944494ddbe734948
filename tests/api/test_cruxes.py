from __future__ import annotations

import pytest

from accounts.models import User
from debate.actions import moderation
from debate.models import Debate, Reliance, Statement
from tests import factories
from tests.api.conftest import Enter, fits

SAID = {"name": "Books come back", "body": "They *do*."}


def test_a_crux_is_put_forward_once_for_its_key(debate: Debate, bob: User, enter: Enter) -> None:
    client, path = enter(bob), f"debates/{debate.slug}/cruxes/"
    made = client.send("POST", path, SAID, **{"Idempotency-Key": "one"})
    fits("CruxOut", made.json())
    assert (made.status_code, made.json()["state"]) == (201, "live")
    assert made["Location"] == made.json()["statement"]["links"]["self"]
    again = client.send("POST", path, SAID, **{"Idempotency-Key": "one"})
    assert again.json() == made.json()
    assert client.read(path)["results"] == [made.json()]


def test_no_answer_names_a_position_that_is_gone(
    debate: Debate, bob: User, charlie: User, mara: User, enter: Enter
) -> None:
    gone = factories.PositionFactory.create(debate=debate, author=charlie, name="Canary")
    client, path, key = enter(bob), f"debates/{debate.slug}/cruxes/", {"Idempotency-Key": "one"}
    first = client.send("POST", path, SAID, **key)
    assert first.json()["stances"][2]["name"] == "Canary"
    moderation.hide(gone, by=mara, reason="Attack.")
    drop = f"statements/{first.json()['statement']['id']}/drop/"
    answers = [
        client.send("GET", path),
        client.send("POST", path, SAID, **key),
        client.send("POST", path, SAID),
        client.send("PUT", drop, {"reason": "A matter of words."}),
        client.send("DELETE", drop),
    ]
    for answer in answers:
        assert answer.status_code < 300
        assert "Canary" not in answer.content.decode()
    assert answers[1].json()["stances"][2]["name"] == gone.label
    assert enter(charlie).read(path)["results"][0]["stances"][2]["name"] == "Canary"


def test_a_bot_says_how_its_crux_came_about(debate: Debate, rob: User, enter: Enter) -> None:
    client, path = enter(rob), f"debates/{debate.slug}/cruxes/"
    refused = client.send("POST", path, SAID)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["generated_by"])
    assert client.send("POST", path, {**SAID, "generated_by": "model"}).status_code == 201
    Debate.objects.update(bots="none")
    assert client.send("POST", path, {**SAID, "generated_by": "model"}).status_code == 403


def test_a_crux_is_dropped_and_taken_up_again_and_only_once(
    debate: Debate, bob: User, enter: Enter
) -> None:
    crux = factories.CruxFactory.create(debate=debate, author=bob)
    client, path = enter(bob), f"statements/{crux.pk}/drop/"
    dropped = client.send("PUT", path, {"reason": "A matter of words."})
    fits("CruxOut", dropped.json())
    assert (dropped.json()["state"], dropped.json()["dropped"]["reason"]) == (
        "dropped",
        "A matter of words.",
    )
    assert dropped.json()["dropped"]["by"]["username"] == "bob"
    assert client.send("PUT", path, {"reason": "Again."}).status_code == 409
    taken_up = client.send("DELETE", path)
    assert (taken_up.json()["state"], taken_up.json()["dropped"]) == ("live", None)
    assert client.send("DELETE", path).status_code == 409


def test_a_person_relies_reads_it_and_takes_it_back(
    claim: Statement, alice: User, enter: Enter
) -> None:
    position = claim.debate.statements.get(author=alice, kind="position")
    client, path = enter(alice), f"statements/{claim.pk}/reliance/"
    said = {"position": position.pk, "now": 80, "otherwise": 30}
    made = client.send("PUT", path, said)
    fits("RelianceOut", made.json())
    assert made.status_code == 200
    listed = enter().read(f"statements/{claim.pk}/reliances/")
    fits("ReliancePage", listed)
    assert listed["results"] == [made.json()]
    assert client.send("DELETE", path).status_code == 422
    assert client.send("DELETE", f"{path}?position={position.pk}").status_code == 204
    assert client.send("DELETE", path, {"position": position.pk}).status_code == 409
    assert enter().read(f"statements/{claim.pk}/reliances/")["results"] == []


def test_relying_needs_the_scope_for_marks_and_bots_do_not(
    claim: Statement, alice: User, rob: User, enter: Enter
) -> None:
    position = claim.debate.statements.get(author=alice, kind="position")
    path, said = f"statements/{claim.pk}/reliance/", {"position": position.pk, "words": "would go"}
    answer = enter(alice, "read", "write").send("PUT", path, said)
    assert (answer.status_code, "'mark'" in answer.json()["detail"]) == (403, True)
    answer = enter(rob).send("PUT", path, said)
    assert answer.json()["detail"].startswith("Bots do not mark")
    assert enter().send("PUT", path, said).status_code == 401
    assert not Reliance.objects.exists()


@pytest.mark.parametrize("gone", ["hidden_at", "withdrawn_at"])
def test_on_what_is_gone_nobody_is_said_to_rely(
    gone: str, claim: Statement, alice: User, enter: Enter
) -> None:
    position = claim.debate.statements.get(author=alice, kind="position")
    factories.RelianceFactory.create(position=position, claim=claim)
    Statement.objects.filter(pk=claim.pk).update(**{gone: claim.created_at})
    assert enter().read(f"statements/{claim.pk}/reliances/")["results"] == []


# ---- people
def test_a_person_is_read_with_what_they_hold_and_on_what_it_turns(
    debate: Debate, alice: User, bob: User, enter: Enter
) -> None:
    crux = factories.CruxFactory.create(debate=debate)
    hers, his = debate.statements.filter(kind="position").order_by("id")
    for position, truth in ((hers, "agree"), (his, "disagree")):
        factories.MarkFactory.create(statement=crux, person=position.author, truth=truth)
        factories.RelianceFactory.create(position=position, claim=crux)
    found = enter().read("people/alice/")
    fits("WholePersonOut", found)
    assert found["account"]["name"] == "Alice"
    [part] = found["debates"]
    assert (part["debate"], part["positions"]) == (debate.slug, [hers.pk])
    other = {"username": "bob", "name": "Bob"}
    assert part["double_cruxes"] == [
        {"claim": crux.pk, "truth": "agree", "others": [other], "count": 1}
    ]
    assert [one["claim"] for one in part["reliances"]] == [crux.pk]
    assert enter().send("GET", "people/nobody/").status_code == 404


def test_what_a_person_said_comes_in_pages_without_what_is_gone_or_unlisted(
    claim: Statement, alice: User, bob: User, enter: Enter
) -> None:
    path = "people/alice/statements/"
    gone = factories.RemarkFactory.create(parent=claim, author=alice)
    Statement.objects.filter(pk=gone.pk).update(withdrawn_at=gone.created_at)
    page = enter().read(f"{path}?limit=1")
    fits("StatementPage", page)
    assert [one["id"] for one in page["results"]] == [claim.pk]
    position = claim.debate.statements.get(author=alice, kind="position")
    following = enter().read(page["next"].split("/api/v1/")[1])
    assert [one["id"] for one in following["results"]] == [position.pk]
    Debate.objects.update(visibility="unlisted")
    assert enter(bob).read(path)["results"] == []
    assert len(enter(alice).read(path)["results"]) == 2
