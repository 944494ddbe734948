"""`python -m config.serve`: a web process that is back at once, however it ends.

To import the site takes more than a second, and several while others have the processor. So this
process imports it, holds the port and answers nothing; the one that answers is forked of it, and
forked again where it is killed, by hand or for want of memory, or hangs. Who connects meanwhile
waits.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import logging
import mmap
import os
import signal
import socket
import sys
import time

import uvicorn
from django.conf import settings

from config import warm

log = logging.getLogger("config.serve")
STOPPING = {signal.SIGINT, signal.SIGTERM}
AWAITED = {*STOPPING, signal.SIGCHLD}
GRACE = 5  # seconds that the last requests have
QUICK = 1.0  # seconds: what is killed sooner would be killed again
LOOK, LOOKS = 5.0, 6  # seconds between two looks; what is still at so many in a row hangs
PR_SET_PDEATHSIG = 1  # prctl(2)
M_ARENA_MAX, ARENAS = -8, 2  # mallopt(3)
TRIM = 600  # ticks: a minute


def main() -> None:
    """Serve the site at a host and port until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m config.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args()
    share_heaps()
    config = configured(given.host, given.port)
    listening = config.bind_socket()  # first of all, so that a port that is taken is told at once
    ready(config)
    sys.exit(stand_by(config, listening))


def configured(host: str, port: int) -> uvicorn.Config:
    """Say how the site is served; nothing of it is imported yet."""
    return uvicorn.Config(
        "config.asgi:application",
        host=host,
        port=port,
        ws="none",
        lifespan="on",
        log_config=None,  # ours is Django's
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # Django knows what proxies say, by PROXIES
        # longer than the proxy keeps a connection (60 s): otherwise it sends a request into one
        # that is just being closed, and has to tell 502 where that may not be sent twice
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE,
    )


class Pulse:
    """Shared by the two processes: by it what stands by sees that what answers still goes round.

    Looks are counted, not time: a machine that was stopped meanwhile goes on with both.
    """

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 1)
        self._seen = b""
        self._still = 0

    def beat(self) -> None:
        """Say that it goes round."""
        self._shared[0] = (self._shared[0] + 1) % 256

    def has_stopped(self) -> bool:
        """Look once more; whether it has not gone round for LOOKS looks in a row."""
        now = self._shared[:]
        self._still = self._still + 1 if now == self._seen else 0
        self._seen = now
        if self._still < LOOKS:
            return False
        self._still = 0
        return True


class Server(uvicorn.Server):
    """One whose loop shows that it goes round; what uvicorn has for that goes by the clock."""

    def __init__(self, config: uvicorn.Config, pulse: Pulse) -> None:
        super().__init__(config)
        self.pulse = pulse

    async def on_tick(self, counter: int) -> bool:
        """Do what is done ten times a second, and say so; give memory back now and then."""
        self.pulse.beat()
        if counter % TRIM == TRIM - 1:
            give_back()
        return await super().on_tick(counter)


def share_heaps() -> None:
    """Have all threads share two heaps of malloc, where that is glibc's.

    It would give sixteen to two cores. Each request has a thread of its own, so what the largest
    page took would in time be kept in each.
    """
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Give the system the pages of the heaps in which nothing is any more, where they are glibc's.

    Only the end of a heap goes back by itself: after an hour of large pages a sixth was empty.
    """
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def ready(config: uvicorn.Config) -> None:
    """Import all that serving takes; neither a thread nor a connection is there yet."""
    with warm.keeping_all():
        config.load()
        config.get_loop_factory()
        if settings.DEBUG:  # pages are read again whenever they change
            warm.pages()
        else:
            warm.everything()
    gc.collect()
    gc.freeze()  # so that less of it is copied by the one that is forked


def stand_by(config: uvicorn.Config, listening: socket.socket) -> int:
    """Have a process answer, and another where it is killed or hangs; gives what to exit with."""
    pulse = Pulse()
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    answering, since = _forked(config, listening, pulse), time.monotonic()
    is_stopping = False
    while True:
        got = signal.sigtimedwait(AWAITED, LOOK)
        if got is None:
            if pulse.has_stopped() and not is_stopping:
                log.error("What answered has hung for %.0f seconds: it is ended.", LOOK * LOOKS)
                os.kill(answering, signal.SIGKILL)
            continue
        if got.si_signo in STOPPING:
            is_stopping = True
            listening.close()
            os.kill(answering, signal.SIGTERM)  # it is not waited for yet, so the id is still its
        ended, status = os.waitpid(answering, os.WNOHANG)
        if ended and is_stopping:
            return 0
        if ended and (os.WIFEXITED(status) or time.monotonic() < since + QUICK):
            return abs(os.waitstatus_to_exitcode(status))
        if ended:
            log.warning("What answered was ended by signal %s: another does.", os.WTERMSIG(status))
            answering, since = _forked(config, listening, pulse), time.monotonic()


def _forked(config: uvicorn.Config, listening: socket.socket, pulse: Pulse) -> int:
    """Begin to answer in a process of its own, which ends with this one; gives its id."""
    parent = os.getpid()
    if child := os.fork():
        return child
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before that was asked for
        os._exit(1)
    server = Server(config, pulse)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, AWAITED)
    server.run(sockets=[listening])
    sys.exit(0)


if __name__ == "__main__":
    main()
