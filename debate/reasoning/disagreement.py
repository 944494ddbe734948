"""What a debate agrees and disagrees about, as JSON: sides, groups, common ground, cruxes, points.

Claims and people are told by their names, and every share with what it is a share of. No share
is given of fewer than three people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from debate.reasoning import agreements, asking, cruxes, groups, sides
from debate.reasoning.files import marked
from debate.reasoning.files.conversations import Conversation
from debate.reasoning.graph import Bools, Floats, Graph, Ints, Marks
from debate.reasoning.groups import Groups
from debate.reasoning.influence import gradient
from debate.reasoning.proportions import wilson
from debate.reasoning.standing import Standing, stand
from debate.reasoning.strength import Network, bearing, network, strengths, weights
from debate.reasoning.tally import Counts, by_group, by_side

FEW = 3
MOST = 100
"""How many claims of a kind are told of a debate, the first ones first."""
ASKED = 300
"""How many there are to ask about."""
DOTS = 60
"""How many people of a group are shown in the plane."""


def told(
    graph: Graph, standing: Standing, flow: Network, w: Floats, s: Floats, found: Groups
) -> dict[str, Any]:
    """Everything about a debate that has to do with who agrees with whom."""
    parted, positions = sides.sides(graph), sides.first(graph).tolist()
    steep = np.zeros(graph.size)
    for at in positions:
        steep = np.maximum(steep, np.nan_to_num(np.abs(gradient(flow, w, s, at))))
    computed = {at: cruxes.computed(graph, standing, flow, w, s, at) for at in positions}
    return {
        "sides": _sides(graph),
        "groups": {
            **found.told(),
            "people": int(groups.enough(graph.marks).sum()),
            "sizes": {str(found.numbers[g]): int((found.of == g).sum()) for g in range(found.k)},
            "dots": _dots(found),
            "representative": _representative(graph.marks, found),
        },
        **_common_ground(graph, parted, found),
        "cruxes": {
            **_declared(graph),
            "computed": _computed(graph, computed),
            "ranked_by": cruxes.ranked_by(graph),
        },
        "next": _next(graph, computed, found),
        "open": _open(graph, s, steep),
        "minds": _minds(graph),
    }


def told_marked(data: Mapping[str, Any]) -> dict[str, Any]:
    """The cruxes of a marks graph (see `files.marked`), the best first, named as it names them."""
    graph = marked.read(data)
    standing = stand(graph)
    flow, w = network(graph, standing), weights(graph)
    at = int(graph.positions[0])
    found = cruxes.computed(graph, standing, flow, w, strengths(flow, w), at)
    given = {str(name): name for name in data["claims"]}
    return {
        "cruxes": [
            {**_crux(graph, one), "claim": given[graph.claims[one.claim]]} for one in found
        ],
        "ranked_by": cruxes.ranked_by(graph),
    }


def told_conversation(
    conversation: Conversation, k: int | None = None, *, resamples: int = groups.RESAMPLES
) -> dict[str, Any]:
    """Groups of a conversation's people and its common ground, all comments, the best first.

    Without k there are groups only where they are stable; else all people count as one.
    """
    marks = conversation.marks
    found = groups.find(marks, k=k, hidden=conversation.hidden, resamples=resamples)
    if not found.k or (k is None and resamples and not found.stable):
        found = found.dissolved()
    of = found.of if found.k else np.zeros_like(found.of)
    counts = by_group(marks, of, max(found.k, 1))
    one = agreements.shared(counts, _sizes(found, len(marks.people)))
    order = np.argsort(-one.consensus, kind="stable")
    told = found.told()
    return {
        "groups": told.pop("of"),
        **told,
        "common_ground": [
            {
                "comment": marks.claims[claim],
                **_ground(one, int(claim)),
                "taken_out": bool(conversation.hidden[claim]),
                "groups": _per_group(found, counts, int(claim)),
            }
            for claim in order
        ],
        "representative": _representative(marks, found, conversation.hidden),
    }


def share(agree: int, n: int) -> dict[str, Any]:
    """A share of people with its 80 % interval; without numbers of 100 where they are too few."""
    if n < FEW:
        return {"share": None, "agree": agree, "n": n, "low": None, "high": None}
    low, high = (float(end) for end in wilson(agree, n))
    return {"share": agree / n, "agree": agree, "n": n, "low": low, "high": high}


def _sides(graph: Graph) -> dict[str, dict[str, int]]:
    about = {at: sides.about(graph, at) for at in sides.first(graph).tolist()}
    return {
        graph.claims[at]: {"for": int(ours.sum()), "against": int(theirs.sum())}
        for at, (ours, theirs) in about.items()
    }


def _representative(
    marks: Marks, found: Groups, hidden: Bools | None = None
) -> dict[str, list[dict[str, Any]]]:
    """What marks out each group: the share of it that agrees, or disagrees where it says so."""
    counts = by_group(marks, found.of, found.k)
    if hidden is not None:
        counts = Counts(*(np.where(hidden, 0, table) for table in counts))
    made = agreements.representative(counts)
    return {
        str(number): [_marking_out(marks, one) for one in of_group]
        for number, of_group in zip(found.numbers, made, strict=True)
    }


def _marking_out(marks: Marks, one: agreements.Representative) -> dict[str, Any]:
    told = share(one.marked, one.seen)
    others = share(one.marked_elsewhere, one.seen_elsewhere)
    return {
        "claim": marks.claims[one.claim],
        "agrees": one.agrees,
        "elsewhere": others["share"],
        "count_elsewhere": others["agree"],
        "n_elsewhere": others["n"],
        "count": told.pop("agree"),
        **told,
    }


def _dots(found: Groups) -> dict[str, list[list[float]]]:
    """Where people of each group stand in the plane, 60 at most; nobody can tell who is who."""
    if not found.stable:
        return {}
    dots = {}
    for group, number in enumerate(found.numbers):
        points = found.plane.points[found.of == group]
        shown = points[:: max(1, -(-len(points) // DOTS))]
        dots[str(number)] = sorted([round(float(x), 2), round(float(y), 2)] for x, y in shown)
    return dots


def _common_ground(graph: Graph, parted: list[sides.Side], found: Groups) -> dict[str, Any]:
    """Claims to which somebody of each group, or side, agrees; those that all hold come first.

    `held` says how many these are.
    """
    if found.stable:
        counts, sizes = by_group(graph.marks, found.of, found.k), _sizes(found, 0)
        names: list[dict[str, Any]] = [{"group": number} for number in found.numbers]
    else:
        counts = by_side(graph.marks, [side.people for side in parted])
        sizes = np.array([side.people.sum() for side in parted], dtype=np.int64)
        names = [{"position": graph.claims[one.position], "holds": one.holds} for one in parted]
    one = agreements.shared(counts, sizes)
    touched = np.flatnonzero((counts.agree > 0).all(axis=0) & (len(sizes) > 1))
    order = sorted(touched, key=lambda c: (not one.held[c], -one.at_least[c], -one.consensus[c]))
    told = [
        {
            "claim": graph.claims[claim],
            **_ground(one, int(claim)),
            "sides": [
                {**name, **share(int(agree), int(seen))}
                for name, agree, seen in zip(
                    names, counts.agree[:, claim], counts.seen[:, claim], strict=True
                )
            ],
        }
        for claim in order[:MOST]
    ]
    return {"common_ground": told, "held": int(one.held[touched].sum())}


def _ground(one: agreements.Shared, claim: int) -> dict[str, Any]:
    return {
        "consensus": float(one.consensus[claim]),
        "at_least": float(one.at_least[claim]),
        "held_by_all": bool(one.held[claim]),
    }


def _sizes(found: Groups, everybody: int) -> Ints:
    return np.bincount(found.of[found.of >= 0]) if found.k else np.array([everybody])


def _per_group(found: Groups, counts: Counts, claim: int) -> dict[str, dict[str, int]]:
    return {
        str(number): {
            "agree": int(counts.agree[group, claim]),
            "disagree": int(counts.disagree[group, claim]),
            "n": int(counts.seen[group, claim]),
        }
        for group, number in enumerate(found.numbers)
    }


def _declared(graph: Graph) -> dict[str, list[dict[str, Any]]]:
    made: dict[str, list[dict[str, Any]]] = {"double": [], "relied": []}
    for one in cruxes.declared(graph):
        made["double" if one.double else "relied"].append(
            {
                "claim": graph.claims[one.claim],
                "people": [graph.marks.people[person] for person in one.people],
                "positions": [graph.claims[position] for position in one.positions],
            }
        )
    return made


def _computed(graph: Graph, found: Mapping[int, list[cruxes.Crux]]) -> list[dict[str, Any]]:
    """The cruxes of all positions that are kept or worth asking about."""
    return [
        {"position": graph.claims[at], **_crux(graph, one)}
        for at, of_position in found.items()
        for one in of_position[:MOST]
        if one.kept or one.ask
    ]


def _crux(graph: Graph, one: cruxes.Crux) -> dict[str, Any]:
    return {
        "claim": graph.claims[one.claim],
        "score": one.score,
        "rank": one.rank,
        "swing": one.swing,
        "low": one.low,
        "high": one.high,
        "influence": one.influence,
        "information": one.information,
        "flips": one.flips,
        "kept": one.kept,
        "ask": one.ask,
        "n": sum(one.marked),
        "sides": [share(*pair) for pair in zip(one.agree, one.marked, strict=True)],
    }


def _next(
    graph: Graph, computed: Mapping[int, list[cruxes.Crux]], found: Groups
) -> list[dict[str, Any]]:
    """What to ask somebody of whom nothing is known, the most telling first."""
    at = max(computed, key=lambda one: len(computed[one]), default=None)
    parting = None
    if at is not None and computed[at]:
        parting = cruxes.part(graph.marks, sides.about(graph, at))
    scores: dict[int, float] = {}
    for one in (one for of_position in computed.values() for one in of_position if one.kept):
        scores[one.claim] = max(scores.get(one.claim, 0.0), one.score)
    worth = asking.worth(graph.marks, parting, scores)
    of_anybody = asking.worth(graph.marks, None, scores)
    polis = asking.priority(graph.marks, found.plane.extremity)
    return [
        {
            "claim": graph.claims[c],
            "worth": float(worth[c]),
            "priority": float(polis[c]),
            "of_anybody": float(of_anybody[c]),
            "rates": None if parting is None else parting.rates[:, c].tolist(),
            "sure": 0.0 if parting is None else float(parting.sure[c]),
        }
        for c in np.argsort(-worth, kind="stable")[:ASKED]
    ]


def _open(graph: Graph, s: Floats, steep: Floats) -> list[dict[str, Any]]:
    """The open points, the most pressing first. Whose they are is for who shows them to say.

    steep (claims,): how far, at most, a position moves with each claim.
    """
    value = asking.pressing(graph, s, bearing(graph), steep)
    return [
        {"point": graph.points.names[point], "value": float(value[point])}
        for point in np.argsort(-value, kind="stable")
    ]


def _minds(graph: Graph) -> list[dict[str, Any]]:
    """The claims that changed people's minds, by how many."""
    changed = np.flatnonzero(graph.minds > 0)
    return [
        {"claim": graph.claims[claim], "people": int(graph.minds[claim])}
        for claim in changed[np.argsort(-graph.minds[changed], kind="stable")]
    ]
