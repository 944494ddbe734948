"""Every constraint of the tables, each broken once past all Python that would stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import User
from debate.models import Debate, Mark, Reliance, Report, Revision, SearchText, Statement
from tests import factories
from tests.models.broken_proposals import OF_COLUMNS, PROPOSALS
from tests.models.broken_review import REVIEW


@dataclass
class Rows:
    """What there is to break."""

    debate: Debate
    position: Statement
    objection: Statement
    crux: Statement
    bob: User

    def set(self, row: models.Model, **fields: object) -> None:
        type(row)._default_manager.filter(pk=row.pk).update(**fields)


@pytest.fixture
def rows(debate: Debate, bob: User) -> Rows:
    position = debate.statements.get(name="Lend until asked back")
    objection = factories.ObjectionFactory.create(parent=position, author=bob)
    crux = factories.CruxFactory.create(debate=debate, author=bob)
    debate.refresh_from_db()
    return Rows(debate, position, objection, crux, bob)


def _mark(r: Rows, **fields: object) -> None:
    r.set(factories.MarkFactory.create(statement=r.position, person=r.bob), **fields)


def _used_twice() -> None:
    use = factories.InvitationUseFactory.create()
    factories.InvitationUseFactory.create(invitation=use.invitation, person=use.person)


def _following(r: Rows, times: int, **of: object) -> None:
    for _ in range(times):
        factories.FollowingFactory.create(**{"person": r.bob, "debate": None, **of})


def _told_twice() -> None:
    told = factories.NotificationFactory.create()
    factories.NotificationFactory.create(event=told.event, person=told.person)


def _sent_twice() -> None:
    sent = factories.DeliveryFactory.create()
    factories.DeliveryFactory.create(webhook=sent.webhook, event=sent.event)


def _reliance(r: Rows, **fields: object) -> None:
    Reliance.objects.create(person=r.bob, position=r.position, claim=r.crux, **fields)


def _report(r: Rows, **fields: object) -> None:
    Report.objects.create(statement=r.position, reporter=r.bob, reason="spam").save()
    r.set(Report.objects.get(), **fields)


def _revision(r: Rows, **fields: object) -> None:
    fields = {"number": 1, "body": "Before.", "body_html": "<p>Before.</p>", **fields}
    Revision.objects.create(statement=r.position, replaced_by=r.bob, **fields)


def _part(r: Rows, **fields: object) -> None:
    r.set(factories.ExportPartFactory.create(), **fields)


def _part_again(r: Rows) -> None:
    part = factories.ExportPartFactory.create()
    factories.ExportPartFactory.create(export=part.export)


def _reworded_again(r: Rows) -> None:
    kept = factories.RewordingFactory.create()
    factories.RewordingFactory.create(event=kept.event)


def _user(r: Rows, **fields: object) -> None:
    r.set(r.bob, **fields)


def _quotation(r: Rows, **fields: object) -> None:
    factories.QuotationFactory.create(statement=r.position, **fields)


def _visit(r: Rows, **fields: object) -> None:
    factories.VisitFactory.create(debate=r.position.debate, person=r.bob, **fields)


def _draft(r: Rows, **fields: object) -> None:
    factories.DraftPointFactory.create(parent=r.position, **fields)


def _labelled(r: Rows, ordinal: int) -> None:
    factories.ObjectionFactory.create(parent=r.position, author=r.bob, ordinal=ordinal)


def _act(r: Rows, **fields: object) -> None:
    r.set(factories.ModerationActFactory.create(statement=r.position), **fields)


def _twice(make: Callable[[], object]) -> None:
    make()
    make()


def _linked_twice(kind: str, *, elsewhere: bool = False) -> None:
    """The same link again, or, of duplicates, one to another statement."""
    made = factories.LinkFactory.create(kind=kind)
    to = factories.SupportFactory.create(parent=made.to) if elsewhere else made.to
    factories.LinkFactory.create(statement=made.statement, to=to, kind=kind)


BREAK: dict[str, list[Callable[[Rows], object]]] = {
    **PROPOSALS,
    **REVIEW,
    "user_username_any_case": [lambda r: factories.UserFactory.create(username="BOB")],
    "user_kind": [lambda r: _user(r, kind="ghost")],
    "user_standing": [lambda r: _user(r, standing="ghost")],
    "statement_label_once": [lambda r: _twice(lambda: _labelled(r, 0))],
    "statement_generated_by": [lambda r: r.set(r.objection, generated_by="magic")],
    "event_kind": [lambda r: factories.EventFactory.create(debate=r.debate, kind="oddity")],
    "user_bot_has_owner": [
        lambda r: _user(r, kind="bot"),
        lambda r: _user(r, owner=r.position.author),
        lambda r: _user(r, kind="imported", owner=r.position.author),
    ],
    "user_not_own_owner": [lambda r: _user(r, kind="bot", owner=r.bob)],
    "apitoken_has_a_scope": [lambda r: factories.ApiTokenFactory.create(user=r.bob, scopes=[])],
    "debate_question_length": [
        lambda r: r.set(r.debate, question=""),
    ],
    "debate_background_length": [lambda r: r.set(r.debate, background="x" * 10_001)],
    "debate_outcome_length": [lambda r: r.set(r.debate, outcome="x" * 5_001)],
    "debate_terms_at_most": [lambda r: r.set(r.debate, terms=[["a", "b"]] * 21)],
    "debate_state": [lambda r: r.set(r.debate, state="shut")],
    "debate_visibility": [lambda r: r.set(r.debate, visibility="")],
    "debate_bots": [lambda r: r.set(r.debate, bots="all")],
    "debate_topics_at_most": [lambda r: r.set(r.debate, topics=list("abcdef"))],
    "participation_once": [
        lambda r: _twice(
            lambda: factories.ParticipationFactory.create(debate=r.debate, person=r.bob)
        )
    ],
    "participation_role": [
        lambda r: factories.ParticipationFactory.create(debate=r.debate, person=r.bob, role="king")
    ],
    "draftpoint_key_once": [
        lambda r: _twice(lambda: _draft(r, author=r.bob, key="k")),
    ],
    "draftpoint_kind": [lambda r: _draft(r, kind="shout")],
    "draftpoint_on": [lambda r: _draft(r, on="tone")],
    "draftpoint_body_length": [lambda r: _draft(r, body="x" * 40_001)],
    "draftpoint_quote_length": [lambda r: _draft(r, quote="x" * 40_001)],
    "event_number_once": [
        lambda r: _twice(lambda: factories.EventFactory.create(debate=r.debate, number=7))
    ],
    "idempotencykey_once": [
        lambda r: _twice(lambda: factories.IdempotencyKeyFactory.create(account=r.bob, key="k"))
    ],
    "turn_number_once": [
        lambda r: _twice(lambda: factories.TurnFactory.create(debate=r.debate, number=70))
    ],
    "visit_once": [lambda r: _twice(lambda: _visit(r))],
    "visit_since_seen": [lambda r: _visit(r, since=8, seen=7)],
    "mark_once": [
        lambda r: _twice(
            lambda: Mark.objects.create(statement=r.position, person=r.bob, revision=1)
        )
    ],
    "mark_truth": [lambda r: _mark(r, truth="true")],
    "mark_bears": [lambda r: _mark(r, bears="so")],
    "mark_revision": [lambda r: _mark(r, revision=0)],
    "report_open_once": [
        lambda r: _twice(
            lambda: factories.ReportFactory.create(statement=r.position, reporter=r.bob)
        )
    ],
    "report_note_length": [lambda r: _report(r, note="x" * 1001)],
    "report_reason": [lambda r: _report(r, reason="envy")],
    "report_state": [lambda r: _report(r, state="lost")],
    "moderationact_act": [lambda r: _act(r, act="burn")],
    "moderationact_reason_length": [lambda r: _act(r, reason="")],
    "quotation_exact_length": [
        lambda r: _quotation(r, exact=""),
        lambda r: _quotation(r, exact="x" * 10_001),
    ],
    "quotation_start_before_end": [
        lambda r: _quotation(r, start=5, end=5),
        lambda r: _quotation(r, start=5, end=4),
    ],
    "quotation_revision": [lambda r: _quotation(r, revision=0)],
    "analysis_point_once": [
        lambda r: _twice(lambda: factories.AnalysisPointFactory.create(debate=r.debate, event=7))
    ],
    "drop_once_at_a_time": [lambda r: _twice(lambda: factories.DropFactory.create(crux=r.crux))],
    "drop_reason_length": [lambda r: factories.DropFactory.create(crux=r.crux, reason="")],
    "import_state": [lambda r: r.set(factories.ImportFactory.create(), state="lost")],
    "exportpart_once": [_part_again],
    "exportpart_format": [lambda r: _part(r, format="pdf")],
    "rewording_once": [_reworded_again],
    "rewording_field": [lambda r: factories.RewordingFactory.create(field="slug")],
    "reliance_once": [lambda r: _twice(lambda: _reliance(r, words="would go"))],
    "reliance_not_on_itself": [
        lambda r: Reliance.objects.create(
            person=r.bob, position=r.position, claim=r.position, words="x"
        )
    ],
    "reliance_words_or_numbers": [
        _reliance,
        lambda r: _reliance(r, now=80),
        lambda r: _reliance(r, otherwise=30, words="would go"),
        lambda r: _reliance(r, now=80, otherwise=101),
        lambda r: _reliance(r, now=-1, otherwise=30),
    ],
    "revision_number_once": [lambda r: _twice(lambda: _revision(r))],
    "revision_body_length": [
        lambda r: _revision(r, body=""),
        lambda r: _revision(r, body="x" * 10_001),
    ],
    "statement_kind": [lambda r: r.set(r.objection, kind="rant", on="")],
    "statement_kind_needs_parent": [
        lambda r: factories.SupportFactory.create(debate=r.debate, parent=None),
        lambda r: factories.PositionFactory.create(parent=r.position),
        lambda r: factories.CruxFactory.create(parent=r.position),
        lambda r: r.set(r.position, kind="remark", name=""),
    ],
    "statement_on_for_objections": [
        lambda r: r.set(r.objection, on=""),
        lambda r: r.set(r.objection, on="style"),
        lambda r: r.set(r.objection, kind="support"),
        lambda r: r.set(r.position, on="truth"),
    ],
    "statement_name_for_roots": [
        lambda r: r.set(r.position, name=""),
        lambda r: r.set(r.crux, name=""),
        lambda r: r.set(r.objection, name="Named"),
    ],
    "statement_crux_state": [
        lambda r: r.set(r.crux, crux_state=""),
        lambda r: r.set(r.crux, crux_state="dead"),
        lambda r: r.set(r.position, crux_state="live"),
    ],
    "statement_has_turn": [
        lambda r: r.set(r.position, turn=None),
        lambda r: r.set(r.objection, turn=None),
    ],
    "statement_quotes_parent": [
        lambda r: r.set(
            r.position, quotation=factories.QuotationFactory.create(statement=r.objection)
        )
    ],
    "invitation_role": [lambda r: factories.InvitationFactory.create(role="owner")],
    "invitation_uses": [
        lambda r: factories.InvitationFactory.create(uses_most=0),
        lambda r: factories.InvitationFactory.create(uses_most=1001),
    ],
    "invitationuse_once": [lambda r: _used_twice()],
    "suspension_reason_length": [lambda r: factories.SuspensionFactory.create(reason="")],
    "moderationact_undoes": [
        lambda r: factories.ModerationActFactory.create(act="undo"),
        lambda r: factories.ModerationActFactory.create(
            undoes=factories.ModerationActFactory.create()
        ),
    ],
    "moderationact_of_debate": [lambda r: factories.ModerationActFactory.create(debate=None)],
    "appeal_text_length": [
        lambda r: factories.AppealFactory.create(text=""),
        lambda r: factories.AppealFactory.create(text="x" * 2001),
    ],
    "appeal_state": [
        lambda r: factories.AppealFactory.create(
            state="lost", decided_by=r.bob, decided_at=timezone.now()
        )
    ],
    "appeal_decided": [lambda r: factories.AppealFactory.create(state="upheld")],
    "link_once": [lambda r: _linked_twice("support")],
    "link_merged_once": [lambda r: _linked_twice("duplicate", elsewhere=True)],
    "link_kind": [lambda r: factories.LinkFactory.create(kind="like")],
    "link_on_for_objections": [
        lambda r: factories.LinkFactory.create(kind="objection"),
        lambda r: factories.LinkFactory.create(on="truth"),
    ],
    "link_not_to_itself": [
        lambda r: factories.LinkFactory.create(statement=r.position, to=r.position)
    ],
    "searchtext_once_a_debate": [
        lambda r: SearchText.objects.create(debate=r.debate, by_bot=False, words="a")
    ],
    "following_debate_once": [lambda r: _following(r, 2, debate=r.debate)],
    "following_statement_once": [lambda r: _following(r, 2, statement=r.crux)],
    "following_whom_once": [lambda r: _following(r, 2, whom=r.debate.starter)],
    "following_of_one_thing": [
        lambda r: _following(r, 1),
        lambda r: _following(r, 1, debate=r.debate, whom=r.debate.starter),
    ],
    "following_not_oneself": [lambda r: _following(r, 1, whom=r.bob)],
    "following_level": [
        lambda r: _following(r, 1, debate=r.debate, level="loved"),
        lambda r: _following(r, 1, statement=r.crux, level="stopped"),
        lambda r: _following(r, 1, debate=r.debate, level="blocked"),
    ],
    "debate_slow_minutes": [lambda r: r.set(r.debate, slow_minutes=1441)],
    "notification_once": [lambda r: _told_twice()],
    "webhook_url_length": [lambda r: factories.WebhookFactory.create(url="")],
    "delivery_once": [lambda r: _sent_twice()],
    "delivery_state": [lambda r: factories.DeliveryFactory.create(state="lost")],
    "held_of_debate": [lambda r: factories.HeldFactory.create(debate=None, point=None)],
    "heldpoint_edits": [
        lambda r: factories.HeldPointFactory.create(revision=1),
        lambda r: factories.HeldPointFactory.create(note="Clearer."),
        lambda r: factories.HeldPointFactory.create(edits=r.objection),
    ],
    "notification_of_one_thing": [
        lambda r: factories.NotificationFactory.create(
            act=factories.ModerationActFactory.create()
        ),
        lambda r: factories.NotificationFactory.create(event=None, debate=None),
    ],
    "notification_reason": [lambda r: factories.NotificationFactory.create(reason="luck")],
    "user_mail_pace": [lambda r: r.set(r.bob, mail_pace="hourly")],
    "statement_status": [lambda r: r.set(r.position, status="won")],
    "statement_revision": [lambda r: r.set(r.position, revision=0)],
    "statement_body_length": [
        lambda r: r.set(r.position, body=""),
        lambda r: r.set(r.position, body="x" * 10_001),
    ],
}
"""Constraint -> ways to break it. The length of a CharField is refused by its type already."""

ELSEWHERE = {
    "statement_path_once": "test_tree.py: the trigger writes every path",
    "statement_depth_at_most": "test_tree.py: takes a line of 501",
    "statement_name_length": "the column is varchar(60)",
    **OF_COLUMNS,
    "moderationact_label_length": "the column is varchar(12)",
    "appeal_answer_length": "the column is varchar(500)",
    "reliance_words_length": "the column is varchar(500)",
    "invitation_note_length": "the column is varchar(200)",
}


@pytest.mark.parametrize(
    ("name", "way"),
    [(name, way) for name, ways in BREAK.items() for way in ways],
    ids=[f"{name}-{i}" for name, ways in BREAK.items() for i in range(len(ways))],
)
def test_the_database_refuses_what_breaks_the_constraint(
    name: str, way: Callable[[Rows], object], rows: Rows
) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        way(rows)
    cause = refused.value.__cause__
    assert getattr(getattr(cause, "diag", None), "constraint_name", "") == name


def test_every_constraint_of_the_models_is_broken_by_a_test() -> None:
    declared = {
        constraint.name
        for app in ("accounts", "debate")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }
    assert declared == BREAK.keys() | ELSEWHERE.keys()


def test_the_rows_that_are_broken_are_valid_before(rows: Rows) -> None:
    _reliance(rows, now=80, otherwise=30)
    _mark(rows, truth="", bears="no")
    _report(rows, note="x" * 1000, state="dismissed")
    _revision(rows, body="x" * 10_000)
    _quotation(rows, start=0, end=1)
    factories.ReportFactory.create(statement=rows.position, reporter=rows.bob)
    rows.set(rows.objection, body="x" * 10_000, on="framing")
    assert Report.objects.filter(state="open").count() == 1


def test_a_length_counts_characters_and_not_bytes(rows: Rows) -> None:
    rows.set(rows.position, body="ß" * 10_000)
    rows.position.refresh_from_db()
    assert len(rows.position.body) == 10_000
