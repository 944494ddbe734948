"""What people do to a debate, counted against what their standing allows."""

from __future__ import annotations

from accounts import limits
from accounts.limits import Deed
from accounts.models import User
from accounts.spending import spend


def count(by: User, deed: Deed, amount: int = 1, *, most: int | None = None) -> None:
    """Count a deed in the transaction that does it; raises LimitReached. At most one query."""
    budgets = limits.of_deed(by, deed, amount, most=most)
    if budgets:
        spend(budgets)
