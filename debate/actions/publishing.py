"""Publishing what people send: at once, or held for a moderator. All doors come this way.

What publishes alone (`statements`, `turns`, `drafts`, `cruxes`) is what moderators release by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from debate import rules
from debate.actions import (
    cruxes,
    debates,
    drafts,
    events,
    holding,
    keeping,
    precautions,
    statements,
    turns,
)
from debate.actions.debates import Stand
from debate.actions.holding import Point
from debate.actions.quotations import Words
from debate.models import Debate, FirstStatement, Held, Statement, Turn
from debate.models.debates import Visibility
from debate.selectors import precautions as known

Made = TypeVar("Made")


def reply(
    parent: Statement,
    *,
    by: User,
    kind: str,
    body: str,
    on: str = "",
    quote: Words | None = None,
    generated_by: str = "",
) -> Statement | Held:
    """Answer a statement; the answer, or how it waits. Raises as `statements.reply`."""
    point = Point(parent, kind, body, on, quote)
    return _sent(
        parent.debate,
        [point],
        by,
        generated_by,
        lambda: statements.reply(
            parent, by=by, kind=kind, body=body, on=on, quote=quote, generated_by=generated_by
        ),
        lambda said: [said],
    )


def edit(
    statement: Statement,
    *,
    by: User,
    body: str,
    revision: int,
    reason: str = "",
    generated_by: str = "",
) -> Statement | Held:
    """Give a statement other words; it, or how they wait while it stays as it is.

    Raises as `statements.edit`.
    """
    sent: dict[str, Any] = {"body": body, "revision": revision, "reason": reason}
    sent |= {"generated_by": generated_by}
    rules.require(rules.may_edit(statement, by))
    why = precautions.check_edit(statement, body, by=by)
    if why is not None:
        return keeping.hold_edit(statement, by=by, why=why, **sent)
    return statements.edit(statement, by=by, **sent)


def debate(
    *, by: User, question: str, positions: Sequence[Stand] = (), **sent: Any
) -> Debate | Held:
    """Open a debate; it, or how it waits. Raises as `debates.start`."""
    place = sent.get("visibility", Visibility.PUBLIC)
    terms = [part for pair in sent.get("terms", ()) for part in pair]
    words = " ".join([question, sent.get("background", ""), *terms])
    bodies = [words, *(f"{one.name} {one.body}" for one in positions)]
    why = precautions.check_debate(bodies, by=by, visibility=place)
    sent |= {"question": question, "positions": positions}
    if why is not None:
        return keeping.hold_debate(by=by, why=why, **sent)
    with transaction.atomic():
        made = debates.start(by=by, **sent)
        _note_first(made, made.statements.order_by("pk"), by)
    return made


def turn(
    debate: Debate, *, by: User, points: Sequence[statements.Point], generated_by: str = ""
) -> tuple[Turn, list[Statement]] | Held:
    """Publish points as one turn; it, or how all of it waits. Raises as `turns.publish`."""
    turns.require_number(points)
    sent = [Point(one.parent, one.kind, one.body, one.on, one.quote) for one in points]
    return _sent(
        debate,
        sent,
        by,
        generated_by,
        lambda: turns.publish(debate, by=by, points=points, generated_by=generated_by),
        lambda made: made[1],
        is_turn=True,
    )


def drafted(
    debate: Debate, *, by: User, keys: Sequence[str], generated_by: str = ""
) -> tuple[Turn, list[Statement]] | Held:
    """Publish stored points as one turn, as `turn` does. Raises as `drafts.publish`."""

    def publish(points: Sequence[statements.Point]) -> tuple[Turn, list[Statement]] | Held:
        return turn(debate, by=by, points=points, generated_by=generated_by)

    return drafts.sent(debate, by=by, keys=keys, publish=publish)


def crux(
    debate: Debate, *, by: User, name: str, body: str, generated_by: str = ""
) -> Statement | Held:
    """Put a crux forward; it, or how it waits. Raises as `cruxes.put_forward`."""
    return _sent(
        debate,
        [Point(None, "crux", body, name=name)],
        by,
        generated_by,
        lambda: cruxes.put_forward(debate, by=by, name=name, body=body, generated_by=generated_by),
        lambda said: [said],
    )


def _sent(
    debate: Debate,
    points: Sequence[Point],
    by: User,
    generated_by: str,
    publish: Callable[[], Made],
    said: Callable[[Made], Sequence[Statement]],
    *,
    is_turn: bool = False,
) -> Made | Held:
    with transaction.atomic():
        if debate.slow_minutes:
            debate = events.locked(debate.pk)  # so that of two turns at once one comes later
        bodies = [f"{one.name} {one.body}" for one in points]
        why = precautions.check(debate, bodies, by=by)
        if why is not None:
            return holding.hold(
                debate, points, by=by, why=why, generated_by=generated_by, is_turn=is_turn
            )
        made = publish()
        _note_first(debate, said(made), by)
    return made


def _note_first(debate: Debate, said: Sequence[Statement] | QuerySet[Statement], by: User) -> None:
    """Have moderators look at the first statements of a new person. 2 queries, for those only."""
    if not known.concerns(by) or not known.is_new(by) or not known.holds_in(debate):
        return
    most = known.now().set.looks_first
    room = most - known.first_ones(by) if most else 0
    FirstStatement.objects.bulk_create(
        FirstStatement(statement=one, author=by) for one in said[: max(room, 0)]
    )
