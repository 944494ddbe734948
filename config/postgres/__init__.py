"""Our own PostgreSQL where DATABASE_URL names none: found, started, kept running, stopped.

binaries  which programs are used, and as which user they run
files     the small files beside a data folder, and what they tell
cluster   one data folder and its server: make, start, recover, share, stop
clients   the programs for a database that somebody else serves
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from environs import Env

from config.postgres.binaries import DatabaseUnavailable
from config.postgres.cluster import Cluster

__all__ = ["Cluster", "DatabaseUnavailable", "development", "for_development", "testing"]

PROJECT = Path(__file__).resolve().parents[2]


def development() -> Cluster:
    """Give the cluster that `make run` uses; what it acknowledges survives a crash."""
    return Cluster(home() / "cluster")


@contextlib.contextmanager
def for_development() -> Iterator[None]:
    """Keep the development cluster running meanwhile, where it is the one that is used."""
    if os.environ.get("DATABASE_URL") or not Env().bool("DEBUG", False):
        yield
    else:
        with development().running():
            yield


def testing() -> Cluster:
    """Give the cluster of the tests: quick, and lost in a crash."""
    return Cluster(home() / "test-cluster", durable=False)


def home() -> Path:
    """Give the folder of everything that is made while running: CRUX_HOME, else `.crux`."""
    return Path(os.environ.get("CRUX_HOME") or PROJECT / ".crux").absolute()
