"""What all tests share: a database server of their own, and the cast."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dj_database_url
import pytest
from django.db import connection, connections

from accounts.models import User
from config import postgres
from debate.models import Debate, Statement
from debate.selectors import precautions
from tests import factories


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Give the address of the tests' server: DATABASE_URL's, else one of our own."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
    else:
        with postgres.testing().running() as dsn:
            yield dsn


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    server: str, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Point Django at the tests' server before the test database is made there."""
    address: dict[str, Any] = {**dj_database_url.parse(server)}
    given = connections["default"].settings_dict
    options = {**given.get("OPTIONS", {}), **address.pop("OPTIONS", {})}
    options.pop("pool", None)  # a test's connection is its own
    given.update(address, OPTIONS=options)


@pytest.fixture
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    """Another connection to the database."""
    with ThreadPoolExecutor(1) as pool:
        yield pool
        pool.submit(connections.close_all).result()


# ---- the cast: alice and bob (members), charlie (a stranger), mara (moderator), rob (bob's bot)
@pytest.fixture
def alice(db: None) -> User:
    return factories.UserFactory.create(username="alice", name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return factories.UserFactory.create(username="bob", name="Bob")


@pytest.fixture
def charlie(db: None) -> User:
    return factories.UserFactory.create(username="charlie", name="Charlie")


@pytest.fixture
def mara(db: None) -> User:
    return factories.UserFactory.create(username="mara", name="Mara", is_staff=True)


@pytest.fixture
def rob(bob: User) -> User:
    return factories.BotFactory.create(username="rob", name="Rob", owner=bob)


@pytest.fixture
def debate(alice: User, bob: User) -> Debate:
    """Alice holds one position, Bob the other."""
    debate = factories.DebateFactory.create(starter=alice)
    factories.PositionFactory.create(debate=debate, author=alice, name="Lend until asked back")
    factories.PositionFactory.create(debate=debate, author=bob, name="Keep four weeks")
    debate.refresh_from_db()
    return debate


@pytest.fixture
def claim(debate: Debate, alice: User) -> Statement:
    """A support by Alice under her position, to answer and to mark."""
    parent = debate.statements.get(name="Lend until asked back")
    return factories.SupportFactory.create(parent=parent, author=alice)


@pytest.fixture
def hers(debate: Debate) -> Statement:
    """Alice's position."""
    return debate.statements.get(name="Lend until asked back")


@pytest.fixture
def his(debate: Debate) -> Statement:
    """Bob's position."""
    return debate.statements.get(name="Keep four weeks")


@pytest.fixture
def crux(debate: Debate, charlie: User) -> Statement:
    """A crux that Charlie, who holds no position, has put forward."""
    return factories.CruxFactory.create(debate=debate, author=charlie)


@pytest.fixture
def twin(crux: Statement) -> Statement:
    """Another crux by Charlie, which says the same."""
    return factories.CruxFactory.create(debate=crux.debate, author=crux.author, name="The same")


@pytest.fixture
def nina(db: None) -> User:
    """Somebody who is new here."""
    return factories.UserFactory.create(username="nina", name="Nina", standing="new")


@pytest.fixture(autouse=True)
def no_jobs_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Remove the jobs of a test that commits, for nobody else empties the tables of the queue."""
    marker = request.node.get_closest_marker("django_db")
    named = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not named and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture(autouse=True)
def nothing_known_before() -> Iterator[None]:
    """Forget what a test has set in the admin: a process keeps it for some seconds."""
    yield
    precautions.forget()
