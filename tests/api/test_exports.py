from __future__ import annotations

import json

from accounts.models import User
from debate.actions import exports
from debate.models import Export
from tests.api.conftest import Enter, fits


def test_a_program_starts_an_export_and_fetches_the_files(alice: User, enter: Enter) -> None:
    client = enter(alice)
    none = client.read("me/export/")
    fits("ExportOut", none)
    assert none["state"] == "none"
    assert client.send("GET", "me/export/json/").status_code == 404
    started = client.send("POST", "me/export/", {})
    assert started.status_code == 201
    fits("ExportOut", started.json())
    assert started.json()["state"] == "running"
    again = client.send("POST", "me/export/", {})
    assert again.json()["asked_at"] == started.json()["asked_at"]
    exports.gather(Export.objects.get().pk)
    ready = client.read("me/export/")
    fits("ExportOut", ready)
    assert (ready["state"], ready["done"]) == ("ready", ready["total"])
    path = ready["files"]["json"].partition("/api/v1/")[2]
    file = client.send("GET", path)
    assert json.loads(b"".join(file))["account"] == "alice"
    assert client.send("GET", "me/export/xml/").status_code == 404


def test_without_a_token_of_a_person_there_is_none(alice: User, rob: User, enter: Enter) -> None:
    assert enter().send("GET", "me/export/").status_code == 401
    assert enter().send("GET", "me/export/json/").status_code == 401
    assert enter(rob).send("POST", "me/export/", {}).status_code == 403
    assert enter(rob).send("GET", "me/export/").status_code == 403
    assert enter(alice, "read").send("POST", "me/export/", {}).status_code == 403
    assert enter(alice, "read").send("GET", "me/export/").status_code == 403
    assert enter(alice, "write").send("GET", "me/export/").status_code == 200
    assert enter(alice).send("POST", "me/export/", {"of": "bob"}).status_code == 400
