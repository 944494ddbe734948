"""What the doors take: the fields of every form, and those of every body of the API."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.test import RequestFactory

import accounts
import debate.admin
import debate.web
from accounts.models import User
from debate.api.schema import document

PACKAGES = (accounts, debate.web, debate.admin)


def _loaded() -> None:
    for package in PACKAGES:
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if "migrations" not in found.name:
                importlib.import_module(found.name)


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def forms_of_ours() -> list[type[forms.BaseForm]]:
    """Every form that this project has written."""
    _loaded()
    rooms = ("accounts.", "debate.")
    return [one for one in _below(forms.BaseForm) if one.__module__.startswith(rooms)]


def forms_of_the_admin(user: User) -> list[type[forms.BaseForm]]:
    """The forms in which moderators change rows."""
    request = RequestFactory().get("/")
    request.user = user
    return [page.get_form(request) for page in admin.site._registry.values()]


def is_text(field: forms.Field) -> bool:
    """Whether people type into it."""
    return isinstance(field, forms.CharField)


def form_fields() -> list[str]:
    """The names of all fields of all forms into which people type."""
    found = {
        name
        for form in forms_of_ours()
        for name, field in getattr(form, "base_fields", {}).items()
        if is_text(field)
    }
    return sorted(found | {"name", "description", "words", "told", "text", "reason", "login"})


def bodies() -> Iterator[tuple[str, dict[str, Any], list[tuple[str, ...]]]]:
    """Each operation of the API that takes a body: its example, and the paths of its texts."""
    whole = document()
    for operations in whole["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:
                content = operation["requestBody"]["content"]["application/json"]
                paths = list(_texts(content["schema"], whole["components"]["schemas"]))
                yield operation["operationId"], content.get("example", {}), paths


def _is_text(schema: dict[str, Any]) -> bool:
    """Whether it is a string that may be anything."""
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    is_any = "enum" not in schema and schema.get("format") not in ("date-time", "uuid", "date")
    return is_any and "string" in kinds


def _texts(schema: dict[str, Any], known: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The paths of what is a string that may be anything; `*` stands for each of a list."""
    if "$ref" in schema:
        yield from _texts(known[schema["$ref"].split("/")[-1]], known)
        return
    if _is_text(schema):
        yield ()
    for one in (one for kind in ("oneOf", "anyOf", "allOf") for one in schema.get(kind, ())):
        yield from _texts(one, known)
    within = {**schema.get("properties", {})}
    if "items" in schema:
        within["*"] = schema["items"]
    for name, one in within.items():
        for path in _texts(one, known):
            yield (name, *path)
