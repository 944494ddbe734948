"""Proposals: what people and bots suggest to change in a debate, and what became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from debate import rules
from debate.actions import proposals as actions
from debate.api import answers
from debate.api.answers import PersonOut, QuotationOut
from debate.api.endpoints import (
    Answer,
    ByModerateScope,
    ByScope,
    Endpoint,
    created,
    the_debate,
    the_statement,
    the_user,
)
from debate.api.inputs import Asked, GeneratedByIn, OneOf, Quote, Strict, Text, Whole, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models import Proposal
from debate.models.proposals import ProposalKind, ProposalState
from debate.models.statements import BODY_MAX, NAME_MAX, REASON_MAX, GeneratedBy, Kind, On
from debate.proposing import KINDS, may_accept, may_decide, may_propose
from debate.rules import Viewer
from debate.selectors import proposals as selectors
from debate.selectors.proposals import Shown

BECOMES = [(kind.value, Kind(kind).label) for kind in KINDS]
ID_MOST = 999_999_999


class ProposalLinks(serializers.Serializer[Any]):
    """Where to go on from a proposal."""

    self = serializers.CharField()
    debate = serializers.CharField()
    statement = serializers.CharField(allow_null=True)


class ProposalOut(serializers.Serializer[Any]):
    """A suggested change. Of one about what is gone from sight nobody is named, nothing quoted.

    Why it was made, and the words of a crux, everybody reads while it is open or accepted;
    afterwards its proposer and those who decide.
    """

    id = serializers.IntegerField()
    debate = serializers.CharField(help_text="The debate's slug.")
    kind = serializers.ChoiceField(ProposalKind.choices)
    state = serializers.ChoiceField(ProposalState.choices)
    statement = serializers.IntegerField(allow_null=True, help_text="What it would change.")
    label = serializers.CharField(allow_null=True, help_text="Of that statement, such as S16.")  # type: ignore[assignment]  # a field, taken off the class
    revision = serializers.IntegerField(allow_null=True, help_text="The wording it was made on.")
    edited = serializers.BooleanField(help_text="Whether that has another wording by now.")
    to = serializers.IntegerField(
        allow_null=True, help_text="What a link leads to, or a duplicate says again."
    )
    becomes = serializers.ChoiceField(BECOMES, allow_null=True)
    on = serializers.ChoiceField(On.choices, allow_null=True)
    passage = QuotationOut(allow_null=True, help_text="The words that a split sets apart.")
    name = serializers.CharField(allow_null=True)
    body = serializers.CharField(allow_null=True, help_text="Markdown.")
    reason = serializers.CharField(allow_null=True)
    author = PersonOut(allow_null=True)
    generated_by = serializers.ChoiceField(GeneratedBy.choices, allow_null=True)
    created_at = serializers.DateTimeField()
    decided_by = PersonOut(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True, help_text="When it ceased to wait.")
    decision = serializers.CharField(allow_null=True, help_text="Why it was decided so.")
    made = serializers.IntegerField(allow_null=True, help_text="The statement that came of it.")
    may_decide = serializers.BooleanField(help_text="Whether you can accept or refuse it now.")
    url = serializers.CharField(help_text="The page.")
    links = ProposalLinks()


class ProposalIn(Strict):
    """A change to suggest. Each kind takes some of the fields, and needs all of those it takes.

    `crux`: name, body. `retype`: statement, becomes. `split`: statement, quote, becomes. `link`:
    statement, to, becomes (support or objection). `duplicate`: statement, to. `on` says of an
    objection what is wrong.
    """

    kind = OneOf(ProposalKind.choices)
    statement = Whole(required=False, min_value=1, max_value=ID_MOST)
    to = Whole(required=False, min_value=1, max_value=ID_MOST)
    becomes = OneOf(BECOMES, required=False)
    on = OneOf(On.choices, required=False)
    quote = Quote()
    name = Text(required=False, max_length=NAME_MAX)
    body = Text(required=False, max_length=BODY_MAX, help_text="Markdown; one claim.")
    reason = Text(max_length=REASON_MAX, help_text="Everyone can read it with the proposal.")
    generated_by = GeneratedByIn()


class ProposalDecisionIn(Strict):
    """Why it is decided so."""

    reason = Text(max_length=REASON_MAX, help_text="Everyone can read it with the proposal.")


class ProposalWithdrawAsked(Asked):
    """A bot that takes a proposal back says how that came about."""

    generated_by = GeneratedByIn()


class ProposalsAsked(PageAsked):
    """Which proposals of a debate."""

    state = serializers.ChoiceField(ProposalState.choices, required=False)
    kind = serializers.ChoiceField(ProposalKind.choices, required=False)
    statement = serializers.IntegerField(
        required=False, min_value=1, max_value=ID_MOST, help_text="Those about this statement."
    )
    own = serializers.BooleanField(required=False, help_text="Those of yours and your bots'.")


class ByProposeScope(ByScope):
    """Proposing needs the scope `propose`."""

    writing = Scope.PROPOSE


EXAMPLES = [
    OpenApiExample(
        "A crux",
        value={
            "kind": "crux",
            "name": "Books come back",
            "body": "Most readers bring a book back unasked.",
            "reason": "S4 and S9 both rest on it.",
            "generated_by": "model",
        },
        request_only=True,
    ),
    OpenApiExample(
        "A split",
        value={
            "kind": "split",
            "statement": 7,
            "quote": "And nobody reads the reminders.",
            "becomes": "objection",
            "on": "truth",
            "reason": "Two claims in one: answers are to one of them only.",
            "generated_by": "model",
        },
        request_only=True,
    ),
]


class Proposals(Endpoint):
    """The proposals of a debate."""

    permission_classes = (ByProposeScope,)
    query: ClassVar[dict[str, type[Asked]]] = {"GET": ProposalsAsked}

    @extend_schema(
        operation_id="proposal-list", parameters=[ProposalsAsked], responses=page_of(ProposalOut)
    )
    def get(self, request: Request, slug: str) -> Response:
        """List what was proposed, the newest first."""
        debate = the_debate(request, slug)
        fields = {name: self.asked[name] for name in ("state", "kind") if name in self.asked}
        part = selectors.listed(
            debate,
            request.user,
            Cursor.cut(self.asked),
            about=self.asked.get("statement", 0),
            own=self.asked.get("own", False),
            **fields,
        )
        results = [_proposal(row, request) for row in part.rows]
        return listed(request, part, lambda row: row.proposal.pk, results)

    @extend_schema(
        operation_id="proposal-create",
        request=ProposalIn,
        responses={201: ProposalOut},
        examples=EXAMPLES,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Propose a change; a 409 says that the same is proposed already."""
        debate, user = the_debate(request, slug), the_user(request)
        rules.require(may_propose(debate, user))
        sent = checked(ProposalIn, request.data)
        reason, generated_by = sent.pop("reason"), sent.pop("generated_by", "")
        named = {name: f"/s/{sent.pop(name)}/" for name in ("statement", "to") if name in sent}

        def do() -> tuple[Answer, str]:
            wanted = actions.Wanted(**sent, **actions.named(debate, **named))
            made = actions.propose(
                debate, wanted, by=user, reason=reason, generated_by=generated_by
            )
            said = _one(request, made.pk)
            return said, said["links"]["self"]

        response, is_new = created(request, do)
        about = response.data.get("statement")
        if not is_new and about and not rules.may_read_text(the_statement(request, about), user):
            response.data["passage"] = None  # gone since the request was first answered
        return response


class OneProposal(Endpoint):
    """A proposal."""

    permission_classes = (ByProposeScope,)
    query: ClassVar[dict[str, type[Asked]]] = {"DELETE": ProposalWithdrawAsked}

    def debate_of(self, request: Request, **at: Any) -> int:
        """The id of the debate that it is proposed in."""
        return selectors.proposal(at["pk"], request.user).debate_id

    @extend_schema(operation_id="proposal-detail", responses=ProposalOut)
    def get(self, request: Request, pk: int) -> Response:
        """Read what was proposed, and what became of it."""
        return Response(_one(request, pk))

    @extend_schema(
        operation_id="proposal-withdraw",
        parameters=[ProposalWithdrawAsked],
        responses={200: ProposalOut},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Take back what you or your bot proposed; a 409 says that it does not wait any more."""
        user = the_user(request)
        found = selectors.proposal(pk, user)
        sent = {**self.asked, **checked(ProposalWithdrawAsked, request.data)}
        actions.withdraw(found, by=user, **sent)
        return Response(_one(request, pk))


DECISION = [OpenApiExample("A reason", value={"reason": "That is it."}, request_only=True)]


class Acceptance(Endpoint):
    """That a proposal is carried out."""

    permission_classes = (ByModerateScope,)

    @extend_schema(
        operation_id="proposal-accept",
        request=ProposalDecisionIn,
        responses=ProposalOut,
        examples=DECISION,
    )
    def put(self, request: Request, pk: int) -> Response:
        """Accept a proposal, which carries it out; a 409 says that this cannot be done now."""
        user = the_user(request)
        found = selectors.proposal(pk, user)
        rules.require(may_accept(found, user))
        actions.accept(found, by=user, **checked(ProposalDecisionIn, request.data))
        return Response(_one(request, pk))


class Refusal(Endpoint):
    """That a proposal is refused."""

    permission_classes = (ByModerateScope,)

    @extend_schema(
        operation_id="proposal-refuse",
        request=ProposalDecisionIn,
        responses=ProposalOut,
        examples=DECISION,
    )
    def put(self, request: Request, pk: int) -> Response:
        """Refuse a proposal; a 409 says that it does not wait any more."""
        user = the_user(request)
        found = selectors.proposal(pk, user)
        rules.require(may_decide(found, user))
        actions.refuse(found, by=user, **checked(ProposalDecisionIn, request.data))
        return Response(_one(request, pk))


def _one(request: Request, pk: int) -> dict[str, Any]:
    found = selectors.proposal(pk, request.user)
    return _proposal(selectors.alone(found, request.user), request)


def _proposal(row: Shown, request: Request) -> dict[str, Any]:
    one, site = row.proposal, answers.site(request)
    debate = site + reverse("api:debate-detail", args=[one.debate.slug])
    return {
        "id": one.pk,
        "debate": one.debate.slug,
        "kind": one.kind,
        "state": one.state,
        "statement": one.statement_id,
        "label": one.statement.label if one.statement else None,
        "revision": one.revision,
        "edited": one.is_edited,
        "to": one.to_id,
        "becomes": one.becomes or None,
        "on": one.on or None,
        **_words(row, request.user),
        **_people(row),
        "created_at": answers.when(one.created_at),
        "decided_at": answers.when(one.decided_at),
        "made": one.made_id,
        "may_decide": row.awaits,
        "url": site + reverse("debate:proposal-detail", args=[one.pk]),
        "links": {
            "self": site + reverse("api:proposal-detail", args=[one.pk]),
            "debate": debate,
            "statement": site + answers.address_of(one.statement_id) if one.statement_id else None,
        },
    }


def _words(row: Shown, viewer: Viewer) -> dict[str, Any]:
    one, shows = row.proposal, row.has_words
    passage = answers.quotation(one.passage, one.statement, viewer) if shows else None
    return {
        "passage": passage,
        "name": row.name or None,
        "body": (one.body or None) if shows and one.made is None else None,
        "reason": row.reason or None,
        "decision": row.decision or None,
    }


def _people(row: Shown) -> dict[str, Any]:
    one = row.proposal
    return {
        "author": answers.person(one.author) if row.author else None,
        "generated_by": (one.generated_by or None) if row.author else None,
        "decided_by": _decider(one) if row.decided_by else None,
    }


def _decider(one: Proposal) -> dict[str, Any] | None:
    return answers.person(one.decided_by) if one.decided_by else None
