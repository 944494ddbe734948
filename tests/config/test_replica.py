"""Reading from a replica: a real one where it matters, else the same database without the right
to write, which refuses what a replica refuses."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import dj_database_url
import psycopg
import pytest
from django.db import connection, connections, transaction
from django.test import Client
from pytest_django import Settings

from accounts import actions as accounts
from accounts import freshness
from accounts.models import User
from config.database import addresses, base, replica
from debate.models import Debate
from tests import factories, standby, streams
from tests.replicas import reading_from

pytestmark = pytest.mark.django_db(transaction=True)
POSITION = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"


def here() -> base.DatabaseWrapper:
    found = connections["default"]
    assert isinstance(found, base.DatabaseWrapper)
    return found


@pytest.fixture
def copied(settings: Settings) -> Iterator[replica.Replica]:
    """A replica that is never behind."""
    the_same = dict(connections["default"].settings_dict)
    with reading_from(the_same, settings, is_watched=False) as known:
        yield known


def begin(position: int = 0) -> None:
    here().may_read_behind = True
    here().read_behind(position)


# ---- what is known of it
def known(most: float = 10) -> replica.Replica:
    address = addresses.replica(dict(connections["default"].settings_dict), connections=4)
    made = replica.Replica(address, most)
    made._watch = lambda: None  # type: ignore[method-assign]  # nobody looks but the test
    return made


def test_a_replica_that_nobody_has_looked_at_is_not_read_from() -> None:
    assert not known().has(0)


def test_a_replica_is_read_from_by_whoever_wrote_no_more_than_it_has() -> None:
    there, now = known(), time.monotonic()
    there.wrote(now, 100)
    there.reached(now, 100)
    assert there.has(0) and there.has(100)
    assert not there.has(101)


def test_a_replica_that_is_too_far_behind_is_not_read_from() -> None:
    there, now = known(most=10), time.monotonic()
    there.wrote(now - 11, 100)
    there.wrote(now - 9, 110)
    there.reached(now, 109)
    assert not there.has(0)
    there.reached(now, 110)
    assert there.has(0)


def test_a_replica_that_is_looked_at_no_more_is_not_read_from() -> None:
    there, now = known(), time.monotonic()
    there.wrote(now - 3, 100)
    there.reached(now - 3, 100)
    assert not there.has(0)


def test_while_the_primary_is_away_the_replica_is_read_from_for_as_long_as_it_may_lag() -> None:
    there, now = known(most=5), time.monotonic()
    there.wrote(now - 4, 100)
    there.reached(now, 100)
    assert there.has(0)
    there.fresh_at = now - 6
    there.reached(now, 100)
    assert not there.has(0)


def test_a_server_that_is_a_replica_no_more_is_left_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Promoted:
        def ask(self, question: str) -> int | None:
            return 100 if question == replica.WRITTEN else None

    there, now = known(), time.monotonic()
    there.wrote(now, 100)
    there.reached(now, 100)
    there._look(Promoted(), Promoted())  # type: ignore[arg-type]  # only asked
    assert not there.has(0)
    assert "it is no replica any more" in caplog.text


# ---- what a connection does
def test_a_write_goes_to_the_primary_and_so_does_what_follows(
    copied: replica.Replica, alice: User
) -> None:
    begin()
    assert here().is_behind
    assert User.objects.filter(pk=alice.pk).exists()
    assert here().is_behind
    User.objects.filter(pk=alice.pk).update(name="Alicia")
    assert not here().is_behind and here().has_written
    alice.refresh_from_db()
    assert alice.name == "Alicia"


def test_a_transaction_begins_at_the_primary(copied: replica.Replica, alice: User) -> None:
    begin()
    with transaction.atomic():
        assert not here().is_behind
        User.objects.select_for_update().get(pk=alice.pk)


def test_in_a_transaction_nobody_goes_to_the_replica(copied: replica.Replica) -> None:
    with transaction.atomic():
        begin()
        assert not here().is_behind


def test_what_is_read_in_pieces_is_read_at_the_primary(
    copied: replica.Replica, alice: User
) -> None:
    begin()
    assert [one.pk for one in User.objects.iterator(chunk_size=1)] == [alice.pk]
    assert not here().is_behind


def test_a_fault_of_the_query_is_told_as_ever(copied: replica.Replica) -> None:
    begin()
    with pytest.raises(Exception, match="no_such_table"), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such_table")


def test_a_replica_that_dies_between_two_queries_is_not_noticed(
    copied: replica.Replica, alice: User
) -> None:
    begin()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
        with psycopg.connect(**_params(), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        cursor.execute("SELECT count(*) FROM accounts_user")
        assert cursor.fetchone() == (1,)
    assert not here().is_behind
    begin()
    assert not here().is_behind, "it is left alone until it is looked at again"


def test_a_replica_that_is_away_is_not_noticed(settings: Settings, alice: User) -> None:
    nowhere = dict(connections["default"].settings_dict, HOST="127.0.0.1", PORT="9", OPTIONS={})
    with reading_from(nowhere, settings, is_watched=False) as known:
        known.pool.timeout = 0.2
        begin()
        assert User.objects.filter(pk=alice.pk).exists()
        begun = time.monotonic()
        begin()
        assert User.objects.filter(pk=alice.pk).exists()
        assert time.monotonic() - begun < 0.5, "who comes next does not wait"


def _params() -> dict[str, Any]:
    params = connections["default"].get_connection_params()
    return {name: one for name, one in params.items() if name not in replica.NOT_FOR_LOOKING}


# ---- which requests
@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether requests, one after the other, read from the replica."""
    found: list[bool] = []
    plain = base.DatabaseWrapper.read_at_primary

    def noted(self: base.DatabaseWrapper) -> None:
        if self.may_read_behind or self.is_behind:
            found.append(self.is_behind)
        plain(self)

    monkeypatch.setattr(base.DatabaseWrapper, "read_at_primary", noted)
    return found


def session(client: Client, person: User) -> Client:
    client.cookies["sessionid"] = streams.session_of(person)
    return client


def test_a_visitor_reads_from_the_replica(
    copied: replica.Replica, debate: Debate, asked: list[bool]
) -> None:
    assert Client().get(f"/d/{debate.slug}/").status_code == 200
    assert Client().get(f"/api/v1/debates/{debate.slug}/").status_code == 200
    assert asked == [True, True]


@pytest.mark.parametrize(
    "headers",
    [{"HX-Request": "true"}, {"Cache-Control": "no-cache"}, {"Cache-Control": "max-age=0"}],
)
def test_who_asks_for_the_newest_reads_from_the_primary(
    copied: replica.Replica, debate: Debate, asked: list[bool], headers: dict[str, str]
) -> None:
    assert Client(headers=headers).get(f"/d/{debate.slug}/").status_code == 200
    assert not any(asked)


def test_events_are_read_from_the_primary(
    copied: replica.Replica, debate: Debate, asked: list[bool]
) -> None:
    for path in ("changes/?after=0", "rows/?list=1", "live/"):
        assert Client().get(f"/d/{debate.slug}/{path}").status_code in (200, 204)
    assert Client().get("/api/v1/events/").status_code in (200, 401)
    assert not any(asked)


def test_a_member_reads_from_the_replica_once_it_has_their_writes(
    copied: replica.Replica, debate: Debate, charlie: User, asked: list[bool]
) -> None:
    client = session(Client(), charlie)
    client.get("/about/")
    assert asked == [True]
    freshness.wrote([charlie.pk])
    charlie.refresh_from_db()
    assert charlie.last_write
    copied.replayed = charlie.last_write - 1
    client.get("/about/")
    copied.replayed = charlie.last_write
    client.get("/about/")
    assert [one for one in asked if one] == [True, True]
    assert len(asked) == 3 and asked[1] is False


def test_a_token_reads_from_the_replica_once_it_has_the_writes_of_its_account(
    copied: replica.Replica, debate: Debate, alice: User, asked: list[bool]
) -> None:
    key = accounts.create_token(alice, by=alice, name="t", scopes=["read", "write"])[1]
    client = Client(headers={"Authorization": f"Bearer {key}"})
    at = f"/api/v1/debates/{debate.slug}/"
    assert client.get(at).status_code == 200
    assert asked.pop()
    with connection.cursor() as cursor:
        cursor.execute(POSITION)
        [copied.replayed] = cursor.fetchone()
    his = debate.statements.get(name="Keep four weeks")
    sent = {"kind": "remark", "body": "So it is written."}
    answer = client.post(f"/api/v1/statements/{his.pk}/replies/", sent, "application/json")
    assert answer.status_code == 201, answer.content
    assert client.get(at).status_code == 200
    assert not any(asked)


def test_a_browser_that_wrote_has_a_cookie_and_reads_from_the_primary(
    copied: replica.Replica, debate: Debate, asked: list[bool]
) -> None:
    client = Client()
    client.post("/accounts/language/", {"language": "de"})
    assert client.cookies["fresh"]["max-age"] == 11
    client.get(f"/d/{debate.slug}/")
    assert not any(asked)


def test_a_session_that_has_ended_is_refused_at_once(
    settings: Settings, debate: Debate, charlie: User
) -> None:
    client = session(Client(), charlie)
    assert client.get("/inbox/").status_code == 200
    client.cookies["sessionid"] = "0" * 32
    assert client.get("/inbox/").status_code == 302


# ---- a real replica, behind
@pytest.fixture
def behind(server: str, settings: Settings) -> Iterator[Callable[[str], None]]:
    """A real replica of the tests' server; call to pause or to go on."""
    name = connections["default"].settings_dict["NAME"]
    with contextlib.ExitStack() as stack:
        try:
            dsn = stack.enter_context(standby.standby(server))
        except Exception as error:
            if "DATABASE_URL" not in os.environ:
                raise
            pytest.skip(str(error))  # somebody else's server, which lets nobody copy it
        at = {**dj_database_url.parse(dsn), "NAME": name}
        steering = stack.enter_context(psycopg.connect(dsn, autocommit=True))
        stack.enter_context(reading_from(at, settings))
        standby.caught_up(server, dsn)

        def say(what: str) -> None:
            steering.execute(f"SELECT pg_wal_replay_{what}()")
            if what == "resume":
                standby.caught_up(server, dsn)

        yield say
        say("resume")


def until(is_so: Callable[[], bool], within: float = 8) -> None:
    end = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_nobody_misses_what_they_wrote_while_the_replica_is_behind(
    debate: Debate,
    charlie: User,
    bob: User,
    behind: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "config")
    writer, reader = session(Client(), charlie), session(Client(), bob)
    at = f"/d/{debate.slug}/"
    visitor = Client()
    until(lambda: replica.here().has(0))
    behind("pause")
    his = debate.statements.get(name="Keep four weeks")
    sent = {"kind": "remark", "body": "Written while it is behind."}
    answer = writer.post(f"/s/{his.pk}/reply/", sent)
    assert answer.status_code == 302, answer.content
    assert b"Written while it is behind." in writer.get(at).content
    writer.cookies.pop("fresh")
    assert b"Written while it is behind." in writer.get(at).content, "on another device too"
    pk = debate.statements.latest("pk").pk
    assert b"Written while it is behind." not in visitor.get(at).content
    assert b"Written while it is behind." not in reader.get(at).content
    assert visitor.get(f"/s/{pk}/").status_code == 200, "what is named is found"
    assert b"Written while" in visitor.get(at, headers={"cache-control": "no-cache"}).content
    new = factories.DebateFactory.create(starter=bob)
    assert visitor.get(f"/d/{new.slug}/").status_code == 200, "what is new is found"
    behind("resume")
    charlie.refresh_from_db()
    until(lambda: replica.here().has(charlie.last_write or 0))
    assert b"Written while it is behind." in visitor.get(at).content
    assert b"Written while it is behind." in writer.get(at).content
    assert not [one for one in caplog.records if "instead of the replica" in one.message]
