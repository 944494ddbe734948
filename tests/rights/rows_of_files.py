"""Rows of the table of rights about bringing debates in and taking them out."""

from __future__ import annotations

from typing import Any

from tests.rights.table import OWNER, PERSONS, READ, SIGNED_IN, Row

IMPORT = {
    "format": "exchange",
    "text": "Ann: So it is.\n\nBob: No.",
    "question": "Is it so?",
    "visibility": "unlisted",
}
CHOSEN = {"question": "Is it so?", "visibility": "unlisted"}
OWN: tuple[tuple[str, Any], ...] = (("pk", "own import"),)

FILES = [
    Row("debate:import-create", "GET", PERSONS, within=False),
    Row("debate:import-create", "POST", PERSONS, lambda place, who: IMPORT, within=False),
    *(
        Row(f"debate:import-{verb}", method, OWNER, lambda p, w: CHOSEN, OWN, within=False)
        for verb, method in (
            ("detail", "GET"),
            ("change", "POST"),
            ("confirm", "POST"),
            ("discard", "POST"),
        )
    ),
    Row("debate:download-detail", "GET", READ, at=(("form", "exchange"),)),
    Row("debate:loss-list", "GET", READ, at=(("form", "markdown"),)),
    Row("api:download-list", "GET", READ),
    Row("api:download-detail", "GET", READ, at=(("form", "exchange"),)),
    Row("api:loss-list", "GET", READ, at=(("form", "markdown"),)),
    Row("api:import-list", "GET", SIGNED_IN, within=False),
    Row("api:import-create", "POST", PERSONS, lambda place, who: IMPORT, within=False),
    Row("api:import-detail", "GET", OWNER, at=OWN, within=False),
    Row("api:import-change", "PATCH", OWNER, lambda place, who: CHOSEN, OWN, within=False),
    Row("api:import-discard", "DELETE", OWNER, at=OWN, within=False),
    Row("api:import-confirm", "PUT", OWNER, at=OWN, within=False),
]
