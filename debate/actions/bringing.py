"""What an import shows before it is written, and writing it: a new debate, or one anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from debate import rules
from debate.actions import debates, outlines, taking, topics, updating
from debate.formats.bounds import NOT_TEXT
from debate.formats.outline import Header, Loss, Outline, Point, Problem, Reading
from debate.models import Debate, Topic
from debate.models.debates import QUESTION_MAX, SLUG_MAX, Visibility
from debate.models.topics import slug_of

LOSSES_SHOWN, PROBLEMS_SHOWN, TREE_SHOWN, EXCERPT = 2_000, 500, 300, 160


@dataclass(slots=True)
class Done:
    """What was written: how much, and the accounts of speakers by what their source calls them."""

    counts: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)


# ---- what is shown
def preview(reading: Reading) -> dict[str, Any]:
    """What a person looks over, as JSON: counts, the tree, problems and losses."""
    outline = reading.outline
    points = list(outline.points)
    return {
        "question": outline.header.question,
        "counts": {
            "points": len(points),
            "people": len(list(outline.people)),
            "turns": len(list(outline.turns)),
            "quotations": sum(point.quote is not None for point in points),
            "marks": len(list(outline.marks)),
            "reliances": len(list(outline.reliances)),
            "links": len(list(outline.links)),
        },
        "kinds": dict(Counter(point.kind for point in points)),
        "tree": _tree(points, outline),
        "problems": [_problem(one) for one in reading.problems[:PROBLEMS_SHOWN]],
        "own": dict(reading.preview),
        **told(reading),
    }


def storable(told: Any) -> Any:
    """JSON as the database can keep it: without characters that are no text."""
    if isinstance(told, str):
        return NOT_TEXT.sub("", told)
    if isinstance(told, dict):
        return {storable(key): storable(value) for key, value in told.items()}
    return [storable(one) for one in told] if isinstance(told, list | tuple) else told


def told(reading: Reading) -> dict[str, Any]:
    """The loss report as JSON: the first of what is lost, and how much in all."""
    return {
        "losses": [loss(one) for one in reading.losses[:LOSSES_SHOWN]],
        "loss_count": len(reading.losses),
    }


def loss(one: Loss) -> dict[str, Any]:
    """One loss as JSON; `why` is to be translated and filled with `told`."""
    return {
        "what": one.what,
        "where": one.where,
        "why": one.why,
        "told": dict(one.told),
        "candidates": list(one.candidates),
    }


def _problem(one: Problem) -> dict[str, Any]:
    return {
        "key": one.key,
        "line": one.line,
        "proposal": one.proposal,
        "candidates": list(one.candidates),
    }


def _tree(points: list[Point], outline: Outline) -> list[dict[str, Any]]:
    names = {one.key: one.name for one in outline.people}
    depths: dict[str, int] = {}
    rows: list[dict[str, Any]] = []
    for point in points:
        depths[point.key] = depths[point.parent] + 1 if point.parent else 0
        if len(rows) < TREE_SHOWN:
            rows.append(
                {
                    "key": point.key,
                    "depth": depths[point.key],
                    "kind": point.kind,
                    "on": point.on,
                    "name": point.name,
                    "author": names.get(point.person, ""),
                    "words": _excerpt(point.body),
                    "quote": _excerpt(point.quote.exact) if point.quote else "",
                    "gone": point.gone,
                    "line": point.line,
                }
            )
    return rows


def _excerpt(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= EXCERPT else f"{flat[: EXCERPT - 1].rstrip()}…"


# ---- writing
def bring(
    reading: Reading,
    *,
    by: User,
    into: Debate | None,
    people: Mapping[str, int],
    question: str,
    visibility: str,
    whole: bool,
    keeps_slug: bool = False,
    source: str = "",
) -> tuple[Debate, Done]:
    """Write a fitted reading as a new debate, or bring `into` up to date with it.

    `people` are accounts of speakers by what their source calls them. What is lost on the way is
    told in the reading. `keeps_slug`: the file's own address is taken where it is free. `source`
    says where it comes from, if the file does not.
    """
    done = Done()
    outline = reading.outline
    if into is not None:
        updates = updating.update(into, reading, by=by, people=people, now=timezone.now())
        done.counts, done.people = dict(updates.counts), updates.people
        return into, done
    fields = _fields(outline.header, by, question, visibility, reading)
    fields["source"] = fields["source"] or source[:300]
    fields["slug"] = _slug(outline.header, fields, keeps_slug=keeps_slug)
    debate, accounts = taking.take(outline, by=by, fields=fields, now=timezone.now(), whole=whole)
    done.people = {
        updating.source_of(one): accounts[one.key] for one in outline.people if one.key in accounts
    }
    done.counts = {"new": len(list(outline.points)), "marks": len(list(outline.marks))}
    return debate, done


def _fields(
    header: Header, by: User, question: str, visibility: str, reading: Reading
) -> dict[str, Any]:
    asked = " ".join(question.split())[:QUESTION_MAX] or header.question
    source = header.source
    if header.licence and header.licence not in source:
        source = ", ".join(filter(None, (source, header.licence)))[:300]
    return {
        "question": asked,
        "background": header.background,
        "background_html": outlines.html(header.background),
        "terms": [list(pair) for pair in header.terms],
        "topics": _topics(header, by, visibility, reading),
        "state": header.state,
        "outcome": header.outcome,
        "outcome_html": outlines.html(header.outcome),
        "bots": header.bots,
        "source": source,
        "visibility": visibility,
    }


def _topics(header: Header, by: User, visibility: str, reading: Reading) -> list[str]:
    """The topics there are, and those that this person may bring in."""
    names = [name for name in header.topics if slug_of(name)]
    there = set(Topic.objects.filter(slug__in=map(slug_of, names)).values_list("slug", flat=True))
    may_make = visibility == Visibility.PUBLIC and rules.may_make_topics(by)
    kept = [name for name in names if may_make or slug_of(name) in there]
    for name in header.topics:
        if name not in kept:
            reading.losses.append(Loss("There is no such topic here.", "debate", name))
    return topics.known(kept) if kept else []


def _slug(header: Header, fields: Mapping[str, Any], *, keeps_slug: bool) -> str:
    """A free address: of public debates from the question, else one that nobody can guess."""
    own = slugify(header.slug)[:SLUG_MAX]
    if keeps_slug and own and not Debate.objects.filter(slug=own).exists():
        return own
    return debates.free_slug(fields["question"], fields["visibility"])
