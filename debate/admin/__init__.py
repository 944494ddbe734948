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
