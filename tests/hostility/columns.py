"""Every column of text that there is, and words written into all of them that people fill.

A column is one of people's unless it is named here with the reason: so a new one is tried.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, models, transaction

from debate.text import markdown

APPS = ("accounts", "debate", "account", "mfa", "usersessions", "socialaccount", "admin")
KINDS = (models.CharField, models.TextField, models.JSONField, ArrayField)

OURS = {
    **dict.fromkeys(
        (
            *("Spent.key", "FormerName.digest", "Proposal.digest", "IdempotencyKey.fingerprint"),
            *("Debate.slug", "Topic.slug", "Look.look", "SearchWord.word"),
            *("ApiToken.prefix", "ApiToken.digest", "Invitation.key", "Mail.sealed"),
            *("Webhook.key", "Webhook.former_key", "User.password", "Held.about"),
            *("EmailConfirmation.key", "UserSession.session_key"),
            *("SocialApp.secret", "SocialApp.key", "SocialApp.client_id", "SocialApp.name"),
            *("SocialToken.token", "SocialToken.token_secret", "UserSession.data"),
            *("ModerationAct.label", "ModerationAct.before", "ModerationAct.after"),
            *("Analysis.result", "Analysis.gist", "AnalysisPoint.found", "Event.data"),
            *("SocialApp.settings", "SocialAccount.provider", "SocialApp.provider"),
            *("SocialApp.provider_id", "LogEntry.object_id", "LogEntry.change_message"),
            *("Webhook.kinds", "ApiToken.scopes", "JobFailure.name", "Import.format"),
            *("Debate.suspended", "Debate.locked", "User.blocked", "DraftPoint.key"),
            *("Import.options", "ExportPart.text"),
        ),
        "the program makes it, out of nothing that holds signs of markup",
    ),
    **dict.fromkeys(
        ("Debate.background_html", "Debate.outcome_html", "Statement.body_html"),
        "made of the Markdown beside it",
    ),
    **dict.fromkeys(
        ("Revision.body_html", "Proposal.body_html"), "made of the Markdown beside it"
    ),
    **dict.fromkeys(
        ("User.username", "User.language", "User.time_zone"),
        "one of a few words, or a name of letters: the doors refuse all others",
    ),
    "SavedFilter.query": "what the queue itself makes of the choices of its form",
    "IdempotencyKey.key": "shown to nobody",
    "IdempotencyKey.answer": "an answer of the API, sent as JSON again",
    "SocialAccount.uid": "shown to nobody",
}
"""Columns that hold nobody's words as they were typed, and why."""
MADE_OF = {
    ("Debate", "background_html"): "background",
    ("Debate", "outcome_html"): "outcome",
    ("Statement", "body_html"): "body",
    ("Revision", "body_html"): "body",
    ("Proposal", "body_html"): "body",
}
UNIQUE = ("Topic.name", "WatchedWord.words", "ReasonTemplate.name", "EmailAddress.email")
UNIQUE_TOO = ("SavedFilter.name", "User.email")
PHRASE = "%(words)s"
"""Of ours, as what is told of an import begins with a phrase that people's words go into."""


def name_of(field: models.Field[Any, Any]) -> str:
    """Model and column, as they are named above."""
    return f"{field.model.__name__}.{field.name}"


def texts() -> Iterator[models.Field[Any, Any]]:
    """The columns that can hold text, but for those with a list to choose from."""
    for model in apps.get_models():
        if model._meta.app_label in APPS:
            for field in model._meta.concrete_fields:
                if isinstance(field, KINDS) and not field.choices:
                    yield field


def peoples() -> list[models.Field[Any, Any]]:
    """The columns that hold what somebody typed."""
    return [field for field in texts() if name_of(field) not in OURS]


def fill(words: str, but: Collection[str] = ()) -> set[str]:
    """Write the words into these columns of all rows, past the doors; the columns that took them.

    A row may refuse them: answers have no names. What is made of Markdown is made of it;
    what has to be unique gets a number. `but` are columns to leave as they are.
    """
    filled = set()
    for field in (one for one in peoples() if name_of(one) not in but):
        rows = field.model._base_manager
        for place, (pk, now) in enumerate(rows.values_list("pk", field.name)):
            said = _value(field, words, place, now)
            with suppress(IntegrityError), transaction.atomic():
                rows.filter(pk=pk).update(**{field.name: said, **_html(field, said)})
                filled.add(name_of(field))
    return filled


def _html(field: models.Field[Any, Any], said: Any) -> dict[str, str]:
    return {
        made: markdown.render(said)
        for (model, made), of in MADE_OF.items()
        if (model, of) == (field.model.__name__, field.name)
    }


def _value(field: models.Field[Any, Any], words: str, row: int, now: Any) -> Any:
    name = name_of(field)
    shaped: dict[str, Any] = {
        "Debate.terms": [[words, words]],
        "Debate.topics": [words[:40]],
        "Statement.source": {"url": words, words: words, "turn": words, "line": words},
        "Mark.source": {"url": words, words: words},
        "Delivery.log": [{"at": "2026-11-26T00:00:00+00:00", "status": 500, "error": words}],
        "SocialAccount.extra_data": {"name": words, "email": words, "preferred_username": words},
        "Import.people": {words: row},
        "Import.error": {"why": PHRASE, "told": {"words": words}},
        "Import.told": _told(words),
        "User.email": f"{row}{words}@x"[:254],
    }
    if name == "Held.opens":  # only where a debate waits
        told = {"question": words, "background": words, "terms": [[words, words]]}
        return now and {**now, **told, "topics": [words[:40]]}
    if name == "Authenticator.data":
        return {**now, "name": words}
    if name in shaped:
        return shaped[name]
    most = getattr(field, "max_length", None) or 10_000
    tail = f" {row}" if name in UNIQUE + UNIQUE_TOO else ""
    return words[: most - len(tail)] + tail


def _told(words: str) -> dict[str, Any]:
    """The preview of a file, as `actions.bringing` tells it."""
    told = {"name": words, "found": words, "kind": words, "number": words, "words": words}
    loss = {"what": words, "where": words, "why": PHRASE, "told": told, "candidates": [words]}
    asked = {"key": words, "line": 1, "proposal": words, "candidates": [words]}
    said = {"name": words, "author": words, "words": words, "quote": words, "gone": False}
    row = {"key": words, "depth": 1, "kind": "remark", "on": "", "line": 1, **said}
    return {
        "counts": {"points": 2, "people": 2, "turns": 2, "quotations": 0, "marks": 0},
        "question": words,
        "tree": [row],
        "problems": [asked],
        "losses": [loss],
        "loss_count": 1,
        "own": {},
    }
