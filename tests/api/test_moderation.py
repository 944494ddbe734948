from __future__ import annotations

import pytest

from accounts.models import User
from debate.actions import moderation, statements
from debate.models import Debate, Report, Statement
from tests import factories
from tests.api.conftest import Client, Enter, fits

CANARY = "canary-3f9c"
WHOLE = f"The words {CANARY} stand here."


def test_a_person_reports_a_statement_once(claim: Statement, bob: User, enter: Enter) -> None:
    client, path = enter(bob), f"statements/{claim.pk}/reports/"
    made = client.send("POST", path, {"reason": "spam"})
    assert made.status_code == 201
    fits("ReportOut", made.json())
    assert Report.objects.get().reporter == bob
    assert client.send("POST", path, {"reason": "spam"}).status_code == 409
    assert client.send("POST", path, {"reason": "nonsense"}).status_code == 422


def test_neither_authors_nor_bots_report(
    claim: Statement, alice: User, rob: User, enter: Enter
) -> None:
    sent = {"reason": "spam", "generated_by": "program"}
    for account in (alice, rob):
        answer = enter(account).send("POST", f"statements/{claim.pk}/reports/", sent)
        assert answer.status_code == 403


@pytest.fixture
def crux(debate: Debate) -> Statement:
    """A crux whose every text has the canary, and that is quoted, edited and relied on."""
    author = factories.UserFactory.create(username=f"author-{CANARY}", name=CANARY)
    crux = factories.CruxFactory.create(debate=debate, author=author, name=CANARY, body=WHOLE)
    factories.RevisionFactory.create(statement=crux, body=f"Before: {CANARY}.", reason=CANARY)
    Statement.objects.filter(pk=crux.pk).update(revision=2)
    taken = {"statement": crux, "exact": CANARY, "revision": 2}
    quotation = factories.QuotationFactory.create(**taken, start=10, end=10 + len(CANARY))
    factories.ObjectionFactory.create(parent=crux, quotation=quotation)
    factories.RelianceFactory.create(
        position=debate.statements.filter(kind="position").first(), claim=crux, words=CANARY
    )
    return crux


def _everything(client: Client, crux: Statement) -> list[bytes]:
    """Every address that could show the crux."""
    debate, own = f"debates/{crux.debate.slug}/", f"statements/{crux.pk}/"
    lists = [f"{debate}{part}/" for part in ("statements", "turns", "cruxes")]
    filters = [
        f"{debate}statements/?{query}"
        for query in ("order=newest", "kind=crux", f"parent={crux.pk}", f"author=author-{CANARY}")
    ]
    replies = [f"statements/{reply.pk}/" for reply in crux.replies.all()]
    paths = ["debates/", debate, *lists, *filters, *replies, own, f"{own}revisions/"]
    if client.key:
        paths += ["me/", f"{own}mark/"]
    return [client.send("GET", path).content for path in paths]


def _echo(content: bytes) -> bytes:
    """An answer without the addresses, which repeat what was asked for."""
    return content.replace(f"author=author-{CANARY}".encode(), b"")


@pytest.mark.parametrize("how", ["hidden", "withdrawn"])
def test_what_is_gone_leaks_nowhere(
    how: str, crux: Statement, bob: User, mara: User, enter: Enter
) -> None:
    reader = enter(bob)
    reader.send("PUT", f"statements/{crux.pk}/mark/", {"truth": "agree", "quote": CANARY})
    said = {"kind": "remark", "body": "As you say.", "quote": CANARY}
    path, key = f"statements/{crux.pk}/replies/", {"Idempotency-Key": "one"}
    first = reader.send("POST", path, said, **key)
    assert first.json()["quotation"]["exact"] == CANARY
    assert sum(CANARY.encode() in answer for answer in _everything(reader, crux)) > 7
    if how == "hidden":
        moderation.hide(crux, by=mara, reason="For the test.")
    else:
        statements.withdraw(crux, by=crux.author)
    for client in (enter(), reader):
        for answer in _everything(client, crux):
            assert CANARY.encode() not in _echo(answer)
        found = client.read(f"debates/{crux.debate.slug}/statements/?author=author-{CANARY}")
        assert found["results"] == []
    again = reader.send("POST", path, said, **key)
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == {**first.json(), "quotation": None}
    for method, path in (("POST", "replies/"), ("PUT", "mark/"), ("POST", "reports/")):
        body = {"kind": "remark", "body": "x"} if path == "replies/" else {}
        body = {"reason": "spam"} if path == "reports/" else body
        refused = reader.send(method, f"statements/{crux.pk}/{path}", body)
        assert refused.status_code == 403
        assert CANARY.encode() not in refused.content
    for viewer in (mara, crux.author):
        tombstone = enter(viewer).read(f"statements/{crux.pk}/")
        assert (tombstone["body"], tombstone[how]) == (WHOLE, True)
        assert len(enter(viewer).read(f"statements/{crux.pk}/revisions/")["results"]) == 2


def test_a_facilitator_hides_and_restores(claim: Statement, bob: User, enter: Enter) -> None:
    place = f"statements/{claim.pk}/hiding/"
    assert enter(bob).send("PUT", place, {"reason": "Spam."}).status_code == 403
    factories.ParticipationFactory.create(debate=claim.debate, person=bob, role="facilitator")
    client = enter(bob)
    hidden = client.send("PUT", place, {"reason": "Spam."})
    fits("ActOut", hidden.json())
    assert client.send("PUT", place, {"reason": "Spam."}).status_code == 409
    assert client.read(f"statements/{claim.pk}/")["body"] is None
    assert client.send("DELETE", f"{place}?reason=No.").json()["act"] == "restore"
    assert client.read(f"statements/{claim.pk}/")["body"] == claim.body
