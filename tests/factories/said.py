"""Accounts, debates and what is said in them. Statements are placed as the actions place them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import (
    ApiToken,
    FormerName,
    Kind,
    Look,
    Mail,
    Rename,
    Spent,
    Standing,
    User,
)
from debate import models
from debate.actions import statements, statuses
from debate.models.topics import slug_of
from debate.text import markdown


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    name = factory.LazyAttribute(lambda o: o.username.title())
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.org")
    password = factory.django.Password("correct horse")
    standing = Standing.EXEMPT  # tests of limits say what they are about


class BotFactory(UserFactory):
    username = factory.Sequence(lambda n: f"bot-{n}")
    kind = Kind.BOT
    owner = factory.SubFactory(UserFactory)


class ApiTokenFactory(DjangoModelFactory[ApiToken]):
    class Meta:
        model = ApiToken

    user = factory.SubFactory(UserFactory)
    name = "test"
    prefix = factory.Sequence(lambda n: f"{n:08x}")
    digest = factory.Sequence(lambda n: f"{n:064x}")
    scopes = ("read", "write")


class FormerNameFactory(DjangoModelFactory[FormerName]):
    class Meta:
        model = FormerName

    digest = factory.Sequence(lambda n: f"{n:064x}")


class SpentFactory(DjangoModelFactory[Spent]):
    class Meta:
        model = Spent

    key = factory.Sequence(lambda n: f"{n:040x}")
    used = 1
    most = 5
    ends = factory.LazyFunction(timezone.now)


class LookFactory(DjangoModelFactory[Look]):
    class Meta:
        model = Look

    look = factory.Sequence(lambda n: f"somebody{n}")
    account = factory.SubFactory(UserFactory)


class RenameFactory(DjangoModelFactory[Rename]):
    class Meta:
        model = Rename

    account = factory.SubFactory(UserFactory)
    field = Rename.Field.USERNAME
    before = factory.Sequence(lambda n: f"earlier-{n}")
    after = factory.LazyAttribute(lambda o: o.account.username)


class MailFactory(DjangoModelFactory[Mail]):
    class Meta:
        model = Mail

    sealed = "sealed"


class DebateFactory(DjangoModelFactory[models.Debate]):
    class Meta:
        model = models.Debate

    slug = factory.Sequence(lambda n: f"debate-{n}")
    question = "Should the town library lend without any due date?"
    starter = factory.SubFactory(UserFactory)


class ParticipationFactory(DjangoModelFactory[models.Participation]):
    class Meta:
        model = models.Participation

    debate = factory.SubFactory(DebateFactory)
    person = factory.SubFactory(UserFactory)


class SuspensionFactory(DjangoModelFactory[models.Suspension]):
    class Meta:
        model = models.Suspension

    debate = factory.SubFactory(DebateFactory)
    person = factory.SubFactory(UserFactory)
    suspended_by = factory.SelfAttribute("debate.starter")
    reason = "Keeps attacking people."


class InvitationFactory(DjangoModelFactory[models.Invitation]):
    class Meta:
        model = models.Invitation

    debate = factory.SubFactory(DebateFactory)
    made_by = factory.SelfAttribute("debate.starter")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class InvitationUseFactory(DjangoModelFactory[models.InvitationUse]):
    class Meta:
        model = models.InvitationUse

    invitation = factory.SubFactory(InvitationFactory)
    person = factory.SubFactory(UserFactory)


class TurnFactory(DjangoModelFactory[models.Turn]):
    class Meta:
        model = models.Turn

    debate = factory.SubFactory(DebateFactory)
    author = factory.SubFactory(UserFactory)
    number = factory.LazyAttribute(lambda o: o.debate.turns.count() + 1)


class StatementFactory(DjangoModelFactory[models.Statement]):
    """A statement published as the actions would: counted in, its parent's status fresh."""

    class Meta:
        model = models.Statement

    author = factory.SubFactory(UserFactory)
    body = "Most readers bring a book back unasked within two months."

    @classmethod
    def _create(cls, model_class: type[models.Statement], *args: Any, **fields: Any) -> Any:
        parent = fields.get("parent")
        debate = fields.pop("debate", None)
        debate = debate or (parent.debate if parent else DebateFactory.create())
        debate.refresh_from_db()
        if "turn" not in fields and fields["kind"] != "crux":
            fields["turn"] = statements.open_turn(debate, by=fields["author"])
        made = statements.publish(debate, **fields)
        if parent is not None:
            statuses.refresh(debate, parent.pk)
        debate.save()
        return made


class PositionFactory(StatementFactory):
    kind = "position"
    name = "Lend until asked back"
    body = "Lending works without a due date."


class CruxFactory(StatementFactory):
    kind = "crux"
    name = "Readers return books unasked"
    crux_state = "live"


class SupportFactory(StatementFactory):
    kind = "support"
    parent = factory.SubFactory(PositionFactory)


class ObjectionFactory(StatementFactory):
    kind = "objection"
    on = "truth"
    parent = factory.SubFactory(PositionFactory)


class QuestionFactory(StatementFactory):
    kind = "question"
    parent = factory.SubFactory(PositionFactory)


class RemarkFactory(StatementFactory):
    kind = "remark"
    parent = factory.SubFactory(PositionFactory)


class QuotationFactory(DjangoModelFactory[models.Quotation]):
    class Meta:
        model = models.Quotation

    statement = factory.SubFactory(PositionFactory)
    revision = 1
    exact = "works without"
    start = 8
    end = 21


class RevisionFactory(DjangoModelFactory[models.Revision]):
    class Meta:
        model = models.Revision

    statement = factory.SubFactory(PositionFactory)
    number = 1
    body = "Readers bring books back."
    body_html = factory.LazyAttribute(lambda o: markdown.render(o.body))
    replaced_by = factory.SelfAttribute("statement.author")


class MarkFactory(DjangoModelFactory[models.Mark]):
    class Meta:
        model = models.Mark

    statement = factory.SubFactory(PositionFactory)
    person = factory.SubFactory(UserFactory)
    truth = "agree"
    revision = 1


class MarkChangeFactory(DjangoModelFactory[models.MarkChange]):
    class Meta:
        model = models.MarkChange

    mark = factory.SubFactory(MarkFactory)
    truth = "agree"
    revision = 1


class RelianceFactory(DjangoModelFactory[models.Reliance]):
    class Meta:
        model = models.Reliance

    person = factory.SelfAttribute("position.author")
    position = factory.SubFactory(PositionFactory)
    claim = factory.SubFactory(CruxFactory, debate=factory.SelfAttribute("..position.debate"))
    words = "would keep a due date"


class DraftPointFactory(DjangoModelFactory[models.DraftPoint]):
    class Meta:
        model = models.DraftPoint

    author = factory.SubFactory(UserFactory)
    parent = factory.SubFactory(PositionFactory)
    debate = factory.SelfAttribute("parent.debate")
    key = factory.Sequence(lambda n: f"point-{n}")
    place = 1
    kind = "support"
    body = "Because it is so."


class DropFactory(DjangoModelFactory[models.Drop]):
    class Meta:
        model = models.Drop

    crux = factory.SubFactory(CruxFactory, crux_state="dropped")
    person = factory.SelfAttribute("crux.author")
    reason = "Nobody's position rests on it."


class AnalysisFactory(DjangoModelFactory[models.Analysis]):
    class Meta:
        model = models.Analysis

    debate = factory.SubFactory(DebateFactory)


class AnalysisPointFactory(DjangoModelFactory[models.AnalysisPoint]):
    class Meta:
        model = models.AnalysisPoint

    debate = factory.SubFactory(DebateFactory)
    event = factory.Sequence(lambda number: number)
    at = factory.LazyFunction(timezone.now)
    found = factory.LazyFunction(lambda: {"positions": {}, "cruxes": {}})


class VisitFactory(DjangoModelFactory[models.Visit]):
    class Meta:
        model = models.Visit

    debate = factory.SubFactory(DebateFactory)
    person = factory.SubFactory(UserFactory)


class EventFactory(DjangoModelFactory[models.Event]):
    """An event, counted in its debate."""

    class Meta:
        model = models.Event

    debate = factory.SubFactory(DebateFactory)
    number = factory.LazyAttribute(lambda o: o.debate.events.count() + 1)
    kind = "debate.started"
    actor = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> models.Event:
        made: models.Event = super()._create(model_class, *args, **kwargs)
        made.debate.event_count = max(made.debate.event_count, made.number)
        made.debate.save(update_fields=["event_count"])
        return made


class RewordingFactory(DjangoModelFactory[models.Rewording]):
    class Meta:
        model = models.Rewording

    event = factory.SubFactory(EventFactory, kind="debate.changed")
    field = "question"
    before = "Should the library lend?"


class TopicFactory(DjangoModelFactory[models.Topic]):
    class Meta:
        model = models.Topic

    name = factory.Sequence(lambda n: f"Topic {n}")
    slug = factory.LazyAttribute(lambda o: slug_of(o.name))


class IdempotencyKeyFactory(DjangoModelFactory[models.IdempotencyKey]):
    class Meta:
        model = models.IdempotencyKey

    account = factory.SubFactory(UserFactory)
    key = factory.Sequence(lambda n: f"key-{n}")
    fingerprint = "0" * 64
