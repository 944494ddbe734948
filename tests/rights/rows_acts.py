"""The rows about acts on how statements hang together, undoing them, and appeals."""

from __future__ import annotations

from typing import Any

from tests.rights.table import CONCERNED, DECIDE, LOOK_AFTER, READ, Row

STRUCTURE = ("retype", "split", "move", "link", "merge", "lock")
ACT, JUDGED, BOND = (("pk", "act"),), (("pk", "judged"),), (("pk", "bond"),)


def _acts_on(verb: str, name: str) -> Any:
    """What an act on the claim takes; pages call the other statement by its label."""

    def sent(place: Any, who: Any) -> dict[str, Any]:
        crux, twin = (getattr(one, name) for one in (place.crux, place.act.statement))
        into = "to" if name == "label" else "into"
        further: dict[str, dict[str, Any]] = {
            "retype": {"kind": "remark"},
            "split": {"exact": "again.", "kind": "remark"},
            "move": {"to": crux},
            "link": {"to": crux, "kind": "support"},
            "merge": {into: twin},
        }
        return {"reason": "So.", **further.get(verb, {})}

    return sent


ACTS = [
    Row("debate:structure-detail", "GET", LOOK_AFTER),
    *(
        Row(f"debate:statement-{verb}", method, LOOK_AFTER, _acts_on(verb, "label"))
        for verb in STRUCTURE
        for method in ("GET", "POST")
    ),
    *(
        Row(f"debate:{name}", method, LOOK_AFTER, lambda p, who: {"reason": "So."}, at)
        for name, at in (("link-remove", BOND), ("debate-lock", ()), ("act-undo", ACT))
        for method in ("GET", "POST")
    ),
    Row("debate:act-detail", "GET", READ, at=ACT),
    Row("debate:act-appeal", "POST", CONCERNED, lambda p, who: {"text": "No."}, ACT),
    Row("debate:appeal-decide", "POST", DECIDE, lambda p, who: {"reason": "So."}, JUDGED),
    *(
        Row(f"api:statement-{verb}", "POST", LOOK_AFTER, _acts_on(verb, "pk"))
        for verb in STRUCTURE
    ),
    *(
        Row(f"api:{name}", "POST", LOOK_AFTER, lambda p, who: {"reason": "So."}, at)
        for name, at in (("link-remove", BOND), ("debate-lock", ()), ("act-undo", ACT))
    ),
    Row("api:act-detail", "GET", READ, at=ACT),
    Row("api:link-list", "GET", READ),
    Row("api:act-appeal", "POST", CONCERNED, lambda p, who: {"text": "No."}, ACT),
    Row(
        "api:appeal-decide",
        "POST",
        DECIDE,
        lambda p, who: {"decision": "uphold", "reason": "So."},
        JUDGED,
    ),
]
