"""Webhooks, and what is on its way to them."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from accounts.sealing import seal
from debate import models
from tests.factories.said import DebateFactory, EventFactory, UserFactory


class WebhookFactory(DjangoModelFactory[models.Webhook]):
    class Meta:
        model = models.Webhook

    account = factory.SubFactory(UserFactory)
    url = "https://hooks.example.org/crux"
    key = factory.LazyFunction(lambda: seal("whsec_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"))


class DeliveryFactory(DjangoModelFactory[models.Delivery]):
    class Meta:
        model = models.Delivery

    webhook = factory.SubFactory(WebhookFactory)
    event = factory.SubFactory(EventFactory)


class SentUpToFactory(DjangoModelFactory[models.SentUpTo]):
    class Meta:
        model = models.SentUpTo

    debate = factory.SubFactory(DebateFactory)
