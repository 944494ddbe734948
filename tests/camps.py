"""Debates whose structure is known, for the pages that say what the structure is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from accounts.models import User
from debate.actions import analysis
from debate.models import Debate, Mark, Statement
from tests import factories

Chance = Callable[[int, str], float]
"""How likely somebody of a camp agrees with the claim of this name."""


@dataclass
class Camps:
    """A debate, and its statements by the names that they have here."""

    debate: Debate
    said: dict[str, Statement]


def two_camps(seed: int = 0) -> Camps:
    """Twenty against twenty; one claim parts them and bears, one is agreed by all."""

    def chance(camp: int, name: str) -> float:
        if name in ("shared", "granted"):
            return 0.97
        return 0.95 if camp == 0 else 0.05

    claims = ["hinge", "shared", "granted", *(f"idle{n}" for n in range(8))]
    return _made([20, 20], claims, chance, bearing={"hinge", "shared"}, seed=seed)


def three_camps(seed: int = 0) -> Camps:
    """Three times sixteen; with one claim a third of each camp agrees, with another all do."""

    def chance(camp: int, name: str) -> float:
        if name == "shared":
            return 0.97
        if name == "minority":
            return 0.33
        return 0.95 if name.startswith(f"camp{camp}") else 0.05

    claims = ["shared", "minority", *(f"camp{c}-{n}" for c in range(3) for n in range(4))]
    return _made([16, 16, 16], claims, chance, bearing={"camp0-0", "shared"}, seed=seed)


def no_camps(seed: int = 0) -> Camps:
    """Forty people who mark by the toss of a coin, whatever they hold."""
    return _made(
        [20, 20], [f"coin{n}" for n in range(14)], lambda *_: 0.5, bearing=set(), seed=seed
    )


def _made(
    sizes: list[int], claims: list[str], chance: Chance, *, bearing: set[str], seed: int
) -> Camps:
    """The debate, worked out. What bears supports the first position; the rest are remarks."""
    rng = np.random.default_rng(seed)
    author = factories.BotFactory.create()
    debate = factories.DebateFactory.create(question="Which way?", slug="camps")
    positions = [
        factories.PositionFactory.create(debate=debate, author=author, name=f"Way {number + 1}")
        for number in range(len(sizes))
    ]
    said = {}
    for name in claims:
        factory = factories.SupportFactory if name in bearing else factories.RemarkFactory
        said[name] = factory.create(parent=positions[0], author=author, body=f"About {name}.")
    people = factories.UserFactory.create_batch(sum(sizes))
    camp_of = np.repeat(np.arange(len(sizes)), sizes)
    marks = []
    for person, camp in zip(people, camp_of.tolist(), strict=True):
        marks.append(_mark(positions[camp], person, agrees=True))
        marks += [
            _mark(said[name], person, agrees=bool(rng.random() < chance(camp, name)))
            for name in claims
        ]
    Mark.objects.bulk_create(marks)
    analysis.refresh(debate.pk)
    debate.refresh_from_db()
    return Camps(debate, {**said, **{one.name: one for one in positions}})


def _mark(statement: Statement, person: User, *, agrees: bool) -> Mark:
    truth = "agree" if agrees else "disagree"
    return Mark(statement=statement, person=person, truth=truth, revision=1)
