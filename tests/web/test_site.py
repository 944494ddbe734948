"""Help, about, terms and privacy."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from config import production
from debate.actions import moderation
from debate.management.commands.seed import EXCHANGE
from debate.models import Debate, Statement
from debate.models.statements import Kind, On
from debate.selectors import examples, texts

pytestmark = pytest.mark.django_db
TEXTS = ("about", "terms", "privacy")


@pytest.fixture
def seed() -> Debate:
    call_command("seed", verbosity=0)
    return Debate.objects.get()


def test_the_debate_of_the_examples_is_the_seed() -> None:
    assert examples.SEED == tomllib.loads(EXCHANGE.read_text())["debate"]["slug"]


def test_every_kind_is_shown_by_a_real_example(client: Client, seed: Debate) -> None:
    found = examples.examples()
    kinds = {(kind.value, "") for kind in Kind if kind != Kind.OBJECTION}
    assert set(found) == kinds | {("objection", on.value) for on in On}
    page = client.get("/help/").content.decode()
    for example in found.values():
        assert f'href="/s/{example.pk}/"' in page
    assert "made up" not in page


def test_without_the_seed_the_examples_are_made_up(client: Client) -> None:
    page = client.get("/help/").content.decode()
    assert page.count("An example, made up") == len(Kind) + len(On) - 1


def test_nothing_is_shown_that_not_everybody_may_read(
    client: Client, seed: Debate, mara: User
) -> None:
    answer = Statement.objects.filter(kind=Kind.ANSWER).order_by("pk").first()
    assert answer is not None and answer.parent is not None
    before = examples.examples()[Kind.ANSWER, ""]
    assert before.pk == answer.pk
    moderation.hide(answer, by=mara, reason="Attack.")
    after = examples.examples()[Kind.ANSWER, ""]
    assert after.pk != answer.pk
    assert before.words not in client.get("/help/").content.decode()
    key, quoting = next((k, one) for k, one in examples.examples().items() if one.quoted)
    quoted = Statement.objects.get(pk=quoting.pk).parent
    assert quoted is not None
    moderation.hide(quoted, by=mara, reason="Attack.")
    assert examples.examples()[key].quoted == ""
    Debate.objects.update(visibility="unlisted")
    assert examples.examples() == {}


def test_what_others_add_to_the_seed_is_no_example(seed: Debate, alice: User) -> None:
    Statement.objects.filter(kind=Kind.REMARK).update(author=alice)
    assert (Kind.REMARK, "") not in examples.examples()


def test_the_help_costs_one_query(
    client: Client, seed: Debate, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(1):
        client.get("/help/")


@pytest.mark.parametrize("name", TEXTS)
def test_a_site_that_says_nothing_of_itself_says_what_the_program_does(
    client: Client, name: str, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(0):
        page = client.get(f"/{name}/").content.decode()
    assert "Whoever runs this site has not" in page
    assert f'href="/{name}/"' in client.get("/").content.decode()


def test_a_site_fills_its_texts_with_files_in_each_language(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.SITE_TEXTS = str(tmp_path)
    (tmp_path / "about.md").write_text("We are *the library*. <script>alert(1)</script>")
    (tmp_path / "about.de.md").write_text("Wir sind die Bücherei.")
    page = client.get("/about/").content.decode()
    assert "We are <em>the library</em>." in page
    assert "<script>alert" not in page
    assert "Whoever runs" not in page
    assert "Bücherei" in texts.text("about", "de")
    assert texts.text("about", "fr") == texts.text("about", "")
    assert "has not written" in client.get("/terms/").content.decode()


def test_a_folder_that_is_not_there_is_refused_at_the_start(tmp_path: Path) -> None:
    def start(folder: str) -> None:
        production.refuse_unsafe(
            debug=False,
            secret_key="k" * 10 + "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
            allowed_hosts=["crux.example.org"],
            database_urls=["postgres://db/crux"],
            email_url="submission://u:p@mail",
            site_texts=folder,
        )

    start("")
    start(str(tmp_path))
    with pytest.raises(ImproperlyConfigured, match="SITE_TEXTS"):
        start(str(tmp_path / "gone"))
