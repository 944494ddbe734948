"""Bringing debates in by the API, and taking them out."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts import actions as accounts
from accounts.models import User
from debate.actions import imports
from debate.api.imports import FILE_MOST
from debate.models import Debate, Import, Statement

TALK = "Ann: So it is, and has long been so.\n\nBob: > it was, as nobody knows\nNo, it was not.\n"
SENT = {"format": "exchange", "text": TALK, "question": "Is it?"}


@pytest.fixture
def api(alice: User) -> Client:
    _, key = accounts.create_token(alice, by=alice, name="t", scopes=["read", "write"])
    return Client(headers={"Authorization": f"Bearer {key}"})


def post(api: Client, path: str, sent: dict[str, Any]) -> Any:
    return api.post(f"/api/v1/{path}", sent, content_type="application/json")


def confirm(api: Client, told: dict[str, Any]) -> Any:
    at = f"/api/v1/imports/{told['id']}/confirmation/"
    return api.put(at, {}, content_type="application/json")


def test_an_import_is_read_looked_over_and_confirmed(api: Client) -> None:
    made = post(api, "imports/", SENT)
    assert made.status_code == 201
    told = made.json()
    assert made.headers["Location"].endswith(f"/api/v1/imports/{told['id']}/")
    assert (told["state"], told["counts"]["points"]) == ("ready", 2)
    unmatched = [one for one in told["losses"] if one["what"] == "quotation"]
    assert unmatched[0]["candidates"], told["losses"]
    [problem] = told["problems"]
    assert (problem["line"], problem["proposal"]) == (3, "quotes what is not here")
    assert [row["key"] for row in told["tree"]] == ["L1", "L4"]
    at = f"/api/v1/imports/{told['id']}/"
    changed = api.patch(
        at, {"choices": {"kind:L4": "question"}}, content_type="application/json"
    ).json()
    assert [row["kind"] for row in changed["tree"]] == ["position", "question"]
    done = confirm(api, told)
    assert done.status_code == 422
    api.patch(at, {"question": "Is it?", "visibility": "private"}, content_type="application/json")
    done = confirm(api, told).json()
    debate = Debate.objects.get()
    assert done["state"] == "done"
    assert done["debate"].endswith(f"/d/{debate.slug}/")
    assert debate.visibility == "private"
    assert confirm(api, told).status_code == 409
    assert [one["state"] for one in api.get("/api/v1/imports/").json()] == ["done"]


def test_a_choice_that_cannot_be_stored_is_refused(api: Client) -> None:
    refused = post(api, "imports/", {**SENT, "choices": {"a\x00": "remark"}})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["choices"])


def test_long_files_are_read_by_a_job(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 10)
    monkeypatch.setattr(imports, "POINTS_AT_ONCE", 1)
    told = post(api, "imports/", SENT).json()
    assert told["state"] == "reading"
    imports.read(told["id"])
    imports.read(told["id"])
    assert api.get(f"/api/v1/imports/{told['id']}/").json()["state"] == "ready"
    assert confirm(api, told).json()["state"] == "writing"
    imports.write(told["id"])
    imports.write(told["id"])
    assert api.get(f"/api/v1/imports/{told['id']}/").json()["state"] == "done"
    assert Debate.objects.count() == 1


def test_files_come_as_base64_too_and_wrong_ones_are_refused(api: Client) -> None:
    sent = {"format": "exchange", "base64": b64encode(TALK.encode()).decode(), "name": "a.txt"}
    assert post(api, "imports/", sent).json()["name"] == "a.txt"
    assert post(api, "imports/", {**sent, "base64": "%"}).status_code == 422
    assert post(api, "imports/", {"format": "yaml", "text": "a: b"}).status_code == 422
    assert post(api, "imports/", {**SENT, "into": "nowhere"}).status_code == 422
    failed = post(api, "imports/", {"format": "crux", "text": "[" * 60_000}).json()
    assert failed["state"] == "failed"
    assert "deep" in failed["error"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "text"),
        ({"text": " "}, "text"),
        ({"base64": ""}, "base64"),
        ({"text": TALK, "base64": b64encode(TALK.encode()).decode()}, "base64"),
    ],
    ids=["nothing", "no text", "no bytes", "both"],
)
def test_what_is_wrong_with_a_file_is_said_of_what_was_sent(
    api: Client, sent: dict[str, str], field: str
) -> None:
    refused = post(api, "imports/", {"format": "exchange", **sent})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, [field])
    assert not Import.objects.exists()


def test_a_file_may_be_longer_than_a_form(api: Client) -> None:
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE < 4_000_000
    sent = {"format": "exchange", "text": "Ann: So it is.\n" * 270_000}
    assert post(api, "imports/", sent).status_code == 201
    answer = post(api, "imports/", {"format": "exchange", "text": "x" * (FILE_MOST + 1)})
    assert answer.status_code == 413


def test_bots_do_not_bring_in(rob: User) -> None:
    _, key = accounts.create_token(rob, by=rob, name="t", scopes=["read", "write"])
    bot = Client(headers={"Authorization": f"Bearer {key}"})
    assert post(bot, "imports/", SENT).status_code == 403
    assert not Import.objects.exists()


def test_an_import_can_be_forgotten(api: Client) -> None:
    told = post(api, "imports/", SENT).json()
    assert api.delete(f"/api/v1/imports/{told['id']}/").status_code == 204
    assert api.get(f"/api/v1/imports/{told['id']}/").status_code == 404


def test_a_debate_is_had_as_files(client: Client, claim: Statement) -> None:
    at = f"/api/v1/debates/{claim.debate.slug}/downloads/"
    listed = client.get(at).json()
    assert {"crux", "markdown", "exchange"} <= {one["format"] for one in listed}
    answer = client.get(f"{at}markdown/")
    assert b"### S1: support to P1" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # it streams
    lost = client.get(f"{at}exchange/losses/").json()
    assert {one["what"] for one in lost["results"]} >= {"kind", "date"}
    assert client.get(f"{at}none/").status_code == 404
