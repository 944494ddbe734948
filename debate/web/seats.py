"""How many streams one person and one address may hold open; counted in each process."""

from __future__ import annotations

import threading
from collections import Counter

PER_PERSON = 6
PER_ADDRESS = 50

_taken: Counter[str] = Counter()
_lock = threading.RLock()  # a seat may be given back by the garbage collector, anywhere


class Seat:
    """A place for one stream, given back once it is closed."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def close(self) -> None:
        """Give the place back; twice is once."""
        with _lock:
            for name in self.names:
                _taken[name] -= 1
                if _taken[name] <= 0:
                    del _taken[name]
            self.names = []

    def __del__(self) -> None:
        """Give the place back of who went away before the stream began."""
        self.close()


def take(person: int | None, address: str) -> Seat | None:
    """A place for one more stream of this person, or visitor, from this address; None if full."""
    limits = {f"address {address}": PER_ADDRESS}
    if person is not None:
        limits[f"person {person}"] = PER_PERSON
    with _lock:
        if any(_taken[name] >= most for name, most in limits.items()):
            return None
        _taken.update(limits.keys())
    return Seat(list(limits))


def taken() -> int:
    """How many places are taken, for tests: each stream has one of an address."""
    with _lock:
        return sum(n for name, n in _taken.items() if name.startswith("address"))
