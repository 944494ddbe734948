"""Links between statements, as the rows of a page tell of them at either end."""

from __future__ import annotations

from typing import TypeAlias

from django.utils.translation import gettext_lazy

Linked: TypeAlias = tuple[str, bool, int, str]
"""Kind, whether it is from the statement, the id and label of the other end."""

LINKS = {
    ("support", True): gettext_lazy("also supports %(label)s"),
    ("support", False): gettext_lazy("%(label)s also supports it"),
    ("objection", True): gettext_lazy("also objects to %(label)s"),
    ("objection", False): gettext_lazy("%(label)s also objects to it"),
    ("duplicate", True): gettext_lazy("says the same as %(label)s"),
    ("duplicate", False): gettext_lazy("%(label)s says the same"),
    ("part", True): gettext_lazy("split off from %(label)s"),
    ("part", False): gettext_lazy("%(label)s was split off"),
}
"""What a link says at either of its ends."""


def told(one: Linked) -> tuple[str, int]:
    """What a link says at this end, and the id of the other."""
    kind, is_from, pk, label = one
    return str(LINKS[kind, is_from]) % {"label": label}, pk
