"""What surrounds debates: reports, jobs, exports, search, what people follow."""

from __future__ import annotations

from typing import Any, ClassVar

import factory
from factory.django import DjangoModelFactory

from debate import models
from tests.factories.said import (
    DebateFactory,
    EventFactory,
    PositionFactory,
    SupportFactory,
    UserFactory,
)


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
    debate = factory.SelfAttribute("statement.debate")
    label = factory.SelfAttribute("statement.label")
    person = factory.SelfAttribute("statement.author")
    moderator = factory.SubFactory(UserFactory, is_staff=True)
    reason = "Attacks a person."


class ProposalFactory(DjangoModelFactory[models.Proposal]):
    """That a crux is put forward; of other kinds, give the fields."""

    class Meta:
        model = models.Proposal

    debate = factory.SubFactory(DebateFactory)
    kind = "crux"
    name = "Books come back"
    body = "They do."
    body_html = "<p>They do.</p>"
    reason = "Both sides come back to it."
    author = factory.SubFactory(UserFactory)
    digest = factory.Sequence(lambda n: f"{n:064x}")


class AppealFactory(DjangoModelFactory[models.Appeal]):
    class Meta:
        model = models.Appeal

    act = factory.SubFactory(ModerationActFactory)
    person = factory.SelfAttribute("act.person")
    text = "It attacks nobody."


class LinkFactory(DjangoModelFactory[models.Link]):
    """A support that also supports another position of its debate."""

    class Meta:
        model = models.Link

    statement = factory.SubFactory(SupportFactory)
    to = factory.LazyAttribute(lambda link: PositionFactory.create(debate=link.statement.debate))
    kind = "support"


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
    told: ClassVar[dict[str, Any]] = {
        "counts": {"points": 2, "people": 2, "turns": 2, "quotations": 0, "marks": 0},
        "question": "",
        "tree": [],
        "problems": [],
        "losses": [],
        "loss_count": 0,
    }


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


class HeldFactory(DjangoModelFactory[models.Held]):
    """A turn that waits, with one point."""

    class Meta:
        model = models.Held
        skip_postgeneration_save = True

    debate = factory.SubFactory(DebateFactory)
    author = factory.SubFactory(UserFactory)
    why = "first"
    point = factory.RelatedFactory("tests.factories.around.HeldPointFactory", "held")


class HeldPointFactory(DjangoModelFactory[models.HeldPoint]):
    class Meta:
        model = models.HeldPoint

    held = factory.SubFactory(HeldFactory, point=None)
    place = 0
    parent = factory.LazyAttribute(lambda o: PositionFactory.create(debate=o.held.debate))
    kind = "support"
    body = "Because it is so."


class FirstStatementFactory(DjangoModelFactory[models.FirstStatement]):
    class Meta:
        model = models.FirstStatement

    statement = factory.SubFactory(PositionFactory)
    author = factory.SelfAttribute("statement.author")


class PrecautionsFactory(DjangoModelFactory[models.Precautions]):
    class Meta:
        model = models.Precautions
        django_get_or_create = ("id",)

    id = 1


class WatchedWordFactory(DjangoModelFactory[models.WatchedWord]):
    class Meta:
        model = models.WatchedWord

    words = factory.Sequence(lambda n: f"buy now {n}")


class ReasonTemplateFactory(DjangoModelFactory[models.ReasonTemplate]):
    class Meta:
        model = models.ReasonTemplate

    name = factory.Sequence(lambda n: f"Rude {n}")
    text = "It attacks a person and not what they say."


class PersonNoteFactory(DjangoModelFactory[models.PersonNote]):
    class Meta:
        model = models.PersonNote

    person = factory.SubFactory(UserFactory)
    author = factory.SubFactory(UserFactory, is_staff=True)
    text = "Was asked to be kinder."


class HiddenLookFactory(DjangoModelFactory[models.HiddenLook]):
    class Meta:
        model = models.HiddenLook

    statement = factory.SubFactory(PositionFactory)
    moderator = factory.SubFactory(UserFactory, is_staff=True)


class SavedFilterFactory(DjangoModelFactory[models.SavedFilter]):
    class Meta:
        model = models.SavedFilter

    owner = factory.SubFactory(UserFactory, is_staff=True)
    name = factory.Sequence(lambda n: f"Filter {n}")
    query = "kind=report"
