"""A machine that acts and undoes at random, after which all is undone and must be as before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from accounts.models import User
from debate.actions import (
    cruxes,
    drafts,
    marks,
    moderation,
    reliances,
    statements,
    structure,
    suspensions,
)
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, Link, ModerationAct, Report, Statement
from debate.models.links import ARGUING
from debate.models.statements import ROOTS, Kind, On
from tests import factories
from tests.actions.dumps import dump

PLACE = st.integers(0, 999)
KINDS = st.sampled_from([kind.value for kind in Kind if kind not in ROOTS])
ONS = st.sampled_from(["", *On.values])
WHY: dict[str, Any] = {"reason": "So."}


def world(debate: Debate, people: list[User]) -> Debate:
    """A debate with marks, quotations, cruxes, reliances, links, reports and drafts in it."""
    one, two, three = people
    position, other = debate.statements.order_by("pk")
    said: list[Statement] = []
    for number, parent in enumerate((position, position, other, other)):
        body = f"First claim {number}. Second claim {number}.\n\n- Third **claim** {number}."
        kind, on = ("support", "") if number % 2 else ("objection", "truth")
        said.append(statements.reply(parent, by=people[number % 3], kind=kind, on=on, body=body))
    for number, parent in enumerate(list(said)):
        quote = Words(f"Second claim {number}.")
        by = people[(number + 1) % 3]
        asked = statements.reply(parent, by=by, kind="question", body="Why so? How?", quote=quote)
        statements.reply(asked, by=parent.author, kind="answer", body="For this. And for that.")
        said.append(statements.reply(asked, by=three, kind="remark", body="Beside it. Truly."))
        marks.mark(parent, by=three, truth="agree", bears="no", quote=Words("Third claim"))
        marks.mark(parent, by=by, truth="disagree")
    statements.reply(said[0], by=three, kind="concession", body="Granted. In part.")
    statements.edit(said[1], by=two, body="Said anew. And more of it.", revision=1)
    crux = cruxes.put_forward(debate, by=three, name="It turns", body="It turns on this. Or that.")
    for person in (one, two):
        marks.mark(crux, by=person, truth="agree")
    reliances.rely(position, by=one, claim=crux, words="I would think again.")
    factories.LinkFactory.create(statement=said[3], to=position, kind="support")
    factories.LinkFactory.create(statement=said[6], to=said[4], kind="duplicate")
    for person in (one, two):
        moderation.report(said[2], by=person, reason="spam")
    drafts.keep(said[0], by=two, key="d", wording=drafts.Wording("remark", "", "To come."))
    return debate


class Acting(RuleBasedStateMachine):
    """Acts on `debate` as `moderator`; counts in `done` what was done, refused and undone."""

    debate: Debate
    moderator: User
    done: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.before = dump(self.debate)

    def one(self, place: int) -> Statement:
        found = list(Statement.objects.filter(debate=self.debate).order_by("pk"))
        return found[place % len(found)]

    def tried(self, name: str, do: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                do()
            self.done[name] += 1
        except (PermissionDenied, ValidationError, Conflict):
            self.done["refused"] += 1

    @rule(place=PLACE, kind=KINDS, on=ONS)
    def retype(self, place: int, kind: str, on: str) -> None:
        one, on = self.one(place), on if kind == "objection" else ""
        self.tried(
            "retype", lambda: structure.retype(one, kind=kind, on=on, by=self.moderator, **WHY)
        )

    @rule(place=PLACE, to=PLACE)
    def move(self, place: int, to: int) -> None:
        one, other = self.one(place), self.one(to)
        self.tried("move", lambda: structure.move(one, to=other, by=self.moderator, **WHY))

    @rule(place=PLACE, to=PLACE, kind=st.sampled_from(ARGUING), on=ONS)
    def link(self, place: int, to: int, kind: str, on: str) -> None:
        one, other = self.one(place), self.one(to)
        on = on if kind == "objection" else ""
        said: dict[str, Any] = {"to": other, "kind": kind, "on": on, "by": self.moderator, **WHY}
        self.tried("link", lambda: structure.link(one, **said))

    @rule(place=PLACE, into=PLACE)
    def merge(self, place: int, into: int) -> None:
        one, other = self.one(place), self.one(into)
        self.tried("merge", lambda: structure.merge(one, into=other, by=self.moderator, **WHY))

    @rule(place=PLACE)
    def unlink(self, place: int) -> None:
        found = list(Link.objects.filter(statement__debate=self.debate).order_by("pk"))
        if found:
            link = found[place % len(found)]
            self.tried("unlink", lambda: structure.unlink(link, by=self.moderator, **WHY))

    @rule(place=PLACE, kind=KINDS, last=st.booleans())
    def split(self, place: int, kind: str, last: bool) -> None:
        one = self.one(place)
        sentences = [part for part in one.body.replace("\n", " ").split(". ") if part]
        exact = sentences[-1 if last else 0].strip("- *").replace("*", "")
        said: dict[str, Any] = {"exact": exact, "kind": kind, "by": self.moderator, **WHY}
        self.tried("split", lambda: structure.split(one, **said))

    @rule(place=PLACE, whole=st.booleans())
    def lock(self, place: int, whole: bool) -> None:
        one = None if whole else self.one(place)
        self.tried(
            "lock", lambda: structure.lock(self.debate, statement=one, by=self.moderator, **WHY)
        )

    @rule(place=PLACE)
    def hide(self, place: int) -> None:
        one = self.one(place)
        do = moderation.restore if one.hidden_at else moderation.hide
        self.tried("hide", lambda: do(one, by=self.moderator, **WHY))

    @rule(place=PLACE)
    def dismiss(self, place: int) -> None:
        found = list(Report.objects.filter(statement__debate=self.debate).order_by("pk"))
        report = found[place % len(found)]
        self.tried("dismiss", lambda: moderation.dismiss(report, by=self.moderator, **WHY))

    @rule()
    def suspend(self) -> None:
        person = User.objects.get(username="charlie")
        do = suspensions.suspend
        self.tried("suspend", lambda: do(self.debate, person, by=self.moderator, **WHY))

    @rule(place=PLACE)
    def undo(self, place: int) -> None:
        found = list(ModerationAct.objects.standing().filter(debate=self.debate).order_by("pk"))
        if found:
            act = found[place % len(found)]
            self.tried("undo", lambda: structure.undo(act, by=self.moderator, **WHY))

    def teardown(self) -> None:
        try:
            for act in ModerationAct.objects.standing().filter(debate=self.debate).order_by("-pk"):
                structure.undo(act, by=self.moderator, **WHY)
                self.done["undone at last"] += 1
            after = dump(self.debate)
            for table, rows in self.before.items():
                assert after[table] == rows, table
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)


def run(debate: Debate, moderator: User, *, examples: int, steps: int) -> Counter[str]:
    """Let the machine run; returns what it did."""
    done: Counter[str] = Counter()
    run_state_machine_as_test(
        type("Acting", (Acting,), {"debate": debate, "moderator": moderator, "done": done}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return done
