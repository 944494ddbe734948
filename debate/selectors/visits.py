"""What is new to a person in a debate since their last visit: read with it, in one query."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from django.utils import timezone

from accounts.models import User
from debate.models import Debate
from debate.rules import Viewer
from debate.selectors import loading

ENDS_AFTER = timedelta(minutes=30)
"""Who does not look for so long has left; looking again is another visit."""
MOST = 100

SEEN = """(
    SELECT jsonb_build_object(
        'since', b.since, 'since_at', b.since_at, 'seen', v.seen, 'seen_at', v.seen_at,
        'newest', n.newest, 'new', ARRAY(
            SELECT s.id FROM debate_statement s
            WHERE s.debate_id = debate_debate.id
                AND (s.debate_id, s.id) > (debate_debate.id, b.since) AND s.author_id <> %s
                AND s.hidden_at IS NULL AND s.withdrawn_at IS NULL
            ORDER BY s.id LIMIT %s),
        'role', coalesce((SELECT p.role FROM debate_participation p
            WHERE p.debate_id = debate_debate.id AND p.person_id = %s), ''),
        'has_points', EXISTS (SELECT FROM debate_draftpoint d
            WHERE d.debate_id = debate_debate.id AND d.author_id = %s AND d.dropped_at IS NULL),
        'level', (SELECT f.level FROM debate_following f
            WHERE f.debate_id = debate_debate.id AND f.person_id = %s))
    FROM (SELECT coalesce(max(id), 0) AS newest FROM debate_statement
        WHERE debate_id = debate_debate.id) n
    LEFT JOIN debate_visit v ON v.debate_id = debate_debate.id AND v.person_id = %s
    CROSS JOIN LATERAL (SELECT
        CASE WHEN v.seen_at < %s THEN v.seen ELSE v.since END AS since,
        CASE WHEN v.seen_at < %s THEN v.seen_at ELSE v.since_at END AS since_at) b
)"""
"""A pair is compared, so that it is the debate's own index that is walked, past no other's."""
_DEBATE = [f.attname for f in Debate._meta.concrete_fields]
READ = f"""
    SELECT {loading.columns("debate_debate", _DEBATE)}, a.gist, a.computed_at, {{seen}}
    FROM debate_debate LEFT JOIN debate_analysis a ON a.debate_id = debate_debate.id
    WHERE debate_debate.{{key}} = %s
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person has seen of a debate, in ids of statements. `new`: the first hundred, not own.

    `since` is None for visitors, and on a first visit, when nothing is new. `has_points`: whether
    the person keeps points for their next turn. `role`: what they are in the debate, if anything.
    `level`: whether they follow or have muted it.
    """

    since: int | None = None
    since_at: datetime | None = None
    seen: int = 0
    seen_at: datetime | None = None
    newest: int = 0
    new: list[int] = field(default_factory=list)
    has_points: bool = False
    role: str = ""
    level: str = ""

    @property
    def count(self) -> str:
        """How many are new, '99+' where there are more."""
        return f"{MOST - 1}+" if len(self.new) >= MOST else str(len(self.new))


def debate(key: Literal["id", "slug"], value: int | str, viewer: Viewer) -> Debate:
    """A debate, whoever may see it, with what the viewer has seen of it, and its gist.

    `analysed` is when it was last worked out. Raises DoesNotExist. One query.
    """
    seen: str = "NULL"
    params: tuple[Any, ...] = ()
    if isinstance(viewer, User):
        ended = timezone.now() - ENDS_AFTER
        seen, params = SEEN, (viewer.pk, MOST, *[viewer.pk] * 4, ended, ended)
    found = loading.rows(READ.format(seen=seen, key=key), [*params, value])
    if not found:
        raise Debate.DoesNotExist
    [(*fields, gist, analysed, visit)] = found
    made = loading.made(Debate, _DEBATE, fields)
    vars(made)["visit"] = json.loads(visit) if visit else None
    vars(made)["analysed"] = analysed
    vars(made)["gist"] = json.loads(gist) if gist else None
    return made


def of(debate: Debate) -> Seen:
    """What the viewer for whom the debate was read has seen of it. No query."""
    found = vars(debate).get("visit")
    if not found:
        return Seen()
    times = {name: _time(found[name]) for name in ("since_at", "seen_at")}
    return Seen(**{**found, **times, "seen": found["seen"] or 0, "level": found["level"] or ""})


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
