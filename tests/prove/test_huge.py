"""A debate of 50,000 statements, 500 deep, 5,000 of them under one: its views, acts and export."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from config import warm
from debate import grammar
from debate.actions import analysis, bulk, moving
from debate.actions.bulk import Draft
from debate.formats.registry import WRITTEN
from debate.management.commands import fill
from debate.models import Debate, Statement
from debate.models.statements import DEPTH_MAX, Kind
from debate.web import kept
from tests import factories
from tests.prove.conftest import PROJECT, Noted
from tests.prove.processes import environment
from tests.prove.test_sizes import busy, views

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

STATEMENTS = int(os.environ.get("CRUX_HUGE", "50000"))
WIDE = STATEMENTS // 10
ROUNDS = int(os.environ.get("CRUX_ROUNDS", "20"))
QUERIES, MS, WEIGHT = 30, 500, 500_000  # of a page; bytes
ACT_QUERIES = 45  # with what begins and ends its transactions
DRAWING = 1_000_000  # bytes, of the map: 500 cards at most, each a drawing
MEMORY = 30_000_000  # bytes, of an export
EXPORT = """
import sys, time
from pathlib import Path
import django
django.setup()
from django.test import Client
from debate.formats.registry import WRITTEN
def memory(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(name))
def export(slug, form):
    answer = Client(headers={"host": "localhost"}).get(f"/d/{slug}/downloads/{form}/")
    assert answer.streaming, answer.status_code
    return sum(map(len, answer))
Client(headers={"host": "localhost"}).get("/d/")
for form in WRITTEN:
    Path("/proc/self/clear_refs").write_text("5")  # the highest from here on
    before, begun = memory("VmRSS"), time.perf_counter()
    size = export(sys.argv[1], form)
    print(form, size, memory("VmHWM") - before, time.perf_counter() - begun)
"""
SAID = (Kind.SUPPORT, Kind.QUESTION, Kind.REMARK)


def drafts(people: Sequence[User]) -> list[Draft]:
    """A debate as `fill` makes it, with a claim in it that very many answer."""
    made = fill.drafts(people, STATEMENTS - WIDE, DEPTH_MAX, 7, width=0)
    place, claim = next((n, one) for n, one in enumerate(made) if _is_late_claim(n, one))
    others = [one for one in people if one != claim.author]
    for number in range(WIDE):
        body = f"The {number}th thing to say to it, *briefly*."
        author, kind = others[number % len(others)], SAID[number % len(SAID)]
        when = made[-1].when + fill.BETWEEN
        made.append(Draft(author, kind, body, when, answers=place))
    return made


def _is_late_claim(number: int, one: Draft) -> bool:
    """So that little stands under it beside: no more than 10,000 statements move at once."""
    return number > STATEMENTS // 10 and one.kind == Kind.SUPPORT and one.answers not in (0, 1)


@pytest.fixture
def debate(transactional_db: None) -> Debate:
    """Committed and swept up after, as in a database that is in use, and worked out."""
    with transaction.atomic():
        people = fill.writers()
        made = bulk.publish(fill.start("huge", people[0]), drafts(people))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    analysis.refresh(made.pk)
    return made


@dataclass
class Cost:
    """What an address took: milliseconds of work each time, queries and bytes at most."""

    ms: list[float] = field(default_factory=list)
    queries: int = 0
    weight: int = 0

    @property
    def p95(self) -> float:
        return sorted(self.ms)[math.ceil(0.95 * len(self.ms)) - 1]

    def open(self, client: Client, address: str) -> None:
        """Have the page drawn anew."""
        kept._pages.clear()
        begun = busy()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        self.ms.append(busy() - begun)
        assert answer.status_code == 200, (address, answer.status_code)
        self.queries = max(self.queries, len(queries))
        self.weight = max(self.weight, len(answer.content))


def more_views(debate: Debate) -> dict[str, str]:
    """What else shows a debate or a part of it."""
    at, api = f"/d/{debate.slug}/", f"/api/v1/debates/{debate.slug}/"
    names = ("map", "standing", "cruxes", "common-ground", "people", "downloads", "feed")
    pages = {name: f"{at}{name}/" for name in names}
    pages |= {f"API, {name}": f"{api}{name}" for name in ("", "statements/")}
    return {**pages, "Search": "/search/?q=lend+borrower"}


def test_every_view_of_a_huge_debate_is_quick_and_light(
    debate: Debate, alice: User, note: Noted
) -> None:
    assert debate.statement_count >= STATEMENTS
    assert debate.statements.order_by("-depth")[0].depth == DEPTH_MAX
    assert debate.statements.order_by("-reply_count")[0].reply_count >= WIDE
    every = {**views(debate), **more_views(debate)}
    warm.up()
    costs: dict[tuple[str, str], Cost] = {}
    for who, person in {"visitor": None, "member": alice, "starter": debate.starter}.items():
        client = Client()
        if person:
            client.force_login(person)
        for name, address in every.items():
            one = costs[who, name] = Cost()
            one.open(client, address)  # once for what is loaded with the first
            one.ms.clear()
            for _ in range(ROUNDS):
                one.open(client, address)
            told = f"{one.queries:3} queries {one.p95:6.1f} ms {one.weight:7} bytes"
            print(f"{who:8} {name:28} {told}")
    slowest = max(costs, key=lambda name: costs[name].p95)
    most = max(costs, key=lambda name: costs[name].queries)
    pages = [name for name in costs if name[1] != "map"]
    heaviest = max(pages, key=lambda name: costs[name].weight)
    drawing = max(one.weight for (_, name), one in costs.items() if name == "map")
    note(
        "views of 50,000 statements, 500 deep, 5,000 under one",
        f"{len(every)} addresses for a visitor, a member and its starter, each drawn anew "
        f"{ROUNDS} times: p95 at most {costs[slowest].p95:.0f} ms of work "
        f"({', '.join(slowest)}), {costs[most].queries} queries ({', '.join(most)}) and "
        f"{costs[heaviest].weight // 1000} kB ({', '.join(heaviest)}), "
        f"but for the map of 500 cards: {drawing // 1000} kB",
    )
    wrong = [
        (name, one.p95, one.queries, one.weight)
        for name, one in costs.items()
        if one.p95 > MS or one.queries > QUERIES or one.weight > _weight(name)
    ]
    assert wrong == []


def _weight(name: tuple[str, str]) -> int:
    return DRAWING if name[1] == "map" else WEIGHT


def test_a_huge_debate_can_be_acted_on_and_taken_along(debate: Debate, note: Noted) -> None:
    moderator = factories.UserFactory.create(is_staff=True)
    widest = debate.statements.order_by("-reply_count", "pk")[0]
    deepest = debate.statements.order_by("-depth", "pk")[0]
    line = Statement.objects.get(pk=grammar.ancestor_ids(deepest)[2])
    place = debate.statements.get(name=fill.NAMES[0])
    assert _post(widest, moderator, "move", deepest).status_code == 422, "it would lie too deep"
    acts = {
        f"moving a statement with {_below(widest):,} below": (widest, moderator, "move", place),
        f"moving a line of {_below(line):,}": (line, moderator, "move", place),
        "withdrawing what 5,000 answer": (widest, widest.author, "withdrawal", None),
        "withdrawing the end of the line": (deepest, deepest.author, "withdrawal", None),
    }
    found = {name: _act(*told) for name, told in acts.items()}
    files = _files(debate)
    assert {*files} == {*WRITTEN}
    told = "; ".join(f"{name}: {took:.2f} s, {n} queries" for name, (took, n) in found.items())
    heaviest = max(files.values(), key=lambda one: one[0])
    note(
        "acts in 50,000 statements, and their export",
        f"{told}; {len(files)} formats, at most {heaviest[0] / 1e6:.0f} MB, in at most "
        f"{max(memory for _, memory, _ in files.values()) / 1e6:.1f} MB of memory and "
        f"{max(took for *_, took in files.values()):.0f} s",
    )
    assert all(n <= ACT_QUERIES for _, n in found.values()), found
    assert all(memory < MEMORY for _, memory, _ in files.values()), files


def _below(one: Statement) -> int:
    return moving._under(one).count()


def _post(one: Statement, by: User, act: str, to: Statement | None) -> Any:
    client = Client()
    client.force_login(by)
    sent = {"to": to.label, "reason": "It belongs there."} if to else {}
    return client.post(f"/s/{one.pk}/{act}/", sent)


def _act(one: Statement, by: User, act: str, to: Statement | None) -> tuple[float, int]:
    """Seconds and queries of an act by its page."""
    with CaptureQueriesContext(connection) as queries:
        begun = time.perf_counter()
        answer = _post(one, by, act, to)
        took = time.perf_counter() - begun
    assert answer.status_code == 302, answer.content
    one.refresh_from_db()
    assert one.parent == to if to else one.withdrawn_at
    return took, len(queries)


def _files(debate: Debate) -> dict[str, tuple[int, int, float]]:
    """The debate in every format: its length, how far a process grew meanwhile, and seconds.

    It is a process of its own, since what the tests have used before would be used again.
    """
    command = [sys.executable, "-c", EXPORT, debate.slug]
    more = {"LOG_LEVEL": "ERROR"}
    told = subprocess.run(
        command, cwd=PROJECT, env=environment(more), capture_output=True, text=True, check=True
    )
    found = (line.split() for line in told.stdout.splitlines())
    return {form: (int(size), int(grown), float(took)) for form, size, grown, took in found}
