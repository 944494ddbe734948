"""No answer to HTMX is heavier than a reader notices."""

from __future__ import annotations

import gzip

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from debate.models import Debate, Statement

LARGEST = 30_000  # bytes, compressed
HTMX = {"HX-Request": "true"}


@pytest.fixture
def filled(db: None) -> Debate:
    """A debate with more statements than fit a page, with bodies as people write them."""
    call_command("fill", statements=400, verbosity=0)
    return Debate.objects.get()


def weight(answer: object) -> int:
    return len(gzip.compress(getattr(answer, "content", b""), 6))


def test_every_answer_to_htmx_is_light(client: Client, filled: Debate, alice: User) -> None:
    client.force_login(alice)
    root = filled.statements.filter(parent=None).order_by("-total")[0]
    leaf = Statement.objects.filter(parent=root, kind="support").exclude(author=alice)[0]
    point = {"kind": "support", "body": "A reason. " * 90, "key": "k1", "under": "leaf"}
    at = f"/s/{leaf.pk}"
    more = f"/d/{filled.slug}/?after={root.pk}"
    answers = {
        "more statements": client.get(more, headers=HTMX),
        "the form that answers": client.get(f"{at}/reply/", headers=HTMX),
        "a stored point": client.post(f"{at}/points/", point, headers=HTMX),
        "a published reply": client.post(f"{at}/reply/", {**point, "version": "1"}, headers=HTMX),
        "a mark": client.post(f"{at}/mark/", {"truth": "agree", "under": "list"}, headers=HTMX),
        "a mark that crosses": client.post(f"{at}/mark/", {"truth": "disagree"}, headers=HTMX),
    }
    for number in range(50):
        full = client.post(f"{at}/points/", {**point, "key": f"t{number}"}, headers=HTMX)
    answers["a full tray"] = full
    for what, answer in answers.items():
        assert getattr(answer, "status_code", 0) == 200, what
        assert weight(answer) < LARGEST, (what, weight(answer))
