"""What answers is there again at once when it is killed; it never outlives what stands by."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from config import serve
from tests.prove.conftest import PROJECT
from tests.prove.processes import answers, environment, free_ports, until

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Served:
    """What stands by, and the port where its child answers."""

    process: subprocess.Popen[str]
    port: int

    @property
    def answering(self) -> int:
        """The id of the process that answers; 0 where there is none."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(next(iter(children), 0))

    def is_open(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


SERVE = ("-m", "config.serve")
LOOKING = ("-c", "from config import serve; serve.LOOK = 1.0; serve.main()")


def start(port: int, command: Sequence[str] = SERVE, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command, "--port", str(port)],
        cwd=PROJECT,
        env=environment(more),
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    [port] = free_ports(1)
    with start(port, getattr(request, "param", SERVE)) as process:
        try:
            until(lambda: answers(port), 60)
            yield Served(process, port)
        finally:
            process.kill()


def is_gone(pid: int) -> bool:
    """Whether it has ended, be it that nobody has asked for its status yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_what_is_killed_is_forked_again_and_nobody_is_refused_meanwhile(served: Served) -> None:
    assert len(os.listdir(f"/proc/{served.process.pid}/task")) == 1, "threads are not forked"
    first = served.answering
    time.sleep(serve.QUICK)
    os.kill(first, signal.SIGKILL)
    assert served.is_open()
    assert answers(served.port)
    assert served.answering not in (0, first)
    assert served.process.poll() is None


@pytest.mark.parametrize("served", [LOOKING], indirect=True, ids=["looking each second"])
def test_what_hangs_is_ended_and_another_answers(served: Served) -> None:
    first = served.answering
    time.sleep(serve.LOOKS + 2.0)
    assert served.answering == first, "it goes round"
    os.kill(first, signal.SIGSTOP)
    until(lambda: is_gone(first), serve.LOOKS + 5.0)
    assert answers(served.port)
    assert served.answering not in (0, first)
    assert served.process.poll() is None


def test_what_is_killed_over_and_over_is_left_to_who_started_it(served: Served) -> None:
    first = served.answering
    time.sleep(serve.QUICK)
    os.kill(first, signal.SIGKILL)
    until(lambda: served.answering not in (0, first), 10)
    os.kill(served.answering, signal.SIGKILL)
    assert served.process.wait(10) == signal.SIGKILL
    assert not served.is_open()


def test_told_to_stop_both_end_in_order(served: Served) -> None:
    answering = served.answering
    served.process.terminate()
    assert served.process.wait(15) == 0
    assert is_gone(answering)
    assert not served.is_open()


def test_what_answers_ends_with_what_stands_by(served: Served) -> None:
    answering = served.answering
    served.process.kill()
    served.process.wait(5)
    until(lambda: is_gone(answering), 5)
    until(lambda: not served.is_open(), 5)  # its other threads are gone too


def test_a_port_that_is_taken_is_told_before_anything_is_imported(served: Served) -> None:
    with start(served.port, DEBUG="0", SECRET_KEY="") as second:
        _, said = second.communicate(timeout=60)
    assert second.returncode != 0
    assert "Address already in use" in said
    assert "SECRET_KEY" not in said


def test_connections_are_kept_for_longer_than_the_proxy_keeps_them() -> None:
    kept = re.search(r"keepalive (\d+)s", (PROJECT / "deploy" / "Caddyfile").read_text())
    assert kept
    assert serve.configured("127.0.0.1", 8000).timeout_keep_alive > int(kept[1])


TALKATIVE = """
import ctypes, threading
from config import serve
serve.share_heaps()
ctypes.CDLL(None).malloc.restype = ctypes.c_void_p
met = threading.Barrier(8)
def take():
    ctypes.CDLL(None).malloc(4000)
    met.wait()
threads = [threading.Thread(target=take) for _ in range(8)]
for one in threads: one.start()
for one in threads: one.join()
ctypes.CDLL(None).malloc_stats()
"""


def told_by(program: str) -> str:
    """What a program says in a process of its own."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment({}), capture_output=True, text=True, check=True
    )
    return done.stdout or done.stderr


def test_threads_share_two_heaps() -> None:
    assert len(re.findall(r"^Arena \d", told_by(TALKATIVE), re.M)) == serve.ARENAS


HOLLOW = """
import ctypes
from pathlib import Path
from config import serve
rss = lambda: int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
blocks = [ctypes.c_void_p(libc.malloc(4000)) for _ in range(20_000)]
for one in blocks: ctypes.memset(one, 1, 4000)
for one in blocks[:-1]: libc.free(one)
full = rss()
serve.give_back()
print(full - rss())
"""


def test_what_is_empty_within_a_heap_is_given_back() -> None:
    assert int(told_by(HOLLOW)) > 60_000  # KiB of 80,000
