"""Webhooks: addresses that are called for what happens, and the logs of what was sent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from debate.actions import webhooks as actions
from debate.api import answers
from debate.api.endpoints import Answer, Endpoint, Own, created, the_debate, the_user
from debate.api.errors import Unfit
from debate.api.events import EVENTS
from debate.api.inputs import Asked, Nothing, OneOf, Strict, Text, YesNo, called, checked
from debate.api.pages import Cursor, PageAsked, listed, page_of
from debate.models import Debate, Delivery, Webhook
from debate.models.webhooks import URL_MAX, DeliveryState
from debate.selectors import webhooks

KINDS_MOST = 100


class WebhookOut(serializers.Serializer[Any]):
    """A webhook."""

    id = serializers.IntegerField()
    account = serializers.CharField(help_text="Whose it is: one's own or a bot's.")
    address = serializers.CharField(help_text="What is called.")
    debate = serializers.CharField(allow_null=True, help_text="A slug; null for all debates.")
    kinds = serializers.ListField(
        child=serializers.ChoiceField(EVENTS), help_text="Empty for all kinds."
    )
    is_active = serializers.BooleanField()
    waiting = serializers.IntegerField(help_text="How many deliveries wait to be sent.")
    failing_since = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class MadeOut(WebhookOut):
    """A webhook with its key."""

    key = serializers.CharField(
        allow_null=True, help_text="It signs what is sent, and is told this once; null in retries."
    )


class KeyOut(serializers.Serializer[Any]):
    """A new key."""

    key = serializers.CharField()


class WebhookChangeIn(Strict):
    """What to change of a webhook."""

    address = Text(required=False, max_length=URL_MAX, help_text="It begins with https://.")
    kinds = serializers.ListField(
        child=OneOf(EVENTS), required=False, max_length=KINDS_MOST, help_text="Empty for all."
    )


class SwitchIn(Strict):
    """Whether it is in use."""

    is_active = YesNo()


class WebhookIn(Strict):
    """A webhook to make."""

    address = Text(max_length=URL_MAX, help_text="It begins with https://.")
    debate = Text(
        required=False,
        allow_null=True,
        allow_blank=False,
        help_text="A slug; null or none for all.",
    )
    kinds = serializers.ListField(
        child=OneOf(EVENTS), required=False, max_length=KINDS_MOST, help_text="Empty for all."
    )


class TryOut(serializers.Serializer[Any]):
    """One try to send it."""

    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="What the address answered.")
    took = serializers.IntegerField(allow_null=True, help_text="In milliseconds.")
    why = serializers.CharField(
        help_text="Where it did not answer: "
        "late, name, inside, certificate, connection, port, refused, "
        "or key, where a new key is to be taken."
    )


class DeliveryOut(serializers.Serializer[Any]):
    """An event on its way to a webhook."""

    id = serializers.IntegerField()
    message = serializers.CharField(help_text="The `webhook-id` that it is sent with.")
    debate = serializers.CharField(allow_null=True, help_text="A slug; null for tests.")
    number = serializers.IntegerField(allow_null=True, help_text="Of the event.")
    type = serializers.CharField()
    state = serializers.ChoiceField(DeliveryState.choices)
    tries = TryOut(many=True, help_text="The last twenty.")
    due_at = serializers.DateTimeField(allow_null=True, help_text="Of those that wait.")
    created_at = serializers.DateTimeField()


class Webhooks(Endpoint):
    """One's webhooks and those of one's bots."""

    permission_classes = (Own,)
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="webhook-list", parameters=[PageAsked], responses=page_of(WebhookOut)
    )
    def get(self, request: Request) -> Response:
        """List one's webhooks and those of one's bots."""
        part = webhooks.listed(the_user(request), Cursor.cut(self.asked))
        return listed(request, part, lambda one: one.pk, [_webhook(one) for one in part.rows])

    @extend_schema(operation_id="webhook-create", request=WebhookIn, responses={201: MadeOut})
    def post(self, request: Request) -> Response:
        """Make a webhook; the answer has its key, which is told this once."""
        user = the_user(request)
        sent = checked(WebhookIn, request.data)
        slug = sent.get("debate")
        debate = _debate(request, slug) if slug else None
        keys: list[str] = []

        def do() -> tuple[Answer, str]:
            kinds = sent.get("kinds", ())
            with called(url="address"):
                made, key = actions.create(
                    by=user, url=sent["address"], debate=debate, kinds=kinds
                )
            keys.append(key)
            own = reverse("api:webhook-detail", args=[made.pk])
            return {"id": made.pk}, answers.site(request) + own

        response, _ = created(request, do)  # what is kept for a retry holds no key
        made = webhooks.webhook(response.data["id"], user)
        response.data = {**_webhook(made), "key": keys[0] if keys else None}
        return response


def _debate(request: Request, slug: str) -> Debate:
    try:
        return the_debate(request, slug)
    except Debate.DoesNotExist as gone:
        entry = {"message": gettext("There is no such debate."), "code": "unknown_debate"}
        raise Unfit({"debate": [entry]}) from gone


class OneWebhook(Endpoint):
    """A webhook."""

    permission_classes = (Own,)

    def debate_of(self, request: Request, **at: Any) -> None:
        """None: a webhook is its account's."""

    @extend_schema(operation_id="webhook-detail", responses=WebhookOut)
    def get(self, request: Request, pk: int) -> Response:
        """Read a webhook."""
        return Response(_webhook(the_webhook(request, pk)))

    @extend_schema(operation_id="webhook-change", request=WebhookChangeIn, responses=WebhookOut)
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is called, or for what."""
        sent = checked(WebhookChangeIn, request.data)
        if "address" in sent:
            sent["url"] = sent.pop("address")
        with called(url="address"):
            actions.change(the_webhook(request, pk), by=the_user(request), **sent)
        return Response(_webhook(the_webhook(request, pk)))

    @extend_schema(operation_id="webhook-remove", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove a webhook with its log."""
        checked(Nothing, request.data)
        actions.remove(the_webhook(request, pk), by=the_user(request))
        return Response(status=204)


class Switch(Endpoint):
    """Whether a webhook is in use."""

    permission_classes = (Own,)

    @extend_schema(operation_id="webhook-switch", request=SwitchIn, responses=WebhookOut)
    def put(self, request: Request, pk: int) -> Response:
        """Switch it off, or on again: it then begins with what happens from now on."""
        sent = checked(SwitchIn, request.data)
        actions.change(the_webhook(request, pk), by=the_user(request), **sent)
        return Response(_webhook(the_webhook(request, pk)))


class Key(Endpoint):
    """What signs."""

    permission_classes = (Own,)

    @extend_schema(operation_id="webhook-renew-key", request=None, responses=KeyOut)
    def put(self, request: Request, pk: int) -> Response:
        """Have a new key, told this once; the one before signs beside it for a day."""
        checked(Nothing, request.data)
        webhook = the_webhook(request, pk)
        return Response({"key": actions.renew_key(webhook, by=the_user(request))})


class Deliveries(Endpoint):
    """What was sent to a webhook, and what waits."""

    permission_classes = (Own,)
    query: ClassVar[dict[str, type[Asked]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="delivery-list", parameters=[PageAsked], responses=page_of(DeliveryOut)
    )
    def get(self, request: Request, pk: int) -> Response:
        """List the deliveries of a webhook, the newest first; the log keeps them for 30 days."""
        part = webhooks.deliveries(the_webhook(request, pk), Cursor.cut(self.asked))
        return listed(request, part, lambda one: one.pk, [_delivery(one) for one in part.rows])

    @extend_schema(operation_id="webhook-test", request=None, responses={201: DeliveryOut})
    def post(self, request: Request, pk: int) -> Response:
        """Have a message of the type `test` sent."""
        checked(Nothing, request.data)
        webhook, user = the_webhook(request, pk), the_user(request)

        def do() -> tuple[Answer, str]:
            made = actions.test(webhook, by=user)
            return _delivery(made), answers.site(request) + request.path

        return created(request, do)[0]


class Replay(Endpoint):
    """Sending something again."""

    permission_classes = (Own,)

    @extend_schema(operation_id="delivery-replay", request=None, responses=DeliveryOut)
    def put(self, request: Request, pk: int, delivery: int) -> Response:
        """Send it again, under the same id."""
        checked(Nothing, request.data)
        webhook = the_webhook(request, pk)
        found = webhooks.delivery(delivery, webhook)
        actions.replay(found, by=the_user(request))
        return Response(_delivery(webhooks.delivery(delivery, webhook)))


def the_webhook(request: Request, pk: int) -> Webhook:
    """The webhook of the address; raises Webhook.DoesNotExist where it is somebody else's."""
    return webhooks.webhook(pk, the_user(request))


def _webhook(one: Webhook) -> dict[str, Any]:
    return {
        "id": one.pk,
        "account": one.account.username,
        "address": one.url,
        "debate": one.debate.slug if one.debate else None,
        "kinds": one.kinds,
        "is_active": one.is_active,
        "waiting": vars(one)["waiting"],
        "failing_since": answers.when(one.failing_since) if one.failing_since else None,
        "created_at": answers.when(one.created_at),
    }


def _delivery(one: Delivery) -> dict[str, Any]:
    is_waiting = one.state == DeliveryState.WAITING
    return {
        "id": one.pk,
        "message": one.message_id,
        "debate": one.event.debate.slug if one.event else None,
        "number": one.event.number if one.event else None,
        "type": one.event.kind if one.event else "test",
        "state": one.state,
        "tries": one.log,
        "due_at": answers.when(one.due_at) if is_waiting else None,
        "created_at": answers.when(one.created_at),
    }
