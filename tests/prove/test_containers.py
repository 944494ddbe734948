"""The containers of deploy/: somebody joins through the proxy, answers a point, and hears of it.

Needs root, podman, mmdebstrap and Compose (`docker-compose`, or what COMPOSE names); images that
are not there are built, which takes from Debian and PyPI. PODMAN_BUILD has more arguments for
building, such as a certificate of a network's own.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import shutil
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import mailserver
from tests.mailserver import Catcher
from tests.prove.conftest import PROJECT, Noted

pytestmark = pytest.mark.prove

HTTP, HTTPS = 18080, 18443
SITE = f"https://localhost:{HTTPS}"
COMPOSE = os.environ.get("COMPOSE", "docker-compose")
IMAGES = {"app": "localhost/crux", "database": "localhost/crux-database"}
IMAGES["proxy"] = "localhost/crux-proxy"
NETWORKS = ("inside", "outside")
NEW = (
    *("-c", "ALTER DATABASE crux RENAME TO crux_before"),
    "-c",
    "CREATE DATABASE crux OWNER crux TEMPLATE template0 ENCODING 'UTF8' "
    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'",
)
USER = 10001
PATIENCE = 120  # seconds


def run(*command: str, at: Path = PROJECT, **more: str) -> str:
    done = subprocess.run(
        command, cwd=at, env={**os.environ, **more}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout.strip()


def podman(*arguments: str) -> str:
    return run("podman", *arguments)


@pytest.fixture(scope="module")
def images() -> None:
    """Build what is not there."""
    if os.geteuid() != 0 or not (shutil.which("podman") and shutil.which(COMPOSE)):
        pytest.skip("root, podman and Compose are needed")
    there = podman("images", "--format", "{{.Repository}}").split()
    if "localhost/crux-base" not in there:
        run("deploy/base")
    more = os.environ.get("PODMAN_BUILD", "").split()
    for target, name in IMAGES.items():
        if name not in there:
            file = ("--file", "deploy/Containerfile", "--target", target, "--tag", name)
            podman("build", *more, *file, ".")


@pytest.fixture(scope="module")
def mails() -> Iterator[Catcher]:
    with mailserver.running("0.0.0.0") as caught:
        yield caught


@pytest.fixture(scope="module")
def site(images: None, mails: Catcher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Serve the site from a folder of its own, all of it new; nothing of it is left afterwards."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "backups").mkdir(mode=0o700)
    os.chown(folder / "backups", USER, USER)
    for name in ("compose.yaml", "make-secrets"):
        shutil.copy(PROJECT / "deploy" / name, folder / name)
    socket = folder / "podman.sock"
    service = subprocess.Popen(["podman", "system", "service", "-t", "0", f"unix://{socket}"])
    over = threading.Event()
    looking = threading.Thread(target=look_after_health, args=(over,))
    try:
        gateway = make_networks()
        run("sh", "-c", f"echo smtp://{gateway}:{mails.port} | ./make-secrets", at=folder)
        lines = ["SITE=localhost", "ALLOWED_HOSTS=localhost", "PROXIES=1"]
        lines += ["DEFAULT_FROM_EMAIL=crux@example.org", f"SITE_URL={SITE}", "DATABASE_POOL=8"]
        (folder / "site.env").write_text("\n".join(lines) + "\n")
        looking.start()
        compose(folder, "up", "-d")
        wait_for(f"{SITE}/healthz")
        yield folder
    finally:
        over.set()
        looking.join()
        for kind in ("container", "volume"):
            for name in named(kind):
                podman(kind, "rm", "-f", name)
        for network in NETWORKS:
            podman("network", "rm", "-f", f"crux_{network}")
        service.terminate()
        service.wait()


def compose(folder: Path, *arguments: str) -> str:
    settings = {"HTTP": str(HTTP), "HTTPS": str(HTTPS), "BACKUPS": str(folder / "backups")}
    settings["DOCKER_HOST"] = f"unix://{folder / 'podman.sock'}"
    return run(COMPOSE, *arguments, at=folder, **settings)


def named(kind: str) -> list[str]:
    """What of this kind is of our project; containers that others need come last."""
    every = ["-a"] if kind == "container" else []
    label = "label=com.docker.compose.project=crux"
    return podman(kind, "ls", *every, "-q", "--filter", label).split()


def make_networks() -> str:
    """Make them as Compose would, with names that are resolved; give where this machine is."""
    for network in NETWORKS:
        labels = (f"com.docker.compose.network={network}", "com.docker.compose.project=crux")
        given = [part for label in labels for part in ("--label", label)]
        podman("network", "create", *given, f"crux_{network}")
    told = podman("network", "inspect", "crux_outside")
    found = re.search(r'"gateway": "([\d.]+)"', told)
    assert found, told
    return found[1]


def look_after_health(over: threading.Event) -> None:
    """Have the health looked at, which podman leaves to systemd, where there is none."""
    while not over.wait(2):
        for name in named("container"):
            command = ["podman", "healthcheck", "run", name]
            subprocess.run(command, capture_output=True, check=False)


class Browser:
    """Cookies, forms, and no doubts about a certificate that the proxy has made itself."""

    def __init__(self) -> None:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(self.jar),
        )

    def open(self, path: str, form: dict[str, str] | None = None, **headers: str) -> str:
        with self.opener.open(self.request(path, form, **headers), timeout=30) as answer:
            return str(answer.read().decode())

    def request(
        self, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> urllib.request.Request:
        data = None
        if form is not None:
            token = next(cookie.value for cookie in self.jar if cookie.name == "csrftoken")
            data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **form}).encode()
        return urllib.request.Request(f"{SITE}{path}", data, {"Referer": f"{SITE}/", **headers})


def wait_for(address: str) -> None:
    browser, end = Browser(), time.monotonic() + PATIENCE
    while True:
        try:
            browser.open(urllib.parse.urlsplit(address).path)
        except OSError:
            assert time.monotonic() < end, podman("logs", "crux-web-1")
            time.sleep(0.5)
        else:
            return


def joined(browser: Browser, mails: Catcher) -> None:
    """Join as Dora, by the link that comes by mail, which the worker has sent."""
    browser.open("/accounts/signup/")
    form = {"username": "dora", "email": "dora@example.org", "password1": "a-long-walk-2026"}
    browser.open("/accounts/signup/", form)
    end = time.monotonic() + PATIENCE
    while not mails.caught:
        assert time.monotonic() < end, podman("logs", "crux-worker-1")
        time.sleep(0.1)
    (mail,) = mails.caught
    parts = [part.get_payload(decode=True) for part in mail.walk()]
    body = b"".join(part for part in parts if isinstance(part, bytes)).decode()
    found = re.search(rf"{SITE}(/accounts/confirm-email/\S+)", body)
    assert found, body
    browser.open(found[1])
    browser.open(found[1], {})


def test_somebody_joins_through_the_proxy_answers_a_point_and_hears_of_it_at_once(
    site: Path, mails: Catcher, note: Noted
) -> None:
    podman("exec", "crux-web-1", "python", "manage.py", "seed")
    dora, reader = Browser(), Browser()
    joined(dora, mails)
    assert "dora" in dora.open("/accounts/")
    listed = dora.open("/d/")
    slug = next(one for one in re.findall(r'href="/d/([\w-]+)/"', listed) if one != "new")
    thread = dora.open(f"/d/{slug}/")
    point = re.findall(r"/s/(\d+)/reply/", thread)[0]
    stream = reader.opener.open(reader.request(f"/d/{slug}/live/"), timeout=30)
    assert stream.headers["Content-Type"] == "text/event-stream"
    assert stream.readline() == b"retry: 2000\n"  # nothing is held back until there is more
    begun = time.monotonic()
    dora.open(f"/s/{point}/reply/", {"kind": "question", "body": "Who says so?"})
    heard = b""
    while not heard.startswith(b"data:"):
        heard = stream.readline()
    took = time.monotonic() - begun
    assert b"statement" in heard
    assert took < 5
    note("containers", f"joined, answered, heard through the proxy after {took * 1000:.0f} ms")


def test_the_site_answers_as_it_should_from_outside(site: Path) -> None:
    browser = Browser()
    with browser.opener.open(browser.request("/")) as answer:
        page, headers = answer.read().decode(), answer.headers
    assert headers["Strict-Transport-Security"] and headers["X-Request-ID"]
    style = re.findall(r'href="(/static/css/[^"]+)"', page)[0]
    with browser.opener.open(browser.request(style)) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    for inside in ("/metrics", "/readyz"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            browser.open(inside)


def test_containers_are_nobody_with_nothing_to_write_to(site: Path) -> None:
    for name in ("web", "worker", "database", "proxy"):
        box = f"crux-{name}-1"
        assert podman("exec", box, "id", "-u") == str(USER)
        told = podman("exec", box, "cat", "/proc/1/status")
        assert re.search(r"CapEff:\s0{16}", told) and re.search(r"NoNewPrivs:\s1", told)
        tried = ["podman", "exec", box, "touch", "/etc/x", "/opt/x"]
        assert b"Read-only" in subprocess.run(tried, capture_output=True, check=False).stderr
        assert "dora" not in podman("logs", box)
    asked = (
        "import urllib.request as r; q = r.Request('http://127.0.0.1:8000/metrics', headers="
        "{'Authorization': 'Bearer ' + open('/run/secrets/metrics_token').read()}); "
        "print(r.urlopen(q).read().decode())"
    )
    figures = podman("exec", "crux-web-1", "python", "-c", asked)
    assert "crux_database_up 1.0" in figures and "crux_workers 1.0" in figures


def test_a_backup_is_made_and_put_back(site: Path, note: Noted) -> None:
    """As docs/backup.md says, step by step."""
    debates = r'href="(/d/[\w-]+/)"'
    before = re.findall(debates, Browser().open("/d/"))
    compose(site, "run", "--rm", "backup")
    (made,) = (site / "backups").glob("crux-*.backup")
    compose(site, "stop", "web", "worker")
    sql = podman("exec", "-i", "crux-database-1", "psql", "-h", "/tmp", "-U", "postgres", *NEW)
    assert "CREATE DATABASE" in sql
    again = ("python", "manage.py", "restore", f"/var/backups/crux/{made.name}")
    compose(site, "run", "--rm", "backup", *again)
    compose(site, "up", "-d")
    wait_for(f"{SITE}/d/")
    assert re.findall(debates, Browser().open("/d/")) == before
    note("containers: backup", f"{made.stat().st_size:,} bytes made, and put back")
