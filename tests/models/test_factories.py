"""A factory for each model, and each makes a valid row."""

from __future__ import annotations

import inspect

import pytest
from django.apps import apps
from django.db import models
from factory.django import DjangoModelFactory

from tests import factories

FACTORIES = [
    factory
    for _, factory in inspect.getmembers(factories, inspect.isclass)
    if issubclass(factory, DjangoModelFactory)
    and factory not in (DjangoModelFactory, factories.StatementFactory)
]


@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_the_factory_makes_a_valid_row(
    factory: type[DjangoModelFactory[models.Model]], db: None
) -> None:
    row = factory.create()
    row.refresh_from_db()
    row.full_clean(exclude=["answer"])  # a key without an answer is one at work


def test_every_model_has_a_factory() -> None:
    made = {factory._meta.model for factory in FACTORIES}
    for app in ("accounts", "debate"):
        for model in apps.get_app_config(app).get_models():
            assert model in made, f"{model.__name__} has no factory"
