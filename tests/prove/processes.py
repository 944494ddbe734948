"""The site's processes as production has them: web and worker of their own, killed and kept going.

They use the database of the test, which must be one that commits. A `Keeper` stands for what
starts a process again in production (systemd with `Restart=always`, or compose): after a tenth of
a second at most, and kills what is left of the process's group first, as those do. A web process
that is killed is forked again by `config.serve`, one of several by uvicorn's own supervisor.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.db import connections

from tests.prove.conftest import PROJECT
from tests.streams import Site

LOOK = 0.1  # seconds
BEHIND = ("nice", "-n", "7")  # as CPUWeight=20 in the unit of the worker


def address() -> str:
    """The address of the test's database, as DATABASE_URL has it."""
    given = connections["default"].get_connection_params()
    names = ("host", "port", "user", "password")
    parts = "&".join(f"{name}={given[name]}" for name in names if given.get(name))
    return f"postgresql:///{given['dbname']}?{parts}"


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """What the processes are told; they share the test's keys."""
    known = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": address(),
        "SECRET_KEY": settings.SECRET_KEY,
        "ADDRESS_WRITES": "10000000",
        "LOG_LEVEL": "ERROR",
        "PROXIES": "1",
        "DEBUG": "1",
    }
    return {**os.environ, **known, **more}


def in_public() -> dict[str, str]:
    """What a process is told that is served in public: errors cost what they cost there.

    Static files are collected, pages and code are compiled, as docs/deployment.md says.
    """
    told = {
        "DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "EMAIL_URL": "submission://mail.example.org",
        "LOG_FORMAT": "line",
    }
    collect = ["manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    pages = ["manage.py", "compilepages", "--verbosity", "0"]
    for words in (collect, pages, ["-m", "compileall", "-q", "accounts", "config", "debate"]):
        subprocess.run([sys.executable, *words], cwd=PROJECT, env=environment(told), check=True)
    return told


class Keeper:
    """Keeps one process going, in a group of its own."""

    def __init__(self, command: Sequence[str], *, log: Path, **more: str) -> None:
        self.command, self.more, self.log = command, more, log
        self.over = threading.Event()
        self.starts = 0
        self.process = self._start()
        self.thread = threading.Thread(target=self._keep, daemon=True)
        self.thread.start()

    def _start(self) -> subprocess.Popen[bytes]:
        self.starts += 1
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command,
                cwd=PROJECT,
                env=environment(self.more),
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def _keep(self) -> None:
        while not self.over.wait(LOOK):
            if self.process.poll() is not None:
                self._kill_group()
                self.process = self._start()

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End it at once, by `kill -9`."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    def kill_answering(self) -> None:
        """End at once those of its children that answer; what stands by is left."""
        for pid in self.children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def children(self) -> list[int]:
        """The ids of the processes that answer, where others stand by; none while they start."""
        at = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with contextlib.suppress(OSError):
            found = [int(pid) for pid in Path(at).read_text().split()]
            return [pid for pid in found if b"resource_tracker" not in _command(pid)]
        return []

    def stop(self) -> None:
        """End it, and do not start it again."""
        self.over.set()
        self.thread.join()
        self._kill_group()
        self.process.wait()


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextlib.contextmanager
def web(
    log: Path, *, workers: int = 1, told: Mapping[str, str] | None = None, **more: str
) -> Iterator[tuple[Site, Keeper]]:
    """Serve the site, and keep it going; with several workers under uvicorn's own supervisor.

    With `told=in_public()` it takes only what has come by HTTPS, as `streams.HTTPS` says.
    """
    [port] = free_ports(1)
    command = [sys.executable, "-m", "config.serve", "--port", str(port)]
    if workers > 1:
        command[2:3] = ["uvicorn", "config.asgi:application", "--workers", str(workers)]
        command += ["--log-level", "warning", "--no-access-log", "--lifespan", "on"]
        command += ["--timeout-graceful-shutdown", "1", "--no-proxy-headers"]
    keeper = Keeper(command, log=log, **{**(told or {}), **more})
    try:
        until(lambda: answers(port), 60)
        yield Site(port), keeper
    finally:
        keeper.stop()


@contextlib.contextmanager
def workers(log: Path, number: int, **more: str) -> Iterator[list[Keeper]]:
    """Do background jobs by so many workers, and keep them going, behind who waits for a page."""
    command = [*BEHIND, sys.executable, "manage.py", "procrastinate", "worker"]
    kept = [Keeper(command, log=log, **more) for _ in range(number)]
    try:
        yield kept
    finally:
        for one in kept:
            one.stop()


def free_ports(number: int) -> list[int]:
    """So many ports that nobody listens at."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def answers(port: int) -> bool:
    """Whether anybody answers at this port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
        line.settimeout(5)
        line.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        return b" 200 " in line.recv(100)
    return False


def until(is_so: Callable[[], object], seconds: float) -> float:
    """Wait until it is so; gives how long that took. Fails where it takes longer."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() < began + seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began
