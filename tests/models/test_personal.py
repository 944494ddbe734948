"""Every table that knows a person says what is exported of it and what deletion does to it."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import User
from debate.models.personal import POLICIES
from debate.models.policies import Fate, Policy
from debate.models.traces import TRACES

TEXTS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.GenericIPAddressField,
    models.BinaryField,
    models.FileField,
    ArrayField,
)
KNOWN = {model._meta.label for model in apps.get_models(include_auto_created=True)}
TOLD = [policy for policy in POLICIES if policy.key and policy.model in KNOWN]


def all_models() -> list[type[models.Model]]:
    return apps.get_models(include_auto_created=True)


def to_people() -> set[tuple[str, str]]:
    """Every relation to an account, by the label of its model and its name."""
    return {
        (model._meta.label, field.name)
        for model in all_models()
        for field in model._meta.concrete_fields
        if field.related_model is User
    }


def first(lookups: str) -> set[str]:
    return {one.split("=")[-1].split("__")[0] for one in lookups.split()}


def test_every_relation_to_a_person_has_a_policy() -> None:
    found = to_people()
    assert len(found) > 15
    assert found - {(policy.model, policy.whose) for policy in POLICIES} == set()


def test_every_table_with_text_in_it_says_why_no_name_stays_there() -> None:
    named = {policy.model for policy in POLICIES} | TRACES.keys()
    texts = {
        model._meta.label
        for model in all_models()
        if any(isinstance(field, TEXTS) for field in model._meta.concrete_fields)
    }
    assert len(texts) > 20
    assert texts - named == set()


def test_no_policy_is_for_a_table_that_an_installed_package_has_not() -> None:
    for label in {policy.model for policy in POLICIES} | TRACES.keys():
        app, _ = label.split(".")
        if apps.is_installed(f"allauth.{app}") or app in {c.label for c in apps.get_app_configs()}:
            assert apps.get_model(label), label


@pytest.mark.parametrize("policy", TOLD, ids=lambda p: p.key)
def test_every_column_is_told_or_withheld_on_purpose(policy: Policy) -> None:
    columns = apps.get_model(policy.model)._meta.concrete_fields
    told = first(f"{policy.told} {policy.seen} {policy.quoted}")
    withheld = set(policy.withheld.split())
    assert not told & withheld
    said = told | withheld
    assert [f.name for f in columns if not said & {f.name, f.attname}] == []
    assert withheld <= {field.name for field in columns}


def test_sections_have_names_of_their_own_and_fates_are_known() -> None:
    keys = [policy.key for policy in POLICIES if policy.key]
    assert len(keys) == len(set(keys))
    fates = defaultdict(set)
    for policy in POLICIES:
        fates[policy.fate].add(policy.model)
    assert set(fates) == set(Fate)
    assert fates[Fate.EMPTIED] == {"accounts.User"}
