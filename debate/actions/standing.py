"""How far people are trusted, worked out from what they have done, unless a moderator says.

Public debates count, and of what was hidden what a moderator hid: facilitators of one's own debate
must not decide how far one is trusted everywhere, nor friends in a private one.
"""

from __future__ import annotations

from django.db import connection

from accounts.limits import STEPS, Step
from accounts.models import Standing
from debate.models.acts import Act
from debate.models.debates import Visibility

REFRESH = """
    WITH said AS (
        SELECT s.author_id AS person,
            count(*) FILTER (WHERE hidden_at IS NULL AND withdrawn_at IS NULL) AS statements,
            count(*) FILTER (WHERE hidden_at > now() - interval '30 days' AND EXISTS (
                SELECT FROM debate_moderationact a JOIN accounts_user p ON p.id = a.moderator_id
                WHERE a.statement_id = s.id AND a.act = %(hide)s AND p.is_staff
                    AND a.created_at > now() - interval '30 days')) AS hidden
        FROM debate_statement s
        JOIN debate_debate d ON d.id = s.debate_id AND d.visibility = %(public)s GROUP BY 1
    ), agreed AS (
        SELECT s.author_id AS person, count(DISTINCT m.person_id) AS people
        FROM debate_mark m
        JOIN debate_statement s ON s.id = m.statement_id AND s.author_id <> m.person_id
        JOIN debate_debate d ON d.id = s.debate_id AND d.visibility = %(public)s
        JOIN accounts_user p ON p.id = m.person_id AND p.standing <> %(new)s
        WHERE m.truth = 'agree' AND s.hidden_at IS NULL AND s.withdrawn_at IS NULL GROUP BY 1
    ), found AS (
        SELECT u.id, CASE {steps} ELSE %(new)s END AS standing FROM accounts_user u
        LEFT JOIN said ON said.person = u.id LEFT JOIN agreed ON agreed.person = u.id
        WHERE u.kind = 'person' AND NOT u.is_standing_set
    )
    UPDATE accounts_user u SET standing = found.standing
    FROM found
    WHERE found.id = u.id AND found.standing <> u.standing AND NOT u.is_standing_set
"""


SAID = {
    "new": Standing.NEW.value,
    "public": Visibility.PUBLIC.value,
    "hide": Act.HIDE.value,
}


def refresh() -> int:
    """Work out everybody's standing anew; says how many have another now. One query."""
    sql = REFRESH.format(steps=" ".join(_case(step) for step in STEPS))
    with connection.cursor() as cursor:
        cursor.execute(sql, SAID)
        return int(cursor.rowcount)


def _case(step: Step) -> str:
    return (
        f"WHEN u.date_joined < now() - interval '{step.days} days'"
        f" AND coalesce(said.statements, 0) >= {step.statements}"
        f" AND coalesce(said.hidden, 0) <= {step.hidden_most}"
        f" AND coalesce(agreed.people, 0) >= {step.agreed_by} THEN '{step.standing.value}'"
    )
