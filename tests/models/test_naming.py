from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.utils import translation

from debate.models.naming import COLUMNS, SECTIONS, TABLES, choices, column, has_own_name
from debate.models.personal import POLICIES

OURS = {"accounts", "debate"}


def shown() -> Iterator[tuple[type[Any], str]]:
    """The columns that pages of the admin name."""
    for model, page in admin.site._registry.items():
        if model._meta.app_label in OURS:
            fields = {field.name for field in model._meta.concrete_fields}
            named: list[Any] = [*page.list_display, *page.list_filter, *(page.fields or ())]
            flat = [one[0] if isinstance(one, tuple) else one for one in named]
            yield from ((model, name) for name in flat if name in fields)


def test_all_that_an_export_tells_has_a_name() -> None:
    told = " ".join(f"{p.told} {p.seen} {p.quoted}" for p in POLICIES).split()
    assert {name.partition("=")[0] for name in told} <= COLUMNS.keys()
    assert {policy.key for policy in POLICIES if policy.key} == SECTIONS.keys()


def test_all_tables_and_columns_of_the_admin_are_named_in_the_readers_language() -> None:
    ours = [model for model in admin.site._registry if model._meta.app_label in OURS]
    assert {model._meta.label for model in ours} == TABLES.keys()
    assert len({*shown()}) > 20
    with translation.override("de"):
        for model, name in shown():
            field = model._meta.get_field(name)
            assert has_own_name(field) or str(field.verbose_name) == str(COLUMNS[name])
    report = apps.get_model("debate.Report")._meta
    for language, said in (("en", "reports"), ("de", "Meldungen")):
        with translation.override(language):
            assert str(report.verbose_name_plural) == said


@pytest.mark.parametrize(
    ("model", "lookup", "value", "said"),
    [
        ("debate.Statement", "kind", "objection", "Objection"),
        ("debate.Mark", "statement__kind", "crux", "Crux"),
    ],
)
def test_values_that_are_chosen_from_a_list_have_their_names(
    model: str, lookup: str, value: str, said: str
) -> None:
    assert choices(apps.get_model(model), lookup)[value] == said


def test_other_values_have_none() -> None:
    assert choices(apps.get_model("debate.Statement"), "author__username") == {}
    assert choices(apps.get_model("debate.Statement"), "parent_id") == {}


def test_a_key_of_further_details_is_called_as_it_is_written() -> None:
    assert column("line_number") == "Line number"
