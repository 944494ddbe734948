"""What waits to be done in the background, in a few numbers, for whoever watches the site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import connection

Figure: TypeAlias = tuple[str, str, list[str], list[tuple[list[str], float]]]
"""Name, what it is, names of labels, and rows of their values with the number."""


@dataclass(frozen=True)
class Asked:
    """A query whose rows are values of labels and then numbers, one for each name."""

    names: dict[str, str]
    labels: list[str]
    sql: str


ASKED = (
    Asked(
        {"jobs": "Jobs by task and state.", "jobs_age_seconds": "Since when the oldest is due."},
        ["task", "status"],
        """
        SELECT j.task_name, j.status::text, count(*),
            coalesce(extract(epoch FROM now() - min(greatest(j.scheduled_at, e.at))), 0)
        FROM procrastinate_jobs j
        LEFT JOIN LATERAL (
            SELECT min(at) AS at FROM procrastinate_events
            WHERE job_id = j.id AND type = 'deferred'
        ) e ON true
        WHERE j.status IN ('doing', 'failed')
            OR j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
        GROUP BY 1, 2
        """,
    ),
    Asked(
        {"jobs_failing": "Jobs whose last try failed; they are tried again, or given up."},
        ["task"],
        "SELECT name, count(*) FROM debate_jobfailure GROUP BY 1",
    ),
    Asked(
        {"workers": "Workers that have given a sign of life within the last minute."},
        [],
        """
        SELECT count(*) FROM procrastinate_workers
        WHERE last_heartbeat > now() - interval '1 minute'
        """,
    ),
    Asked(
        {"mails": "Mails that wait to be sent.", "mails_age_seconds": "Age of the oldest."},
        [],
        """
        SELECT count(*), coalesce(extract(epoch FROM now() - min(made_at)), 0)
        FROM accounts_mail
        """,
    ),
    Asked(
        {
            "deliveries": "Deliveries to webhooks that are due.",
            "deliveries_age_seconds": "Since when the oldest is due.",
        },
        [],
        """
        SELECT count(*), coalesce(extract(epoch FROM now() - min(d.due_at)), 0)
        FROM debate_delivery d JOIN debate_webhook w ON w.id = d.webhook_id
        WHERE d.state = 'waiting' AND d.due_at <= now() AND w.is_active
            AND (w.rests_until IS NULL OR w.rests_until <= now())
        """,
    ),
    Asked(
        {"webhooks_failing": "Webhooks whose last delivery failed."},
        [],
        "SELECT count(*) FROM debate_webhook WHERE is_active AND failing_since IS NOT NULL",
    ),
    Asked(
        {
            "analyses_behind": "Debates with changes that are not worked out yet.",
            "analyses_age_seconds": "Age of the oldest change that is not.",
        },
        [],
        """
        SELECT count(*), coalesce(extract(epoch FROM now() - min(e.created_at)), 0)
        FROM debate_debate d
        LEFT JOIN debate_analysis a ON a.debate_id = d.id
        JOIN debate_event e ON e.debate_id = d.id AND e.number = coalesce(a.event, 0) + 1
        WHERE d.event_count > coalesce(a.event, 0)
        """,
    ),
)


def figures() -> Iterator[Figure]:
    """What waits. 7 queries, over what waits and over debates."""
    for asked in ASKED:
        with connection.cursor() as cursor:
            cursor.execute(asked.sql)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        labels = len(asked.labels)
        for at, (name, told) in enumerate(asked.names.items(), start=labels):
            found = [([str(value) for value in row[:labels]], float(row[at])) for row in rows]
            yield name, told, asked.labels, found
