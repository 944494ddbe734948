"""Topics in the hands of moderators, and of those who may not."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import topics
from debate.actions.refusals import Conflict
from debate.models import Debate, Topic
from tests import factories

pytestmark = pytest.mark.django_db


def about(*names: str) -> Debate:
    return factories.DebateFactory.create(topics=topics.known(names))


def test_a_topic_is_renamed_in_all_its_debates(mara: User) -> None:
    first, second = about("Trams", "Books"), about("Books")
    topic = topics.change(
        Topic.objects.get(name="Books"), by=mara, name="Reading", description="What is read."
    )
    assert (topic.slug, topic.description) == ("reading", "What is read.")
    assert Debate.objects.get(pk=first.pk).topics == ["Trams", "Reading"]
    assert Debate.objects.get(pk=second.pk).topics == ["Reading"]


def test_with_anothers_name_two_topics_become_one(mara: User) -> None:
    both, one = about("AI", "Artificial intelligence"), about("AI")
    topics.change(
        Topic.objects.get(name="AI"), by=mara, name="artificial Intelligence", description=""
    )
    assert Topic.objects.get().name == "Artificial intelligence"
    for debate in (both, one):
        assert Debate.objects.get(pk=debate.pk).topics == ["Artificial intelligence"]


def test_a_removed_topic_is_gone_from_its_debates(mara: User) -> None:
    debate = about("Trams", "Spam")
    topics.remove(Topic.objects.get(name="Spam"), by=mara)
    assert Debate.objects.get(pk=debate.pk).topics == ["Trams"]
    assert Topic.objects.get().name == "Trams"


def test_a_topic_is_made_once_and_has_letters(mara: User) -> None:
    assert topics.make(by=mara, name=" 図書館 ", description="").slug == "図書館"
    with pytest.raises(Conflict):
        topics.make(by=mara, name="図書館")
    for name, description in (("?!", ""), ("x" * 41, ""), ("A", "x" * 501), ("", "")):
        with pytest.raises(ValidationError):
            topics.make(by=mara, name=name, description=description)


def test_only_moderators_look_after_topics(alice: User) -> None:
    about("Trams")
    topic = Topic.objects.get()
    with pytest.raises(PermissionDenied):
        topics.make(by=alice, name="Books")
    with pytest.raises(PermissionDenied):
        topics.change(topic, by=alice, name="Buses", description="")
    with pytest.raises(PermissionDenied):
        topics.remove(topic, by=alice)
