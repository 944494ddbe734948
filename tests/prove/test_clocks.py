"""A site whose clock is wrong: what ends at a time ends by it, and nothing else depends on it.

The clock of the web process alone is wrong, by libfaketime (Debian: `faketime`); PostgreSQL's is
right. Waiting inside a process goes by the monotonic clock, which is left alone.
"""

from __future__ import annotations

import http.client
import json
import os
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone

from accounts import actions
from accounts.models import ApiToken, User
from debate.models import Debate, Event, Statement
from tests import factories
from tests.prove import ledger
from tests.prove.conftest import Noted
from tests.prove.processes import web
from tests.streams import Site

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
pytestmark = [
    pytest.mark.prove,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not LIBRARY.exists(), reason="needs libfaketime"),
]

SECONDS = float(os.environ.get("CRUX_SKEWED", "10"))
SKEWS = ("+1h", "-1h", "+365d", "-365d")
MOST = 120  # requests a minute by one token
ENDED = {
    "+0": [200, 200, 401, 403, 200],
    "-10": [200, 200, 401, 403, 200],
    "+1h": [401, 200, 401, 200, 200],
    "-1h": [200, 200, 401, 403, 200],
    "+365d": [401, 401, 401, 200, 200],
    "-365d": [200, 200, 200, 403, 403],
}
"""By the clock, what one gets with a token that ends in half an hour, in two hours, and that ended
two hours ago; and who is suspended for half an hour, and was until two hours ago."""
ONE_O_CLOCK = datetime(2026, 10, 25, 1, tzinfo=UTC)  # it becomes two again, in Berlin


def faked(clock: Path) -> dict[str, str]:
    """What a process is told whose clock is read from a file."""
    return {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DISABLE_SHM": "1",
    }


def ask(site: Site, key: str, method: str, path: str, sent: object = None) -> int:
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    line.request(method, f"/api/v1/{path}", json.dumps(sent) if sent else None, headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status


def ends_in(person: User, hours: float) -> str:
    """The key of a token that ends then, by the right clock."""
    token, key = actions.create_token(person, by=person, name="p", scopes=["read", "write"])
    ends = timezone.now() + timedelta(hours=hours)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=ends)
    return key


def suspended_for(hours: float) -> str:
    """The key of somebody whose suspension ends then, by the right clock."""
    [(person, key)] = ledger.people(1)
    ends = timezone.now() + timedelta(hours=hours)
    by = factories.UserFactory.create(is_staff=True)
    factories.SuspensionFactory.create(debate=None, person=person, suspended_by=by, until=ends)
    User.objects.filter(pk=person.pk).update(is_suspended=True, suspended_until=ends)
    return key


def test_a_wrong_clock_changes_neither_order_nor_rights_but_for_what_ends(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    [claim] = ledger.debates(1)
    [(person, _)] = ledger.people(1)
    soon, late, over = ends_in(person, 0.5), ends_in(person, 2), ends_in(person, -2)
    held, freed = suspended_for(0.5), suspended_for(-2)
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    statuses: Counter[int] = Counter()
    ended: dict[str, list[int]] = {}
    at = f"debates/{Debate.objects.get(pk=claim.debate_id).slug}/"
    mark, agreed = f"statements/{claim.pk}/mark/", {"truth": "agree"}
    with web(tmp_path / "log", told=faked(clock)) as (site, _keeper):
        with ledger.writing(site, [claim.pk], 4, 1.5) as writers:
            for skew in ("+0", *SKEWS, "+1h", "+0", "-10"):  # the last: steps back
                clock.write_text(f"{skew}\n")
                time.sleep(SECONDS)
                read = [ask(site, key, "GET", at) for key in (soon, late, over)]
                marked = [ask(site, key, "PUT", mark, agreed) for key in (held, freed)]
                ended[skew] = read + marked
        for one in writers:
            statuses.update(one.statuses)
        used_up = _use_up(site, person, claim.pk)
        limited = []
        for skew in ("-1h", "+1h"):
            clock.write_text(f"{skew}\n")
            limited.append(ask(site, used_up, "PUT", mark, agreed))
    replies, marks = ledger.check(writers)
    times = Event.objects.filter(debate=claim.debate_id).order_by("number")
    falls = sum(b < a for a, b in pairwise(times.values_list("created_at", flat=True)))
    note(
        "a wrong clock",
        f"of the web process: {', '.join(SKEWS)}, steps back: {replies} replies and {marks} marks "
        f"by 4 people, numbered and placed without gaps though their times fall {falls} times; "
        f"refused {dict(statuses) or 'never'}; a token that ends in half an hour, one in two "
        f"hours, one that ended two hours ago, and who is suspended for half an hour, and was "
        f"until two hours ago: {ended}; a limit that was used up, an hour back and an hour on: "
        f"{limited}",
    )
    assert not [status for status in statuses if status != 429]
    assert ended == ENDED
    assert limited == [429, 200]


def _use_up(site: Site, person: User, claim: int) -> str:
    """Use a token up by the right clock; gives its key."""
    key = actions.create_token(person, by=person, name="p", scopes=["mark"])[1]
    for _ in range(MOST + 5):
        if ask(site, key, "PUT", f"statements/{claim}/mark/", {"truth": "agree"}) == 429:
            return key
    raise AssertionError("no limit")


def test_summer_time_ends_while_people_write(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    [claim] = ledger.debates(1)
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    told = {**faked(clock), "TZ": "Europe/Berlin"}
    with web(tmp_path / "log", told=told) as (site, _keeper):
        clock.write_text(f"{ONE_O_CLOCK.timestamp() - time.time() - SECONDS:+.0f}\n")
        with ledger.writing(site, [claim.pk], 4, 1.5) as writers:
            time.sleep(2 * SECONDS)
    replies, marks = ledger.check(writers)
    said = Statement.objects.filter(body__startswith="Written as ")
    times = said.order_by("created_at").values_list("created_at", flat=True)
    before = sum(one < ONE_O_CLOCK for one in times)
    failed = sum((Counter(one.statuses) for one in writers), Counter[int]())
    note(
        "summer time ends",
        f"in Berlin, while 4 people write: {replies} replies, {before} of them before, and "
        f"{marks} marks, in order; failed {dict(failed) or 'none'}",
    )
    assert 3 < before < replies - 3
    assert times[0] > ONE_O_CLOCK - timedelta(minutes=1), "the clock is another"
    assert not [status for status in failed if status != 429]
