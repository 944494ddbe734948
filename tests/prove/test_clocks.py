"""A site whose clock is wrong: order, limits and tokens do not depend on it to anybody's gain.

The clock of the web process alone is wrong, by libfaketime (Debian: `faketime`); PostgreSQL's is
right. Waiting inside a process goes by the monotonic clock, which is left alone.
"""

from __future__ import annotations

import http.client
import json
import os
import time
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone

from accounts import actions
from accounts.models import ApiToken, User
from debate.models import Debate, Event
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


def test_a_wrong_clock_changes_neither_order_nor_rights(
    transactional_db: None, note: Noted, tmp_path: Path
) -> None:
    [claim] = ledger.debates(1)
    [(person, _)] = ledger.people(1)
    soon, late, over = ends_in(person, 0.5), ends_in(person, 2), ends_in(person, -2)
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    statuses: Counter[int] = Counter()
    tokens: dict[str, list[int]] = {}
    at = f"debates/{Debate.objects.get(pk=claim.debate_id).slug}/"
    with web(tmp_path / "log", told=faked(clock)) as (site, _keeper):
        with ledger.writing(site, [claim.pk], 4, 1.5) as writers:
            for skew in ("+0", *SKEWS, "+1h", "+0", "-10"):  # the last: steps back
                clock.write_text(f"{skew}\n")
                time.sleep(SECONDS)
                tokens[skew] = [ask(site, key, "GET", at) for key in (soon, late, over)]
        for one in writers:
            statuses.update(one.statuses)
        used_up = _use_up(site, person, claim.pk)
        clock.write_text("-1h\n")
        stepped = ask(site, used_up, "PUT", f"statements/{claim.pk}/mark/", {"truth": "agree"})
    replies, marks = ledger.check(writers)
    times = Event.objects.filter(debate=claim.debate_id).order_by("number")
    falls = sum(b < a for a, b in pairwise(times.values_list("created_at", flat=True)))
    note(
        "a wrong clock",
        f"of the web process: {', '.join(SKEWS)}, steps back: {replies} replies and {marks} marks "
        f"by 4 people, numbered and placed without gaps though their times fall {falls} times; "
        f"refused {dict(statuses) or 'never'}; a token that ends in half an hour, one in two "
        f"hours, one that ended two hours ago: {tokens}; a limit that was used up stays so when "
        f"the clock steps back ({stepped})",
    )
    assert not [status for status in statuses if status != 429]
    assert tokens["+0"] == tokens["-10"] == [200, 200, 401]
    assert tokens["+1h"][0] == tokens["+365d"][1] == 401, "fails closed"
    assert stepped == 429


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
    clock.write_text("@2026-10-25 02:59:50\n")  # local time, which then is an hour less
    told = {**faked(clock), "TZ": "Europe/Berlin"}
    with web(tmp_path / "log", told=told) as (site, _keeper):
        with ledger.writing(site, [claim.pk], 4, 1.5) as writers:
            time.sleep(2 * SECONDS)
    replies, marks = ledger.check(writers)
    failed = sum((Counter(one.statuses) for one in writers), Counter[int]())
    note(
        "summer time ends",
        f"in Berlin, while 4 people write: {replies} replies and {marks} marks, in order; failed "
        f"{dict(failed) or 'none'}",
    )
    assert not [status for status in failed if status != 429]
