"""What formats do not hold, told once for each sort with the number of items that lose it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from debate.formats.hypertext import has_markup
from debate.formats.outline import Header, Link, Loss, Lost, Mark, Outline, Person, Point, untold
from debate.formats.values import free_name

GONE = {"hidden": "(hidden)", "withdrawn": "(withdrawn)"}
"""What stands for the words of a point that has none."""

FEATURES = {
    "background": Loss("The background of the debate was left out.", "debate"),
    "terms": Loss("Terms of the debate were left out: %(n)s.", "debate"),
    "topics": Loss("Topics were left out: %(n)s.", "debate"),
    "state": Loss("Whether the debate is closed, and what came of it, was left out.", "debate"),
    "origin": Loss("Source, licence, language and address were left out.", "debate"),
    "people": Loss("People are not named: %(n)s.", "person"),
    "bots": Loss("That these are bots was left out: %(n)s.", "person"),
    "author": Loss("Who said it was left out: %(n)s.", "author"),
    "date": Loss("When it was said was left out: %(n)s.", "date"),
    "edited": Loss("When it was edited was left out: %(n)s.", "date"),
    "turn": Loss("In which turn it was said was left out: %(n)s.", "turn"),
    "name": Loss("Short names were left out: %(n)s.", "name"),
    "relevance": Loss("Objections that it does not bear became plain ones: %(n)s.", "kind"),
    "framing": Loss("Objections to the terms became plain ones: %(n)s.", "kind"),
    "crux": Loss("Cruxes became positions: %(n)s.", "kind"),
    "markup": Loss("Emphasis, links, lists and the like were left out: %(n)s.", "text"),
    "quotation": Loss("Quotations were left out: %(n)s.", "quotation"),
    "generated": Loss("How bots came to write it was left out: %(n)s.", "author"),
    "gone": Loss("Hidden and withdrawn points became a word in brackets: %(n)s.", "point"),
    "revision": Loss("Earlier wordings were left out: %(n)s.", "revision"),
    "dropped": Loss("That cruxes were dropped was left out: %(n)s.", "crux"),
    "note": Loss("What the source says besides was left out: %(n)s.", "point"),
    "link": Loss("Links were left out: %(n)s.", "link"),
    "duplicate": Loss("That one says what another says was left out: %(n)s.", "link"),
    "part": Loss("Which point was split off from which was left out: %(n)s.", "link"),
    "link relevance": Loss("Links that say it does not bear became plain ones: %(n)s.", "link"),
    "link framing": Loss("Links that object to the terms became plain ones: %(n)s.", "link"),
    "link author": Loss("Who set links, and when, was left out: %(n)s.", "link"),
    "truth": Loss("Marks on truth were left out: %(n)s.", "mark"),
    "unsure": Loss("Marks 'unsure' were left out: %(n)s.", "mark"),
    "bears": Loss("Marks on bearing were left out: %(n)s.", "mark"),
    "marked passage": Loss("Passages that marks are meant for were left out: %(n)s.", "mark"),
    "mark date": Loss("When marks were made was left out: %(n)s.", "mark"),
    "mark history": Loss("The history of marks was left out: %(n)s.", "mark"),
    "reliance": Loss("What people rely on was left out: %(n)s.", "reliance"),
}
"""Each sort of thing that a format may hold, with what is told where it does not."""


def tell(outline: Outline, lost: Lost, holds: Collection[str]) -> None:
    """Tell what of an outline a format loses that holds these features. Goes through all of it."""
    if lost is untold:
        return
    counts = Counter(feature for feature in features_of(outline, holds) if feature not in holds)
    for feature, loss in FEATURES.items():
        if counts[feature]:
            lost(Loss(loss.why, loss.what, "", {"n": counts[feature]}))


def named(people: Iterable[Person]) -> dict[str, str]:
    """The names by the keys of people, each of them another one: they are told apart by it."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for one in people:
        found[one.key] = name = free_name(one.name, taken)
        taken.add(name.casefold())
    return found


def features_of(outline: Outline, skip: Collection[str] = ()) -> Iterator[str]:
    """The features that an outline has, once for each item; 'markup' is costly to find."""
    looks = "markup" not in skip
    yield from _of_header(outline.header)
    for person in outline.people:
        yield "people"
        if person.bot:
            yield "bots"
    for point in outline.points:
        yield from _of_point(point)
        if looks and has_markup(point.body):
            yield "markup"
    for link in outline.links:
        yield from _of_link(link)
    for mark in outline.marks:
        yield from _of_mark(mark)
    for _ in outline.reliances:
        yield "reliance"


def _of_header(header: Header) -> Iterator[str]:
    yield from ("background",) * bool(header.background)
    yield from ("terms",) * len(header.terms)
    yield from ("topics",) * len(header.topics)
    if header.state != "open" or header.outcome:
        yield "state"
    if header.source or header.licence or header.language or header.address:
        yield "origin"


def _of_point(point: Point) -> Iterator[str]:
    has = {
        "author": bool(point.person),
        "date": point.at is not None,
        "edited": point.edited is not None,
        "turn": point.turn > 0,
        "name": bool(point.name),
        "relevance": point.on == "relevance",
        "framing": point.on == "framing",
        "crux": point.kind == "crux",
        "quotation": point.quote is not None,
        "generated": bool(point.generated_by),
        "gone": bool(point.gone),
        "revision": point.revision > 1 or bool(point.wordings),
        "dropped": point.dropped is not None,
        "note": bool(point.note),
    }
    yield from (name for name, is_there in has.items() if is_there)


def _of_link(link: Link) -> Iterator[str]:
    yield link.kind if link.kind in FEATURES else "link"
    if link.on in {"relevance", "framing"}:
        yield f"link {link.on}"
    if link.person or link.at:
        yield "link author"


def _of_mark(mark: Mark) -> Iterator[str]:
    has = {
        "truth": mark.truth in {"agree", "disagree"},
        "unsure": mark.truth == "unsure",
        "bears": bool(mark.bears),
        "marked passage": mark.quote is not None,
        "mark date": mark.at is not None,
        "mark history": bool(mark.changes),
    }
    yield from (name for name, is_there in has.items() if is_there)
