from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts.models import User
from debate.models import Statement
from tests.api.conftest import Client, Enter

REPLY = {"kind": "remark", "body": "Once."}


def test_a_request_sent_again_gets_the_same_answer_and_is_not_done_again(
    claim: Statement, bob: User, charlie: User, enter: Enter
) -> None:
    client, path = enter(bob), f"statements/{claim.pk}/replies/"
    first = client.send("POST", path, REPLY, **{"Idempotency-Key": "k"})
    again = client.send("POST", path, dict(reversed(REPLY.items())), **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first["Location"] == again["Location"]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    other = client.send("POST", path, {**REPLY, "body": "Twice."}, **{"Idempotency-Key": "k"})
    assert (other.status_code, list(other.json()["errors"])) == (422, ["Idempotency-Key"])
    assert claim.replies.count() == 1
    assert enter(charlie).send("POST", path, REPLY, **{"Idempotency-Key": "k"}).status_code == 201


def test_a_refused_request_leaves_its_key_free(claim: Statement, bob: User, enter: Enter) -> None:
    client, path, key = enter(bob), f"statements/{claim.pk}/replies/", {"Idempotency-Key": "k"}
    assert client.send("POST", path, {**REPLY, "quote": "no"}, **key).status_code == 422
    assert client.send("POST", path, REPLY, **key).status_code == 201
    for bad in ("", "x" * 256):
        answer = client.send("POST", path, REPLY, **{"Idempotency-Key": bad})
        assert answer.status_code == 422


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_with_one_key_store_one(claim: Statement, bob: User, enter: Enter) -> None:
    key = f"Bearer {enter(bob).key}"

    def send(_: int) -> tuple[int, int]:
        try:
            headers = {"Authorization": key, "Idempotency-Key": "k"}
            answer = Client().send("POST", f"statements/{claim.pk}/replies/", REPLY, **headers)
            return answer.status_code, answer.json()["id"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(50)))
    [reply] = claim.replies.all()
    assert answers == {(201, reply.pk)}
