"""A long walk of random acts, after which everything stored beside the rows agrees with them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate import grammar
from debate.actions import cruxes, leaving, marks, moderation, reliances, statements
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, Mark, MarkChange, Reliance, Statement
from debate.models.marks import Bears, Truth
from debate.models.statements import Kind, On
from tests import factories
from tests.oracle import check_all

ACTS = 200
REFUSED = (PermissionDenied, ValidationError, Conflict)


class Walk:
    """People who act at random in one debate."""

    def __init__(self, seed: int, debate: Debate, people: list[User], moderator: User) -> None:
        self.dice = random.Random(seed)
        self.debate = debate
        self.people = people
        self.moderator = moderator
        self.done: Counter[str] = Counter()

    def run(self, many: int = ACTS) -> None:
        acts: list[Callable[[], object]] = [
            *[self.reply] * 6,
            *[self.mark] * 5,
            self.undo,
            self.confirm,
            *[self.explain] * 3,
            self.edit,
            self.withdraw,
            self.hide,
            self.restore,
            self.report,
            *[self.rely, self.agree] * 2,
            self.release,
            self.put_forward,
            self.drop,
            self.take_up,
        ]
        for _ in range(many):
            act = self.dice.choice(acts)
            try:
                act()
            except REFUSED:
                self.done["refused"] += 1
            else:
                self.done[act.__name__] += 1

    def any(self) -> Statement:
        ids = list(self.debate.statements.order_by("id").values_list("pk", flat=True))
        return Statement.objects.get(pk=self.dice.choice(ids[-12:] if self.luck() else ids))

    def luck(self) -> bool:
        return self.dice.random() < 0.5

    def somebody(self) -> User:
        return self.dice.choice(self.people)

    def reply(self) -> None:
        parent, person = self.any(), self.somebody()
        kind = self.dice.choice(grammar.what_may_answer(parent, person))
        on = self.dice.choice(On.values) if kind == Kind.OBJECTION else ""
        statements.reply(
            parent, by=person, kind=kind, on=on, body="So it is.", generated_by="program"
        )

    def mark(self) -> None:
        truth = self.dice.choice([*Truth.values, "agree", None])
        bears = self.dice.choice([*Bears.values, None, None])
        quote = Words("So it is.") if self.luck() else None
        whole = self.dice.random() < 0.1
        person, statement = self.somebody(), self.any()
        marks.mark(statement, by=person, truth=truth, bears=bears, quote=quote, whole=whole)

    def placed(self) -> Mark:
        ids = list(Mark.objects.order_by("id").values_list("pk", flat=True))
        if not ids:
            raise ValidationError("Nobody has marked anything yet.")
        return Mark.objects.select_related("statement", "person").get(pk=self.dice.choice(ids))

    def undo(self) -> None:
        mark = self.placed()
        change = self.dice.choice(list(mark.changes.values_list("pk", flat=True))[-2:])
        marks.undo(mark.statement, by=mark.person, change=change)

    def confirm(self) -> None:
        mark = self.placed()
        marks.confirm(mark.statement, by=mark.person)

    def explain(self) -> None:
        mark = self.placed()
        if self.luck():  # or else few have changed sides
            for truth in ("agree", "disagree"):
                marks.mark(mark.statement, by=mark.person, truth=truth)
        marks.explain(mark.statement, by=mark.person, because=self.any().label)

    def edit(self) -> None:
        statement = self.any()
        body = f"{statement.body} Again."
        statements.edit(
            statement,
            by=statement.author,
            body=body,
            revision=statement.revision,
            generated_by="program",
        )

    def withdraw(self) -> None:
        statement = self.any()
        statements.withdraw(statement, by=statement.author, generated_by="program")

    def hide(self) -> None:
        moderation.hide(self.any(), by=self.moderator, reason="Chance.")

    def restore(self) -> None:
        hidden = self.debate.statements.exclude(hidden_at=None).order_by("id").first()
        moderation.restore(hidden or self.any(), by=self.moderator, reason="Chance.")

    def report(self) -> None:
        moderation.report(self.any(), by=self.somebody(), reason="spam")

    def rely(self) -> None:
        claim, number = self.any(), self.dice.choice([None, 20])
        other = None if number is None else self.dice.randint(0, 100)
        reliances.rely(
            self.one_of("position"),
            by=self.somebody(),
            claim=claim,
            words="would change",
            now=number,
            otherwise=other,
        )

    def agree(self) -> None:
        marks.mark(self.one_of("crux"), by=self.somebody(), truth="agree")

    def release(self) -> None:
        known = Reliance.objects.order_by("id").first()
        claim, person = (known.claim, known.person) if known else (self.any(), self.somebody())
        position = known.position if known else self.one_of("position")
        reliances.release(position, by=person, claim=claim)

    def put_forward(self) -> None:
        cruxes.put_forward(
            self.debate, by=self.somebody(), name="So", body="It is.", generated_by="program"
        )

    def drop(self) -> None:
        crux = self.one_of("crux")
        cruxes.drop(crux, by=crux.author, reason="Chance.", generated_by="program")

    def take_up(self) -> None:
        crux = self.one_of("crux")
        cruxes.take_up(crux, by=crux.author, generated_by="program")

    def one_of(self, kind: str) -> Statement:
        return self.dice.choice(list(self.debate.statements.filter(kind=kind).order_by("id")))


@pytest.mark.parametrize("seed", range(8))
def test_after_many_acts_all_that_is_stored_follows_from_the_rows(
    seed: int, debate: Debate, alice: User, bob: User, charlie: User, rob: User, mara: User
) -> None:
    factories.CruxFactory.create(debate=debate, author=charlie)
    walk = Walk(seed, debate, [alice, bob, charlie, rob], mara)
    walk.run()
    acts = "reply mark undo confirm explain edit withdraw hide restore report put_forward"
    assert not set(acts.split()) - walk.done.keys()
    check_all(debate)
    assert debate.statements.count() > 20
    assert MarkChange.objects.exclude(because=None).filter(undone_at=None).exists()
    leaving.leave(by=bob, withdraw=bool(seed % 2))
    leaving.finish(bob.pk, withdraw=bool(seed % 2))
    check_all(debate)
