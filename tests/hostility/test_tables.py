"""No table that leaves the site has a cell that a spreadsheet would carry out."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from django.test import Client

from debate.models import ModerationAct, Statement
from tests.factories import ModerationActFactory, UserFactory
from tests.hostility.columns import fill
from tests.rights import world
from tests.text.test_hostile_markdown import SECURITY

pytestmark = pytest.mark.django_db
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
FEW = (
    *("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "   =1", "\uff1d1", "\uff0b1", "\uff0d1"),
    *("=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', '";=1+1;"', "\n=1", "'=1", ";=1", ",=1"),
)


def payloads() -> Iterator[str]:
    yield from FEW
    corpus = SECURITY / "csv-injection.json"
    if corpus.exists():
        yield from json.loads(corpus.read_text())


def tables(client: Client) -> Iterator[tuple[str, str]]:
    """Every table that there is: the moderation log, and those of Polis."""
    yield "log", client.get("/moderation/log.csv").content.decode()
    answer = client.get("/d/public/downloads/polis/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    for name in archive.namelist():
        yield name, archive.read(name).decode()


def test_no_cell_is_a_formula() -> None:
    there = world.build()
    client = there.who["facilitator"].client("pages")
    person = UserFactory.create(username="mona", is_staff=True)
    said = Statement.objects.filter(debate__slug="public").first()
    act = ModerationActFactory.create(moderator=person, statement=said)
    count = cells = 0
    for words in payloads():
        if "\0" in words:
            continue  # nothing that is stored has it
        fill(words)
        ModerationAct.objects.filter(pk=act.pk).update(reason=words)
        count += 1
        for name, text in tables(client):
            for row in csv.reader(io.StringIO(text, newline="")):
                for cell in row:
                    cells += 1
                    assert not cell.lstrip(" ").startswith(SIGNS) or is_number(cell), (name, cell)
    assert count >= len(FEW)
    assert cells > 50 * count


def is_number(cell: str) -> bool:
    """Whether it is a number of the program's own, as a vote of -1."""
    return cell in ("-1", "-2")
