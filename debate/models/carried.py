"""What becomes of what people carry in and out: webhooks, imports, exports. Data only."""

from __future__ import annotations

from debate.models.policies import Fate, Policy

CARRIED = (
    Policy(
        "debate.Webhook",
        "account",
        Fate.REMOVED,
        "webhooks",
        told="account=account__username url kinds created_at is_active on_again_at failing_since",
        within="debate",
        seen="debate=debate__slug",
        withheld="id key former_key former_key_until failures rests_until held_until",
    ),
    Policy(
        "debate.Delivery",
        "webhook__account",
        Fate.REMOVED,
        "deliveries",
        told="account=webhook__account__username event=event_id state tries log"
        " created_at ended_at",
        withheld="id due_at",
    ),
    Policy(
        "debate.Import",
        "person",
        Fate.REMOVED,
        "imports",
        told="account=person__username format name state asked_at",
        within="debate",
        seen="debate=debate__slug",
        withheld="id data options told error found_as people into moved_at",
    ),
    Policy("debate.Export", "person", Fate.REMOVED),
    Policy("debate.ExportPart", "export__person", Fate.REMOVED),
)
