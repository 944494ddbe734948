"""Ways to break the constraints of proposals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from tests import factories


def _proposal(r: Any, **fields: object) -> None:
    r.set(factories.ProposalFactory.create(debate=r.debate), **fields)


def _retype(r: Any, **fields: object) -> None:
    shape = {"kind": "retype", "statement": r.objection, "becomes": "remark", "revision": 1}
    words = {"name": "", "body": "", "body_html": ""}
    made = factories.ProposalFactory.create(debate=r.debate, **shape, **words)
    r.set(made, **fields)


def _again(r: Any) -> None:
    for _ in "ab":
        factories.ProposalFactory.create(debate=r.debate, digest="d")


PROPOSALS: dict[str, list[Callable[[Any], object]]] = {
    "proposal_open_once": [_again],
    "proposal_state": [lambda r: _proposal(r, state="lost", decided_at=timezone.now())],
    "proposal_generated_by": [lambda r: _proposal(r, generated_by="magic")],
    "proposal_kind": [
        lambda r: _proposal(r, kind="wish"),
        lambda r: _proposal(r, becomes="remark"),
        lambda r: _retype(r, becomes=""),
        lambda r: _retype(r, becomes="crux"),
        lambda r: _retype(r, to=r.position),
        lambda r: _retype(r, kind="split"),
        lambda r: _retype(r, kind="link"),
        lambda r: _retype(r, kind="link", to=r.position),
        lambda r: _retype(r, kind="duplicate", to=r.position),
    ],
    "proposal_words_of_cruxes": [
        lambda r: _proposal(r, body=""),
        lambda r: _proposal(r, revision=1),
        lambda r: _retype(r, name="Named"),
        lambda r: _retype(r, revision=0),
    ],
    "proposal_on_for_objections": [
        lambda r: _retype(r, becomes="objection"),
        lambda r: _retype(r, on="truth"),
    ],
    "proposal_of_two": [lambda r: _retype(r, kind="duplicate", to=r.objection, becomes="")],
    "proposal_decided_with_reason": [
        lambda r: _proposal(r, state="refused", decided_at=timezone.now()),
        lambda r: _proposal(
            r, state="accepted", decided_at=timezone.now(), decided_by=r.bob, decision=""
        ),
        lambda r: _proposal(r, decision="So."),
    ],
    "proposal_decided_at": [
        lambda r: _proposal(r, state="withdrawn"),
        lambda r: _proposal(r, decided_at=timezone.now()),
    ],
    "proposal_made_if_accepted": [lambda r: _proposal(r, made=r.crux)],
    "proposal_reason_length": [lambda r: _proposal(r, reason="")],
    "proposal_body_length": [lambda r: _proposal(r, body="x" * 10_001)],
}
OF_COLUMNS = {
    "proposal_decision_length": "the column is varchar(500)",
    "proposal_name_length": "the column is varchar(60)",
}
