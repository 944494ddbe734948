from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import appeals, moderation
from debate.models import Debate, Report, Statement
from tests import factories
from tests.rights.world import _key as key_of

pytestmark = pytest.mark.django_db
QUEUE = "/api/v1/moderation/queue/"


@pytest.fixture
def report(claim: Statement, charlie: User) -> Report:
    return factories.ReportFactory.create(statement=claim, reporter=charlie, note="It is rude.")


def api(user: User, *scopes: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {key_of(user, 'read', *scopes)}"})


def decide(client: Client, report: Report, **sent: str) -> int:
    path = f"{QUEUE}report/{report.pk}/decision/"
    return client.put(path, sent, content_type="application/json").status_code


def test_moderators_list_the_queue_and_decide(report: Report, mara: User) -> None:
    client = api(mara, "moderate")
    answer = client.get(QUEUE).json()
    [item] = answer["results"]
    assert (answer["waiting"], item["kind"], item["id"]) == (1, "report", report.pk)
    assert (item["note"], item["acts"]) == ("It is rude.", ["hide", "dismiss", "suspend"])
    assert decide(client, report, act="dismiss", reason="It is allowed.") == 204
    assert client.get(QUEUE).json()["results"] == []
    assert decide(client, report, act="hide", reason="So.") == 409


def test_a_decision_says_why_and_is_one_of_the_acts(report: Report, mara: User) -> None:
    client = api(mara, "moderate")
    assert decide(client, report, act="dismiss") == 422
    assert decide(client, report, act="burn", reason="So.") == 422
    report.pk += 99
    assert decide(client, report, act="dismiss", reason="So.") == 404


def test_appeals_and_proposals_are_decided_here_too(
    claim: Statement, alice: User, mara: User
) -> None:
    act = moderation.hide(claim, by=mara, reason="Rude.")
    appeal = appeals.appeal(act, by=alice, text="It is not.")
    proposal = factories.ProposalFactory.create(debate=claim.debate)
    client = api(factories.UserFactory.create(is_staff=True), "moderate")
    kinds = {one["kind"]: one for one in client.get(QUEUE).json()["results"]}
    assert kinds["appeal"]["note"] == "It is not."
    assert kinds["proposal"]["said"][0]["name"] == "Books come back"
    sent = {"act": "overturn", "reason": "It is no attack."}
    path = f"{QUEUE}appeal/{appeal.pk}/decision/"
    assert client.put(path, sent, content_type="application/json").status_code == 204
    assert client.put(path, sent, content_type="application/json").status_code == 409
    path = f"{QUEUE}proposal/{proposal.pk}/decision/"
    sent = {"act": "refuse", "reason": "It does not fit."}
    assert client.put(path, sent, content_type="application/json").status_code == 204
    assert client.put(path, sent, content_type="application/json").status_code == 409
    claim.refresh_from_db()
    assert claim.hidden_at is None


def test_who_acted_does_not_decide_the_appeal(claim: Statement, alice: User, mara: User) -> None:
    factories.UserFactory.create(is_staff=True)
    act = moderation.hide(claim, by=mara, reason="Rude.")
    appeal = appeals.appeal(act, by=alice, text="It is not.")
    sent = {"act": "uphold", "reason": "It stands."}
    path = f"{QUEUE}appeal/{appeal.pk}/decision/"
    answer = api(mara, "moderate").put(path, sent, content_type="application/json")
    assert answer.status_code == 403
    assert "Somebody else decides" in answer.json()["detail"]


def test_the_queue_is_for_moderators_with_the_scope(
    report: Report, mara: User, alice: User
) -> None:
    assert api(mara).get(QUEUE).status_code == 403
    assert api(alice, "moderate").get(QUEUE).status_code == 403
    assert Client().get(QUEUE).status_code == 401


def test_the_log_is_read_and_narrowed(claim: Statement, mara: User) -> None:
    moderation.hide(claim, by=mara, reason="Rude.")
    path = "/api/v1/moderation/log/"
    [entry] = Client().get(path).json()["results"]
    assert (entry["act"], entry["reason"]) == ("hide", "Rude.")
    assert Client().get(f"{path}?act=restore").json()["results"] == []
    assert Client().get(f"{path}?debate={claim.debate.slug}").json()["results"] == [entry]
    assert Client().get(f"{path}?since=2999-01-01").json()["results"] == []


def test_the_log_leads_nobody_to_an_unlisted_debate(
    claim: Statement, charlie: User, mara: User
) -> None:
    moderation.hide(claim, by=mara, reason="Rude.")
    path = "/api/v1/moderation/log/"
    assert Client().get(path).json()["results"][0]["statement"] == claim.pk
    Debate.objects.update(visibility="unlisted")
    [entry] = Client().get(path).json()["results"]
    assert (entry["label"], entry["debate"], entry["statement"]) == (claim.label, None, None)
    factories.ParticipationFactory.create(debate=claim.debate, person=charlie)
    assert api(charlie).get(path).json()["results"][0]["statement"] == claim.pk


def test_what_waits_is_answered_202_and_taken_back(
    claim: Statement, charlie: User, alice: User
) -> None:
    User.objects.filter(pk=charlie.pk).update(standing="new")
    charlie.refresh_from_db()
    factories.PrecautionsFactory.create(holds_first=1)
    client = api(charlie, "write")
    path = f"/api/v1/statements/{claim.pk}/replies/"
    sent = {"kind": "remark", "body": "So it is."}
    answer = client.post(path, sent, content_type="application/json")
    assert (answer.status_code, answer.json()["waits"]) == (202, True)
    assert answer.headers["Location"].endswith("/api/v1/me/waiting/")
    one = f"/api/v1/me/waiting/{answer.json()['id']}/"
    [held] = client.get("/api/v1/me/waiting/").json()["results"]
    assert held["points"][0]["body"] == "So it is."
    assert api(alice, "write").delete(one).status_code == 404
    assert client.delete(one).json()["state"] == "withdrawn"
    assert client.delete(one).status_code == 409


def test_ones_reports_say_what_became_of_them(report: Report, charlie: User, mara: User) -> None:
    client = api(charlie)
    path = "/api/v1/me/reports/"
    assert client.get(path).json()["results"][0]["state"] == "open"
    moderation.dismiss(report, by=mara, reason="It is allowed.")
    [told] = client.get(path).json()["results"]
    assert told["state"] == "dismissed"
    assert told["decided_at"]
    assert told["decision"] is None


def test_a_report_that_was_upheld_says_why(report: Report, charlie: User, mara: User) -> None:
    moderation.hide(report.statement, by=mara, reason="It attacks a person.")
    [told] = api(charlie).get("/api/v1/me/reports/").json()["results"]
    assert (told["state"], told["decision"]) == ("upheld", "It attacks a person.")
