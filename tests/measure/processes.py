"""What processes have used: CPU by their own clocks, memory by /proc. Linux only."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from pathlib import Path

CLOCK_OF_PROCESS = 2  # CPUCLOCK_SCHED, of the whole process: threads that have ended count


def family(pid: int) -> list[int]:
    """A process and all under it."""
    try:
        kids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(one for kid in kids for one in family(int(kid)))]


def backends(database: str) -> list[int]:
    """The processes of PostgreSQL that serve this database now."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "cmdline").read_text().replace("\0", " ").split()
            if words[:1] == ["postgres:"] and database in words:
                found.append(int(place.name))
    return found


def worked(pids: Iterable[int]) -> float:
    """Milliseconds of CPU that the processes have used since they began."""
    spent = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            spent += time.clock_gettime_ns((~pid << 3) | CLOCK_OF_PROCESS)
    return spent / 1e6


def most_memory(pids: Iterable[int]) -> float:
    """The most memory that one of the processes has had resident so far, in MB."""
    found = [0.0]
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM"):
                    found.append(int(line.split()[1]) / 1024)
    return max(found)
