"""`make bench`: large debates on a server as in production, for a load generator to measure.

It begins anew each time, in a database and a cluster of its own, and tells in `run/crux.toml` what
there is to ask for. docs/benchmarks.md says how it is used and what was found.
"""

import argparse
import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.error import URLError

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connections
from django.test import Client

from config import postgres

HOST = "127.0.0.1"
SIZES = (100, 1_000, 10_000)
DATABASE = "crux_bench"  # so that its processes can be told from those of other databases
WORKERS = 2
PATIENCE = 30  # seconds
CSRF = secrets.token_hex(16)
RUN = postgres.PROJECT / "run"
HTTPS = "X-Forwarded-Proto = 'https'"  # as a proxy in front of us would say


@dataclass(frozen=True)
class Bench:
    """A filled site being served: where its database is, who is signed in, its server."""

    dsn: str
    session: str
    process: subprocess.Popen[bytes]


def main() -> None:
    """Fill a database and serve it until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with serving(port) as site:
            write_targets(port, site.dsn, site.session, site.process.pid)
            print(f"Crux is measured at http://{HOST}:{port}/ (Ctrl-C stops it).")
            print(
                f"What to ask for is in {RUN / 'crux.toml'}: see docs/benchmarks.md.", flush=True
            )
            site.process.wait()
    except KeyboardInterrupt:
        print("Stopped.", flush=True)
    except postgres.DatabaseUnavailable as error:
        sys.exit(f"Crux: {error}")


@contextlib.contextmanager
def serving(port: int) -> Iterator[Bench]:
    """Fill a new database and serve it meanwhile; exits where the server does not start."""
    with postgres.Cluster(postgres.home() / "bench").running() as dsn:
        made = new_database(dsn, DATABASE)
        os.environ.update(as_in_production(made))
        print("Filling the database, which takes half a minute ...", flush=True)
        session = fill(made)
        with server(port) as process:
            if not answers(process, port):
                sys.exit(f"Crux: the server does not start on port {port}: see above.")
            yield Bench(made, session, process)


def new_database(dsn: str, name: str) -> str:
    """Make an empty database that is measured; gives its DSN."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    made = dsn.replace("/crux?", f"/{name}?")
    with psycopg.connect(made, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_stat_statements")
    return made


def as_in_production(dsn: str) -> dict[str, str]:
    """The environment of a server behind one proxy that speaks HTTPS."""
    return {
        "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": dsn,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": HOST,
        "EMAIL_URL": "submission://mail.example.org",
        "PROXIES": "1",
        "ADDRESS_WRITES": "1000000",
        "LOG_LEVEL": "WARNING",
        "MALLOC_ARENA_MAX": "2",  # as config.serve has it
    }


def fill(dsn: str) -> str:
    """Make tables, files, debates and a member; gives the member's session."""
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("compilepages", verbosity=0)
    call_command("migrate", verbosity=0)
    for size in SIZES:
        call_command("fill", statements=size, slug=f"bench-{size}")
    session = sign_in()
    connections.close_all()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return session


def sign_in(username: str = "member", standing: str = "exempt") -> str:
    """Make a member who is signed in; gives the key of the session."""
    member = get_user_model().objects.create_user(
        username=username, email="", password=None, standing=standing
    )
    client = Client()
    client.force_login(member)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextlib.contextmanager
def server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server meanwhile, in a process group that Ctrl-C does not reach."""
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--lifespan", "on"]
    command += ["--host", HOST, "--port", str(port), "--workers", str(WORKERS)]
    command += ["--log-level", "warning", "--no-access-log", "--no-server-header"]
    process = subprocess.Popen([*command, "--no-proxy-headers"], process_group=0)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def answers(process: subprocess.Popen[bytes], port: int, path: str = "/healthz") -> bool:
    """Wait until the server answers; False where it ends before, or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(URLError, OSError):
            urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=1)
            return True
        time.sleep(0.1)
    return False


def write_targets(port: int, dsn: str, session: str, pid: int) -> None:
    """Write what a load generator needs: for a visitor, and for the member."""
    RUN.mkdir(exist_ok=True)
    (RUN / "crux.pid").write_text(f"{pid}\n")
    cookie = f"sessionid={session}"
    for name, member in (("crux", ""), ("crux-member", f", Cookie = '{cookie}'")):
        text = target(name, port, dsn, f"{{ {HTTPS}{member} }}", cookie)
        path = RUN / f"{name}.toml"
        path.touch(mode=0o600)
        path.write_text(text)


def target(name: str, port: int, dsn: str, headers: str, cookie: str) -> str:
    """Describe one kind of visitor; `{body}` and `{parent}` are left to be filled in."""
    head = f"""
name = "{name}"
base = "http://{HOST}:{port}"
pidfile = "{RUN / "crux.pid"}"
dsn = "{dsn}"
database = "{DATABASE}"
headers = {headers}
[post]
content_type = "application/x-www-form-urlencoded"
headers = {{ Cookie = "csrftoken={CSRF}; {cookie}", Referer = "https://{HOST}:{port}/" }}
fields = {{ kind = "support", body = "{{body}}", csrfmiddlewaretoken = "{CSRF}" }}
"""
    return head.lstrip() + "".join(map(_size, SIZES))


def _size(size: int) -> str:
    supports = apps.get_model("debate", "Statement").objects.filter(
        debate__slug=f"bench-{size}", kind="support"
    )
    parents = list(supports.order_by("pk").values_list("pk", flat=True)[:3])
    return f"""[sizes.{size}]
page = "/d/bench-{size}/"
post = {{ path = "/s/{{parent}}/reply/", parents = {parents} }}
"""


if __name__ == "__main__":
    main()
