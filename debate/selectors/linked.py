"""What a public debate says of itself to programs that read pages (schema.org, JSON-LD)."""

from __future__ import annotations

from typing import Any

from debate.models import Debate
from debate.text import plain

TEXT_MOST = 500


def linked_data(debate: Debate, address: str) -> dict[str, Any]:
    """The debate as a DiscussionForumPosting, from its row alone."""
    text = plain.excerpt(debate.background_html, TEXT_MOST) if debate.background_html else ""
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "@id": address,
        "url": address,
        "headline": debate.question,
        "text": text or debate.question,
        "author": {"@type": "Organization", "name": "Crux"},
        "datePublished": debate.created_at.isoformat(timespec="seconds"),
        "dateModified": debate.last_turn_at.isoformat(timespec="seconds"),
        "commentCount": debate.statement_count,
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/CommentAction",
            "userInteractionCount": debate.statement_count,
        },
        "encoding": {
            "@type": "MediaObject",
            "encodingFormat": "application/json",
            "contentUrl": f"{address}downloads/crux/",
        },
    }
    if debate.topics:
        made["keywords"] = list(debate.topics)
    if debate.source:
        made["isBasedOn"] = debate.source
    return made
