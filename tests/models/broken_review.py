"""Ways to break the constraints of what moderators work with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests import factories

NOW = "2026-11-25T12:00Z"


def _held(r: Any, **fields: object) -> None:
    r.set(factories.HeldFactory.create(), **fields)


def _twice(make: Callable[[], object]) -> None:
    make()
    make()


REVIEW: dict[str, list[Callable[[Any], object]]] = {
    "held_why": [lambda r: _held(r, why="luck")],
    "held_state": [lambda r: _held(r, state="lost", decided_at=NOW)],
    "held_decided_at": [
        lambda r: _held(r, decided_at=NOW),
        lambda r: _held(r, state="refused"),
    ],
    "heldpoint_place_once": [
        lambda r: factories.HeldPointFactory.create(held=factories.HeldFactory.create())
    ],
    "heldpoint_parent": [
        lambda r: factories.HeldPointFactory.create(parent=None),
        lambda r: factories.HeldPointFactory.create(parent=r.position, kind="crux"),
    ],
    "heldpoint_body_length": [
        lambda r: factories.HeldPointFactory.create(body=""),
        lambda r: factories.HeldPointFactory.create(body="x" * 10_001),
    ],
    "firststatement_state": [lambda r: factories.FirstStatementFactory.create(state="lost")],
    "precautions_one_row": [lambda r: factories.PrecautionsFactory.create(id=2)],
    "precautions_whose": [
        lambda r: factories.PrecautionsFactory.create(holds_links="mine"),
        lambda r: factories.PrecautionsFactory.create(repeats="mine"),
    ],
    "precautions_first_at_most": [
        lambda r: factories.PrecautionsFactory.create(holds_first=51),
        lambda r: factories.PrecautionsFactory.create(looks_first=51),
    ],
    "watchedword_does": [lambda r: factories.WatchedWordFactory.create(does="laugh")],
    "watchedword_words_length": [lambda r: factories.WatchedWordFactory.create(words="")],
    "reasontemplate_name_length": [lambda r: factories.ReasonTemplateFactory.create(name="")],
    "reasontemplate_text_length": [lambda r: factories.ReasonTemplateFactory.create(text="")],
    "personnote_text_length": [
        lambda r: factories.PersonNoteFactory.create(text=""),
        lambda r: factories.PersonNoteFactory.create(text="x" * 1001),
    ],
    "savedfilter_name_once": [
        lambda r: _twice(lambda: factories.SavedFilterFactory.create(owner=r.bob, name="Mine"))
    ],
    "savedfilter_name_length": [lambda r: factories.SavedFilterFactory.create(name="")],
}
