"""The map of a debate: cards with words that fit, placed, with lines between them.

It is the same for everybody who sees the debate: what is hidden or withdrawn keeps its place
without words and without a name, whoever looks. A large debate is folded to 500 cards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext, pgettext

from debate.models import Debate, Statement
from debate.models.statements import ROOTS, Kind, On, Status
from debate.reasoning.layout import CARD, ROOT, Layout, beneath, layout, shown
from debate.selectors import kinds, loading, reasons, sides
from debate.selectors.threads import end_of
from debate.text import plain
from debate.text.widths import SANS, SERIF, shorten, width, wrap

MOST = 500
"""So many cards are legible, and drawn in a moment."""
LINES = ((60, 7), (200, 5), (MOST, 3))
"""How many lines of words a card has, by how many cards there are."""
READ, EXCERPT = 2000, 240
"""How much of a body is read, and how much of that may come into a card; in characters."""
TEXT, TEXT_LINE, ROOT_TEXT, ROOT_LINE = 13.5, 16.5, 15.0, 18.5
HEAD, GLOSS = 13.0, 11.5
BAND, ICON, RIGHT = 16.0, 35.0, 9.0
"""Where words begin, and those of the head, from the left; and what is left free on the right."""
FIRST, LOW = 47.0, 13.0
"""The first line of words from the top of a card, and what is free under the last one."""
LEAST = 40.0
"""How wide a gloss must be to say anything."""
SHADES = 5
"""Of strength, from 0 on."""
CUT_TAG = re.compile(r"<[^>]*$")

SKELETON = """
    SELECT array_agg(id ORDER BY path), array_agg(coalesce(parent_id, 0) ORDER BY path),
        array_agg(status = 'open' ORDER BY path)
    FROM debate_statement
    WHERE debate_id = %(debate)s AND path >= %(low)s AND path < %(high)s
"""
"""One row of three arrays: of 50,000 rows most of the time goes into making tuples."""
WHOLE = b"", b"\xff"
COLUMNS = (
    *("kind", "ordinal", "name", "on", "status", "parent", "hidden_at", "withdrawn_at"),
    *("author__username", "author__name", "author__kind"),
)
"""The columns that a card is made of, beside the words."""
STANDING = """
    SELECT (
        SELECT jsonb_object_agg(label, r.claims -> label)
        FROM unnest(%(labels)s::text[]) AS label WHERE jsonb_exists(r.claims, label)
    ), r.cruxes FROM (
        SELECT result -> 'claims' AS claims, result -> 'cruxes' AS cruxes
        FROM debate_analysis WHERE debate_id = %(debate)s OFFSET 0
    ) AS r
"""
"""Of what the reasoning found, the part about these claims: all of it can be megabytes. OFFSET 0
has it unpacked once, and not for each label."""


class Line(NamedTuple):
    """Words on a card: how far down they stand, and how wide they are."""

    words: str
    down: float
    wide: float


@dataclass(slots=True)
class Card:
    """A statement on the map.

    `who` is a letter on a disc, empty where nobody is named; `standing`: a label of the reasoning,
    '' for what is no claim; `shade`: of its strength, None where there is none; `is_sure`: whether
    three marks on it or more count. `folded`: how many statements under it have no card.
    """

    id: int
    parent: int | None
    label: str
    kind: str
    word: str
    gloss: str
    head: str
    head_wide: float
    head_gloss: str
    gloss_at: float
    lines: list[Line]
    title: str
    text: str
    who: str
    side: str
    is_bots: bool
    gone: str
    standing: str
    shade: int | None
    strength: float | None
    n: int
    is_open: bool
    is_crux: bool
    folded: int
    height: float
    x: float = 0
    y: float = 0
    opens: bool = False
    closes: range = range(0)
    rests_on_it: list[str] = field(default_factory=list)

    @property
    def is_root(self) -> bool:
        """Whether it is a position or a crux."""
        return self.kind in ROOTS

    @property
    def is_sure(self) -> bool:
        """Whether as many marks on it count as it takes to say how firmly it stands."""
        return self.n >= reasons.FEW

    @property
    def looks(self) -> str:
        """The standing as stylesheets call it, where it is shown: challenged or undecided."""
        return reasons.LOOKS[self.standing] if self.standing in ("out", "undecided") else ""

    @property
    def standing_word(self) -> str:
        """The standing in a word; '' for what is no claim."""
        return reasons.word(self.standing) if self.standing else ""


@dataclass(frozen=True, slots=True)
class Found:
    """What the reasoning found of the statements that have a card, by their labels.

    `relied`: the claims that positions rest on, with those positions.
    """

    claims: dict[str, dict[str, Any]]
    relied: dict[str, list[str]]


@dataclass(slots=True)
class Map:
    """Cards in reading order, and the drawing they are placed in.

    `links`: pairs of labels, what a position rests on first. `total`: how many statements there
    are, with those that have no card. `at`: the statement it begins with, None for a whole debate.
    """

    debate: Debate
    at: Statement | None
    cards: list[Card]
    drawing: Layout
    total: int
    links: list[tuple[str, str]] = field(default_factory=list)
    card_width: float = CARD

    @property
    def left_out(self) -> int:
        """How many statements have no card."""
        return self.total - len(self.cards)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The kinds that there are on it, with their words, in a fixed order."""
        there = {card.kind for card in self.cards}
        return [(kind.value, str(kind.label)) for kind in Kind if kind.value in there]

    @property
    def edges(self) -> Iterator[tuple[Card, str]]:
        """Each card that answers another one, with the line that leads to it."""
        return ((self.cards[number], path) for number, path in self.drawing.edges.items())


def map_of(debate: Debate, at: Statement | None = None) -> Map:
    """The map of a debate that the viewer may see, or from one statement on. 5 queries."""
    everything, answered, is_open = _skeleton(debate, at)
    numbers = dict(zip(everything, range(len(everything)), strict=True))
    parents = [numbers.get(one, ROOT) for one in answered]
    kept = shown(parents, is_open, MOST)
    missing = beneath(parents, kept)
    ids = list(compress(everything, kept))
    said = {one.pk: one for one in _said(ids)}
    held = sides.of_debate(debate.pk, {one.author_id for one in said.values()})
    result = _found(debate, said.values())
    most = next(lines for cards, lines in LINES if len(ids) <= cards)
    cards = [
        _card(said[pk], held.letters, result, missing[numbers[pk]], most)
        for pk in ids
        if pk in said
    ]
    _nest(cards)
    links = list(_links(cards, result))
    return Map(debate, at, cards, _placed(cards, links), len(everything), links)


def _skeleton(debate: Debate, at: Statement | None) -> tuple[list[int], list[int], list[bool]]:
    """The ids of all statements in reading order, what each answers (0 for nothing), and whether
    it is open. One query."""
    low, high = (bytes(at.path), end_of(at)) if at else WHOLE
    params = {"debate": debate.pk, "low": low, "high": high}
    [(ids, answered, is_open)] = loading.rows(SKELETON, params)
    return ids or [], answered or [], is_open or []


def _said(ids: Sequence[int]) -> QuerySet[Statement]:
    """What stands on the cards, with the beginning of its HTML as `html`. One query."""
    there = Statement.objects.filter(pk__in=ids).select_related("author").only(*COLUMNS)
    return there.annotate(html=Left("body_html", READ))


def _found(debate: Debate, said: Iterable[Statement]) -> Found:
    """What the reasoning last found of these; nothing before its first run. One query."""
    labels = [one.label for one in said if not one.is_gone]
    params = {"debate": debate.pk, "labels": labels}
    claims, cruxes = next(iter(loading.rows(STANDING, params)), (None, None))
    told = json.loads(cruxes or "{}")
    both = [*told.get("double", ()), *told.get("relied", ())]
    return Found(json.loads(claims or "{}"), {one["claim"]: one["positions"] for one in both})


def _card(one: Statement, letters: dict[int, str], result: Found, folded: int, most: int) -> Card:
    found = result.claims.get(one.label, {})
    kind, strength = Kind(one.kind), found.get("strength")
    word = str(kind.label)
    gone = "" if not one.is_gone else "hidden" if one.hidden_at else "withdrawn"
    gloss = str(On(one.on).label) if one.on else ""
    name = one.name if not gone else ""
    head, head_gloss, gloss_at = _head(one.label, [name, word], gloss)
    words = _words(one, gone)
    lines, height = _lines(words, kind, most)
    side = letters.get(one.author_id, "") if not gone else ""
    return Card(
        id=one.pk,
        parent=one.parent_id,
        label=one.label,
        kind=kind.value,
        word=word,
        gloss=gloss,
        head=head,
        head_wide=width(head, SANS, HEAD),
        head_gloss=head_gloss,
        gloss_at=gloss_at,
        lines=lines,
        title=_title(one, gloss, gone, found),
        text=words,
        who="" if gone else (side or one.author.shown_name[:1]).upper(),
        side=side,
        is_bots=one.author.is_bot,
        gone=gone,
        standing=found.get("label", ""),
        shade=None if strength is None else min(int(strength * SHADES), SHADES - 1),
        strength=strength,
        n=reasons.counted(found) if found else 0,
        is_open=one.status == Status.OPEN,
        is_crux=bool(found) and one.label in result.relied,
        folded=folded,
        height=height,
    )


def _words(one: Statement, gone: str) -> str:
    """The first words of a statement; of what is gone, that it is."""
    if gone:
        return gettext("Removed by a moderator") if gone == "hidden" else gettext("Withdrawn")
    html = vars(one)["html"]
    seen = plain.plain(CUT_TAG.sub("", html) if len(html) == READ else html)
    words = " ".join(seen[:EXCERPT].split())
    return f"{words} …" if len(html) == READ or len(seen) > EXCERPT else words


def _head(label: str, words: Sequence[str], gloss: str) -> tuple[str, str, float]:
    """The head of a card, its gloss, and where that begins.

    The first of these words that fits is taken; a gloss is cut where it must be, or left out.
    """
    room = CARD - ICON - RIGHT
    heads = [f"{label} {word}" for word in words if word]
    fits = (head for head in heads if width(head, SANS, HEAD) <= room)
    head = next(fits, shorten(heads[-1], room, SANS, HEAD))
    begin = width(f"{head}  ", SANS, HEAD)
    left = room - begin
    told = shorten(gloss, left, SANS, GLOSS) if gloss and left > LEAST else ""
    return head, told, ICON + begin


def _lines(words: str, kind: Kind, most: int) -> tuple[list[Line], float]:
    """The lines of a card, and the height of the card."""
    size, step = (ROOT_TEXT, ROOT_LINE) if kind in ROOTS else (TEXT, TEXT_LINE)
    lines = wrap(words, CARD - BAND - RIGHT, SERIF, size, most=most)
    placed = [
        Line(line, FIRST + number * step, width(line, SERIF, size))
        for number, line in enumerate(lines)
    ]
    return placed, (placed[-1].down if placed else FIRST - step) + LOW


def _title(one: Statement, gloss: str, gone: str, found: dict[str, Any]) -> str:
    """What a card tells of itself: 'S16, objection by Ann: beside the point. Challenged.'"""
    kind = kinds.in_words(one.kind)
    if gone:
        return f"{one.label}, {kind}"
    told = {"label": one.label, "kind": kind, "name": one.author.told_name}
    said = gettext("%(label)s, %(kind)s by %(name)s") % told
    said = f"{said}: {gloss}." if gloss else f"{said}."
    is_open = pgettext("a point", "Open.") if one.status == Status.OPEN else ""
    standing = f"{reasons.word(found['label'])}." if found else ""
    return " ".join(filter(None, (said, is_open, standing)))


def _links(cards: Sequence[Card], result: Found) -> Iterator[tuple[str, str]]:
    """What positions rest on, with the position, where both have a card with words."""
    there = {card.label for card in cards if not card.gone}
    for claim, positions in result.relied.items():
        yield from ((claim, position) for position in positions if {claim, position} <= there)


def _placed(cards: Sequence[Card], links: Sequence[tuple[str, str]]) -> Layout:
    """Place the cards, and say where the lines are."""
    number = {card.id: at for at, card in enumerate(cards)}
    labelled = {card.label: at for at, card in enumerate(cards)}
    parents = [number.get(card.parent or 0, ROOT) for card in cards]
    pairs = [(labelled[one], labelled[other]) for one, other in links]
    made = layout(parents, [card.height for card in cards], pairs)
    for card, place in zip(cards, made.places, strict=True):
        card.x, card.y = place
    for one, other in links:
        cards[labelled[one]].rests_on_it.append(other)
    return made


def _nest(cards: Sequence[Card]) -> None:
    """Say where the lists of an outline open and close, for a flat loop."""
    depths: dict[int, int] = {}
    for card in cards:
        depths[card.id] = depths.get(card.parent or 0, -1) + 1
    levels = [depths[card.id] for card in cards]
    for card, level, following in zip(cards, levels, [*levels, 0][1:], strict=True):
        card.opens = following > level
        card.closes = range(max(level - following, 0))
