"""The proxy that the site comes with, before web processes: Caddy, with deploy/Caddyfile."""

from __future__ import annotations

import contextlib
import os
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.prove.conftest import PROJECT
from tests.prove.hosts import where
from tests.prove.processes import free_ports, until
from tests.streams import Site


def program() -> str:
    """Where it is; empty where it is not installed (Debian: `caddy`)."""
    return where("caddy")


@contextlib.contextmanager
def before(sites: Sequence[Site], home: Path) -> Iterator[Site]:
    """Serve what is at these ports of this machine as one site, by TLS under `localhost`.

    Its certificate is by an authority of its own, which nothing but the context given knows.
    """
    plain, port = free_ports(2)
    (home / "kept").mkdir(parents=True)
    words = (PROJECT / "deploy/Caddyfile").read_text()
    told = home / "Caddyfile"
    told.write_text(words.replace("\tadmin off\n", "\tadmin off\n\tskip_install_trust\n"))
    more = {
        "SITE": "localhost",
        "WEB": " ".join(f"127.0.0.1:{one.port}" for one in sites),
        "HTTP_PORT": str(plain),
        "HTTPS_PORT": str(port),
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "kept"),
        "XDG_CONFIG_HOME": str(home / "kept"),
    }
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [program(), "run", "--config", told, "--adapter", "caddyfile"],
            env={**os.environ, **more},
            stdout=log,
            stderr=log,
        )
    authority = home / "kept/caddy/pki/authorities/local/root.crt"
    try:
        until(authority.exists, 30)
        made = Site(port, ssl.create_default_context(cafile=authority))
        until(lambda: _answers(made), 30)
        yield made
    finally:
        process.terminate()
        process.wait(10)


def _answers(site: Site) -> bool:
    line = site.line(timeout=5)
    with contextlib.suppress(OSError), contextlib.closing(line):
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    return False
