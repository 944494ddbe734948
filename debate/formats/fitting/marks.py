"""Marks, links and reliances as a debate can hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from debate.formats.fitting.quoting import Quoting
from debate.formats.fitting.words import Mending
from debate.formats.outline import (
    BEARS,
    LINKS,
    ON,
    TRUTHS,
    Change,
    Link,
    Loss,
    Mark,
    Person,
    Point,
    Reliance,
    phrased,
)

BEARING = ("support", "objection")
CLAIMLESS = ("question", "concession")
WORDS, ALL = 500, 100
Points = Mapping[str, Point]
People = Mapping[str, Person]


def marks(given: Iterable[Mark], points: Points, known: People, mending: Mending) -> list[Mark]:
    """The marks that can be set, one of a person on a statement: of several the last."""
    found: dict[tuple[str, str], Mark] = {}
    quoting = Quoting(mending)
    for mark in given:
        where = f"{mark.point[:60]} {mark.person[:60]}"
        why = _refused(mark, points, known)
        if why:
            mending.lost(Loss(why, "mark", where))
            continue
        fitted = _fitted(mark, points[mark.point], quoting, mending, where)
        if not (fitted.truth or fitted.bears or fitted.changes):
            continue
        key = (mark.point, mark.person)
        if key in found:
            mending.lost(Loss("Of several marks the last one counts.", "mark", where))
        found[key] = replace(fitted, changes=_changes(fitted, points, mending, where))
    return list(found.values())


def _refused(mark: Mark, points: Points, known: People) -> str:
    """Why a mark cannot be set at all; empty where it can."""
    if mark.point not in points:
        return phrased("What it marks is not in the file.")
    if mark.person not in known:
        return phrased("Whose mark this is the file does not say.")
    if known[mark.person].bot:
        return phrased("Bots do not mark.")
    return phrased("What it marks is gone.") if points[mark.point].gone else ""


def _fitted(mark: Mark, on: Point, quoting: Quoting, mending: Mending, where: str) -> Mark:
    truth = mark.truth if mark.truth in TRUTHS and on.kind not in CLAIMLESS else ""
    bears = mark.bears if mark.bears in BEARS and on.kind in BEARING else ""
    if (truth, bears) != (mark.truth, mark.bears):
        mending.lost(Loss("This kind of statement cannot be marked so.", "mark", where))
    quote = None
    if mark.quote is not None and truth:
        quote = quoting.found(mark.quote, on, where, "quotation")
    return replace(
        mark,
        truth=truth,
        bears=bears,
        quote=quote,
        at=mending.at(mark.at, where),
        revision=min(max(mark.revision, 1), on.revision),
        note=mending.note(mark.note, where),
    )


def _changes(mark: Mark, points: Points, mending: Mending, where: str) -> tuple[Change, ...]:
    """Its history, if it makes sense: it ends as the mark stands."""
    if not mark.changes:
        return ()
    last = mark.changes[-1]
    known = all(one.truth in ("", *TRUTHS) and one.bears in ("", *BEARS) for one in mark.changes)
    if not known or (last.truth, last.bears) != (mark.truth, mark.bears):
        mending.lost(Loss("How it came to be marked so does not fit the mark.", "mark", where))
        return ()
    return tuple(
        replace(
            one,
            because=one.because if one.because in points else "",
            at=mending.at(one.at, where),
        )
        for one in mark.changes
    )


def links(given: Iterable[Link], points: Points, mending: Mending) -> list[Link]:
    """The links between two statements that are there; each once."""
    found: dict[tuple[str, str, str], Link] = {}
    merged: dict[str, str] = {}
    kept: set[str] = set()  # what others say the same as
    for link in given:
        where = f"{link.source[:60]} {link.target[:60]}"
        known = link.source in points and link.target in points
        if not known or link.source == link.target or link.kind not in LINKS:
            mending.lost(Loss("This link joins nothing that is here.", "link", where))
            continue
        on = link.on if link.kind == "objection" and link.on in ON else ""
        if link.kind == "duplicate":  # of one and no more, which itself says the same as none
            known = merged.setdefault(link.source, link.target) == link.target
            if not known or link.target in merged or link.source in kept:
                mending.lost(Loss("It says the same as another one already.", "link", where))
                continue
            kept.add(link.target)
        found.setdefault((link.source, link.target, link.kind), replace(link, on=on))
    return list(found.values())


def reliances(
    given: Iterable[Reliance], points: Points, known: People, mending: Mending
) -> list[Reliance]:
    """The reliances that can be declared, one of a person for a position and a claim."""
    found: dict[tuple[str, str, str], Reliance] = {}
    for one in given:
        where = f"{one.position[:60]} {one.claim[:60]}"
        position, claim = points.get(one.position), points.get(one.claim)
        sound = (
            position is not None
            and claim is not None
            and position.kind == "position"
            and claim.kind not in CLAIMLESS
            and position is not claim
            and one.person in known
        )
        words = mending.line(one.words, WORDS, "reliance", where)
        pair = (one.now, one.otherwise)
        both = all(number is not None and 0 <= number <= ALL for number in pair)
        if not sound or not (both or (words and pair == (None, None))):
            mending.lost(Loss("It does not say which position rests on what.", "reliance", where))
            continue
        key = (one.person, one.position, one.claim)
        found[key] = replace(one, words=words, at=mending.at(one.at, where))
    return list(found.values())
