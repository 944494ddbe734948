"""What moderators have set, for a test; it is forgotten after it (tests/conftest.py)."""

from __future__ import annotations

from debate.selectors import precautions
from tests import factories


def setting(**fields: object) -> None:
    """Set what the site takes care of; it holds at once."""
    factories.PrecautionsFactory.create(**fields)
    precautions.forget()
