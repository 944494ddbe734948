"""sqlmap against the running site: no parameter of an address reaches the database as SQL.

sqlmap is no part of the project: `pip install sqlmap` in an environment of its own, and then
`SQLMAP=<its program> make prove ARGS=tests/prove/test_injection.py`. The control is a server which
does what this site does not; sqlmap finds it, by the same options.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.core.signals import request_started

from accounts.models import User
from tests import factories, streams
from tests.prove import processes
from tests.prove.conftest import Noted
from tests.rights import world
from tests.rights.world import World

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
SQLMAP = os.environ.get("SQLMAP") or shutil.which("sqlmap")
LEVEL = os.environ.get("LEVEL", "2")
OPTIONS = (
    *("--batch", "--level", LEVEL, "--risk", "1", "--dbms", "PostgreSQL", "--technique", "BEUSTQ"),
    *("--time-sec", "2", "--threads", "2", "--ignore-code", "*", "--flush-session"),
    *("--disable-coloring", "--skip", "sessionid"),
)
TRIED = "does not seem to be injectable"
LEAST = 50
"""Requests for each parameter, without which none was really tried."""
PAGES = (
    *("/search/?q=rain*", "/search/?q=kind%3Aremark+by%3Aauthor*", "/search/?q=rain&what=people*"),
    *("/d/?state=open*", "/d/?sort=new*", "/d/?topic=weather*", "/d/?after={debate}*"),
    *("/d/public/?kind=support*", "/d/public/?person=author*", "/d/public/?at={claim}*"),
    *("/d/public/?sort=newest*", "/d/public/history/?by=author*", "/d/public*/"),
    *("/d/public/history/?before=99*", "/moderation/?moderator=facilitator*", "/u/author*/"),
    *("/moderation/?debate=public*", "/s/{claim}*/"),
)
API = (
    *("search/?q=rain*", "debates/?limit=5*", "debates/?cursor=*", "topics/weather*/"),
    *("debates/public/statements/?order=newest*", "debates/public/statements/?author=author*"),
    *("debates/public/statements/?status=open*", "debates/public/statements/?fields=id,body*"),
    *("debates/public/statements/?expand=parent*", "debates/public/statements/?parent={claim}*"),
    *("events/?after=0*", "debates/public/events/?kind=statement.published*"),
)
"""Addresses; what stands before a `*` is tried."""


@pytest.fixture
def sqlmap(tmp_path: Path) -> Sqlmap:
    if not SQLMAP:
        pytest.skip("sqlmap is not here: SQLMAP=<its program>")
    return Sqlmap(SQLMAP, tmp_path)


class Sqlmap:
    """sqlmap with our options, in a folder of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.told = ""

    def findings(self, urls: Sequence[str], key: str = "") -> list[str]:
        """Try the addresses one after the other; those into which SQL can be put."""
        (self.folder / "urls").write_text("".join(f"{url}\n" for url in urls))
        results = self.folder / "results.csv"
        command = [self.program, *OPTIONS, "-m", "urls", "--results-file", str(results)]
        command += ["--output-dir", str(self.folder / "output")]
        command += ["--headers", f"Authorization: Bearer {key}"] if key else []
        with (self.folder / "told").open("wb") as told:
            subprocess.run(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
                env={**os.environ, "HOME": str(self.folder)},
                check=True,
            )
        self.told = (self.folder / "told").read_text(errors="replace")
        with results.open() as rows:
            return [row["Target URL"] for row in csv.DictReader(rows) if row["Technique(s)"]]


class Careless(BaseHTTPRequestHandler):
    """Puts what it is asked for into SQL."""

    def do_GET(self) -> None:
        """Answer with the people of this name."""
        asked = parse_qs(urlsplit(self.path).query).get("name", [""])[0]
        sql = f"SELECT name FROM accounts_user WHERE username = '{asked}'"
        with psycopg.connect(processes.address()) as connection:
            try:
                found = str(connection.execute(sql).fetchall())
            except psycopg.Error as error:
                found = str(error)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(found.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def careless() -> Iterator[str]:
    """Serve the control; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Careless) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_what_can_be_injected_is_found(sqlmap: Sqlmap) -> None:
    factories.UserFactory.create(username="author", name="An Author")
    with careless() as at:
        assert sqlmap.findings([f"{at}/?name=author*"]), sqlmap.told[-2000:]


def test_nothing_of_an_address_becomes_sql(sqlmap: Sqlmap, note: Noted) -> None:
    there, asked = world.build(), []

    def count(**_: object) -> None:
        asked.append(1)

    request_started.connect(count)
    try:
        with streams.running() as site:
            urls = addresses(there, site.url)
            found = sqlmap.findings(urls, there.who["author"].key)
    finally:
        request_started.disconnect(count)
    assert found == []
    tried = len(re.findall(TRIED, sqlmap.told))
    assert tried >= len(urls), sqlmap.told[-3000:]
    assert len(asked) > LEAST * len(urls)
    assert User.objects.filter(username="author").exists()
    version = re.search(r"\{([\d.]+)", sqlmap.told)
    note(
        "sqlmap",
        f"{version[1] if version else ''} at level {LEVEL}, {len(urls)} parameters and parts of "
        f"paths of pages and of the API: {len(asked):,} requests, 0 findings; the control, a "
        "server that joins what it is asked for to its SQL, is found",
    )


def addresses(there: World, site: str) -> list[str]:
    """All of them, with what stands in this world."""
    place = there.places["public"]
    known = {"claim": place.claim.pk, "debate": place.debate.pk}
    paths = [*PAGES, *(f"/api/v1/{path}" for path in API)]
    return [site + path.format(**known) for path in paths]
