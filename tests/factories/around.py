"""What surrounds debates: reports, jobs, exports, search, what people follow."""

from __future__ import annotations

from typing import Any, ClassVar

import factory
from factory.django import DjangoModelFactory

from debate import models
from tests.factories.said import DebateFactory, EventFactory, PositionFactory, UserFactory


class ReportFactory(DjangoModelFactory[models.Report]):
    class Meta:
        model = models.Report

    statement = factory.SubFactory(PositionFactory)
    reporter = factory.SubFactory(UserFactory)
    reason = "spam"


class ModerationActFactory(DjangoModelFactory[models.ModerationAct]):
    class Meta:
        model = models.ModerationAct

    act = "hide"
    statement = factory.SubFactory(PositionFactory)
    moderator = factory.SubFactory(UserFactory, is_staff=True)
    reason = "Attacks a person."


class JobFailureFactory(DjangoModelFactory[models.JobFailure]):
    class Meta:
        model = models.JobFailure

    job = factory.Sequence(lambda n: n + 1)
    name = "clean"
    error = "RuntimeError: no space left"


class ExportFactory(DjangoModelFactory[models.Export]):
    class Meta:
        model = models.Export

    person = factory.SubFactory(UserFactory)


class ImportFactory(DjangoModelFactory[models.Import]):
    class Meta:
        model = models.Import

    person = factory.SubFactory(UserFactory)
    format = "exchange"
    data = b"Ann: So it is.\n\nBob: No.\n"
    state = "ready"
    options: ClassVar[dict[str, Any]] = {"visibility": "unlisted", "question": "Is it so?"}
    told: ClassVar[dict[str, Any]] = {"counts": {"points": 2}}


class ExportPartFactory(DjangoModelFactory[models.ExportPart]):
    class Meta:
        model = models.ExportPart

    export = factory.SubFactory(ExportFactory)
    format = "json"
    number = 1
    text = "{}"


class SearchTextFactory(DjangoModelFactory[models.SearchText]):
    """The words of a new debate, as a trigger keeps them."""

    class Meta:
        model = models.SearchText

    @classmethod
    def _create(cls, model_class: type[models.SearchText], *args: Any, **fields: Any) -> Any:
        return model_class.objects.get(debate=DebateFactory.create(**fields), statement=None)


class SearchWordFactory(DjangoModelFactory[models.SearchWord]):
    class Meta:
        model = models.SearchWord

    word = factory.Sequence(lambda n: f"word{n}")
    count = 1


class FollowingFactory(DjangoModelFactory[models.Following]):
    class Meta:
        model = models.Following

    person = factory.SubFactory(UserFactory)
    debate = factory.SubFactory(DebateFactory)


class NotificationFactory(DjangoModelFactory[models.Notification]):
    class Meta:
        model = models.Notification

    person = factory.SubFactory(UserFactory)
    event = factory.SubFactory(EventFactory)
    debate = factory.SelfAttribute("event.debate")
    reason = "answered"


class NotifiedUpToFactory(DjangoModelFactory[models.NotifiedUpTo]):
    class Meta:
        model = models.NotifiedUpTo

    debate = factory.SubFactory(DebateFactory)
