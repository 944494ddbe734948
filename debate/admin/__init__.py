"""The moderators' door, a file per noun: look at everything, decide through actions."""

from debate.admin import (
    debates,
    jobs,
    moderation,
    precautions,
    queue,
    reviewing,
    statements,
    topics,
)
from debate.models.naming import name_for_the_admin

name_for_the_admin()

__all__ = [
    "debates",
    "jobs",
    "moderation",
    "precautions",
    "queue",
    "reviewing",
    "statements",
    "topics",
]
