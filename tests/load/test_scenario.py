"""The load does what it says: each of its people once at least, and nothing is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import streams
from tests.load import people, scenario
from tests.load.pages import Delays, NoForm, form
from tests.measure.report import PROJECT
from tests.streams import Site

ROUTES = {
    "/",
    "/d/<slug>/",
    "/d/<slug>/?at=<pk>",
    "/s/<pk>/",
    "/d/<slug>/exchange/",
    "/d/<slug>/standing/",
    "/search/",
    "/s/<pk>/reply/ (publish)",
    "/s/<pk>/reply/ (keep)",
    "/d/<slug>/turn/ (publish)",
    "/s/<pk>/mark/",
    "/d/<slug>/live/ (opening)",
    "a statement, from its sending to its arrival",
    "/api/v1/debates/<slug>/events/?after=<n>",
    "/api/v1/statements/<pk>/ (If-None-Match)",
    "/api/v1/debates/<slug>/statements/",
    "/api/v1/statements/<pk>/replies/",
}


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with streams.running() as site:
        yield site


def test_everybody_does_everything_and_is_counted_by_route(site: Site, tmp_path: Path) -> None:
    call_command("fill", statements=100, depth=20, slug="busy", verbosity=0)
    people.prepare(["busy"], members=4, bots=1, into=tmp_path / scenario.WORLD)
    found = scenario.once(site.url, tmp_path)
    assert found["failures"] == []
    done = {row["route"]: row for row in found["rows"]}
    assert ROUTES - set(done) == set()
    assert not [route for route in done if "busy" in route]
    assert found["streams"]["most"] == found["streams"]["opened"] == 1
    said = scenario.told(found)
    assert "| `/s/<pk>/mark/` | POST |" in said
    assert "Nothing failed." in said


def test_what_fails_is_told_by_its_kind() -> None:
    row = {"route": "/", "method": "GET", "requests": 3, "failures": 1, "a_second": 0.5}
    failure = {"method": "GET", "route": "/", "kind": "502", "times": 1}
    found = {
        "rows": [{**row, "times": [1.0, 2.4, 3.6]}],
        "failures": [failure],
        "streams": {"opened": 0, "most": 0, "now": 0},
    }
    said = scenario.told(found)
    assert "| `/` | GET | 3 | 0.50 | 1 | 2 | 4 | 1 |" in said
    assert "| GET | / | 502 | 1 |" in said


def test_locust_is_known_to_its_own_process_alone() -> None:
    code = "import sys, tests.load.scenario, tests.load.pages; sys.exit('gevent' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0
    assert "gevent" not in sys.modules
    for file in (*PROJECT.glob("tests/**/*.py"), *PROJECT.glob("config/**/*.py")):
        if file.name not in ("locustfile.py", "once.py", Path(__file__).name):
            assert "locustfile import" not in file.read_text()
            assert "import locust" not in file.read_text()


# ---- forms
PAGE = """
<form action="/other/"><input name="no" value="1"></form>
<form action="/here/"><input type="hidden" name="key" value="k"><textarea name="body">
a &amp; b</textarea><input type="radio" name="kind" value="x"><input type="radio" name="kind"
value="y" checked><button name="then" value="publish">Go</button><input name="empty"></form>
<form action="/here/"><input name="second" value="1"></form>
"""


def test_a_form_sends_what_a_browser_would() -> None:
    assert form(PAGE, "/here/") == [
        ("key", "k"),
        ("body", "\na & b"),
        ("kind", "y"),
        ("empty", ""),
    ]


def test_a_page_without_the_form_is_told() -> None:
    with pytest.raises(NoForm):
        form(PAGE, "/nowhere/")


# ---- delays
def test_a_delay_is_from_the_sending_to_each_arrival_whichever_is_known_first() -> None:
    told: list[float] = []
    delays = Delays(told.append)
    delays.hear(7, 1.5)
    delays.say(7, 1.25)
    delays.hear(7, 1.75)
    delays.hear(8, 2.0)
    assert told == [250.0, 500.0]
