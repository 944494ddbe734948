"""What the form of a point needs: its values, what may be chosen, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from accounts.models import User
from debate import grammar, rules
from debate.actions.drafts import Wording
from debate.actions.quotations import Words
from debate.models import DraftPoint, Statement
from debate.models.statements import ROOTS, Kind
from debate.web.forms import ReplyForm, new_key

ANSWERS = [kind for kind in Kind if kind not in ROOTS]
VERSION = re.compile("[0-9]{1,8}")
STORED = ("kind", "on", "quote", "before", "after", "body", "key", "version")


@dataclass
class Composer:
    """A form that answers `to`. `theirs` is the point as another window has stored it."""

    to: Statement
    fields: dict[str, Any]
    user: User | None
    own: Collection[int] | None
    errors: Mapping[str, Any] = field(default_factory=dict)
    preview: str = ""
    theirs: DraftPoint | None = None
    is_gone: bool = False

    @cached_property
    def kinds(self) -> list[Kind]:
        """What its author can say there; asked for only where the form is drawn."""
        return grammar.what_may_answer(self.to, self.user, self.own) if self.user else ANSWERS

    @property
    def can_miss_the_point(self) -> bool:
        """Whether an objection can say that this is beside the point."""
        return self.to.parent_id is not None


def fresh(
    to: Statement,
    user: User | None,
    asked: Mapping[str, str],
    under: str = "",
    own: Collection[int] | None = None,
) -> Composer:
    """A form for a new point; the address may say its kind and the words it answers."""
    fields = {name: asked.get(name, "") for name in ReplyForm.base_fields}
    fields |= {"before": asked.get("prefix", ""), "after": asked.get("suffix", "")}
    return _composer(to, user, fields | {"under": fields["under"] or under}, own)


def as_sent(to: Statement, user: User | None, sent: Mapping[str, str]) -> Composer:
    """The form with what was sent in it."""
    return _composer(to, user, {name: sent.get(name, "") for name in ReplyForm.base_fields})


def of_draft(
    draft: DraftPoint, user: User, *, under: str = "", own: Collection[int] | None = None
) -> Composer:
    """The form of a stored point."""
    fields = {name: getattr(draft, name) for name in STORED}
    return _composer(draft.parent, user, fields | {"under": under}, own)


def wording(fields: Mapping[str, str]) -> Wording:
    """What the fields say, as the actions take it."""
    quote = Words(fields["quote"], fields["before"], fields["after"]) if fields["quote"] else None
    on = fields["on"] if fields["kind"] == Kind.OBJECTION else ""
    return Wording(fields["kind"], on, fields["body"], quote)


def version(fields: Mapping[str, Any]) -> int:
    """Which stored version the form shows; 0 where it was never stored."""
    sent = str(fields.get("version") or "")
    return int(sent) if VERSION.fullmatch(sent) else 0


def _composer(
    to: Statement, user: User | None, fields: dict[str, Any], own: Collection[int] | None = None
) -> Composer:
    if user and not rules.may_read_text(to, user):  # a quotation would go on telling its words
        fields |= {"quote": "", "before": "", "after": ""}
    fields["key"] = fields["key"] or new_key()
    return Composer(to, fields, user, own)
