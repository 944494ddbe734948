from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.models import Debate, Import, Proposal, Statement, Webhook
from tests import factories
from tests.api.conftest import Client, Enter


def test_what_is_unchanged_is_not_sent_again(claim: Statement, bob: User, enter: Enter) -> None:
    client, path = enter(bob), f"statements/{claim.pk}/"
    first = client.send("GET", path)
    tag = first["ETag"]
    again = client.send("GET", path, **{"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert client.send("GET", path, **{"If-None-Match": f'"old", W/{tag}'}).status_code == 304
    client.send("PUT", f"{path}mark/", {"truth": "agree"})
    changed = client.send("GET", path, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_each_answer_about_one_thing_has_an_etag_and_lists_have_none(
    claim: Statement, bob: User, enter: Enter
) -> None:
    client, slug = enter(bob), claim.debate.slug
    for path in (f"debates/{slug}/", "me/", f"people/{bob.username}/", "me/mails/"):
        assert client.send("GET", path)["ETag"], path
    for path in (
        "debates/",
        f"debates/{slug}/statements/",
        f"debates/{slug}/statements/?fields=id",
    ):
        assert "ETag" not in client.send("GET", path), path


def test_parts_have_an_etag_of_their_own(claim: Statement, bob: User, enter: Enter) -> None:
    client, path = enter(bob), f"statements/{claim.pk}/?fields=id,status"
    tag = client.send("GET", path)["ETag"]
    again = client.send("GET", path, **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    client.send("PUT", f"statements/{claim.pk}/mark/", {"truth": "agree"})
    changed = client.send("GET", path, **{"If-None-Match": tag})
    assert (changed.status_code, changed.json()["status"]) == (200, "granted")
    refused = client.send("GET", f"statements/{claim.pk}/?fields=words")
    assert (refused.status_code, "ETag" in refused) == (400, False)


def test_what_can_be_changed_of_a_debate_is_in_its_version(
    debate: Debate, alice: User, enter: Enter
) -> None:
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    client, path = enter(alice), f"debates/{debate.slug}/"
    first = client.send("GET", path)
    assert (first.json()["slow_minutes"], first.json()["locked"]) == (0, False)
    named = {"If-Match": first["ETag"]}
    assert client.send("PATCH", path, {"slow_minutes": 10}, **named).status_code == 200
    assert client.send("PATCH", path, {"slow_minutes": 60}, **named).status_code == 412
    assert client.read(path)["slow_minutes"] == 10


def test_an_edit_of_what_was_changed_meanwhile_is_refused(
    claim: Statement, alice: User, enter: Enter
) -> None:
    client, path = enter(alice), f"statements/{claim.pk}/"
    tag = client.send("GET", path)["ETag"]
    first = {"body": "The first wins.", "revision": 1}
    done = client.send("PATCH", path, first, **{"If-Match": tag})
    assert done.status_code == 200
    assert done["ETag"] == client.send("GET", path)["ETag"] != tag
    late = client.send("PATCH", path, {**first, "body": "Late."}, **{"If-Match": tag})
    assert (late.status_code, late.json()["type"]) == (412, "urn:crux:problem:changed")
    second = {"body": "Then the second.", "revision": 2}
    assert client.send("PATCH", path, second, **{"If-Match": done["ETag"]}).status_code == 200
    gone = client.send("DELETE", path, **{"If-Match": done["ETag"]})
    assert gone.status_code == 412
    assert client.send("DELETE", path, **{"If-Match": "*"}).status_code == 200


def test_an_etag_of_what_cannot_be_read_there_is_no_version(
    claim: Statement, bob: User, enter: Enter
) -> None:
    path, said = f"statements/{claim.pk}/replies/", {"kind": "remark", "body": "So."}
    answer = enter(bob).send("POST", path, said, **{"If-Match": '"x"'})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["If-Match"])
    assert not claim.replies.exists()


TALK = "Ann: So it is, and has long been so.\n\nBob: No, it was not.\n"
ELSE: dict[str, tuple[type[Model], str, dict[str, Any]]] = {
    "webhooks/": (Webhook, "webhooks/", {"address": "https://hooks.example.org/crux"}),
    "imports/": (Import, "imports/", {"format": "exchange", "text": TALK, "question": "Is it?"}),
    "proposals/": (
        Proposal,
        "debates/%s/proposals/",
        {"kind": "crux", "name": "Books", "body": "They do.", "reason": "So."},
    ),
}
CHANGES: dict[str, dict[str, Any]] = {
    "webhooks/": {"kinds": ["mark.set"]},
    "imports/": {"question": "Was it?"},
}


@pytest.mark.parametrize("where", ELSE)
def test_what_is_no_statement_has_versions_too(
    where: str, debate: Debate, alice: User, enter: Enter
) -> None:
    client, (model, at, sent) = enter(alice), ELSE[where]
    made = client.send("POST", at % debate.slug if "%" in at else at, sent)
    assert made.status_code == 201, made.content
    number = max([0, *Statement.objects.values_list("pk", flat=True)]) + 1
    model._default_manager.filter(pk=made.json()["id"]).update(id=number)
    path = f"{where}{number}/"
    tag = client.send("GET", path)["ETag"]
    if where in CHANGES:
        done = client.send("PATCH", path, CHANGES[where], **{"If-Match": tag})
        assert (done.status_code, done["ETag"] == tag) == (200, False)
        again = client.send("PATCH", path, CHANGES[where], **{"If-Match": tag})
        assert again.status_code == 412
        tag = done["ETag"]
    assert client.send("DELETE", path, **{"If-Match": '"old"'}).status_code == 412
    assert client.send("DELETE", path, **{"If-Match": tag}).status_code in (200, 204)


def test_what_is_in_no_debate_locks_none(claim: Statement, alice: User, enter: Enter) -> None:
    client = enter(alice)
    made = client.send("POST", *ELSE["webhooks/"][1:]).json()
    Webhook.objects.filter(pk=made["id"]).update(id=claim.pk)
    with CaptureQueriesContext(connection) as asked:
        client.send("DELETE", f"webhooks/{claim.pk}/", **{"If-Match": "*"})
    assert not [one for one in asked.captured_queries if 'FROM "debate_debate"' in one["sql"]]


def test_a_list_has_no_version(debate: Debate, alice: User, enter: Enter) -> None:
    at = f"debates/{debate.slug}/proposals/"
    answer = enter(alice).send("POST", at, ELSE["proposals/"][2], **{"If-Match": "*"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["If-Match"])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_debate_at_once_one_is_told(
    debate: Debate, alice: User, enter: Enter
) -> None:
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    client, path = enter(alice), f"debates/{debate.slug}/"

    def change(question: str, tag: str) -> int:
        mine = Client()
        mine.key = client.key
        try:
            answer = mine.send("PATCH", path, {"question": question}, **{"If-Match": tag})
            return int(answer.status_code)
        finally:
            connections.close_all()

    for turn in range(10):
        tag = client.send("GET", path)["ETag"]
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(change, f"Question {turn} of {who}?", tag) for who in "ab"]
        assert Counter(one.result() for one in asked) == {200: 1, 412: 1}


def test_what_one_has_left_changes_no_version_of_oneself(bob: User, enter: Enter) -> None:
    client = enter(bob)
    tag = client.send("GET", "me/")["ETag"]
    sent = {"language": "de"}
    changed = client.send("PATCH", "me/", sent, **{"If-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag
    assert client.send("PATCH", "me/", sent, **{"If-Match": tag}).status_code == 412
    assert client.send("GET", "me/", **{"If-None-Match": changed["ETag"]}).status_code == 304
