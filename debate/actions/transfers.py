"""Taking in a debate that was held elsewhere: here, an exchange that somebody has read closely.

`debate/management/data/exchange.toml` shows the shape of the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Kind as AccountKind
from accounts.models import User
from debate.actions import (
    events,
    marks,
    quotations,
    reliances,
    speakers,
    statements,
    statuses,
    topics,
)
from debate.actions.quotations import Words
from debate.formats.outline import Person
from debate.models import Debate, Statement, Turn
from debate.models.events import EventKind
from debate.models.statements import CruxState, Kind
from debate.text import markdown

Row = Mapping[str, Any]


def load_exchange(data: Row) -> tuple[Debate, bool]:
    """Load an exchange unless it is there; returns the debate and whether it was new.

    Everything or nothing. Raises ValidationError where a quotation is not in what it answers, and
    ValueError where a crux does not come out in the state that the data give it.
    """
    slug = data["debate"]["slug"]
    with transaction.atomic():
        known = Debate.objects.filter(slug=slug).first()
        return (known, False) if known else (_Loading(data).run(), True)


class _Loading:
    """One run: the rows made so far, by the names they have in the data."""

    def __init__(self, data: Row) -> None:
        self.data = data
        self.people: dict[str, User] = {}
        self.turns: dict[int, Turn] = {}
        self.said: dict[str, Statement] = {}

    def run(self) -> Debate:
        self.importer = _account(self.data["importer"])
        self.people = {row["id"]: _account(row) for row in self.data["speakers"]}
        self.debate = self._start()
        for row in self.data["turns"]:
            self.turns[row["number"]] = self._turn(row)
        for row in self.data["positions"]:
            self._say(row, kind=Kind.POSITION, name=row["name"])
        for row in self.data["statements"]:
            self._answer(row)
        for row in self.data["marks"]:
            self._mark(row)
        for row in self.data["cruxes"]:
            self._put_forward(row)
        events.save_counters(self.debate)
        return self.debate

    def _start(self) -> Debate:
        given = self.data["debate"]
        begun = _when(self.data["turns"][0])
        debate = Debate.objects.create(
            slug=given["slug"],
            question=given["question"],
            background=given["background"].strip(),
            background_html=markdown.render(given["background"].strip()),
            terms=[[one["term"], one["meaning"]] for one in given["terms"]],
            topics=topics.known(given["topics"]),
            source=given["source"],
            starter=self.importer,
            created_at=begun,
        )
        events.record(debate, EventKind.DEBATE_STARTED, by=self.importer, data={"imported": True})
        return debate

    def _turn(self, row: Row) -> Turn:
        author = self.people[row["author"]]
        return statements.open_turn(self.debate, by=author, created_at=_when(row))

    def _answer(self, row: Row) -> None:
        parent = self.said[row["answers"]]
        words = row.get("quote")
        quotation = quotations.quote(parent, Words(words)) if words else None
        ordinal = int(row["id"].removeprefix("S"))
        self._say(
            row,
            kind=row["kind"],
            on=row["on"],
            parent=parent,
            quotation=quotation,
            ordinal=ordinal,
        )
        statuses.refresh(self.debate, parent.pk)

    def _say(self, row: Row, **fields: Any) -> None:
        turn = self.turns[row["turn"]]
        statement = statements.publish(
            self.debate,
            turn=turn,
            author=turn.author,
            body=row["body"].strip(),
            created_at=turn.created_at,
            source={"turn": row["turn"], "paragraphs": row["paragraphs"]},
            **fields,
        )
        self.said[row["id"]] = statement
        self._published(statement)

    def _published(self, statement: Statement) -> None:
        events.record(
            self.debate, EventKind.STATEMENT_PUBLISHED, by=statement.author, statement=statement
        )

    def _mark(self, row: Row) -> None:
        statement = self.said[row["on"]]
        words = row["quote"]
        marks.put(
            self.debate,
            statement,
            by=self.people[row["by"]],
            truth=row["truth"],
            bears=row["bears"],
            quotation=quotations.quote(statement, Words(words)) if words else None,
            source=_source(row, self.said),
        )
        statuses.refresh(self.debate, statement.pk)

    def _put_forward(self, row: Row) -> None:
        crux = statements.publish(
            self.debate,
            author=self.importer,
            kind=Kind.CRUX,
            name=row["name"],
            body=row["claim"].strip(),
            crux_state=CruxState.LIVE,
            created_at=self.debate.last_turn_at,
            source={"raised_in": row["raised_in"], "met_in": row.get("met_in", {})},
        )
        self.said[row["id"]] = crux
        self._published(crux)
        for speaker, truth in row["stances"].items():
            person = self.people[speaker]
            marks.put(self.debate, crux, by=person, truth=truth, source={"read_from_text": True})
        for given in row["reliances"]:
            position = self.said[given["position"]]
            person = self.people[given["by"]]
            reliances.put(self.debate, position, by=person, claim=crux, words=given["otherwise"])
        statuses.refresh(self.debate, crux.pk)
        crux.refresh_from_db(fields=["crux_state"])
        if crux.crux_state != row["state"]:
            raise ValueError(f"{row['id']} comes out {crux.crux_state}, not {row['state']}.")


def _account(row: Row) -> User:
    """The imported account of this name, else a new one; nobody can log in to it.

    Where somebody has the name, the new one is called otherwise.
    """
    username = row["username"]
    known = User.objects.filter(username=username, kind=AccountKind.IMPORTED).first()
    return known or speakers.made([Person(username, row["name"], username)])[username]


def _source(row: Row, said: Mapping[str, Statement]) -> dict[str, Any]:
    source: dict[str, Any] = {"read_from_text": True, "paragraph": row["paragraph"]}
    if row["through"]:
        source["through"] = said[row["through"]].pk
    return source


def _when(row: Row) -> datetime:
    return datetime.fromisoformat(row["when"])
