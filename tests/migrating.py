"""What a release's migrations may do, so that the release before it runs on the new tables.

While a new release is put in place, processes of both are at work. docs/upgrading.md says how
what is forbidden here is done in two releases.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

OURS = ("accounts", "debate")
RELEASED = {"accounts": "0013_suspended", "debate": "0024_sitewide"}
"""The newest migration of each app in the latest release, moved with each release.

There is none yet: until the first, these are the newest ones from before this was looked at.
"""
ALLOWED: dict[tuple[str, str], str] = {}
"""Complaints that have been looked at: (migration, complaint) and why it is all right."""
SAFE = (
    operations.CreateModel,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.RemoveConstraint,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.AlterModelTableComment,
)
READ = "the release before still reads it"
WHY: dict[type[Operation], str] = {
    operations.AddConstraint: "may refuse rows of the release before",
    operations.RunSQL: "nobody but you knows what it does",
    operations.RunPython: "nobody but you knows what it does",
}
Known = tuple[str, str]
Field: TypeAlias = "models.Field[Any, Any]"


def ours(loader: MigrationLoader) -> list[Known]:
    """Our migrations in the order in which they are applied."""
    plan = [
        node for leaf in loader.graph.leaf_nodes() for node in loader.graph.forwards_plan(leaf)
    ]
    return [node for node in dict.fromkeys(plan) if node[0] in OURS]


def newer(loader: MigrationLoader) -> list[Known]:
    """Our migrations since the latest release."""
    return [node for node in ours(loader) if node[1] > RELEASED[node[0]]]


def before(loader: MigrationLoader, node: Known) -> ProjectState:
    """What the models were before a migration."""
    state: ProjectState = loader.project_state(node, at_end=False)
    return state


def released(loader: MigrationLoader) -> ProjectState:
    """What the models were in the latest release."""
    state: ProjectState = loader.project_state(list(RELEASED.items()))
    return state


def complaints(migration: Migration, state: ProjectState, known: ProjectState) -> Iterator[str]:
    """What would break processes of the release before, or could not be undone.

    `state` is what the models were before the migration, `known` what they were in that release:
    what is done to younger ones it does not notice.
    """
    app = migration.app_label
    for operation in migration.operations:
        model = getattr(operation, "model_name", getattr(operation, "name", "")).lower()
        if not model or (app, model) in known.models:
            yield from _of(operation, state, app)
        if not operation.reversible:
            yield f"{operation.describe()}: cannot be undone"
        operation.state_forwards(app, state)


def _of(operation: Operation, state: ProjectState, app: str) -> Iterator[str]:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _of(inner, state, app)
    elif isinstance(operation, operations.AddField):
        if _is_demanded(operation.field):
            yield f"{operation.describe()}: rows of the release before lack it; give db_default"
    elif isinstance(operation, operations.AlterField):
        known = state.models[app, operation.model_name_lower].get_field(operation.name)
        yield from _altered(operation, known)
    elif not isinstance(operation, SAFE):
        why = next((why for kind, why in WHY.items() if isinstance(operation, kind)), READ)
        yield f"{operation.describe()}: {why}"


def _altered(operation: operations.AlterField, known: Field) -> Iterator[str]:
    field = operation.field
    if known.null and not field.null:
        yield f"{operation.describe()}: the release before writes NULL"
    if _kind(known) != _kind(field):
        yield f"{operation.describe()}: another type of column is written anew, under a lock"
    if (field.max_length or 0) < (known.max_length or 0):
        yield f"{operation.describe()}: the release before writes longer ones"
    if field.unique and not known.unique:
        yield f"{operation.describe()}: the release before writes others that are the same"


def _kind(field: Field) -> str:
    """What decides on the column's type, but for its length, which may grow."""
    return field.get_internal_type()


def _is_demanded(field: Field) -> bool:
    """Whether a row without it is refused: Django's own default is not the database's."""
    has_column = not field.many_to_many
    return has_column and not field.null and field.db_default is NOT_PROVIDED
