"""Who may decide of what waits for moderators: predicates, no writes."""

from __future__ import annotations

from accounts.models import User
from debate.models import Debate, Held
from debate.models.debates import Visibility
from debate.rules import YES, Answer, may_moderate, no


def may_review(user: User) -> Answer:
    """Whether the account works through the queue: moderators."""
    return YES if may_moderate(user) else no("Only moderators may do this.")


def may_decide(held: Held, user: User) -> Answer:
    """Whether the account publishes what waits, or refuses it: moderators, not their own."""
    if not (answer := may_review(user)):
        return answer
    if user.pk in (held.author_id, held.author.owner_id):
        return no("This is yours: another moderator decides.")
    return YES


def may_take_back(held: Held, user: User) -> Answer:
    """Whether the account takes back what waits: whose it is."""
    return YES if held.author_id == user.pk else no("Only its author may take it back.")


def may_be_looked_into(debate: Debate) -> bool:
    """Whether moderators are shown what waits there: not in private debates."""
    return debate.visibility != Visibility.PRIVATE
