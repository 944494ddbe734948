"""Taking in debates, and giving them out as they came: our own JSON loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.models import User
from debate.actions import leaving, taking
from debate.formats import crux
from debate.formats.fitting import fit
from debate.formats.outline import Loss, Options
from debate.models import Debate, Event, Link, Statement
from debate.selectors import downloads, outlines
from tests import factories
from tests.actions.test_walk import Walk
from tests.oracle import check_all

pytestmark = pytest.mark.django_db


@contextmanager
def undone() -> Iterator[None]:
    """What is done in here leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def exported(debate: Debate) -> bytes:
    fresh = Debate.objects.get(pk=debate.pk)
    losses: list[Loss] = []
    made = b"".join(downloads.chunks(crux.write(outlines.outline(fresh), losses.append)))
    assert losses == []
    return made


def taken_in(data: bytes) -> Debate:
    losses: list[Loss] = []
    reading = crux.read(data, Options())
    fitted = fit(reading, Options(), datetime.now(UTC))
    losses = fitted.losses
    assert losses == []
    header = fitted.outline.header
    by = factories.UserFactory.create(username="carrier")
    fields = {
        "slug": header.slug,
        "question": header.question,
        "background": header.background,
        "terms": [list(pair) for pair in header.terms],
        "topics": list(header.topics),
        "state": header.state,
        "outcome": header.outcome,
        "bots": header.bots,
        "source": header.source,
    }
    now = datetime.now(UTC)
    debate, _ = taking.take(fitted.outline, by=by, fields=fields, now=now, whole=True)
    return debate


def test_the_seed_comes_out_as_it_went_in() -> None:
    with undone():
        call_command("seed", verbosity=0)
        first = exported(Debate.objects.get())
    assert not Statement.objects.exists()
    debate = taken_in(first)
    assert exported(debate).decode() == first.decode()
    assert debate.statement_count == 36
    assert {one.status for one in debate.statements.all()} >= {"open", "granted", "answered"}
    assert debate.statements.filter(crux_state="settled").count() == 2


@pytest.mark.parametrize("seed", range(6))
def test_what_people_did_at_random_comes_out_as_it_went_in(seed: int) -> None:
    with undone():
        first = exported(wandered(seed))
    again = taken_in(first)
    assert exported(again).decode() == first.decode()
    check_all(again)
    assert Event.objects.filter(debate=again).count() == again.event_count


def test_what_was_split_off_is_still_known_as_such() -> None:
    with undone():
        claim = factories.SupportFactory.create()
        part = factories.SupportFactory.create(debate=claim.debate, parent=claim.parent)
        Link.objects.create(statement=part, to=claim, kind="part")
        first = exported(claim.debate)
    again = taken_in(first)
    link = Link.objects.get(statement__debate=again)
    assert (link.kind, link.statement.label, link.to.label) == ("part", "S2", "S1")
    assert exported(again) == first


def wandered(seed: int, many: int = 200) -> Debate:
    """A debate in which five people did something at random; one of them has left."""
    people = [factories.UserFactory.create(name=f"Person {n}") for n in range(3)]
    bot = factories.BotFactory.create(owner=people[0])
    moderator: User = factories.UserFactory.create(is_staff=True)
    debate: Debate = factories.DebateFactory.create(starter=people[0])
    factories.PositionFactory.create(debate=debate, author=people[0])
    factories.PositionFactory.create(debate=debate, author=people[1])
    factories.CruxFactory.create(debate=debate, author=people[2])
    Walk(seed, debate, [*people, bot], moderator).run(many)
    if seed % 2:
        leaving.leave(by=people[1], withdraw=seed % 4 == 1)
        leaving.finish(people[1].pk, withdraw=seed % 4 == 1)
    return debate
