"""`make run`: database, contents, server and worker, kept going until they are stopped.

Server and worker are processes of their own. When one of them or PostgreSQL dies, it is started
again; when this process is told to stop, all are stopped.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Self

from config import postgres

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
LOOK = 0.25  # seconds between looks at the server and the database
PATIENCE = 15  # seconds that the server has for its last requests
CRASHES = 5  # in a row that are too many
QUICK = 10  # seconds: a server that dies sooner has not run
RETRY = 2  # seconds until the database is tried again
STOPPING = [signal.SIGINT, signal.SIGTERM]
if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
    STOPPING.append(signal.SIGHUP)


class CannotRun(Exception):
    """The site cannot be served; the message says why and what to do."""


class Stopped(Exception):
    """Somebody has asked us to stop."""


def main() -> None:
    """Serve the site on the port of the command line until SIGINT, SIGTERM or SIGHUP."""
    _on_signals(_stop)
    port = _arguments().port
    try:
        refuse_taken(port)
        with _database() as cluster:
            prepare()
            serve(port, cluster)
    except Stopped:
        print("Stopped.", flush=True)
    except (CannotRun, postgres.DatabaseUnavailable) as error:
        sys.exit(f"Crux: {error}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    return parser.parse_args()


def _on_signals(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    for number in STOPPING:
        signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    """Leave by way of everything that has to be stopped, undisturbed by further signals."""
    _on_signals(signal.SIG_IGN)
    raise Stopped


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off being stopped, so that nothing is left half started."""
    asked: list[int] = []
    _on_signals(lambda number, frame: asked.append(number))
    try:
        yield
    finally:
        _on_signals(_stop)
    if asked:
        signal.raise_signal(asked[0])


def refuse_taken(port: int) -> None:
    """Raise CannotRun where the port cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            other = DEFAULT_PORT + (port == DEFAULT_PORT)
            raise CannotRun(
                f"port {port} cannot be used ({getattr(error, 'strerror', error)}). "
                f"Take another one: `make run PORT={other}`."
            ) from error


@contextlib.contextmanager
def _database() -> Iterator[postgres.Cluster | None]:
    """Keep our own cluster running meanwhile, or give None where DATABASE_URL names another."""
    if os.environ.get("DATABASE_URL"):
        yield None
    else:
        cluster = postgres.development()
        with contextlib.ExitStack() as stack:
            with _undisturbed():
                stack.enter_context(cluster.running())
            yield cluster


def prepare() -> None:
    """Bring the database up to date; raises CannotRun where that fails."""
    with _child("-m", "config.prepare") as process:
        if process.wait():
            raise CannotRun("the database could not be made ready: see above.")


def serve(port: int, cluster: postgres.Cluster | None) -> None:
    """Keep server and database running; raises CannotRun when the server keeps failing."""
    crashes = 0
    said = f"Crux is at http://{HOST}:{port}/ (Ctrl-C stops it)"
    while True:
        begun = time.monotonic()
        with _child(*_server(port)) as process, Worker() as worker:
            if _answers(process, port) and said:
                print(said, flush=True)
                said = ""
            _watch(process, worker, cluster)
        crashes = crashes + 1 if time.monotonic() - begun < QUICK else 1
        if crashes >= CRASHES:
            raise CannotRun(f"the server has stopped {CRASHES} times in a row: see above.")
        print("The server has stopped and is started again.", file=sys.stderr, flush=True)


def _server(port: int) -> list[str]:
    return ["-m", "config.serve", "--host", HOST, "--port", str(port)]


@contextlib.contextmanager
def _child(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run Python with the arguments, and leave no such process behind.

    It gets a group of its own, so that Ctrl-C reaches only us and things stop in order.
    """
    process = subprocess.Popen([sys.executable, *arguments], process_group=0)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the server accepts connections; False where it ends before."""
    while process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return True
        time.sleep(0.05)
    return False


class Worker:
    """The process that does background jobs, started again where it ends."""

    COMMAND = ("manage.py", "procrastinate", "worker")

    def __enter__(self) -> Self:
        self.running = contextlib.ExitStack()
        self.process = self.running.enter_context(_child(*self.COMMAND))
        self.since = time.monotonic()
        return self

    def __exit__(self, *error: object) -> None:
        self.running.close()

    def look(self) -> None:
        """Start it again, but not over and over without a pause."""
        if self.process.poll() is not None and time.monotonic() - self.since > RETRY:
            self.running.close()
            self.__enter__()
            print("The worker has stopped and is started again.", file=sys.stderr, flush=True)


def _watch(
    process: subprocess.Popen[bytes], worker: Worker, cluster: postgres.Cluster | None
) -> None:
    """Return when the server has ended; meanwhile keep the database and the worker going."""
    while process.poll() is None:
        if cluster and not cluster.postmaster():
            _revive(cluster)
        worker.look()
        time.sleep(LOOK)


def _revive(cluster: postgres.Cluster) -> None:
    """Start the database again, or say why not: the next look will try once more."""
    print("PostgreSQL has stopped and is started again.", file=sys.stderr, flush=True)
    try:
        with _undisturbed():
            cluster.ensure()
    except postgres.DatabaseUnavailable as error:
        print(error, file=sys.stderr, flush=True)
        time.sleep(RETRY)


if __name__ == "__main__":
    main()
