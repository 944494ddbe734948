"""Moderators make, rename, merge and remove topics in the admin."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import topics
from debate.models import Debate, Topic
from tests import factories

LIST = "/admin/debate/topic/"


@pytest.fixture
def door(mara: User) -> Client:
    client = Client()
    client.force_login(mara)
    return client


@pytest.fixture
def about(db: None) -> Debate:
    return factories.DebateFactory.create(topics=topics.known(["AI", "Books"]))


def test_a_topic_is_made_described_renamed_and_removed(door: Client, about: Debate) -> None:
    assert door.post(f"{LIST}add/", {"name": "Trams", "description": ""}).status_code == 302
    trams = Topic.objects.get(slug="trams")
    books = Topic.objects.get(slug="books")
    sent = {"name": "Reading", "description": "What is read."}
    assert door.post(f"{LIST}{books.pk}/change/", sent).status_code == 302
    about.refresh_from_db()
    assert about.topics == ["AI", "Reading"]
    assert door.post(f"{LIST}{trams.pk}/delete/", {"post": "yes"}).status_code == 302
    assert set(Topic.objects.values_list("name", flat=True)) == {"AI", "Reading"}
    assert "What is read." in door.get(LIST).content.decode()


def test_two_topics_are_merged_by_the_name_of_one(door: Client, about: Debate) -> None:
    ai = Topic.objects.get(name="AI")
    sent = {"name": "Books", "description": ""}
    assert door.post(f"{LIST}{ai.pk}/change/", sent).status_code == 302
    about.refresh_from_db()
    assert about.topics == ["Books"]


def test_what_the_action_would_refuse_the_form_says(door: Client, about: Debate) -> None:
    for name, why in (("books", "There is such a topic"), ("?!", "letters or digits")):
        answer = door.post(f"{LIST}add/", {"name": name, "description": ""})
        assert answer.status_code == 200
        assert why in answer.content.decode()
    assert Topic.objects.count() == 2


def test_others_do_not_come_in(about: Debate, alice: User) -> None:
    client = Client()
    client.force_login(alice)
    topic = Topic.objects.get(name="AI")
    for page in (LIST, f"{LIST}add/", f"{LIST}{topic.pk}/delete/"):
        assert client.post(page, {"name": "X", "post": "yes"}).status_code in (302, 403)
    assert Topic.objects.count() == 2
