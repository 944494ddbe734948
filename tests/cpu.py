"""What something costs, for tests that must not depend on what else a machine or process does."""

import time
from collections.abc import Callable

TRIES = 3


def costs(most: float, do: Callable[[], object]) -> bool:
    """Whether it takes at most so many seconds of CPU, at the best of three tries.

    Now and then what other tests have left in memory is swept meanwhile.
    """
    return least(do, most) <= most


def least(do: Callable[[], object], enough: float) -> float:
    """The seconds of CPU that it takes, at the best of three tries; so few need no further try."""
    best = _seconds(do)
    for _ in range(TRIES - 1):
        if best > enough:
            best = min(best, _seconds(do))
    return best


def _seconds(do: Callable[[], object]) -> float:
    begun = time.process_time()
    do()
    return time.process_time() - begun
