"""Every view of a debate of any size: its queries, its weight, its time beside a small one."""

from __future__ import annotations

import gzip
import statistics
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.models import Debate
from debate.selectors.orders import ORDERS
from debate.web import kept
from tests.prove.conftest import Noted

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

SHAPES = {
    "100": {"statements": 100, "depth": 30, "width": 25},
    "300": {"statements": 300, "depth": 30, "width": 25},
    "10,000": {"statements": 10_000, "depth": 300},
    "5,000 wide": {"statements": 10_000, "depth": 300, "width": 5_000},
}
ROUNDS = 25
QUERIES = 15
TIMES = 1.5
WEIGHT = 100_000  # bytes, compressed


def views(debate: Debate) -> dict[str, str]:
    """The addresses of each view, also of places deep inside and far on."""
    at = f"/d/{debate.slug}/"
    said = debate.statements
    widest = said.order_by("-reply_count", "pk")[0]
    deepest = said.order_by("-depth", "pk")[0]
    middle = said.filter(depth=5).order_by("pk")[said.filter(depth=5).count() // 2]
    reply = widest.replies.order_by("pk")[widest.reply_count // 2]
    orders = {f"Thread {name}": f"{at}?sort={name}" for name in ORDERS if name != "oldest"}
    return {
        "Thread": at,
        **orders,
        "Thread, continued": f"{at}?after={reply.pk}",
        "Thread, filtered": f"{at}?bots=hide",
        "Thread, objections": f"{at}?kind=objection",
        "Thread, only open": f"{at}?status=open",
        "Thread at a deep statement": f"{at}?at={deepest.pk}",
        "Exchange": f"{at}exchange/",
        "Exchange, half-way": f"{at}exchange/?from={debate.turn_count // 2}",
        "Statement": f"/s/{middle.pk}/",
        "Statement, answered most": f"/s/{widest.pk}/",
        "Statement, deepest": f"/s/{deepest.pk}/",
        "Open points": f"{at}open/",
        "Open points, questions": f"{at}open/?kind=question",
        "Open points, objections": f"{at}open/?kind=objection",
        "Open points, others": f"{at}open/?awaits=others",
        "History": f"{at}history/",
        "History, marks": f"{at}history/?kind=mark.set",
    }


FULL = {
    "Thread, continued": "Thread",
    "Thread at a deep statement": "Thread",
    "Statement": "Thread",
    "Statement, deepest": "Thread",
    "Open points, questions": "Open points",
    "Open points, objections": "Open points",
}
"""Of places deep inside, and of what is narrowed, the small debate has less than fills a page."""
NARROWED = {"Thread, objections", "Thread, only open"}
"""What fills a page in a debate of 300: each of 30 statements, with the one that it answers."""


def busy() -> float:
    """Milliseconds that this thread and its PostgreSQL have worked: waiting for others is none."""
    with connection.cursor() as cursor:
        backend = cursor.connection.info.backend_pid
    in_database = int(Path(f"/proc/{backend}/schedstat").read_text().split()[0])
    return time.thread_time() * 1000 + in_database / 1_000_000


class Cost:
    """What a page takes, drawn anew each time: queries, milliseconds of work, compressed bytes."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address
        self.spent: list[float] = []
        self.open()
        kept._pages.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        self.queries = len(queries)
        assert answer.status_code == 200, address
        self.weight = len(gzip.compress(answer.content, 6))

    def open(self) -> None:
        """Open it once more, with nothing kept."""
        kept._pages.clear()
        begun = busy()
        self.client.get(self.address)
        self.spent.append(busy() - begun)

    @property
    def ms(self) -> float:
        """The median."""
        return statistics.median(self.spent)


@pytest.fixture
def debates(transactional_db: None) -> dict[str, Debate]:
    """Committed and swept up after, as in a database that is in use."""
    for number, shape in enumerate(SHAPES.values()):
        call_command("fill", slug=f"filled-{number}", verbosity=0, **shape)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {name: Debate.objects.get(slug=f"filled-{n}") for n, name in enumerate(SHAPES)}


def test_a_view_costs_the_same_at_any_size(
    debates: dict[str, Debate], alice: User, note: Noted
) -> None:
    wrong: list[str] = []
    starter = debates["100"].starter  # one person has begun them all
    for who, person in {"visitor": None, "member": alice, "starter": starter}.items():
        client = Client()
        if person:
            client.force_login(person)
        wrong += compare(debates, client, who, note)
    assert wrong == []


def compare(debates: dict[str, Debate], client: Client, who: str, note: Noted) -> list[str]:
    """Hold each view against that of a small debate, or of FULL; says what is wrong."""
    costs = {
        name: {view: Cost(client, at) for view, at in views(debate).items()}
        for name, debate in debates.items()
    }
    small, middling = costs.pop("100"), costs.pop("300")
    small |= {view: middling[view] for view in NARROWED}
    ratios: dict[tuple[str, str], float] = {}
    for view in small:
        beside = small[FULL.get(view, view)]
        beside.spent.clear()
        for _ in range(ROUNDS):  # in turns, so that all have the same machine
            for one in (beside, *(of[view] for of in costs.values())):
                one.open()
        for name, of in costs.items():
            one, ratio = of[view], of[view].ms / beside.ms
            ratios[view, name] = ratio
            told = f"{one.queries:3} queries {one.ms:6.1f} ms {one.weight:7} bytes"
            print(f"{who:8} {view:28} {name:10} {told} {beside.ms:.1f} x{ratio:.2f}")
    every = [one for of in costs.values() for one in of.values()]
    queries, weight = max(one.queries for one in every), max(one.weight for one in every)
    slowest = max(ratios, key=lambda key: ratios[key])
    note(
        f"views of 10,000 statements, 300 deep, and 5,000 wide, for a {who}",
        f"{len(small)} addresses, each drawn anew: at most {queries} queries, "
        f"{max(one.ms for one in every):.0f} ms, {weight // 1000} kB compressed; "
        f"beside 100 statements {statistics.median(ratios.values()):.2f} times in the median, "
        f"{ratios[slowest]:.2f} at most ({', '.join(slowest)})",
    )
    return [
        *[f"{who}: {queries} queries"] * (queries > QUERIES),
        *[f"{who}: {weight} bytes"] * (weight >= WEIGHT),
        *(f"{who}, {view}, {name}: {r:.2f}" for (view, name), r in ratios.items() if r > TIMES),
    ]
