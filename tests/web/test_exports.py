from __future__ import annotations

import asyncio
import json
from http.client import HTTPConnection

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import exports
from debate.models import Export, ExportPart
from tests import lives
from tests.streams import aside, running, session_of

PAGE = "/accounts/export/"


def test_one_asks_for_it_looks_on_and_fetches_both_files(client: Client, db: None) -> None:
    person = lives.lived().person
    client.force_login(person)
    assert "Gather my data" in client.get(PAGE).content.decode()
    answer = client.post(PAGE, follow=True)
    assert "0 %" in answer.content.decode()
    export = Export.objects.get()
    fragment = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="load delay:2s"' in fragment
    assert "<html" not in fragment
    exports.gather(export.pk)
    fragment = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in fragment
    assert "Ready" in fragment
    for form, kind in (("json", "application/json"), ("html", "text/html; charset=utf-8")):
        file = client.get(f"{PAGE}{form}/")
        assert file["Content-Type"] == kind
        assert file["Content-Disposition"] == f'attachment; filename="crux-export.{form}"'
        assert file["Cache-Control"] == "private, no-store"
        assert lives.MAIL in b"".join(file).decode()


def test_files_are_for_the_person_alone(client: Client, alice: User, bob: User) -> None:
    export, _ = exports.start(by=alice)
    exports.gather(export.pk)
    assert client.get(f"{PAGE}json/").status_code == 302
    assert "/login/" in client.get(PAGE)["Location"]
    client.force_login(bob)
    assert client.get(f"{PAGE}json/").status_code == 404
    client.force_login(alice)
    assert client.get(f"{PAGE}json/").status_code == 200
    assert client.head(f"{PAGE}json/").status_code == 200
    assert client.get(f"{PAGE}xml/").status_code == 404


def test_htmx_starts_it_and_goes_on_asking(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.post(PAGE, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Look again" in answer.content.decode()


def test_the_page_costs_a_few_queries(client: Client, alice: User) -> None:
    client.force_login(alice)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) <= 3  # session, account, export


@pytest.mark.django_db(transaction=True)
def test_a_real_server_streams_a_file_of_many_parts(alice: User) -> None:
    export, _ = exports.start(by=alice)
    exports.gather(export.pk)
    ExportPart.objects.filter(format="html").delete()
    for number in range(40):
        ExportPart.objects.create(export=export, format="html", number=number, text="é" * 100_000)

    def fetch(port: int) -> tuple[int, bytes]:
        browser = HTTPConnection("127.0.0.1", port, timeout=20)
        browser.request(
            "GET", f"{PAGE}html/", headers={"Cookie": f"sessionid={session_of(alice)}"}
        )
        answer = browser.getresponse()
        return answer.status, answer.read()

    with running() as site:
        status, body = asyncio.run(aside(fetch, site.port))
    assert status == 200
    assert body.decode() == "é" * 4_000_000


def test_the_json_can_be_read_by_programs(client: Client, alice: User) -> None:
    export, _ = exports.start(by=alice)
    exports.gather(export.pk)
    client.force_login(alice)
    file = client.get(f"{PAGE}json/")
    told = json.loads(b"".join(file))
    assert told["accounts"][0]["username"] == "alice"
