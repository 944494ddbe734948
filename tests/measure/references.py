"""The references: what the machine itself allows, without a framework. They come from elsewhere.

They are a folder with `reference/load.py` (fills a database) and `reference/raw_wsgi.py` (serves
it), and need packages that Crux does not: they are run by a Python of their own.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

from config import bench, postgres
from tests.measure.asking import HOST, Server

DATABASE = "crux_reference"
NEEDS = ("gunicorn>=23", "orjson>=3", "psycopg[binary]>=3.2", "markdown-it-py>=3")
WORKERS = 2
PATIENCE = 20.0  # seconds


@contextlib.contextmanager
def serving(folder: Path, port: int) -> Iterator[Server]:
    """Fill and serve the reference of this folder, by the PostgreSQL of `make bench`."""
    place = folder.resolve() / "reference"
    python = _python()
    with postgres.Cluster(postgres.home() / "bench").running() as dsn:
        made = bench.new_database(dsn, DATABASE)
        env = {**os.environ, "REF_DSN": made, "PYTHONDONTWRITEBYTECODE": "1"}
        sizes = [str(size) for size in bench.SIZES]
        subprocess.run([python, "load.py", made, *sizes], cwd=place, env=env, check=True)
        command = [python, "-m", "gunicorn", "-w", str(WORKERS), "-b", f"{HOST}:{port}"]
        command += ["--log-level", "warning", "raw_wsgi:application"]
        process = subprocess.Popen(command, cwd=place, env=env, process_group=0)
        try:
            if not bench.answers(process, port, "/rows/100?limit=1"):
                raise RuntimeError(f"The reference does not start on port {port}.")
            yield Server(port, process.pid, DATABASE, made)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _python() -> str:
    """The Python of the references, made with what they need where it is not there yet."""
    place = postgres.home() / "references"
    python = str(place / "bin" / "python")
    known = place / "needs"
    if not known.exists() or known.read_text() != repr(NEEDS):
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDS], check=True)
        known.write_text(repr(NEEDS))
    return python
