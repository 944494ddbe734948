"""The command that makes a large debate."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Avg, Max
from django.db.models.functions import Length

from accounts.models import Kind, User
from debate.models import Debate, Statement
from tests import factories

pytestmark = pytest.mark.django_db


def filled(**options: Any) -> Debate:
    """The debate that the command makes with these options."""
    options.setdefault("slug", "filled")
    call_command("fill", stdout=StringIO(), **options)
    return Debate.objects.get(slug=options["slug"])


def words(debate: Debate) -> list[tuple[Any, ...]]:
    fields = ("ordinal", "kind", "on", "body", "author__username", "depth", "status", "created_at")
    return list(debate.statements.order_by("pk").values_list(*fields))


def test_it_makes_two_positions_and_so_many_statements() -> None:
    debate = filled(statements=200, depth=40)
    assert (debate.statement_count, debate.position_count) == (200, 2)
    assert debate.statements.count() == 202
    holders = debate.statements.filter(kind="position").values_list("author__kind", flat=True)
    assert set(holders) == {"person"}


def test_its_longest_line_goes_down_to_the_depth_asked_for() -> None:
    debate = filled(statements=700, depth=300)
    assert debate.statements.aggregate(deepest=Max("depth"))["deepest"] == 300
    assert filled(statements=100, slug="small").statements.aggregate(n=Max("depth"))["n"] == 50


def test_it_has_wide_places_too() -> None:
    debate = filled(statements=200, depth=10)
    assert debate.statements.aggregate(widest=Max("reply_count"))["widest"] >= 10


def test_the_same_numbers_make_the_same_debate_and_another_seed_another() -> None:
    first = words(filled(statements=80))
    assert words(filled(statements=80, slug="again")) == first
    assert words(filled(statements=80, slug="other", seed=8)) != first


def test_bodies_are_as_long_as_people_write_them() -> None:
    mean = filled(statements=200).statements.aggregate(mean=Avg(Length("body")))["mean"]
    assert 330 < mean < 420


def test_nobody_can_log_in_as_one_of_its_writers() -> None:
    filled(statements=200)
    authors = User.objects.filter(username__startswith="writer-")
    assert authors.count() == 50
    assert not any(author.has_usable_password() for author in authors)


def test_a_second_debate_has_the_same_writers() -> None:
    filled(statements=20)
    filled(statements=20, slug="again")
    assert User.objects.count() == 50


@pytest.mark.parametrize(
    "given",
    [{"email": ""}, {"password": None}, {"kind": Kind.IMPORTED, "email": "", "password": None}],
)
def test_nothing_is_written_in_the_name_of_somebody_who_is_called_as_a_writer(
    given: dict[str, Any],
) -> None:
    factories.UserFactory.create(username="writer-07", **given)
    with pytest.raises(CommandError, match="writer-07 is somebody's"):
        filled(statements=20)
    assert not Debate.objects.exists()


def test_an_address_that_is_taken_is_refused() -> None:
    filled(statements=20)
    with pytest.raises(CommandError, match="There is a debate at /d/filled/ already"):
        filled(statements=20)
    assert Statement.objects.count() == 22


@pytest.mark.parametrize("sizes", [{"statements": 1}, {"depth": 0}, {"depth": 501}])
def test_sizes_that_cannot_be_are_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(CommandError):
        filled(**sizes)
    assert not Debate.objects.exists()
