"""What templates say, in the language that they are compiled for.

A page of fifty statements says some eight hundred things. So each language has an environment of
its own, and the words are put into the compiled templates: saying them costs nothing then. What
depends on a number, and messages that are not written out, are looked up when they are said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils import translation
from jinja2 import Environment, nodes, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

PLACE = re.compile(r"%(?:\((\w+)\)s|(%))")


class Speaking(Environment):
    """An environment whose templates say everything in one language."""

    def __init__(self, language: str, **options: Any) -> None:
        """Make it for a language; the options are those of Jinja2."""
        super().__init__(extensions=["jinja2.ext.i18n"], **options)
        self.language = language
        self.policies["ext.i18n.trimmed"] = True
        self.newstyle_gettext = True  # of the extension
        self.globals.update(_=gettext, gettext=gettext, ngettext=ngettext, pgettext=pgettext)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Parse a template, and put in what it says."""
        tree = super()._parse(source, name, filename)
        with translation.override(self.language):
            said: nodes.Template = _Saying().visit(tree)
        return said


class _Saying(NodeTransformer):
    """Puts words in the place of the calls that would look them up."""

    def visit_Call(self, call: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:
        """Say a message that is written out; its values stay expressions."""
        self.generic_visit(call, *args, **kwargs)
        words = _said(call)
        if words is None:
            return call
        values = {pair.key: pair.value for pair in call.kwargs}
        if not values:
            return _words(words.replace("%%", "%"), call)
        parts = PLACE.split(words)  # text, name of a place, percent sign, text ...
        if "%" in "".join(parts[::3]) or not {*parts[1::3]} - {None} <= values.keys():
            return call
        made: list[nodes.Expr] = []
        for i, part in enumerate(parts):
            if part and i % 3 == 1:
                made.append(values[part])
            elif part:
                made.append(_words(part, call))
        return nodes.Concat(made, lineno=call.lineno)


SPOKEN: dict[str, tuple[Callable[..., str], int]] = {
    "_": (translation.gettext, 1),
    "gettext": (translation.gettext, 1),
    "pgettext": (translation.pgettext, 2),
}
"""What says a message that does not depend on a number, and with how many words of its own."""


def _said(call: nodes.Call) -> str | None:
    """The words of a call whose message is written out; None for all else."""
    name = call.node.name if isinstance(call.node, nodes.Name) else ""
    say, number = SPOKEN.get(name, (translation.gettext, -1))
    if len(call.args) != number or call.dyn_args or call.dyn_kwargs:
        return None
    own = [one.value for one in call.args if isinstance(one, nodes.Const)]
    return say(*own) if len(own) == number else None


def _words(text: str, call: nodes.Call) -> nodes.Expr:
    """Words of a translation: HTML where the template makes HTML."""
    return nodes.MarkSafeIfAutoescape(nodes.Const(text), lineno=call.lineno)


@pass_eval_context
def gettext(context: EvalContext, message: str, /, **values: Any) -> str:
    """Say a message with values in its places; those that are no HTML are escaped in HTML."""
    words = translation.gettext(message)
    return (Markup(words) if context.autoescape else words) % values


@pass_eval_context
def ngettext(context: EvalContext, one: str, many: str, number: int, /, **values: Any) -> str:
    """Say a message for a number, which is `num` in it."""
    words = translation.ngettext(one, many, number)
    return (Markup(words) if context.autoescape else words) % {"num": number, **values}


@pass_eval_context
def pgettext(context: EvalContext, meant: str, message: str, /, **values: Any) -> str:
    """Say a message whose words mean several things."""
    words = translation.pgettext(meant, message)
    return (Markup(words) if context.autoescape else words) % values
