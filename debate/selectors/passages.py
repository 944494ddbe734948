"""What stands behind a quoted passage: a sign for each that quotes it, which leads there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

from django.utils.translation import gettext, gettext_lazy, ngettext

from debate.models import Statement
from debate.models.statements import Kind
from debate.selectors.loading import Quoting

MOST = 4
MARKS = {
    "agree": gettext_lazy("agrees with these words"),
    "unsure": gettext_lazy("is unsure of these words"),
    "disagree": gettext_lazy("disagrees with these words"),
    "bears": gettext_lazy("says that these words bear"),
    "not-bears": gettext_lazy("says that these words do not bear"),
}


def tail(
    statement: Statement, number: int, quotings: Sequence[Quoting], on_page: Collection[int]
) -> str:
    """The HTML behind the passage with this number: signs by kind, without text of their own."""
    parts = [_sign(quoting, number, statement, on_page) for quoting in quotings[:MOST]]
    if rest := len(quotings) - MOST:
        if rest > 0:
            label = ngettext(
                "%(n)s more answers these words", "%(n)s more answer these words", rest
            )
            label %= {"n": rest}
            parts.append(_link(f"/s/{statement.pk}/", number, "more", label))
    return "".join(parts)


def _sign(quoting: Quoting, number: int, statement: Statement, on_page: Collection[int]) -> str:
    name = quoting.name
    if quoting.statement is None:
        what = MARKS.get(quoting.sign, gettext("marks these words"))
        return _link(f"/s/{statement.pk}/", number, quoting.sign, f"{name} {what}")
    anchor = f"#statement-{quoting.statement}"
    address = anchor if quoting.statement in on_page else f"/s/{quoting.statement}/"
    told = {"kind": Kind(quoting.sign).label, "name": name, "label": quoting.label}
    label = gettext("%(kind)s by %(name)s: %(label)s") % told
    return _link(address, number, quoting.sign, label)


def _link(address: str, number: int, sign: str, label: str) -> str:
    return (
        f'<a class="by" data-kind="{sign}" data-span="{number}" href="{address}"'
        f' aria-label="{escape(label)}" title="{escape(label)}"></a>'
    )
