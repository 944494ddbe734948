"""The seed debate in the database: what the map says is there, and stands as it says."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from accounts import actions as accounts
from accounts.models import User
from debate.actions import statuses
from debate.models import Debate, Event, Mark, Quotation, Reliance, Statement, Turn
from debate.selectors import sides
from tests import factories

pytestmark = pytest.mark.django_db

OPEN = {"S11", "S13", "S23", "S24", "S26", "S30", "S32", "S33", "S35"}
TABLES = (User, Debate, Turn, Statement, Quotation, Mark, Reliance, Event)


@pytest.fixture
def seed() -> Debate:
    call_command("seed", verbosity=0)
    return Debate.objects.get()


def named(debate: Debate) -> dict[str, Statement]:
    return {statement.label: statement for statement in debate.statements.all()}


def test_everything_of_the_map_is_there(seed: Debate) -> None:
    assert (seed.position_count, seed.statement_count, seed.crux_count) == (2, 36, 5)
    assert seed.turn_count == seed.turns.count() == 4
    assert seed.statements.filter(quotation__isnull=False).count() == 12
    assert Mark.objects.filter(quotation__isnull=False).count() == 1
    assert Mark.objects.exclude(statement__kind="crux").count() == 5
    assert {s.crux_state for s in seed.statements.filter(kind="crux")} == {"live", "settled"}


def test_labels_are_those_of_the_map(seed: Debate) -> None:
    said = named(seed)
    assert {f"S{n}" for n in range(1, 37)} | {"P1", "P2"} | {f"C{n}" for n in range(1, 6)} == set(
        said
    )
    assert said["S36"].parent == said["S10"]
    assert said["S36"].turn == said["S14"].turn
    assert said["S20"].source == {"turn": 3, "paragraphs": [18]}


def test_the_nine_open_points_are_open_and_no_others(seed: Debate) -> None:
    found = {s.label for s in seed.statements.filter(status="open")}
    assert found == OPEN
    assert seed.open_count == 9
    assert sum(seed.statements.filter(parent=None).values_list("open_total", flat=True)) == 9


def test_what_is_granted_is_granted(seed: Debate) -> None:
    said = named(seed)
    granted = {label for label, s in said.items() if s.status == "granted" and s.kind != "crux"}
    assert granted == {"S1", "S6", "S17", "S22"}
    assert said["S16"].status == "granted without bearing"


def test_every_status_is_what_the_facts_say(seed: Debate) -> None:
    for statement in seed.statements.all():
        facts = statuses.facts_of(statement.pk)
        assert statement.status == statuses.status_of(facts), statement.label


def test_two_cruxes_are_double(seed: Debate) -> None:
    said = named(seed)
    assert sides.double_cruxes(seed.pk) == [said["C1"].pk, said["C2"].pk]
    states = {label: s.crux_state for label, s in said.items() if s.kind == "crux"}
    settled = {label for label, state in states.items() if state == "settled"}
    assert settled == {"C4", "C5"}


def test_nobody_can_log_in_as_an_imported_speaker(seed: Debate) -> None:
    speakers = User.objects.filter(kind="imported")
    assert {s.name for s in speakers} >= {"First speaker", "Second speaker"}
    assert not any(speaker.has_usable_password() for speaker in speakers)


def test_nobody_can_take_the_name_of_an_imported_speaker(seed: Debate, alice: User) -> None:
    for name in ("First speaker", "F1rst  Speaker"):
        with pytest.raises(ValidationError, match="looks like another account"):
            accounts.rename(alice, by=alice, username="alice", name=name)


def test_nothing_is_said_in_the_name_of_somebody_who_is_here() -> None:
    for username in ("importer", "first-speaker"):
        factories.UserFactory.create(username=username)
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    speaking = User.objects.filter(statements__debate=debate).distinct()
    assert {one.kind for one in [debate.starter, *speaking]} == {"imported"}
    assert debate.starter.username == "importer-2"
    assert {one.username for one in speaking} >= {"first-speaker-2", "second-speaker"}


def test_loading_twice_changes_nothing(seed: Debate) -> None:
    before = [list(table.objects.order_by("pk").values()) for table in TABLES]
    call_command("seed", verbosity=0)
    assert [list(table.objects.order_by("pk").values()) for table in TABLES] == before
