import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.postgres import Cluster

PROJECT = Path(__file__).parents[2]


class Site:
    """`make run` without the installing, in a folder and on a port of its own."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.cluster = Cluster(home / "my home" / "cluster")
        self.said = home / "said"

    def start(self) -> None:
        environment = os.environ | {"DEBUG": "1", "CRUX_HOME": str(self.cluster.folder.parent)}
        environment.pop("DATABASE_URL", None)
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-m", "config.launch", "--port", str(self.port)]
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdout=said, stderr=said
            )

    def wait_for(self, words: str, seconds: float = 60) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end and words not in self.said.read_text():
            assert self.process.poll() is None, self.said.read_text()
            time.sleep(0.05)
        assert words in self.said.read_text()
        return self.said.read_text()

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/readyz", timeout=15
            ) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    def wait_until_ready(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.is_ready():
            assert time.monotonic() < end, self.said.read_text()
            time.sleep(0.1)

    def child(self, word: str) -> int:
        """The process that was started with the word in its command; 0 where there is none."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for number in children.read_text().split():
            if word in Path(f"/proc/{number}/cmdline").read_text():
                return int(number)
        return 0

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)

    def is_gone(self) -> bool:
        with socket.socket() as probe:
            answered = probe.connect_ex(("127.0.0.1", self.port)) == 0
        return not answered and self.cluster.postmaster() is None


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.process.kill()
    site.process.wait()
    site.cluster.remove()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads processes from /proc")
def test_the_site_starts_recovers_from_kills_and_stops(site: Site) -> None:
    site.start()
    said = site.wait_for(f"Crux is at http://127.0.0.1:{site.port}/")
    assert re.search(r"only now, is \S{16}\n", said)
    assert site.is_ready()

    postmaster = site.cluster.postmaster()
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)
    site.wait_for("PostgreSQL has stopped and is started again")
    site.wait_until_ready(10)

    worker = site.child("procrastinate")
    os.kill(worker, signal.SIGKILL)
    site.wait_for("The worker has stopped and is started again")
    assert site.child("procrastinate") not in (0, worker)

    os.kill(site.child("config.serve"), signal.SIGKILL)
    site.wait_for("The server has stopped and is started again")
    site.wait_until_ready(10)

    assert site.stop(signal.SIGINT) == 0
    assert site.is_gone()

    site.start()
    assert "only now" not in site.wait_for("Crux is at")
    assert site.stop(signal.SIGTERM) == 0
    assert site.is_gone()


def test_stopping_while_it_starts_leaves_nothing_behind(site: Site) -> None:
    site.start()
    while not site.cluster.folder.exists():
        time.sleep(0.01)
    assert site.stop(signal.SIGTERM) == 0
    assert site.is_gone()


def test_a_taken_port_is_refused_with_a_way_out(site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        site.start()
        assert site.process.wait(30) == 1
    assert re.search(rf"port {site.port} cannot be used .* PORT=\d+", site.said.read_text())


def test_two_that_start_at_once_share_the_database(site: Site, tmp_path: Path) -> None:
    other = Site(tmp_path)
    other.said = tmp_path / "said by the other"
    site.start()
    other.start()
    try:
        for each in (site, other):
            each.wait_for("Crux is at")
            assert each.is_ready()
        assert other.stop(signal.SIGTERM) == 0
        assert site.is_ready()
    finally:
        other.process.kill()
        other.process.wait()
    assert site.stop(signal.SIGTERM) == 0
    assert site.is_gone()
