"""What tables and columns are called for people: in the admin, and in exports of their data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Named = dict[str, StrPromise]

TABLES: dict[str, tuple[StrPromise, StrPromise]] = {
    "accounts.Rename": (gettext_lazy("change of name"), gettext_lazy("changes of names")),
    "accounts.User": (gettext_lazy("account"), gettext_lazy("accounts")),
    "debate.Debate": (gettext_lazy("debate"), gettext_lazy("debates")),
    "debate.Held": (gettext_lazy("held turn"), gettext_lazy("held turns")),
    "debate.HiddenLook": (
        gettext_lazy("look at hidden words"),
        gettext_lazy("looks at hidden words"),
    ),
    "debate.JobFailure": (gettext_lazy("failed job"), gettext_lazy("failed jobs")),
    "debate.ModerationAct": (gettext_lazy("moderators' act"), gettext_lazy("moderators' acts")),
    "debate.PersonNote": (gettext_lazy("note on a person"), gettext_lazy("notes on people")),
    "debate.Precautions": (gettext_lazy("precautions"), gettext_lazy("precautions")),
    "debate.ReasonTemplate": (gettext_lazy("reason to choose"), gettext_lazy("reasons to choose")),
    "debate.Report": (gettext_lazy("report"), gettext_lazy("reports")),
    "debate.Statement": (gettext_lazy("statement"), gettext_lazy("statements")),
    "debate.Topic": (gettext_lazy("topic"), gettext_lazy("topics")),
    "debate.WatchedWord": (gettext_lazy("watched word"), gettext_lazy("watched words")),
}
"""One, and many, of the tables that the admin shows."""

SECTIONS: Named = {
    "accounts": gettext_lazy("Accounts"),
    "accounts_elsewhere": gettext_lazy("Accounts elsewhere"),
    "acts_as_a_moderator": gettext_lazy("Acts as a moderator"),
    "acts_in_the_admin": gettext_lazy("Acts in the admin"),
    "acts_that_concern_me": gettext_lazy("Acts that concern you"),
    "appeals": gettext_lazy("Appeals"),
    "appeals_decided": gettext_lazy("Appeals decided"),
    "cruxes_dropped": gettext_lazy("Cruxes dropped"),
    "debates_started": gettext_lazy("Debates started"),
    "decisions_on_proposals": gettext_lazy("Decisions on proposals"),
    "deliveries": gettext_lazy("Deliveries to webhooks"),
    "drafts": gettext_lazy("Drafts"),
    "earlier_wordings": gettext_lazy("Earlier wordings"),
    "earlier_words_and_names": gettext_lazy("Earlier words and names"),
    "events": gettext_lazy("Events"),
    "filters_of_the_queue": gettext_lazy("Filters of the queue"),
    "first_statements": gettext_lazy("First statements looked at"),
    "followings": gettext_lazy("What you follow"),
    "groups": gettext_lazy("Groups of rights"),
    "history_of_marks": gettext_lazy("History of marks"),
    "imports": gettext_lazy("Imports"),
    "keys_of_requests": gettext_lazy("Keys of requests"),
    "links_to_join_by": gettext_lazy("Links to join by"),
    "links_used": gettext_lazy("Links used"),
    "looks_at_hidden_words": gettext_lazy("Looks at hidden words"),
    "mail_addresses": gettext_lazy("Mail addresses"),
    "mail_confirmations": gettext_lazy("Confirmations by mail"),
    "marks": gettext_lazy("Marks"),
    "notes_by_moderators": gettext_lazy("Notes by moderators"),
    "notes_on_others": gettext_lazy("Notes on others"),
    "notifications": gettext_lazy("Notifications"),
    "participations": gettext_lazy("Participations"),
    "permissions": gettext_lazy("Permissions"),
    "points_held": gettext_lazy("Points held for review"),
    "proposals": gettext_lazy("Proposals"),
    "reliances": gettext_lazy("Reliances"),
    "renames": gettext_lazy("Changes of names"),
    "reports": gettext_lazy("Reports"),
    "second_factors": gettext_lazy("Second factors"),
    "sessions": gettext_lazy("Sessions"),
    "statements": gettext_lazy("Statements"),
    "suspensions": gettext_lazy("Suspensions"),
    "suspensions_of_others": gettext_lazy("Suspensions of others"),
    "tokens": gettext_lazy("Tokens"),
    "tokens_from_elsewhere": gettext_lazy("Tokens from elsewhere"),
    "turns": gettext_lazy("Turns"),
    "turns_held": gettext_lazy("Turns held for review"),
    "visits": gettext_lazy("Visits"),
    "webhooks": gettext_lazy("Webhooks"),
}
"""The sections of an export, by the keys of their policies."""

COLUMNS: Named = {
    "about": gettext_lazy("About"),
    "account": gettext_lazy("Account"),
    "act": gettext_lazy("Act"),
    "action_flag": gettext_lazy("Act"),
    "action_time": gettext_lazy("Time"),
    "after": pgettext_lazy("of a change", "After"),
    "answer": gettext_lazy("Answer"),
    "answers": gettext_lazy("Answers"),
    "asked_at": gettext_lazy("Asked"),
    "at": gettext_lazy("Time"),
    "author": gettext_lazy("Author"),
    "background": gettext_lazy("Background"),
    "bears": gettext_lazy("Bears on what it answers"),
    "because": gettext_lazy("Because of"),
    "becomes": gettext_lazy("Becomes"),
    "before": pgettext_lazy("of a change", "Before"),
    "body": gettext_lazy("Text"),
    "bots": gettext_lazy("Bots"),
    "changed_at": gettext_lazy("Changed"),
    "claim": gettext_lazy("Claim"),
    "created": gettext_lazy("Made"),
    "created_at": gettext_lazy("Made"),
    "crux": gettext_lazy("Crux"),
    "crux_state": gettext_lazy("State of the crux"),
    "data": gettext_lazy("Further details"),
    "date_joined": gettext_lazy("Joined"),
    "debate": gettext_lazy("Debate"),
    "decided_at": gettext_lazy("Decided"),
    "decided_by": gettext_lazy("Decided by"),
    "decision": gettext_lazy("Why it was decided so"),
    "description": gettext_lazy("Description"),
    "does": gettext_lazy("What happens"),
    "dropped_at": gettext_lazy("Dropped"),
    "edited_at": gettext_lazy("Edited"),
    "edits": gettext_lazy("Edit of"),
    "email": gettext_lazy("Mail address"),
    "ended_at": gettext_lazy("Ended"),
    "error": gettext_lazy("Error"),
    "event": gettext_lazy("Event"),
    "expires_at": gettext_lazy("Ends"),
    "extra_data": gettext_lazy("Further details"),
    "failed_at": gettext_lazy("Failed"),
    "failing_since": gettext_lazy("Failing since"),
    "field": gettext_lazy("Field"),
    "follows_by_itself": gettext_lazy("Debates are followed by taking part"),
    "format": gettext_lazy("Format"),
    "generated_by": gettext_lazy("How it came about"),
    "group": gettext_lazy("Group"),
    "held": gettext_lazy("Held turn"),
    "hidden_at": gettext_lazy("Hidden"),
    "hides_bots": gettext_lazy("Statements by bots are hidden"),
    "id": gettext_lazy("Number"),
    "ip": gettext_lazy("Address on the internet"),
    "is_active": gettext_lazy("In use"),
    "is_automatic": gettext_lazy("Came about by taking part"),
    "is_internal": gettext_lazy("Is internal"),
    "is_staff": gettext_lazy("Is a moderator"),
    "is_suspended": gettext_lazy("Suspended from the whole site"),
    "is_standing_set": gettext_lazy("Standing was set by a moderator"),
    "is_superuser": gettext_lazy("Is an administrator"),
    "joined_at": gettext_lazy("Joined"),
    "key": gettext_lazy("Key"),
    "kind": gettext_lazy("Kind"),
    "kinds": gettext_lazy("Kinds"),
    "label": gettext_lazy("Label"),
    "language": gettext_lazy("Language"),
    "last_login": gettext_lazy("Last signed in"),
    "last_seen_at": gettext_lazy("Last seen"),
    "last_turn_at": gettext_lazy("Latest turn"),
    "last_used_at": gettext_lazy("Last used"),
    "level": gettext_lazy("How it is followed"),
    "log": gettext_lazy("Tries, one by one"),
    "looked_at": gettext_lazy("Looked at"),
    "made": gettext_lazy("What came of it"),
    "made_at": gettext_lazy("Made"),
    "mail_pace": gettext_lazy("Mails come"),
    "mailed_until": gettext_lazy("Mails told of all until"),
    "marked_at": gettext_lazy("Marked"),
    "moderator": gettext_lazy("Moderator"),
    "name": gettext_lazy("Name"),
    "note": gettext_lazy("Note"),
    "now": pgettext_lazy("of 100", "Now"),
    "number": gettext_lazy("Number"),
    "object_id": gettext_lazy("Number of the row"),
    "on": pgettext_lazy("of an objection", "What is wrong"),
    "on_again_at": gettext_lazy("Switched on again"),
    "opens": gettext_lazy("A debate that waits"),
    "ordinal": gettext_lazy("Number of its label"),
    "other": gettext_lazy("The other one"),
    "otherwise": pgettext_lazy("of 100", "Otherwise"),
    "outcome": gettext_lazy("Outcome"),
    "owner": gettext_lazy("Owner"),
    "permission": gettext_lazy("Permission"),
    "place": gettext_lazy("Place"),
    "position": gettext_lazy("Position"),
    "prefix": gettext_lazy("Begins with"),
    "primary": gettext_lazy("In use"),
    "proposal": gettext_lazy("Proposal"),
    "provider": gettext_lazy("Where"),
    "query": gettext_lazy("Query"),
    "question": gettext_lazy("Question"),
    "quote": gettext_lazy("Quotation"),
    "read_at": gettext_lazy("Read"),
    "reason": gettext_lazy("Reason"),
    "replaced_at": gettext_lazy("Replaced"),
    "reporter": gettext_lazy("Reported by"),
    "revision": gettext_lazy("Revision"),
    "revoked_at": gettext_lazy("Revoked"),
    "role": gettext_lazy("Role"),
    "saved_at": gettext_lazy("Saved"),
    "scopes": gettext_lazy("Scopes"),
    "seen": gettext_lazy("Seen up to event"),
    "seen_at": gettext_lazy("Seen"),
    "sent": gettext_lazy("Sent"),
    "shows_question": gettext_lazy("Shows the question before joining"),
    "since": gettext_lazy("New since event"),
    "since_at": gettext_lazy("New since"),
    "slow_minutes": gettext_lazy("Minutes between turns"),
    "slug": gettext_lazy("Address"),
    "source": gettext_lazy("Source"),
    "standing": gettext_lazy("Standing"),
    "starter": gettext_lazy("Started by"),
    "state": gettext_lazy("State"),
    "statement": gettext_lazy("Statement"),
    "status": gettext_lazy("Status"),
    "suspended_until": gettext_lazy("Suspended until"),
    "taken_up_at": gettext_lazy("Taken up again"),
    "terms": gettext_lazy("Terms"),
    "text": gettext_lazy("Text"),
    "time_zone": gettext_lazy("Time zone"),
    "to": gettext_lazy("To"),
    "told": gettext_lazy("What its author is told"),
    "topics": gettext_lazy("Topics"),
    "tries": gettext_lazy("Tries"),
    "truth": gettext_lazy("True?"),
    "turn": gettext_lazy("Turn"),
    "type": gettext_lazy("Kind"),
    "uid": gettext_lazy("Name there"),
    "undoes": gettext_lazy("Undoes"),
    "undone_at": gettext_lazy("Undone"),
    "unread_count": gettext_lazy("Unread notifications"),
    "until": gettext_lazy("Until"),
    "url": gettext_lazy("Address"),
    "used_at": gettext_lazy("Used"),
    "user_agent": gettext_lazy("Browser"),
    "username": gettext_lazy("Username"),
    "uses_most": gettext_lazy("Uses at most"),
    "verified": gettext_lazy("Confirmed"),
    "visibility": gettext_lazy("Who can read it"),
    "whom": gettext_lazy("Whom"),
    "why": gettext_lazy("Why"),
    "withdrawn_at": gettext_lazy("Withdrawn"),
    "words": gettext_lazy("Words"),
}
"""Columns, which are called alike in every table."""


def column(name: str) -> str:
    """What a column is called; a key of further details is called as it is written."""
    return str(COLUMNS.get(name) or name.replace("_", " ").capitalize())


def choices(model: type[models.Model], lookup: str) -> dict[Any, str]:
    """What the values at the end of a lookup are called; empty where any value may be there."""
    *way, last = lookup.split("__")
    at: Any = model
    for step in way:
        at = at._meta.get_field(step).related_model
    field = at._meta.get_field(last)
    return {value: str(label) for value, label in getattr(field, "flatchoices", None) or ()}


def has_own_name(field: models.Field[Any, Any]) -> bool:
    """Whether its model says what the column is called."""
    return "verbose_name" in field.deconstruct()[3]


def name_for_the_admin() -> None:
    """Give the tables and columns of the admin their names, which are no part of a migration."""
    for label, (one, many) in TABLES.items():
        meta = apps.get_model(label)._meta
        meta.verbose_name, meta.verbose_name_plural = one, many
        for field in meta.concrete_fields:
            if field.name in COLUMNS and not has_own_name(field):
                field.verbose_name = COLUMNS[field.name]
