"""How far people are trusted, worked out from what they have done, unless a moderator says."""

from __future__ import annotations

from django.db import connection

from accounts.limits import STEPS, Step
from accounts.models import Standing

REFRESH = """
    WITH said AS (
        SELECT author_id AS person,
            count(*) FILTER (WHERE hidden_at IS NULL AND withdrawn_at IS NULL) AS statements,
            count(*) FILTER (WHERE hidden_at > now() - interval '30 days') AS hidden
        FROM debate_statement GROUP BY 1
    ), agreed AS (
        SELECT s.author_id AS person, count(DISTINCT m.person_id) AS people
        FROM debate_mark m
        JOIN debate_statement s ON s.id = m.statement_id AND s.author_id <> m.person_id
        JOIN accounts_user p ON p.id = m.person_id AND p.standing <> %(new)s
        WHERE m.truth = 'agree' AND s.hidden_at IS NULL AND s.withdrawn_at IS NULL GROUP BY 1
    ), found AS (
        SELECT u.id, CASE {steps} ELSE %(new)s END AS standing FROM accounts_user u
        LEFT JOIN said ON said.person = u.id LEFT JOIN agreed ON agreed.person = u.id
        WHERE u.kind = 'person' AND NOT u.is_standing_set
    )
    UPDATE accounts_user u SET standing = found.standing
    FROM found WHERE found.id = u.id AND found.standing <> u.standing
"""


def refresh() -> int:
    """Work out everybody's standing anew; says how many have another now. One query."""
    sql = REFRESH.format(steps=" ".join(_case(step) for step in STEPS))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"new": Standing.NEW.value})
        return int(cursor.rowcount)


def _case(step: Step) -> str:
    return (
        f"WHEN u.date_joined < now() - interval '{step.days} days'"
        f" AND coalesce(said.statements, 0) >= {step.statements}"
        f" AND coalesce(said.hidden, 0) <= {step.hidden_most}"
        f" AND coalesce(agreed.people, 0) >= {step.agreed_by} THEN '{step.standing.value}'"
    )
