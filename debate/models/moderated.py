"""What the tables of moderation know of people: see `debate.models.personal`."""

from __future__ import annotations

from debate.models.policies import Fate, Policy

MODERATED = (
    Policy(
        "debate.Report",
        "reporter",
        Fate.KEPT,
        "reports",
        told="account=reporter__username statement=statement_id reason note state created_at"
        " decided_at",
        withheld="id decided_by",
    ),
    Policy("debate.Report", "decided_by", Fate.KEPT),
    Policy(
        "debate.HeldPoint",
        "held__author",
        Fate.REMOVED,
        "points_held",
        told="account=held__author__username held=held_id answers=parent_id edits=edits_id"
        " revision note kind on name body place",
        of="parent",
        quoted="quote before after",
        within="held__debate",
        withheld="id",
    ),
    Policy(
        "debate.Held",
        "author",
        Fate.REMOVED,
        "turns_held",
        told="id account=author__username why state generated_by made_at decided_at reason opens",
        within="debate",
        seen="debate=debate__slug",
        withheld="about decided_by turn",
    ),
    Policy("debate.Held", "decided_by", Fate.KEPT),
    Policy(
        "debate.FirstStatement",
        "author",
        Fate.REMOVED,
        "first_statements",
        told="account=author__username statement=statement_id state made_at decided_at",
        withheld="id decided_by",
    ),
    Policy("debate.FirstStatement", "decided_by", Fate.KEPT),
    Policy(
        "debate.PersonNote",
        "person",
        Fate.REMOVED,
        "notes_by_moderators",
        told="account=person__username made_at",
        withheld="id author text",
    ),
    Policy(
        "debate.PersonNote",
        "author",
        Fate.KEPT,
        "notes_on_others",
        told="account=author__username text made_at",
        withheld="id person",
    ),
    Policy(
        "debate.HiddenLook",
        "moderator",
        Fate.KEPT,
        "looks_at_hidden_words",
        told="account=moderator__username statement=statement_id looked_at",
        withheld="id",
    ),
    Policy(
        "debate.SavedFilter",
        "owner",
        Fate.REMOVED,
        "filters_of_the_queue",
        told="account=owner__username name query",
        withheld="id",
    ),
)
