from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from debate.actions import moderation
from debate.models import Statement
from tests import factories

pytestmark = pytest.mark.django_db

LOG = "/moderation/"


def test_everybody_reads_what_was_done_and_why(
    client: Client, claim: Statement, mara: User
) -> None:
    moderation.hide(claim, by=mara, reason="Sells <b>books</b>.")
    shown = client.get(LOG).content.decode()
    for words in ("Hidden", claim.label, claim.debate.question, "Mara"):
        assert words in shown
    assert "Sells &lt;b&gt;books&lt;/b&gt;." in shown
    assert reverse("debate:statement-detail", args=[claim.pk]) in shown
    assert claim.body not in shown
    assert "Alice" not in shown


def test_an_empty_log_says_so(client: Client, debate: object) -> None:
    assert "Nobody has had to act" in client.get(LOG).content.decode()


def test_acts_of_one_kind_are_picked(client: Client, claim: Statement) -> None:
    factories.ModerationActFactory(statement=claim, reason="First reason.")
    factories.ModerationActFactory(statement=claim, act="restore", reason="Second reason.")
    shown = client.get(f"{LOG}?act=restore").content.decode()
    assert "Second reason." in shown
    assert "First reason." not in shown
    assert "No such act" in client.get(f"{LOG}?act=dismiss").content.decode()


@pytest.mark.parametrize("before", ["x", "9" * 5000, "1.5"])
def test_a_place_that_is_none_is_not_found(client: Client, before: str) -> None:
    assert client.get(LOG, {"before": before}).status_code == 404


@pytest.mark.parametrize("before", ["0", "-1", "9" * 40])
def test_a_place_outside_the_log_is_not_an_error(client: Client, before: str) -> None:
    assert client.get(LOG, {"before": before}).status_code == 200


def test_the_page_takes_the_same_queries_however_long_the_log(
    client: Client, claim: Statement, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for _ in range(60):
        factories.ModerationActFactory(statement=claim)
    with django_assert_num_queries(1):
        shown = client.get(LOG).content.decode()
    assert "Older" in shown


def test_a_facilitator_hides_and_restores_from_the_page_of_the_statement(
    client: Client, claim: Statement, bob: User, charlie: User
) -> None:
    factories.ParticipationFactory.create(debate=claim.debate, person=bob, role="facilitator")
    page = f"/s/{claim.pk}/"
    client.force_login(charlie)
    assert "Hide it" not in client.get(page).content.decode()
    client.force_login(bob)
    assert "Hide it" in client.get(page).content.decode()
    refused = client.post(f"{page}hiding/", {"reason": " "})
    assert refused.status_code == 422 and "Give a reason" in refused.content.decode()
    hidden = client.post(f"{page}hiding/", {"reason": "Sells books."}, follow=True)
    shown = hidden.content.decode()
    assert claim.body not in shown and "Restore it" in shown
    assert "Sells books." in client.get(LOG).content.decode()
    again = client.post(f"{page}restoration/", {"reason": "It does not."}, follow=True)
    assert claim.body in again.content.decode()
