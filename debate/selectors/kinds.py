"""What kinds of statements are called within sentences, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from debate.models.statements import Kind

_NAMES = {
    Kind.POSITION: pgettext_lazy("in a sentence", "position"),
    Kind.CRUX: pgettext_lazy("in a sentence", "crux"),
    Kind.SUPPORT: pgettext_lazy("in a sentence", "support"),
    Kind.OBJECTION: pgettext_lazy("in a sentence", "objection"),
    Kind.QUESTION: pgettext_lazy("in a sentence", "question"),
    Kind.ANSWER: pgettext_lazy("in a sentence", "answer"),
    Kind.CLARIFICATION: pgettext_lazy("in a sentence", "clarification"),
    Kind.CONCESSION: pgettext_lazy("in a sentence", "concession"),
    Kind.REMARK: pgettext_lazy("in a sentence", "remark"),
}
_ONES = {
    Kind.POSITION: gettext_lazy("a position"),
    Kind.CRUX: gettext_lazy("a crux"),
    Kind.SUPPORT: gettext_lazy("a support"),
    Kind.OBJECTION: gettext_lazy("an objection"),
    Kind.QUESTION: gettext_lazy("a question"),
    Kind.ANSWER: gettext_lazy("an answer"),
    Kind.CLARIFICATION: gettext_lazy("a clarification"),
    Kind.CONCESSION: gettext_lazy("a concession"),
    Kind.REMARK: gettext_lazy("a remark"),
}


def in_words(kind: str) -> str:
    """The kind: 'objection'."""
    return str(_NAMES[Kind(kind)])


def one(kind: str) -> str:
    """One of the kind, as somebody publishes it: 'an objection'."""
    return str(_ONES[Kind(kind)])


def counted(kind: str, count: int) -> str:
    """So many of the kind: '2 objections'."""
    match Kind(kind):
        case Kind.SUPPORT:
            told = ngettext("%(n)s support", "%(n)s supports", count)
        case Kind.OBJECTION:
            told = ngettext("%(n)s objection", "%(n)s objections", count)
        case Kind.QUESTION:
            told = ngettext("%(n)s question", "%(n)s questions", count)
        case Kind.ANSWER:
            told = ngettext("%(n)s answer", "%(n)s answers", count)
        case Kind.CLARIFICATION:
            told = ngettext("%(n)s clarification", "%(n)s clarifications", count)
        case Kind.CONCESSION:
            told = ngettext("%(n)s concession", "%(n)s concessions", count)
        case _:
            told = ngettext("%(n)s remark", "%(n)s remarks", count)
    return told % {"n": count}
