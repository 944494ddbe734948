"""Pages kept for visitors, who all see the same, until something in the debate changes.

Every change to a debate writes an event and counts it in the debate's row, which each request
reads: so nobody is shown what has been hidden, withdrawn or edited. What people call themselves
belongs to no debate; a new name shows within a minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

from markupsafe import Markup

from debate.models import Debate

MOST = 64  # debates, in each process
SECONDS = 60

_pages: dict[int, tuple[Hashable, float, Markup]] = {}


def main(debate: Debate, render: Callable[[], str]) -> Markup:
    """The page's main part for visitors: the one that is kept, or else what `render` makes."""
    version = _version(debate)
    known = _pages.get(debate.pk)
    if known and known[0] == version and known[1] > time.monotonic():
        return known[2]
    html = Markup(render())
    while len(_pages) >= MOST:
        _pages.pop(next(iter(_pages)), None)
    _pages[debate.pk] = (version, time.monotonic() + SECONDS, html)
    return html


def _version(debate: Debate) -> Hashable:
    """What changes when anything on the page does."""
    fields = (field.attname for field in debate._meta.concrete_fields)
    return repr([getattr(debate, field) for field in fields])
