"""Rows of the table of rights about proposals."""

from __future__ import annotations

from typing import Any

from tests.rights.table import (
    ACCEPT,
    ANSWER,
    NO,
    OWN_PROPOSAL,
    PROPOSE,
    READ,
    TAKE_PART,
    Row,
)

PROPOSAL = (("pk", "proposal"),)
PROPOSED = (("pk", "proposed"),)
WISH = {"kind": "crux", "name": "A", "body": "B", "reason": "So."}


def _wish(place: Any, who: Any) -> dict[str, Any]:
    return {**WISH, "generated_by": "model"} if who.is_bot else WISH


def _withdrawn(place: Any, who: Any) -> dict[str, Any]:
    return {"generated_by": "model"} if who.is_bot else {}


PROPOSALS = [
    Row("debate:proposal-list", "GET", READ),
    Row("debate:proposal-detail", "GET", READ, at=PROPOSAL),
    Row("api:proposal-list", "GET", READ),
    Row("api:proposal-detail", "GET", READ, at=PROPOSAL),
    Row("debate:proposal-create", "GET", TAKE_PART),
    Row("debate:proposal-create", "POST", PROPOSE, lambda place, who: WISH, signed_out=NO),
    Row("debate:proposal-accept", "POST", ACCEPT, lambda p, who: {"reason": "So."}, PROPOSAL),
    Row("debate:proposal-refuse", "POST", ANSWER, lambda p, who: {"reason": "So."}, PROPOSAL),
    Row("debate:proposal-withdraw", "POST", OWN_PROPOSAL, at=PROPOSED),
    Row("api:proposal-create", "POST", PROPOSE, _wish),
    Row("api:proposal-accept", "PUT", ACCEPT, lambda p, who: {"reason": "So."}, PROPOSAL),
    Row("api:proposal-refuse", "PUT", ANSWER, lambda p, who: {"reason": "So."}, PROPOSAL),
    Row("api:proposal-withdraw", "DELETE", OWN_PROPOSAL, _withdrawn, PROPOSED),
]
