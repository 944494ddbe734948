"""Rows of a page: statements with everything a reader sees of them, ready for a template.

A row is made once, before the template's loop, from the statement and what the page as a whole
has read: quotations, sides, the viewer's marks, who granted what. Nothing here asks the database.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext
from markupsafe import Markup

from accounts import moments
from accounts.models import User
from debate import grammar, rules
from debate.models import Mark, Quotation, Statement
from debate.models.marks import Bears, Truth
from debate.models.statements import GeneratedBy, Kind, On, Status
from debate.rules import Viewer
from debate.selectors import links as linked
from debate.selectors import marks, passages
from debate.selectors.cruxes import Hinge
from debate.selectors.loading import Quoting
from debate.selectors.marks import Stale
from debate.selectors.reliances import Rests
from debate.selectors.sides import Sides
from debate.text import plain, quotations

Choice: TypeAlias = tuple[str, str, str, int, bool, str]
"""A button of a mark: value, word, icon, count, whether the viewer chose it, its key."""

BOTH = 2
PASSAGE = 100
"""How much of the passage that a mark is meant for stands beside its buttons."""
TRUTHS = (
    (Truth.AGREE, gettext_lazy("Agree"), "check", "agree_count", "a"),
    (Truth.UNSURE, gettext_lazy("Unsure"), "unsure", "unsure_count", "s"),
    (Truth.DISAGREE, gettext_lazy("Disagree"), "x", "disagree_count", "d"),
)
BEARINGS = (
    (Bears.YES, gettext_lazy("Bears"), "bears", "bears_count", "b"),
    (Bears.NO, gettext_lazy("Does not bear"), "not-bears", "beside_count", "n"),
)


@dataclass(slots=True)
class Person:
    """An author as a row shows them; `side` is a letter, or empty; who has left has no `page`."""

    name: str
    username: str
    initial: str
    side: str
    bot_of: str
    page: str

    @property
    def told(self) -> str:
        """The name as running text tells it, where no label can stand."""
        return f"{self.name} (bot)" if self.bot_of else self.name


@dataclass(slots=True)
class Quote:
    """A row's quotation: its words, where they stand, and the revision if they are gone since."""

    text: str
    href: str
    number: int
    from_revision: int


@dataclass(slots=True)
class Mine:
    """The viewer's own mark: the passage it is meant for, and why it asks for another look."""

    truth: str
    passage: str
    from_revision: int
    is_both: bool
    stale: Stale


@dataclass(slots=True)
class Row:
    """One statement of a page. `opens` and `closes` are what a flat loop needs to draw a tree."""

    statement: Statement
    id: int
    label: str
    kind: str
    word: str
    gloss: str
    name: str
    author: Person | None
    when: str
    when_iso: str
    body: Markup
    gone: str
    shown: bool
    own: bool
    edited: bool
    since: str
    generated: str
    quote: Quote | None
    truths: list[Choice]
    bearings: list[Choice]
    mine: Mine | None
    status: str
    awaits: str
    granted_by: str
    depth: int
    is_new: bool
    is_archived: bool = False
    takes_answers: bool = True
    is_blocked: bool = False
    is_ghost: bool = False
    opens: bool = False
    closes: range = range(0)
    rests: Sequence[tuple[str, int]] = ()
    is_double: bool = False
    hinge: Hinge | None = None
    links: Sequence[tuple[str, int]] = ()
    is_locked: bool = False
    beneath: int = 0
    tally: str = ""
    goes_on: bool = False
    cut: tuple[Statement, int] | None = None


@dataclass(slots=True)
class Reading:
    """What a page has read beside its statements."""

    viewer: Viewer
    letters: dict[int, str] = field(default_factory=dict)
    is_archived: bool = False
    takes_answers: bool = True
    quotations: dict[int, list[Quotation]] = field(default_factory=dict)
    quoting: dict[int, Quoting] = field(default_factory=dict)
    placed: dict[int, dict[int, tuple[int, int]]] = field(default_factory=dict)
    marks: dict[int, Mark] = field(default_factory=dict)
    granted: dict[int, list[str]] = field(default_factory=dict)
    rests: Rests = field(default_factory=Rests)
    sides: Sides | None = None
    before_edit: dict[int, tuple[int, int]] = field(default_factory=dict)
    on_page: set[int] = field(default_factory=set)
    since: int | None = None
    links: dict[int, list[linked.Linked]] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    words: dict[int, str] = field(default_factory=dict)

    def said(self, label: str | Promise) -> str:
        """A label in the reader's language, which is asked for it once a page."""
        known = self.words.get(id(label))  # labels stay as long as their modules
        if known is None:
            known = self.words[id(label)] = str(label)
        return known


def row(statement: Statement, parent: Statement | None, reading: Reading) -> Row:
    """The row of a statement; `parent` is what it answers, where the page has it."""
    shown = rules.may_read_text(statement, reading.viewer)
    kind = Kind(statement.kind)
    return Row(
        statement=statement,
        id=statement.pk,
        label=statement.label,
        kind=kind.value,
        word=reading.said(kind.label),
        gloss=reading.said(On(statement.on).label) if statement.on else "",
        name=statement.name if shown else "",
        author=person(statement.author, reading.letters) if shown else None,
        when=short_date(statement.created_at),
        when_iso=statement.created_at.isoformat(timespec="seconds"),
        body=_body(statement, reading) if shown else Markup(),
        gone=_gone(statement),
        shown=shown,
        own=statement.author_id == reading.viewer.pk,
        edited=statement.revision > 1,
        since=_since(statement, reading),
        generated=str(GeneratedBy(statement.generated_by).label) if statement.generated_by else "",
        quote=_quote(statement, parent, reading) if shown else None,
        truths=_truths(statement, reading),
        bearings=_bearings(statement, reading),
        mine=_mine(statement, reading) if shown else None,
        status=statement.status,
        awaits=_awaits(statement, parent, reading.viewer),
        granted_by=_granted_by(statement, reading),
        depth=statement.depth,
        rests=reading.rests.by_claim.get(statement.pk, ()) if shown else (),
        is_double=statement.pk in reading.rests.double,
        is_new=_is_new(statement, reading),
        is_archived=reading.is_archived,
        takes_answers=_takes_answers(statement, reading),
        links=[linked.told(one) for one in reading.links.get(statement.pk, ())] if shown else (),
        is_locked=statement.pk in reading.locked,
        is_blocked=shown and rules.has_blocked(reading.viewer, statement.author),
    )


def differs(statement: Statement, parent: Statement | None, reading: Reading) -> bool:
    """Whether the reading's viewer sees the row otherwise than a visitor does."""
    viewer = reading.viewer.pk
    waits = statement.status == Status.OPEN and parent is not None and parent.author_id == viewer
    if waits or statement.author_id == viewer or statement.pk in reading.marks:
        return True
    return _is_new(statement, reading) or rules.has_blocked(reading.viewer, statement.author)


def person(user: User, letters: dict[int, str]) -> Person:
    """An author with the letter of the side they are on."""
    owner = user.owner
    return Person(
        name=user.shown_name,
        username=user.username,
        initial=user.shown_name[:1].upper(),
        side=letters.get(user.pk, ""),
        bot_of=owner.shown_name if owner else "",
        page="" if user.is_former else f"/u/{user.username}/",
    )


def short_date(when: datetime) -> str:
    """A date as readers see it: 18 Nov 2026 (the time zone is UTC)."""
    return moments.day(when)


def _gone(statement: Statement) -> str:
    if statement.hidden_at is not None:
        return "hidden"
    return "withdrawn" if statement.withdrawn_at is not None else ""


def _takes_answers(statement: Statement, reading: Reading) -> bool:
    """Whether the debate takes answers, and the part of it in which the statement stands."""
    line = {statement.pk, *grammar.ancestor_ids(statement)} if reading.locked else set()
    return reading.takes_answers and line.isdisjoint(reading.locked)


def _is_new(statement: Statement, reading: Reading) -> bool:
    """Whether somebody else said it since the viewer's last visit."""
    if reading.since is None or statement.pk <= reading.since or statement.is_gone:
        return False
    return statement.author_id != reading.viewer.pk


def _since(statement: Statement, reading: Reading) -> str:
    """That it was edited, and how many of its marks are older; empty where none is."""
    before, marks = reading.before_edit.get(statement.pk, (0, 0))
    if not before:
        return ""
    if before < marks:
        told = ngettext(
            "edited since %(before)s of %(n)s mark",
            "edited since %(before)s of %(n)s marks",
            marks,
        )
        return told % {"before": before, "n": marks}
    if marks == BOTH:
        return gettext("edited since both marks")
    told = ngettext("edited since its only mark", "edited since all %(n)s marks", marks)
    return told % {"n": marks}


def _body(statement: Statement, reading: Reading) -> Markup:
    """The sanitised HTML with the passages that others quote marked in it."""
    placed = _placed(statement, reading)
    if not placed:
        return Markup(statement.body_html)
    quoted: dict[tuple[int, int], list[Quoting]] = {}
    for quotation, place in placed.items():
        who = reading.quoting.get(quotation)
        quoted.setdefault(place, []).extend([who] if who else [])
    spans = []
    for number, place in enumerate(sorted(quoted), 1):
        tail = passages.tail(statement, number, quoted[place], reading.on_page)
        spans.append(plain.Span(*place, number, f"statement-{statement.pk}-q{number}", tail))
    return Markup(plain.highlight(statement.body_html, spans))


def _placed(statement: Statement, reading: Reading) -> dict[int, tuple[int, int]]:
    """Where each passage that the page knows of stands in a statement, found out once a page."""
    if statement.pk not in reading.placed:
        found = reading.quotations.get(statement.pk, [])
        places = {quotation.pk: place_of(statement, quotation) for quotation in found}
        reading.placed[statement.pk] = {pk: place for pk, place in places.items() if place}
    return reading.placed[statement.pk]


def place_of(statement: Statement, quotation: Quotation) -> tuple[int, int] | None:
    """Where a quoted passage stands now; None where an edit has taken it away."""
    if quotation.revision == statement.revision:
        return quotation.start, quotation.end
    passage = quotations.Passage(
        exact=quotation.exact,
        start=quotation.start,
        end=quotation.end,
        prefix=quotation.prefix,
        suffix=quotation.suffix,
    )
    again = quotations.refind(passage, plain.plain(statement.body_html))
    return (again.start, again.end) if again else None


def _quote(statement: Statement, parent: Statement | None, reading: Reading) -> Quote | None:
    """The quotation of a row, unless what it quotes is gone from the viewer's sight."""
    quotation = statement.quotation
    if quotation is None or parent is None or not rules.may_read_text(parent, reading.viewer):
        return None
    place = place_of(parent, quotation)
    if place is None:
        href = f"/s/{parent.pk}/revisions/{quotation.revision}/?quote={quotation.pk}#quoted"
        return Quote(quotation.exact, href, 0, quotation.revision)
    placed = _placed(parent, reading)
    known = quotation.pk in placed  # else the page does not count the passages of what it quotes
    number = sorted(set(placed.values())).index(place) + 1 if known else 0
    base = "" if parent.pk in reading.on_page else f"/s/{parent.pk}/"
    passage = f"-q{number}" if known else ""
    return Quote(quotation.exact, f"{base}#statement-{parent.pk}{passage}", number, 0)


def _truths(statement: Statement, reading: Reading) -> list[Choice]:
    if not grammar.takes_truth(statement):
        return []
    mine = reading.marks.get(statement.pk)
    chosen = mine.truth if mine else ""
    return [
        (value.value, reading.said(word), icon, getattr(statement, count), value == chosen, key)
        for value, word, icon, count, key in TRUTHS
    ]


def _bearings(statement: Statement, reading: Reading) -> list[Choice]:
    if not grammar.takes_bearing(statement):
        return []
    mine = reading.marks.get(statement.pk)
    chosen = mine.bears if mine else ""
    return [
        (value.value, reading.said(word), icon, getattr(statement, count), value == chosen, key)
        for value, word, icon, count, key in BEARINGS
    ]


def _mine(statement: Statement, reading: Reading) -> Mine | None:
    """The viewer's mark as a row tells of it beside its buttons; None where there is none."""
    mark = reading.marks.get(statement.pk)
    if mark is None or not (mark.truth or mark.bears):
        return None
    passage = mark.quotation
    return Mine(
        truth=mark.truth,
        passage=textwrap.shorten(passage.exact, PASSAGE, placeholder=" …") if passage else "",
        from_revision=passage.revision if passage and not place_of(statement, passage) else 0,
        is_both=mark.truth == Truth.AGREE and mark.bears == Bears.NO,
        stale=marks.stale(mark, statement),
    )


def _awaits(statement: Statement, parent: Statement | None, viewer: Viewer) -> str:
    """Whom an open point waits for, by name; 'an answer' where that is nobody in sight."""
    if statement.status != Status.OPEN:
        return ""
    if parent is None or not rules.may_read_text(parent, viewer):
        return gettext("an answer")
    return (
        pgettext("somebody awaits", "you")
        if parent.author_id == viewer.pk
        else parent.author.told_name
    )


def _granted_by(statement: Statement, reading: Reading) -> str:
    """Who grants a statement: 'Bob grants it', 'Bob and Ann grant it, but not that it bears'."""
    names = reading.granted.get(statement.pk, [])
    told = dict(zip(("one", "two"), names, strict=False))
    is_whole = statement.status == Status.GRANTED
    match len(names):
        case 0:
            granted = gettext("Granted") if is_whole else gettext("Granted, but not that it bears")
        case 1 if is_whole:
            granted = gettext("%(one)s grants it")
        case 1:
            granted = gettext("%(one)s grants it, but not that it bears")
        case 2 if is_whole:
            granted = gettext("%(one)s and %(two)s grant it")
        case 2:
            granted = gettext("%(one)s and %(two)s grant it, but not that it bears")
        case _ if is_whole:
            granted = gettext("%(one)s, %(two)s and others grant it")
        case _:
            granted = gettext("%(one)s, %(two)s and others grant it, but not that it bears")
    return granted % told
