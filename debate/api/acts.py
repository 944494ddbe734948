"""Acts on how statements hang together, undoing them, appeals: what moderators do, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from debate import moderating, rules
from debate.actions import structure as actions
from debate.api import answers
from debate.api.answers import PersonOut
from debate.api.endpoints import (
    ByModerateScope,
    Endpoint,
    created,
    the_debate,
    the_statement,
    the_user,
)
from debate.api.inputs import Asked, OneOf, Strict, Text, Whole, YesNo, checked
from debate.models import Appeal, Debate, ModerationAct, Statement
from debate.models.acts import APPEAL_MAX, Act, AppealState
from debate.models.statements import BODY_MAX, REASON_MAX, ROOTS, Kind, On
from debate.selectors import acts
from debate.selectors.acts import Told

KINDS = [(kind.value, kind.label) for kind in Kind if kind not in ROOTS]
ID_MOST = 2**31 - 1


class ReasonIn(Strict):
    """Why something is done."""

    reason = Text(max_length=REASON_MAX, help_text="Everyone can read it in the moderation log.")
    internal = YesNo(
        required=False, help_text="Only moderators and facilitators of the debate read the reason."
    )


class RetypeIn(ReasonIn):
    """Another kind for a statement."""

    kind = OneOf(KINDS)
    on = OneOf(On.choices, required=False, help_text="Of objections: what is wrong.")


class SplitIn(ReasonIn):
    """The passage that becomes a statement of its own."""

    exact = Text(max_length=BODY_MAX, help_text="Its words, as the page shows them.")
    start = Whole(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=10 * BODY_MAX,
        help_text="Where they begin in the plain text, in code points.",
    )
    kind = OneOf(KINDS, help_text="What the passage does.")
    on = OneOf(On.choices, required=False, help_text="Of objections; else as the whole has it.")
    beneath = YesNo(
        required=False,
        allow_null=True,
        help_text="Whether it answers the whole; else what the whole answers. Null: by its kind.",
    )


class ToIn(ReasonIn):
    """A second statement of the same debate."""

    to = Whole(min_value=1, max_value=ID_MOST, help_text="Its id.")


class MergeIn(ReasonIn):
    """Which statement says the same."""

    into = Whole(min_value=1, max_value=ID_MOST, help_text="Its id.")


class AppealIn(Strict):
    """Why an act should not stand."""

    text = Text(max_length=APPEAL_MAX)


class AppealDecisionIn(ReasonIn):
    """What becomes of an appeal."""

    decision = OneOf([("uphold", "The act stands"), ("overturn", "The act is undone")])


class AppealOut(serializers.Serializer[Any]):
    """An appeal, for who appealed and who decides."""

    state = serializers.ChoiceField(AppealState.choices)
    by = PersonOut()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_by = PersonOut(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(allow_null=True)


class ModerationActOut(serializers.Serializer[Any]):
    """An act of a moderator or facilitator."""

    id = serializers.IntegerField()
    act = serializers.ChoiceField(Act.choices)
    statement = serializers.IntegerField(
        allow_null=True,
        help_text="Null for acts on persons and debates, and for a rejoined part; as `other` and "
        "`link`, also where the debate is unlisted, but to who did it or looks after the debate.",
    )
    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field, taken off the class
    other = serializers.IntegerField(
        allow_null=True,
        help_text="What it was linked to, merged with or moved under, or the part split off.",
    )
    link = serializers.IntegerField(
        allow_null=True, help_text="The link it made, for `links/<id>/removal/`."
    )
    debate = serializers.CharField(allow_null=True, help_text="Its slug; null if it is unlisted.")
    by = PersonOut()
    reason = serializers.CharField(allow_null=True, help_text="Null where it is internal.")
    person = PersonOut(allow_null=True, help_text="Who was suspended.")
    until = serializers.DateTimeField(
        allow_null=True, help_text="When a suspension from the whole site ends by itself."
    )
    undone_by = serializers.IntegerField(allow_null=True, help_text="The act that undid it.")
    undoes = serializers.IntegerField(allow_null=True)
    appeal = AppealOut(allow_null=True)
    created_at = serializers.DateTimeField()


def _act(told: Told) -> dict[str, Any]:
    act = told.act
    makes_link = told.leads_on and act.act in (Act.LINK, Act.MERGE)
    return {
        "id": act.pk,
        "act": act.act,
        "statement": act.statement_id if told.leads_on else None,
        "label": act.label or None,
        "other": act.other_id if told.leads_on else None,
        "link": act.after.get("id") if makes_link else None,
        "debate": act.debate.slug if told.is_named and act.debate else None,
        "by": answers.person(act.moderator),
        "reason": told.reason or None,
        "person": answers.person(act.person)
        if act.person and Act.SUSPEND in (act.act, act.undoes and act.undoes.act)
        else None,
        "until": answers.when(told.until) if told.until else None,
        "undone_by": told.undone.pk if told.undone else None,
        "undoes": act.undoes_id,
        "appeal": _appeal(told.appeal) if told.appeal else None,
        "created_at": answers.when(act.created_at),
    }


def _appeal(appeal: Appeal) -> dict[str, Any]:
    return {
        "state": appeal.state,
        "by": answers.person(appeal.person),
        "text": appeal.text,
        "created_at": answers.when(appeal.created_at),
        "decided_by": answers.person(appeal.decided_by) if appeal.decided_by else None,
        "decided_at": answers.when(appeal.decided_at) if appeal.decided_at else None,
        "answer": appeal.answer or None,
    }


def made(request: Request, user: User, do: Callable[[], ModerationAct]) -> Response:
    """Carry an act out, once per Idempotency-Key; the answer tells it."""

    def done() -> tuple[dict[str, Any], str]:
        act = acts.act(do().pk, user)
        return _act(acts.told(act, user)), answers.site(request) + f"/api/v1/acts/{act.pk}/"

    return created(request, done)[0]


class OnStatement(Endpoint):
    """Something that is done to how a statement hangs together with others."""

    permission_classes = (ByModerateScope,)

    def carry_out(
        self, request: Request, pk: int, shape: type[Strict], do: Callable[..., ModerationAct]
    ) -> Response:
        """Ask the rights, check what was sent, and do it."""
        statement, user = the_statement(request, pk), the_user(request)
        rules.require(moderating.may_restructure(statement, user))
        sent = checked(shape, request.data)
        return made(request, user, lambda: do(statement, by=user, **sent))


class Kinds(OnStatement):
    """The kind of a statement."""

    @extend_schema(
        operation_id="statement-retype", request=RetypeIn, responses={201: ModerationActOut}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Give a statement another kind; words and marks stay."""
        return self.carry_out(request, pk, RetypeIn, actions.retype)


class Splits(OnStatement):
    """Parts of a statement."""

    @extend_schema(
        operation_id="statement-split", request=SplitIn, responses={201: ModerationActOut}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Make a passage a statement of its own; `other` is the part."""
        return self.carry_out(request, pk, SplitIn, actions.split)


class Moves(OnStatement):
    """Where a statement stands."""

    @extend_schema(operation_id="statement-move", request=ToIn, responses={201: ModerationActOut})
    def post(self, request: Request, pk: int) -> Response:
        """Put a statement, with all that stands under it, under another one."""
        return self.carry_out(request, pk, ToIn, _move)


class Merges(OnStatement):
    """What a statement says the same as."""

    @extend_schema(
        operation_id="statement-merge", request=MergeIn, responses={201: ModerationActOut}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Merge a statement as a duplicate of another; both keep their words."""
        return self.carry_out(request, pk, MergeIn, _merge)


class Locks(OnStatement):
    """The lock of a sub-thread."""

    @extend_schema(
        operation_id="statement-lock", request=ReasonIn, responses={201: ModerationActOut}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Lock a statement and what stands under it; undo the act to unlock it."""
        return self.carry_out(request, pk, ReasonIn, _lock)


def found_in(debate: Debate, pk: int, field: str) -> Statement:
    """The second statement of an act; raises ValidationError where the debate has none such."""
    try:
        return debate.statements.get(pk=pk)
    except Statement.DoesNotExist as error:
        message = gettext("Choose a statement of this debate.")
        raise ValidationError({field: message}) from error


def _move(one: Statement, *, to: int, **sent: Any) -> ModerationAct:
    return actions.move(one, to=found_in(one.debate, to, "to"), **sent)


def _merge(one: Statement, *, into: int, **sent: Any) -> ModerationAct:
    return actions.merge(one, into=found_in(one.debate, into, "into"), **sent)


def _lock(one: Statement, **sent: Any) -> ModerationAct:
    return actions.lock(one.debate, statement=one, **sent)


class DebateLocks(Endpoint):
    """The lock of a debate."""

    permission_classes = (ByModerateScope,)

    @extend_schema(operation_id="debate-lock", request=ReasonIn, responses={201: ModerationActOut})
    def post(self, request: Request, slug: str) -> Response:
        """Lock a debate against all new words; undo the act to unlock it."""
        debate, user = the_debate(request, slug), the_user(request)
        rules.require(moderating.may_lock(debate, user))
        sent = checked(ReasonIn, request.data)
        return made(request, user, lambda: actions.lock(debate, by=user, **sent))


class Acts(Endpoint):
    """One act."""

    @extend_schema(operation_id="act-detail", responses=ModerationActOut)
    def get(self, request: Request, pk: int) -> Response:
        """Read an act: what was done, why, by whom, and what became of it."""
        return Response(_act(acts.told(acts.act(pk, request.user), request.user)))


class Undoings(Endpoint):
    """The undoing of an act."""

    permission_classes = (ByModerateScope,)

    @extend_schema(operation_id="act-undo", request=ReasonIn, responses={201: ModerationActOut})
    def post(self, request: Request, pk: int) -> Response:
        """Undo an act exactly; a 409 says what stands in the way. The answer is the undoing."""
        user = the_user(request)
        act = acts.act(pk, user)
        rules.require(moderating.may_undo(act, user))
        sent = checked(ReasonIn, request.data)
        return made(request, user, lambda: actions.undo(act, by=user, **sent))


class Appeals(Endpoint):
    """The appeal against an act."""

    @extend_schema(operation_id="act-appeal", request=AppealIn, responses={201: ModerationActOut})
    def post(self, request: Request, pk: int) -> Response:
        """Appeal against an act that concerns you, once; a 409 says that you have."""
        user = the_user(request)
        act = acts.act(pk, user)
        rules.require(moderating.may_appeal(act, user))
        sent = checked(AppealIn, request.data)

        def do() -> ModerationAct:
            return actions.appeal(act, by=user, **sent).act

        return made(request, user, do)


class Decisions(Endpoint):
    """The decision about an appeal."""

    permission_classes = (ByModerateScope,)
    query: ClassVar[dict[str, type[Asked]]] = {}

    @extend_schema(
        operation_id="appeal-decide", request=AppealDecisionIn, responses={201: ModerationActOut}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Let an act stand that was appealed against, or undo it."""
        user = the_user(request)
        act = acts.act(pk, user)
        appeal = Appeal.objects.filter(act=act).first()
        if appeal is None:
            raise ModerationAct.DoesNotExist
        appeal.act = act
        rules.require(moderating.may_decide(appeal, user))
        sent = checked(AppealDecisionIn, request.data)
        sent.pop("internal", None)
        if sent.pop("decision") not in ("uphold", "overturn"):
            raise ValidationError({"decision": gettext("Choose uphold or overturn.")})
        decided = request.data["decision"]
        do = actions.overturn if decided == "overturn" else actions.uphold
        return made(request, user, lambda: do(appeal, by=user, **sent).act)
