"""What may answer what, and what can be said of it: the table of kinds, in one place."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext

from accounts.models import User
from debate.models import Statement
from debate.models.statements import BEARING, CLAIMS, DEPTH_MAX, Kind, On


def what_may_answer(
    parent: Statement, user: User, own: Collection[int] | None = None
) -> list[Kind]:
    """The kinds of statement that this account can put under `parent`, in the order forms show.

    `own` are the ids of the account's statements above it, where they are known already.
    """
    kinds = [Kind.OBJECTION, Kind.SUPPORT, Kind.QUESTION]
    if parent.kind == Kind.QUESTION:
        kinds.insert(0, Kind.ANSWER)
    if may_clarify(parent, user, own):
        kinds.append(Kind.CLARIFICATION)
    if may_concede(parent, user):
        kinds.append(Kind.CONCESSION)
    return [*kinds, Kind.REMARK]


def may_clarify(parent: Statement, user: User, own: Collection[int] | None = None) -> bool:
    """Whether the account wrote `parent` or one of the statements it stands under."""
    if parent.author_id == user.pk:
        return True
    above = ancestor_ids(parent)
    if own is not None:
        return not set(own).isdisjoint(above)
    return bool(above) and Statement.objects.filter(pk__in=above, author=user).exists()


def may_concede(parent: Statement, user: User) -> bool:
    """Whether the account may grant `parent`: a person, somebody else's statement, no question."""
    return not user.is_bot and parent.author_id != user.pk and parent.kind != Kind.QUESTION


def refusal_of_reply(parent: Statement, user: User, kind: str, on: str) -> dict[str, str]:
    """Why a reply of this kind cannot stand under `parent`, by field; empty where it can.

    The table of kinds in one place; `kind` and `on` may be any text.
    """
    if kind in (Kind.POSITION, Kind.CRUX) or kind not in Kind.values:
        return {"kind": gettext("Choose what the reply does: object, support, ask …")}
    if parent.depth >= DEPTH_MAX:
        return {
            "kind": gettext("This line is %(n)s replies deep. Please answer higher up.")
            % {"n": DEPTH_MAX}
        }
    if kind == Kind.OBJECTION or on:
        return refusal_of_on(parent, kind, on)
    if kind == Kind.ANSWER and parent.kind != Kind.QUESTION:
        return {
            "kind": gettext(
                "Only a question can be answered. Choose support, objection or remark."
            )
        }
    if kind == Kind.CLARIFICATION and not may_clarify(parent, user):
        return {
            "kind": gettext("You can clarify your own statements and what was said under them.")
        }
    if kind == Kind.CONCESSION and not may_concede(parent, user):
        return {"kind": gettext("People can concede what somebody else claimed, not a question.")}
    return {}


def refusal_of_on(parent: Statement, kind: str, on: str) -> dict[str, str]:
    """Why `on` cannot say what is wrong with `parent`, by field; empty where it can."""
    if kind != Kind.OBJECTION:
        return {"on": gettext("Only an objection says what is wrong.")} if on else {}
    if on not in On.values:
        return {
            "on": gettext(
                "Say what is wrong: is it not true, beside the point, or in wrong terms?"
            )
        }
    if on == On.RELEVANCE and parent.parent_id is None:
        return {"on": gettext("This answers nothing, so it cannot be beside a point.")}
    return {}


def takes_truth(statement: Statement) -> bool:
    """Whether one can say of the statement that it is true: claims only."""
    return statement.kind in CLAIMS


def takes_bearing(statement: Statement) -> bool:
    """Whether one can say that the statement bears on what it answers: supports and objections."""
    return statement.kind in BEARING


def ancestor_ids(statement: Statement) -> list[int]:
    """The ids from the root down to what the statement answers, read off its path."""
    path = bytes(statement.path)
    return [int.from_bytes(path[i : i + 4], "big") for i in range(1, len(path) - 4, 4)]
