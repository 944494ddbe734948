"""Each of the users does each of its things: for the tests, in a process of its own."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

from locust import events
from locust.env import Environment

from tests.load import locustfile
from tests.load.locustfile import Bot, Listener, Marker, Reader, Someone, Writer

TIMES: dict[type[Someone], int] = {Bot: 6}
"""A bot looks again at what it has looked at; it knows five statements."""
OTHERS: tuple[type[Someone], ...] = (Writer, Marker, Reader, Bot)


def main(host: str) -> None:
    """Let them do it; what was found is written down as at the end of a load."""
    Someone.host = host
    Listener.stays = (1000.0, 2000.0)
    environment = Environment(user_classes=[Listener, *OTHERS], events=events, host=host)
    environment.create_local_runner()
    threading.Thread(target=act, args=(Listener, environment), daemon=True).start()
    while not locustfile.open_streams["now"]:
        time.sleep(0.05)
    for kind in OTHERS:
        act(kind, environment)
    while not environment.stats.get(*locustfile.ARRIVALS[::-1]).num_requests:
        time.sleep(0.05)
    locustfile.write(environment)


def act(kind: type[Someone], environment: Environment) -> None:
    """One user of this kind."""
    user = kind(environment)
    user.on_start()
    things: dict[Any, None] = dict.fromkeys(kind.tasks)
    for thing in things:
        for _ in range(TIMES.get(kind, 1)):
            thing(user)


if __name__ == "__main__":
    main(sys.argv[1])
